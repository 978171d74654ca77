//! The operator's private keys, and what it signs with them.

use crate::kernel::Kernel;
use accord_format::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use accord_format::hash::NodeHash;
use accord_format::key::NoteSigner;
use accord_format::log_key::{LogSigner, LogVKey};
use std::sync::Arc;

/// Why the operator cannot sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperatorError {
    /// A key in force is not among those given.
    #[error("the operator key file lacks {0}, which is in force in this ledger")]
    KeyMissing(String),
    /// The note could not be made.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
}

/// Every private key that the operator has for one ledger: its event key, and checkpoint keys,
/// which may include those of the next rotation.
#[derive(Debug)]
pub struct OperatorKeys {
    keys: Arc<[LogSigner]>,
}

/// What signs the checkpoint of one size, on whichever thread.
#[derive(Debug)]
pub(crate) struct CheckpointSigner {
    keys: Arc<[LogSigner]>,
    /// Those of the keys that are in force at the size.
    in_force: Vec<LogVKey>,
    origin: String,
    /// When the last entry was recorded, in seconds since 1970.
    seconds: u64,
}

impl CheckpointSigner {
    /// Signs the checkpoint of the size that this is for.
    pub(crate) fn sign(
        &self,
        size: u64,
        root: NodeHash,
    ) -> Result<SignedCheckpoint, OperatorError> {
        let keys = self.in_force.iter().map(|vkey| find(&self.keys, vkey));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let checkpoint = Checkpoint { origin: self.origin.clone(), size, root };
        Ok(checkpoint.sign_at(&keys, self.seconds)?)
    }
}

fn find<'k>(keys: &'k [LogSigner], vkey: &LogVKey) -> Result<&'k LogSigner, OperatorError> {
    let found = keys.iter().find(|key| key.vkey() == *vkey);
    found.ok_or_else(|| OperatorError::KeyMissing(vkey.id_string()))
}

impl OperatorKeys {
    /// The operator's keys, in any order.
    pub fn new<K: Into<LogSigner>>(keys: Vec<K>) -> Self {
        Self { keys: keys.into_iter().map(Into::into).collect() }
    }

    /// True when the private half of `vkey` is among them.
    pub fn holds(&self, vkey: &LogVKey) -> bool {
        self.find(vkey).is_ok()
    }

    fn find(&self, vkey: &LogVKey) -> Result<&LogSigner, OperatorError> {
        find(&self.keys, vkey)
    }

    /// The checkpoint keys among them that are named `origin`.
    pub(crate) fn of_log(&self, origin: &str) -> impl Iterator<Item = LogVKey> {
        self.keys.iter().map(LogSigner::vkey).filter(move |vkey| vkey.name() == origin)
    }

    /// The operator's event key in force.
    pub fn event_key(&self, kernel: &Kernel) -> Result<&NoteSigner, OperatorError> {
        let missing = || OperatorError::KeyMissing("an operator key".to_owned());
        let vkey = kernel.operator().ok_or_else(missing)?;
        match self.find(&vkey.clone().into())? {
            LogSigner::Ed25519(signer) => Ok(signer),
            LogSigner::MlDsa44(_) => Err(missing()),
        }
    }

    /// Signs the checkpoint of `size` with every checkpoint key in force at that size. Lines that
    /// carry a time say when the last entry was recorded, so that one head has one note.
    pub fn sign_checkpoint(
        &self,
        kernel: &Kernel,
        size: u64,
        root: NodeHash,
    ) -> Result<SignedCheckpoint, OperatorError> {
        self.checkpoint_signer(kernel, size).sign(size, root)
    }

    /// What signs the checkpoint of `size`, the next one, wherever that is done.
    pub(crate) fn checkpoint_signer(&self, kernel: &Kernel, size: u64) -> CheckpointSigner {
        CheckpointSigner {
            keys: Arc::clone(&self.keys),
            in_force: kernel.checkpoint_keys(size).to_vec(),
            origin: kernel.origin(),
            seconds: u64::try_from(kernel.recorded().micros().div_euclid(1_000_000)).unwrap_or(0),
        }
    }
}
