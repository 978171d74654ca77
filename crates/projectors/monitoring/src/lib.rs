//! The monitoring family: its event types and its state.
//!
//! Subjects: `period/<area>/<from>/<until>/<seq>` for the totals of a report,
//! `day/<area>/<date>` for single observations, `lethal/<month>`, `casualty/<month>` and
//! `access/<month>` for tallies by the month in which things happened, `file/<digest>` for the
//! rows of an imported file, and `mission/main`.

pub mod event;
mod examine;
mod fold;
pub mod state;
mod subject;

#[cfg(test)]
mod tests;

pub use state::MonitoringState;

use accord_projection::{Item, OutOfOrder, Projector, Remark, Scene, Terms};
use event::Monitored;

/// The projector of the family.
#[derive(Clone, Copy, Debug)]
pub struct Monitoring;

impl Projector for Monitoring {
    const FAMILY: &'static str = "monitoring";
    const FOLD_VERSION: u32 = 1;

    type Payload = Monitored;
    type State = MonitoringState;

    fn subjects(item: &Item<'_, Monitored>, out: &mut Vec<String>) {
        subject::of(item, out);
    }

    fn commutes(payload: &Monitored) -> bool {
        !matches!(payload, Monitored::Mission(_))
    }

    fn fold(
        state: &mut MonitoringState,
        subject: &str,
        item: &Item<'_, Monitored>,
        terms: &Terms,
    ) -> Result<(), OutOfOrder> {
        fold::fold(state, subject, item, terms)
    }

    fn examine(item: &Item<'_, Monitored>, terms: &Terms) -> Vec<Remark> {
        examine::alone(item, terms)
    }

    fn remark(item: &Item<'_, Monitored>, scene: &Scene<'_, Self>) -> Vec<Remark> {
        examine::overlap(item, scene).into_iter().collect()
    }
}
