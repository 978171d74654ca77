//! The operator's private keys, and what it signs with them.

use crate::kernel::Kernel;
use accord_format::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use accord_format::hash::NodeHash;
use accord_format::key::{NoteSigner, VKey};

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
    keys: Vec<NoteSigner>,
}

impl OperatorKeys {
    /// The operator's keys, in any order.
    pub fn new(keys: Vec<NoteSigner>) -> Self {
        Self { keys }
    }

    /// True when the private half of `vkey` is among them.
    pub fn holds(&self, vkey: &VKey) -> bool {
        self.find(vkey).is_ok()
    }

    fn find(&self, vkey: &VKey) -> Result<&NoteSigner, OperatorError> {
        let found = self.keys.iter().find(|k| k.vkey() == vkey);
        found.ok_or_else(|| OperatorError::KeyMissing(vkey.id_string()))
    }

    /// The operator's event key in force.
    pub fn event_key(&self, kernel: &Kernel) -> Result<&NoteSigner, OperatorError> {
        match kernel.operator() {
            Some(vkey) => self.find(vkey),
            None => Err(OperatorError::KeyMissing("an operator key".to_owned())),
        }
    }

    /// Signs the checkpoint of `size` with every checkpoint key in force at that size.
    pub fn sign_checkpoint(
        &self,
        kernel: &Kernel,
        size: u64,
        root: NodeHash,
    ) -> Result<SignedCheckpoint, OperatorError> {
        let in_force = kernel.checkpoint_keys(size).iter();
        let keys = in_force.map(|vkey| self.find(vkey)).collect::<Result<Vec<_>, _>>()?;
        Ok(Checkpoint { origin: kernel.origin(), size, root }.sign(&keys)?)
    }
}
