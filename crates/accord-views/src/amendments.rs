//! What the kernel's records do to other entries, in the words of the projection.

use accord_format::entry::Header;
use accord_format::event::Event;
use accord_ledger::admission::Context;
use accord_ledger::kernel::types::{CorrectionReason, KernelPayload, RecordCorrected};
use accord_projection::{Amendment, Correction, Duplicate};

/// The amendments that a kernel entry makes. Targets that are not in the record are passed over:
/// the kernel has refused such records.
pub(crate) fn of(header: &Header, event: &Event, context: &Context<'_>) -> Vec<Amendment> {
    let by = header.seq;
    // Charters are long, and keys take long to read; they amend nothing.
    if event.family() != "record" && event.event_type != "key.revoked" {
        return Vec::new();
    }
    let seq_of = |event| context.history.seq_of(event).filter(|seq| *seq < by);
    let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
    let Some(Ok(payload)) = payload else { return Vec::new() };
    let one = match payload {
        KernelPayload::RecordCorrected(p) => seq_of(&p.target).map(|target| {
            Amendment::Correction { target, correction: correction(header, event, p) }
        }),
        KernelPayload::RecordRetracted(p) => {
            seq_of(&p.target).map(|target| Amendment::Retraction { target, by })
        }
        KernelPayload::RecordDuplicateMarked(p) => {
            seq_of(&p.target).zip(seq_of(&p.canonical)).map(|(target, canonical)| {
                Amendment::Duplicate { target, duplicate: Duplicate { canonical, by } }
            })
        }
        KernelPayload::RecordRedacted(p) => {
            seq_of(&p.target).map(|target| Amendment::Redaction { target, by })
        }
        KernelPayload::RecordReaffirmed(p) => {
            let targets = p.targets.iter().filter_map(seq_of);
            return targets.map(|target| Amendment::Reaffirmation { target }).collect();
        }
        KernelPayload::KeyRevoked(p) => {
            let since = p.compromised_since.map(|at| at.timestamp().micros());
            return since.map(|since| suspects(since, by, context)).unwrap_or_default();
        }
        _ => None,
    };
    one.into_iter().collect()
}

fn correction(header: &Header, event: &Event, p: RecordCorrected) -> Correction {
    let word = match p.reason {
        CorrectionReason::Typing => "typing",
        CorrectionReason::LateInfo => "late_info",
        CorrectionReason::Method => "method",
        CorrectionReason::Duplicate => "duplicate",
        CorrectionReason::Translation => "translation",
    };
    Correction {
        by: header.seq,
        author: event.author().to_owned(),
        recorded: header.recorded.micros(),
        reason: p.note.map_or_else(|| word.to_owned(), |note| format!("{word}: {note}")),
        patches: p.patches,
    }
}

/// Entries recorded from `since` on that the kernel holds suspect now that a key is revoked, and that
/// were not taken back before.
fn suspects(since: i64, before: u64, context: &Context<'_>) -> Vec<Amendment> {
    let mut suspects = Vec::new();
    for seq in (0..before).rev() {
        let Some(entry) = context.history.entry(seq) else { continue };
        if entry.header.recorded.micros() < since {
            break;
        }
        let counts = context.kernel.records().retracted(&entry.event().hash()).is_none();
        if counts && context.kernel.is_suspect(&entry) {
            suspects.push(Amendment::Suspicion { target: seq });
        }
    }
    suspects
}
