//! How each event changes the state of a subject.

use crate::event::{
    AccessRestricted, CasualtyRecorded, LethalEventRecorded, MissionStatus, MissionStatusChanged,
    Monitored, ObservationBatchRecorded, ObservationRecorded, SourceRow,
};
use crate::state::{
    Access, Casualties, FileRows, Lethal, Mission, MonitoringState as State, Observations, Period,
    Split,
};
use crate::subject;
use accord_catalogue::unit::{Count, Qualifier};
use accord_projection::{Item, OutOfOrder, Terms};
use std::collections::BTreeMap;

/// Changes what is in the variant that the subject has; its name says which, so that no other is
/// met.
macro_rules! within {
    ($state:ident, $variant:ident, $change:expr) => {{
        let mut inner = match std::mem::take($state) {
            State::$variant(inner) => inner,
            _ => Default::default(),
        };
        $change(&mut inner);
        *$state = State::$variant(inner);
    }};
}

pub(crate) fn fold(
    state: &mut State,
    subject: &str,
    item: &Item<'_, Monitored>,
    terms: &Terms,
) -> Result<(), OutOfOrder> {
    if subject.starts_with("file/") {
        if let Some(source) = source_of(&item.payload) {
            within!(state, File, |rows| file_row(rows, source));
        }
        return Ok(());
    }
    let before = |marked: bool| marked || terms.is_historical(item.seq, &item.occurred);
    match &item.payload {
        Monitored::Observation(p) => {
            let before = before(p.historical);
            within!(state, Day, |day: &mut Split<_>| observation(day.side(before), p));
        }
        Monitored::Batch(p) => *state = period(item, p, before(p.historical)),
        Monitored::Lethal(p) => {
            let before = before(p.historical);
            within!(state, Lethal, |month: &mut Split<_>| lethal(month.side(before), item, p));
        }
        Monitored::Casualty(p) => {
            let before = before(p.historical);
            within!(state, Casualty, |month: &mut Split<_>| casualty(month.side(before), item, p));
        }
        Monitored::Access(p) => {
            let before = before(p.historical);
            within!(state, Access, |month: &mut Split<_>| access(month.side(before), p));
        }
        Monitored::Mission(p) => return mission(state, item, p),
    }
    Ok(())
}

fn source_of(payload: &Monitored) -> Option<&SourceRow> {
    match payload {
        Monitored::Observation(p) => p.source.as_ref(),
        Monitored::Batch(p) => p.source.as_ref(),
        Monitored::Lethal(p) => p.source.as_ref(),
        Monitored::Access(p) => p.source.as_ref(),
        Monitored::Casualty(p) => p.source.as_ref(),
        Monitored::Mission(_) => None,
    }
}

fn file_row(rows: &mut FileRows, source: &SourceRow) {
    rows.events = rows.events.saturating_add(1);
    rows.last = rows.last.max(source.row);
}

fn add(total: &mut u64, more: u64) {
    *total = total.saturating_add(more);
}

fn add_to(totals: &mut BTreeMap<String, u64>, key: &str, more: u64) {
    match totals.get_mut(key) {
        Some(total) => add(total, more),
        None => {
            totals.insert(key.to_owned(), more);
        }
    }
}

fn is_inexact(count: &Count) -> bool {
    count.qualifier != Qualifier::Exact
}

fn observation(day: &mut Observations, p: &ObservationRecorded) {
    let rounds = p.count.value;
    add(&mut day.rows, 1);
    add(&mut day.rounds, rounds);
    if p.kind.is_explosion() {
        add(&mut day.explosions, rounds);
    }
    if p.exercise {
        add(&mut day.exercises, rounds);
    }
    if p.proscribed == Some(true) {
        add(&mut day.proscribed, rounds);
    }
    add(&mut day.inexact, u64::from(is_inexact(&p.count)));
    add_to(&mut day.by_kind, p.kind.as_str(), rounds);
    add_to(&mut day.by_side, p.side.as_str(), rounds);
}

fn period(item: &Item<'_, Monitored>, p: &ObservationBatchRecorded, historical: bool) -> State {
    State::Period(Box::new(Period {
        author: item.event.author().to_owned(),
        area: p.area.to_string(),
        from: item.occurred.from.timestamp().micros(),
        until: item.occurred.end().micros(),
        report: p.report.as_ref().map(ToString::to_string),
        ceasefire_violations: p.ceasefire_violations.clone(),
        explosions: p.explosions.clone(),
        weapons: p.weapons.clone(),
        restrictions: p.restrictions.clone(),
        coverage: p.coverage.as_ref().map(ToString::to_string),
        historical,
        seq: item.seq,
    }))
}

fn lethal(month: &mut Lethal, item: &Item<'_, Monitored>, p: &LethalEventRecorded) {
    add(&mut month.events, 1);
    add(&mut month.best, p.best);
    add(&mut month.low, p.low);
    add(&mut month.high, p.high);
    add(&mut month.civilians, p.civilians);
    add(&mut month.unknown, p.unknown);
    for (side, deaths) in &p.by_side {
        add_to(&mut month.by_side, side.as_str(), *deaths);
    }
    // The end is not included: what ends at midnight of the first still lies in the month before.
    let last = item.occurred.end().plus_seconds(-1).max(item.occurred.from.timestamp());
    let spans = subject::month(last) != subject::month(item.occurred.from.timestamp());
    add(&mut month.spanning, u64::from(spans));
}

fn casualty(month: &mut Casualties, item: &Item<'_, Monitored>, p: &CasualtyRecorded) {
    add(&mut month.reports, 1);
    month.toll.add(p.killed, p.injured);
    if subject::month(item.recorded) != subject::month(item.occurred.from.timestamp()) {
        month.reported_later.add(p.killed, p.injured);
    }
    if !p.corroborated {
        month.uncorroborated.add(p.killed, p.injured);
    }
    add(&mut month.persons.men, p.persons.men);
    add(&mut month.persons.women, p.persons.women);
    add(&mut month.persons.boys, p.persons.boys);
    add(&mut month.persons.girls, p.persons.girls);
    add(&mut month.persons.unknown, p.persons.unknown);
    month.by_cause.entry(p.cause.as_str().to_owned()).or_default().add(p.killed, p.injured);
}

fn access(month: &mut Access, p: &AccessRestricted) {
    let restrictions = p.count.as_ref().map_or(1, |c| c.value);
    add(&mut month.reports, 1);
    add(&mut month.restrictions, restrictions);
    add(&mut month.inexact, u64::from(p.count.as_ref().is_some_and(is_inexact)));
    add_to(&mut month.by_side, p.by.as_str(), restrictions);
    add_to(&mut month.by_form, p.form.as_str(), restrictions);
    add(&mut month.minutes, u64::from(p.minutes.unwrap_or(0)));
}

fn mission(
    state: &mut State,
    item: &Item<'_, Monitored>,
    p: &MissionStatusChanged,
) -> Result<(), OutOfOrder> {
    if let State::Mission(mission) = state
        && mission.status == MissionStatus::Closed
    {
        return Err(OutOfOrder::new("the mission is closed; its status does not change"));
    }
    *state = State::Mission(Mission {
        status: p.status,
        since: item.effect.micros(),
        archive_custodian: p.archive_custodian.as_ref().map(ToString::to_string),
    });
    Ok(())
}
