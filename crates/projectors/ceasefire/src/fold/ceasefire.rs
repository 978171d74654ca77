//! The life of a ceasefire.

use super::{Event, Folded};
use crate::NOTICE_CLOCK;
use crate::event::{
    CeasefireAccepted, CeasefireDenounced, CeasefireEnteredIntoForce, CeasefireProposed,
    CeasefireRecommitted, CeasefireSuspended, Truce,
};
use crate::state::{
    Acceptance, Ceasefire, CeasefireState as State, Ending, Force, Notice, Status, Suspension,
};
use accord_format::time::Timestamp;
use accord_projection::{OutOfOrder, Terms};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn propose(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    p: &CeasefireProposed,
    terms: &Terms,
) -> Folded {
    if !matches!(state, State::Empty) {
        return Err(OutOfOrder::new(format!("{subject} has been proposed before")));
    }
    *state = State::Ceasefire(Box::new(Ceasefire {
        scope: p.scope,
        area: p.area.as_ref().map(ToString::to_string),
        text_digest: p.text_digest.to_string(),
        effective_at: p.effective_at.timestamp().micros(),
        ends_at: p.ends_at.as_ref().map(|end| end.timestamp().micros()),
        measures: p.measures.iter().map(ToString::to_string).collect(),
        halts: p.halts.clone(),
        proposed_by: item.event.author().to_owned(),
        proposed: item.seq,
        proposed_at: item.effect.micros(),
        parties: terms.parties(item.seq),
        accepted: BTreeMap::new(),
        declined: BTreeMap::new(),
        resolutions: BTreeSet::new(),
        force: None,
        ended: None,
    }));
    Ok(())
}

pub(super) fn step(state: &mut State, subject: &str, item: &Event<'_>, terms: &Terms) -> Folded {
    let State::Ceasefire(ceasefire) = state else {
        return Err(OutOfOrder::new(format!("there is no proposal {subject}")));
    };
    if ceasefire.ended.is_some() {
        return Err(impossible(ceasefire, item, "a ceasefire that is not over"));
    }
    match &item.payload {
        Truce::Accepted(p) => accept(ceasefire, item, p, terms),
        Truce::Declined(_) => decline(ceasefire, item, terms),
        Truce::Entered(p) => enter(ceasefire, item, p, terms),
        Truce::Recommitted(p) => recommit(ceasefire, item, p, terms),
        Truce::Suspended(p) => suspend(ceasefire, item, p),
        Truce::Resumed(p) => {
            if ceasefire.status() != Status::Suspended {
                return Err(impossible(ceasefire, item, "a ceasefire that is suspended"));
            }
            carry_out(ceasefire, p.resolution.as_str())?;
            ceasefire.resume(item.effect.micros());
            Ok(())
        }
        Truce::Denounced(p) => denounce(ceasefire, item, p, terms),
        Truce::Terminated(p) => {
            carry_out(ceasefire, p.resolution.as_str())?;
            ceasefire.end(item.effect.micros(), Ending::Resolution);
            Ok(())
        }
        // The caller has no others.
        _ => Ok(()),
    }
}

fn impossible(ceasefire: &Ceasefire, item: &Event<'_>, wanted: &str) -> OutOfOrder {
    OutOfOrder::needs(item.event, wanted, ceasefire.status().as_str())
}

fn accept(
    ceasefire: &mut Ceasefire,
    item: &Event<'_>,
    p: &CeasefireAccepted,
    terms: &Terms,
) -> Folded {
    let parties = item.own_parties(terms)?;
    if p.text_digest.as_str() != ceasefire.text_digest {
        let detail = format!(
            "the proposal's text is {}, not {}; accept the text that is proposed",
            ceasefire.text_digest, p.text_digest
        );
        return Err(OutOfOrder::coded("text-differs", detail));
    }
    if let Some(party) = parties.iter().find(|party| ceasefire.accepted.contains_key(*party)) {
        let detail = format!("{party} has accepted {} before", item.event.stream);
        return Err(OutOfOrder::new(detail));
    }
    ceasefire.parties = terms.parties(item.seq);
    let reservation = p.reservation_digest.as_ref().map(ToString::to_string);
    for party in parties {
        ceasefire.declined.remove(&party);
        let (seq, at) = (item.seq, item.effect.micros());
        let acceptance = Acceptance { seq, at, reservation: reservation.clone() };
        ceasefire.accepted.insert(party, acceptance);
    }
    Ok(())
}

