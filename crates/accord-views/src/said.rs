//! What was said of entries when they were let in.
//!
//! Much of it needs the state that an entry met, so that it is said once, by whoever judges, and
//! cannot be made again from the state that came of it. A replay hears it from the verification that
//! it goes with. It holds while the entry stands as it was signed: once that is corrected or taken
//! back, what was said of it is read as known before.

use accord_format::entry::Entry;
use accord_ledger::admission::Finding as Said;
use accord_projection::{Amendments, Finding};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Codes of what is made again from the state, in its own words: see [`crate::rules`] and the
/// engines.
const MADE_AGAIN: [&str; 2] = ["out_of_order", "changes_basis"];

/// What was said of each entry, by seq.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sayings {
    all: BTreeMap<u64, Saying>,
    /// Of the entry that comes next.
    #[serde(skip)]
    next: Option<(u64, Vec<Finding>)>,
}

/// What was said of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Saying {
    event_type: String,
    /// From when on it is told, in microseconds since the epoch.
    at: i64,
    findings: Vec<Finding>,
}

impl Sayings {
    /// Hears what is said of the entry at `seq`, which comes next.
    pub(crate) fn hear(&mut self, seq: u64, findings: impl IntoIterator<Item = Finding>) {
        let lasting = |finding: &Finding| !MADE_AGAIN.contains(&&*finding.code);
        self.next = Some((seq, findings.into_iter().filter(lasting).collect()));
    }

    /// Keeps what was heard of an entry.
    pub(crate) fn keep(&mut self, entry: &Entry) {
        let (event, seq) = (entry.event(), entry.header.seq);
        let heard = self.next.take().filter(|(of, findings)| *of == seq && !findings.is_empty());
        if let Some((_, findings)) = heard {
            let at = event.occurred.end().min(entry.header.recorded).micros();
            let event_type = event.event_type.clone();
            self.all.insert(seq, Saying { event_type, at, findings });
        }
    }

    /// What was said of the entry at `seq`.
    pub(crate) fn of(&self, seq: u64) -> impl Iterator<Item = &Finding> {
        self.all.get(&seq).into_iter().flat_map(|saying| &saying.findings)
    }

    /// What holds by `as_of`, each with the type of its entry.
    pub(crate) fn holding<'a>(
        &'a self,
        as_of: i64,
        amendments: &'a Amendments,
    ) -> impl Iterator<Item = (&'a str, &'a Finding)> {
        let stands = |seq: &u64| {
            amendments.corrections(*seq).next().is_none()
                && !amendments.retractions().contains_key(seq)
                && !amendments.duplicates().contains_key(seq)
        };
        let all = self.all.iter().filter(move |(seq, saying)| saying.at <= as_of && stands(seq));
        all.flat_map(|(_, saying)| saying.findings.iter().map(|f| (&*saying.event_type, f)))
    }
}

/// As the ledger says it of the entry at `seq`.
pub(crate) fn finding(seq: u64, said: &Said) -> Finding {
    Finding { seq, code: Cow::Borrowed(said.code), detail: said.detail.clone() }
}
