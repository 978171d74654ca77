//! Two ceasefires, their line, and the silence windows in them.

use super::super::script::{HOUR, MADE_UP, Said, Script, Side, at, count, digest};
use super::board::{Motion, Vote, decide};
use super::{CEASEFIRE, END};
use crate::error::CliError;
use serde_json::json;

/// The line on which both stop.
const LINE: &str = "contact";
const TEXT: &str = "Each party ceases fire.";
const HALT: &str = "Our forces advance no further.";
/// Measures that each party orders.
const MEASURES: [&str; 3] = ["no-advance", "no-fire", "no-drones"];
/// Silence windows, one after another.
const WINDOWS: i64 = 24;

/// A ceasefire on land and one for energy sites; gives both.
pub(super) fn write(script: &mut Script<'_>) -> Result<Vec<Said>, CliError> {
    let sides = script.sides()?;
    let halts = json!([{"line": LINE, "text_digest": digest(HALT)}]);
    // Each time another party is bound by an instrument in place of its own key.
    let general = accepted(script, "general", 44, sides.len().saturating_sub(1), Some(halts))?;
    let energy = accepted(script, "energy", 47, 0, None)?;
    for side in &sides {
        let payload = json!({"line": LINE, "text_digest": digest(HALT)});
        script.say(at(58, 9), "advance_halt.committed", &[side.by], payload)?;
    }
    let payload = json!({
        "line": LINE, "geometry_digest": digest("the line, point by point"), "datum": "WGS84",
        "as_of": script.day(60), "length_m": 1_000_000, "tolerance_m": 50,
    });
    let together = script.together()?;
    script.say(at(61, 9), "line.baseline_adopted", &together, payload)?;
    let secretariat = script.one("secretariat")?;
    for ceasefire in [&general, &energy] {
        let payload = json!({"effective_at": script.time(at(CEASEFIRE, 0))});
        let after = at(70, 9);
        script.go_on(ceasefire, after, "ceasefire.entered_into_force", &[secretariat], payload)?;
        for side in &sides {
            let payload = json!({
                "ceasefire": ceasefire.stream, "measures": MEASURES,
                "order_ref": format!("order-{}", digest(&ceasefire.stream).get(..4).unwrap_or("1")),
            });
            script.say(at(CEASEFIRE, 10), "ceasefire_order.issued", &[side.by], payload)?;
        }
    }
    suspend(script, &energy)?;
    let payload = json!({"effective_at": script.time(at(CEASEFIRE + 366, 0))});
    let after = at(CEASEFIRE + 360, 9);
    script.go_on(&general, after, "ceasefire.recommitted", &together, payload)?;
    movements(script, &sides)?;
    for place in 0..WINDOWS {
        window(script, place)?;
    }
    Ok(vec![general, energy])
}

/// Proposes a ceasefire, which all accept: the one at `instrument` by a deposited instrument.
fn accepted(
    script: &mut Script<'_>,
    scope: &str,
    day: i64,
    instrument: usize,
    halts: Option<serde_json::Value>,
) -> Result<Said, CliError> {
    let text = digest(&format!("{TEXT} {scope}"));
    let mut payload = json!({
        "scope": scope, "text_digest": text, "measures": MEASURES,
        "effective_at": script.time(at(CEASEFIRE, 0)),
    });
    if let Some(halts) = halts {
        payload["halts"] = halts;
    }
    let chair = script.one("board_chair")?;
    let ceasefire = script.say(at(day, 9), "ceasefire.proposed", &[chair], payload)?;
    for (place, side) in script.sides()?.into_iter().enumerate() {
        let after = at(day + 5, 9);
        if place != instrument {
            let payload = json!({"text_digest": text});
            script.go_on(&ceasefire, after, "ceasefire.accepted", &[side.by], payload)?;
            continue;
        }
        let depositaries = [script.one("secretariat")?, script.neutral_witness()?];
        let payload = json!({
            "party": side.code, "stands_for": "ceasefire.accepted", "text_digest": text,
            "instrument_digest": digest(&format!("instrument {scope} {}", side.code)),
            "verified_by": MADE_UP,
        });
        script.say(after, "instrument.deposited", &depositaries, payload)?;
    }
    Ok(ceasefire)
}

