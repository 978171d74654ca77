//! Sums over the events of a day or a month.

use crate::VICINITY_COUNT;
use crate::event::{
    AccessRestricted, CasualtyRecorded, DamageRecorded, LethalEventRecorded, Monitored,
    ObservationRecorded, SourceRow, UavInterfered, WeaponObserved, WeaponStatus,
};
use crate::state::{
    Access, Casualties, Damage, FileRows, Interference, LateCasualties, Lethal, Observations,
    Placed, Weapons,
};
use crate::subject;
use accord_catalogue::unit::{Count, Qualifier};
use accord_charter::Charter;
use accord_projection::Item;
use std::collections::BTreeMap;

pub(super) fn file_row(rows: &mut FileRows, source: &SourceRow) {
    rows.events = rows.events.saturating_add(1);
    rows.last = rows.last.max(source.row);
}

pub(super) const fn add(total: &mut u64, more: u64) {
    *total = total.saturating_add(more);
}

pub(super) fn add_to(totals: &mut BTreeMap<String, u64>, key: &str, more: u64) {
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

/// True when the event lay close enough to a zone for the agreement to count it apart. Without a
/// distance in the charter the report's word is enough.
pub(super) fn is_near(p: &ObservationRecorded, charter: Option<&Charter>) -> bool {
    let limit = charter.and_then(|charter| charter.counts.get(VICINITY_COUNT));
    p.near_zone.as_ref().is_some_and(|near| limit.is_none_or(|limit| near.distance_m <= *limit))
}

pub(super) fn observation(day: &mut Observations, p: &ObservationRecorded, near: bool) {
    let rounds = p.count.value;
    add(&mut day.rows, 1);
    add(&mut day.rounds, rounds);
    if p.kind.is_explosion() {
        add(&mut day.explosions, rounds);
    }
    if p.exercise {
        add(&mut day.exercises, rounds);
        if p.kind.is_explosion() {
            add(&mut day.exercise_explosions, rounds);
        }
    }
    if p.proscribed.is_some() {
        add(&mut day.classified, rounds);
    }
    if p.proscribed == Some(true) {
        add(&mut day.proscribed, rounds);
    }
    add(&mut day.inexact, u64::from(is_inexact(&p.count)));
    add_to(&mut day.by_kind, p.kind.as_str(), rounds);
    add_to(&mut day.by_side, p.side.as_str(), rounds);
    if let Some(weapon) = &p.weapon {
        add_to(&mut day.by_weapon, weapon.as_str(), rounds);
    }
    if let Some(zone) = &p.zone {
        add_to(&mut day.by_zone, zone.as_str(), rounds);
    }
    if let Some(close) = p.near_zone.as_ref().filter(|_| near) {
        add_to(&mut day.near_zone, close.zone.as_str(), rounds);
    }
}

pub(super) fn lethal(month: &mut Lethal, item: &Item<'_, Monitored>, p: &LethalEventRecorded) {
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

pub(super) fn casualty(month: &mut Casualties, item: &Item<'_, Monitored>, p: &CasualtyRecorded) {
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

pub(super) fn access(month: &mut Access, p: &AccessRestricted) {
    let restrictions = p.count.as_ref().map_or(1, |c| c.value);
    add(&mut month.reports, 1);
    add(&mut month.restrictions, restrictions);
    add(&mut month.inexact, u64::from(p.count.as_ref().is_some_and(is_inexact)));
    add_to(&mut month.by_side, p.by.as_str(), restrictions);
    add_to(&mut month.by_form, p.form.as_str(), restrictions);
    let minutes = u64::from(p.minutes.unwrap_or(0));
    add(&mut month.minutes, minutes);
    if p.remedied == Some(true) {
        add(&mut month.remedied, restrictions);
    }
    let key = format!("{}/{}", p.by, p.form.as_str());
    let both = month.by_side_and_form.entry(key).or_default();
    add(&mut both.count, restrictions);
    add(&mut both.minutes, minutes);
}

pub(super) fn interference(month: &mut Interference, p: &UavInterfered) {
    let incidents = p.count.as_ref().map_or(1, |c| c.value);
    add(&mut month.reports, 1);
    add(&mut month.incidents, incidents);
    add(&mut month.inexact, u64::from(p.count.as_ref().is_some_and(is_inexact)));
    add_to(&mut month.by_form, p.form.as_str(), incidents);
    add_to(&mut month.by_side, p.by.as_str(), incidents);
}

pub(super) fn weapon(day: &mut Weapons, p: &WeaponObserved) {
    let mut placed = Placed::default();
    *match p.status {
        WeaponStatus::InViolation => &mut placed.in_violation,
        WeaponStatus::BeyondLineOutsideSite => &mut placed.beyond_line_outside_site,
        WeaponStatus::AtSite => &mut placed.at_site,
    } = p.count.value;
    add(&mut day.reports, 1);
    add(&mut day.inexact, u64::from(is_inexact(&p.count)));
    day.all.add(&placed);
    let key = format!("{}/{}", p.class, p.control);
    day.by_class_and_side.entry(key).or_default().add(&placed);
}

pub(super) fn damage(month: &mut Damage, p: &DamageRecorded) {
    add(&mut month.reports, 1);
    add(&mut month.objects, p.count.value);
    add(&mut month.inexact, u64::from(is_inexact(&p.count)));
    add_to(&mut month.by_object, p.object.as_str(), p.count.value);
    add_to(&mut month.by_cause, p.cause.as_str(), p.count.value);
}

pub(super) const fn late_casualty(month: &mut LateCasualties, p: &CasualtyRecorded) {
    month.reports = month.reports.saturating_add(1);
    month.toll.add(p.killed, p.injured);
}
