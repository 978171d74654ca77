//! The whole demonstration: a ledger is founded, chartered and filled with data, and a story is
//! told in it.

use super::cast::{By, Cast};
use super::script::{DAY, HOUR, Script};
use super::stage::Stage;
use super::{data, reports, step, story};
use crate::cli::Session;
use crate::commands::submit::Submitter;
use crate::compose::SeenAt;
use crate::error::CliError;
use crate::genesis::{self, Founding};
use crate::human::instant;
use crate::keys;
use accord_format::possession;
use accord_format::time::Timestamp;
use accord_ledger::kernel::KEY_AUTHORITY;
use accord_ledger::kernel::types::ClockPolicy;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

const NAME: &str = "ledger.example/demo";
/// When the story begins, by its own clock.
const BEGIN: &str = "2026-01-12 08:00";

/// The instant at which the story begins.
pub(super) fn begin() -> Result<Timestamp, CliError> {
    instant::moment(BEGIN).map_err(CliError::Usage)
}

/// Builds the whole ledger in `dir`.
pub(super) fn build(dir: &Path, session: &mut Session) -> Result<(), CliError> {
    let charter = data::charter()?;
    let begin = begin()?;
    data::write(&dir.join("data"))?;
    let cast = Cast::make(&charter, &dir.join("keys"))?;
    step("founding the ledger", session);
    let founding = Founding {
        name: NAME,
        operator: keys::generate("operator/main")?,
        authorities: &cast.authorities,
        threshold: 2,
        clock_policy: ClockPolicy::Simulated,
        hybrid: false,
        suspension_hours: 72,
        witness_policy: Vec::new(),
        grants: genesis::bootstrap_grants(u16::try_from(charter.parties.len()).unwrap_or(2))?,
        issued: begin,
        at: Some(begin),
    };
    let founded = genesis::found(dir, founding, None)?;
    let ledger = founded.id;
    let seen = SeenAt::new(founded.ledger.size(), founded.ledger.root());
    let submitter = Submitter::new(founded.ledger);
    let mut stage = Stage { dir, submitter, ledger, seen, begin, hashes: BTreeMap::new() };
    let mut script = Script::new(&charter, &cast, ledger, begin);
    let told = tell(&mut stage, &mut script, session);
    let finished = stage.submitter.finish();
    told.and(finished)
}

fn tell(
    stage: &mut Stage<'_>,
    script: &mut Script<'_>,
    session: &mut Session,
) -> Result<(), CliError> {
    let charter = script.charter;
    step(format_args!("enrolling {} participants", script.cast.others.len()), session);
    enrol(script)?;
    stage.play(&script.take(), "participants", session)?;
    step("adopting the charter", session);
    adopt(script)?;
    stage.play(&script.take(), "steps", session)?;
    let (_, mission) = script.cast.holder(charter, "mission")?;
    step("importing fortnights of the OSCE SMM", session);
    stage.import(data::FORTNIGHTS, mission, 7 * DAY, session)?;
    step("importing lethal events of UCDP", session);
    stage.import(data::LETHAL_EVENTS, mission, 8 * DAY, session)?;
    step("recording allegations made up for this demonstration", session);
    allege(script)?;
    stage.play(&script.take(), "allegations", session)?;
    step("importing what later reports restated", session);
    stage.import(data::RESTATEMENTS, mission, 35 * DAY, session)?;
    step("playing two years that are made up for this demonstration", session);
    story::write(script)?;
    reports::play(stage, script, session)
}

/// Two seats of the key authority.
pub(super) fn authorities(cast: &Cast) -> Vec<By<'_>> {
    cast.authorities.iter().take(2).map(|key| By { key, role: KEY_AUTHORITY }).collect()
}

fn enrol(script: &mut Script<'_>) -> Result<(), CliError> {
    let authorities = authorities(script.cast);
    for (at, (code, key)) in (0..).zip(&script.cast.others) {
        let Some(participant) = script.charter.participants.get(code) else { continue };
        let payload = json!({
            "participant": code, "name": participant.name, "kind": participant.kind,
            "roles": participant.roles, "vkey": key.vkey(),
            "possession": possession::prove(&script.ledger, code, key), "head": true,
        });
        script.say(HOUR + 60 * at, "participant.enrolled", &authorities, payload)?;
    }
    Ok(())
}

fn adopt(script: &mut Script<'_>) -> Result<(), CliError> {
    let secretariat = script.one("secretariat")?;
    let payload = json!({"charter": script.charter});
    let proposed = script.say(DAY, "charter.proposed", &[secretariat], payload)?;
    for (at, party) in (0..).zip(script.together()?) {
        let when = 2 * DAY + at * HOUR;
        script.go_on(&proposed, when, "charter.endorsed", &[party], json!({}))?;
    }
    let parties = script.together()?;
    script.go_on(&proposed, 3 * DAY, "charter.adopted", &parties, json!({}))?;
    Ok(())
}

/// A few cases, the same against each party, from before the board sits.
fn allege(script: &mut Script<'_>) -> Result<(), CliError> {
    let mission = script.one("mission")?;
    let Some(category) = script.charter.categories.keys().last() else { return Ok(()) };
    let summary = "Made up for this demonstration; nothing of this kind is known.";
    for (at, side) in (0..).zip(script.sides()?) {
        let at = (20 + at) * DAY;
        let payload = json!({"category": category, "against": side.code, "summary": summary});
        let case = script.say(at, "violation.alleged", &[side.other_by], payload)?;
        let due = script.time(at + 14 * DAY);
        let payload = json!({"outcome": "accepted", "severity": 1, "reply_due": due});
        script.go_on(&case, at + HOUR, "violation.registered", &[mission], payload)?;
        let payload = json!({"stance": "deny", "statement": super::script::MADE_UP});
        script.go_on(&case, at + 2 * HOUR, "violation.response_filed", &[side.by], payload)?;
    }
    let payload = json!({"category": category, "against": "undetermined", "summary": summary});
    script.say(24 * DAY, "violation.alleged", &[mission], payload)?;
    Ok(())
}