/// The board suspends a ceasefire, and three weeks later lets it go on.
fn suspend(script: &mut Script<'_>, ceasefire: &Said) -> Result<(), CliError> {
    let secretariat = script.one("secretariat")?;
    for (day, title, event_type) in [
        (302, "The energy ceasefire is suspended.", "ceasefire.suspended"),
        (323, "The energy ceasefire goes on.", "ceasefire.resumed"),
    ] {
        let motion = Motion {
            after: at(day, 8),
            kind: "ceasefire",
            title,
            subjects: vec![ceasefire.stream.clone()],
            meeting: None,
            accused: None,
            vote: Vote::For,
        };
        let resolution = decide(script, &motion)?;
        let payload = json!({"resolution": resolution.stream});
        script.go_on(ceasefire, at(day, 16), event_type, &[secretariat], payload)?;
    }
    Ok(())
}

/// Each party says that the other has moved; the mission finds it so, and that it went back.
fn movements<'a>(script: &mut Script<'a>, sides: &[Side<'a>]) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    for (segment, day, metres, alleged) in
        [("S03", 130, 300, true), ("S11", 405, 800, true), ("S11", 470, 800, false)]
    {
        for side in sides {
            let direction = if alleged { "advance" } else { "withdrawal" };
            let area = json!({"value": metres * 1_000, "qualifier": "about", "word": "about"});
            let metres = json!({"value": metres, "qualifier": "about", "word": "about"});
            let mut payload = json!({
                "line": LINE, "segment": segment, "by": side.code, "direction": direction,
                "metres": metres, "area_m2": area,
            });
            if alleged {
                let after = at(day + 1, 9);
                script.say(after, "line.movement_alleged", &[side.other_by], payload.clone())?;
                script.in_days(day, day + 1);
            }
            payload["as_of"] = script.time(at(day + 9, 12)).into();
            payload["confidence"] = "medium".into();
            script.say(at(day + 10, 9), "line.movement_verified", &[mission], payload)?;
            script.in_days(day, day + 1);
        }
    }
    Ok(())
}

/// A silence window: most are held, some lapse because a guarantee is missing, some are broken.
fn window(script: &mut Script<'_>, place: i64) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let sides = script.sides()?;
    let areas = script.areas();
    let turn = usize::try_from(place).unwrap_or(0);
    let day = CEASEFIRE + 10 + place * (END - CEASEFIRE - 20) / WINDOWS;
    let purpose = ["repair", "demining", "exchange", "evacuation"].into_iter().cycle().nth(turn);
    let people = json!({"value": 1_000, "qualifier": "about", "word": "about"});
    let payload = json!({
        "area": areas.iter().cycle().nth(turn), "purpose": purpose, "beneficiaries": people,
        "from": script.time(at(day + 1, 8)), "until": script.time(at(day + 1, 16)),
    });
    let asked = script.say(at(day, 8), "silence_window.requested", &[mission], payload)?;
    // One in six lacks the guarantee of a party, of another each time.
    let lapses = turn % 6 == 5;
    for (at_side, side) in sides.iter().enumerate() {
        if !lapses || (turn / 6) % sides.len() != at_side {
            let after = at(day, 12) + 60 * i64::try_from(at_side).unwrap_or(0);
            script.go_on(&asked, after, "silence_window.guaranteed", &[side.by], json!({}))?;
        }
    }
    if lapses {
        return Ok(());
    }
    script.go_on(&asked, at(day + 1, 8), "silence_window.opened", &[mission], json!({}))?;
    // Another one in six is broken, each time by another party.
    if turn % 6 == 3 {
        if let Some(side) = sides.get((turn / 6) % sides.len()) {
            let after = at(day + 1, 11);
            let payload = json!({"by": side.code});
            script.go_on(&asked, after + HOUR, "silence_window.breached", &[mission], payload)?;
            script.at_instant(after);
        }
        return Ok(());
    }
    let payload = json!({"completed": true, "beneficiaries": count(900 + 10 * u64::try_from(place).unwrap_or(0))});
    script.go_on(&asked, at(day + 1, 15), "silence_window.closed", &[mission], payload)?;
    Ok(())
}
