//! Judging changes of the witness policy, and checkpoints that the operator puts into the record.

use super::{Judge, Judgement, refuse};
use crate::admission::Rejection;
use crate::brackets::Cosigned;
use crate::judge::Roots;
use crate::kernel::Kernel;
use crate::kernel::types::CheckpointAnchored;
use crate::quorum;
use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_format::policy::{Policy, PolicyWitness};

/// The most checkpoints that one entry anchors.
const ANCHORED_MAX: usize = 16;

/// Reads the lines of a witness policy, or says why a ledger cannot have it.
pub(in crate::kernel) fn policy(lines: &[String]) -> Result<Policy, Rejection> {
    quorum::parse(lines).map_err(|e| Rejection::new("witness-policy-invalid", e.to_string()))
}

/// What makes two keys the same, whatever each is used for.
pub(in crate::kernel) fn public_key(witness: &PolicyWitness) -> (String, Vec<u8>) {
    (witness.vkey.id_string(), witness.vkey.key().as_bytes().to_vec())
}

impl Judge<'_> {
    /// A witness keeps its key through changes of the policy; no key that served anything else, or
    /// another witness, becomes one.
    pub(super) fn witness_policy(&self, lines: &[String]) -> Judgement {
        let new = policy(lines)?;
        if self.kernel.policies.at(self.kernel.size) == Some(&new) {
            return refuse("witness-policy-invalid", "this very policy is in force");
        }
        for witness in new.witnesses() {
            self.kernel.witness_key_is_free(witness)?;
        }
        Ok(())
    }
}

impl Kernel {
    fn witness_key_is_free(&self, witness: &PolicyWitness) -> Result<(), Rejection> {
        let (id, public) = public_key(witness);
        let known = self.policies.all().iter().flat_map(|p| p.policy.witnesses());
        let mut clashing = known.filter(|known| {
            (known.vkey.id_string() == id || known.vkey.key().as_bytes() == public)
                && known.vkey != witness.vkey
        });
        let mut of_log = self.checkpoint_keys.iter().flat_map(|k| &k.keys);
        let of_log = of_log.any(|k| k.key_bytes() == public || k.id_string() == id);
        let of_author = self.keys.contains_key(&id)
            || self.keys.values().any(|k| k.vkey.key().as_bytes().as_slice() == public);
        if clashing.next().is_some() || of_log || of_author {
            let detail = format!("{id} or its public key serves somebody or something else");
            return Err(Rejection::new("key-reused", detail));
        }
        Ok(())
    }

    /// True when a witness, now or before, has this public key, or this name and id.
    pub(super) fn serves_a_witness(&self, id: &str, public: &[u8]) -> bool {
        let mut all = self.policies.all().iter().flat_map(|p| p.policy.witnesses());
        all.any(|w| w.vkey.id_string() == id || w.vkey.key().as_bytes() == public)
    }

    /// Judges the checkpoints that an entry at `seq` would anchor: of this log and of this very
    /// history, all of it below the entry, newer than any anchored before, and under the quorums
    /// that were in force.
    pub(crate) fn judge_anchors(
        &self,
        anchored: &CheckpointAnchored,
        seq: u64,
        roots: &dyn Roots,
    ) -> Judgement {
        let found = anchored.checkpoints.len();
        if found == 0 || found > ANCHORED_MAX {
            let detail = format!("an entry anchors 1 to {ANCHORED_MAX} checkpoints, not {found}");
            return refuse("anchor-invalid", detail);
        }
        let mut last = self.last_anchored();
        for lines in &anchored.checkpoints {
            let note = note_of(lines)?;
            self.judge_anchor(&note, last, seq, roots)?;
            last = note.checkpoint().size;
        }
        Ok(())
    }

    fn judge_anchor(
        &self,
        note: &SignedCheckpoint,
        last: u64,
        seq: u64,
        roots: &dyn Roots,
    ) -> Judgement {
        let head = note.checkpoint();
        if head.size > seq {
            let detail = format!("it covers {} entries, and {seq} lie below this one", head.size);
            return refuse("anchor-beyond", detail);
        }
        if head.size <= last {
            let detail =
                format!("a checkpoint of size {last} is anchored, this is of {}", head.size);
            return refuse("anchor-not-newer", detail);
        }
        if let Err(error) = note.verify(&self.origin(), self.checkpoint_keys(head.size)) {
            return refuse("anchor-invalid", error.to_string());
        }
        let root = roots.root_at(head.size);
        if root != Some(head.root) {
            let own = root.map_or_else(|| "none".to_owned(), |root| root.to_string());
            let detail = format!(
                "the checkpoint has root {} at size {}, this ledger {own}: keep both, one history is forged",
                head.root, head.size
            );
            return refuse("anchor-elsewhere", detail);
        }
        if self.policies.ask_for_none(last, head.size) {
            return refuse("anchor-quorum", "the policy in force asks for no witness");
        }
        let quorums = self.policies.judge(last, note);
        if quorum::all_met(&quorums) {
            Ok(())
        } else {
            refuse("anchor-quorum", quorum::unmet(&quorums))
        }
    }

    /// When the checkpoints of this log that an entry anchors were cosigned.
    pub(crate) fn anchored_in(
        &self,
        anchored: &CheckpointAnchored,
    ) -> Vec<(u64, Option<Cosigned>)> {
        let each = anchored.checkpoints.iter().filter_map(|lines| {
            let note = note_of(lines).ok()?;
            let size = note.checkpoint().size;
            if note.checkpoint().origin != self.origin() {
                return None;
            }
            let policy = self.policies.at(size)?;
            Some((size, Cosigned::of(policy, &note)))
        });
        each.collect()
    }
}

/// Puts a note's lines together again.
pub(crate) fn note_of(lines: &[String]) -> Result<SignedCheckpoint, Rejection> {
    let invalid = |why: String| Rejection::new("anchor-invalid", why);
    let bytes: usize = lines.iter().map(|line| line.len() + 1).sum();
    if bytes > NOTE_MAX {
        return Err(invalid(format!("{bytes} bytes are no checkpoint")));
    }
    if lines.iter().any(|line| line.contains('\n')) {
        return Err(invalid("a line holds a line end; each line is an item of its own".to_owned()));
    }
    let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    SignedCheckpoint::parse(text.as_bytes()).map_err(|e| invalid(e.to_string()))
}
