//! `add-checkpoint`, in the words of tlog-witness.

use super::{Held, Last, Log, Turn, Witness, lock};
use crate::refusal::Refusal;
use crate::state::Evidence;
use accord_format::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use accord_format::hash::{ContentHash, NodeHash};
use accord_format::merkle::{self, ProofError};
use accord_format::note::{Note, NoteSignature};
use accord_format::witnessing::{
    AddCheckpoint, AddCheckpointError, cosignatures_to_text, origin_hash,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;

/// How far the clock may stand before the last cosignature.
const CLOCK_STEP_SECONDS: u64 = 1;

impl Witness {
    /// Answers an `add-checkpoint` request: with cosignature lines, once the record is durable, or
    /// with the reason why not. Takes as long as a few file operations do.
    pub fn add_checkpoint(&self, body: &[u8]) -> Result<String, Refusal> {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(AddCheckpointError::Checkpoint(CheckpointError::EmptyRoot)) => {
                return Err(self.tell_refusal(None, None, self.empty_root(body)));
            }
            Err(error) => return Err(self.tell_refusal(None, None, error.into())),
        };
        let head = request.checkpoint.checkpoint();
        let size = Some(head.size);
        let Some(log) = self.logs.get(&origin_hash(&head.origin)) else {
            let unknown = Refusal::UnknownLog(head.origin.clone());
            return Err(self.tell_refusal(None, size, unknown));
        };
        match self.consider(log, &request) {
            Ok(lines) => {
                let detail = format!("from {} on, root {}", request.old, head.root);
                self.tell("cosigned", Some(log), size, detail);
                Ok(cosignatures_to_text(&lines))
            }
            Err(refusal) => Err(self.tell_refusal(Some(log), size, refusal)),
        }
    }

    pub(super) fn tell_refusal(
        &self,
        log: Option<&Log>,
        size: Option<u64>,
        refusal: Refusal,
    ) -> Refusal {
        let mut detail = refusal.to_string();
        // What the asking side need not know.
        if let Refusal::State(why) = &refusal {
            detail = format!("{detail}: {why}");
        }
        self.tell(refusal.code(), log, size, detail);
        refusal
    }

    /// A checkpoint of size 0 with another root does not parse. Whether that is what is wrong with
    /// it, an unknown log or a missing signature must be found out by hand.
    fn empty_root(&self, body: &[u8]) -> Refusal {
        let at = body.windows(2).position(|two| two == b"\n\n");
        let note = at.and_then(|at| body.get(at.saturating_add(2)..)).map(Note::parse);
        let Some(Ok(note)) = note else { return Refusal::EmptyRoot };
        let origin = note.text().lines().next().unwrap_or_default();
        let Some(log) = self.logs.get(&origin_hash(origin)) else {
            return Refusal::UnknownLog(origin.to_owned());
        };
        let root = note.text().lines().nth(2).and_then(|root| STANDARD.decode(root).ok());
        let Some(root) = root.and_then(|root| <[u8; 32]>::try_from(root).ok()) else {
            return Refusal::EmptyRoot;
        };
        let root = NodeHash::from_bytes(root);
        let head = Checkpoint { origin: origin.to_owned(), size: 0, root };
        match judge_signatures(log, &head, note.signatures()) {
            Ok(_) => Refusal::EmptyRoot,
            Err(refusal) => refusal,
        }
    }

    fn consider(&self, log: &Log, request: &AddCheckpoint) -> Result<Vec<NoteSignature>, Refusal> {
        let head = request.checkpoint.checkpoint();
        // "The witness MUST verify the checkpoint signature against the public key(s) it trusts for
        // the checkpoint origin, and it MUST ignore signatures from unknown keys."
        let by_log = judge_signatures(log, head, request.checkpoint.note().signatures())?;
        // "The old size MUST be equal to or lower than the checkpoint size."
        if request.old > head.size {
            return Err(Refusal::OldBeyondNew { old: request.old, size: head.size });
        }
        // From here on, "performed atomically": one request for this log at a time.
        let _turn = Turn::take(&log.waiting)?;
        let mut record = lock(&log.held)?;
        if let Err(refusal) = judge_history(record.last.as_ref(), request) {
            self.keep_evidence(log, record.last.as_ref(), request, &refusal);
            return Err(refusal);
        }
        self.cosign(log, &mut record, head, by_log)
    }

    /// "If all the checks above pass, the witness MUST update its record of the latest cosigned
    /// checkpoint" and persist it before responding.
    fn cosign(
        &self,
        log: &Log,
        record: &mut Held,
        head: &Checkpoint,
        by_log: Vec<NoteSignature>,
    ) -> Result<Vec<NoteSignature>, Refusal> {
        let time = self.time_after(record.last.as_ref().map_or(0, |last| last.time))?;
        let ours =
            self.keys.cosign(head, time).map_err(|error| Refusal::Signing(error.to_string()))?;
        let lines: Vec<NoteSignature> = by_log.into_iter().chain(ours.iter().cloned()).collect();
        let signing = |error: &dyn std::fmt::Display| Refusal::Signing(error.to_string());
        let note = Note::new(&head.to_text(), &lines).map_err(|error| signing(&error))?;
        let note =
            SignedCheckpoint::parse(note.to_text().as_bytes()).map_err(|error| signing(&error))?;
        // Keys sign the same text at the same second alike: asked again at once, as anybody can
        // with a checkpoint that is public, nothing need be written.
        if record.last.as_ref().is_some_and(|last| last.durable && last.note == note) {
            return Ok(ours);
        }
        let kept = log.state.keep_checkpoint(&note);
        // A failure leaves the old record or the new one on disk, and the old one here. Nothing was
        // answered for the new one, so to go on from the old one is no lie, and whatever is
        // cosigned next is written to a new file first.
        kept.map_err(|error| Refusal::State(error.into()))?;
        *lock(&log.published)? = Some(Arc::from(note.to_text()));
        record.set(Last { note, time, durable: true });
        Ok(ours)
    }

    /// Now, in seconds since 1970, and not before `last`: a cosignature says that nothing larger was
    /// seen up to its time, and an earlier one that is dated later would make that a lie.
    fn time_after(&self, last: u64) -> Result<u64, Refusal> {
        let now = u64::try_from((self.clock)().seconds()).ok().filter(|now| *now > 0);
        let now = now.ok_or(Refusal::Clock)?;
        // Clocks are set right in small steps.
        if last > now.saturating_add(CLOCK_STEP_SECONDS) {
            Err(Refusal::Clock)
        } else {
            Ok(now.max(last))
        }
    }

    /// "The witness MAY log the request even if the checkpoint fails one of the consistency checks
    /// above, as it might be proof of log misbehavior."
    fn keep_evidence(
        &self,
        log: &Log,
        last: Option<&Last>,
        request: &AddCheckpoint,
        refusal: &Refusal,
    ) {
        let Some(evidence) = last.and_then(|last| evidence(last, request, refusal)) else { return };
        let (code, detail) = match log.state.keep_evidence(&evidence) {
            Ok(Some(path)) => ("evidence-kept", format!("in {path}")),
            Ok(None) => ("evidence-full", "there is as much of this kind as is kept".to_owned()),
            Err(error) => ("evidence-not-kept", error.to_string()),
        };
        self.tell(code, Some(log), Some(request.checkpoint.checkpoint().size), detail);
    }
}

