//! What monitors report: observations, lethal events, casualties, damage, weapons and their sites,
//! zones, hazards, the hotline, and what the mission itself could see and do.

mod access;
mod casualty;
mod damage;
mod hotline;
mod mission;
mod observation;
mod sensor;
mod site;
mod weapon;
mod word;
mod zone;

pub use access::{AccessRestricted, InterferenceForm, RestrictionForm, UavInterfered};
pub use casualty::{CasualtyRecorded, Cause, LethalEventRecorded, Persons};
pub use damage::{
    DamageRecorded, DamagedObject, HazardItem, HazardKind, HazardReported, LandReleased,
    ReleaseMethod,
};
pub use hotline::{
    CallOutcome, HotlineAcknowledged, HotlineAnswer, HotlineCallLogged, HotlineClosed,
    ReturnFireNotified,
};
pub use mission::{MissionStatus, MissionStatusChanged};
pub use observation::{
    Means, NearZone, ObservationBatchRecorded, ObservationRecorded, ObservedKind, PeriodTally,
};
pub use sensor::{OutageReason, SensorKind, SensorRegistered, SensorStatusChanged};
pub use site::{
    InspectedItem, InspectionOutcome, InspectionRecorded, InventoryDeclared, InventoryItem, Seal,
    SiteKind, StorageSiteRegistered,
};
pub use weapon::{WeaponObserved, WeaponStatus, WeaponsLineSet};
pub use zone::{BreachKind, ZoneBreached, ZoneDisengaged, ZoneRegistered};

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
        /// A sensor, and what it watches.
        Sensor(SensorRegistered) = "sensor.registered", Report, Named("sensor", "sensor");
        /// A sensor fails or works again.
        SensorStatus(SensorStatusChanged) =
            "sensor.status_changed", Report, Named("sensor", "sensor");
        /// A flight of the mission was interfered with.
        Uav(UavInterfered) = "uav.interfered", Report, Opens("uav");
        /// The distance that a class of weapon keeps from the line.
        WeaponsLine(WeaponsLineSet) =
            "weapons_line.set", Act, Named("weapons_line", "class"), effect Payload("from");
        /// Weapons, and where they were.
        Weapon(WeaponObserved) = "weapon.observed", Report, Opens("weapon");
        /// A site for withdrawn weapons.
        Site(StorageSiteRegistered) = "storage_site.registered", Act, Opens("storage_site");
        /// What its holder says is there. The declaration counts from when it is made.
        Inventory(InventoryDeclared) =
            "inventory.declared", Report, Continues("storage_site"), effect Recorded;
        /// What inspectors found there.
        Inspection(InspectionRecorded) = "inspection.recorded", Report, Continues("storage_site");
        /// A zone that forces leave.
        Zone(ZoneRegistered) = "zone.registered", Act, Named("zone", "zone");
        /// Forces have left it.
        Disengaged(ZoneDisengaged) = "zone.disengaged", Report, Named("zone", "zone");
        /// Forces or weapons are in it, or it was fired at.
        Breached(ZoneBreached) = "zone.breached", Report, Named("zone", "zone");
        /// Civilian objects were damaged.
        Damage(DamageRecorded) = "damage.recorded", Report, Opens("damage");
        /// Dangerous land.
        Hazard(HazardReported) = "hazard.reported", Report, Opens("hazard");
        /// Land that is no longer dangerous.
        Released(LandReleased) = "land.released", Report, Continues("hazard");
        /// A side was asked to stop.
        Called(HotlineCallLogged) = "hotline.call_logged", Report, Opens("hotline");
        /// It answered.
        Acknowledged(HotlineAcknowledged) = "hotline.acknowledged", Report, Continues("hotline");
        /// How the call ended.
        CallClosed(HotlineClosed) = "hotline.closed", Report, Continues("hotline");
        /// A party returned fire.
        ReturnFire(ReturnFireNotified) = "return_fire.notified", Report, Opens("return_fire");
    }
}
