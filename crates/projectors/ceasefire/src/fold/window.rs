//! The life of a silence window.

use super::{Event, Folded};
use crate::REQUEST_CLOCK;
use crate::event::{SilenceWindowBreached, SilenceWindowClosed, SilenceWindowRequested, Truce};
use crate::state::{Breach, CeasefireState as State, Closed, Window, WindowStatus as Status};
use accord_projection::{OutOfOrder, Terms};
use std::collections::BTreeMap;

pub(super) fn request(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    p: &SilenceWindowRequested,
    terms: &Terms,
) -> Folded {
    if !matches!(state, State::Empty) {
        return Err(OutOfOrder::new(format!("{subject} has been requested before")));
    }
    let due = terms.deadline(item.seq, REQUEST_CLOCK, item.recorded);
    *state = State::Window(Box::new(Window {
        status: Status::Requested,
        purpose: p.purpose,
        area: p.area.to_string(),
        from: p.from.timestamp().micros(),
        until: p.until.timestamp().micros(),
        expected: p.beneficiaries.clone(),
        requested_by: item.event.author().to_owned(),
        requested_at: item.effect.micros(),
        request_due: due.map(accord_format::time::Timestamp::micros),
        needed: terms.parties(item.seq),
        guaranteed: BTreeMap::new(),
        opened_at: None,
        closed: None,
        breaches: Vec::new(),
    }));
    Ok(())
}

pub(super) fn step(state: &mut State, subject: &str, item: &Event<'_>, terms: &Terms) -> Folded {
    let State::Window(window) = state else {
        return Err(OutOfOrder::new(format!("there is no request {subject}")));
    };
    match &item.payload {
        Truce::WindowGuaranteed(_) => guarantee(window, item, terms),
        Truce::WindowOpened(_) => open(window, item),
        Truce::WindowClosed(p) => close(window, item, p),
        Truce::WindowBreached(p) => {
            breach(window, item, p);
            Ok(())
        }
        // The caller has no others.
        _ => Ok(()),
    }
}

fn impossible(window: &Window, item: &Event<'_>, wanted: &str) -> OutOfOrder {
    OutOfOrder::needs(item.event, wanted, window.status.as_str())
}

fn guarantee(window: &mut Window, item: &Event<'_>, terms: &Terms) -> Folded {
    let parties = item.own_parties(terms)?;
    if window.status != Status::Requested {
        return Err(impossible(window, item, "a request that waits for guarantees"));
    }
    if let Some(party) = parties.iter().find(|party| window.guaranteed.contains_key(*party)) {
        return Err(OutOfOrder::new(format!("{party} has guaranteed the window before")));
    }
    for party in parties {
        window.guaranteed.insert(party, item.effect.micros());
    }
    if window.missing().is_empty() {
        window.status = Status::Guaranteed;
    }
    Ok(())
}

fn open(window: &mut Window, item: &Event<'_>) -> Folded {
    if window.status == Status::Requested {
        let missing = window.missing().join(", ");
        let detail = format!("{missing} has not guaranteed the window; it opens when all have");
        return Err(OutOfOrder::coded("guarantee-missing", detail));
    }
    if window.status != Status::Guaranteed {
        return Err(impossible(window, item, "a window that every party has guaranteed"));
    }
    window.status = Status::Open;
    window.opened_at = Some(item.effect.micros());
    Ok(())
}

fn close(window: &mut Window, item: &Event<'_>, p: &SilenceWindowClosed) -> Folded {
    if !matches!(window.status, Status::Open | Status::Ended) {
        return Err(impossible(window, item, "a window that was opened"));
    }
    window.status = Status::Closed;
    window.closed = Some(Closed {
        at: item.effect.micros(),
        completed: p.completed,
        beneficiaries: p.beneficiaries.clone(),
    });
    Ok(())
}

/// Whatever the window's state: fire is recorded, and whether the window was open is shown.
fn breach(window: &mut Window, item: &Event<'_>, p: &SilenceWindowBreached) {
    window.breaches.push(Breach {
        by: p.by.to_string(),
        at: item.effect.micros(),
        case: p.case.as_ref().map(ToString::to_string),
        seq: item.seq,
    });
}
