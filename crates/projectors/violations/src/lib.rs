//! The violations family: its event types and its state.
//!
//! Subjects: `violation/<id>`, one for each case, and `allegations/<date>/<participant>`, which
//! counts what one participant alleged on one day.

pub mod event;
mod fold;
mod judge;
pub mod state;

#[cfg(test)]
mod tests;

pub use state::{Case, Status, ViolationsState};

use accord_format::time::Timestamp;
use accord_projection::{Item, OutOfOrder, Projector, Refusal, Remark, Scene, Terms};
use event::CaseEvent;
use serde_json::Value;

/// The clock of the charter within which the mission registers an allegation or declines it.
pub const REGISTRATION_CLOCK: &str = "violation_registration";
/// The clock of the charter within which the accused answers, when the register sets no time.
pub const RESPONSE_CLOCK: &str = "violation_response";
/// Fact read of a resolution: that the board adopted it, with the streams that it decides on.
pub const RESOLUTION_ADOPTED: &str = "resolution.adopted";
/// Fact published of a case: that an armed attack was determined, by whom, against whom, when.
pub const ARMED_ATTACK: &str = "determination.armed_attack";

/// The projector of the family.
#[derive(Clone, Copy, Debug)]
pub struct Violations;

impl Projector for Violations {
    const FAMILY: &'static str = "violations";
    const FOLD_VERSION: u32 = 1;
    const PUBLISHES: &'static [&'static str] = &[ARMED_ATTACK];
    const READS: &'static [&'static str] = &[RESOLUTION_ADOPTED];
    const CLOCKS: bool = true;

    type Payload = CaseEvent;
    type State = ViolationsState;

    fn subjects(item: &Item<'_, CaseEvent>, out: &mut Vec<String>) {
        out.push(item.event.stream.clone());
        match &item.payload {
            CaseEvent::Alleged(_) => out.push(state::day_of(item)),
            CaseEvent::Merged(p) if p.into.as_str() != item.event.stream => {
                out.push(p.into.to_string());
            }
            _ => {}
        }
    }

    fn fold(
        state: &mut ViolationsState,
        subject: &str,
        item: &Item<'_, CaseEvent>,
        terms: &Terms,
    ) -> Result<(), OutOfOrder> {
        fold::fold(state, subject, item, terms)
    }

    fn deadline(state: &ViolationsState) -> Option<Timestamp> {
        state.case().and_then(Case::deadline).map(Timestamp::from_micros)
    }

    fn fire(state: &mut ViolationsState, at: Timestamp) {
        if let ViolationsState::Case(case) = state {
            case.fire(at.micros());
        }
    }

    fn examine(item: &Item<'_, CaseEvent>, terms: &Terms) -> Vec<Remark> {
        judge::examine(item, terms)
    }

    fn remark(item: &Item<'_, CaseEvent>, scene: &Scene<'_, Self>) -> Vec<Remark> {
        judge::remark(item, scene)
    }

    fn judge(item: &Item<'_, CaseEvent>, scene: &Scene<'_, Self>) -> Result<(), Refusal> {
        judge::judge(item, scene)
    }

    fn attribute(state: &ViolationsState, name: &str) -> Option<String> {
        let case = state.case()?;
        match name {
            "status" => Some(case.status.as_str().to_owned()),
            "category" => Some(case.category.clone()),
            "against" => Some(case.against.clone()),
            "open" => Some(case.status.is_open().to_string()),
            "historical" => Some(case.historical.to_string()),
            "overdue" => Some(case.overdue.to_string()),
            "no_response" => Some(case.no_response.to_string()),
            _ => None,
        }
    }

    fn fact(name: &str, state: &ViolationsState) -> Option<Value> {
        let determination = state.case()?.decision.as_ref()?.determination.as_ref()?;
        (name == ARMED_ATTACK && determination.armed_attack)
            .then(|| serde_json::to_value(determination).ok())
            .flatten()
    }
}
