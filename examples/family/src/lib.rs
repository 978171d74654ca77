//! A family of events: maps of minefields, asked for and handed over.
//!
//! Subjects: `mine_map/<id>`, one for each map that was asked for.

mod event;
#[cfg(test)]
mod tests;

pub use event::{MapDelivered, MapEvent, MapRequested};

use accord_format::time::Timestamp;
use accord_projection::{
    Guard, Item, OutOfOrder, Projector, Refusal, Remark, Scene, Terms, Timer, named,
};
use serde::{Deserialize, Serialize};

/// The clock of the charter within which a map is handed over.
pub const DELIVERY_CLOCK: &str = "mine_map_delivery";

/// Where a map stands. Instants are in microseconds since the epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Map {
    /// Nobody asked for it.
    #[default]
    Empty,
    /// Somebody did.
    Requested {
        /// The party that laid the mines.
        from: String,
        /// When it is due; nothing when the charter sets no time.
        due: Option<i64>,
        /// True from then on.
        overdue: bool,
    },
    /// It is there.
    Delivered {
        /// Sheets of the map.
        sheets: u32,
        /// True when it came late.
        late: bool,
    },
}

impl Map {
    /// The word for it in states and views.
    pub const fn status(&self) -> &'static str {
        match self {
            Self::Empty => "unknown",
            Self::Requested { overdue: false, .. } => "requested",
            Self::Requested { .. } => "overdue",
            Self::Delivered { .. } => "delivered",
        }
    }
}

/// The projector of the family.
#[derive(Clone, Copy, Debug)]
pub struct MineMaps;

impl Projector for MineMaps {
    const FAMILY: &'static str = "mine_maps";
    const FOLD_VERSION: u32 = 1;
    const CLOCKS: bool = true;
    const REFUSALS: &'static [Guard] = &[Guard::new(
        "side-unknown",
        &["mine_map.requested"],
        "It is asked of somebody who is no party of the charter in force.",
    )];
    const FINDINGS: &'static [Guard] = &[
        named::unknown_area(&["mine_map.requested"]),
        Guard::new("late_delivery", &["mine_map.delivered"], "The map came after its time."),
    ];
    const TIMERS: &'static [Timer] = &[Timer {
        clock: Some(DELIVERY_CLOCK),
        types: &["mine_map.requested"],
        words: "The map is overdue.",
    }];

    type Payload = MapEvent;
    type State = Map;

    fn subjects(item: &Item<'_, MapEvent>, out: &mut Vec<String>) {
        out.push(item.event.stream.clone());
    }

    fn fold(
        map: &mut Map,
        _: &str,
        item: &Item<'_, MapEvent>,
        terms: &Terms,
    ) -> Result<(), OutOfOrder> {
        match (&item.payload, &*map) {
            (MapEvent::Requested(p), Map::Empty) => {
                let due = terms.deadline(item.seq, DELIVERY_CLOCK, item.recorded);
                let due = due.map(Timestamp::micros);
                *map = Map::Requested { from: p.from.to_string(), due, overdue: false };
            }
            (MapEvent::Delivered(p), Map::Requested { from, overdue, .. }) => {
                // The author may stand for another party than the one that was asked.
                if terms.party_of(item.seq, item.event.author()) != Some(from) {
                    return Err(OutOfOrder::new(format!("the map was asked of {from}")));
                }
                *map = Map::Delivered { sheets: p.sheets, late: *overdue };
            }
            (MapEvent::Requested(_), _) => {
                return Err(OutOfOrder::needs(item.event, "a map nobody asked for", map.status()));
            }
            (MapEvent::Delivered(_), _) => {
                return Err(OutOfOrder::needs(item.event, "a map that is awaited", map.status()));
            }
        }
        Ok(())
    }

    fn deadline(map: &Map) -> Option<Timestamp> {
        match map {
            Map::Requested { due: Some(due), overdue: false, .. } => {
                Some(Timestamp::from_micros(*due))
            }
            _ => None,
        }
    }

    fn fire(map: &mut Map, _: Timestamp) {
        if let Map::Requested { overdue, .. } = map {
            *overdue = true;
        }
    }

    fn examine(item: &Item<'_, MapEvent>, terms: &Terms) -> Vec<Remark> {
        let MapEvent::Requested(p) = &item.payload else { return Vec::new() };
        terms.unknown_area(item.seq, p.area.as_str()).into_iter().collect()
    }

    fn remark(item: &Item<'_, MapEvent>, scene: &Scene<'_, Self>) -> Vec<Remark> {
        let state = scene.state(&item.event.stream);
        match (&item.payload, state.as_deref()) {
            (MapEvent::Delivered(_), Some(Map::Requested { overdue: true, .. })) => {
                vec![Remark::new("late_delivery", "the time for the map was over")]
            }
            _ => Vec::new(),
        }
    }

    fn judge(item: &Item<'_, MapEvent>, scene: &Scene<'_, Self>) -> Result<(), Refusal> {
        let MapEvent::Requested(p) = &item.payload else { return Ok(()) };
        if scene.terms().is_party(item.seq, p.from.as_str()) {
            return Ok(());
        }
        let detail = format!("{} is no party of the charter in force; name one", p.from);
        Err(Refusal::new("side-unknown", detail))
    }

    fn attribute(map: &Map, name: &str) -> Option<String> {
        (name == "status").then(|| map.status().to_owned())
    }
}
