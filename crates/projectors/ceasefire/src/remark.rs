//! What a reader should know about events that are nevertheless taken in.

use crate::event::{
    CeasefireOrderIssued, CeasefireProposed, LineBaselineAdopted, LineMovementVerified, Scope,
    Truce,
};
use crate::fold::ceasefire::notice_end;
use crate::judge::consent;
use crate::state::{CeasefireState, WindowStatus};
use crate::{CASE_EXISTS, Ceasefires, LINE};
use accord_catalogue::unit::Code;
use accord_projection::{Item, Remark, Scene, Terms};

type Event<'a> = Item<'a, Truce>;

/// From the event alone.
pub(crate) fn alone(item: &Event<'_>, terms: &Terms) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let say = &mut remarks;
    match &item.payload {
        Truce::Proposed(p) => {
            say.extend(
                p.area.as_ref().and_then(|area| terms.unknown_area(item.seq, area.as_str())),
            );
            say.extend(no_line(item, p, terms));
        }
        Truce::Accepted(p) => say.extend(p.reservation_digest.as_ref().map(|digest| {
            let detail = format!("{} makes the reservation {digest}", item.event.author());
            Remark::new("reservation", detail)
        })),
        Truce::Denounced(p) => {
            let end = notice_end(item, p, terms);
            say.extend((p.effective_at.timestamp() < end).then(|| {
                let detail = format!(
                    "the notice wants an end at {}; by the charter it ends the ceasefire at {}",
                    p.effective_at,
                    end.to_seconds_string()
                );
                Remark::new("notice_too_short", detail)
            }));
        }
        Truce::Ordered(_) | Truce::Disciplined(_) => say.extend(not_a_party(item, terms)),
        Truce::Baseline(p) => say.extend(not_accepted(item, p, terms)),
        Truce::MovementAlleged(p) => say.extend(terms.unknown_side(item.seq, p.by.as_str())),
        Truce::MovementVerified(p) => {
            say.extend(terms.unknown_side(item.seq, p.by.as_str()));
            say.extend(measured_ahead(item, p));
        }
        Truce::WindowRequested(p) => {
            say.extend(terms.unknown_area(item.seq, p.area.as_str()));
            say.extend((p.until.timestamp() <= item.recorded).then(|| {
                let detail = format!("the window was to end at {}, which is past", p.until);
                Remark::new("window_over", detail)
            }));
        }
        Truce::WindowBreached(p) => say.extend(terms.unknown_side(item.seq, p.by.as_str())),
        _ => {}
    }
    remarks
}

/// In the light of the state before it.
pub(crate) fn in_scene(item: &Event<'_>, scene: &Scene<'_, Ceasefires>) -> Vec<Remark> {
    match &item.payload {
        Truce::Ordered(p) => fewer_measures(p, scene).into_iter().collect(),
        Truce::Disciplined(p) => {
            let unknown = scene.fact(CASE_EXISTS, p.case.as_str()).is_none();
            let remark = || Remark::new("unknown_case", format!("there is no case {}", p.case));
            unknown.then(remark).into_iter().collect()
        }
        Truce::Entered(p) => {
            let mut remarks = consent::by_instrument(item, scene);
            let ceasefire = scene.part(&item.event.stream, CeasefireState::ceasefire);
            let proposed = ceasefire.map(|c| c.effective_at);
            if proposed.is_some_and(|at| at != p.effective_at.timestamp().micros()) {
                let detail = format!("the proposal names another instant than {}", p.effective_at);
                remarks.push(Remark::new("effective_at_differs", detail));
            }
            remarks
        }
        Truce::MovementAlleged(p) => off_baseline(item, &p.line, None, scene),
        Truce::MovementVerified(p) => off_baseline(item, &p.line, Some(p.metres.value), scene),
        Truce::WindowOpened(_) => {
            let window = scene.part(&item.event.stream, CeasefireState::window);
            let from = window.map(|w| w.from);
            let early = from.is_some_and(|from| item.effect.micros() < from);
            let remark = || Remark::new("opened_early", "the window is planned to begin later");
            early.then(remark).into_iter().collect()
        }
        Truce::WindowBreached(_) => {
            let window = scene.part(&item.event.stream, CeasefireState::window);
            let not_open = window.as_ref().is_none_or(|w| !w.was_open(item.effect.micros()));
            let status = window.map_or("unknown", |w| WindowStatus::as_str(w.status));
            let detail = format!("the window was not open then; it is {status}");
            not_open.then(|| Remark::new("window_not_open", detail)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// A general ceasefire without a line, where the charter knows of lines.
fn no_line(item: &Event<'_>, p: &CeasefireProposed, terms: &Terms) -> Option<Remark> {
    let wanted = consent::needs_line(p.scope, terms.charter(item.seq));
    (wanted && p.halts.is_empty()).then(|| {
        let detail = format!(
            "a {} ceasefire enters into force on a line; propose it with `halts`",
            Scope::as_str(p.scope)
        );
        Remark::new("no_line", detail)
    })
}

fn not_a_party(item: &Event<'_>, terms: &Terms) -> Option<Remark> {
    item.parties(terms).is_empty().then(|| {
        let detail = format!("{} stands for no party of the charter", item.event.author());
        Remark::new("not_a_party", detail)
    })
}

fn not_accepted(item: &Event<'_>, _: &LineBaselineAdopted, terms: &Terms) -> Vec<Remark> {
    let signed = item.parties(terms);
    let parties = terms.parties(item.seq);
    let without = parties.difference(&signed);
    without
        .map(|party| Remark::new("not_accepted_by", format!("{party} has not signed the baseline")))
        .collect()
}

fn measured_ahead(item: &Event<'_>, p: &LineMovementVerified) -> Option<Remark> {
    (p.as_of.timestamp() > item.recorded).then(|| {
        let detail = format!("measured at {}, after it was recorded", p.as_of);
        Remark::new("as_of_ahead", detail)
    })
}

fn fewer_measures(p: &CeasefireOrderIssued, scene: &Scene<'_, Ceasefires>) -> Option<Remark> {
    let Some(ceasefire) = scene.part(p.ceasefire.as_str(), CeasefireState::ceasefire) else {
        let detail = format!("nobody has proposed {}", p.ceasefire);
        return Some(Remark::new("unknown_ceasefire", detail));
    };
    let ordered = |measure: &&String| p.measures.iter().any(|m| m.as_str() == *measure);
    let missing: Vec<&str> =
        ceasefire.measures.iter().filter(|m| !ordered(m)).map(String::as_str).collect();
    (!missing.is_empty()).then(|| {
        let detail = format!("agreed, and not ordered: {}", missing.join(", "));
        Remark::new("fewer_measures", detail)
    })
}

/// A movement that does not count against the baseline; `metres` of a verified one.
fn off_baseline(
    item: &Event<'_>,
    line: &Code,
    metres: Option<u64>,
    scene: &Scene<'_, Ceasefires>,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let Some(baseline) = scene.part(&format!("{LINE}{line}"), CeasefireState::baseline) else {
        let detail = format!("line {line} has no baseline to measure against");
        return vec![Remark::new("no_baseline", detail)];
    };
    let day = item.occurred.from.timestamp().to_day_string();
    if !baseline.is_before(&day) {
        let detail = format!("{day} is not after {}, the day of the baseline", baseline.as_of);
        remarks.push(Remark::new("before_baseline", detail));
    }
    if let Some(metres) = metres.filter(|metres| baseline.tolerates(*metres)) {
        let detail = format!("{metres} m are within the tolerance of {} m", baseline.tolerance_m);
        remarks.push(Remark::new("below_tolerance", detail));
    }
    remarks
}
