//! An act carries out a resolution of the kind that the charter asks for.
//!
//! Majorities differ by kind, and whoever tables a resolution names its kind: without this, what needs
//! the larger majority could be adopted by the smaller one under another name.

use crate::families::Families;
use accord_format::entry::Header;
use accord_format::event::Event;
use accord_oversight::OversightState;
use accord_projection::{Guard, Refusal};
use serde_json::Value;

/// What the rule refuses. Which types it is about, the charter says.
pub(super) const REFUSAL: Guard = Guard {
    code: "resolution-kind",
    types: &[],
    words: "The resolution that it names was adopted as another kind than the charter asks for.",
};

/// Refuses an act that names a resolution of another kind, and one that rescinds a resolution by
/// another kind than it was adopted as.
pub(super) fn judge(families: &Families, header: &Header, event: &Event) -> Result<(), Refusal> {
    if let Some(by) = event.payload.get("by_resolution").and_then(Value::as_str) {
        return same_kind(families, by, &event.stream);
    }
    let board = families.basis().terms.charter(header.seq).and_then(|c| c.board.as_ref());
    let Some(wanted) = board.and_then(|b| b.kinds.get(&event.event_type)) else { return Ok(()) };
    let Some(named) = event.payload.get("resolution").and_then(Value::as_str) else {
        return Ok(());
    };
    let state = families.oversight().state(named);
    match state.as_deref().and_then(OversightState::resolution) {
        Some(resolution) if resolution.kind != *wanted => {
            let detail = format!(
                "{named} was adopted as {}; the charter has {} carry out a resolution of kind {wanted}",
                resolution.kind, event.event_type
            );
            Err(Refusal::new(REFUSAL.code, detail))
        }
        _ => Ok(()),
    }
}

fn same_kind(families: &Families, by: &str, rescinded: &str) -> Result<(), Refusal> {
    let kind = |stream: &str| {
        let state = families.oversight().state(stream);
        state.as_deref().and_then(OversightState::resolution).map(|r| r.kind.clone())
    };
    match (kind(by), kind(rescinded)) {
        (Some(new), Some(old)) if new != old => {
            let detail = format!(
                "{rescinded} was adopted as {old}; it takes a resolution of that kind to rescind it, and {by} is {new}"
            );
            Err(Refusal::new(REFUSAL.code, detail))
        }
        _ => Ok(()),
    }
}
