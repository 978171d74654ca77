//! Evidence that an event was withheld: made from a record, and checked from the ledger id alone.
//!
//! The entries in the file are a part of the record, judged by the code that judges the whole. What
//! a part cannot show is that nothing was left out of it: whoever makes the file could keep back a
//! later charter, policy or revocation, and anybody who has the record can show that.

use super::EvidenceError;
use crate::admission::{Candidate, History};
use crate::brackets::{Brackets, Cosigned};
use crate::check::CheckError;
use crate::completeness::{self, Proven};
use crate::deposits::{Charters, Docket, Due, Reached, depositaries, reached};
use crate::error::LedgerError;
use crate::history::Told;
use crate::judge::{Bench, Roots};
use crate::kernel::Kernel;
use crate::kernel::note_of;
use crate::kernel::types::KernelPayload;
use crate::keyring::{Keyring, SignatureError};
use crate::record::Record;
use accord_format::bundle::ProvenEntry;
use accord_format::completeness::{FILE_MAX as INDEX_MAX, Key};
use accord_format::deposit::{Deposit, DepositError};
use accord_format::entry::Entry;
use accord_format::event::{Event, SignedEvent};
use accord_format::hash::{EventHash, LedgerId, NodeHash};
use accord_format::key::VKey;
use accord_format::note::Note;
use accord_format::time::Timestamp;
use accord_format::withheld::{ENTRIES_MAX, FILE_MAX, Withheld, WithheldError};
use accord_store::View;
use std::collections::BTreeMap;

/// Kernel families whose entries say who has which power, and what is due when.
const POWERS: [&str; 5] = ["ledger", "participant", "key", "delegation", "charter"];
const ANCHORED: &str = "checkpoint.anchored";

/// Why no such evidence can be made of a record.
#[derive(Debug, thiserror::Error)]
pub enum UnprovenError {
    /// The record, or what was made of it does not hold.
    #[error(transparent)]
    Record(#[from] LedgerError),
    /// The published part of it does not reach so far.
    #[error("what is published of the record does not reach beyond the limit")]
    NotReached,
    /// A file would not hold it.
    #[error(
        "it would take more than {ENTRIES_MAX} entries or {} MiB; an index that the operator commits to makes it small, and until then it takes the record",
        FILE_MAX >> 20
    )]
    TooMuch,
    /// It would convince nobody.
    #[error("it would not hold: {0}")]
    Unconvincing(#[from] Box<UnconvincingError>),
}

impl From<accord_store::StoreError> for UnprovenError {
    fn from(error: accord_store::StoreError) -> Self {
        Self::Record(error.into())
    }
}

impl From<EvidenceError> for UnprovenError {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::Record(error) => Self::Record(error),
            EvidenceError::Check(error) => {
                Self::Unconvincing(Box::new(UnconvincingError::Check(error)))
            }
        }
    }
}

/// Why evidence does not convince.
#[derive(Debug, thiserror::Error)]
pub enum UnconvincingError {
    /// Its form, or what it should show.
    #[error(transparent)]
    Form(#[from] WithheldError),
    /// The genesis, or the checkpoint's signatures.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// An entry in it is not what its authors signed.
    #[error("entry {seq}: {why}")]
    Entry {
        /// Which.
        seq: u64,
        /// What is wrong with it.
        why: SignatureError,
    },
    /// The event is nobody's.
    #[error("the event need not be answered: {0}")]
    NotOwed(SignatureError),
    /// Nobody who is known signed the deposit.
    #[error("the deposit: {0}")]
    Depositary(DepositError),
    /// The charter sets no limit.
    #[error("by the entries in it no charter sets a limit for what is deposited")]
    NoLimit,
    /// The entries do not reach beyond the limit.
    #[error("the entries in it reach {}, the limit ends at {} and clocks may differ by {} seconds",
        .reached.map_or_else(|| "no time".to_owned(), |r| r.at.to_string()), .due.at, .due.skew)]
    NotReached {
        /// How far they reach.
        reached: Option<Reached>,
        /// The limit.
        due: Due,
    },
}

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
    let Part { kernel, charters, last } = Part::of(&file, ledger)?;
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

