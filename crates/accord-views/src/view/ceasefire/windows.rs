//! Silence windows: asked for, guaranteed, held, broken, and for how many.

use super::FAMILY;
use crate::replay::Snapshot;
use crate::view::figure::figure;
use crate::view::{Cell, Table};
use accord_catalogue::unit::{Count, Qualifier};
use accord_ceasefire::state::{Window, WindowStatus};
use accord_projection::Selector;

const WINDOWS: &str = "silence_window/*";

const STATUSES: [WindowStatus; 7] = [
    WindowStatus::Requested,
    WindowStatus::Lapsed,
    WindowStatus::Guaranteed,
    WindowStatus::Unused,
    WindowStatus::Open,
    WindowStatus::Ended,
    WindowStatus::Closed,
];

/// The table, which stands with the ceasefire and with the civilians for whom it was silent.
pub(in crate::view) fn table(snapshot: &Snapshot) -> Option<Table> {
    let states = snapshot.families().ceasefire().states("silence_window/");
    let windows: Vec<Window> = states.filter_map(|(_, s)| s.window().cloned()).collect();
    if windows.is_empty() {
        return None;
    }
    let mut table = Table::new("windows", "Silence windows", &[("value", "")]);
    let all = || Selector::new(FAMILY, WINDOWS);
    let mut row = |key: &str, label: &str, value, unit, selector| {
        let cell = figure(snapshot, format!("windows/{key}"), value, unit, selector);
        table.row(key, label, vec![cell]);
    };
    for status in STATUSES {
        let number = count(&windows, |w| w.status == status);
        if number == 0 {
            continue;
        }
        let selector = all().with("status", status.as_str());
        row(status.as_str(), status.as_str(), number, "windows", selector);
    }
    let held = count(&windows, Window::is_held);
    row("held", "held to their end", held, "windows", all());
    let broken = count(&windows, Window::is_broken);
    row("broken", "broken while open", broken, "windows", all());
    let breaches = windows.iter().map(|w| w.breaches.len() as u64).sum();
    row("breaches", "breaches reported, inside and outside", breaches, "breaches", all());
    for (key, label, of) in [
        ("expected", "people expected to benefit from those held", expected as Of),
        ("beneficiaries", "people who benefited", reached),
    ] {
        let cell = people(snapshot, key, &windows, of);
        table.row(key, label, vec![cell]);
    }
    Some(table)
}

/// A count of a window.
type Of = fn(&Window) -> Option<&Count>;

fn expected(window: &Window) -> Option<&Count> {
    window.expected.as_ref().filter(|_| window.is_held())
}

fn reached(window: &Window) -> Option<&Count> {
    window.closed.as_ref().and_then(|closed| closed.beneficiaries.as_ref())
}

fn count(windows: &[Window], is: impl Fn(&Window) -> bool) -> u64 {
    windows.iter().filter(|w| is(w)).count() as u64
}

/// A sum of people; small ones could point to a person and are not shown.
fn people(snapshot: &Snapshot, key: &str, windows: &[Window], of: Of) -> Cell {
    let charter = snapshot.families().basis().terms.latest();
    let below = charter.map_or(0, |c| u64::from(c.limits.small_cell));
    let counts: Vec<&Count> = windows.iter().filter_map(of).collect();
    let sum = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(count.value));
    if sum > 0 && sum < below {
        return Cell::Suppressed { below };
    }
    let selector = Selector::new(FAMILY, WINDOWS);
    let mut cell = figure(snapshot, format!("windows/{key}"), sum, "people", selector);
    if let Cell::Figure(figure) = &mut cell
        && counts.iter().any(|count| count.qualifier != Qualifier::Exact)
    {
        figure.qualifier = Some(Qualifier::About);
    }
    cell
}
