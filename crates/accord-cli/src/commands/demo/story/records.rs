//! What happens to records: corrected, taken back, disputed, counted once, redacted; and to keys:
//! renewed, suspended, stolen.

use super::super::build;
use super::super::cast::{AUDITOR, By, FIELD, MISSION, RENEWED};
use super::super::script::{DAY, HOUR, MADE_UP, Said, Script, at};
use super::board::{Motion, Vote, decide};
use super::observations::Told;
use crate::error::CliError;
use accord_format::possession;
use serde_json::json;

/// The day on which the auditor renews its key.
const KEY_RENEWED: i64 = 560;
/// The day on which the mission's second desk gets a key, and the one since which somebody else
/// has had it.
const DESK_OPENED: i64 = 250;
const STOLEN: i64 = 362;
const REVOKED: i64 = 372;

/// Two years of it.
pub(super) fn write(script: &mut Script<'_>, told: &Told) -> Result<(), CliError> {
    correct(script, told)?;
    take_back(script, told)?;
    dispute(script, told)?;
    redact(script)?;
    stolen_key(script)?;
    renewed_key(script)
}

/// Totals of three fortnights turn out to be others; every report keeps what it said.
fn correct(script: &mut Script<'_>, told: &Told) -> Result<(), CliError> {
    let mission = script.one(MISSION)?;
    let fortnights = told.fortnights.iter().enumerate().filter(|(_, (_, total))| *total > 0);
    for (place, (said, total)) in fortnights.step_by(told.fortnights.len() / 3).take(3) {
        let day = super::CEASEFIRE + 14 * i64::try_from(place / 2).unwrap_or(0) + 60;
        let patch = json!({
            "pointer": "/payload/explosions/qualifier", "old": "exact", "new": "at_least",
        });
        let payload = json!({
            "target": said.hash(), "reason": "method", "patches": [patch],
            "note": format!("Of {total}, some explosions could not be told apart. {MADE_UP}"),
        });
        script.say(at(day, 14), "record.corrected", &[mission], payload)?;
    }
    Ok(())
}

/// One observation is taken back, one is marked as another's duplicate.
fn take_back(script: &mut Script<'_>, told: &Told) -> Result<(), CliError> {
    let mission = script.one(MISSION)?;
    let secretariat = script.one("secretariat")?;
    let payload = json!({"area": script.areas().first(), "by": "undetermined", "form": "delayed"});
    let wrong = script.say(at(200, 9), "access.restricted", &[mission], payload.clone())?;
    let retraction = json!({"target": wrong.hash(), "reason": MADE_UP});
    script.say(at(203, 9), "record.retracted", &[mission], retraction)?;
    let first = script.say(at(205, 9), "access.restricted", &[mission], payload.clone())?;
    let second = script.say(at(205, 10), "access.restricted", &[mission], payload)?;
    let payload = json!({"target": second.hash(), "canonical": first.hash()});
    script.say(at(209, 9), "record.duplicate_marked", &[secretariat], payload)?;
    if let Some(row) = told.rows.first() {
        for side in script.sides()? {
            let payload = json!({"target": row.hash()});
            script.say(at(150, 9), "record.endorsed", &[side.by], payload)?;
        }
    }
    Ok(())
}

/// Each party disputes two records; one dispute of each is settled.
fn dispute(script: &mut Script<'_>, told: &Told) -> Result<(), CliError> {
    let secretariat = script.one("secretariat")?;
    for (turn, row) in told.rows.iter().step_by(told.rows.len().max(2) / 2).take(2).enumerate() {
        for side in script.sides()? {
            let payload = json!({"target": row.hash(), "ground": MADE_UP});
            let disputed = script.say(at(520, 9), "record.disputed", &[side.by], payload)?;
            if turn == 0 {
                let motion = Motion {
                    after: at(540, 9),
                    kind: "procedure",
                    title: "A dispute about an observation is settled.",
                    subjects: vec![disputed.stream.clone()],
                    meeting: None,
                    accused: None,
                    vote: Vote::For,
                };
                let resolution = decide(script, &motion)?.stream;
                let payload = json!({"outcome": MADE_UP, "resolution": resolution});
                let settled = "record.dispute_settled";
                script.go_on(&disputed, at(541, 9), settled, &[secretariat], payload)?;
            }
        }
    }
    Ok(())
}

