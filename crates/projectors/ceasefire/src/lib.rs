//! The ceasefire family: its event types and its state.
//!
//! Subjects: `ceasefire/<id>`, and `orders/<id>` with the orders given for it;
//! `advance_halt/<line>`, `line/<line>` with the baseline of a line and `line/<line>/<date>` with
//! its movement of a day; `discipline/<case id>`; `silence_window/<id>`.

mod codes;
pub mod event;
mod fold;
mod judge;
mod remark;
pub mod state;
mod subject;

#[cfg(test)]
mod tests;

pub use state::CeasefireState;
pub use subject::{DISCIPLINE, HALTS, LINE, ORDERS, orders_of};

use accord_format::time::Timestamp;
use accord_projection::instrument::INSTRUMENT_DEPOSITED;
use accord_projection::resolution::RESOLUTION_ADOPTED;
use accord_projection::{Guard, Item, OutOfOrder, Projector, Refusal, Remark, Scene, Terms, Timer};
use event::Truce;
use serde_json::{Value, json};
use state::Ceasefire;

/// The clock of the charter after which a denounced ceasefire ends.
pub const NOTICE_CLOCK: &str = "denunciation_notice";
/// The clock of the charter within which every party guarantees a silence window.
pub const REQUEST_CLOCK: &str = "silence_window_request";
/// Fact read of a case: that it was opened.
pub const CASE_EXISTS: &str = "case.exists";
/// Fact published of a ceasefire while the parties have to keep to it: `{scope, since,
/// notice_ends?}`, the instants in RFC 3339. A suspended one is not in force.
pub const IN_FORCE: &str = "ceasefire.in_force";
/// Fact published of a line: its baseline, `{as_of, geometry_digest, length_m, tolerance_m}`.
pub const BASELINE: &str = "line.baseline";

/// The projector of the family.
#[derive(Clone, Copy, Debug)]
pub struct Ceasefires;

impl Projector for Ceasefires {
    const FAMILY: &'static str = "ceasefire";
    const FOLD_VERSION: u32 = 2;
    const PUBLISHES: &'static [&'static str] = &[IN_FORCE, BASELINE];
    const READS: &'static [&'static str] = &[RESOLUTION_ADOPTED, INSTRUMENT_DEPOSITED, CASE_EXISTS];
    const REFUSALS: &'static [Guard] = codes::REFUSALS;
    const FINDINGS: &'static [Guard] = codes::FINDINGS;
    const TIMERS: &'static [Timer] = codes::TIMERS;
    const CLOCKS: bool = true;

    type Payload = Truce;
    type State = CeasefireState;

    fn subjects(item: &Item<'_, Truce>, out: &mut Vec<String>) {
        out.push(subject::of(item));
    }

    fn commutes(payload: &Truce) -> bool {
        matches!(
            payload,
            Truce::Ordered(_)
                | Truce::Disciplined(_)
                | Truce::MovementAlleged(_)
                | Truce::MovementVerified(_)
        )
    }

    fn fold(
        state: &mut CeasefireState,
        subject: &str,
        item: &Item<'_, Truce>,
        terms: &Terms,
    ) -> Result<(), OutOfOrder> {
        fold::fold(state, subject, item, terms)
    }

    fn deadline(state: &CeasefireState) -> Option<Timestamp> {
        let deadline = match state {
            CeasefireState::Ceasefire(ceasefire) => ceasefire.deadline(),
            CeasefireState::Window(window) => window.deadline(),
            _ => None,
        };
        deadline.map(Timestamp::from_micros)
    }

    fn fire(state: &mut CeasefireState, at: Timestamp) {
        match state {
            CeasefireState::Ceasefire(ceasefire) => ceasefire.fire(at.micros()),
            CeasefireState::Window(window) => window.fire(at.micros()),
            _ => {}
        }
    }

    fn examine(item: &Item<'_, Truce>, terms: &Terms) -> Vec<Remark> {
        remark::alone(item, terms)
    }

    fn remark(item: &Item<'_, Truce>, scene: &Scene<'_, Self>) -> Vec<Remark> {
        remark::in_scene(item, scene)
    }

    fn judge(item: &Item<'_, Truce>, scene: &Scene<'_, Self>) -> Result<(), Refusal> {
        judge::judge(item, scene)
    }

    fn attribute(state: &CeasefireState, name: &str) -> Option<String> {
        match (state, name) {
            (CeasefireState::Ceasefire(c), "status") => Some(c.status().as_str().to_owned()),
            (CeasefireState::Window(w), "status") => Some(w.status.as_str().to_owned()),
            (CeasefireState::Line(b), "line") => Some(b.line.clone()),
            (CeasefireState::Movements(m), "line") => Some(m.line.clone()),
            _ => None,
        }
    }

    fn fact(name: &str, state: &CeasefireState) -> Option<Value> {
        match (name, state) {
            (IN_FORCE, CeasefireState::Ceasefire(ceasefire)) => in_force(ceasefire),
            (BASELINE, CeasefireState::Line(baseline)) => Some(json!({
                "as_of": baseline.as_of,
                "geometry_digest": baseline.geometry_digest,
                "length_m": baseline.length_m,
                "tolerance_m": baseline.tolerance_m,
            })),
            _ => None,
        }
    }
}

fn in_force(ceasefire: &Ceasefire) -> Option<Value> {
    let force = ceasefire.force.as_ref().filter(|_| ceasefire.status().binds())?;
    let instant = |micros| Timestamp::from_micros(micros).to_seconds_string();
    let mut fact = json!({ "scope": ceasefire.scope.as_str(), "since": instant(force.since) });
    if let (Some(ends), Some(members)) = (ceasefire.notice_ends(), fact.as_object_mut()) {
        members.insert("notice_ends".to_owned(), instant(ends).into());
    }
    Some(fact)
}
