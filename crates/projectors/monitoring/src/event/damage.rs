//! Civilian objects damaged, and land that is dangerous until it is released.

use super::word::words;
use super::{Cause, SourceRow};
use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Count, Label, Position, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most kinds of item that one report may list.
const ITEMS_MAX: usize = 64;

words! {
    /// What was damaged.
    pub enum DamagedObject {
        /// A dwelling.
        Dwelling = "dwelling",
        /// A school or kindergarten.
        School = "school",
        /// A hospital or other medical site.
        Medical = "medical",
        /// Water supply.
        Water = "water",
        /// Electricity.
        Electricity = "electricity",
        /// Gas or heating.
        Gas = "gas",
        /// A bridge, road or railway.
        Transport = "transport",
        /// A port or ship.
        Port = "port",
        /// A place of worship or of culture.
        Cultural = "cultural",
        /// Another civilian object.
        Other = "other",
    }
}

/// Civilian objects were damaged or destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DamageRecorded {
    /// Area of the charter's area scheme.
    pub area: Label,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// What was damaged.
    pub object: DamagedObject,
    /// How many objects.
    pub count: Count,
    /// What damaged them.
    pub cause: Cause,
    /// The row of the imported file that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRow>,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl Payload for DamageRecorded {
    fn contradiction(&self) -> Option<String> {
        self.position.as_ref().and_then(Position::contradiction)
    }
}

words! {
    /// What makes land dangerous.
    pub enum HazardKind {
        /// Mines.
        Mines = "mines",
        /// Cluster munition remnants.
        ClusterRemnants = "cluster_remnants",
        /// Other unexploded or abandoned ordnance.
        ExplosiveRemnants = "explosive_remnants",
        /// Improvised explosive devices.
        Improvised = "improvised",
        /// Several of these, or not known.
        Mixed = "mixed",
    }
}

/// Explosive items of one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HazardItem {
    /// Class of item.
    pub class: Code,
    /// How many.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub count: u64,
}

/// Land was found to be dangerous.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HazardReported {
    /// Area of the charter's area scheme.
    pub area: Label,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// What makes it dangerous.
    pub kind: HazardKind,
    /// How large it is, in square metres.
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_u64))]
    pub area_m2: u64,
    /// How it was established, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Text>,
    /// Items found, at most 64 classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<HazardItem>,
    /// The row of the imported file that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRow>,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl Payload for HazardReported {
    fn contradiction(&self) -> Option<String> {
        some_land(self.area_m2)
            .or_else(|| few(&self.items))
            .or_else(|| self.position.as_ref().and_then(Position::contradiction))
    }
}

words! {
    /// How land was released, as mine action distinguishes it.
    pub enum ReleaseMethod {
        /// Cancelled: a survey without entering found no evidence of a hazard.
        Cancelled = "cancelled",
        /// Reduced: a technical survey found none there.
        Reduced = "reduced",
        /// Cleared: every item was removed or destroyed.
        Cleared = "cleared",
    }
}

/// Land of a hazard was released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LandReleased {
    /// How large the released land is, in square metres.
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_u64))]
    pub area_m2: u64,
    /// How it was released.
    pub method: ReleaseMethod,
    /// Items removed or destroyed, at most 64 classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<HazardItem>,
}

impl Payload for LandReleased {
    fn contradiction(&self) -> Option<String> {
        some_land(self.area_m2).or_else(|| few(&self.items))
    }
}

fn some_land(area_m2: u64) -> Option<String> {
    (area_m2 == 0).then(|| "an area of 0 square metres is no land".to_owned())
}

fn few(items: &[HazardItem]) -> Option<String> {
    let found = items.len();
    (found > ITEMS_MAX).then(|| format!("{found} classes of item are more than {ITEMS_MAX}"))
}
