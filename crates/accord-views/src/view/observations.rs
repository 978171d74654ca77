//! What the monitors counted, period by period, their single observations, zones, and what they
//! could see: tables for the views that show them.

mod coverage;
pub(in crate::view) mod deaths;
mod periods;
mod single;

use super::View;
use crate::replay::Snapshot;

/// Adds the tables, and what a reader has to know about them.
pub(super) fn add(view: &mut View, snapshot: &Snapshot) {
    let periods = periods::periods(snapshot);
    view.tables.push(periods::table(snapshot, &periods));
    view.tables.extend(periods::totals(snapshot, &periods));
    view.tables.extend(periods::trend(snapshot, &periods));
    view.tables.extend(periods::tallies(snapshot, &periods));
    let single = single::tables(snapshot);
    let any_single = !single.is_empty();
    view.tables.extend(single);
    view.tables.extend(coverage::zones(snapshot));
    view.tables.extend(deaths::table(snapshot));
    view.tables.extend(coverage::tables(snapshot));
    if periods.iter().any(|(_, p)| p.historical) {
        view.notes.push(
            "Rows marked baseline tell of the time before the agreement; they count under no provision.".to_owned(),
        );
    }
    if !periods::overlapping(&periods).is_empty() {
        view.notes.push(
            "Rows marked overlapping tell of the same area and time; they are not to be added up."
                .to_owned(),
        );
    }
    if any_single {
        view.notes.push("Single observations and reported totals tell of the same fire; they are not to be added up.".to_owned());
    }
}