/// A part of a record, judged in order.
struct Part {
    kernel: Kernel,
    charters: Charters,
    last: Option<(u64, Timestamp)>,
}

/// The entries of a part so far.
#[derive(Default)]
struct Held {
    told: Told,
    entries: BTreeMap<u64, Entry>,
}

impl History for Held {
    fn entry(&self, seq: u64) -> Option<Entry> {
        self.entries.get(&seq).cloned()
    }

    fn seq_of(&self, event: &EventHash) -> Option<u64> {
        self.told.holds(event)
    }

    fn stream(&self, stream: &str) -> Vec<u64> {
        self.told.seqs_of(stream)
    }
}

/// The roots that an entry itself names. Those between the entries of a part are not at hand; what
/// an anchored checkpoint says of the time, its cosignatures say whatever its root.
struct Named(Vec<(u64, NodeHash)>);

impl Named {
    fn by(event: &Event) -> Self {
        let mut all = vec![(event.seen.size, event.seen.root)];
        let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
        if let Some(Ok(KernelPayload::CheckpointAnchored(anchored))) = payload {
            let notes = anchored.checkpoints.iter().filter_map(|lines| note_of(lines).ok());
            all.extend(notes.map(|n| (n.checkpoint().size, n.checkpoint().root)));
        }
        Self(all)
    }
}

impl Roots for Named {
    fn root_at(&self, size: u64) -> Option<NodeHash> {
        self.0.iter().find(|(at, _)| *at == size).map(|(_, root)| *root)
    }
}

fn bears_on_powers(entry: &Entry) -> bool {
    let event = entry.event();
    POWERS.contains(&event.family()) || event.event_type == ANCHORED
}

impl Part {
    fn of(file: &Withheld, ledger: &LedgerId) -> Result<Self, UnconvincingError> {
        let (mut bench, mut keyring) = (Bench::new(None), Keyring::default());
        let (mut held, mut charters, mut last) = (Held::default(), Charters::default(), None);
        for proven in &file.entries {
            let (entry, header) = (&proven.entry, proven.entry.header);
            last = Some((header.seq, header.recorded));
            if !bears_on_powers(entry) {
                continue;
            }
            if header.seq == 0 {
                keyring.learn(entry.event());
                let found = entry.event().hash();
                if found != *ledger {
                    return Err(CheckError::OtherLedger { expected: *ledger, found }.into());
                }
            }
            let signed = keyring.verify(entry.signed());
            signed.map_err(|why| UnconvincingError::Entry { seq: header.seq, why })?;
            keyring.learn(entry.event());
            let candidate = Candidate { header: &header, event: entry.event() };
            let judged = bench.judge(&candidate, &held, &Named::by(entry.event()));
            held.told.tell(entry);
            held.entries.insert(header.seq, entry.clone());
            match judged {
                Ok(judged) => {
                    bench.apply(entry, &judged.findings, &held);
                    charters.note(entry);
                }
                Err(turned_down) if header.seq == 0 => {
                    let why = turned_down.rejection.to_string();
                    return Err(CheckError::Genesis(why).into());
                }
                Err(_) => bench.pass(entry),
            }
        }
        Ok(Self { kernel: bench.kernel, charters, last })
    }
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
    let mut entries = powers_below(&view, from, size)?;
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

/// The entries below `from` that say who has which power, each proved under the tree of `size`.
fn powers_below(view: &View<'_>, from: u64, size: u64) -> Result<Vec<ProvenEntry>, UnprovenError> {
    let mut found = Vec::new();
    completeness::walk(view, 0, from, |step| {
        found.extend(step.entry.filter(bears_on_powers));
    })?;
    if found.len() > ENTRIES_MAX {
        return Err(UnprovenError::TooMuch);
    }
    found.into_iter().map(|entry| Ok(super::proven(view, entry, size)?)).collect()
}
