//! Judging the marks that records put on records: corrections, retractions, disputes and the like.

use super::{Judge, Judgement, refuse};
use crate::admission::Rejection;
use crate::kernel::types::RecordCorrected;
use accord_catalogue::{Kind, StreamRule};
use accord_format::entry::Entry;
use accord_format::event::{Event, Evidence};
use accord_format::hash::EventHash;
use serde_json::Value;

/// How often one record can be corrected: each correction is applied after all before it, which
/// makes many of them dear to everybody who reads the record.
const CORRECTIONS_MAX: usize = 1_000;

impl Judge<'_> {
    pub(super) fn target(&self, event: &EventHash) -> Result<Entry, Rejection> {
        let unknown = || Rejection::new("target-unknown", format!("no entry holds event {event}"));
        self.history.seq_of(event).and_then(|seq| self.history.entry(seq)).ok_or_else(unknown)
    }

    /// The author, by the same keys (or what rotation made of them), or the head of each body.
    fn is_author_of(&self, target: &Entry) -> Judgement {
        let line = |key: &str| self.kernel.keys.get(key).map(|k| k.lineage.as_str());
        for author in &target.event().signers {
            let stands_in = self.event.signers.iter().any(|s| {
                let head = self.kernel.keys.get(s.key()).is_some_and(|k| k.head);
                line(s.key()) == line(author.key())
                    || (head && s.participant() == author.participant())
            });
            if !stands_in {
                let detail = format!(
                    "{} must sign too, or the head of {}",
                    author.key(),
                    author.participant()
                );
                return refuse("not-the-author", detail);
            }
        }
        Ok(())
    }

    fn is_report(&self, target: &Event) -> Judgement {
        match (self.types)(&target.event_type, target.version) {
            Some(t) if t.kind == Kind::Act => {
                let detail = format!(
                    "{} is an act; acts have counter-acts, not corrections",
                    target.event_type
                );
                refuse("target-is-act", detail)
            }
            _ => Ok(()),
        }
    }

    /// What opened a stream that others have gone on with cannot be made undone: it would take their
    /// steps with it.
    fn is_alone(&self, target: &Event) -> Judgement {
        let opens = (self.types)(&target.event_type, target.version)
            .is_some_and(|t| matches!(t.stream, StreamRule::Opens(_)));
        if opens && self.history.stream(&target.stream).len() > 1 {
            let detail = format!(
                "{} opened {}, which has gone on since; end it by a step of its own procedure",
                target.event_type, target.stream
            );
            return refuse("target-continued", detail);
        }
        Ok(())
    }

    pub(super) fn correction(&self, p: &RecordCorrected) -> Judgement {
        let target = self.target(&p.target)?;
        self.is_report(target.event())?;
        self.is_author_of(&target)?;
        if self.kernel.records.retracted(&p.target).is_some() {
            return refuse("target-retracted", "what was taken back cannot be corrected");
        }
        if p.patches.is_empty() || p.patches.len() > 64 {
            return refuse("patch-invalid", "a correction has 1 to 64 patches");
        }
        if self.kernel.records.times_corrected(&p.target) >= CORRECTIONS_MAX {
            let detail = format!("it has been corrected {CORRECTIONS_MAX} times; retract it");
            return refuse("corrections-exhausted", detail);
        }
        let effective = self.kernel.records.effective(&target);
        let value = effective
            .and_then(|value| value.corrected(&p.patches))
            .map_err(|e| Rejection::new("patch-invalid", e.to_string()))?;
        let Some(occurred) = value.occurred() else {
            return refuse("patch-invalid", "it would leave no valid span in /occurred");
        };
        // What could not be said at first cannot be said by a correction either.
        let moved = p.patches.iter().any(|patch| patch.pointer.starts_with("/occurred/"));
        if moved && occurred.from.timestamp() > self.kernel.latest(self.at) {
            let detail = format!("occurred from {} is after {}", occurred.from, self.at);
            return refuse("occurred-in-future", detail);
        }
        let event = target.event();
        match (self.types)(&event.event_type, event.version).map(|t| (t.check)(value.payload())) {
            Some(Err(e)) => {
                refuse("patch-invalid", format!("it would leave an invalid payload: {e}"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn retraction(&self, event: &EventHash) -> Judgement {
        let target = self.target(event)?;
        if target.event().event_type == "record.corrected" {
            if !self.kernel.records.is_last_correction(event) {
                return refuse(
                    "not-last-correction",
                    "only the last correction in force can be taken back",
                );
            }
        } else {
            self.is_report(target.event())?;
            self.is_alone(target.event())?;
        }
        self.is_author_of(&target)?;
        match self.kernel.records.retracted(event) {
            None => Ok(()),
            Some(seq) => refuse("target-retracted", format!("seq {seq} took it back before")),
        }
    }

    pub(super) fn settlement(&self) -> Judgement {
        match self.kernel.records.disputes().get(&self.event.stream) {
            None => refuse("stream-unknown", format!("no dispute {}", self.event.stream)),
            Some(d) if d.settled.is_some() => {
                refuse("dispute-settled", "it has been settled before")
            }
            Some(_) => self.kernel.check_grant(self.event),
        }
    }

    pub(super) fn duplicate(&self, target: &EventHash, canonical: &EventHash) -> Judgement {
        let entry = self.target(target)?;
        let other = self.target(canonical)?;
        self.is_report(entry.event())?;
        self.is_alone(entry.event())?;
        if target == canonical || self.kernel.records.duplicate_of(canonical).is_some() {
            return refuse(
                "duplicate-circular",
                "the canonical record must be another, itself no duplicate",
            );
        }
        if let Some(seq) = self.kernel.records.retracted(canonical) {
            let detail = format!(
                "seq {seq} took {canonical} back; a duplicate of what does not count would not count either"
            );
            return refuse("canonical-retracted", detail);
        }
        if entry.event().event_type != other.event().event_type {
            return refuse(
                "duplicate-type",
                "a duplicate is of the same type as the canonical record",
            );
        }
        // Whoever must be heard is not silenced by somebody else's mark.
        let event = entry.event();
        let heard = (self.types)(&event.event_type, event.version).is_some_and(|t| t.always_heard);
        match self.is_author_of(&entry) {
            Err(_) if !heard => self.kernel.check_grant(self.event),
            judged => judged,
        }
    }

    pub(super) fn redaction(&self, target: &EventHash, commitment: &str) -> Judgement {
        let entry = self.target(target)?;
        if let Some(seq) = self.kernel.records.redacted(target, commitment) {
            let detail = format!("seq {seq} says so already; what is erased stays erased");
            return refuse("redacted-before", detail);
        }
        let event = entry.event();
        let sealed = event.evidence.iter().any(|evidence| match evidence {
            Evidence::Sealed { commitment: sealed, .. } => sealed.to_string() == commitment,
            Evidence::Open { .. } => false,
        });
        if sealed || holds(&event.payload, commitment) {
            Ok(())
        } else {
            refuse("commitment-unknown", format!("event {target} holds no commitment {commitment}"))
        }
    }

    pub(super) fn reaffirmation(&self, targets: &[EventHash]) -> Judgement {
        if targets.is_empty() || targets.len() > 1000 {
            return refuse("target-unknown", "name 1 to 1000 suspect records");
        }
        for target in targets {
            let entry = self.target(target)?;
            if !self.kernel.is_suspect(&entry) {
                return refuse("target-not-suspect", format!("event {target} is not suspect"));
            }
            let by =
                |participant| self.event.signers.iter().any(|s| s.participant() == participant);
            if !entry.event().signers.iter().all(|author| by(author.participant())) {
                return refuse(
                    "not-the-author",
                    format!("every author of {target} must confirm it"),
                );
            }
        }
        Ok(())
    }
}

/// True when `text` is a string somewhere in `value`.
fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(found) => found == text,
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(members) => members.values().any(|member| holds(member, text)),
        _ => false,
    }
}
