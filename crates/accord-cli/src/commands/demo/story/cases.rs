//! Cases: what is alleged against each party by the other, and what becomes of it.

use super::super::script::{DAY, HOUR, MADE_UP, Said, Script, Side, at, digest};
use super::CEASEFIRE;
use super::courses::{COURSES, Course, End};
use super::decisions::{remedy, reopen, uphold};
use super::evidence::{keep, register};
use super::observations::Told;
use crate::error::CliError;
use serde_json::json;

/// Days from one case to the next.
const APART: i64 = 33;
/// Days from the allegation to the finding, the board's decision, and the end.
pub(super) const FOUND: i64 = 20;
pub(super) const DECIDED: i64 = 30;
pub(super) const CLOSED: i64 = 60;

/// A case that is under way.
pub(super) struct Case<'c, 'a> {
    pub(super) side: &'c Side<'a>,
    pub(super) course: Course,
    pub(super) said: Said,
    /// When it was alleged.
    pub(super) start: i64,
}

/// Every course once against each party.
pub(super) fn write(script: &mut Script<'_>, told: &Told) -> Result<(), CliError> {
    for (place, course) in COURSES.into_iter().enumerate() {
        let day = CEASEFIRE + 16 + APART * i64::try_from(place).unwrap_or(0);
        for side in script.sides()? {
            // What was observed before it is alleged.
            let seen = told.rows.get(place * told.rows.len() / (2 * COURSES.len()));
            let said = allege(script, &side, course, at(day, 9), seen)?;
            tell(script, &Case { side: &side, course, said, start: at(day, 9) })?;
        }
    }
    Ok(())
}

fn allege<'a>(
    script: &mut Script<'a>,
    side: &Side<'a>,
    course: Course,
    after: i64,
    seen: Option<&Said>,
) -> Result<Said, CliError> {
    let category = script.charter.categories.keys().nth(course.category);
    let area = script.areas().into_iter().cycle().nth(course.category);
    let mut payload = json!({
        "category": category, "against": side.code, "area": area, "summary": MADE_UP,
    });
    if let Some(seen) = seen {
        payload["observations"] = json!([seen.hash()]);
    }
    script.say(after, "violation.alleged", &[side.other_by], payload)
}

/// Tells a case to its end.
fn tell<'a>(script: &mut Script<'a>, case: &Case<'_, 'a>) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let Course { severity, end, registered_in, .. } = case.course;
    let registered = case.start + registered_in * DAY;
    if end == End::Alleged {
        return Ok(());
    }
    if end == End::Declined {
        let payload = json!({"outcome": "declined", "reason": MADE_UP});
        script.go_on(&case.said, registered, "violation.registered", &[mission], payload)?;
        return Ok(());
    }
    let payload = json!({"outcome": "accepted", "severity": severity});
    script.go_on(&case.said, registered, "violation.registered", &[mission], payload)?;
    if end == End::Withdrawn {
        let (after, by) = (case.start + 6 * DAY, [case.side.other_by]);
        let payload = json!({"reason": MADE_UP});
        script.go_on(&case.said, after, "violation.withdrawn", &by, payload)?;
        return Ok(());
    }
    investigate(script, case)?;
    match end {
        End::Found(result) => {
            find(script, case, case.start + FOUND * DAY, result)?;
            let secretariat = script.one("secretariat")?;
            let (after, payload) = (case.start + DECIDED * DAY, json!({"reason": MADE_UP}));
            let no_action = "violation.no_action_decided";
            script.go_on(&case.said, after, no_action, &[secretariat], payload)?;
        }
        End::Expired => {
            provisional(script, case)?;
            find(script, case, case.start + FOUND * DAY, "verified")?;
            return Ok(());
        }
        End::Decided(decision) => {
            uphold(script, case, case.start + FOUND * DAY, decision)?;
            if decision == "remitted" {
                return Ok(());
            }
            remedy(script, case)?;
        }
        _ => return Ok(()),
    }
    let (after, payload) = (case.start + CLOSED * DAY, json!({"reason": MADE_UP}));
    script.go_on(&case.said, after, "violation.closed", &[mission], payload)?;
    if case.course.reopened { reopen(script, case) } else { Ok(()) }
}

/// A team goes there, and the accused answers, or does not.
fn investigate<'a>(script: &mut Script<'a>, case: &Case<'_, 'a>) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let opened = case.start + (case.course.registered_in + 1) * DAY;
    let payload = json!({"team": "team-1", "standard": "reasonable_grounds"});
    script.go_on(&case.said, opened, "violation.investigation_opened", &[mission], payload)?;
    if case.course.twin {
        let twin = allege(script, case.side, case.course, opened + HOUR, None)?;
        let payload = json!({"outcome": "accepted", "severity": case.course.severity});
        let later = opened + 2 * HOUR;
        script.go_on(&twin, later, "violation.registered", &[mission], payload)?;
        let payload = json!({"into": case.said.stream, "reason": MADE_UP});
        script.go_on(&twin, opened + DAY, "violation.merged", &[mission], payload)?;
    }
    let access = if case.course.end == End::Found("unable_access") { "none" } else { "full" };
    let payload = json!({
        "access": access, "interviews_count": 12, "refusals_count": 2,
        "places": [{"area": script.areas().into_iter().cycle().nth(case.course.category)}],
        "methodology": MADE_UP,
    });
    let visited = opened + 4 * DAY;
    script.go_on(&case.said, visited, "violation.visit_recorded", &[mission], payload)?;
    if let Some(stance) = case.course.stance {
        let payload = json!({"stance": stance, "statement": MADE_UP});
        let (after, by) = (opened + 5 * DAY, [case.side.by]);
        script.go_on(&case.said, after, "violation.response_filed", &by, payload)?;
    }
    Ok(())
}

pub(super) fn find<'a>(
    script: &mut Script<'a>,
    case: &Case<'_, 'a>,
    after: i64,
    result: &str,
) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let report = digest(&format!("report {} {after}", case.said.stream));
    let payload =
        json!({"result": result, "confidence": "medium", "report": report, "summary": MADE_UP});
    // What it rests on is registered first, and some of it goes to the vault.
    let words = format!("What was found in {}, after {} days.", case.said.stream, after / DAY);
    let item = register(script, after - HOUR, mission, "mission", &words)?;
    if case.course.category % 2 == 1 {
        keep(script, &item, after / DAY + 1, mission)?;
    }
    script.go_on(&case.said, after, "violation.finding_recorded", &[mission], payload)?;
    script.resting_on(&words);
    Ok(())
}

/// The mission is sure for the time being; nobody confirms it within the charter's time.
fn provisional<'a>(script: &mut Script<'a>, case: &Case<'_, 'a>) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let payload = json!({
        "basis": MADE_UP,
        "determination": {
            "armed_attack": false, "responsible": case.side.code, "victim": case.side.other,
            "breach": {
                "from": script.time(case.start - 2 * DAY),
                "until": script.time(case.start - DAY),
            },
        },
    });
    let after = case.start + 5 * DAY;
    let determined = "violation.provisionally_determined";
    script.go_on(&case.said, after, determined, &[mission], payload)?;
    script.resting_on("What was seen from the air.");
    Ok(())
}
