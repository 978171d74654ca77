//! Sensors: what works where, so that a reader knows what could not be seen.

use super::word::words;
use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Label, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// What kind of sensor it is.
    pub enum SensorKind {
        /// A fixed camera.
        Camera = "camera",
        /// An unmanned aerial vehicle.
        Uav = "uav",
        /// An acoustic sensor.
        Acoustic = "acoustic",
        /// Radar.
        Radar = "radar",
        /// A satellite.
        Satellite = "satellite",
        /// Another kind.
        Other = "other",
    }
}

words! {
    /// Why a sensor does not work.
    pub enum OutageReason {
        /// No electricity.
        Power = "power",
        /// No link to the mission.
        Link = "link",
        /// Damaged or destroyed.
        Damaged = "damaged",
        /// Jammed or blinded.
        Jammed = "jammed",
        /// Weather.
        Weather = "weather",
        /// Taken out of service by the mission.
        Maintenance = "maintenance",
        /// Something else, or not known.
        Other = "other",
    }
}

/// The mission has a sensor, or has moved it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SensorRegistered {
    /// Its code, by which observations name it.
    pub sensor: Code,
    /// What kind it is.
    pub kind: SensorKind,
    /// Area of the charter's area scheme that it watches.
    pub area: Label,
    /// Whether it works.
    pub works: bool,
    /// What it can and cannot see, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

impl Payload for SensorRegistered {}

/// A sensor went out of service, or came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SensorStatusChanged {
    /// Its code.
    pub sensor: Code,
    /// Whether it works now.
    pub works: bool,
    /// Why it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<OutageReason>,
    /// What more there is to say, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

impl Payload for SensorStatusChanged {
    fn contradiction(&self) -> Option<String> {
        (self.works && self.reason.is_some())
            .then(|| "a sensor that works has no reason for an outage".to_owned())
    }
}
