//! Evidence that an event was withheld (`accord.withheld/v1`): it was left with a witness or mirror,
//! and a record that its operator signed later does not have it.
//!
//! ```text
//! accord.withheld/v1
//! event <bytes>
//! <the event's note>
//! deposit <bytes>
//! <the deposit's note>
//! index <bytes>
//! <accord.completeness/v1 of the event's stream, or nothing>
//! checkpoint <bytes>
//! <signed checkpoint>
//! entry <index> <hashes> <bytes>
//! <base64 hash, one a line>
//! <entry bytes>
//! …
//! ```
//!
//! The event names its stream in the signed text, so it can stand nowhere but in that stream. Below
//! the size N of the proof, the stream's entries are listed in it; from N on, or from the first
//! entry without a proof, every entry is in the file, up to one that was recorded too late. The
//! entries below N are those by which powers, keys, charter and witnesses are judged. Whose
//! signatures count, and how late too late is, `accord_ledger::evidence` judges.

use crate::bundle::{self, BundleError, ProvenEntry};
use crate::checkpoint::SignedCheckpoint;
use crate::completeness::{Key, Proof, ProofError};
use crate::deposit::{Deposit, DepositError};
use crate::entry::Entry;
use crate::event::{self, EventError, SignedEvent};
use crate::hash::{EventHash, LedgerId};
use crate::note::Note;
use crate::wire;

const FIRST_LINE: &str = "accord.withheld/v1";
/// The longest file, in bytes.
pub const FILE_MAX: usize = 64 << 20;
/// The most entries beside those of the proof.
pub const ENTRIES_MAX: usize = 20_000;

