//! The ceasefire: who has bound itself, since when it holds and how well, and what the monitors
//! counted.

mod conduct;
pub(super) mod consent;
mod health;
pub(super) mod windows;

use super::figure::{day, figure, words};
use super::{Cell, Table, View, line, observations};
use crate::replay::Snapshot;
use accord_ceasefire::state::{Ceasefire, Status};
use accord_format::time::MICROS_PER_DAY;
use accord_monitoring::MonitoringState;
use accord_projection::Selector;

const FAMILY: &str = "ceasefire";
/// How many ceasefires are listed.
const LISTED_MAX: usize = 200;

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("ceasefire", "Ceasefire", snapshot);
    if let Some(mission) = mission(snapshot) {
        view.notes.push(mission);
    }
    let all = ceasefires(snapshot);
    let listed = all.get(all.len().saturating_sub(LISTED_MAX)..).unwrap_or_default();
    if listed.len() < all.len() {
        view.notes.push(format!("{} ceasefires; the latest {LISTED_MAX} are listed.", all.len()));
    }
    view.tables.push(list(snapshot, listed));
    view.tables.push(consent::table(snapshot, listed));
    view.tables.extend(line::halts(snapshot));
    if let Some(health) = health::table(snapshot, &all) {
        view.tables.push(health);
        view.notes.extend(health::note(snapshot));
    }
    view.tables.extend(conduct::orders(snapshot));
    view.tables.extend(conduct::discipline(snapshot));
    view.tables.extend(windows::table(snapshot));
    observations::add(&mut view, snapshot);
    view
}

/// A ceasefire and its stream.
type Listed = (String, Ceasefire);

/// Every ceasefire, oldest first.
fn ceasefires(snapshot: &Snapshot) -> Vec<Listed> {
    let states = snapshot.families().ceasefire().states("ceasefire/");
    let mut all: Vec<Listed> = states
        .filter_map(|(stream, state)| state.ceasefire().map(|c| (stream.to_owned(), c.clone())))
        .collect();
    all.sort_by(|(a, x), (b, y)| (x.proposed_at, a).cmp(&(y.proposed_at, b)));
    all
}

/// What it covers, and where.
fn label(ceasefire: &Ceasefire) -> String {
    let scope = ceasefire.scope.as_str();
    ceasefire.area.as_ref().map_or_else(|| scope.to_owned(), |area| format!("{scope}, {area}"))
}

/// What it covers and when it was proposed, where more than one is spoken of.
fn named(ceasefire: &Ceasefire) -> String {
    format!("{}, proposed {}", label(ceasefire), day(ceasefire.proposed_at))
}

fn list(snapshot: &Snapshot, listed: &[Listed]) -> Table {
    let columns = [
        ("state", "state"),
        ("since", "in force since"),
        ("days_in_force", "days in force"),
        ("days_suspended", "days suspended"),
        ("accepted_by_key", "accepted by own key"),
        ("declined", "declined"),
        ("recommitted", "recommitted"),
        ("ends", "ends"),
        ("proposed", "proposed"),
    ];
    let mut table = Table::new("ceasefires", "Ceasefires", &columns);
    for (stream, ceasefire) in listed.iter().rev() {
        let cell = |member: &str, value: u64, unit| {
            let selector = Selector::new(FAMILY, stream.clone());
            figure(snapshot, format!("{stream}/{member}"), value, unit, selector)
        };
        let force = ceasefire.force.as_ref();
        let (in_force, suspended) = ceasefire.lengths(snapshot.as_of().micros());
        let recommitted = force.map_or(0, |f| f.recommitted.len());
        let cells = vec![
            Cell::Text(state(snapshot, ceasefire)),
            words(force.map(|f| day(f.since))),
            cell("days_in_force", days(in_force), "days"),
            cell("days_suspended", days(suspended), "days"),
            cell("accepted_by_key", ceasefire.accepted.len() as u64, "parties"),
            cell("declined", ceasefire.declined.len() as u64, "parties"),
            cell("recommitted", recommitted as u64, "times"),
            words(end(ceasefire)),
            Cell::Text(format!("{} by {}", day(ceasefire.proposed_at), ceasefire.proposed_by)),
        ];
        table.row(stream.clone(), label(ceasefire), cells);
        if let Some(row) = table.rows.last_mut() {
            let reserved = ceasefire.accepted.values().any(|a| a.reservation.is_some());
            row.marks.extend(reserved.then_some("with reservation"));
            let instrument = force.is_some_and(|f| !f.by_instrument.is_empty());
            row.marks.extend(instrument.then_some("by instrument"));
        }
    }
    table
}

/// Where it stands, instruments included.
fn state(snapshot: &Snapshot, ceasefire: &Ceasefire) -> String {
    let own = ceasefire.status();
    let status = match own {
        Status::Proposed | Status::PartlyAccepted => consent::status(snapshot, ceasefire),
        _ => own,
    };
    let word = status.as_str().replace('_', " ");
    match ceasefire.ended {
        Some(ended) => format!("{word}: {}", ended.how.as_str()),
        None => word,
    }
}

/// When it ended, or ends if nothing happens.
fn end(ceasefire: &Ceasefire) -> Option<String> {
    if let Some(ended) = ceasefire.ended {
        return Some(day(ended.at));
    }
    let by_text = ceasefire.ends_at;
    let by_notice = ceasefire.notice_ends();
    by_text.into_iter().chain(by_notice).min().map(day)
}

/// Whole days that have passed.
fn days(micros: i64) -> u64 {
    u64::try_from(micros / MICROS_PER_DAY).unwrap_or(0)
}

fn mission(snapshot: &Snapshot) -> Option<String> {
    let state = snapshot.families().monitoring().state("mission/main")?;
    let MonitoringState::Mission(mission) = &*state else { return None };
    Some(format!("The mission is {} since {}.", mission.status.as_str(), day(mission.since)))
}