/// What a commitment stood for is erased because somebody asked for it.
fn redact(script: &mut Script<'_>) -> Result<(), CliError> {
    let mission = script.one(MISSION)?;
    let payload = json!({
        "category": script.charter.categories.keys().last(), "against": "undetermined",
        "summary": MADE_UP,
    });
    let told = script.say(at(260, 9), "violation.alleged", &[mission], payload)?;
    let commitment = script.resting_on_sealed("An account that is not for the public.");
    let payload = json!({"outcome": "declined", "reason": MADE_UP});
    script.go_on(&told, at(262, 9), "violation.registered", &[mission], payload)?;
    let by = [script.one("vault_keeper")?, script.one("secretariat")?];
    let payload =
        json!({"target": told.hash(), "commitment": commitment, "basis": "subject_request"});
    script.say(at(340, 9), "record.redacted", &by, payload)?;
    Ok(())
}

/// The key of the mission's second desk is stolen: what it signed since is suspect until the
/// mission confirms it, or takes it back.
fn stolen_key(script: &mut Script<'_>) -> Result<(), CliError> {
    let (code, head) = script.cast.holder(script.charter, MISSION)?;
    let key = script.cast.further(code, FIELD)?;
    let (desk, head) = (By { key, role: MISSION }, By { key: head, role: MISSION });
    let authorities = build::authorities(script.cast);
    let payload = json!({
        "participant": code, "vkey": key.vkey(),
        "possession": possession::prove(&script.ledger, code, key),
    });
    script.say(at(DESK_OPENED, 9), "key.added", &authorities, payload)?;
    let mut signed: Vec<Said> = Vec::new();
    let sides = script.sides()?;
    for (turn, day) in (0..).zip((STOLEN - 12..REVOKED).step_by(2)) {
        for side in &sides {
            let payload = json!({
                "area": script.areas().first(), "by": side.code, "form": "delayed",
                "minutes": 10 + turn,
            });
            signed.push(script.say(at(day, 15), "access.restricted", &[desk], payload)?);
        }
    }
    let suspects = signed.split_off(6 * sides.len());
    let payload = json!({
        "participant": code, "key": key.id_string(), "reason": "compromised",
        "compromised_since": script.time(at(STOLEN, 0)),
    });
    script.say(at(REVOKED, 12), "key.revoked", &authorities, payload)?;
    // The last report against each party is the thief's; the others stand.
    let stand = suspects.len().saturating_sub(sides.len());
    let (own, forged) = suspects.split_at(stand);
    let targets: Vec<_> = own.iter().map(Said::hash).collect();
    script.say(at(REVOKED + 4, 9), "record.reaffirmed", &[head], json!({"targets": targets}))?;
    for said in forged {
        let payload = json!({"target": said.hash(), "reason": MADE_UP});
        script.say(at(REVOKED + 4, 10), "record.retracted", &[head], payload)?;
    }
    Ok(())
}

/// The auditor takes a new key; before that it had suspended the old one for a day in doubt.
fn renewed_key(script: &mut Script<'_>) -> Result<(), CliError> {
    let (code, old) = script.cast.holder(script.charter, AUDITOR)?;
    let new = script.cast.further(code, RENEWED)?;
    let authorities = build::authorities(script.cast);
    let doubted = at(KEY_RENEWED - 3, 9);
    let by = [By { key: old, role: AUDITOR }];
    let payload = json!({"participant": code, "key": old.id_string(), "reason": MADE_UP});
    script.say(doubted, "key.suspended", &by, payload)?;
    let payload = json!({"participant": code, "key": old.id_string()});
    script.say(doubted + DAY, "key.reinstated", &authorities, payload)?;
    let payload = json!({
        "participant": code, "old_key": old.id_string(), "vkey": new.vkey(),
        "possession": possession::prove(&script.ledger, code, new),
    });
    script.say(at(KEY_RENEWED, 9) + HOUR, "key.rotated", &by, payload)?;
    Ok(())
}

/// The auditor, with the key that it has on that day.
pub(super) fn auditor<'a>(script: &Script<'a>, day: i64) -> Result<By<'a>, CliError> {
    if day <= KEY_RENEWED {
        return script.one(AUDITOR);
    }
    let (code, _) = script.cast.holder(script.charter, AUDITOR)?;
    Ok(By { key: script.cast.further(code, RENEWED)?, role: AUDITOR })
}
