//! The monitoring family: its event types and its state.
//!
//! Subjects that are sums, to which events add up in any order: `period/<area>/<from>/<until>/<seq>`
//! for the totals of a report, `day/<area>/<date>` for single observations, `weapon/<date>`,
//! `lethal/<month>`, `casualty/<month>`, `access/<month>`, `uav/<month>` and `damage/<month>` by
//! when things happened, `casualty_late/<month>` by when they were recorded, `hazard/<id>` for
//! dangerous land, and `file/<digest>` for the rows of an imported file.
//!
//! Subjects with a life: `mission/main`, `sensor/<code>`, `weapons_line/<class>`, `zone/<code>`,
//! `storage_site/<id>` and `hotline/<id>`; a notice of fire returned lies with the call that it
//! names, or else under `hotline/without/<id>`.

mod declared;
pub mod event;
mod examine;
mod fold;
mod judge;
pub mod state;
mod subject;

#[cfg(test)]
mod tests;

pub use state::MonitoringState;

use accord_format::time::Timestamp;
use accord_projection::resolution::RESOLUTION_ADOPTED;
use accord_projection::{Guard, Item, OutOfOrder, Projector, Refusal, Remark, Scene, Terms, Timer};
use event::Monitored;

/// The clock of the charter within which a hotline call is answered, from when it was made.
pub const HOTLINE_CLOCK: &str = "hotline_answer";
/// The charter's count of metres within which something lies close to a zone.
pub const VICINITY_COUNT: &str = "zone_vicinity_m";

/// The projector of the family.
#[derive(Clone, Copy, Debug)]
pub struct Monitoring;

impl Projector for Monitoring {
    const FAMILY: &'static str = "monitoring";
    const FOLD_VERSION: u32 = 2;
    const READS: &'static [&'static str] = &[RESOLUTION_ADOPTED];
    const REFUSALS: &'static [Guard] = declared::REFUSALS;
    const FINDINGS: &'static [Guard] = declared::FINDINGS;
    const TIMERS: &'static [Timer] = declared::TIMERS;
    const CLOCKS: bool = true;

    type Payload = Monitored;
    type State = MonitoringState;

    fn subjects(item: &Item<'_, Monitored>, out: &mut Vec<String>) {
        subject::of(item, out);
    }

    fn commutes(payload: &Monitored) -> bool {
        subject::commutes(payload)
    }

    fn fold(
        state: &mut MonitoringState,
        subject: &str,
        item: &Item<'_, Monitored>,
        terms: &Terms,
    ) -> Result<(), OutOfOrder> {
        fold::fold(state, subject, item, terms)
    }

    fn deadline(state: &MonitoringState) -> Option<Timestamp> {
        state.deadline()
    }

    fn fire(state: &mut MonitoringState, at: Timestamp) {
        state.fire(at);
    }

    fn examine(item: &Item<'_, Monitored>, terms: &Terms) -> Vec<Remark> {
        examine::alone(item, terms)
    }

    fn remark(item: &Item<'_, Monitored>, scene: &Scene<'_, Self>) -> Vec<Remark> {
        examine::in_scene(item, scene)
    }

    fn judge(item: &Item<'_, Monitored>, scene: &Scene<'_, Self>) -> Result<(), Refusal> {
        judge::judge(item, scene)
    }
}
