//! A witness's keys, and what must hold between all keys.

use crate::refusal::Refusal;
use crate::state::StateError;
use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::cosignature::{
    Algorithm, CosignatureError, CosignerSigner, CosignerVKey, Subtree,
};
use accord_format::key::{KeyError, NoteSigner, VKey};
use accord_format::log_key::LogVKey;
use accord_format::merkle;
use accord_format::note::NoteSignature;
use accord_format::witnessing::SignSubtree;
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

    /// Signs a subtree of the tree of `reference`, for which a line of ours must stand under it.
    ///
    /// "The signatures SHOULD be from one or more of the same witness key(s) that signed the
    /// checkpoint": those of its names that can sign subtrees sign, or if there is none, all that
    /// can. All keys here sign alike, so that each vouches for the same trees.
    pub fn sign_subtree(&self, request: &SignSubtree) -> Result<Vec<NoteSignature>, Refusal> {
        let (head, lines) =
            (request.checkpoint.checkpoint(), request.checkpoint.note().signatures());
        if !self.vkeys().any(|key| key.algorithm() == Algorithm::MlDsa44) {
            return Err(Refusal::NoSubtrees);
        }
        let mut names = BTreeSet::new();
        for key in self.vkeys() {
            for line in lines.iter().filter(|line| key.is_named_by(line)) {
                if key.verify(head, line).is_none() {
                    return Err(Refusal::BadSignature(key.id_string()));
                }
                names.insert(key.name());
            }
        }
        if names.is_empty() {
            return Err(Refusal::NotCosigned);
        }
        let Subtree { start, end, root } = &request.subtree;
        merkle::verify_subtree((*start, *end, root), (head.size, &head.root), &request.proof)
            .map_err(Refusal::NotOfTree)?;
        let able = |key: &&CosignerSigner| key.vkey().algorithm() == Algorithm::MlDsa44;
        let named = |key: &&CosignerSigner| names.contains(key.vkey().name());
        let mut signing: Vec<_> = self.cosigners.iter().filter(able).filter(named).collect();
        if signing.is_empty() {
            signing = self.cosigners.iter().filter(able).collect();
        }
        let signed = signing.iter().map(|key| key.cosign_subtree(&head.origin, &request.subtree));
        signed.collect::<Result<_, _>>().map_err(|error| Refusal::Signing(error.to_string()))
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
