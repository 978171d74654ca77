//! Weapons: how far from the line each class stays, and where they were seen.

use super::word::words;
use super::{Means, SourceRow};
use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Count, Label, Position, StreamRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far from the line weapons of a class have to stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeaponsLineSet {
    /// Class of weapon.
    pub class: Code,
    /// Least distance from the line, in metres.
    pub distance_m: u32,
    /// From when; when it is recorded, unless said otherwise. Never before it is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<At>,
    /// The resolution that sets it, where the parties do not sign it together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<StreamRef>,
}

impl Payload for WeaponsLineSet {
    fn contradiction(&self) -> Option<String> {
        let other = self.resolution.as_ref().filter(|r| !r.as_str().starts_with("resolution/"));
        other.map(|stream| format!("{stream} is no resolution"))
    }
}

words! {
    /// Where a weapon was, as the withdrawal lines have it.
    pub enum WeaponStatus {
        /// Nearer to the line than its class may be.
        InViolation = "in_violation",
        /// Far enough from the line, but at no storage site.
        BeyondLineOutsideSite = "beyond_line_outside_site",
        /// At a storage site.
        AtSite = "at_site",
    }
}

/// Monitors saw weapons that the agreement moves away from the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeaponObserved {
    /// Area of the charter's area scheme.
    pub area: Label,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Class of weapon.
    pub class: Code,
    /// How many.
    pub count: Count,
    /// Where they were, as the withdrawal lines have it.
    pub status: WeaponStatus,
    /// Who controls the place: a party, `third` or `undetermined`.
    pub control: Code,
    /// From the line, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    /// The storage site that they were at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<StreamRef>,
    /// Zone that they were in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Code>,
    /// How they were observed.
    pub means: Means,
    /// The sensor, when it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensor: Option<Code>,
    /// The row of the table that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRow>,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl Payload for WeaponObserved {
    fn contradiction(&self) -> Option<String> {
        if let Some(site) = &self.site {
            if !site.as_str().starts_with("storage_site/") {
                return Some(format!("{site} is no storage site"));
            }
            if self.status != WeaponStatus::AtSite {
                return Some(format!("it was at {site}, and outside of storage sites as well"));
            }
        }
        self.position.as_ref().and_then(Position::contradiction)
    }
}
