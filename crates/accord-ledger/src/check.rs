//! Checking receipts, bundles and refusals offline, with nothing but the file, the event and the
//! ledger id.

use crate::kernel::Kernel;
use crate::kernel::types::{KernelPayload, is_genesis};
use accord_format::bundle::{Bundle, BundleError};
use accord_format::checkpoint::CheckpointError;
use accord_format::entry::Entry;
use accord_format::hash::LedgerId;

/// Why a bundle does not convince.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Its form, or one of its proofs.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The genesis is another ledger's.
    #[error("the bundle is of ledger {found}, not of {expected}")]
    OtherLedger {
        /// As asked for.
        expected: LedgerId,
        /// As the bundle's genesis gives it.
        found: LedgerId,
    },
    /// The first entry is not a valid genesis.
    #[error("the first entry of the bundle is not a valid genesis: {0}")]
    Genesis(String),
    /// An entry among the key history is not a checkpoint-key entry of this ledger.
    #[error("entry {0} does not belong to the key history")]
    KeyHistory(u64),
    /// The checkpoint.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
}

/// What a bundle proves.
#[derive(Debug)]
pub struct Proven {
    /// The ledger.
    pub ledger: LedgerId,
    /// The log's origin.
    pub origin: String,
    /// The entry that is included.
    pub entry: Entry,
    /// The size of the checkpoint under which it is.
    pub size: u64,
}

/// Checks a bundle from nothing but the ledger id.
///
/// What it cannot show: that the key history is complete. Whoever still has a checkpoint key that
/// was rotated away could leave its rotation out; a checkpoint held elsewhere shows that.
pub fn bundle(bytes: &[u8], ledger: &LedgerId) -> Result<Proven, CheckError> {
    let bundle = Bundle::parse(bytes)?;
    bundle.verify_inclusion()?;
    let mut kernel = Kernel::default();
    let mut keyring = crate::keyring::Keyring::default();
    for (at, proven) in bundle.keys.iter().enumerate() {
        let (entry, event) = (&proven.entry, proven.entry.event());
        if at == 0 {
            if event.hash() != *ledger {
                return Err(CheckError::OtherLedger { expected: *ledger, found: event.hash() });
            }
            if entry.header.seq != 0 || !is_genesis(event) {
                return Err(CheckError::Genesis(
                    "it is not ledger.initialised at seq 0".to_owned(),
                ));
            }
            keyring.learn(event);
            keyring.verify(entry.signed()).map_err(|e| CheckError::Genesis(e.to_string()))?;
        } else {
            let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
            let rotates =
                matches!(payload, Some(Ok(KernelPayload::LedgerCheckpointKeysRotated(_))));
            if !rotates || event.ledger != Some(*ledger) || entry.header.seq < kernel.size() {
                return Err(CheckError::KeyHistory(entry.header.seq));
            }
        }
        kernel.apply(entry);
    }
    let head = bundle.checkpoint.checkpoint();
    bundle.checkpoint.verify(&kernel.origin(), kernel.checkpoint_keys(head.size))?;
    Ok(Proven {
        ledger: *ledger,
        origin: kernel.origin(),
        size: head.size,
        entry: bundle.subject.entry,
    })
}
