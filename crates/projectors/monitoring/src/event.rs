//! What monitors report: observations, lethal events, casualties, access, and the mission itself.

mod casualty;
mod mission;
mod observation;

pub use casualty::{CasualtyRecorded, Cause, LethalEventRecorded, Persons};
pub use mission::{AccessRestricted, MissionStatus, MissionStatusChanged, RestrictionForm};
pub use observation::{Means, ObservationBatchRecorded, ObservationRecorded, ObservedKind};

use accord_catalogue::unit::Digest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The row of an imported file that an event was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceRow {
    /// BLAKE3 of the file, as in its `import.batch_recorded`.
    pub file: Digest,
    /// Row of the file, counted from 1 after the header.
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_u64))]
    pub row: u64,
}

accord_projection::events! {
    /// The events of the monitoring family.
    pub enum Monitored {
        /// One row of what a monitor heard, saw or recorded.
        Observation(ObservationRecorded) = "observation.recorded", Report, Opens("observation");
        /// The totals of a period.
        Batch(ObservationBatchRecorded) = "observation.batch_recorded", Report, Opens("observation");
        /// An event in which people were killed.
        Lethal(LethalEventRecorded) = "lethal_event.recorded", Report, Opens("lethal_event");
        /// Monitors were kept from where they may go.
        Access(AccessRestricted) = "access.restricted", Report, Opens("access");
        /// Civilians were killed or injured.
        Casualty(CasualtyRecorded) = "casualty.recorded", Report, Opens("casualty");
        /// The mission works, works less, or no longer works.
        Mission(MissionStatusChanged) = "mission.status_changed", Act, Single("mission");
    }
}
