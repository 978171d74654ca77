//! Completeness: the index computed anew from the entries that are held, compared with everything
//! that the operator commits to, and vouched for under a key of its own where it is right.

use super::{FollowError, Mirror};
use crate::found::{self, Problem};
use accord_format::completeness::{Commitment, Index, Statement};
use accord_format::entry::Entry;
use accord_format::key::NoteSigner;
use accord_format::merkle::{self, leaf_hash};
use accord_store::StoreError;
use accord_store::replica::OWN;

/// The index over the entries that are held, as far as it was computed.
pub(super) struct Vouching {
    key: NoteSigner,
    index: Index,
    size: u64,
}

impl Vouching {
    pub(super) fn new(key: NoteSigner) -> Self {
        Self { key, index: Index::default(), size: 0 }
    }
}

/// Where a statement about the first `size` entries is kept.
pub(crate) fn statement_file(size: u64) -> String {
    format!("{OWN}/index/{size}")
}

impl Mirror {
    /// Reads the entries that were added, and signs a statement for each right commitment among
    /// them. Tells which commitments are false.
    pub(super) fn vouch(&mut self) -> Result<Vec<Problem>, FollowError> {
        let Some(mut vouching) = self.vouching.take() else { return Ok(Vec::new()) };
        let done = self.vouch_with(&mut vouching);
        // What was indexed stays indexed, whatever came of it.
        self.vouching = Some(vouching);
        done
    }

    fn vouch_with(&self, vouching: &mut Vouching) -> Result<Vec<Problem>, FollowError> {
        let (view, mut problems) = (self.view(), Vec::new());
        for batch in view.batches(vouching.size) {
            let batch = batch?;
            for (seq, bytes) in batch.iter() {
                // Every entry here was read before.
                let Ok(entry) = Entry::parse(bytes) else { continue };
                let event = entry.event();
                if Commitment::is_claimed_by(event) {
                    let ours = Commitment { size: seq, root: vouching.index.root() };
                    if Commitment::of(event) == Some(ours) {
                        self.state(&ours, &vouching.key)?;
                    } else {
                        problems.push(false_commitment(
                            seq,
                            &event.payload.to_string(),
                            &ours,
                            bytes,
                        ));
                    }
                }
                vouching.index.push(leaf_hash(bytes), event);
                vouching.size = seq.saturating_add(1);
            }
        }
        Ok(problems)
    }

    /// Signs what is known of the index, once for each commitment.
    fn state(&self, commitment: &Commitment, key: &NoteSigner) -> Result<(), FollowError> {
        let (disk, path) = (&**self.disk(), statement_file(commitment.size));
        if disk.kind(&path).map_err(StoreError::from)?.is_some() {
            return Ok(());
        }
        let Commitment { size, root: index } = *commitment;
        let tree = merkle::root(&self.view(), size)?;
        let statement = Statement { ledger: self.ledger, size, tree, index };
        let note = statement.sign(key)?;
        Ok(found::place(disk, &path, note.to_text().as_bytes())?)
    }
}

fn false_commitment(seq: u64, claimed: &str, ours: &Commitment, bytes: &[u8]) -> Problem {
    let claimed: String = claimed.chars().take(200).collect();
    let why = format!(
        "entry {seq} commits the operator to an index that is not that of the entries before it: it says {claimed}, the entries give size {seq} and root {}",
        ours.root
    );
    Problem::new("index-false", why).came(bytes.to_vec())
}
