//! A witness's keys, and what must hold between all keys.

use crate::state::StateError;
use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::cosignature::{Algorithm, CosignatureError, CosignerSigner, CosignerVKey};
use accord_format::key::{KeyError, NoteSigner, VKey};
use accord_format::log_key::LogVKey;
use accord_format::note::NoteSignature;
use std::collections::{BTreeMap, BTreeSet};

/// The most keys of a witness; each signs every answer.
const KEYS_MAX: usize = 8;

/// Why a witness cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// No key.
    #[error("a witness needs a key to cosign with")]
    NoKey,
    /// Too many keys.
    #[error("{0} keys; a witness has {KEYS_MAX} at most")]
    TooManyKeys(usize),
    /// No log.
    #[error("a witness needs at least one log to watch")]
    NoLog,
    /// A key that stands twice.
    #[error("the key {0} is given twice, or in two places where different keys belong")]
    KeyTwice(String),
    /// Two keys that signature lines could not tell apart.
    #[error("two keys are called {0}; signature lines could not tell them apart")]
    NameTwice(String),
    /// A key that cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The state.
    #[error(transparent)]
    State(#[from] StateError),
}

impl SetupError {
    /// Stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoKey => "no-key",
            Self::TooManyKeys(_) => "too-many-keys",
            Self::NoLog => "no-log",
            Self::KeyTwice(_) => "key-twice",
            Self::NameTwice(_) => "key-name-twice",
            Self::Key(_) => "key-invalid",
            Self::State(error) => error.code(),
        }
    }
}

/// The keys that a witness cosigns with, and their plain Ed25519 twins that sign deposits.
#[derive(Debug)]
pub struct WitnessKeys {
    cosigners: Vec<CosignerSigner>,
    depositaries: Vec<NoteSigner>,
}

impl WitnessKeys {
    /// Takes the keys, which must be different ones.
    ///
    /// An Ed25519 key signs cosignatures under signature type 0x04 and deposits under 0x01, with
    /// different key ids. The texts cannot be mistaken for each other: one begins with
    /// `cosignature/v1`, the other with `accord.deposit/v1`, and this type signs nothing else.
    pub fn new(cosigners: Vec<CosignerSigner>) -> Result<Self, SetupError> {
        if cosigners.is_empty() {
            return Err(SetupError::NoKey);
        }
        if cosigners.len() > KEYS_MAX {
            return Err(SetupError::TooManyKeys(cosigners.len()));
        }
        let ed25519 = cosigners.iter().filter(|k| k.vkey().algorithm() == Algorithm::Ed25519);
        let depositaries = ed25519.filter_map(CosignerSigner::note_signer).collect();
        Ok(Self { cosigners, depositaries })
    }

    /// No keys: for whoever keeps to one history of a log as a witness does, and answers with no
    /// cosignature, as a mirror that takes note of a checkpoint before it has what that covers.
    pub const fn none() -> Self {
        Self { cosigners: Vec::new(), depositaries: Vec::new() }
    }

    /// The public keys that verify cosignatures.
    pub fn vkeys(&self) -> impl Iterator<Item = &CosignerVKey> {
        self.cosigners.iter().map(CosignerSigner::vkey)
    }

    /// The public keys that verify deposits.
    pub fn deposit_vkeys(&self) -> impl Iterator<Item = &VKey> {
        self.depositaries.iter().map(NoteSigner::vkey)
    }

    pub(super) fn depositaries(&self) -> Vec<&NoteSigner> {
        self.depositaries.iter().collect()
    }

    pub(super) fn cosign(
        &self,
        head: &Checkpoint,
        time: u64,
    ) -> Result<Vec<NoteSignature>, CosignatureError> {
        self.cosigners.iter().map(|key| key.cosign(head, time)).collect()
    }

    pub(super) fn cosigners(&self) -> &[CosignerSigner] {
        &self.cosigners
    }

    /// The times of the lines in `note` that are ours and verify.
    pub(super) fn times(&self, note: &SignedCheckpoint) -> Vec<u64> {
        let lines = note.note().signatures();
        let times = self
            .vkeys()
            .flat_map(|key| lines.iter().filter_map(|line| key.verify(note.checkpoint(), line)));
        times.collect()
    }
}

/// Sees to it that no key stands in two places, and sorts the logs' keys by origin.
pub(super) fn check(
    keys: &WitnessKeys,
    logs: Vec<LogVKey>,
) -> Result<BTreeMap<String, Vec<LogVKey>>, SetupError> {
    if logs.is_empty() {
        return Err(SetupError::NoLog);
    }
    let (mut bytes, mut names) = (BTreeSet::new(), BTreeSet::new());
    let mut note = |id: String, key: &[u8]| {
        if !bytes.insert(key.to_vec()) {
            return Err(SetupError::KeyTwice(id));
        }
        if names.insert(id.clone()) { Ok(()) } else { Err(SetupError::NameTwice(id)) }
    };
    for key in keys.vkeys() {
        note(key.id_string(), key.key().as_bytes())?;
    }
    let mut by_origin: BTreeMap<String, Vec<LogVKey>> = BTreeMap::new();
    for key in logs {
        note(key.id_string(), key.key_bytes())?;
        by_origin.entry(key.name().to_owned()).or_default().push(key);
    }
    Ok(by_origin)
}
