//! Pins: the checkpoints that a reader has verified of a ledger, remembered outside of it, and what
//! a record is beside them.
//!
//! One directory cannot show that its end was cut off or that it was written anew by whoever has
//! the operator's keys. Somebody who remembers an earlier head can: a record that has grown agrees
//! with it, an older one is *stale*, and anything else is a fork, which the two heads prove to
//! everybody.
//!
//! Only published checkpoints are remembered: they are durable. A head that a reader saw beside a
//! writer may never have been acknowledged to anyone, and be gone after a power cut without fraud.

mod store;

pub use store::{HEADS_MAX, LEDGERS_MAX, Pins, Remembered, Verified};

use crate::evidence::{EvidenceError, KeyHistory};
use crate::record::Record;
use accord_format::fraud::{Between, FraudError, FraudProof};
use accord_format::head::{Head, HeadError};
use accord_format::time::Timestamp;
use accord_store::StoreError;

const FIRST_LINE: &str = "accord.pin/v1";

/// A head, and when it was verified here.
///
/// ```text
/// accord.pin/v1
/// seen <instant in microseconds>
/// <head, with its key history>
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// When.
    pub seen: Timestamp,
    /// What. It carries its key history, and so is one half of the evidence should the ledger ever
    /// show another history.
    pub head: Head,
}

/// Why bytes are no pin.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// Not its first two lines.
    #[error("it does not begin with \"{FIRST_LINE}\" and \"seen <instant>\"")]
    Beginning,
    /// The head.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// A head without its key history, or with something behind it.
    #[error("it is not one head with its key history")]
    Form,
}

impl Pin {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = format!("{FIRST_LINE}\nseen {}\n", self.seen).into_bytes();
        self.head.write(&mut out);
        out
    }

    /// True when whoever appends to the ledger sets its clock.
    pub fn is_simulated(&self) -> bool {
        let genesis = self.head.keys.first().map(|genesis| genesis.entry.event());
        genesis.is_some_and(crate::kernel::types::is_simulated)
    }

    /// Reads a pin.
    pub fn parse(bytes: &[u8]) -> Result<Self, PinError> {
        let (seen, mut rest) = beginning(bytes).ok_or(PinError::Beginning)?;
        let head = Head::read(&mut rest)?;
        if head.keys.is_empty() || !rest.is_empty() {
            return Err(PinError::Form);
        }
        Ok(Self { seen, head })
    }
}

fn beginning(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let (first, second, rest) = (lines.next()?, lines.next()?, lines.next()?);
    let seen = std::str::from_utf8(second).ok()?.strip_prefix("seen ")?;
    let seen = Timestamp::parse_micros(seen).ok()?;
    (first == FIRST_LINE.as_bytes()).then_some((seen, rest))
}

/// What a record is beside what was verified of it before.
#[derive(Debug)]
pub enum Standing {
    /// Nothing was remembered that it could be compared with.
    First,
    /// It begins with everything that was remembered.
    Agrees,
    /// It has fewer entries than were verified before.
    Stale {
        /// Entries that it has.
        size: u64,
        /// Entries that were verified.
        known: u64,
        /// As far as what it does have could be compared with what was verified, and agrees. What
        /// lies behind that can be compared only where more of the tree is at hand.
        agrees: Option<u64>,
    },
    /// It contradicts what was verified before; the proof convinces everybody.
    Fork(Box<FraudProof>),
}

/// Why a record could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// Files are damaged: what they give is not what the checkpoint signs. That is for
    /// verification to name, and proves nothing against anybody.
    #[error("its hashes do not give the root that its checkpoint signs: {0}; run `accord verify`")]
    Damaged(FraudError),
    /// It contradicts what was verified before, and the keys in force have not signed it: anybody
    /// may have written it.
    #[error(
        "it contradicts what was verified here before, and is not signed with the ledger's keys: {0}"
    )]
    Forged(EvidenceError),
    /// The record.
    #[error(transparent)]
    Record(#[from] EvidenceError),
}

impl CompareError {
    /// True when the record is not the one that was verified before, though nobody is proved to
    /// have signed it.
    pub const fn is_contradiction(&self) -> bool {
        matches!(self, Self::Forged(_))
    }
}

/// Compares a record with the heads that were remembered of its ledger.
pub fn compare(record: &Record, known: &[Pin]) -> Result<Standing, CompareError> {
    let size = record.size();
    let Some(newest) = known.iter().map(|pin| pin.head.size()).max() else {
        return Ok(Standing::First);
    };
    // What was remembered later was compared with what was remembered before it.
    let within = known.iter().filter(|pin| pin.head.size() <= size);
    let nearest = within.max_by_key(|pin| pin.head.size());
    if let Some(proof) = nearest.map(|pin| contradiction(record, &pin.head)).transpose()?.flatten()
    {
        return Ok(Standing::Fork(Box::new(proof)));
    }
    if newest <= size {
        return Ok(Standing::Agrees);
    }
    Ok(Standing::Stale { size, known: newest, agrees: nearest.map(|pin| pin.head.size()) })
}

/// The proof that a record contradicts a head that is no larger, or nothing if it begins with it.
pub fn contradiction(record: &Record, known: &Head) -> Result<Option<FraudProof>, CompareError> {
    let view = record.view();
    let checkpoint = record.head().map_err(EvidenceError::from)?;
    let between = |shown: Head| -> Result<Option<FraudProof>, CompareError> {
        Ok(accord_format::fraud::between(known.clone(), shown, &view)?)
    };
    if between(Head::bare(checkpoint.clone()))?.is_none() {
        return Ok(None);
    }
    // Before anybody is accused: is this what the ledger's keys have signed?
    let mut history = KeyHistory::begin(&view)?;
    history.read_to(&view, record.size())?;
    between(history.head(&view, checkpoint).map_err(CompareError::Forged)?)
}

/// The published head of a record, for remembering: signed with the keys in force and proved under
/// its root. Nothing if nothing newer than `known` is published. Whether it agrees with `known`,
/// [`compare`] must have told before.
pub fn newer(record: &Record, known: &[Pin], now: Timestamp) -> Result<Option<Pin>, EvidenceError> {
    let Some(published) = record.published()? else { return Ok(None) };
    let size = published.checkpoint().size;
    let newest = known.iter().max_by_key(|pin| pin.head.size());
    if size == 0 || newest.is_some_and(|pin| pin.head.size() >= size) {
        return Ok(None);
    }
    let view = record.view();
    let mut history = match newest {
        // Everything below it was looked at when it was remembered.
        Some(pin) => {
            let ledger = pin.head.keys.first().map(|genesis| genesis.entry.event().hash());
            match ledger {
                Some(ledger) => KeyHistory::of(&pin.head, &ledger)?,
                None => KeyHistory::begin(&view)?,
            }
        }
        None => KeyHistory::begin(&view)?,
    };
    history.read_to(&view, size)?;
    Ok(Some(Pin { seen: now, head: history.head(&view, published)? }))
}

impl From<Between<StoreError>> for CompareError {
    fn from(error: Between<StoreError>) -> Self {
        match error {
            Between::Heads(error) => Self::Damaged(error),
            Between::Nodes(error) => Self::Record(error.into()),
        }
    }
}
