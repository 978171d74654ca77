//! Checking bundles, fraud proofs and rollbacks offline, with nothing but the file and the ledger
//! id.

use crate::history::Nothing;
use crate::kernel::Kernel;
use crate::kernel::types::{KernelPayload, is_genesis};
use accord_format::bundle::{Bundle, BundleError, ProvenEntry};
use accord_format::checkpoint::{Checkpoint, CheckpointError};
use accord_format::entry::Entry;
use accord_format::fraud::{FraudError, FraudProof};
use accord_format::hash::LedgerId;
use accord_format::head::{Head, HeadError, Pair};
use accord_format::log_key::LogVKey;
use accord_format::rollback::{Rollback, RollbackError};

/// Why a file does not convince.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Its form, or one of its proofs.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The form of a fraud proof, or what it should show.
    #[error(transparent)]
    Fraud(#[from] FraudError),
    /// The form of a rollback.
    #[error(transparent)]
    Rollback(#[from] RollbackError),
    /// Its heads.
    #[error(transparent)]
    Heads(#[from] HeadError),
    /// The genesis is another ledger's.
    #[error("it is of ledger {found}, not of {expected}")]
    OtherLedger {
        /// As asked for.
        expected: LedgerId,
        /// As its genesis gives it.
        found: LedgerId,
    },
    /// The first entry is not a valid genesis.
    #[error("the first entry is not a valid genesis: {0}")]
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

/// Two histories of one ledger, each signed with keys that the ledger's own authority named.
#[derive(Debug)]
pub struct Fork {
    /// The log's origin.
    pub origin: String,
    /// The smaller checkpoint.
    pub smaller: Checkpoint,
    /// The larger checkpoint.
    pub larger: Checkpoint,
    /// The keys that signed both: their holder told two stories.
    pub by_both: Vec<LogVKey>,
    /// The keys that signed one only, of the smaller and of the larger checkpoint.
    pub by_one: (Vec<LogVKey>, Vec<LogVKey>),
}

/// Checks a fraud proof from nothing but the ledger id.
///
/// If no key signed both checkpoints, the two histories differ in whom they let sign: then either
/// the operator told two stories, or somebody did who kept a key that was rotated away, or to whom
/// the key authority gave one; the proof alone does not tell which.
pub fn fraud(bytes: &[u8], ledger: &LedgerId) -> Result<Fork, CheckError> {
    let proof = FraudProof::parse(bytes)?;
    proof.verify_contradiction()?;
    let (small, large) = signers(&proof.heads, ledger)?;
    let apart = |these: &[LogVKey], those: &[LogVKey]| {
        these.iter().filter(|key| !those.contains(key)).cloned().collect::<Vec<_>>()
    };
    let by_one = (apart(&small, &large), apart(&large, &small));
    let by_both = small.into_iter().filter(|key| large.contains(key)).collect();
    let [smaller, larger] = [proof.heads.smaller(), proof.heads.larger()]
        .map(|head| head.checkpoint.checkpoint().clone());
    Ok(Fork { origin: smaller.origin.clone(), smaller, larger, by_both, by_one })
}

/// Two checkpoints of one ledger, of which the smaller lacks entries.
#[derive(Debug)]
pub struct Behind {
    /// The log's origin.
    pub origin: String,
    /// The smaller checkpoint.
    pub smaller: Checkpoint,
    /// The larger checkpoint.
    pub larger: Checkpoint,
}

/// Checks a rollback from nothing but the ledger id.
pub fn rollback(bytes: &[u8], ledger: &LedgerId) -> Result<Behind, CheckError> {
    let rollback = Rollback::parse(bytes)?;
    rollback.heads().verify_inclusion()?;
    signers(rollback.heads(), ledger)?;
    let [smaller, larger] = [rollback.heads().smaller(), rollback.heads().larger()]
        .map(|head| head.checkpoint.checkpoint().clone());
    Ok(Behind { origin: smaller.origin.clone(), smaller, larger })
}

/// The keys that signed each of two heads, of those in force at its size. What a receipt carries is
/// signed with Ed25519 alone, so no more is asked for: whoever holds that key told both stories.
fn signers(heads: &Pair, ledger: &LedgerId) -> Result<(Vec<LogVKey>, Vec<LogVKey>), CheckError> {
    let (small, large) = heads.histories();
    let signed = |head: &Head, keys: &[ProvenEntry]| -> Result<Vec<LogVKey>, CheckError> {
        let kernel = fold(keys, ledger)?;
        let in_force = kernel.checkpoint_keys(head.size());
        head.checkpoint.verify_ed25519(&kernel.origin(), in_force)?;
        let mut signed = Vec::new();
        for key in in_force {
            if head.checkpoint.is_signed_by(key)? {
                signed.push(key.clone());
            }
        }
        Ok(signed)
    };
    Ok((signed(heads.smaller(), small)?, signed(heads.larger(), large)?))
}

/// Folds a key history that begins with the genesis, each entry judged after those before it.
pub(crate) fn fold(keys: &[ProvenEntry], ledger: &LedgerId) -> Result<Kernel, CheckError> {
    let mut entries = keys.iter().map(|proven| &proven.entry);
    let Some(genesis) = entries.next() else {
        return Err(CheckError::Genesis("there is none".to_owned()));
    };
    let mut kernel = begin(genesis)?;
    if kernel.ledger() != Some(*ledger) {
        let found = genesis.event().hash();
        return Err(CheckError::OtherLedger { expected: *ledger, found });
    }
    for entry in entries {
        admit(&kernel, entry)
            .map_err(|why| CheckError::KeyHistory { seq: entry.header.seq, why })?;
        kernel.apply(entry);
    }
    Ok(kernel)
}

/// The state after a genesis entry, whose signatures must be valid.
pub(crate) fn begin(entry: &Entry) -> Result<Kernel, CheckError> {
    let event = entry.event();
    if entry.header.seq != 0 || !is_genesis(event) {
        return Err(CheckError::Genesis("it is not ledger.initialised at seq 0".to_owned()));
    }
    let mut keyring = crate::keyring::Keyring::default();
    keyring.learn(event);
    keyring.verify(entry.signed()).map_err(|e| CheckError::Genesis(e.to_string()))?;
    let mut kernel = Kernel::default();
    kernel.apply(entry);
    Ok(kernel)
}

/// Checks one entry of the key history against those before it.
pub(crate) fn admit(kernel: &Kernel, entry: &Entry) -> Result<(), String> {
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
    if event.ledger != kernel.ledger() {
        return Err("its event is of another ledger".to_owned());
    }
    kernel
        .check_key_history(entry.signed(), &payload, entry.header.recorded)
        .and_then(|()| kernel.judge(event, &payload, entry.header.recorded, &Nothing, &|_, _| None))
        .map_err(|rejection| rejection.to_string())
}
