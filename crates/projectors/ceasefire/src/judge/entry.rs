//! Entry into force: every party has accepted the text and stopped on its lines, and each line
//! has a baseline.

use super::consent::{self, Consent};
use super::{Event, Setting, not_past};
use crate::event::{CeasefireEnteredIntoForce, Halt};
use crate::fold::all_parties;
use crate::state::Ceasefire;
use crate::{HALTS, LINE};
use accord_projection::Refusal;
use std::collections::BTreeSet;

pub(super) fn judge(
    item: &Event<'_>,
    p: &CeasefireEnteredIntoForce,
    scene: &Setting<'_>,
) -> Result<(), Refusal> {
    not_past(item, &p.effective_at)?;
    let charter = scene.terms().charter(item.seq);
    let parties = all_parties(item.seq, scene.terms());
    if parties.is_empty() {
        let detail = "no charter is in force, so nobody knows whose acceptance it takes; adopt one";
        return Err(Refusal::new("no-charter", detail));
    }
    let state = scene.state(&item.event.stream);
    let Some(ceasefire) = state.as_deref().and_then(|s| s.ceasefire()) else { return Ok(()) };
    accepted(ceasefire, &parties, scene)?;
    if ceasefire.halts.is_empty() && consent::needs_line(ceasefire.scope, charter) {
        let detail = format!(
            "a {} ceasefire enters into force on a line, and this one was proposed without `halts`",
            ceasefire.scope.as_str()
        );
        return Err(Refusal::new("line-missing", detail));
    }
    for halt in &ceasefire.halts {
        halted(halt, &parties, scene)?;
    }
    unsuspected(item, ceasefire, scene)
}

fn accepted(
    ceasefire: &Ceasefire,
    parties: &BTreeSet<String>,
    scene: &Setting<'_>,
) -> Result<(), Refusal> {
    let deposited = consent::accepted_by_deposit(ceasefire, scene);
    let without = |party: &&String| consent::to_text(party, ceasefire, &deposited) == Consent::None;
    let missing: Vec<&str> = parties.iter().filter(without).map(String::as_str).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "{} has not accepted the text {}, under its own key or by an instrument",
        missing.join(", "),
        ceasefire.text_digest
    );
    Err(Refusal::new("acceptance-missing", detail))
}

fn halted(halt: &Halt, parties: &BTreeSet<String>, scene: &Setting<'_>) -> Result<(), Refusal> {
    let deposited = consent::halted_by_deposit(halt, scene);
    let without =
        |party: &&String| consent::to_halt(party, halt, &deposited, scene) == Consent::None;
    let missing: Vec<&str> = parties.iter().filter(without).map(String::as_str).collect();
    if !missing.is_empty() {
        let detail = format!(
            "{} has not committed itself to the text {} on line {}",
            missing.join(", "),
            halt.text_digest,
            halt.line
        );
        return Err(Refusal::new("halt-missing", detail));
    }
    let state = scene.state(&format!("{LINE}{}", halt.line));
    if state.as_deref().and_then(|s| s.baseline()).is_none() {
        let detail = format!("line {} has no baseline in force; adopt one first", halt.line);
        return Err(Refusal::new("baseline-missing", detail));
    }
    Ok(())
}

/// What certifies rests on nothing that was signed with a key in other hands.
fn unsuspected(
    item: &Event<'_>,
    ceasefire: &Ceasefire,
    scene: &Setting<'_>,
) -> Result<(), Refusal> {
    let lines = ceasefire
        .halts
        .iter()
        .flat_map(|halt| [format!("{HALTS}{}", halt.line), format!("{LINE}{}", halt.line)]);
    let subjects = std::iter::once(item.event.stream.clone()).chain(lines);
    let suspects: BTreeSet<u64> = subjects.flat_map(|subject| scene.suspects(&subject)).collect();
    if suspects.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "entries {suspects:?} that it rests on were signed with a key in other hands; their authors have to reaffirm or retract them first"
    );
    Err(Refusal::new("rests-on-suspect", detail))
}
