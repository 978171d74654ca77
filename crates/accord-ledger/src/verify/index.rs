//! Commitments to the index, compared with the index of the entries before them.
//!
//! The record is read a second time for it, and only if there are any: until then nobody needs to
//! hold an index of everything.

use super::Run;
use crate::completeness::walk;
use accord_format::completeness::{Commitment, Index};
use accord_format::event::Event;
use accord_format::hash::IndexHash;
use std::collections::BTreeMap;

/// What entries commit to, by position; nothing where an entry commits to nothing that could hold.
pub(super) type Committed = BTreeMap<u64, Option<IndexHash>>;

impl Run<'_> {
    /// Takes note of a commitment. Behind damage none is judged: the damage has been named.
    pub(super) fn learn_commitment(&mut self, seq: u64, event: &Event) {
        if Commitment::is_claimed_by(event) && self.damage.altered.is_none() {
            let commitment = Commitment::of(event).filter(|c| c.size == seq);
            self.committed.insert(seq, commitment.map(|c| c.root));
        }
    }

    /// Compares every commitment with what the entries give.
    pub(super) fn commitments(&mut self) {
        let committed = std::mem::take(&mut self.committed);
        let Some((last, _)) = committed.last_key_value() else { return };
        let (mut index, mut wrong) = (Index::default(), Vec::new());
        let read = walk(&self.view, 0, last.saturating_add(1), |step| {
            if let Some(found) = committed.get(&step.seq) {
                let expected = index.root();
                if *found != Some(expected) {
                    wrong.push((step.seq, *found, expected));
                }
            }
            if let Some(entry) = &step.entry {
                index.push(step.leaf, entry.event());
            }
        });
        for (seq, found, expected) in wrong {
            let found = found.map_or_else(|| "no such commitment".to_owned(), |f| f.to_string());
            let detail = format!(
                "expected size {seq} and index root {expected}, as the entries give; found {found}: the operator has committed to a false index"
            );
            self.problem("index-root", Some(seq), detail);
        }
        if let Err(error) = read {
            let note = format!("not every commitment to the index could be compared: {error}");
            self.report.notes.push(note);
        }
    }
}
