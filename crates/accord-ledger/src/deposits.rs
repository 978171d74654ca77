//! What a record says to a deposit: whether an event that was left with a witness or mirror was
//! taken in, in time, and if not, whether it should have been by now.
//!
//! The charter's clock `submission` says within what time. It runs from the time that the depositary
//! signed, which is another clock than the operator's and the witnesses': nothing is found late by
//! less than they may differ. How far a record reaches is told by what speaks *against* its operator:
//! its own word that an entry was recorded so late, or that of a quorum of witnesses.

mod charters;

pub(crate) use charters::Charters;

use crate::admission::Admission;
use crate::brackets::{Bracket, Brackets, Cosigned};
use crate::error::LedgerError;
use crate::kernel::Kernel;
use crate::keyring::Keyring;
use crate::record::Record;
use crate::verify::{self, Follower};
use accord_format::checkpoint::CheckpointError;
use accord_format::deposit::Deposit;
use accord_format::entry::Entry;
use accord_format::event::SignedEvent;
use accord_format::hash::{EventHash, LedgerId};
use accord_format::key::VKey;
use accord_format::name;
use accord_format::refusal::{Refusal, RefusalError};
use accord_format::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Why a record cannot say anything to a deposit.
#[derive(Debug, thiserror::Error)]
pub enum DocketError {
    /// The record.
    #[error(transparent)]
    Record(#[from] LedgerError),
    /// It is damaged.
    #[error(
        "the record is damaged at entry {0}, so nothing is said of what it lacks: `accord verify` says more"
    )]
    Damaged(u64),
    /// The entries are not those that were signed.
    #[error(
        "the entries are not those under its checkpoint, so nothing is said of what it lacks: `accord verify` says more"
    )]
    OtherRoot,
    /// Its checkpoint is not signed by those who must.
    #[error("the record's checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Another ledger's deposit.
    #[error("it is of ledger {deposited}, this is {own}")]
    OtherLedger {
        /// As the deposit names it.
        deposited: LedgerId,
        /// This one.
        own: String,
    },
    /// Another event's note.
    #[error("the deposit is of event {deposited}, the note given is event {given}")]
    OtherEvent {
        /// As the deposit names it.
        deposited: EventHash,
        /// As given.
        given: EventHash,
    },
}

/// Who says when something was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The operator, by `recorded` of this entry.
    Operator(u64),
    /// A quorum of witnesses, whose cosignatures on the checkpoint of this size stand in the record.
    Anchored(u64),
    /// A quorum of witnesses, to whom the checkpoint of this size was the newest.
    Published(u64),
}

/// Up to when a record tells what was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The instant.
    pub at: Timestamp,
    /// Who says so.
    pub by: Word,
}

/// Until when an event is to be taken in or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The charter's limit, in seconds.
    pub limit: u64,
    /// The entry that put that charter in force.
    pub charter: u64,
    /// The end of the limit.
    pub at: Timestamp,
    /// By how many seconds the clocks of those who speak may differ.
    pub skew: i64,
}

impl Due {
    /// True when an act at this instant, or a record that reaches it, is late beyond doubt.
    pub fn is_past(&self, at: Timestamp) -> bool {
        at >= self.at.plus_seconds(self.skew)
    }
}

/// Whether an event was taken in in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// The charter sets no limit.
    NoLimit,
    /// It was, and a quorum of witnesses had cosigned it by then.
    InTime(Due),
    /// It was by the operator's word; witnesses say nothing else.
    SaidInTime(Due),
    /// It was not.
    Late(Due, Reached),
}

/// What a record says to a deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The event is in the record.
    TakenIn {
        /// Its entry.
        seq: u64,
        /// When the operator recorded it.
        recorded: Timestamp,
        /// Between which instants it did, by the word of witnesses.
        bracket: Bracket,
        /// Whether that was in time.
        timing: Timing,
    },
    /// It is not there, and the operator signed that it refused it.
    Refused(Refusal),
    /// It is not there, and its signatures are not those of keys that the record knows: nobody is
    /// bound to take it in, or to sign why not.
    NotOwed(String),
    /// It is not there, and the charter sets no limit.
    NoLimit,
    /// It is not there, and the record does not reach the end of the limit.
    NotDue {
        /// The limit.
        due: Due,
        /// How far the record reaches; nothing if nobody says.
        reached: Option<Reached>,
    },
    /// It is not there, and the record reaches beyond the limit.
    Withheld {
        /// The limit.
        due: Due,
        /// How far the record reaches.
        reached: Reached,
        /// True when the event's note was there to show that its signatures are valid.
        shown: bool,
    },
}

