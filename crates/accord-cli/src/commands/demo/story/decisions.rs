//! What the board decides in cases, and what comes after.

use super::super::script::{DAY, MADE_UP, Said, Script, count};
use super::board::{Motion, Vote, decide};
use super::cases::{CLOSED, Case, DECIDED, FOUND, find};
use crate::error::CliError;
use serde_json::{Value, json};

/// It is verified and attributed, and the board decides without the accused.
pub(super) fn uphold<'a>(
    script: &mut Script<'a>,
    case: &Case<'_, 'a>,
    found: i64,
    decision: &str,
) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    find(script, case, found, "verified")?;
    let category = script.charter.categories.values().nth(case.course.category);
    let provisions = category.map(|c| c.provisions.clone()).unwrap_or_default();
    let payload = json!({
        "responsible": [case.side.code], "intent": "unknown", "provisions": provisions,
        "method": MADE_UP,
    });
    script.go_on(&case.said, found + DAY, "violation.attributed", &[mission], payload)?;
    let after = found + (DECIDED - FOUND) * DAY;
    let resolution = board(script, case, after, "Decision on a case.")?;
    let mut payload = json!({"decision": decision, "resolution": resolution.stream});
    if decision == "modified" {
        payload["severity"] = 1.into();
    }
    let secretariat = script.one("secretariat")?;
    script.go_on(&case.said, after + DAY, "violation.adjudicated", &[secretariat], payload)?;
    if decision == "upheld" {
        let action = ["warning", "dismissal"].get(case.course.category % 2);
        let payload = json!({"case": case.said.stream, "persons": count(1), "action": action});
        script.say(after + 8 * DAY, "discipline.reported", &[case.side.by], payload)?;
    }
    Ok(())
}

fn board<'a>(
    script: &mut Script<'a>,
    case: &Case<'_, 'a>,
    after: i64,
    title: &str,
) -> Result<Said, CliError> {
    let motion = Motion {
        after,
        kind: "adjudication",
        title,
        subjects: vec![case.said.stream.clone()],
        meeting: None,
        accused: Some(case.side.code),
        vote: Vote::For,
    };
    decide(script, &motion)
}

/// The board orders something, and it is done in time, late or never.
pub(super) fn remedy<'a>(script: &mut Script<'a>, case: &Case<'_, 'a>) -> Result<(), CliError> {
    let Some(days) = case.course.remedied_in else { return Ok(()) };
    let ordered = case.start + (DECIDED + 2) * DAY;
    let resolution = board(script, case, ordered, "A remedy in a case.")?;
    let secretariat = script.one("secretariat")?;
    let payload = json!({
        "remedy": "repair", "obliged": case.side.code, "words": MADE_UP,
        "resolution": resolution.stream, "due": script.time(ordered + 25 * DAY),
    });
    let ordered = ordered + DAY;
    script.go_on(&case.said, ordered, "violation.remedy_ordered", &[secretariat], payload)?;
    if days > 0 {
        let by = [case.side.by, script.one("mission")?];
        let payload = json!({"remedy": "repair", "words": MADE_UP});
        let done = ordered + days * DAY;
        // Before the case is closed.
        let done = done.min(case.start + (CLOSED - 1) * DAY);
        script.go_on(&case.said, done, "violation.remedy_completed", &by, payload)?;
        script.resting_on("What was put right.");
    }
    Ok(())
}

/// New evidence opens it again, and this time the board upholds it.
pub(super) fn reopen<'a>(script: &mut Script<'a>, case: &Case<'_, 'a>) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let after = case.start + 150 * DAY;
    let payload = json!({"reason": MADE_UP, "team": "team-2", "standard": "balance"});
    script.go_on(&case.said, after, "violation.reopened", &[mission], payload)?;
    script.resting_on("A recording that was not known before.");
    let payload: Value = json!({"stance": "partial", "statement": MADE_UP});
    let (answered, by) = (after + 3 * DAY, [case.side.by]);
    script.go_on(&case.said, answered, "violation.response_filed", &by, payload)?;
    uphold(script, case, after + FOUND * DAY, "upheld")?;
    let (closed, payload) = (after + CLOSED * DAY, json!({"reason": MADE_UP}));
    script.go_on(&case.said, closed, "violation.closed", &[mission], payload)?;
    Ok(())
}
