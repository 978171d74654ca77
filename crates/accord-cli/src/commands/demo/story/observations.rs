//! What the monitors count: single observations, and the totals of each fortnight made from them.

use super::super::script::{Dice, HOUR, MADE_UP, Said, Script, at, count};
use super::{CEASEFIRE, END};
use crate::error::CliError;
use serde_json::json;

/// Days of a period whose totals are reported.
const FORTNIGHT: i64 = 14;
/// A whole degree: no place is meant.
const LATITUDE: i64 = 48_000_000;
const LONGITUDE: i64 = 38_000_000;
/// Seed of all that looks thrown here.
const SEED: u64 = 12;
/// Kinds of fire, each with a class of weapon.
const FIRE: [(&str, &str); 4] = [
    ("burst", "small_arms"),
    ("shot", "small_arms"),
    ("explosion_undetermined", "mortar"),
    ("explosion_impact", "artillery"),
];

/// What later parts of the story speak about.
pub(super) struct Told {
    /// Single observations, oldest first.
    pub(super) rows: Vec<Said>,
    /// Totals of fortnights, with the violations in them.
    pub(super) fortnights: Vec<(Said, u64)>,
}

/// How many rounds a day's fire has, a day so long after the ceasefire began: it falls for a year,
/// flares up for two months, and falls again.
const fn intensity(day: i64) -> u64 {
    let (high, since) = match day {
        ..300 => (24, day),
        300..360 => (40, day - 300),
        _ => (16, day - 360),
    };
    // Halved about every three months.
    let halved = high * 90 / (90 + since);
    halved.unsigned_abs() + 1
}

/// Violations of one area and fortnight.
#[derive(Default)]
struct Total {
    rows: u64,
    by_side: u64,
    undetermined: u64,
    explosions: u64,
}

/// Two years of it, the same for each side.
pub(super) fn write(script: &mut Script<'_>) -> Result<Told, CliError> {
    let mut dice = Dice(SEED);
    let mut told = Told { rows: Vec::new(), fortnights: Vec::new() };
    let areas = script.areas();
    let mut from = CEASEFIRE;
    while from + FORTNIGHT <= END - 2 {
        let mut totals: Vec<Total> = areas.iter().map(|_| Total::default()).collect();
        for day in from..from + FORTNIGHT {
            for (area, total) in areas.iter().zip(&mut totals) {
                // Quiet days come with quiet weeks.
                if dice.below(40) < 8 + intensity(day - CEASEFIRE) {
                    observe(script, (day, area), total, &mut dice, &mut told.rows)?;
                }
            }
        }
        for (area, total) in areas.iter().zip(totals) {
            let said = report(script, from, area, &total)?;
            let sides = u64::try_from(script.charter.parties.len()).unwrap_or(0);
            told.fortnights.push((said, total.by_side * sides + total.undetermined));
        }
        from += FORTNIGHT;
    }
    Ok(told)
}

/// Fire on one day in one area: one row for each party, in the same numbers, and at times one of
/// which nobody knows whose it was.
fn observe(
    script: &mut Script<'_>,
    (day, area): (i64, &str),
    total: &mut Total,
    dice: &mut Dice,
    rows: &mut Vec<Said>,
) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let (kind, weapon) = dice.one_of(FIRE);
    let means = dice.one_of(["heard", "seen", "camera"]);
    let rounds = 1 + dice.below(2 * intensity(day - CEASEFIRE));
    let explosion = kind.starts_with("explosion");
    let mut sides: Vec<_> = script.charter.parties.keys().map(String::as_str).collect();
    if dice.below(4) == 0 {
        sides.push("undetermined");
    }
    let hour = 18 + i64::try_from(dice.below(4)).unwrap_or(0);
    for (place, side) in (0..).zip(&sides) {
        let mut payload = json!({
            "area": area, "kind": kind, "weapon": weapon, "side": side, "count": count(rounds),
            "means": means,
            "position": {"lat": LATITUDE, "lon": LONGITUDE, "name": MADE_UP},
        });
        let known = *side != "undetermined";
        if known {
            payload["method"] = "Direction and sound. Made up for this demonstration.".into();
            total.by_side += if place == 0 { rounds } else { 0 };
        } else {
            total.undetermined += rounds;
        }
        total.rows += 1;
        total.explosions += if explosion { rounds } else { 0 };
        let seen = at(day, hour) + 600 * place;
        let row = script.say(seen + HOUR, "observation.recorded", &[mission], payload)?;
        script.at_instant(seen);
        rows.push(row);
    }
    Ok(())
}

/// The totals of a fortnight in one area.
fn report(script: &mut Script<'_>, from: i64, area: &str, total: &Total) -> Result<Said, CliError> {
    let mission = script.one("mission")?;
    let mut tallies = Vec::new();
    for side in script.charter.parties.keys() {
        tallies.push(json!({"side": side, "count": count(total.by_side)}));
    }
    tallies.push(json!({"side": "undetermined", "count": count(total.undetermined)}));
    let sides = u64::try_from(script.charter.parties.len()).unwrap_or(0);
    let payload = json!({
        "area": area, "tallies": tallies, "rows": total.rows, "report": MADE_UP,
        "ceasefire_violations": count(total.by_side * sides + total.undetermined),
        "explosions": count(total.explosions),
    });
    let after = at(from + FORTNIGHT + 1, 9);
    let said = script.say(after, "observation.batch_recorded", &[mission], payload)?;
    script.in_days(from, from + FORTNIGHT);
    Ok(said)
}
