//! How every provision is carried out: what is to be done, scored every half-year by one body and
//! again by another.

use super::super::script::{MADE_UP, Script, at, digest};
use super::records::auditor;
use crate::error::CliError;
use serde_json::json;

/// Days of assessments, and the score that every provision gets then: none is singled out.
const HALF_YEARS: [(i64, u64); 4] = [(170, 0), (352, 1), (534, 2), (716, 2)];

/// Two years of it.
pub(super) fn write(script: &mut Script<'_>) -> Result<(), CliError> {
    let secretariat = script.one("secretariat")?;
    let provisions: Vec<_> = script.charter.provisions.iter().collect();
    for (place, (code, provision)) in provisions.into_iter().enumerate() {
        let stipulation = format!("{}-1", code.to_lowercase());
        let due = 300 + 60 * i64::try_from(place).unwrap_or(0);
        let payload = json!({
            "code": stipulation, "provision": code, "due_on": script.day(due),
            "responsible": provision.responsible, "text_digest": digest(&provision.text),
            "title": format!("First part of {code}, {}. {MADE_UP}", provision.title),
        });
        script.say(at(48, 9), "stipulation.registered", &[secretariat], payload)?;
        assess(script, &stipulation, place)?;
    }
    for (code, view, figure, unit) in [
        ("cases-under-investigation", "violations", "status/under_investigation", "cases"),
        ("restrictions", "access", "by_side/all/denied/restrictions", "times"),
    ] {
        let payload = json!({
            "code": code, "view": view, "figure": figure, "unit": unit, "cadence": "quarterly",
            "title": MADE_UP,
        });
        script.say(at(50, 9), "indicator.defined", &[secretariat], payload)?;
    }
    for (day, opinion, to) in [(400, "unqualified", 3_100), (726, "qualified", 4_000)] {
        let payload = json!({
            "from_seq": 0, "to_seq": to, "opinion": opinion,
            "findings_digest": digest(&format!("opinion of day {day}")),
        });
        script.say(at(day, 12), "audit.opinion_recorded", &[auditor(script, day)?], payload)?;
    }
    Ok(())
}

/// The mission scores, the auditor looks again: of every third provision it thinks otherwise.
fn assess(script: &mut Script<'_>, stipulation: &str, place: usize) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let mut from = 80;
    for (turn, (day, score)) in HALF_YEARS.into_iter().enumerate() {
        let payload = json!({"stipulation": stipulation, "score": score, "rationale": MADE_UP});
        let said = script.say(at(day, 9), "assessment.recorded", &[mission], payload)?;
        script.in_days(from, day - 2);
        from = day - 2;
        let score = if (place + turn) % 3 == 2 { score + 1 } else { score };
        let payload = json!({
            "stipulation": stipulation, "assessment": said.hash(), "score": score,
            "rationale": MADE_UP,
        });
        let by = auditor(script, day)?;
        script.say(at(day + 2, 9), "assessment.reviewed", &[by], payload)?;
    }
    Ok(())
}
