//! Weapons that stay away from the line: how far, where they are kept, and what is seen of them.

use super::super::script::{MADE_UP, Script, Side, at, count, digest};
use super::{CEASEFIRE, END};
use crate::error::CliError;
use serde_json::json;

/// Classes, how many metres from the line they stay, and how many a site holds.
const CLASSES: [(&str, u64, u64); 2] = [("mortar", 15_000, 24), ("artillery", 30_000, 12)];

/// Two years of it.
pub(super) fn write(script: &mut Script<'_>) -> Result<(), CliError> {
    let together = script.together()?;
    for (class, distance, _) in CLASSES {
        let payload = json!({"class": class, "distance_m": distance});
        script.say(at(85, 9), "weapons_line.set", &together, payload)?;
    }
    for side in script.sides()? {
        for (place, area) in script.areas().into_iter().enumerate() {
            store(script, &side, place, area)?;
        }
        for (turn, day) in (CEASEFIRE + 15..END - 5).step_by(22).enumerate() {
            see(script, &side, turn, day)?;
        }
    }
    for area in script.areas() {
        zone(script, area)?;
    }
    Ok(())
}

/// A site, what is declared to be at it, and what inspectors find.
fn store<'a>(
    script: &mut Script<'a>,
    side: &Side<'a>,
    place: usize,
    area: &str,
) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let kind = ["permanent_storage", "holding_area"].get(place % 2);
    let payload = json!({"area": area, "kind": kind, "party": side.code});
    let stored = script.say(at(90, 9), "storage_site.registered", &[side.by], payload)?;
    let items: Vec<_> = CLASSES
        .iter()
        .map(|(class, _, held)| {
            let serials = digest(&format!("serials {} {place} {class}", side.code));
            json!({"class": class, "count": held, "serials": serials})
        })
        .collect();
    let payload = json!({"as_of": script.day(91), "items": items});
    script.go_on(&stored, at(92, 9), "inventory.declared", &[side.by], payload)?;
    for turn in 0..7 {
        // Once the inspectors are not let in; once something is missing and a seal broken.
        let after = at(120 + 85 * turn + i64::try_from(place).unwrap_or(0), 10);
        let refused = turn == 3 && place == 0;
        let short = u64::from(turn == 4);
        let found: Vec<_> = CLASSES
            .iter()
            .map(|(class, _, held)| {
                json!({"class": class, "present": held - short, "missing": short, "unable_to_verify": 0})
            })
            .collect();
        let payload = if refused {
            json!({"outcome": "refused", "inspectors": 3, "note": MADE_UP})
        } else {
            let seal = format!("seal-{}-{place}-{turn}", side.code);
            json!({
                "outcome": "conducted", "inspectors": 3, "items": found,
                "seals": [{"seal": seal, "intact": short == 0}],
            })
        };
        script.go_on(&stored, after, "inspection.recorded", &[mission], payload)?;
    }
    Ok(())
}

/// Monitors see weapons of a side: too close to the line, or behind it but at no site.
fn see<'a>(
    script: &mut Script<'a>,
    side: &Side<'a>,
    turn: usize,
    day: i64,
) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let area = script.areas().into_iter().cycle().nth(turn);
    let Some((class, distance, _)) = CLASSES.get(turn % CLASSES.len()) else { return Ok(()) };
    let close = turn.is_multiple_of(3);
    let (status, distance) = if close {
        ("in_violation", distance - 4_000)
    } else {
        ("beyond_line_outside_site", distance + 3_000)
    };
    let payload = json!({
        "area": area, "class": class, "control": side.code, "status": status, "means": "uav",
        "count": count(1 + u64::try_from(turn % 4).unwrap_or(0)), "distance_m": distance,
    });
    script.say(at(day + 1, 9), "weapon.observed", &[mission], payload)?;
    script.in_days(day, day + 1);
    Ok(())
}

/// A zone that forces leave; each side comes back once, and goes again.
fn zone(script: &mut Script<'_>, area: &str) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let zone = format!("zone-{area}");
    let payload = json!({
        "zone": zone, "area": area, "geometry": digest(&format!("geometry of {zone}")), "radius_m": 2_000,
    });
    script.say(at(110, 9), "zone.registered", &script.together()?, payload)?;
    let mut day = 140;
    let gone = json!({"zone": zone, "method": MADE_UP});
    script.say(at(day, 9), "zone.disengaged", &[mission], gone.clone())?;
    for side in script.sides()? {
        day += 150;
        let payload =
            json!({"zone": zone, "kind": "presence", "side": side.code, "method": MADE_UP});
        script.say(at(day, 9), "zone.breached", &[mission], payload)?;
        script.say(at(day + 20, 9), "zone.disengaged", &[mission], gone.clone())?;
    }
    Ok(())
}
