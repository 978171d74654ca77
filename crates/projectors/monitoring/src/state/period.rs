//! What a report says about a period.

use crate::event::PeriodTally;
use accord_catalogue::unit::Count;
use serde::{Deserialize, Serialize};

/// A report's totals for a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// Participant that reported.
    pub author: String,
    /// Area.
    pub area: String,
    /// Start, in microseconds since the epoch.
    pub from: i64,
    /// End, not included, in microseconds since the epoch.
    pub until: i64,
    /// The source's name for the report.
    pub report: Option<String>,
    /// Ceasefire violations.
    pub ceasefire_violations: Option<Count>,
    /// Explosions among them.
    pub explosions: Option<Count>,
    /// Exercises among them.
    pub exercises: Option<Count>,
    /// The violations broken down.
    pub tallies: Vec<PeriodTally>,
    /// Weapons in violation of withdrawal lines.
    pub weapons: Option<Count>,
    /// Restrictions of movement.
    pub restrictions: Option<Count>,
    /// What could not be seen.
    pub coverage: Option<String>,
    /// Before the agreement.
    pub historical: bool,
    /// The entry.
    pub seq: u64,
}
