//! The overview: each provision, what bears on it, and how far it is implemented.

use super::figure::{day, figure, total, words};
use super::{Cell, Table, View};
use crate::marks::RECORD;
use crate::replay::Snapshot;
use accord_oversight::OversightState;
use accord_oversight::state::Stipulation;
use accord_projection::Selector;
use std::collections::BTreeSet;

/// The highest score of a stipulation.
const COMPLETE: u64 = 3;

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("overview", "Overview", snapshot);
    let Some(charter) = snapshot.families().basis().terms.latest() else {
        view.notes.push(
            "No charter is in force: everything recorded is a baseline and counts under no provision."
                .to_owned(),
        );
        return view;
    };
    let columns = [
        ("entries", "entries"),
        ("stipulations", "stipulations"),
        ("scored", "scored"),
        ("score", "score %"),
        ("overdue", "overdue"),
        ("cases", "open cases"),
        ("last", "last entry"),
    ];
    let title = format!("{}, version {}", charter.title, charter.version);
    let mut table = Table::new("provisions", title, &columns);
    let tally = snapshot.families().tally();
    for (code, provision) in &charter.provisions {
        let bearing = tally.by_provision.get(code);
        let score = Score::of(snapshot, Some(code));
        let entries = bearing.map_or(0, |b| b.seqs.len() as u64);
        let selector = Selector::new(RECORD, format!("provision/{code}"));
        let mut cells =
            vec![figure(snapshot, format!("{code}/entries"), entries, "entries", selector)];
        cells.extend(score.cells(snapshot, Some(code)));
        cells.push(open_cases(snapshot, code));
        cells.push(words(bearing.map(|b| day(b.last))));
        table.row(code.clone(), format!("{code} {}", provision.title), cells);
    }
    let score = Score::of(snapshot, None);
    let mut cells = vec![total("all/entries", tally.entries, "entries")];
    cells.extend(score.cells(snapshot, None));
    cells.push(Cell::Empty);
    cells.push(Cell::Empty);
    table.row("all", "All", cells);
    view.tables.push(table);
    view.notes.push(
        "A score is the sum of the latest scores (0 to 3) over three times the number of stipulations scored."
            .to_owned(),
    );
    view
}

/// How far stipulations are implemented.
#[derive(Default)]
struct Score {
    stipulations: u64,
    scored: u64,
    sum: u64,
    overdue: u64,
}

impl Score {
    fn of(snapshot: &Snapshot, provision: Option<&str>) -> Self {
        let mut score = Self::default();
        for (_, state) in snapshot.families().oversight().states("stipulation/") {
            let OversightState::Stipulation(stipulation) = &*state else { continue };
            let Some(registered) = &stipulation.registered else { continue };
            if provision.is_some_and(|code| code != registered.provision) {
                continue;
            }
            let latest = latest(stipulation);
            score.stipulations += 1;
            score.scored += u64::from(latest.is_some());
            score.sum += latest.unwrap_or(0);
            let late = registered.due.is_some_and(|due| due <= snapshot.as_of().micros());
            score.overdue += u64::from(late && latest != Some(COMPLETE));
        }
        score
    }

    fn cells(&self, snapshot: &Snapshot, provision: Option<&str>) -> Vec<Cell> {
        let selector = || {
            let all = Selector::new("oversight", "stipulation/*");
            match provision {
                Some(code) => all.with("provision", code),
                None => all,
            }
        };
        let name = provision.unwrap_or("all");
        let cell = |member: &str, value, unit| {
            figure(snapshot, format!("{name}/{member}"), value, unit, selector())
        };
        let percent = (self.sum * 100).checked_div(self.scored * COMPLETE);
        vec![
            cell("stipulations", self.stipulations, "stipulations"),
            cell("scored", self.scored, "stipulations"),
            percent.map_or(Cell::Empty, |percent| cell("score", percent, "%")),
            cell("overdue", self.overdue, "stipulations"),
        ]
    }
}

/// The latest score, whoever gave it.
fn latest(stipulation: &Stipulation) -> Option<u64> {
    let score = stipulation.scores.values().max_by_key(|s| (s.until, s.seq))?;
    Some(u64::from(score.score))
}

/// Open cases of the categories that break a provision.
fn open_cases(snapshot: &Snapshot, provision: &str) -> Cell {
    let charter = snapshot.families().basis().terms.latest();
    let categories = charter.into_iter().flat_map(|c| &c.categories);
    let breaking = categories
        .filter(|(_, category)| category.provisions.iter().any(|p| p == provision))
        .map(|(code, _)| code.clone());
    let breaking: BTreeSet<String> = breaking.collect();
    let open = snapshot.families().violations().states("violation/").filter(|(_, state)| {
        let case = state.case();
        case.is_some_and(|c| c.status.is_open() && !c.historical && breaking.contains(&c.category))
    });
    let open = open.count() as u64;
    let selector = Selector::new("violations", "violation/*")
        .with("open", "true")
        .with("historical", "false")
        .with_any("category", breaking);
    figure(snapshot, format!("{provision}/cases"), open, "cases", selector)
}
