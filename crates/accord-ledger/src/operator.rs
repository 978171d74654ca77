//! The operator's private keys, and what it signs with them.

use crate::kernel::Kernel;
use accord_format::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use accord_format::hash::NodeHash;
use accord_format::key::NoteSigner;
use accord_format::log_key::{LogSigner, LogVKey};

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
    keys: Vec<LogSigner>,
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
        let found = self.keys.iter().find(|k| k.vkey() == *vkey);
        found.ok_or_else(|| OperatorError::KeyMissing(vkey.id_string()))
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
        let in_force = kernel.checkpoint_keys(size).iter();
        let keys = in_force.map(|vkey| self.find(vkey)).collect::<Result<Vec<_>, _>>()?;
        let seconds = u64::try_from(kernel.recorded().micros().div_euclid(1_000_000)).unwrap_or(0);
        Ok(Checkpoint { origin: kernel.origin(), size, root }.sign_at(&keys, seconds)?)
    }
}
