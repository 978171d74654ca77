//! The tail and the checkpoints: they must be of this record, and signed with the keys in force.

use super::Run;
use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_format::log_key::LogVKey;
use accord_store::{StoreError, TailState, layout};

impl Run<'_> {
    /// Says what became of the tail.
    pub(super) fn tail(&mut self) {
        let disk = self.reader.disk();
        let there = |path: &str| disk.kind(path).is_ok_and(|kind| kind.is_some());
        match self.reader.tail() {
            TailState::Whole => {}
            TailState::Unacknowledged(dropped) => {
                self.report.notes.push(format!(
                    "behind the last checkpoint record of the tail stand {} bytes that were never acknowledged",
                    dropped.bytes
                ));
            }
            TailState::Unseen if there(layout::PRIVATE) && !there(layout::TAIL) => {
                self.problem("tail-malformed", None, "private/ is there, but no tail in it");
            }
            TailState::Unseen => {
                self.report.notes.push(
                    "the private tail was not read: only published entries are verified".into(),
                );
            }
            // The public checkpoint's own damage is named with the checkpoints.
            TailState::Damaged(StoreError::Corrupt(c)) if c.path == layout::CHECKPOINT => {}
            TailState::Damaged(error) => self.problem("tail-malformed", None, error.to_string()),
        }
        let Some(image) = self.reader.image() else { return };
        let size = self.view.size();
        if self.tail_is_whole() && self.published_size() > image.size() {
            let detail = format!(
                "{} entries are published, {} acknowledged",
                self.published_size(),
                image.size()
            );
            self.problem("checkpoint-size", None, detail);
        }
        let last = self.last_hash().filter(|_| image.base() == size);
        if let Some(last) = last.filter(|last| *last != image.prev()) {
            let detail = format!("expected {last}, the tail's base names {}", image.prev());
            self.altered("prev-wrong", size, detail);
        }
    }

    /// Whether the tail was read, and nothing in it is damaged.
    pub(super) fn tail_is_whole(&self) -> bool {
        match self.reader.tail() {
            TailState::Whole | TailState::Unacknowledged(_) => true,
            TailState::Damaged(StoreError::Corrupt(c)) => c.path == layout::CHECKPOINT,
            TailState::Damaged(_) | TailState::Unseen => false,
        }
    }

    /// Checks every checkpoint: that of the tail, the published one, one that waits, and those
    /// that witnesses have signed.
    pub(super) fn heads(&mut self) {
        if let Some(image) = self.reader.image() {
            self.checkpoint(image.note().as_bytes(), layout::TAIL);
        }
        let before = self.report.problems.len();
        match self.reader.published() {
            Some(published) => self.checkpoint(published.note.as_bytes(), layout::CHECKPOINT),
            None => self.public_checkpoint(),
        }
        if self.report.problems.len() > before {
            self.unsound.insert(layout::CHECKPOINT.to_owned());
        }
        for file in self.listing.others.clone() {
            let waits = file == layout::CHECKPOINT_PENDING;
            if waits || file.starts_with("public/witnessed/") {
                let before = self.report.problems.len();
                self.note_file(&file);
                if self.report.problems.len() > before {
                    self.unsound.insert(file);
                }
            }
        }
    }

    /// The published checkpoint that the store could not make anything of, or that is missing.
    fn public_checkpoint(&mut self) {
        let listed = |path| self.listing.others.iter().any(|file| file == path);
        if listed(layout::CHECKPOINT) {
            self.note_file(layout::CHECKPOINT);
        } else if listed(layout::CHECKPOINT_PENDING) {
            // The first one waits for cosignatures.
        } else if !self.listing.bundles.is_empty() || !self.listing.tiles.is_empty() {
            let detail = "public/checkpoint is missing, though there are bundles or tiles";
            self.problem("checkpoint-malformed", None, detail);
        }
    }

    fn note_file(&mut self, file: &str) {
        match self.reader.disk().read(file, NOTE_MAX as u64) {
            Ok(note) => self.checkpoint(&note, file),
            Err(error) if error.is_not_found() => {}
            Err(error) => self.problem("checkpoint-malformed", None, error.to_string()),
        }
    }

    /// The checkpoint keys in force at a size, as the entries name them.
    pub(super) fn keys_at(&self, size: u64) -> &[LogVKey] {
        let in_force = self.checkpoint_keys.iter().rev().find(|(from, _)| *from <= size);
        in_force.map_or(&[], |(_, keys)| keys)
    }

    fn checkpoint(&mut self, note: &[u8], file: &str) {
        let signed = match SignedCheckpoint::parse(note) {
            Ok(signed) => signed,
            Err(error) => {
                return self.problem("checkpoint-malformed", None, format!("{file}: {error}"));
            }
        };
        let head = signed.checkpoint();
        let size = self.view.size();
        let waits = file != layout::TAIL && file != layout::CHECKPOINT;
        if waits && head.size > size && head.size <= self.size_now() {
            return;
        }
        // Without a genesis there is nothing to judge signer and origin by.
        if self.bench.kernel.genesis().is_some() {
            let verified = signed.verify(&self.bench.kernel.origin(), self.keys_at(head.size));
            if let Err(error) = verified {
                self.problem("checkpoint-signature", None, format!("{file}: {error}"));
            }
        }
        if head.size > size {
            let detail = format!("{file} covers {} entries, there are {size}", head.size);
            self.problem("checkpoint-size", None, detail);
        } else if let Some(root) =
            self.tree.root_at(head.size, &self.view).filter(|r| *r != head.root)
        {
            let detail =
                format!("{file}: expected root {root}, as the entries give; found {}", head.root);
            self.problem("checkpoint-root", None, detail);
        }
    }
}
