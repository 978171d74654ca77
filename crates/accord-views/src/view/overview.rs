//! The overview: each provision, what bears on it, and how far it is implemented.

use super::docket::FAMILY as CASES;
use super::figure::{day, figure, total, words};
use super::score::{Standing, cell, trend};
use super::{Cell, Table, View, overdue};
use crate::bearing;
use crate::marks::{RECORD, disputed};
use crate::replay::Snapshot;
use accord_format::time::MICROS_PER_DAY;
use accord_projection::Selector;

const IMPLEMENTATION: [(&str, &str); 11] = [
    ("state", "state"),
    ("score", "score %"),
    ("score_0", "0"),
    ("score_1", "1"),
    ("score_2", "2"),
    ("score_3", "3"),
    ("scored", "scored"),
    ("stipulations", "of"),
    ("coverage", "scored %"),
    ("overdue", "overdue"),
    ("remedies_overdue", "remedies overdue"),
];
const MOVEMENT: [(&str, &str); 8] = [
    ("score_30d", "score 30 days ago"),
    ("score_90d", "90 days ago"),
    ("trend", "trend"),
    ("disputes", "disputes"),
    ("cases", "open cases"),
    ("entries", "entries"),
    ("last", "last entry"),
    ("age", "days ago"),
];

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
    let title = format!("{}, version {}", charter.title, charter.version);
    let mut implementation = Table::new("provisions", title, &IMPLEMENTATION);
    let mut movement = Table::new("movement", "Movement", &MOVEMENT);
    let late = overdue::remedies(snapshot);
    for (code, provision) in &charter.provisions {
        let label = format!("{code} {}", provision.title);
        let now = Standing::of(snapshot, Some(code), snapshot.as_of().micros());
        implementation.row(
            code.clone(),
            label.clone(),
            standing(snapshot, Some(code), &now, &late),
        );
        let mut cells = trend(snapshot, Some(code), now.percent());
        cells.push(disputes(snapshot, code));
        cells.push(open_cases(snapshot, code));
        cells.extend(entries(snapshot, code));
        movement.row(code.clone(), label, cells);
    }
    let now = Standing::of(snapshot, None, snapshot.as_of().micros());
    implementation.row("all", "All", standing(snapshot, None, &now, &late));
    movement.row("all", "All", whole(snapshot, &now));
    view.tables.extend([implementation, movement]);
    view.notes.push(
        "A score is the sum of the latest scores (0 not begun, 1 minimal, 2 intermediate, 3 complete) over three times the number of stipulations scored, in whole percent, rounded down."
            .to_owned(),
    );
    view
}

fn standing(
    snapshot: &Snapshot,
    provision: Option<&str>,
    now: &Standing,
    late: &[overdue::Late],
) -> Vec<Cell> {
    let make = |member: &str, value, unit| cell(snapshot, provision, member, value, unit);
    let mut cells = vec![Cell::Text(now.word().to_owned()), make("score", now.percent(), "%")];
    for (score, count) in now.by_score.into_iter().enumerate() {
        cells.push(make(&format!("score_{score}"), Some(count), "stipulations"));
    }
    cells.push(make("scored", Some(now.scored()), "stipulations"));
    cells.push(make("stipulations", Some(now.stipulations), "stipulations"));
    cells.push(make("coverage", now.coverage(), "%"));
    cells.push(make("overdue", Some(now.overdue), "stipulations"));
    cells.push(remedies(snapshot, provision, late));
    cells
}

/// Overdue remedies of the cases whose category breaks a provision, or of all cases.
fn remedies(snapshot: &Snapshot, provision: Option<&str>, late: &[overdue::Late]) -> Cell {
    let breaking = provision.map(|code| bearing::breaking(snapshot.families(), code));
    let counts = |late: &&overdue::Late| {
        breaking.as_ref().is_none_or(|breaking| bearing::is_under(&late.case, breaking))
    };
    let count = late.iter().filter(counts).count() as u64;
    let mut selector = Selector::new(CASES, "violation/*").with("remedies", "true");
    if let Some(breaking) = breaking {
        selector = selector.with("historical", "false").with_any("category", breaking);
    }
    let key = format!("{}/remedies_overdue", provision.unwrap_or("all"));
    figure(snapshot, key, count, "remedies", selector)
}

/// How the whole agreement moves.
fn whole(snapshot: &Snapshot, now: &Standing) -> Vec<Cell> {
    let mut cells = trend(snapshot, None, now.percent());
    let open = Selector::new(RECORD, "disputes");
    let count = snapshot.families().disputes().open().count() as u64;
    cells.push(figure(snapshot, "all/disputes", count, "disputes", open));
    cells.push(Cell::Empty);
    cells.push(total("all/entries", snapshot.families().tally().entries, "entries"));
    cells.extend([Cell::Empty, Cell::Empty]);
    cells
}

fn disputes(snapshot: &Snapshot, provision: &str) -> Cell {
    let count = disputed(snapshot.families(), provision).len() as u64;
    let selector = Selector::new(RECORD, format!("disputes/{provision}"));
    figure(snapshot, format!("{provision}/disputes"), count, "disputes", selector)
}

/// How many entries bear on a provision, when the last was recorded, and how long before T.
fn entries(snapshot: &Snapshot, provision: &str) -> [Cell; 3] {
    let borne = bearing::on(snapshot.families(), provision);
    let make = |member: &str, value, unit| {
        let selector = Selector::new(RECORD, format!("provision/{provision}"));
        figure(snapshot, format!("{provision}/{member}"), value, unit, selector)
    };
    let last = borne.values().map(|entry| entry.at).max();
    let age = last.map(|last| {
        let micros = snapshot.as_of().micros().saturating_sub(last).max(0);
        make("age", micros.div_euclid(MICROS_PER_DAY).unsigned_abs(), "days")
    });
    [
        make("entries", borne.len() as u64, "entries"),
        words(last.map(day)),
        age.unwrap_or(Cell::Empty),
    ]
}

/// Open cases of the categories that break a provision; their entries are among those above.
fn open_cases(snapshot: &Snapshot, provision: &str) -> Cell {
    let breaking = bearing::breaking(snapshot.families(), provision);
    let open = snapshot.families().violations().states(bearing::CASES).filter(|(_, state)| {
        let case = state.case();
        case.is_some_and(|case| case.status.is_open() && bearing::is_under(case, &breaking))
    });
    let open = open.count() as u64;
    let selector = Selector::new(CASES, "violation/*")
        .with("open", "true")
        .with("historical", "false")
        .with_any("category", breaking);
    figure(snapshot, format!("{provision}/cases"), open, "cases", selector)
}
