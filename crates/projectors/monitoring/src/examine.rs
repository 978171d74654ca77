//! What is to be said about reports that are nevertheless taken in.

mod adds_up;
mod scene;

pub(crate) use scene::in_scene;

use crate::event::{InspectionOutcome, Monitored};
use crate::fold::is_exact;
use accord_catalogue::unit::{Code, Label, Text};
use accord_projection::{Item, Remark, Terms, UNDETERMINED};

type Event<'a> = Item<'a, Monitored>;

/// From the event alone.
pub(crate) fn alone(item: &Event<'_>, terms: &Terms) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let say = &mut remarks;
    if let Some(area) = area_of(&item.payload) {
        say.extend(terms.unknown_area(item.seq, area.as_str()));
    }
    match &item.payload {
        Monitored::Observation(p) => attributed(item.seq, &p.side, p.method.as_ref(), terms, say),
        Monitored::Uav(p) => attributed(item.seq, &p.by, p.method.as_ref(), terms, say),
        Monitored::Breached(p) => attributed(item.seq, &p.side, p.method.as_ref(), terms, say),
        Monitored::Batch(p) => {
            let sides = p.tallies.iter().filter_map(|tally| tally.side.as_ref());
            say.extend(sides.filter_map(|side| terms.unknown_side(item.seq, side.as_str())));
            say.extend(adds_up::period(p));
        }
        Monitored::Lethal(p) => {
            let sides = p.by_side.keys();
            say.extend(sides.filter_map(|side| terms.unknown_side(item.seq, side.as_str())));
            say.extend(adds_up::deaths(p));
        }
        Monitored::Access(p) => say.extend(terms.unknown_side(item.seq, p.by.as_str())),
        Monitored::Weapon(p) => say.extend(terms.unknown_side(item.seq, p.control.as_str())),
        Monitored::Casualty(p) => {
            say.extend(adds_up::persons(p));
            if !p.corroborated {
                let detail = "the mission has not corroborated it".to_owned();
                say.push(Remark::new("uncorroborated", detail));
            }
        }
        Monitored::Inspection(p) => {
            if p.outcome == InspectionOutcome::Refused {
                let detail = "the inspectors were not let in".to_owned();
                say.push(Remark::new("inspection_refused", detail));
            }
            let broken = p.seals.iter().filter(|seal| !seal.intact);
            let broken: Vec<&str> = broken.map(|seal| seal.seal.as_str()).collect();
            if !broken.is_empty() {
                let detail = format!("seals found broken: {}", broken.join(", "));
                say.push(Remark::new("seal_broken", detail));
            }
        }
        Monitored::Called(p) => {
            say.extend(terms.unknown_side(item.seq, p.to.as_str()));
            let from = p.from.as_ref();
            say.extend(from.and_then(|side| terms.unknown_side(item.seq, side.as_str())));
            if !is_exact(&item.occurred) {
                let detail =
                    "the call is not known to the minute, so that no clock runs for its answer";
                say.push(Remark::new("time_not_exact", detail));
            }
        }
        Monitored::ReturnFire(p) => {
            say.extend(terms.unknown_side(item.seq, p.against.as_str()));
            if p.call.is_none() {
                let detail = "it names no hotline call that failed before".to_owned();
                say.push(Remark::new("no_failed_call", detail));
            }
        }
        _ => {}
    }
    remarks
}

const fn area_of(payload: &Monitored) -> Option<&Label> {
    match payload {
        Monitored::Observation(p) => Some(&p.area),
        Monitored::Batch(p) => Some(&p.area),
        Monitored::Access(p) => Some(&p.area),
        Monitored::Casualty(p) => Some(&p.area),
        Monitored::Sensor(p) => Some(&p.area),
        Monitored::Uav(p) => Some(&p.area),
        Monitored::Weapon(p) => Some(&p.area),
        Monitored::Site(p) => Some(&p.area),
        Monitored::Zone(p) => Some(&p.area),
        Monitored::Damage(p) => Some(&p.area),
        Monitored::Hazard(p) => Some(&p.area),
        Monitored::Called(p) => Some(&p.area),
        Monitored::ReturnFire(p) => Some(&p.area),
        _ => None,
    }
}

/// A side, and whether the report says how it was established.
fn attributed(seq: u64, side: &Code, method: Option<&Text>, terms: &Terms, say: &mut Vec<Remark>) {
    say.extend(terms.unknown_side(seq, side.as_str()));
    if side.as_str() != UNDETERMINED && method.is_none() {
        let detail = format!("side {side} is given without a method");
        say.push(Remark::new("side_without_method", detail));
    }
}