impl Answer {
    /// The code of what is wrong, if anything is.
    pub const fn finding(&self) -> Option<&'static str> {
        match self {
            Self::Withheld { shown: true, .. } => Some("withheld"),
            Self::Withheld { .. } => Some("not_taken_in"),
            Self::TakenIn { timing: Timing::Late(..), .. } => Some("taken_in_late"),
            _ => None,
        }
    }
}

/// A record, read for what it says to deposits.
#[derive(Debug)]
pub struct Docket {
    kernel: Kernel,
    keyring: Keyring,
    charters: Charters,
    /// Where the events asked for stand.
    found: BTreeMap<EventHash, (u64, Timestamp)>,
    brackets: Brackets,
    reached: Option<Reached>,
    size: u64,
}

/// Notes what is asked for while the record is read.
struct Reading<'a> {
    wanted: &'a BTreeSet<EventHash>,
    found: BTreeMap<EventHash, (u64, Timestamp)>,
    charters: Charters,
    last: Option<(u64, Timestamp)>,
}

impl Follower for Reading<'_> {
    fn entry(&mut self, entry: &Entry, void: bool) {
        let (seq, recorded, event) = (entry.header.seq, entry.header.recorded, entry.event());
        let hash = event.hash();
        if self.wanted.contains(&hash) {
            self.found.entry(hash).or_insert((seq, recorded));
        }
        if !void {
            self.charters.note(entry);
        }
        self.last = Some((seq, recorded));
    }

    fn progress(&mut self, _: u64, _: u64) {}
}

impl Docket {
    /// Reads a record, every signature checked, looking for these events.
    pub fn read(
        record: &Record,
        admission: Option<Box<dyn Admission>>,
        wanted: &BTreeSet<EventHash>,
    ) -> Result<Self, DocketError> {
        let mut reading =
            Reading { wanted, found: BTreeMap::new(), charters: Charters::default(), last: None };
        let options = verify::Options { admission, ..verify::Options::default() };
        let followed = verify::follow(record.reader(), options, &mut reading);
        if let Some(seq) = followed.damaged {
            return Err(DocketError::Damaged(seq));
        }
        let (kernel, head) = (followed.kernel, record.head()?);
        if followed.root != Some(head.checkpoint().root) {
            return Err(DocketError::OtherRoot);
        }
        head.verify(&kernel.origin(), kernel.checkpoint_keys(head.checkpoint().size))?;
        let brackets = record.brackets(&kernel)?;
        let Reading { found, charters, last, .. } = reading;
        let published = record.published()?.and_then(|note| {
            let size = note.checkpoint().size;
            Cosigned::of(kernel.policies().at(size)?, &note)
        });
        let reached = reached(&kernel, &brackets, last, published);
        let (keyring, size) = (Keyring::of(&kernel), record.size());
        Ok(Self { kernel, keyring, charters, found, brackets, reached, size })
    }

    /// The state that the record makes.
    pub const fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Number of entries read.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Up to when the record tells what was taken in.
    pub const fn reached(&self) -> Option<Reached> {
        self.reached
    }

    /// Until when what was deposited at this time is to be answered; nothing where the charter sets
    /// no limit.
    pub fn due(&self, deposited: Timestamp) -> Option<Due> {
        self.charters.due(&self.kernel, deposited)
    }

    /// Opens a refusal under the key of the operator that signed it: today's or an earlier one.
    pub fn refusal(&self, bytes: &[u8]) -> Result<Refusal, RefusalError> {
        refusal(&self.kernel, bytes)
    }

