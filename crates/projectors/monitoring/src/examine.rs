//! What is to be said about reports that are nevertheless taken in.

use crate::Monitoring;
use crate::event::{CasualtyRecorded, LethalEventRecorded, Monitored, ObservationBatchRecorded};
use crate::state::MonitoringState;
use accord_catalogue::unit::{Code, Label, Qualifier};
use accord_projection::{Item, Remark, Scene, Terms, UNDETERMINED};

/// How many neighbours are looked at for an overlap with a period.
const NEIGHBOURS: usize = 64;

/// From the event alone.
pub(crate) fn alone(item: &Item<'_, Monitored>, terms: &Terms) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let say = &mut remarks;
    match &item.payload {
        Monitored::Observation(p) => {
            check_area(item.seq, &p.area, terms, say);
            check_side(item.seq, &p.side, terms, say);
            if p.side.as_str() != UNDETERMINED && p.method.is_none() {
                let detail = format!("side {} is given without a method", p.side);
                say.push(Remark::new("side_without_method", detail));
            }
        }
        Monitored::Batch(p) => {
            check_area(item.seq, &p.area, terms, say);
            say.extend(too_many_explosions(p));
        }
        Monitored::Lethal(p) => {
            p.by_side.keys().for_each(|side| check_side(item.seq, side, terms, say));
            say.extend(deaths_add_up(p));
        }
        Monitored::Access(p) => {
            check_area(item.seq, &p.area, terms, say);
            check_side(item.seq, &p.by, terms, say);
        }
        Monitored::Casualty(p) => {
            check_area(item.seq, &p.area, terms, say);
            casualty(p, say);
        }
        Monitored::Mission(_) => {}
    }
    remarks
}

/// A period that its author has reported on before for the same area: a figure is restated by a
/// correction, not by a second report.
pub(crate) fn overlap(item: &Item<'_, Monitored>, scene: &Scene<'_, Monitoring>) -> Option<Remark> {
    let Monitored::Batch(p) = &item.payload else { return None };
    let prefix = format!("period/{}/", p.area);
    let from = item.occurred.from.timestamp().micros();
    let until = item.occurred.end().micros();
    let overlaps = |subject: &str| {
        let state = scene.state(subject)?;
        let MonitoringState::Period(other) = &*state else { return None };
        let meets = other.from < until && from < other.until;
        (meets && other.author == item.event.author()).then_some(other.seq)
    };
    let mut own = Vec::new();
    crate::subject::of(item, &mut own);
    let own = own.first()?;
    let mut before = Vec::new();
    let mut at = own.as_str();
    while let Some(subject) = scene.subject_before(at) {
        if before.len() >= NEIGHBOURS || !subject.starts_with(&prefix) {
            break;
        }
        before.push(subject);
        at = subject;
    }
    let after = scene.subjects_from(own).take(NEIGHBOURS).take_while(|s| s.starts_with(&prefix));
    let seq = before.into_iter().chain(after).find_map(overlaps)?;
    let detail = format!(
        "the same author reported on this area and time at seq {seq}; a restated figure is a record.corrected"
    );
    Some(Remark::new("period_overlaps", detail))
}

fn check_area(seq: u64, area: &Label, terms: &Terms, say: &mut Vec<Remark>) {
    let scheme = terms.charter(seq).and_then(|c| c.areas.as_ref());
    if scheme.is_some_and(|scheme| !scheme.accepts(area.as_str())) {
        let detail = format!("area {area} is not one of the charter's area scheme");
        say.push(Remark::new("unknown_area", detail));
    }
}

fn check_side(seq: u64, side: &Code, terms: &Terms, say: &mut Vec<Remark>) {
    if terms.charter(seq).is_some() && !terms.is_side(seq, side.as_str()) {
        let detail =
            format!("side {side} is no party of the charter, nor \"third\" nor \"undetermined\"");
        say.push(Remark::new("unknown_side", detail));
    }
}

fn too_many_explosions(p: &ObservationBatchRecorded) -> Option<Remark> {
    let (all, explosions) = (p.ceasefire_violations.as_ref()?, p.explosions.as_ref()?);
    let open_ended = matches!(all.qualifier, Qualifier::AtLeast | Qualifier::Unknown);
    (explosions.value > all.value && !open_ended).then(|| {
        let detail = format!("{} explosions among {} violations", explosions.value, all.value);
        Remark::new("does_not_add_up", detail)
    })
}

fn deaths_add_up(p: &LethalEventRecorded) -> Option<Remark> {
    let LethalEventRecorded { best, low, high, civilians, unknown, .. } = p;
    let combatants = p.by_side.values().fold(0_u64, |sum, n| sum.saturating_add(*n));
    let parts = combatants.saturating_add(*civilians).saturating_add(*unknown);
    let detail = if parts != *best {
        format!(
            "{combatants} combatants, {civilians} civilians and {unknown} unknown are {parts}, not the best estimate of {best}"
        )
    } else if low > best || best > high {
        format!("the best estimate {best} is not between {low} and {high}")
    } else {
        return None;
    };
    Some(Remark::new("does_not_add_up", detail))
}

fn casualty(p: &CasualtyRecorded, say: &mut Vec<Remark>) {
    let (all, persons) = (p.killed.saturating_add(p.injured), p.persons.total());
    if all != persons {
        let detail = format!("{all} killed and injured, {persons} persons");
        say.push(Remark::new("does_not_add_up", detail));
    }
    if !p.corroborated {
        let detail = "the mission has not corroborated it".to_owned();
        say.push(Remark::new("uncorroborated", detail));
    }
}
