//! What is determined, provisionally and for good.

use super::{Docket, FAMILY, LISTED_MAX, all};
use crate::replay::Snapshot;
use crate::view::figure::{day, figure};
use crate::view::{Cell, Table, View};
use accord_projection::Selector;
use accord_violations::state::{Lapse, Provisional, Standing};

const MICROS_PER_HOUR: u64 = 3_600_000_000;

/// Adds the tables.
pub(super) fn add(view: &mut View, snapshot: &Snapshot, cases: &Docket) {
    view.tables.push(provisionals(snapshot, cases));
    view.tables.extend(standing(snapshot, cases));
}

fn provisionals(snapshot: &Snapshot, cases: &Docket) -> Table {
    let all_of: Vec<&Provisional> = cases.iter().flat_map(|(_, case)| &case.provisionals).collect();
    let ended = |how: Lapse| move |p: &Provisional| p.ended.is_some_and(|(lapse, _)| lapse == how);
    let number = |is: &dyn Fn(&Provisional) -> bool| all_of.iter().filter(|p| is(p)).count() as u64;
    let rows = [
        ("running", "running", number(&Provisional::is_running)),
        ("confirmed", "confirmed by the board", number(&ended(Lapse::Confirmed))),
        ("not_confirmed", "decided otherwise", number(&ended(Lapse::NotConfirmed))),
        ("expired", "expired", number(&ended(Lapse::Expired))),
    ];
    let columns = [("determinations", "determinations")];
    let mut table = Table::new("provisional", "Provisional determinations", &columns);
    for (key, label, count) in rows {
        let selector = all().with("provisional", "true");
        let cell =
            figure(snapshot, format!("provisional/{key}"), count, "determinations", selector);
        table.row(key, label, vec![cell]);
    }
    table
}

/// The determinations that stand, the latest first.
fn standing(snapshot: &Snapshot, cases: &Docket) -> Option<Table> {
    let columns = [
        ("kind", "kind"),
        ("what", "what"),
        ("responsible", "responsible"),
        ("victim", "against"),
        ("from", "breach since"),
        ("determined", "determined"),
        ("hours_left", "hours left"),
    ];
    let mut table = Table::new("determinations", "Determinations that stand", &columns);
    let mut standing: Vec<(&str, Standing<'_>)> = Vec::new();
    for (subject, case) in cases {
        let stands = case.determinations().into_iter().filter(|s| s.until.is_none());
        standing.extend(stands.map(|s| (subject.as_str(), s)));
    }
    standing.sort_by_key(|(subject, s)| (std::cmp::Reverse(s.determined_at), *subject));
    for (subject, standing) in standing.into_iter().take(LISTED_MAX) {
        let Standing { kind, determination, determined_at, expires, .. } = standing;
        let what = if determination.armed_attack { "armed attack" } else { "breach" };
        let left = expires.and_then(|expires| {
            let left = expires.checked_sub(snapshot.as_of().micros())?;
            u64::try_from(left).ok().map(|micros| micros / MICROS_PER_HOUR)
        });
        let cell = |hours| {
            let key = format!("determinations/{subject}/hours_left");
            figure(snapshot, key, hours, "hours", Selector::new(FAMILY, subject))
        };
        table.row(
            format!("{subject}/{}", kind.as_str()),
            subject,
            vec![
                Cell::Text(kind.as_str().to_owned()),
                Cell::Text(what.to_owned()),
                Cell::Text(determination.responsible.to_string()),
                Cell::Text(determination.victim.to_string()),
                Cell::Text(determination.breach.from.to_string()),
                Cell::Text(day(determined_at)),
                left.map_or(Cell::Empty, cell),
            ],
        );
    }
    (!table.rows.is_empty()).then_some(table)
}