    /// What the record says to a deposit whose signature is known to be the depositary's. With the
    /// event's note it also says whether the event is one that must be answered. `refusals` are
    /// signed by the operator.
    pub fn answer(
        &self,
        deposit: &Deposit,
        event: Option<&SignedEvent>,
        refusals: &[Refusal],
    ) -> Result<Answer, DocketError> {
        let own = self.kernel.ledger();
        if own != Some(deposit.ledger) {
            let own = own.map_or_else(|| "none".to_owned(), |ledger| ledger.to_string());
            return Err(DocketError::OtherLedger { deposited: deposit.ledger, own });
        }
        if let Some(given) = event.map(|e| e.event().hash()).filter(|e| *e != deposit.event) {
            return Err(DocketError::OtherEvent { deposited: deposit.event, given });
        }
        let due = self.due(deposit.time.timestamp());
        if let Some((seq, recorded)) = self.found.get(&deposit.event).copied() {
            let bracket = self.brackets.of(seq);
            let timing = timing(due, seq, recorded, &bracket, self.kernel.is_simulated());
            return Ok(Answer::TakenIn { seq, recorded, bracket, timing });
        }
        if let Some(refusal) = refusals.iter().find(|r| r.event == deposit.event) {
            return Ok(Answer::Refused(refusal.clone()));
        }
        if let Some(Err(why)) = event.map(|event| self.keyring.verify(event)) {
            return Ok(Answer::NotOwed(why.to_string()));
        }
        let Some(due) = due else { return Ok(Answer::NoLimit) };
        Ok(match self.reached.filter(|reached| due.is_past(reached.at)) {
            Some(reached) => Answer::Withheld { due, reached, shown: event.is_some() },
            None => Answer::NotDue { due, reached: self.reached },
        })
    }
}

/// Opens a refusal under any key that the operator has had.
pub fn refusal(kernel: &Kernel, bytes: &[u8]) -> Result<Refusal, RefusalError> {
    let Some(operator) = kernel.operator() else {
        return Err(RefusalError::Signature("an operator, whom the ledger does not name".into()));
    };
    let first = Refusal::open(bytes, operator);
    let participant = name::participant_of(operator.name());
    let mut earlier = kernel.keys().values().filter(|key| key.participant == participant);
    earlier.find_map(|key| Refusal::open(bytes, &key.vkey).ok()).map_or(first, Ok)
}

/// The keys that sign the deposits of the witnesses that a ledger's policies name, or named once.
pub fn depositaries(kernel: &Kernel) -> Vec<VKey> {
    let witnesses = kernel.policies().all().iter().flat_map(|p| p.policy.witnesses());
    witnesses.filter_map(|w| accord_format::deposit::depositary(&w.vkey)).collect()
}

/// How far a record reaches whose last entry is `last`: whatever says the most.
pub(crate) fn reached(
    kernel: &Kernel,
    brackets: &Brackets,
    last: Option<(u64, Timestamp)>,
    published: Option<Cosigned>,
) -> Option<Reached> {
    // A simulated clock says nothing of when.
    let own = last.filter(|_| !kernel.is_simulated());
    let own = own.map(|(seq, at)| Reached { at, by: Word::Operator(seq) });
    let anchored = last.and_then(|(seq, _)| brackets.of(seq).after);
    let anchored = anchored.map(|bound| Reached { at: bound.at, by: Word::Anchored(bound.size) });
    let cosigned = published.map(|cosigned| Reached {
        at: crate::brackets::timestamp(cosigned.since),
        by: Word::Published(cosigned.size),
    });
    // Of those that say the same, the first: what the operator itself says needs no witness.
    [cosigned, anchored, own].into_iter().flatten().max_by_key(|reached| reached.at)
}

fn timing(
    due: Option<Due>,
    seq: u64,
    recorded: Timestamp,
    bracket: &Bracket,
    simulated: bool,
) -> Timing {
    let Some(due) = due else { return Timing::NoLimit };
    if !simulated && due.is_past(recorded) {
        return Timing::Late(due, Reached { at: recorded, by: Word::Operator(seq) });
    }
    if let Some(after) = bracket.after.filter(|after| due.is_past(after.at)) {
        return Timing::Late(due, Reached { at: after.at, by: Word::Anchored(after.size) });
    }
    match bracket.by {
        Some(by) if !due.is_past(by.at) => Timing::InTime(due),
        _ => Timing::SaidInTime(due),
    }
}
