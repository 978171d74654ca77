//! Publication under a witness policy: the head waits, cosignatures are taken in, and what met its
//! quorum is published.

use super::Ledger;
use crate::brackets::timestamp;
use crate::cosigners::{Asking, Collected, Cosigners, Without};
use crate::error::LedgerError;
use crate::quorum;
use accord_format::checkpoint::{CheckpointError, SignedCheckpoint};
use accord_format::cosignature::claimed_time;
use accord_format::entry::Entry;
use accord_format::note::{Note, NoteSignature};
use accord_format::policy::Quorum;
use std::sync::Arc;

/// What became of cosignatures.
#[derive(Debug)]
pub struct Taken {
    /// Size of the checkpoint that they are of.
    pub size: u64,
    /// Lines that count and were not there before.
    pub taken: usize,
    /// True when the checkpoint has met every quorum that it must, and is published.
    pub published: bool,
    /// What each policy says that it must meet, the newest policy first.
    pub quorums: Vec<Quorum>,
    /// Lines that do not count, by `name+id`, and why.
    pub rejected: Vec<(String, String)>,
    /// Witnesses that gave none, and why.
    pub without: Vec<Without>,
}

impl Ledger {
    /// Publishes the head: tiles, bundles and checkpoint that any static server can serve. Under
    /// a witness policy the head waits instead, in `checkpoint.pending`, unless one waits already
    /// for which cosignatures have come in.
    pub fn publish(&mut self) -> Result<(), LedgerError> {
        let (size, after) = (self.store.size(), self.published_size());
        let note = self.store.head_checkpoint().to_owned();
        if self.bench.kernel.policies().ask_for_none(after, size) {
            return Ok(self.store.publish(&note)?);
        }
        // Of a copy that another has overtaken nothing more is shown.
        if after == size || self.rival.is_some() || self.is_gathering() {
            return Ok(());
        }
        Ok(self.store.hold(&note)?)
    }

    /// Size of the published checkpoint, 0 if none is.
    pub(super) fn published_size(&self) -> u64 {
        self.store.published().map_or(0, |published| published.size)
    }

    /// The checkpoint that waits for cosignatures, with those that it has.
    pub fn pending(&self) -> Option<SignedCheckpoint> {
        SignedCheckpoint::parse(self.store.pending()?.note.as_bytes()).ok()
    }

    fn is_gathering(&self) -> bool {
        let origin = self.bench.kernel.origin();
        let cosigned = |note: SignedCheckpoint| {
            note.note().signatures().iter().any(|line| line.name != origin)
        };
        self.pending().is_some_and(cosigned)
    }

    /// True when the published checkpoint covers everything.
    pub fn is_published(&self) -> bool {
        self.published_size() == self.store.size()
    }

    /// True when the head needs cosignatures to be published.
    pub fn needs_cosigning(&self) -> bool {
        !self.bench.kernel.policies().ask_for_none(self.published_size(), self.store.size())
    }

    /// What it takes to ask witnesses about the head, beside the writer if need be; nothing when
    /// no policy asks for any. What waited before gives way to the head.
    pub fn asking(&mut self) -> Result<Option<Asking>, LedgerError> {
        if !self.needs_cosigning() {
            return Ok(None);
        }
        let (size, after) = (self.store.size(), self.published_size());
        let note = self.store.head_checkpoint().to_owned();
        let waits = self.pending().is_some_and(|pending| pending.checkpoint().size == size);
        if after < size && !waits && self.rival.is_none() {
            self.store.hold(&note)?;
        }
        let note = SignedCheckpoint::parse(note.as_bytes())
            .map_err(|e| LedgerError::Unreadable { seq: size, why: e.to_string() })?;
        let policies = self.bench.kernel.policies().demanded(after, size).cloned().collect();
        Ok(Some(Asking { note, policies, disk: Arc::clone(&self.disk) }))
    }

    /// Asks witnesses about the head, and takes in what they answer; nothing when no policy asks
    /// for any.
    pub fn cosign(&mut self, cosigners: &mut dyn Cosigners) -> Result<Option<Taken>, LedgerError> {
        let Some(asking) = self.asking()? else { return Ok(None) };
        let collected = asking.run(cosigners);
        self.take_in(&asking.note, &collected).map(Some)
    }

    /// Takes in cosignatures of `note`, which must be a checkpoint of this ledger, no older than
    /// the published one. When it has met every quorum that it must, it is published.
    ///
    /// Checkpoints that witnesses hold and that do not fit this ledger are kept as evidence; this
    /// copy then takes in no more events, unless its own quorum has settled the matter.
    ///
    /// # Errors
    /// [`LedgerError::Cosignature`] if the note is not of this ledger, or superseded: nothing was
    /// changed.
    pub fn take_in(
        &mut self,
        note: &SignedCheckpoint,
        collected: &Collected,
    ) -> Result<Taken, LedgerError> {
        self.check_own(note)?;
        for other in &collected.others {
            self.meet(other)?;
        }
        let (size, after) = (note.checkpoint().size, self.published_size());
        let known = self.gathered(note);
        let mut lines = known.clone();
        let mut rejected = Vec::new();
        let offered = note.note().signatures().iter().chain(&collected.lines);
        for line in offered.filter(|line| line.name != note.checkpoint().origin) {
            match self.counts(note, line).and_then(|at| self.can_have_been(size, at)) {
                Ok(()) => add(&mut lines, line),
                Err(why) => rejected.push((format!("{}+{}", line.name, line.id), why)),
            }
        }
        let taken = lines.iter().filter(|line| !known.contains(line)).count();
        let cosigned = under(note, &lines).map_err(|e| LedgerError::Cosignature(e.to_string()))?;
        let quorums = self.bench.kernel.policies().judge(after, &cosigned);
        let published = quorum::all_met(&quorums);
        let is_of_none = self.bench.kernel.policies().ask_for_none(after, size);
        if taken > 0 && !is_of_none {
            let text = cosigned.to_text();
            if published {
                self.store.publish_witnessed(&text)?;
                self.settle_rival()?;
            } else if size > after {
                self.store.hold(&text)?;
            }
        }
        let without = collected.without.clone();
        Ok(Taken { size, taken, published, quorums, rejected, without })
    }

