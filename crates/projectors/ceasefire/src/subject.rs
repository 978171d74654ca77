//! Which subject an event bears on.

use crate::event::Truce;
use accord_format::time::Timestamp;
use accord_projection::Item;

/// What subjects of orders begin with.
pub const ORDERS: &str = "orders/";
/// What subjects of discipline begin with.
pub const DISCIPLINE: &str = "discipline/";
/// What subjects of halts begin with.
pub const HALTS: &str = "advance_halt/";
/// What subjects of lines and their movement begin with.
pub const LINE: &str = "line/";

pub(crate) fn of(item: &Item<'_, Truce>) -> String {
    match &item.payload {
        Truce::Ordered(p) => orders_of(p.ceasefire.as_str()),
        Truce::Disciplined(p) => format!("{DISCIPLINE}{}", id(p.case.as_str())),
        Truce::MovementAlleged(_) | Truce::MovementVerified(_) => {
            format!("{}/{}", item.event.stream, day(item.occurred.from.timestamp()))
        }
        _ => item.event.stream.clone(),
    }
}

/// Subject of the orders given for the ceasefire in `stream`.
pub fn orders_of(stream: &str) -> String {
    format!("{ORDERS}{}", id(stream))
}

/// What stands behind the slash of a stream.
fn id(stream: &str) -> &str {
    stream.split_once('/').map_or(stream, |(_, id)| id)
}

/// `2026-03-01`, the UTC day of an instant.
pub(crate) fn day(at: Timestamp) -> String {
    let (year, month, day) = at.date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// Subject of the fact about instruments that stand for an event of this type with this text.
pub fn instruments(stands_for: &str, text_digest: &str) -> String {
    format!("instruments/{stands_for}/{text_digest}")
}
