//! Making receipts and bundles.

mod tiles;

pub use tiles::Tiles;

use crate::error::LedgerError;
use crate::kernel::Kernel;
use accord_format::bundle::{Bundle, ProvenEntry};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::entry::Entry;
use accord_format::hash::NodeHash;
use accord_format::merkle;
use accord_format::merkle::Nodes;
use accord_format::receipt::Receipt;
use accord_format::tlog_proof::TlogProof;
use accord_store::{StoreError, View};

fn inclusion(
    nodes: &impl Nodes<Error = StoreError>,
    seq: u64,
    size: u64,
) -> Result<Vec<NodeHash>, LedgerError> {
    Ok(merkle::inclusion_proof(nodes, seq, size)?)
}

/// The receipt of `entry` under `checkpoint`, which must cover it. Of the checkpoint's lines it
/// takes the Ed25519 ones: a receipt is kept by many and is to be small.
pub fn receipt(
    nodes: &impl Nodes<Error = StoreError>,
    entry: &Entry,
    checkpoint: &SignedCheckpoint,
) -> Result<Receipt, LedgerError> {
    let seq = entry.header.seq;
    let small = checkpoint.ed25519_only();
    let proof = TlogProof {
        extra: None,
        index: seq,
        hashes: inclusion(nodes, seq, checkpoint.checkpoint().size)?,
        checkpoint: small
            .map_err(|e| LedgerError::Unreadable { seq, why: format!("the checkpoint: {e}") })?,
    };
    Ok(Receipt::new(entry.header, proof))
}

/// The bundle of entry `seq` under `checkpoint`: with genesis and key history, checkable from
/// nothing but the ledger id.
pub fn bundle(
    view: &View<'_>,
    kernel: &Kernel,
    seq: u64,
    checkpoint: &SignedCheckpoint,
) -> Result<Bundle, LedgerError> {
    let size = checkpoint.checkpoint().size;
    let tiles = Tiles::of(*view);
    let proven = |seq: u64| -> Result<ProvenEntry, LedgerError> {
        let bytes = view.entry(seq)?;
        let entry = Entry::parse(&bytes)
            .map_err(|e| LedgerError::Unreadable { seq, why: e.to_string() })?;
        Ok(ProvenEntry { entry, hashes: inclusion(&tiles, seq, size)? })
    };
    let keys = kernel.key_history(size).map(proven).collect::<Result<Vec<_>, _>>()?;
    Ok(Bundle { checkpoint: checkpoint.clone(), keys, subject: proven(seq)? })
}
