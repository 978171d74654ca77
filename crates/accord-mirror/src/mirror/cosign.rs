//! The mirror's own word: that all of a checkpoint is here, durable, and can be read.

use super::{FollowError, Mirror, names};
use crate::reading::Reading;
use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_format::cosignature::CosignerSigner;
use accord_format::note::{Note, NoteSignature, SIGNATURES_MAX};
use accord_store::StoreError;

impl Mirror {
    /// `shown` with our lines, made now. Lines of strangers go where there are too many.
    pub(super) fn cosigned(
        &self,
        shown: &SignedCheckpoint,
        reading: &Reading,
    ) -> Result<String, FollowError> {
        names::check(&self.cosigners, reading.policies().at(shown.checkpoint().size))?;
        let now = u64::try_from((self.clock)().seconds()).ok().filter(|now| *now > 0);
        let now = now.ok_or(FollowError::Clock)?;
        let head = shown.checkpoint();
        let ours = self.cosigners.iter().map(|key| key.cosign(head, now));
        let ours = ours.collect::<Result<Vec<NoteSignature>, _>>()?;
        let theirs = shown.note().signatures().iter().filter(|line| !self.is_ours(line));
        let keys = reading.keys().map(|keys| keys.keys_at(head.size)).unwrap_or_default();
        let is_logs = |line: &NoteSignature| keys.iter().any(|key| key.is_named_by(line));
        let (log, others): (Vec<_>, Vec<_>) = theirs.cloned().partition(is_logs);
        let mut lines: Vec<NoteSignature> = log.into_iter().chain(ours).collect();
        let own = lines.len();
        let room = SIGNATURES_MAX.saturating_sub(own);
        lines.extend(others.into_iter().take(room));
        let mut note = text(head.to_text().as_str(), &lines)?;
        if note.len() > NOTE_MAX {
            lines.truncate(own);
            note = text(head.to_text().as_str(), &lines)?;
        }
        Ok(note)
    }

    /// Our lines in a note that we made.
    pub(super) fn own_lines(&self, note: &str) -> Result<Vec<NoteSignature>, FollowError> {
        let note = Note::parse(note.as_bytes());
        let note = note.map_err(|error| StoreError::WrongCheckpoint(error.to_string()))?;
        Ok(note.signatures().iter().filter(|line| self.is_ours(line)).cloned().collect())
    }

    fn is_ours(&self, line: &NoteSignature) -> bool {
        self.cosigners.iter().any(|key| key.vkey().is_named_by(line))
    }

    /// Lets a checkpoint of what is held count as published, with the cosignatures that it has gained;
    /// adds ours, if it is the newest and they are not there.
    pub(super) fn renew(&mut self, shown: &SignedCheckpoint) -> Result<(), FollowError> {
        let head = shown.checkpoint();
        if head.size < self.size() {
            let known = self.replica.shown();
            let known = known.and_then(|p| SignedCheckpoint::parse(p.note.as_bytes()).ok());
            let known = known.filter(|known| known.checkpoint() == head);
            let merged = known.as_ref().map(|known| gathered(known, shown));
            if known.is_some() && known == merged {
                return Ok(());
            }
            let note = merged.unwrap_or_else(|| shown.clone()).to_text();
            return Ok(self.replica.show(note)?);
        }
        let mut merged = shown.clone();
        if let Some(held) = self.checkpoint() {
            let lines = held.note().signatures();
            let shown_lines = shown.note().signatures();
            let gained =
                shown_lines.iter().any(|line| !lines.contains(line) && !self.is_ours(line));
            let verifies = |key: &CosignerSigner| {
                lines.iter().any(|line| key.vkey().verify(held.checkpoint(), line).is_some())
            };
            let is_shown = self.replica.shown().is_some_and(|shown| shown.size == head.size);
            if is_shown && !gained && self.cosigners.iter().all(verifies) {
                return Ok(());
            }
            merged = gathered(&held, shown);
        }
        let note = self.cosigned(&merged, &self.reading)?;
        Ok(self.replica.show(note)?)
    }
}

/// What was gathered stays, as long as there is room.
fn gathered(held: &SignedCheckpoint, shown: &SignedCheckpoint) -> SignedCheckpoint {
    held.with_signatures(shown.note().signatures()).unwrap_or_else(|_| shown.clone())
}

fn text(head: &str, lines: &[NoteSignature]) -> Result<String, FollowError> {
    let note =
        Note::new(head, lines).map_err(|error| StoreError::WrongCheckpoint(error.to_string()))?;
    Ok(note.to_text())
}
