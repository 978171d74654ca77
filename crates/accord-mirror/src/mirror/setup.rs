//! Opening a mirror.

use super::index::Vouching;
use super::{Mirror, NameTaken, names};
use crate::found;
use crate::reading::{Reading, Wrong};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::completeness::{StatementError, is_index_key};
use accord_format::cosignature::CosignerSigner;
use accord_format::hash::LedgerId;
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use accord_ledger::check::CheckError;
use accord_ledger::evidence::EvidenceError;
use accord_store::StoreError;
use accord_store::disk::{Disk, Kind};
use accord_store::replica::{OWN, Replica};
use std::fmt;
use std::sync::Arc;

/// Where a mirror's time comes from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The most keys of a mirror; each signs every checkpoint.
const KEYS_MAX: usize = 8;

/// How a mirror is set up.
pub struct Setup {
    /// The ledger to copy.
    pub ledger: LedgerId,
    /// The keys to cosign with, of a name that no witness has; none to copy without cosigning.
    pub cosigners: Vec<CosignerSigner>,
    /// The key to vouch with for the index of the entries, named `<name>/index`; none to leave that
    /// to others.
    pub index_key: Option<NoteSigner>,
    /// How many full bundles are read before they are proved and written, which bounds the memory:
    /// [`super::STEP_BUNDLES`].
    pub step: usize,
    /// Where time comes from.
    pub clock: Clock,
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("ledger", &self.ledger).finish_non_exhaustive()
    }
}

/// Why a mirror cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The copy.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The directory is no mirror's.
    #[error("the directory is not empty and holds no mirror; give one of its own")]
    Foreign,
    /// The copy is of another ledger.
    #[error("this is a mirror of ledger {found}, not of {expected}")]
    OtherLedger {
        /// As asked for.
        expected: LedgerId,
        /// As noted here.
        found: String,
    },
    /// An entry of the copy is not one of the ledger, though it has the root that was signed.
    #[error("the copy does not read: {0}")]
    Entry(String),
    /// The checkpoint of the copy is not signed.
    #[error("the copy's checkpoint: {0}")]
    Checkpoint(#[from] EvidenceError),
    /// Two keys of one name and id, or the same key twice.
    #[error("the key {0} is given twice")]
    KeyTwice(String),
    /// A key for the index that may sign other things.
    #[error(transparent)]
    IndexKey(#[from] StatementError),
    /// The ledger's policy knows another cosigner of the name of one of the keys.
    #[error(transparent)]
    Name(#[from] NameTaken),
    /// Too many keys.
    #[error("{0} keys; a mirror has {KEYS_MAX} at most")]
    TooManyKeys(usize),
}

impl SetupError {
    /// Stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(error) if error.is_corrupt() => "mirror-damaged",
            Self::Store(_) => "store",
            Self::Foreign => "mirror-foreign",
            Self::OtherLedger { .. } => "other-ledger",
            Self::Entry(_) | Self::Checkpoint(_) => "mirror-damaged",
            Self::IndexKey(_) | Self::Name(_) => "key-name",
            Self::KeyTwice(_) => "key-twice",
            Self::TooManyKeys(_) => "too-many-keys",
        }
    }
}

/// Where the ledger's id is noted.
fn log_file() -> String {
    format!("{OWN}/ledger")
}

impl Mirror {
    /// Opens the mirror on `disk`, or begins one. All that it holds is read and verified again: it
    /// goes on, and cosigns, only from what is here.
    pub fn open(disk: Arc<dyn Disk>, setup: Setup) -> Result<Self, SetupError> {
        let Setup { ledger, cosigners, index_key, step, clock } = setup;
        if let Some(key) = index_key.as_ref().filter(|key| !is_index_key(key.vkey().name())) {
            return Err(StatementError::KeyName(key.vkey().name().to_owned()).into());
        }
        let vouching = index_key.map(Vouching::new);
        check_keys(&cosigners)?;
        let begun = disk.kind(OWN).map_err(StoreError::from)?.is_some();
        if !begun && disk.kind("").map_err(StoreError::from)? == Some(Kind::Dir) {
            let names = disk.list("").map_err(StoreError::from)?;
            if !names.is_empty() {
                return Err(SetupError::Foreign);
            }
        }
        if let Some(found) = ledger_of(&*disk)?.filter(|found| *found != ledger.to_string()) {
            return Err(SetupError::OtherLedger { expected: ledger, found });
        }
        let (mut reading, mut wrong) = (Reading::new(ledger), None::<Wrong>);
        let replica = Replica::open(disk, &mut |entry| {
            if wrong.is_none() {
                wrong = reading.take(entry).err();
            }
        })?;
        if let Some(wrong) = wrong {
            return Err(SetupError::Entry(wrong.to_string()));
        }
        if ledger_of(&**replica.disk())?.is_none() {
            found::place(&**replica.disk(), &log_file(), format!("{ledger}\n").as_bytes())?;
        }
        if let (Some(keys), Some(published)) = (reading.keys(), replica.published()) {
            let note = SignedCheckpoint::parse(published.note.as_bytes());
            let note = note.map_err(CheckError::from).map_err(EvidenceError::from)?;
            keys.verify(&note)?;
        }
        names::check(&cosigners, reading.policies().at(replica.size()))?;
        let cosigners = cosigners.into();
        Ok(Self { ledger, replica, reading, uploaded: None, cosigners, vouching, step, clock })
    }
}

/// The ledger that a directory is a mirror of, as noted in it.
pub fn ledger_of(disk: &dyn Disk) -> Result<Option<String>, StoreError> {
    match disk.read(&log_file(), 100) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).trim_end().to_owned())),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn check_keys(keys: &[CosignerSigner]) -> Result<(), SetupError> {
    if keys.len() > KEYS_MAX {
        return Err(SetupError::TooManyKeys(keys.len()));
    }
    for (at, key) in keys.iter().enumerate() {
        let same = |other: &CosignerSigner| {
            other.vkey().id_string() == key.vkey().id_string()
                || other.vkey().key().as_bytes() == key.vkey().key().as_bytes()
        };
        if keys.iter().skip(at + 1).any(same) {
            return Err(SetupError::KeyTwice(key.vkey().id_string()));
        }
    }
    Ok(())
}
