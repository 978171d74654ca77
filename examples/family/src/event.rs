//! The family's events: a payload and a line for each.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Digest, Label};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A party is asked for the map of the mines that it laid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MapRequested {
    /// The party that laid them.
    pub from: Code,
    /// Area of the charter's area scheme.
    pub area: Label,
}

impl Payload for MapRequested {}

/// The map was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MapDelivered {
    /// Number of its sheets.
    #[schemars(range(min = 1))]
    pub sheets: u32,
    /// BLAKE3 of the map.
    pub map_digest: Digest,
}

impl Payload for MapDelivered {
    fn contradiction(&self) -> Option<String> {
        (self.sheets == 0).then(|| "a map without sheets is none".to_owned())
    }
}

accord_projection::events! {
    /// The events of the family.
    pub enum MapEvent {
        /// Somebody asks for a map.
        Requested(MapRequested) = "mine_map.requested", Act, Opens("mine_map");
        /// It is handed over.
        Delivered(MapDelivered) =
            "mine_map.delivered", Report, Continues("mine_map"), effect Recorded;
    }
}
