//! The merits of acts.

pub(crate) mod consent;
mod entry;
mod resolution;

use crate::Ceasefires;
use crate::event::{LineBaselineAdopted, Truce};
use crate::fold::{all_parties, parties_of};
use accord_catalogue::unit::At;
use accord_projection::{Item, Refusal, Scene};

type Event<'a> = Item<'a, Truce>;
type Setting<'a> = Scene<'a, Ceasefires>;

pub(crate) fn judge(item: &Event<'_>, scene: &Setting<'_>) -> Result<(), Refusal> {
    let stream = &item.event.stream;
    match &item.payload {
        Truce::Entered(p) => entry::judge(item, p, scene),
        Truce::Recommitted(p) => not_past(item, &p.effective_at),
        Truce::Suspended(p) => {
            if let Some(until) = &p.until
                && until.timestamp() <= item.recorded
            {
                let detail = format!("the suspension would end at {until}, which is past");
                return Err(Refusal::new("until-in-the-past", detail));
            }
            resolution::adopted(&p.resolution, stream, scene)
        }
        Truce::Resumed(p) => resolution::adopted(&p.resolution, stream, scene),
        Truce::Terminated(p) => resolution::adopted(&p.resolution, stream, scene),
        Truce::Baseline(p) => baseline(item, p, scene),
        _ => Ok(()),
    }
}

/// Refuses an instant before the second in which the event is recorded.
fn not_past(item: &Event<'_>, at: &At) -> Result<(), Refusal> {
    if at.timestamp() >= item.recorded.floor_second() {
        return Ok(());
    }
    let detail = format!(
        "{at} is before {}, when this is recorded; nothing takes effect before that",
        item.recorded.to_seconds_string()
    );
    Err(Refusal::new("effective-in-the-past", detail))
}

fn baseline(item: &Event<'_>, p: &LineBaselineAdopted, scene: &Setting<'_>) -> Result<(), Refusal> {
    if p.as_of.start() > item.recorded {
        let detail = format!("nobody knows yet how the line will stand on {}", p.as_of);
        return Err(Refusal::new("as-of-ahead", detail));
    }
    let signed = parties_of(item, scene.terms());
    let parties = all_parties(item.seq, scene.terms());
    if !parties.is_empty() && parties.is_subset(&signed) {
        return Ok(());
    }
    let Some(resolution) = &p.resolution else {
        let missing: Vec<&str> = parties.difference(&signed).map(String::as_str).collect();
        let detail = format!(
            "a baseline takes the signature of every party (missing: {}) or an adopted resolution",
            missing.join(", ")
        );
        return Err(Refusal::new("baseline-not-accepted", detail));
    };
    resolution::adopted(resolution, &item.event.stream, scene)
}
