//! Civilians killed and injured, by the month in which it happened, civilian objects damaged, land
//! that is dangerous until it is released, and silence for those who need it.

mod casualties;
mod objects;

use super::View;
use super::ceasefire::windows;
use super::figure::figure;
use super::observations::deaths;
use super::span::{by_time, of_time, sides};
use crate::replay::Snapshot;
use accord_monitoring::state::Split;

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("civilians", "Civilians", snapshot);
    view.tables.extend(casualties::totals(snapshot));
    view.tables.push(lethal(snapshot, "years", "Civilians killed in lethal events, by year", 4));
    view.tables.push(lethal(snapshot, "months", "Civilians killed in lethal events, by month", 7));
    casualties::add(&mut view, snapshot);
    view.tables.extend(objects::damage(snapshot));
    view.tables.extend(objects::hazards(snapshot));
    view.tables.extend(windows::table(snapshot));
    view.notes.push("Only deaths of people known to be civilians count as civilian deaths. All deaths in lethal events, combatants included, stand with the observations.".to_owned());
    let all = by_time(snapshot, "lethal/", 4, deaths::lethal, deaths::gather);
    let spanning = all
        .values()
        .map(|Split { baseline, counted }| baseline.spanning.saturating_add(counted.spanning))
        .fold(0_u64, u64::saturating_add);
    if spanning > 0 {
        view.notes.push(format!("{spanning} lethal events reach beyond the month in which they began; each is counted in that month."));
    }
    view
}

fn lethal(snapshot: &Snapshot, key: &'static str, title: &str, length: usize) -> super::Table {
    let columns = [("civilians", "civilians"), ("events", "events")];
    let mut table = super::Table::new(key, title, &columns);
    for (time, split) in by_time(snapshot, "lethal/", length, deaths::lethal, deaths::gather) {
        for side in sides(&time, &split, |of| of.events > 0) {
            let cell = |member: &str, value, unit| {
                let key = format!("lethal/{}/{member}", side.key);
                figure(snapshot, key, value, unit, of_time("lethal/", &time))
            };
            let cells = vec![
                cell("civilians", side.of.civilians, "civilian deaths"),
                cell("events", side.of.events, "events"),
            ];
            table.row(side.key.clone(), time.clone(), cells);
            side.mark(table.rows.last_mut());
        }
    }
    table
}
