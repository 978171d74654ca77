//! The exchanges family: exchanges of persons, persons held, and remains.
//!
//! Subjects: `exchange/<id>`, one for each exchange; `held/<side>`, what each source says that a
//! side holds, with the receipts of those whom it released; and `remains/<batch>`.
//!
//! An exchange needs no ceasefire and reads nothing of one: people come home before the guns fall
//! silent.

pub mod event;
mod examine;
mod fold;
mod guards;
mod judge;
pub mod state;

#[cfg(test)]
mod tests;

pub use state::{Exchange, ExchangesState, Status};

use accord_format::time::Timestamp;
use accord_projection::{Guard, Item, OutOfOrder, Projector, Refusal, Remark, Scene, Terms, Timer};
use event::ExchangeEvent;
use serde_json::{Value, json};

/// Fact published of an exchange: that its books agree, with the persons that each party released,
/// as `{"formula", "parties", "totals", "at", "agrees", "disputed", "reported_later"}`: `at` in
/// microseconds, the last three about what came after it. What certifies rests on it only while it
/// `agrees`: the books are still those that were reconciled.
pub const RECONCILED: &str = "exchange.reconciled";

/// The projector of the family.
#[derive(Clone, Copy, Debug)]
pub struct Exchanges;

impl Projector for Exchanges {
    const FAMILY: &'static str = "exchanges";
    const FOLD_VERSION: u32 = 2;
    const PUBLISHES: &'static [&'static str] = &[RECONCILED];
    const REFUSALS: &'static [Guard] = guards::REFUSALS;
    const FINDINGS: &'static [Guard] = guards::FINDINGS;
    const TIMERS: &'static [Timer] = guards::TIMERS;

    type Payload = ExchangeEvent;
    type State = ExchangesState;

    fn subjects(item: &Item<'_, ExchangeEvent>, out: &mut Vec<String>) {
        match &item.payload {
            ExchangeEvent::TallyDeclared(p) => out.push(format!("held/{}", p.side)),
            ExchangeEvent::ReceiptConfirmed(p) => {
                out.push(item.event.stream.clone());
                out.push(format!("held/{}", p.from));
            }
            _ => out.push(item.event.stream.clone()),
        }
    }

    fn commutes(payload: &ExchangeEvent) -> bool {
        fold::is_of_remains(payload)
    }

    fn fold(
        state: &mut ExchangesState,
        subject: &str,
        item: &Item<'_, ExchangeEvent>,
        terms: &Terms,
    ) -> Result<(), OutOfOrder> {
        fold::fold(state, subject, item, terms)
    }

    fn deadline(state: &ExchangesState) -> Option<Timestamp> {
        state.exchange().and_then(Exchange::deadline).map(Timestamp::from_micros)
    }

    fn fire(state: &mut ExchangesState, at: Timestamp) {
        if let ExchangesState::Exchange(exchange) = state {
            exchange.fire(at.micros());
        }
    }

    fn examine(item: &Item<'_, ExchangeEvent>, terms: &Terms) -> Vec<Remark> {
        examine::alone(item, terms)
    }

    fn remark(item: &Item<'_, ExchangeEvent>, scene: &Scene<'_, Self>) -> Vec<Remark> {
        examine::in_light_of(item, scene)
    }

    fn judge(item: &Item<'_, ExchangeEvent>, scene: &Scene<'_, Self>) -> Result<(), Refusal> {
        judge::judge(item, scene)
    }

    fn attribute(state: &ExchangesState, name: &str) -> Option<String> {
        match (state, name) {
            (ExchangesState::Exchange(exchange), "status") => {
                Some(exchange.status().as_str().to_owned())
            }
            (ExchangesState::Exchange(exchange), "historical") => {
                Some(exchange.historical.to_string())
            }
            (ExchangesState::Remains(batch), "status") => Some(batch.stage().as_str().to_owned()),
            (ExchangesState::Remains(batch), "historical") => Some(batch.historical.to_string()),
            _ => None,
        }
    }

    fn fact(name: &str, state: &ExchangesState) -> Option<Value> {
        let exchange = state.exchange().filter(|_| name == RECONCILED)?;
        let reconciled = exchange.reconciled.as_ref()?;
        let proposal = exchange.proposal.as_ref()?;
        Some(json!({
            "formula": proposal.formula.as_str(),
            "parties": proposal.parties,
            "totals": reconciled.totals,
            "at": reconciled.at,
            "agrees": exchange.still_agrees(),
            "disputed": exchange.is_disputed(),
            "reported_later": exchange.reported_later(),
        }))
    }
}