/// The lines of trusted keys, all of which verify. "403 if either no signature from a trusted key
/// for the origin is present, or a signature line's key name and ID match a trusted key but the
/// signature itself fails to verify."
pub(super) fn judge_signatures(
    log: &Log,
    head: &Checkpoint,
    lines: &[NoteSignature],
) -> Result<Vec<NoteSignature>, Refusal> {
    let keys = Arc::clone(&*lock(&log.keys)?);
    let mut trusted: Vec<NoteSignature> = Vec::new();
    for line in lines {
        let Some(key) = keys.iter().find(|key| key.is_named_by(line)) else { continue };
        // The same line again costs nothing and adds nothing.
        if trusted.contains(line) {
            continue;
        }
        if !key.verify(head, line) {
            return Err(Refusal::BadSignature(key.id_string()));
        }
        trusted.push(line.clone());
    }
    if trusted.is_empty() { Err(Refusal::Unsigned) } else { Ok(trusted) }
}

/// The checks against what was cosigned last, in the order of the text.
fn judge_history(last: Option<&Last>, request: &AddCheckpoint) -> Result<(), Refusal> {
    let head = request.checkpoint.checkpoint();
    let (old, old_root) = last.map_or((0, merkle::empty_root()), |last| {
        (last.note.checkpoint().size, last.note.checkpoint().root)
    });
    // "The old size matches the size of the latest checkpoint it cosigned", or 409.
    if request.old != old {
        return Err(Refusal::Conflict { held: old });
    }
    // "If the old size matches the checkpoint size, the witness MUST check that the root hashes are
    // also identical."
    if old == head.size && old_root != head.root {
        return Err(Refusal::Contradiction(old));
    }
    // "If the proof is not empty when the old size is zero, or if a Merkle Consistency Proof doesn't
    // verify": 422.
    merkle::verify_consistency((old, &old_root), (head.size, &head.root), &request.proof)
        .map_err(|why| Refusal::Inconsistent { held: old, why })
}

/// What is worth keeping of a request that was refused for its history.
fn evidence(last: &Last, request: &AddCheckpoint, refusal: &Refusal) -> Option<Evidence> {
    let is_proof = match refusal {
        Refusal::Contradiction(_) => true,
        Refusal::Inconsistent { why: ProofError::Root { .. }, .. } => {
            shows_two_histories(request, last)
        }
        _ => return None,
    };
    let head = request.checkpoint.checkpoint();
    let digest = ContentHash::of(head.to_text().as_bytes()).to_string();
    let name = format!("{}-{}-{}", request.old, head.size, digest.get(..16).unwrap_or_default());
    let mut parts =
        vec![("cosigned", last.note.to_text()), ("submitted", request.checkpoint.to_text())];
    if !request.proof.is_empty() {
        let hashes: Vec<String> = request.proof.iter().map(NodeHash::to_string).collect();
        parts.push(("proof", hashes.join("\n") + "\n"));
    }
    Some(Evidence { is_proof, name, parts })
}

/// Whether the submitted proof leads to the submitted root from an old root that is not the one
/// cosigned: then the log signed two histories, and the three files together show it.
fn shows_two_histories(request: &AddCheckpoint, last: &Last) -> bool {
    let head = request.checkpoint.checkpoint();
    let old_root = merkle::verify_consistency(
        (request.old, &last.note.checkpoint().root),
        (head.size, &head.root),
        &request.proof,
    );
    // The checker names the old root first, so that a wrong new root means a proof of nothing.
    let Err(ProofError::Root { expected, found }) = old_root else { return false };
    let other: NodeHash = found;
    expected == last.note.checkpoint().root
        && merkle::verify_consistency(
            (request.old, &other),
            (head.size, &head.root),
            &request.proof,
        )
        .is_ok()
}
