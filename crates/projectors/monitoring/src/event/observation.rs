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

/// How close to a zone something lay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NearZone {
    /// The zone.
    pub zone: Code,
    /// From its edge, in metres.
    pub distance_m: u32,
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
    /// Zone that it lay outside of, but close to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near_zone: Option<NearZone>,
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
        if let Some(bearing) = self.bearing.filter(|bearing| *bearing > 359) {
            return Some(format!("bearing {bearing} is beyond 359 degrees"));
        }
        match (&self.zone, &self.near_zone) {
            (Some(inside), Some(near)) if *inside == near.zone => {
                Some(format!("it lay in zone {inside}, and not outside of it as well"))
            }
            _ => self.position.contradiction(),
        }
    }
}

/// The most parts that the totals of one period may be broken down into.
const TALLIES_MAX: usize = 256;

/// A part of a period's violations. An absent member does not tell this part from others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodTally {
    /// What was observed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ObservedKind>,
    /// Class of weapon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weapon: Option<Code>,
    /// Zone that they lay in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Code>,
    /// Where the fire came from: a party, `third` or `undetermined`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Code>,
    /// How many.
    pub count: Count,
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
    /// Those among the violations that were assessed as live-fire exercises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exercises: Option<Count>,
    /// The violations broken down into parts that do not overlap, at most 256.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tallies: Vec<PeriodTally>,
    /// Weapons in violation of withdrawal lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weapons: Option<Count>,
    /// Restrictions of the monitors' freedom of movement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restrictions: Option<Count>,
    /// What the monitors could not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Text>,
    /// Rows of the table that the totals were made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub rows: Option<u64>,
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
        let counts = [
            &self.ceasefire_violations,
            &self.explosions,
            &self.exercises,
            &self.weapons,
            &self.restrictions,
        ];
        if counts.iter().all(|c| c.is_none()) && self.tallies.is_empty() {
            return Some(
                "there is no count in it; a period without figures is no report".to_owned(),
            );
        }
        let found = self.tallies.len();
        (found > TALLIES_MAX).then(|| format!("{found} tallies are more than {TALLIES_MAX}"))
    }
}
