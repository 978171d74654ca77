//! The mission itself: how it is, what it cannot see, whom it calls, and whom the fire harms.

use super::super::script::{Dice, HOUR, MADE_UP, Script, Side, at, count};
use super::{CEASEFIRE, END};
use crate::error::CliError;
use serde_json::json;

/// Days during which the mission is restricted.
const RESTRICTED: (i64, i64) = (400, 430);
const MINUTE: i64 = 60;
/// Seed of all that looks thrown here.
const SEED: u64 = 77;

/// Two years of it.
pub(super) fn write(script: &mut Script<'_>) -> Result<(), CliError> {
    status(script)?;
    sensors(script)?;
    let sides = script.sides()?;
    let mut dice = Dice(SEED);
    for (turn, day) in (CEASEFIRE + 6..END - 10).step_by(18).enumerate() {
        // The same throw for each side.
        for side in &sides {
            hinder(script, side, (turn, day), &mut dice.clone())?;
            call(script, side, (turn, day + 3))?;
        }
        dice.below(1);
        if turn % 2 == 0 {
            harm(script, (turn, day + 5), &mut dice)?;
        }
    }
    late_casualties(script)?;
    land(script)
}

fn status(script: &mut Script<'_>) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    for (day, status) in
        [(43, "deploying"), (75, "active"), (RESTRICTED.0, "restricted"), (RESTRICTED.1, "active")]
    {
        let payload = json!({"status": status, "note": MADE_UP});
        script.say(at(day, 9), "mission.status_changed", &[mission], payload)?;
    }
    Ok(())
}

/// A camera and an acoustic sensor in each area; each is out of service for a while.
fn sensors(script: &mut Script<'_>) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    for area in script.areas() {
        for (kind, day) in [("camera", 210), ("acoustic", 500)] {
            let sensor = format!("{kind}-{area}");
            let payload = json!({
                "sensor": sensor, "kind": kind, "area": area, "works": true, "note": MADE_UP,
            });
            script.say(at(76, 10), "sensor.registered", &[mission], payload)?;
            for (day, works) in [(day, false), (day + 25, true)] {
                let mut payload = json!({"sensor": sensor, "works": works});
                if !works {
                    payload["reason"] = "power".into();
                }
                script.say(at(day, 10), "sensor.status_changed", &[mission], payload)?;
            }
        }
    }
    Ok(())
}

/// A side keeps the monitors from where they may go, and jams what they fly.
fn hinder<'a>(
    script: &mut Script<'a>,
    side: &Side<'a>,
    (turn, day): (usize, i64),
    dice: &mut Dice,
) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let area = script.areas().into_iter().cycle().nth(turn);
    let form = ["denied", "delayed", "conditional", "denied", "harassment"].get(turn % 5);
    let restricted = RESTRICTED.0 <= day && day < RESTRICTED.1;
    let times = if restricted { 6 } else { 1 + dice.below(2) };
    let payload = json!({
        "area": area, "by": side.code, "form": form, "count": count(times),
        "minutes": 15 * (1 + dice.below(8)), "remedied": turn % 3 != 0,
    });
    script.say(at(day + 1, 9), "access.restricted", &[mission], payload)?;
    script.in_days(day, day + 1);
    if turn % 2 == 1 {
        let form = ["jamming", "jamming", "small_arms", "loss"].get(turn / 2 % 4);
        let payload = json!({
            "area": area, "by": side.code, "form": form, "method": MADE_UP,
        });
        script.say(at(day + 2, 9), "uav.interfered", &[mission], payload)?;
        script.in_days(day + 1, day + 2);
    }
    Ok(())
}

/// A side is called because of fire: mostly it answers, and now and then fire is returned because
/// it does not.
fn call<'a>(
    script: &mut Script<'a>,
    side: &Side<'a>,
    (turn, day): (usize, i64),
) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let area = script.areas().into_iter().cycle().nth(turn);
    let called = at(day, 12);
    let payload = json!({"from": side.other, "to": side.code, "area": area, "about": MADE_UP});
    let call = script.say(called + 2 * MINUTE, "hotline.call_logged", &[mission], payload)?;
    script.at_instant(called);
    let answered = turn % 4 != 2;
    if answered {
        let answer = ["will_stop", "will_check", "will_stop", "denies"].get(turn % 4);
        let waited = (5 + 6 * i64::try_from(turn % 4).unwrap_or(0)) * MINUTE;
        let after = called + waited + MINUTE;
        let payload = json!({"answer": answer});
        script.go_on(&call, after, "hotline.acknowledged", &[side.by], payload)?;
        script.at_instant(called + waited);
    } else {
        let payload = json!({
            "against": side.code, "area": area, "call": call.stream, "order": MADE_UP,
            "weapon": "mortar", "rounds": count(4),
        });
        script.say(called + 2 * HOUR, "return_fire.notified", &[side.other_by], payload)?;
        script.at_instant(called + HOUR);
    }
    let outcome = if answered { "stopped" } else { "no_contact" };
    let payload = json!({"outcome": outcome});
    script.go_on(&call, called + 3 * HOUR, "hotline.closed", &[mission], payload)?;
    Ok(())
}

/// Civilians are hurt and their homes damaged; nobody says by whom.
fn harm(
    script: &mut Script<'_>,
    (turn, day): (usize, i64),
    dice: &mut Dice,
) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let area = script.areas().into_iter().cycle().nth(turn / 2);
    let cause = ["shelling", "mine_erw", "small_arms", "uav"].get(turn / 2 % 4);
    let (killed, men, women) = (dice.below(2), 1 + dice.below(3), dice.below(3));
    let payload = json!({
        "area": area, "cause": cause, "killed": killed, "injured": men + women - killed,
        "persons": {"men": men, "women": women, "boys": 0, "girls": 0, "unknown": 0},
        "corroborated": turn % 8 != 6,
    });
    script.say(at(day + 4, 9), "casualty.recorded", &[mission], payload)?;
    script.in_days(day, day + 1);
    let object = ["dwelling", "electricity", "dwelling", "water"].get(turn / 2 % 4);
    let payload =
        json!({"area": area, "object": object, "count": count(1 + dice.below(5)), "cause": cause});
    script.say(at(day + 4, 10), "damage.recorded", &[mission], payload)?;
    script.in_days(day, day + 1);
    Ok(())
}

/// What became known of one year only in the next.
fn late_casualties(script: &mut Script<'_>) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let payload = json!({
        "area": script.areas().first(), "cause": "mine_erw", "killed": 0, "injured": 3,
        "persons": {"men": 2, "women": 1, "boys": 0, "girls": 0, "unknown": 0},
        "corroborated": true,
    });
    script.say(at(380, 9), "casualty.recorded", &[mission], payload)?;
    script.in_days(310, 311);
    Ok(())
}

/// Dangerous land in every area, of which parts are released year by year.
fn land(script: &mut Script<'_>) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    for area in script.areas() {
        for (kind, day, square_metres) in
            [("mines", 100, 400_000), ("cluster_remnants", 160, 90_000), ("mixed", 220, 250_000)]
        {
            let payload = json!({"area": area, "kind": kind, "area_m2": square_metres});
            let found = script.say(at(day, 10), "hazard.reported", &[mission], payload)?;
            for (part, method) in [(1, "cancelled"), (2, "reduced"), (3, "cleared")] {
                let payload = json!({"area_m2": square_metres / 5, "method": method});
                let after = at(day + 140 * part, 10);
                script.go_on(&found, after, "land.released", &[mission], payload)?;
            }
        }
    }
    Ok(())
}
