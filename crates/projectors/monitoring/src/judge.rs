//! The merits of acts.

use crate::event::{Monitored, StorageSiteRegistered, WeaponsLineSet};
use crate::{Monitoring, RESOLUTION_ADOPTED};
use accord_projection::{Item, Refusal, Scene};

type Event<'a> = Item<'a, Monitored>;

pub(crate) fn judge(item: &Event<'_>, scene: &Scene<'_, Monitoring>) -> Result<(), Refusal> {
    match &item.payload {
        Monitored::WeaponsLine(p) => line(item, p, scene),
        Monitored::Site(p) => site(item, p, scene),
        _ => Ok(()),
    }
}

/// A line is set by all parties together, or by the board; and not for the past.
fn line(
    item: &Event<'_>,
    p: &WeaponsLineSet,
    scene: &Scene<'_, Monitoring>,
) -> Result<(), Refusal> {
    if item.effect < item.recorded {
        let detail = format!(
            "it would hold from {}, and is recorded at {}; what was done before was under the line before",
            item.effect.to_seconds_string(),
            item.recorded.to_seconds_string()
        );
        return Err(Refusal::new("effect-before-recorded", detail));
    }
    let Some(charter) = scene.terms().charter(item.seq) else { return Ok(()) };
    let signed = |participant: &String| {
        item.event.signers.iter().any(|signer| signer.participant() == participant)
    };
    if charter.parties.values().all(|party| signed(&party.participant)) {
        return Ok(());
    }
    let Some(resolution) = &p.resolution else {
        let detail = "not every party signed it; name the resolution that sets it".to_owned();
        return Err(Refusal::new("resolution-missing", detail));
    };
    let Some(adopted) = scene.fact(RESOLUTION_ADOPTED, resolution.as_str()) else {
        let detail = format!("{resolution} is not an adopted resolution");
        return Err(Refusal::new("resolution-not-adopted", detail));
    };
    let stream = item.event.stream.as_str();
    let subjects = adopted.get("subjects").and_then(serde_json::Value::as_array);
    if subjects.is_some_and(|all| all.iter().any(|s| s.as_str() == Some(stream))) {
        return Ok(());
    }
    let detail = format!("{resolution} does not decide on {stream}");
    Err(Refusal::new("resolution-elsewhere", detail))
}

/// A party registers its own sites.
fn site(
    item: &Event<'_>,
    p: &StorageSiteRegistered,
    scene: &Scene<'_, Monitoring>,
) -> Result<(), Refusal> {
    let Some(charter) = scene.terms().charter(item.seq) else { return Ok(()) };
    let author = item.event.author();
    if charter.party_of(author) == Some(p.party.as_str()) {
        return Ok(());
    }
    let detail =
        format!("{author} does not stand for party {}; each registers its own sites", p.party);
    Err(Refusal::new("not-the-holder", detail))
}
