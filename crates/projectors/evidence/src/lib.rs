//! The evidence family: its event types and its state.
//!
//! Subjects: `evidence/<id>`, one for each item; `content/<digest or commitment>`, the items of
//! one content; `disclosure/<id>`.
//!
//! An item whose content is registered already is let in and marked. To refuse it would let
//! whoever registers a published picture first keep everyone else from showing that they have it,
//! and two independent holders of one content are worth more than one.

pub mod event;
mod fold;
mod guards;
mod judge;
pub mod state;

#[cfg(test)]
mod tests;

pub use state::{EvidenceState, ItemState, Status};

use accord_projection::{Guard, Item, OutOfOrder, Projector, Remark, Scene, Terms};
use event::EvidenceEvent;
use serde_json::{Value, json};

/// Fact published of an item: `{"status", "sealed", "origin", "registered_by", "custodian"}`.
pub const EVIDENCE_STATUS: &str = "evidence.status";
/// Fact published of `content/<digest or commitment>`: `{"items": [stream, …]}`, in the order in
/// which they were registered.
pub const EVIDENCE_ITEMS: &str = "evidence.items";

/// The projector of the family.
#[derive(Clone, Copy, Debug)]
pub struct Evidence;

impl Projector for Evidence {
    const FAMILY: &'static str = "evidence";
    const FOLD_VERSION: u32 = 1;
    const PUBLISHES: &'static [&'static str] = &[EVIDENCE_STATUS, EVIDENCE_ITEMS];

    const REFUSALS: &'static [Guard] = guards::REFUSALS;
    const FINDINGS: &'static [Guard] = guards::FINDINGS;

    type Payload = EvidenceEvent;
    type State = EvidenceState;

    fn subjects(item: &Item<'_, EvidenceEvent>, out: &mut Vec<String>) {
        out.push(item.event.stream.clone());
        match &item.payload {
            EvidenceEvent::Registered(p) => out.extend(p.content().map(state::content)),
            EvidenceEvent::Disclosed(p) if p.target.as_str().starts_with(state::ITEMS) => {
                out.push(p.target.to_string());
            }
            _ => {}
        }
    }

    fn fold(
        state: &mut EvidenceState,
        subject: &str,
        item: &Item<'_, EvidenceEvent>,
        _: &Terms,
    ) -> Result<(), OutOfOrder> {
        fold::fold(state, subject, item)
    }

    fn examine(item: &Item<'_, EvidenceEvent>, _: &Terms) -> Vec<Remark> {
        judge::examine(item)
    }

    fn remark(item: &Item<'_, EvidenceEvent>, scene: &Scene<'_, Self>) -> Vec<Remark> {
        judge::remark(item, scene)
    }

    fn attribute(state: &EvidenceState, name: &str) -> Option<String> {
        let item = state.item()?;
        match name {
            "status" => Some(item.status().as_str().to_owned()),
            "origin" => Some(item.origin.as_str().to_owned()),
            "copy" => Some(item.copy.as_str().to_owned()),
            "sealed" => Some(item.sealed.to_string()),
            "custodian" => Some(item.custodian().to_owned()),
            "custodians" => Some(item.custody.len().to_string()),
            _ => None,
        }
    }

    fn fact(name: &str, state: &EvidenceState) -> Option<Value> {
        match (name, state) {
            (EVIDENCE_STATUS, EvidenceState::Item(item)) => Some(json!({
                "status": item.status().as_str(),
                "sealed": item.sealed,
                "origin": item.origin.as_str(),
                "registered_by": item.registered_by,
                "custodian": item.custodian(),
            })),
            (EVIDENCE_ITEMS, EvidenceState::Content(items)) => Some(json!({ "items": items })),
            _ => None,
        }
    }
}
