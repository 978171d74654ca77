//! The merits of determinations, provisional and final.

use super::{Event, Judged, resolved, unsuspected};
use crate::event::{
    Decision, Determination, ViolationAdjudicated, ViolationProvisionallyDetermined,
};
use crate::state::Case;
use crate::{PROVISIONAL_CLOCK, Violations};
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
    unsuspected(item, scene)?;
    determined(item, &p.determination, scene)
}

pub(super) fn adjudicated(
    item: &Event<'_>,
    p: &ViolationAdjudicated,
    case: &Case,
    scene: &Scene<'_, Violations>,
) -> Judged {
    resolved(item, &p.resolution, scene)?;
    unused(p, case)?;
    unsuspected(item, scene)?;
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

/// A resolution is carried out once.
fn unused(p: &ViolationAdjudicated, case: &Case) -> Judged {
    let named = p.resolution.as_str();
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