/// Why bytes are not such evidence, or do not hold.
#[derive(Debug, thiserror::Error)]
pub enum WithheldError {
    /// Longer than [`FILE_MAX`].
    #[error("the file has {0} bytes, the limit is {FILE_MAX}")]
    TooLong(usize),
    /// Not the first line.
    #[error("the first line is not \"{FIRST_LINE}\"")]
    FirstLine,
    /// A part that does not stand where it must.
    #[error("there is no line \"{0} <bytes>\" with as many bytes behind it")]
    Part(&'static str),
    /// The event's note.
    #[error("the event: {0}")]
    Event(#[from] EventError),
    /// The deposit's note.
    #[error("the deposit: {0}")]
    Deposit(#[from] DepositError),
    /// The proof of completeness.
    #[error("the proof from the index: {0}")]
    Index(#[from] ProofError),
    /// The checkpoint, or an entry.
    #[error(transparent)]
    Entries(#[from] BundleError),
    /// More entries than there may be.
    #[error("it has more than {ENTRIES_MAX} entries")]
    TooMany,
    /// The deposit names something else.
    #[error("the deposit is of event {deposited}, the event in the file is {found}")]
    OtherEvent {
        /// As the deposit names it.
        deposited: EventHash,
        /// As the file has it.
        found: EventHash,
    },
    /// Of another ledger.
    #[error("the {part} is of ledger {found}, not of {expected}")]
    OtherLedger {
        /// Which part.
        part: &'static str,
        /// As asked for.
        expected: LedgerId,
        /// As it names it.
        found: String,
    },
    /// The proof is about other entries.
    #[error("the proof from the index is of {found}, the event's own key is {expected}")]
    OtherKey {
        /// The event's.
        expected: Key,
        /// As found.
        found: Key,
    },
    /// The proof stands under another tree.
    #[error("the proof from the index stands under another checkpoint than the entries")]
    OtherTree,
    /// The event is there.
    #[error("the event is in the record, as entry {0}: nothing was withheld")]
    Recorded(u64),
    /// An entry is left out of those that must all be there.
    #[error("entry {0} is missing: from the end of the proof on, every entry must be there")]
    Gap(u64),
}

/// An event, the deposit of it, and entries of a record that lacks it.
#[derive(Clone, Debug, PartialEq)]
pub struct Withheld {
    /// What was deposited.
    pub event: SignedEvent,
    /// The depositary's signed note.
    pub deposit: Note,
    /// All entries of the event's stream below some size; nothing when every entry is in
    /// [`Withheld::entries`].
    pub index: Option<Proof>,
    /// The checkpoint under which all entries stand.
    pub checkpoint: SignedCheckpoint,
    /// By rising seq: what bears on powers and keys below the proof's size, and all from there on.
    pub entries: Vec<ProvenEntry>,
}

impl Withheld {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = format!("{FIRST_LINE}\n").into_bytes();
        let mut part = |word: &str, bytes: &[u8]| {
            out.extend_from_slice(format!("{word} {}\n", bytes.len()).as_bytes());
            out.extend_from_slice(bytes);
        };
        part("event", self.event.note().as_bytes());
        part("deposit", self.deposit.to_text().as_bytes());
        part("index", &self.index.as_ref().map(Proof::to_bytes).unwrap_or_default());
        part("checkpoint", self.checkpoint.to_text().as_bytes());
        for entry in &self.entries {
            entry.write(&mut out);
        }
        out
    }

    /// Reads such evidence. What it shows is checked by [`Withheld::verify_absence`] and, for
    /// signatures and powers, by the ledger.
    pub fn parse(bytes: &[u8]) -> Result<Self, WithheldError> {
        if bytes.len() > FILE_MAX {
            return Err(WithheldError::TooLong(bytes.len()));
        }
        let mut rest = bytes;
        if bundle::line(&mut rest) != Some(FIRST_LINE) {
            return Err(WithheldError::FirstLine);
        }
        let event = SignedEvent::parse(part(&mut rest, "event", event::NOTE_MAX)?)?;
        let (_, deposit) = Deposit::read(part(&mut rest, "deposit", crate::deposit::NOTE_MAX)?)?;
        let index = part(&mut rest, "index", crate::completeness::FILE_MAX)?;
        let index = (!index.is_empty()).then(|| Proof::parse(index)).transpose()?;
        let checkpoint = bundle::read_checkpoint(&mut rest, 1)?;
        let mut entries = Vec::new();
        while !rest.is_empty() {
            if entries.len() == ENTRIES_MAX {
                return Err(WithheldError::TooMany);
            }
            entries.push(ProvenEntry::read(&mut rest, entries.len() + 2)?);
        }
        bundle::check_order(&entries)?;
        Ok(Self { event, deposit, index, checkpoint, entries })
    }

    /// What the depositary's note says, whoever signed it.
    pub fn deposited(&self) -> Result<Deposit, WithheldError> {
        Ok(Deposit::parse(self.deposit.text())?)
    }

    /// The size from which on every entry is in the file.
    pub fn indexed(&self) -> u64 {
        self.index.as_ref().map_or(0, |proof| proof.size)
    }

    /// One more than the last entry that is looked at: the event is in none below.
    pub fn end(&self) -> u64 {
        self.entries.last().map_or(0, |last| last.entry.header.seq.saturating_add(1))
    }

    /// Checks everything but who signed what, and when: that event, deposit and entries are of
    /// `ledger` and of each other, that the entries stand under the checkpoint, and that by them
    /// the event is in none below [`Withheld::end`].
    pub fn verify_absence(&self, ledger: &LedgerId) -> Result<(), WithheldError> {
        let (deposit, event) = (self.deposited()?, self.event.event());
        let other = |part, found: String| {
            Err(WithheldError::OtherLedger { part, expected: *ledger, found })
        };
        if event.ledger != Some(*ledger) {
            let found = event.ledger.map_or_else(|| "none".to_owned(), |l| l.to_string());
            return other("event", found);
        }
        if deposit.ledger != *ledger {
            return other("deposit", deposit.ledger.to_string());
        }
        if deposit.event != event.hash() {
            let (deposited, found) = (deposit.event, event.hash());
            return Err(WithheldError::OtherEvent { deposited, found });
        }
        self.check_index(ledger)?;
        self.check_entries()
    }

    fn check_index(&self, ledger: &LedgerId) -> Result<(), WithheldError> {
        let Some(proof) = &self.index else { return Ok(()) };
        let expected = Key::Stream(self.event.event().stream.clone());
        if proof.key != expected {
            return Err(WithheldError::OtherKey { expected, found: proof.key.clone() });
        }
        if proof.checkpoint != self.checkpoint {
            return Err(WithheldError::OtherTree);
        }
        proof.verify(ledger)?;
        proof.listed().try_for_each(|entry| self.is_not(entry))
    }

    fn check_entries(&self) -> Result<(), WithheldError> {
        let head = self.checkpoint.checkpoint();
        let mut next = self.indexed();
        for proven in &self.entries {
            let seq = proven.entry.header.seq;
            let wrong = |error| BundleError::Proof { index: seq, error };
            proven.verify(head).map_err(wrong)?;
            self.is_not(&proven.entry)?;
            if seq >= next {
                if seq != next {
                    return Err(WithheldError::Gap(next));
                }
                next = next.saturating_add(1);
            }
        }
        // The commitment itself, at the end of the proof, is the first that must be there.
        if next == self.indexed() { Err(WithheldError::Gap(next)) } else { Ok(()) }
    }

    fn is_not(&self, entry: &Entry) -> Result<(), WithheldError> {
        if entry.event().hash() == self.event.event().hash() {
            return Err(WithheldError::Recorded(entry.header.seq));
        }
        Ok(())
    }
}

fn part<'a>(
    rest: &mut &'a [u8],
    word: &'static str,
    max: usize,
) -> Result<&'a [u8], WithheldError> {
    let length = bundle::line(rest).and_then(|line| line.strip_prefix(word)?.strip_prefix(' '));
    let length = length.and_then(wire::decimal);
    length.and_then(|n| bundle::take(rest, n, max)).ok_or(WithheldError::Part(word))
}
