//! Zones that forces have left.

use super::word::words;
use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Digest, Label, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most observations that one breach may name.
const OBSERVATIONS_MAX: usize = 256;

/// The parties agree on a zone that forces leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneRegistered {
    /// Its code, by which observations name it.
    pub zone: Code,
    /// Area of the charter's area scheme.
    pub area: Label,
    /// BLAKE3 of its geometry.
    pub geometry: Digest,
    /// Its radius in metres, where it is a circle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius_m: Option<u32>,
}

impl Payload for ZoneRegistered {}

/// Monitors found that forces have left a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneDisengaged {
    /// Its code.
    pub zone: Code,
    /// How it was established, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Text>,
}

impl Payload for ZoneDisengaged {}

words! {
    /// What broke a disengagement.
    pub enum BreachKind {
        /// Forces or positions in the zone.
        Presence = "presence",
        /// Weapons in the zone.
        Weapons = "weapons",
        /// Fire into, out of or in the zone.
        Fire = "fire",
        /// Engineering works in the zone.
        Works = "works",
        /// Something else.
        Other = "other",
    }
}

/// Monitors found that a zone is not free of forces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneBreached {
    /// Its code.
    pub zone: Code,
    /// What broke it.
    pub kind: BreachKind,
    /// By whom: a party, `third` or `undetermined`.
    pub side: Code,
    /// How the side was established, without personal data; needed for a side other than
    /// `undetermined`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Text>,
    /// Event hashes of the observations that show it, at most 256.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<Digest>,
}

impl Payload for ZoneBreached {
    fn contradiction(&self) -> Option<String> {
        let found = self.observations.len();
        (found > OBSERVATIONS_MAX)
            .then(|| format!("{found} observations are more than {OBSERVATIONS_MAX}"))
    }
}