    /// Whether a note is a checkpoint of this very ledger, and none that is superseded.
    fn check_own(&self, note: &SignedCheckpoint) -> Result<(), LedgerError> {
        let head = note.checkpoint();
        let kernel = &self.bench.kernel;
        let wrong = |why: String| Err(LedgerError::Cosignature(why));
        if let Err(error) = note.verify(&kernel.origin(), kernel.checkpoint_keys(head.size)) {
            return wrong(format!("this is no checkpoint of this ledger: {error}"));
        }
        if head.size > self.store.size() {
            return wrong(format!(
                "the checkpoint covers {} entries, this copy has {}",
                head.size,
                self.store.size()
            ));
        }
        let root = accord_format::merkle::root(&self.store.view(), head.size)?;
        if root != head.root {
            return wrong(format!("the checkpoint has root {}, this ledger {root}", head.root));
        }
        let published = self.published_size();
        if head.size < published {
            return wrong(format!(
                "size {} is superseded: {published} entries are published under their quorum",
                head.size
            ));
        }
        Ok(())
    }

    /// Cosignatures gathered before for the same checkpoint.
    fn gathered(&self, note: &SignedCheckpoint) -> Vec<NoteSignature> {
        let published = || SignedCheckpoint::parse(self.store.published()?.note.as_bytes()).ok();
        let same = |known: &SignedCheckpoint| known.checkpoint() == note.checkpoint();
        let known = self.pending().filter(same).or_else(|| published().filter(same));
        let lines = known.iter().flat_map(|known| known.note().signatures());
        lines.filter(|line| self.counts(note, line).is_ok()).cloned().collect()
    }

    /// When a line was made, if it is a witness's cosignature of `note`.
    fn counts(&self, note: &SignedCheckpoint, line: &NoteSignature) -> Result<u64, String> {
        let Some(witness) = self.bench.kernel.policies().witness_of(line) else {
            return Err("no policy of this ledger names this witness".to_owned());
        };
        match witness.vkey.verify(note.checkpoint(), line) {
            None => Err("it is not a valid cosignature of this checkpoint".to_owned()),
            Some(0) => Err("it does not say when it was made".to_owned()),
            Some(at) => Ok(at),
        }
    }

    /// Whether a line under a tree of `size` can have been made at `at`, in seconds since 1970. What comes
    /// from the future would make every entry behind it look back-dated, and what is older than the
    /// tree's last entry would make that look post-dated. A simulated clock measures nobody.
    fn can_have_been(&self, size: u64, at: u64) -> Result<(), String> {
        let kernel = &self.bench.kernel;
        if kernel.is_simulated() {
            return Ok(());
        }
        let (at, skew) = (timestamp(at).seconds(), kernel.skew());
        let ahead = at.saturating_sub(self.clock.now().seconds());
        if ahead > skew {
            return Err(format!(
                "it says that it was made {ahead} seconds from now, where clocks may differ by {skew}: either this machine's clock is wrong or the witness's"
            ));
        }
        let last = size.checked_sub(1).and_then(|seq| self.store.view().entry(seq).ok());
        let last = last.and_then(|bytes| Entry::parse(&bytes).ok()).map(|e| e.header.recorded);
        let before = last.map_or(0, |last| last.seconds().saturating_sub(at));
        if before > skew {
            return Err(format!(
                "it says that it was made {before} seconds before the last entry was recorded that it covers, where clocks may differ by {skew}: either this machine's clock was wrong or the witness's is"
            ));
        }
        Ok(())
    }
}

/// The checkpoint of `note` under its log's own lines and `lines`, and no others.
fn under(
    note: &SignedCheckpoint,
    lines: &[NoteSignature],
) -> Result<SignedCheckpoint, CheckpointError> {
    let own = note.note().signatures().iter().filter(|l| l.name == note.checkpoint().origin);
    let all: Vec<NoteSignature> = own.chain(lines).cloned().collect();
    SignedCheckpoint::parse(Note::new(note.note().text(), &all)?.to_text().as_bytes())
}

/// Adds a line; of two by one cosigner the later counts.
fn add(lines: &mut Vec<NoteSignature>, line: &NoteSignature) {
    let same = |known: &&mut NoteSignature| (&known.name, known.id) == (&line.name, line.id);
    match lines.iter_mut().find(same) {
        None => lines.push(line.clone()),
        Some(known) if claimed_time(known) < claimed_time(line) => *known = line.clone(),
        Some(_) => {}
    }
}
