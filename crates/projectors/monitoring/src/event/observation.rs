//! Observations: single rows, and the totals of a period.

use super::SourceRow;
use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Count, Digest, Label, Position, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an observation was made.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// By ear.
    Heard,
    /// By eye.
    Seen,
    /// A fixed camera.
    Camera,
    /// An unmanned aerial vehicle.
    Uav,
    /// An acoustic sensor.
    Acoustic,
    /// Radar.
    Radar,
    /// A satellite.
    Satellite,
}

/// What was observed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ObservedKind {
    /// A single shot.
    Shot,
    /// A burst.
    Burst,
    /// An explosion where a weapon was fired.
    ExplosionOutgoing,
    /// An explosion where a round landed.
    ExplosionImpact,
    /// An explosion that is neither known to be outgoing nor an impact.
    ExplosionUndetermined,
    /// A projectile in flight.
    Projectile,
    /// A muzzle flash or flare.
    Flash,
    /// A strike by an unmanned aerial vehicle.
    UavStrike,
    /// A missile.
    Missile,
    /// A strike from a manned aircraft.
    Airstrike,
    /// A movement of forces.
    Movement,
}

impl ObservedKind {
    /// True for the kinds that the subset "explosions" consists of.
    pub const fn is_explosion(self) -> bool {
        matches!(
            self,
            Self::ExplosionOutgoing | Self::ExplosionImpact | Self::ExplosionUndetermined
        )
    }

    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shot => "shot",
            Self::Burst => "burst",
            Self::ExplosionOutgoing => "explosion_outgoing",
            Self::ExplosionImpact => "explosion_impact",
            Self::ExplosionUndetermined => "explosion_undetermined",
            Self::Projectile => "projectile",
            Self::Flash => "flash",
            Self::UavStrike => "uav_strike",
            Self::Missile => "missile",
            Self::Airstrike => "airstrike",
            Self::Movement => "movement",
        }
    }
}

/// A monitor observed fire, flight or movement: one row of a daily table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservationRecorded {
    /// Area of the charter's area scheme.
    pub area: Label,
    /// Where the observer or the sensor was.
    pub position: Position,
    /// From the observer to the event, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    /// From the observer to the event, in degrees clockwise from north, 0 to 359.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 359))]
    pub bearing: Option<u16>,
    /// How it was observed.
    pub means: Means,
    /// The sensor, when it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensor: Option<Code>,
    /// What was observed.
    pub kind: ObservedKind,
    /// How many single rounds, bursts or movements.
    pub count: Count,
    /// Class of weapon; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weapon: Option<Code>,
    /// Whether the agreement proscribes that weapon there; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proscribed: Option<bool>,
    /// Disengagement or other zone that it lay in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Code>,
    /// True when assessed as a live-fire exercise; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exercise: bool,
    /// Where the fire came from: a party, `third` or `undetermined`.
    pub side: Code,
    /// How the side was established; needed for a side other than `undetermined`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Text>,
    /// The row of the table that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRow>,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl Payload for ObservationRecorded {
    fn contradiction(&self) -> Option<String> {
        match self.bearing {
            Some(bearing) if bearing > 359 => {
                Some(format!("bearing {bearing} is beyond 359 degrees"))
            }
            _ => self.position.contradiction(),
        }
    }
}

/// The totals of a period, as a report gives them; the period is the event's `occurred`.
///
/// Absent counts are those that the report does not give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservationBatchRecorded {
    /// Area of the charter's area scheme.
    pub area: Label,
    /// The source's own name for its report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Text>,
    /// Ceasefire violations: single rounds and bursts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceasefire_violations: Option<Count>,
    /// Explosions among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explosions: Option<Count>,
    /// Weapons in violation of withdrawal lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weapons: Option<Count>,
    /// Restrictions of the monitors' freedom of movement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restrictions: Option<Count>,
    /// What the monitors could not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Text>,
    /// BLAKE3 of the table that the totals were made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Digest>,
    /// The row of the imported file that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRow>,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl Payload for ObservationBatchRecorded {
    fn contradiction(&self) -> Option<String> {
        let counts =
            [&self.ceasefire_violations, &self.explosions, &self.weapons, &self.restrictions];
        counts
            .iter()
            .all(|c| c.is_none())
            .then(|| "there is no count in it; a period without figures is no report".to_owned())
    }
}
