//! Entry into force: every party has accepted the text and stopped on its lines, and each line
//! has a baseline.

use super::consent::{self, Consent, Here};
use super::{Event, Setting, not_past};
use crate::LINE;
use crate::event::{CeasefireEnteredIntoForce, Halt};
use crate::state::{Ceasefire, CeasefireState};
use accord_projection::Refusal;

pub(super) fn judge(
    item: &Event<'_>,
    p: &CeasefireEnteredIntoForce,
    scene: &Setting<'_>,
) -> Result<(), Refusal> {
    not_past(item, &p.effective_at)?;
    let charter = scene.terms().charter(item.seq);
    let parties = scene.terms().parties(item.seq);
    if parties.is_empty() {
        let detail = "no charter is in force, so nobody knows whose acceptance it takes; adopt one";
        return Err(Refusal::new("no-charter", detail));
    }
    let Some(ceasefire) = scene.part(&item.event.stream, CeasefireState::ceasefire) else {
        return Ok(());
    };
    let here = Here { parties: &parties, scene };
    let mut rests_on = accepted(&ceasefire, &here)?;
    if ceasefire.halts.is_empty() && consent::needs_line(ceasefire.scope, charter) {
        let detail = format!(
            "a {} ceasefire enters into force on a line, and this one was proposed without `halts`",
            ceasefire.scope.as_str()
        );
        return Err(Refusal::new("line-missing", detail));
    }
    for halt in &ceasefire.halts {
        rests_on.extend(halted(halt, &ceasefire, &here)?);
        rests_on.extend(scene.entries(&format!("{LINE}{}", halt.line)));
    }
    // What certifies rests on nothing that was signed with a key in other hands.
    scene.rests_on(rests_on.into_iter().chain(scene.entries(&item.event.stream)))
}

/// Refuses unless every party has accepted; gives the entries in which they did.
fn accepted(ceasefire: &Ceasefire, here: &Here<'_>) -> Result<Vec<u64>, Refusal> {
    let consents = consent::to_text(ceasefire, here);
    let missing = missing(&consents);
    if missing.is_empty() {
        return Ok(entries(&consents));
    }
    let detail = format!(
        "{} has not accepted the text {} since it was proposed, under its own key or by an instrument",
        missing.join(", "),
        ceasefire.text_digest
    );
    Err(Refusal::new("acceptance-missing", detail))
}

/// Refuses unless every party has committed itself to stop, on a line with a baseline; gives the
/// entries in which they did.
fn halted(halt: &Halt, ceasefire: &Ceasefire, here: &Here<'_>) -> Result<Vec<u64>, Refusal> {
    let consents = consent::to_halt(halt, ceasefire, here);
    let missing = missing(&consents);
    if !missing.is_empty() {
        let detail = format!(
            "{} has not committed itself to the text {} on line {} since the ceasefire was proposed; it does so once more for each ceasefire",
            missing.join(", "),
            halt.text_digest,
            halt.line
        );
        return Err(Refusal::new("halt-missing", detail));
    }
    if here.scene.part(&format!("{LINE}{}", halt.line), CeasefireState::baseline).is_none() {
        let detail = format!("line {} has no baseline in force; adopt one first", halt.line);
        return Err(Refusal::new("baseline-missing", detail));
    }
    Ok(entries(&consents))
}

fn missing(consents: &[(String, Consent)]) -> Vec<&str> {
    let none = consents.iter().filter(|(_, consent)| *consent == Consent::None);
    none.map(|(party, _)| party.as_str()).collect()
}

fn entries(consents: &[(String, Consent)]) -> Vec<u64> {
    consents.iter().filter_map(|(_, consent)| consent.entry()).collect()
}
