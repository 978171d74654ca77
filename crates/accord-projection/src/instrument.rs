//! What families tell each other about instruments: texts deposited for parties that have no keys
//! here.

use crate::projector::Projector;
use crate::scene::Scene;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name of the fact [`Deposited`], about [`subject`]. Whoever asks for it has it among
/// [`Projector::READS`].
pub const INSTRUMENT_DEPOSITED: &str = "instrument.deposited";

/// Subject of what was deposited that stands for an event of this type with this text.
pub fn subject(stands_for: &str, text_digest: &str) -> String {
    format!("instruments/{stands_for}/{text_digest}")
}

/// The fact: what was deposited for one text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deposited {
    /// Party to its instruments, in the order in which they were deposited.
    pub parties: BTreeMap<String, Vec<Deposit>>,
}

/// An instrument that was deposited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Deposit {
    /// When, in microseconds since the epoch.
    pub at: i64,
    /// The entry.
    pub seq: u64,
}

impl Deposited {
    /// The latest instrument of a party for the text as it was proposed by the entry `proposed`,
    /// `at` some instant: recorded after that and not deposited before. Texts are used again, and
    /// an instrument accepts one proposal of a text, not all that come. One that is not suspect goes
    /// before one that is.
    pub fn standing(
        &self,
        party: &str,
        (proposed, at): (u64, i64),
        is_suspect: impl Fn(u64) -> bool,
    ) -> Option<Deposit> {
        let all = self.parties.get(party).into_iter().flatten().copied();
        let after = all.filter(|deposit| deposit.seq > proposed && deposit.at >= at);
        after.max_by_key(|deposit| (!is_suspect(deposit.seq), *deposit))
    }
}

impl<P: Projector> Scene<'_, P> {
    /// What was deposited that stands for an event of this type with this text.
    pub fn deposited(&self, stands_for: &str, text_digest: &str) -> Deposited {
        let fact = self.fact(INSTRUMENT_DEPOSITED, &subject(stands_for, text_digest));
        fact.and_then(|fact| serde_json::from_value(fact).ok()).unwrap_or_default()
    }
}
