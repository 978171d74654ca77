//! Evidence that an event was withheld: made from a record, and checked from the ledger id alone.

use super::part::{self, Part, says_powers_or_times};
use super::{UnconvincingError, UnprovenError};
use crate::brackets::{Brackets, Cosigned};
use crate::check::CheckError;
use crate::completeness::{self, Proven};
use crate::deposits::{Docket, Due, Reached, depositaries, reached};
use crate::kernel::Kernel;
use crate::keyring::Keyring;
use crate::record::Record;
use accord_format::completeness::{FILE_MAX as INDEX_MAX, Key};
use accord_format::deposit::{Deposit, DepositError};
use accord_format::event::{Event, SignedEvent};
use accord_format::hash::LedgerId;
use accord_format::key::VKey;
use accord_format::note::Note;
use accord_format::withheld::{ENTRIES_MAX, FILE_MAX, Withheld};

/// What evidence shows that an event was withheld.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The log's origin.
    pub origin: String,
    /// The event.
    pub event: Event,
    /// When it was deposited.
    pub deposit: Deposit,
    /// The key that signed that.
    pub depositary: VKey,
    /// True when the ledger's own policies name it as a witness.
    pub is_witness: bool,
    /// Until when it was to be answered.
    pub due: Due,
    /// How far the entries reach.
    pub reached: Reached,
    /// It is in none of the first so many entries.
    pub end: u64,
    /// Below this size by the index that the operator committed to; 0 when every entry is there.
    pub indexed: u64,
    /// Size of the checkpoint under which everything stands.
    pub size: u64,
    /// The state that the entries in the file make, for opening a refusal.
    pub kernel: Kernel,
}

/// Checks evidence that an event was withheld, from nothing but the ledger id. The deposit counts if
/// one of the keys in `trusted` signed it, or a witness that the ledger's own policies name.
pub fn withheld(
    bytes: &[u8],
    ledger: &LedgerId,
    trusted: &[VKey],
) -> Result<Shown, UnconvincingError> {
    let file = Withheld::parse(bytes)?;
    file.verify_absence(ledger)?;
    let Part { kernel, charters, last } = Part::of(&file.entries, ledger, says_powers_or_times)?;
    let size = file.checkpoint.checkpoint().size;
    file.checkpoint
        .verify(&kernel.origin(), kernel.checkpoint_keys(size))
        .map_err(CheckError::from)?;
    Keyring::of(&kernel).verify(&file.event).map_err(UnconvincingError::NotOwed)?;
    let witnesses = depositaries(&kernel);
    let (deposit, depositary) = open(&file.deposit, trusted.iter().chain(&witnesses))?;
    let due = charters.due(&kernel, deposit.time.timestamp()).ok_or(UnconvincingError::NoLimit)?;
    // Only of all entries of a tree does its own checkpoint say when there were no more.
    let policy = kernel.policies().at(size).filter(|_| file.end() == size);
    let published = policy.and_then(|policy| Cosigned::of(policy, &file.checkpoint));
    let brackets = Brackets::new(kernel.anchors().iter().copied(), []);
    let reached = reached(&kernel, &brackets, last, published);
    let Some(reached) = reached.filter(|reached| due.is_past(reached.at)) else {
        return Err(UnconvincingError::NotReached { reached, due });
    };
    Ok(Shown {
        origin: kernel.origin(),
        event: file.event.event().clone(),
        is_witness: witnesses.contains(&depositary),
        deposit,
        depositary,
        due,
        reached,
        end: file.end(),
        indexed: file.indexed(),
        size,
        kernel,
    })
}

/// Opens a deposit under the first key that signed it.
fn open<'a>(
    note: &Note,
    keys: impl Iterator<Item = &'a VKey>,
) -> Result<(Deposit, VKey), UnconvincingError> {
    let text = note.to_text();
    let mut names = Vec::new();
    for key in keys {
        if let Ok(deposit) = Deposit::open(text.as_bytes(), key) {
            return Ok((deposit, key.clone()));
        }
        names.push(key.id_string());
    }
    let nobody = || {
        let by: Vec<_> = note.signatures().iter().map(|line| line.name.as_str()).collect();
        format!("a key that is known: it names {}, give that key", by.join(", "))
    };
    let who = if names.is_empty() { nobody() } else { names.join(", nor ") };
    Err(UnconvincingError::Depositary(DepositError::Signature(who)))
}

/// Makes the evidence that an event was withheld, of the published part of a record that does not
/// have it, and checks it as others will.
pub fn prove_withheld(
    record: &Record,
    docket: &Docket,
    event: &SignedEvent,
    deposit: Note,
    depositary: &VKey,
    due: &Due,
) -> Result<Vec<u8>, UnprovenError> {
    let kernel = docket.kernel();
    let checkpoint = record.published()?.ok_or(UnprovenError::NotReached)?;
    let size = checkpoint.checkpoint().size;
    let key = Key::Stream(event.event().stream.clone());
    let index = match completeness::prove(record, kernel, &key, size, &checkpoint)? {
        Proven::Proof(proof) => Some(*proof).filter(|p| p.to_bytes().len() <= INDEX_MAX / 2),
        Proven::NotCommitted(_) | Proven::TooMany(_) => None,
    };
    let from = index.as_ref().map_or(0, |proof| proof.size);
    let brackets = Brackets::new(kernel.anchors().iter().copied(), []);
    let view = record.view();
    let mut entries = part::below(&view, from, size, says_powers_or_times)?;
    let mut end = from;
    while end < size {
        let found = super::entry(&view, end)?;
        let at = (end, found.header.recorded);
        entries.push(super::proven(&view, found, size)?);
        end = end.saturating_add(1);
        if entries.len() > ENTRIES_MAX {
            return Err(UnprovenError::TooMuch);
        }
        if reached(kernel, &brackets, Some(at), None).is_some_and(|r| due.is_past(r.at)) {
            break;
        }
    }
    let file = Withheld { event: event.clone(), deposit, index, checkpoint, entries };
    let bytes = file.to_bytes();
    if bytes.len() > FILE_MAX {
        return Err(UnprovenError::TooMuch);
    }
    let ledger = kernel.ledger().ok_or(UnprovenError::NotReached)?;
    withheld(&bytes, &ledger, std::slice::from_ref(depositary)).map_err(Box::new)?;
    Ok(bytes)
}
