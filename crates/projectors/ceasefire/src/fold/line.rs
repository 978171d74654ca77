//! Halts, baselines and movement.

use super::{Event, Folded};
use crate::event::{
    AdvanceHaltCommitted, LineBaselineAdopted, LineMovementAlleged, LineMovementVerified,
};
use crate::state::{Baseline, CeasefireState as State, Committed, Halts, Movement, Movements};
use accord_catalogue::unit::{Code, Count, Qualifier};
use accord_projection::{OutOfOrder, Terms};

/// The latest commitment of a party is the one that counts. A party that has committed itself to a
/// text does so again for another ceasefire.
pub(super) fn halt(
    state: &mut State,
    item: &Event<'_>,
    p: &AdvanceHaltCommitted,
    terms: &Terms,
) -> Folded {
    let parties = item.own_parties(terms)?;
    let digest = p.text_digest.as_str();
    let mut halts = match std::mem::take(state) {
        State::Halts(halts) => halts,
        _ => Halts::default(),
    };
    for party in parties {
        let committed =
            Committed { text_digest: digest.to_owned(), seq: item.seq, at: item.effect.micros() };
        halts.insert(party, committed);
    }
    *state = State::Halts(halts);
    Ok(())
}

pub(super) fn baseline(
    state: &mut State,
    item: &Event<'_>,
    p: &LineBaselineAdopted,
    terms: &Terms,
) -> Folded {
    let before = state.baseline();
    let replaces = p.replaces.as_ref().map(ToString::to_string);
    match (before, &replaces) {
        (Some(before), replaces) if replaces.as_ref() != Some(&before.event) => {
            let detail = format!(
                "line {} has the baseline {}; another one names it in `replaces`",
                p.line, before.event
            );
            return Err(OutOfOrder::coded("baseline-in-force", detail));
        }
        (None, Some(replaces)) => {
            let detail = format!("line {} has no baseline {replaces} to replace", p.line);
            return Err(OutOfOrder::coded("baseline-unknown", detail));
        }
        _ => {}
    }
    let count = before.map_or(0, |before| before.replaced.saturating_add(1));
    let signed_by = item.parties(terms);
    let parties = terms.parties(item.seq);
    *state = State::Line(Box::new(Baseline {
        line: p.line.to_string(),
        geometry_digest: p.geometry_digest.to_string(),
        datum: p.datum.to_string(),
        as_of: p.as_of.to_string(),
        length_m: p.length_m,
        tolerance_m: p.tolerance_m,
        not_accepted_by: parties.difference(&signed_by).cloned().collect(),
        signed_by,
        resolution: p.resolution.as_ref().map(ToString::to_string),
        at: item.effect.micros(),
        event: item.event.hash().to_string(),
        replaced: count,
    }));
    Ok(())
}

pub(super) fn alleged(state: &mut State, item: &Event<'_>, p: &LineMovementAlleged) {
    let movement = Movement {
        verified: None,
        as_of: None,
        segment: p.segment.to_string(),
        by: p.by.to_string(),
        direction: p.direction,
        metres: p.metres.value,
        area_m2: p.area_m2.value,
        exact: exact(&p.metres) && exact(&p.area_m2),
        case: p.case.as_ref().map(ToString::to_string),
        author: item.event.author().to_owned(),
    };
    insert(state, item, &p.line, movement);
}

pub(super) fn verified(state: &mut State, item: &Event<'_>, p: &LineMovementVerified) {
    let movement = Movement {
        verified: Some(p.confidence),
        as_of: Some(p.as_of.timestamp().micros()),
        segment: p.segment.to_string(),
        by: p.by.to_string(),
        direction: p.direction,
        metres: p.metres.value,
        area_m2: p.area_m2.value,
        exact: exact(&p.metres) && exact(&p.area_m2),
        case: p.case.as_ref().map(ToString::to_string),
        author: item.event.author().to_owned(),
    };
    insert(state, item, &p.line, movement);
}

fn insert(state: &mut State, item: &Event<'_>, line: &Code, movement: Movement) {
    let mut of_day = match std::mem::take(state) {
        State::Movements(movements) => movements,
        _ => Movements {
            line: line.to_string(),
            day: item.occurred.from.timestamp().to_day_string(),
            ..Movements::default()
        },
    };
    of_day.movements.insert(item.seq, movement);
    *state = State::Movements(of_day);
}

fn exact(count: &Count) -> bool {
    count.qualifier == Qualifier::Exact
}
