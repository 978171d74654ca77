//! How each event changes the state of a subject.

mod board;
mod document;
mod report;
mod resolution;
mod stipulation;

use crate::event::Overseen;
use crate::state::OversightState as State;
use accord_projection::{Item, OutOfOrder, Terms};

type Event<'a> = Item<'a, Overseen>;
type Folded = Result<(), OutOfOrder>;

pub(crate) fn fold(state: &mut State, subject: &str, item: &Event<'_>, terms: &Terms) -> Folded {
    // A resolution's events also bear on the meeting that they belong to.
    let own = subject == item.event.stream;
    match &item.payload {
        Overseen::Constituted(p) => board::constitute(state, item, p),
        Overseen::SeatFilled(p) => board::fill(state, p),
        Overseen::SeatVacated(p) => board::vacate(state, p),
        Overseen::Convened(p) => board::convene(state, subject, item, p),
        Overseen::Attendance(p) => board::attend(state, subject, (item, p), terms),
        Overseen::Tabled(p) if own => resolution::table(state, subject, (item, p), terms),
        Overseen::Tabled(_) => board::hear(state, subject, item, false),
        Overseen::Recusal(p) => resolution::recuse(state, subject, item, p),
        Overseen::Vote(p) => resolution::vote(state, subject, item, p),
        Overseen::Declared(p) if own => resolution::declare(state, subject, item, p),
        Overseen::Declared(_) => board::hear(state, subject, item, true),
        Overseen::Dissent(p) => resolution::dissent(state, subject, item, p),
        Overseen::Rescinded(p) => resolution::rescind(state, subject, item, p),
        Overseen::Stipulation(p) => stipulation::register(state, item, p),
        Overseen::Indicator(p) => stipulation::indicator(state, item, p),
        Overseen::Assessment(p) => {
            stipulation::score(state, item, p);
            Ok(())
        }
        Overseen::Review(p) => stipulation::review(state, item, p),
        Overseen::Instrument(p) if own => document::deposit(state, subject, item, p),
        Overseen::Instrument(p) => {
            document::stand_for(state, item, p);
            Ok(())
        }
        Overseen::Import(p) => document::import(state, item, p),
        Overseen::Audit(p) => document::audit(state, subject, item, p),
        Overseen::ReportIssued(p) => report::issue(state, item, p),
        Overseen::ReportErratum(p) => report::correct(state, item, p),
    }
}
