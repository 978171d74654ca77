//! How each event changes the state of its subject.

pub(crate) mod ceasefire;
mod conduct;
mod line;
mod window;

use crate::event::Truce;
use crate::state::CeasefireState as State;
use accord_projection::{Item, OutOfOrder, Terms};

type Event<'a> = Item<'a, Truce>;
type Folded = Result<(), OutOfOrder>;

pub(crate) fn fold(state: &mut State, subject: &str, item: &Event<'_>, terms: &Terms) -> Folded {
    match &item.payload {
        Truce::Ordered(p) => conduct::order(state, item, p, terms),
        Truce::Disciplined(p) => conduct::discipline(state, p),
        Truce::MovementAlleged(p) => line::alleged(state, item, p),
        Truce::MovementVerified(p) => line::verified(state, item, p),
        _ => return step(state, subject, item, terms),
    }
    Ok(())
}

/// What has its place in a procedure.
fn step(state: &mut State, subject: &str, item: &Event<'_>, terms: &Terms) -> Folded {
    match &item.payload {
        Truce::Proposed(p) => ceasefire::propose(state, subject, item, p, terms),
        Truce::Halted(p) => line::halt(state, item, p, terms),
        Truce::Baseline(p) => line::baseline(state, item, p, terms),
        Truce::WindowRequested(p) => window::request(state, subject, item, p, terms),
        Truce::Accepted(_)
        | Truce::Declined(_)
        | Truce::Entered(_)
        | Truce::Recommitted(_)
        | Truce::Suspended(_)
        | Truce::Resumed(_)
        | Truce::Denounced(_)
        | Truce::Terminated(_) => ceasefire::step(state, subject, item, terms),
        Truce::WindowGuaranteed(_)
        | Truce::WindowOpened(_)
        | Truce::WindowClosed(_)
        | Truce::WindowBreached(_) => window::step(state, subject, item, terms),
        // The caller has seen to these.
        Truce::Ordered(_)
        | Truce::Disciplined(_)
        | Truce::MovementAlleged(_)
        | Truce::MovementVerified(_) => Ok(()),
    }
}
