//! The merits of acts.

use crate::Monitoring;
use crate::event::{Monitored, StorageSiteRegistered, WeaponsLineSet};
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
    if scene.terms().charter(item.seq).is_none() || item.is_signed_by_all(scene.terms()) {
        return Ok(());
    }
    let Some(resolution) = &p.resolution else {
        let detail = "not every party signed it; name the resolution that sets it".to_owned();
        return Err(Refusal::new("resolution-missing", detail));
    };
    scene.decided(resolution.as_str(), &item.event.stream).map(drop)
}

/// A party registers its own sites.
fn site(
    item: &Event<'_>,
    p: &StorageSiteRegistered,
    scene: &Scene<'_, Monitoring>,
) -> Result<(), Refusal> {
    let author = item.event.author();
    if scene.terms().charter(item.seq).is_none()
        || item.party(scene.terms()) == Some(p.party.as_str())
    {
        return Ok(());
    }
    let detail =
        format!("{author} does not stand for party {}; each registers its own sites", p.party);
    Err(Refusal::new("not-the-holder", detail))
}
