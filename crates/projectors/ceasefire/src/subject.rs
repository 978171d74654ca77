//! Which subject an event bears on.

use crate::event::Truce;
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
            format!("{}/{}", item.event.stream, item.occurred.from.timestamp().to_day_string())
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
