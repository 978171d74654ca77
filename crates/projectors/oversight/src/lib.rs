//! The oversight family: its event types and its state.
//!
//! Subjects: `board/main`, `resolution/<id>`, `stipulation/<code>`, `instrument/<id>`,
//! `file/<digest>` for an imported file, and `audit/<id>`.

pub mod event;
mod fold;
mod judge;
pub mod state;
mod tally;

#[cfg(test)]
mod tests;

pub use state::OversightState;
pub use tally::tally;

use accord_projection::{Item, OutOfOrder, Projector, Refusal, Remark, Scene, Terms};
use event::{Outcome, Overseen};
use serde_json::{Value, json};

/// Fact published of a resolution: that the board adopted it, with the streams that it decides on.
pub const RESOLUTION_ADOPTED: &str = "resolution.adopted";
/// Subject of the board.
pub const BOARD: &str = "board/main";

/// The projector of the family.
#[derive(Clone, Copy, Debug)]
pub struct Oversight;

impl Projector for Oversight {
    const FAMILY: &'static str = "oversight";
    const FOLD_VERSION: u32 = 1;
    const PUBLISHES: &'static [&'static str] = &[RESOLUTION_ADOPTED];

    type Payload = Overseen;
    type State = OversightState;

    fn subjects(item: &Item<'_, Overseen>, out: &mut Vec<String>) {
        out.push(match &item.payload {
            Overseen::Import(p) => format!("file/{}", p.file_digest),
            _ => item.event.stream.clone(),
        });
    }

    fn fold(
        state: &mut OversightState,
        subject: &str,
        item: &Item<'_, Overseen>,
        _: &Terms,
    ) -> Result<(), OutOfOrder> {
        fold::fold(state, subject, item)
    }

    fn examine(item: &Item<'_, Overseen>, terms: &Terms) -> Vec<Remark> {
        judge::examine(item, terms)
    }

    fn remark(item: &Item<'_, Overseen>, scene: &Scene<'_, Self>) -> Vec<Remark> {
        judge::remark(item, scene)
    }

    fn judge(item: &Item<'_, Overseen>, scene: &Scene<'_, Self>) -> Result<(), Refusal> {
        judge::judge(item, scene)
    }

    fn attribute(state: &OversightState, name: &str) -> Option<String> {
        match (state, name) {
            (OversightState::Resolution(r), "outcome") => {
                Some(r.declared.as_ref().map_or("open", |d| d.outcome.as_str()).to_owned())
            }
            (OversightState::Stipulation(s), "provision") => {
                s.registered.as_ref().map(|r| r.provision.clone())
            }
            _ => None,
        }
    }

    fn fact(name: &str, state: &OversightState) -> Option<Value> {
        let OversightState::Resolution(resolution) = state else { return None };
        let adopted = resolution.declared.as_ref().is_some_and(|d| d.outcome == Outcome::Adopted);
        (name == RESOLUTION_ADOPTED && adopted).then(|| json!({ "subjects": resolution.subjects }))
    }
}
