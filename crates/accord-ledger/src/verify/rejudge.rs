//! Judging a refused event again, at the place in the record that the refusal names.
//!
//! The refusal does not say at which instant the event came; it lies between the recording of the
//! last entry below and that of the first one above. Where a judgement hangs on the clock, it is
//! judged at either end, and when the author signed.

use super::past::Past;
use super::{Options, RootsBelow, Run};
use crate::admission::{Admission, Candidate, History as _, Rejection};
use crate::error::LedgerError;
use accord_format::entry::{Entry, Header};
use accord_format::event::SignedEvent;
use accord_format::hash::{EntryHash, EventHash, LedgerId, NodeHash};
use accord_format::refusal::Refusal;
use accord_format::time::Timestamp;
use accord_store::Reader;

/// The guard that speaks of what the operator has, which nobody else can judge.
const OPERATORS_OWN: &str = "operator-lacks-key";

/// Why a refusal cannot be judged again here.
#[derive(Debug, thiserror::Error)]
pub enum RejudgeError {
    /// The record.
    #[error(transparent)]
    Record(#[from] LedgerError),
    /// Another event.
    #[error("the refusal is of event {refused}, the note given is event {given}")]
    OtherEvent {
        /// As the refusal names it.
        refused: EventHash,
        /// As given.
        given: EventHash,
    },
    /// Another ledger.
    #[error("the refusal is of ledger {refused}, this is {}", own.map_or_else(|| "none".to_owned(), |l| l.to_string()))]
    OtherLedger {
        /// As the refusal names it.
        refused: LedgerId,
        /// This one.
        own: Option<LedgerId>,
    },
    /// The copy ends below.
    #[error("the refusal was judged over {needed} entries, this copy has {size}: get a newer one")]
    TooShort {
        /// As the refusal says.
        needed: u64,
        /// As found.
        size: u64,
    },
    /// The entries below are not those that the refusal was judged over.
    #[error(
        "the operator signed this refusal over root {expected} at size {size}, this record has {}: one of the two histories is forged, keep the refusal and a checkpoint of this record",
        found.map_or_else(|| "no root there that could be computed".to_owned(), |r| r.to_string())
    )]
    OtherHistory {
        /// Size judged at.
        size: u64,
        /// As the refusal says.
        expected: NodeHash,
        /// As computed.
        found: Option<NodeHash>,
    },
}

/// What becomes of the event when it is judged again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Again {
    /// It would have been let in.
    Admitted,
    /// It was in the record already, where the author should have been given its receipt.
    Recorded(u64),
    /// It is refused.
    Refused(Rejection),
}

/// A refusal judged again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejudged {
    /// What came of it, by the instant at which the event may have come.
    pub at: Vec<(Timestamp, Again)>,
    /// True when the guard named speaks of what only the operator can know, of an event that names
    /// keys which the operator must have.
    pub operators_word: bool,
}

impl Rejudged {
    /// True when the guard that the refusal names refuses the event, at one instant at least.
    pub fn holds(&self, code: &str) -> bool {
        self.at.iter().any(|(_, again)| matches!(again, Again::Refused(r) if r.code == code))
    }
}

/// Judges the event of a refusal again. `now` bounds when it may have come, if no later entry does.
pub fn rejudge(
    reader: &Reader,
    refusal: &Refusal,
    signed: &SignedEvent,
    admission: Option<Box<dyn Admission>>,
    now: Timestamp,
) -> Result<Rejudged, RejudgeError> {
    let given = signed.event().hash();
    if given != refusal.event {
        return Err(RejudgeError::OtherEvent { refused: refusal.event, given });
    }
    let (needed, size) = (refusal.size, reader.size());
    if needed > size {
        return Err(RejudgeError::TooShort { needed, size });
    }
    let mut run = Run::new(reader, Options { admission, ..Options::default() });
    run.read_below(needed)?;
    let own = run.bench.kernel.ledger();
    if own != Some(refusal.ledger) {
        return Err(RejudgeError::OtherLedger { refused: refusal.ledger, own });
    }
    let found = run.tree.root();
    if found != Some(refusal.root) {
        let expected = refusal.root;
        return Err(RejudgeError::OtherHistory { size: needed, expected, found });
    }
    let instants = run.instants(needed, signed, now);
    let at = instants.into_iter().map(|at| (at, run.again(needed, signed, at))).collect();
    let operators_word = refusal.code == OPERATORS_OWN
        && !run.bench.kernel.operator_keys_in(signed.event()).is_empty();
    Ok(Rejudged { at, operators_word })
}

impl Run<'_> {
    fn read_below(&mut self, size: u64) -> Result<(), LedgerError> {
        for batch in self.view.batches(0) {
            let batch = batch?;
            if batch.first() >= size {
                break;
            }
            let entries: Vec<(u64, &[u8])> = batch.iter().filter(|(seq, _)| *seq < size).collect();
            self.judge_run(&entries, &mut ());
        }
        Ok(())
    }

    /// When the event may have come, in order.
    fn instants(&self, size: u64, signed: &SignedEvent, now: Timestamp) -> Vec<Timestamp> {
        let earliest = self.bench.kernel.recorded();
        let issued = signed.event().issued.timestamp().max(earliest);
        let next = self.view.entry(size).ok().and_then(|bytes| Entry::parse(&bytes).ok());
        let latest = match next {
            Some(entry) => entry.header.recorded,
            None if self.bench.kernel.is_simulated() => issued,
            None => now.max(earliest),
        };
        let mut instants = vec![earliest, issued.min(latest), latest];
        instants.sort();
        instants.dedup();
        instants
    }

    fn again(&mut self, seq: u64, signed: &SignedEvent, recorded: Timestamp) -> Again {
        let event = signed.event();
        let past = Past { seen: &self.seen, nearby: &self.nearby };
        if let Some(first) = past.seq_of(&event.hash()) {
            return Again::Recorded(first);
        }
        let refused = |code, detail: String| Again::Refused(Rejection::new(code, detail));
        if let Some(first) = past.with_id(event.author(), &event.id) {
            let detail = format!("{} used id {} in entry {first}", event.author(), event.id);
            return refused("id-conflict", detail);
        }
        if let Err(error) = self.checker.keyring.verify(signed) {
            return refused("signature-invalid", error.to_string());
        }
        let revision =
            self.seen.last_of(&event.stream).map_or(0, |(_, last)| last.saturating_add(1));
        // Judges do not look at the hash before.
        let header = Header { seq, revision, prev: EntryHash::ZERO, recorded };
        let roots = RootsBelow { tree: &self.tree, view: self.view, size: seq };
        match self.bench.judge(&Candidate { header: &header, event }, &past, &roots) {
            Ok(judged) if judged.interpreted => Again::Admitted,
            Ok(_) => {
                let detail = format!("there is no type {} known here", event.event_type);
                refused("type-unknown", detail)
            }
            Err(turned_down) => Again::Refused(turned_down.rejection),
        }
    }
}
