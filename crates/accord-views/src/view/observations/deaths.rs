//! All who were killed in lethal events, combatants included.

use super::super::Table;
use super::super::figure::figure;
use super::super::span::{self, by_time, of_time, sides};
use crate::replay::Snapshot;
use accord_monitoring::MonitoringState;
use accord_monitoring::state::{Lethal, Split};

/// By year; nothing without lethal events.
pub(super) fn table(snapshot: &Snapshot) -> Option<Table> {
    let columns = [
        ("best", "best estimate"),
        ("low", "low"),
        ("high", "high"),
        ("unknown", "of unknown status"),
        ("events", "events"),
    ];
    let title = "Deaths in lethal events, combatants included, by year";
    let mut table = Table::new("deaths", title, &columns);
    for (time, split) in by_time(snapshot, "lethal/", 4, lethal, gather) {
        for side in sides(&time, &split, |of| of.events > 0) {
            let cell = |member: &str, value, unit| {
                let key = format!("deaths/{}/{member}", side.key);
                figure(snapshot, key, value, unit, of_time("lethal/", &time))
            };
            let cells = vec![
                cell("best", side.of.best, "deaths"),
                cell("low", side.of.low, "deaths"),
                cell("high", side.of.high, "deaths"),
                cell("unknown", side.of.unknown, "deaths"),
                cell("events", side.of.events, "events"),
            ];
            table.row(side.key.clone(), time.clone(), cells);
            side.mark(table.rows.last_mut());
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Lethal events of a state.
pub(in crate::view) fn lethal(state: &MonitoringState) -> Option<&Split<Lethal>> {
    if let MonitoringState::Lethal(split) = state { Some(split) } else { None }
}

/// Adds lethal events to others.
pub(in crate::view) fn gather(sum: &mut Lethal, more: &Lethal) {
    span::add([
        (&mut sum.events, more.events),
        (&mut sum.best, more.best),
        (&mut sum.low, more.low),
        (&mut sum.high, more.high),
        (&mut sum.civilians, more.civilians),
        (&mut sum.unknown, more.unknown),
        (&mut sum.spanning, more.spanning),
    ]);
}
