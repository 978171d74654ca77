//! The merits of determinations, provisional and final.

use super::{Event, Judged, resolved};
use crate::event::{
    Decision, Determination, ViolationAdjudicated, ViolationNoActionDecided,
    ViolationProvisionallyDetermined,
};
use crate::state::Case;
use crate::{PROVISIONAL_CLOCK, Violations};
use accord_catalogue::unit::StreamRef;
use accord_projection::{Refusal, Scene, UNDETERMINED};

pub(super) fn provisional(
    item: &Event<'_>,
    p: &ViolationProvisionallyDetermined,
    scene: &Scene<'_, Violations>,
) -> Judged {
    let clock = scene.terms().charter(item.seq).and_then(|c| c.clock(PROVISIONAL_CLOCK));
    if clock.is_none() {
        let detail = format!(
            "the charter has no clock {PROVISIONAL_CLOCK}, so that nothing would end a provisional determination"
        );
        return Err(Refusal::new("clock-missing", detail));
    }
    scene.rests_on_subjects([&item.event.stream])?;
    determined(item, &p.determination, scene)
}

pub(super) fn adjudicated(
    item: &Event<'_>,
    p: &ViolationAdjudicated,
    case: &Case,
    scene: &Scene<'_, Violations>,
) -> Judged {
    unused(&p.resolution, case)?;
    resolved(item, &p.resolution, case, scene)?;
    scene.rests_on_subjects([&item.event.stream])?;
    let Some(determination) = &p.determination else { return Ok(()) };
    determined(item, determination, scene)?;
    let responsible = determination.responsible.as_str();
    let found = case.attribution.as_ref().map(|a| &a.responsible);
    let stands = found.is_some_and(|all| all.iter().any(|side| side == responsible));
    if p.decision == Decision::Upheld && !stands {
        let detail = format!(
            "the attribution does not name {responsible}; a decision that does modifies it"
        );
        return Err(Refusal::new("determination-differs", detail));
    }
    Ok(())
}

/// Once somebody was found responsible, the board decides that nothing is done about it; where the
/// charter has no board, there is nobody else to decide.
pub(super) fn no_action(
    item: &Event<'_>,
    p: &ViolationNoActionDecided,
    case: &Case,
    scene: &Scene<'_, Violations>,
) -> Judged {
    if let Some(resolution) = &p.resolution {
        unused(resolution, case)?;
        return resolved(item, resolution, case, scene);
    }
    let board = scene.terms().charter(item.seq).is_some_and(|c| c.board.is_some());
    if case.was_attributed && board {
        let detail = format!(
            "{} was attributed; that nothing is done about it takes a resolution of the board, which the event names",
            item.event.stream
        );
        return Err(Refusal::new("resolution-missing", detail));
    }
    Ok(())
}

/// A resolution is carried out once.
fn unused(resolution: &StreamRef, case: &Case) -> Judged {
    let named = resolution.as_str();
    let mut carried_out = case.earlier_decisions.iter().chain(&case.decision);
    if carried_out.any(|decided| decided.resolution == named) {
        let detail = format!("{named} has been carried out in this case; the board resolves anew");
        return Err(Refusal::new("resolution-used", detail));
    }
    Ok(())
}

/// Both sides are known, and the breach has begun.
fn determined(item: &Event<'_>, p: &Determination, scene: &Scene<'_, Violations>) -> Judged {
    for side in [&p.responsible, &p.victim] {
        if !scene.terms().is_side(item.seq, side.as_str()) || side.as_str() == UNDETERMINED {
            let detail = format!("a determination names parties or \"third\", not {side}");
            return Err(Refusal::new("side-unknown", detail));
        }
    }
    if p.breach.from.timestamp() > item.recorded {
        let (from, recorded) = (&p.breach.from, item.recorded.to_seconds_string());
        let detail = format!("the breach begins at {from}, after this is recorded at {recorded}");
        return Err(Refusal::new("breach-ahead", detail));
    }
    Ok(())
}
