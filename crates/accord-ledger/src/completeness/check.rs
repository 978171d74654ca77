//! Checking a proof of completeness offline, with nothing but the file and the ledger id.

use crate::check::{self, CheckError};
use accord_format::bundle::ProvenEntry;
use accord_format::completeness::{Key, Proof, ProofError, Shown, StatementError};
use accord_format::entry::Entry;
use accord_format::hash::LedgerId;
use accord_format::key::VKey;
use accord_format::time::Timestamp;

/// Why a proof of completeness does not convince.
#[derive(Debug, thiserror::Error)]
pub enum CompletenessError {
    /// Its form, or what it should show.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// Its key history, or the checkpoint's signatures.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// Nobody has vouched for the index who was asked for.
    #[error(
        "nobody has vouched for the index in it, so it is the operator's word alone; ask for a proof with a statement by {0}"
    )]
    NotVouched(String),
    /// Not all who were asked for.
    #[error("who has vouched for the index: {0}")]
    Statement(#[from] StatementError),
}

/// What a proof of completeness shows.
#[derive(Debug)]
pub struct Complete {
    /// The log's origin.
    pub origin: String,
    /// What the entries stand under.
    pub key: Key,
    /// The entries: all that stand under it among the first `size`.
    pub entries: Vec<Entry>,
    /// Number of entries of the ledger that this is about.
    pub size: u64,
    /// When the ledger had that many: nothing recorded later is covered.
    pub recorded: Timestamp,
    /// Root of the ledger's tree at that size, and of the index.
    pub shown: Shown,
    /// Size of the checkpoint under which everything stands.
    pub checkpoint: u64,
    /// The keys asked for, all of which have vouched for the index.
    pub vouched: Vec<VKey>,
}

/// Checks a proof of completeness from nothing but the ledger id, and the keys of those whose
/// recomputation of the index is to be believed: each of `vouching` must have signed.
///
/// With none of them, completeness rests on the operator's word, which everybody who has the
/// entries can refute. As in bundles, that the key history is complete is not shown.
pub fn check(
    bytes: &[u8],
    ledger: &LedgerId,
    vouching: &[VKey],
) -> Result<Complete, CompletenessError> {
    let proof = Proof::parse(bytes)?;
    let shown = proof.verify(ledger)?;
    let proven = |entry: &Entry| ProvenEntry { entry: entry.clone(), hashes: Vec::new() };
    let history: Vec<ProvenEntry> = proof.key_history().map(proven).collect();
    let kernel = check::fold(&history, ledger)?;
    let head = proof.checkpoint.checkpoint();
    let signed = proof.checkpoint.verify(&kernel.origin(), kernel.checkpoint_keys(head.size));
    signed.map_err(CheckError::from)?;
    for key in vouching {
        let statement = proof.statement.as_ref();
        statement.ok_or_else(|| CompletenessError::NotVouched(key.id_string()))?.verify(key)?;
    }
    let commitment = proof.commitment().ok_or(ProofError::Commitment(proof.size))?;
    Ok(Complete {
        origin: kernel.origin(),
        recorded: commitment.header.recorded,
        entries: proof.listed().cloned().collect(),
        size: proof.size,
        shown,
        checkpoint: head.size,
        vouched: vouching.to_vec(),
        key: proof.key,
    })
}
