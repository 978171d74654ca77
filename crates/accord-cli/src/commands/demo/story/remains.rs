//! The dead: batches that each party hands over, and what the examination finds.

use super::super::script::{Script, Side, at, count};
use crate::error::CliError;
use serde_json::json;

/// Day and containers of each batch of each party.
const BATCHES: [(i64, u64); 4] = [(140, 310), (300, 250), (470, 180), (620, 120)];

/// Two years of it.
pub(super) fn write(script: &mut Script<'_>) -> Result<(), CliError> {
    for (place, (day, containers)) in BATCHES.into_iter().enumerate() {
        for side in script.sides()? {
            // Of the second batch one container fewer is received than was handed over.
            let received = containers - u64::from(place == 1);
            batch(script, &side, day, containers, received)?;
        }
    }
    Ok(())
}

fn batch<'a>(
    script: &mut Script<'a>,
    side: &Side<'a>,
    day: i64,
    handed: u64,
    received: u64,
) -> Result<(), CliError> {
    let batch = format!("day-{day}-{}", side.code);
    let payload = json!({
        "batch": batch, "to": side.other, "claimed_side": side.other, "containers": count(handed),
    });
    script.say(at(day, 12), "remains.handed_over", &[side.by], payload)?;
    let payload = json!({"batch": batch, "from": side.code, "containers": count(received)});
    script.say(at(day, 15), "remains.received", &[side.other_by], payload)?;
    let bureau = script.one("forensic_authority")?;
    let examined = received * 4 / 5;
    let payload = json!({
        "batch": batch, "containers": examined, "profiles": examined + 8, "multi_person": 11,
    });
    script.say(at(day + 60, 9), "remains.examined", &[bureau], payload)?;
    for (event_type, after, persons) in
        [("remains.identified", 70, examined / 2), ("remains.unidentifiable", 80, 6)]
    {
        let payload = json!({"batch": batch, "persons": count(persons)});
        script.say(at(day + after, 9), event_type, &[bureau], payload)?;
    }
    let persons = json!({"value": 5, "qualifier": "at_least", "word": "at least"});
    let payload = json!({"batch": batch, "persons": persons, "belongs_to": side.code});
    script.say(at(day + 85, 9), "remains.misattributed", &[bureau], payload)?;
    let payload = json!({"batch": batch, "persons": count(4), "belongs_to": side.code});
    script.say(at(day + 95, 9), "remains.sent_back", &[side.other_by], payload)?;
    Ok(())
}
