//! What keeps acts out, what may be said about events, and what happens by itself, for the
//! catalogue.

use crate::HOTLINE_CLOCK;
use accord_projection::{Guard, Timer};

pub(crate) const REFUSALS: &[Guard] = &[
    Guard {
        code: "effect-before-recorded",
        types: &["weapons_line.set"],
        words: "It would hold from before it is recorded.",
    },
    Guard {
        code: "resolution-missing",
        types: &["weapons_line.set"],
        words: "Not every party signed it, and it names no resolution.",
    },
    Guard {
        code: "resolution-not-adopted",
        types: &["weapons_line.set"],
        words: "The board has not adopted the resolution that it names.",
    },
    Guard {
        code: "resolution-elsewhere",
        types: &["weapons_line.set"],
        words: "The resolution does not decide on the line.",
    },
    Guard {
        code: "not-the-holder",
        types: &["storage_site.registered"],
        words: "The signer does not stand for the party whose site it is.",
    },
    Guard {
        code: "zone-known",
        types: &["zone.registered"],
        words: "A zone of this code is registered.",
    },
];

pub(crate) const FINDINGS: &[Guard] = &[
    Guard {
        code: "unknown_area",
        types: &[],
        words: "The area is not one of the charter's area scheme.",
    },
    Guard {
        code: "unknown_side",
        types: &[],
        words: "The side is no party of the charter, nor \"third\" nor \"undetermined\".",
    },
    Guard {
        code: "side_without_method",
        types: &["observation.recorded", "uav.interfered", "zone.breached"],
        words: "A side is given, and not how it was established.",
    },
    Guard {
        code: "does_not_add_up",
        types: &[
            "observation.batch_recorded",
            "lethal_event.recorded",
            "casualty.recorded",
            "inspection.recorded",
            "land.released",
        ],
        words: "Parts and whole differ, or more is found or released than was declared or reported.",
    },
    Guard {
        code: "period_overlaps",
        types: &["observation.batch_recorded"],
        words: "The same author has reported on this area and time before.",
    },
    Guard {
        code: "uncorroborated",
        types: &["casualty.recorded"],
        words: "The mission has not corroborated it.",
    },
    Guard {
        code: "mission_not_working",
        types: &["observation.recorded", "weapon.observed"],
        words: "The mission was suspended, evacuated or closed then.",
    },
    Guard {
        code: "unknown_sensor",
        types: &["observation.recorded", "weapon.observed", "sensor.status_changed"],
        words: "The sensor is not registered.",
    },
    Guard {
        code: "sensor_out_of_service",
        types: &["observation.recorded", "weapon.observed"],
        words: "The sensor was out of service then.",
    },
    Guard {
        code: "unknown_zone",
        types: &["observation.recorded", "weapon.observed", "zone.disengaged", "zone.breached"],
        words: "The zone is not registered.",
    },
    Guard {
        code: "contrary_to_line",
        types: &["weapon.observed"],
        words: "The distance says otherwise than the status where the weapon was.",
    },
    Guard {
        code: "totals_fall",
        types: &["inventory.declared"],
        words: "There is less of a class than before, without an explanation.",
    },
    Guard {
        code: "inspection_refused",
        types: &["inspection.recorded"],
        words: "The inspectors were not let in.",
    },
    Guard {
        code: "seal_broken",
        types: &["inspection.recorded"],
        words: "A seal was found broken.",
    },
    Guard {
        code: "time_not_exact",
        types: &["hotline.call_logged"],
        words: "The call is not known to the minute, so that no clock runs for its answer.",
    },
    Guard {
        code: "recorded_after_deadline",
        types: &["hotline.acknowledged"],
        words: "The answer is said to have been in time, and was recorded when the time was over.",
    },
    Guard {
        code: "no_failed_call",
        types: &["return_fire.notified"],
        words: "No hotline call is known to have failed before fire was opened.",
    },
];

pub(crate) const TIMERS: &[Timer] = &[Timer {
    clock: Some(HOTLINE_CLOCK),
    types: &["hotline.call_logged"],
    words: "The call counts as unanswered, until an answer from before that is known.",
}];