/// A party may change its mind either way until the entry into force is certified.
fn decline(ceasefire: &mut Ceasefire, item: &Event<'_>, terms: &Terms) -> Folded {
    let parties = item.own_parties(terms)?;
    if ceasefire.force.is_some() {
        let wanted = "a ceasefire whose entry into force is not certified (denounce it instead)";
        return Err(impossible(ceasefire, item, wanted));
    }
    ceasefire.parties = terms.parties(item.seq);
    for party in parties {
        ceasefire.accepted.remove(&party);
        ceasefire.declined.insert(party, item.effect.micros());
    }
    Ok(())
}

fn enter(
    ceasefire: &mut Ceasefire,
    item: &Event<'_>,
    p: &CeasefireEnteredIntoForce,
    terms: &Terms,
) -> Folded {
    if ceasefire.force.is_some() {
        return Err(impossible(ceasefire, item, "a ceasefire not yet in force"));
    }
    let since = p.effective_at.timestamp().max(item.recorded).micros();
    if ceasefire.ends_at.is_some_and(|end| end <= since) {
        let detail = "by its text it has ended by then; propose another";
        return Err(OutOfOrder::coded("ends-before-it-begins", detail));
    }
    ceasefire.parties = terms.parties(item.seq);
    let signed = |party: &&String| ceasefire.accepted.contains_key(*party);
    let by_instrument = ceasefire.parties.iter().filter(|p| !signed(p)).cloned().collect();
    let begun = since <= item.effect.micros();
    ceasefire.force = Some(Force { since, begun, by_instrument, ..Force::default() });
    Ok(())
}

fn recommit(
    ceasefire: &mut Ceasefire,
    item: &Event<'_>,
    p: &CeasefireRecommitted,
    terms: &Terms,
) -> Folded {
    let parties = item.own_parties(terms)?;
    let Some(force) = ceasefire.force.as_mut().filter(|force| force.begun) else {
        return Err(impossible(ceasefire, item, "a ceasefire in force"));
    };
    force.recommitted.push(p.effective_at.timestamp().max(item.recorded).micros());
    force.notices.retain(|party, _| !parties.contains(party));
    Ok(())
}

fn suspend(ceasefire: &mut Ceasefire, item: &Event<'_>, p: &CeasefireSuspended) -> Folded {
    if !ceasefire.status().binds() {
        return Err(impossible(ceasefire, item, "a ceasefire in force"));
    }
    carry_out(ceasefire, p.resolution.as_str())?;
    if let Some(force) = &mut ceasefire.force {
        let since = item.effect.micros();
        let until = p.until.as_ref().map(|until| until.timestamp().micros().max(since));
        force.suspension = Some(Suspension { since, until });
    }
    Ok(())
}

fn denounce(
    ceasefire: &mut Ceasefire,
    item: &Event<'_>,
    p: &CeasefireDenounced,
    terms: &Terms,
) -> Folded {
    let parties = item.own_parties(terms)?;
    let Some(force) = ceasefire.force.as_mut() else {
        let wanted = "a ceasefire whose entry into force is certified (decline it instead)";
        return Err(impossible(ceasefire, item, wanted));
    };
    let at = item.effect.micros();
    let ends_at = notice_end(item, p, terms).micros();
    for party in parties {
        // A later notice does not undo an earlier one.
        force.notices.entry(party).or_insert(Notice { at, ends_at });
    }
    Ok(())
}

/// When a notice ends the ceasefire: when the party wants, but not before the charter's time of
/// notice is over.
pub(crate) fn notice_end(item: &Event<'_>, p: &CeasefireDenounced, terms: &Terms) -> Timestamp {
    let earliest = terms.deadline(item.seq, NOTICE_CLOCK, item.recorded);
    p.effective_at.timestamp().max(earliest.unwrap_or(item.recorded))
}

/// A resolution is carried out once, so that an old one cannot be used again later.
fn carry_out(ceasefire: &mut Ceasefire, resolution: &str) -> Folded {
    if !ceasefire.resolutions.insert(resolution.to_owned()) {
        let detail =
            format!("{resolution} has been carried out on this ceasefire; it takes another one");
        return Err(OutOfOrder::coded("resolution-used", detail));
    }
    Ok(())
}
