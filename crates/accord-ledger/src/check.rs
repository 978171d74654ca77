//! Checking receipts, bundles and refusals offline, with nothing but the file, the event and the
//! ledger id.

use crate::history::Nothing;
use crate::kernel::Kernel;
use crate::kernel::types::{KernelPayload, is_genesis};
use accord_format::bundle::{Bundle, BundleError, ProvenEntry};
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
    /// An entry among the key history is not one, or not in force.
    #[error("entry {seq} does not belong to the key history: {why}")]
    KeyHistory {
        /// Its position.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
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
/// Which checkpoint keys count follows from the key history in it: the genesis, and what the key
/// authority of each moment has signed since.
///
/// What it cannot show: that the key history is complete. Whoever still has a key that was rotated
/// away or revoked could leave that out; a checkpoint held elsewhere shows it. Nor does it check the
/// signatures of the subject, whose keys it does not have: that they hold is what the ledger says.
pub fn bundle(bytes: &[u8], ledger: &LedgerId) -> Result<Proven, CheckError> {
    let bundle = Bundle::parse(bytes)?;
    bundle.verify_inclusion()?;
    let kernel = fold(&bundle.keys, ledger)?;
    let head = bundle.checkpoint.checkpoint();
    bundle.checkpoint.verify(&kernel.origin(), kernel.checkpoint_keys(head.size))?;
    Ok(Proven {
        ledger: *ledger,
        origin: kernel.origin(),
        size: head.size,
        entry: bundle.subject.entry,
    })
}

/// Folds a key history that begins with the genesis, each entry judged after those before it.
pub(crate) fn fold(keys: &[ProvenEntry], ledger: &LedgerId) -> Result<Kernel, CheckError> {
    let mut entries = keys.iter().map(|proven| &proven.entry);
    let Some(genesis) = entries.next() else {
        return Err(CheckError::Genesis("there is none".to_owned()));
    };
    let event = genesis.event();
    if event.hash() != *ledger {
        return Err(CheckError::OtherLedger { expected: *ledger, found: event.hash() });
    }
    if genesis.header.seq != 0 || !is_genesis(event) {
        return Err(CheckError::Genesis("it is not ledger.initialised at seq 0".to_owned()));
    }
    let mut keyring = crate::keyring::Keyring::default();
    keyring.learn(event);
    keyring.verify(genesis.signed()).map_err(|e| CheckError::Genesis(e.to_string()))?;
    let mut kernel = Kernel::default();
    kernel.apply(genesis);
    for entry in entries {
        key_history(&kernel, entry, ledger)
            .map_err(|why| CheckError::KeyHistory { seq: entry.header.seq, why })?;
        kernel.apply(entry);
    }
    Ok(kernel)
}

/// Checks one entry of the key history against those before it.
fn key_history(kernel: &Kernel, entry: &Entry, ledger: &LedgerId) -> Result<(), String> {
    use KernelPayload as P;
    let event = entry.event();
    let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload)
        .ok_or_else(|| format!("{} says nothing about keys", event.event_type))?
        .map_err(|e| e.to_string())?;
    let about_keys = matches!(
        payload,
        P::LedgerCheckpointKeysRotated(_)
            | P::LedgerAuthorityChanged(_)
            | P::KeyAdded(_)
            | P::KeyRotated(_)
            | P::KeySuspended(_)
            | P::KeyReinstated(_)
            | P::KeyRevoked(_)
    );
    if !about_keys {
        return Err(format!("{} says nothing about checkpoint keys", event.event_type));
    }
    if event.ledger != Some(*ledger) {
        return Err("its event is of another ledger".to_owned());
    }
    kernel
        .check_key_history(entry.signed(), &payload, entry.header.recorded)
        .and_then(|()| kernel.judge(event, &payload, entry.header.recorded, &Nothing, &|_, _| None))
        .map_err(|rejection| rejection.to_string())
}
