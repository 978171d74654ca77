//! The violations family: its event types and its state.
//!
//! Subjects: `violation/<id>`, one for each case, and `allegations/<date>/<participant>`, which
//! counts what one participant alleged on one day.

mod codes;
pub mod event;
mod fold;
mod judge;
mod property;
pub mod state;

#[cfg(test)]
mod tests;

pub use state::{Case, Outcome, Status, ViolationsState};

use accord_format::time::Timestamp;
use accord_projection::resolution::RESOLUTION_ADOPTED;
use accord_projection::{Guard, Item, OutOfOrder, Projector, Refusal, Remark, Scene, Terms, Timer};
use event::CaseEvent;
use serde_json::Value;

/// The clock of the charter within which the mission registers an allegation or declines it.
pub const REGISTRATION_CLOCK: &str = "violation_registration";
/// The clock of the charter within which the accused answers, when the register sets no time.
pub const RESPONSE_CLOCK: &str = "violation_response";
/// The clock of the charter at whose end a provisional determination expires.
pub const PROVISIONAL_CLOCK: &str = "provisional_determination";
/// Fact published of a case: that an armed attack is determined in it, for good or, while that
/// runs, provisionally.
///
/// `{kind: provisional|final, armed_attack: true, responsible, victim, breach: {from, until?},
/// determined_at, expires?}`; the breach in RFC 3339, the other instants in microseconds since the
/// epoch.
pub const ARMED_ATTACK: &str = "determination.armed_attack";
/// Fact published of a case: every determination made in it, in order, as a list of objects like
/// [`ARMED_ATTACK`]'s with `until`, the instant at which it ceased to stand if it did.
///
/// Deadlines that fell between `determined_at` and `until` passed, whatever came later.
pub const DETERMINATIONS: &str = "determination.history";
/// Fact published of a case, whatever became of it:
/// `{status, outcome, category, against, severity?, area?, alleged_by, historical, open}`.
pub const CASE_EXISTS: &str = "case.exists";
/// The same fact of a case that is open.
pub const CASE_OPEN: &str = "case.open";

/// The projector of the family.
#[derive(Clone, Copy, Debug)]
pub struct Violations;

impl Projector for Violations {
    const FAMILY: &'static str = "violations";
    const FOLD_VERSION: u32 = 3;
    const PUBLISHES: &'static [&'static str] =
        &[ARMED_ATTACK, DETERMINATIONS, CASE_EXISTS, CASE_OPEN];
    const READS: &'static [&'static str] = &[RESOLUTION_ADOPTED];
    const REFUSALS: &'static [Guard] = codes::REFUSALS;
    const FINDINGS: &'static [Guard] = codes::FINDINGS;
    const TIMERS: &'static [Timer] = codes::TIMERS;
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
        property::attribute(state.case()?, name)
    }

    fn fact(name: &str, state: &ViolationsState) -> Option<Value> {
        property::fact(state.case()?, name)
    }
}
