//! People killed and injured. Counts only: nothing here can name a person.

use super::SourceRow;
use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Label, Position, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An event in which people were killed, as a research data set codes it.
///
/// Only `civilians` are known to be civilians; `best`, `low` and `high` are estimates over all
/// who were killed, combatants included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LethalEventRecorded {
    /// The source's own identifier of the event.
    pub source_id: Text,
    /// Best estimate of all deaths.
    pub best: u64,
    /// Lowest estimate of all deaths.
    pub low: u64,
    /// Highest estimate of all deaths.
    pub high: u64,
    /// Deaths of people known to be civilians.
    pub civilians: u64,
    /// Deaths of combatants by side: a party, `third` or `undetermined`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, u64>", extend("examples" = [{"undetermined": 0}]))]
    pub by_side: BTreeMap<Code, u64>,
    /// Deaths of people of unknown status.
    pub unknown: u64,
    /// How exactly the place is known, from 1 (exact) to 7 (no more than the country).
    #[schemars(range(min = 1, max = 7))]
    pub where_precision: u8,
    /// How exactly the date is known, from 1 (the day) to 5 (more than a month).
    #[schemars(range(min = 1, max = 5))]
    pub date_precision: u8,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The row of the imported file that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRow>,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl Payload for LethalEventRecorded {
    fn contradiction(&self) -> Option<String> {
        if !(1..=7).contains(&self.where_precision) {
            return Some(format!("where_precision {} is not 1 to 7", self.where_precision));
        }
        if !(1..=5).contains(&self.date_precision) {
            return Some(format!("date_precision {} is not 1 to 5", self.date_precision));
        }
        self.position.as_ref().and_then(Position::contradiction)
    }
}

/// What killed or injured.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Artillery, mortars, rockets.
    Shelling,
    /// Small arms and light weapons.
    SmallArms,
    /// Mines and explosive remnants of war.
    MineErw,
    /// An unmanned aerial vehicle.
    Uav,
    /// A missile.
    Missile,
    /// Something else, or not known.
    Other,
}

impl Cause {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shelling => "shelling",
            Self::SmallArms => "small_arms",
            Self::MineErw => "mine_erw",
            Self::Uav => "uav",
            Self::Missile => "missile",
            Self::Other => "other",
        }
    }
}

/// Who they were; together as many as were killed and injured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Persons {
    /// Men.
    pub men: u64,
    /// Women.
    pub women: u64,
    /// Boys under 18.
    pub boys: u64,
    /// Girls under 18.
    pub girls: u64,
    /// Not known.
    pub unknown: u64,
}

impl Persons {
    /// All of them.
    pub const fn total(&self) -> u64 {
        self.men
            .saturating_add(self.women)
            .saturating_add(self.boys)
            .saturating_add(self.girls)
            .saturating_add(self.unknown)
    }
}

/// Civilians were killed or injured, as the mission established it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CasualtyRecorded {
    /// Area of the charter's area scheme.
    pub area: Label,
    /// How many were killed.
    pub killed: u64,
    /// How many were injured.
    pub injured: u64,
    /// Who they were.
    pub persons: Persons,
    /// What killed or injured them.
    pub cause: Cause,
    /// Whether the mission corroborated it with sources of its own.
    pub corroborated: bool,
    /// The row of the imported file that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRow>,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl Payload for CasualtyRecorded {
    fn contradiction(&self) -> Option<String> {
        (self.killed == 0 && self.injured == 0)
            .then(|| "nobody was killed and nobody injured".to_owned())
    }
}
