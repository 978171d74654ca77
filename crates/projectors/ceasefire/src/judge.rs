//! The merits of acts.

pub(crate) mod consent;
mod entry;

use crate::Ceasefires;
use crate::event::{LineBaselineAdopted, Truce};
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
            scene.decided(p.resolution.as_str(), stream).map(drop)
        }
        Truce::Resumed(p) => scene.decided(p.resolution.as_str(), stream).map(drop),
        Truce::Terminated(p) => scene.decided(p.resolution.as_str(), stream).map(drop),
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
    if item.is_signed_by_all(scene.terms()) {
        return Ok(());
    }
    let Some(resolution) = &p.resolution else {
        let (parties, signed) = (scene.terms().parties(item.seq), item.parties(scene.terms()));
        let missing: Vec<&str> = parties.difference(&signed).map(String::as_str).collect();
        let detail = format!(
            "a baseline takes the signature of every party (missing: {}) or an adopted resolution",
            missing.join(", ")
        );
        return Err(Refusal::new("baseline-not-accepted", detail));
    };
    scene.decided(resolution.as_str(), &item.event.stream).map(drop)
}
