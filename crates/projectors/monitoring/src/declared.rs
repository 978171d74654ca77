//! What keeps acts out, what may be said about events, and what happens by itself, for the
//! catalogue.

use crate::HOTLINE_CLOCK;
use accord_projection::{Guard, Timer, named, resolution};

pub(crate) const REFUSALS: &[Guard] = &[
    Guard::new(
        "effect-before-recorded",
        &["weapons_line.set"],
        "It would hold from before it is recorded.",
    ),
    Guard::new(
        "resolution-missing",
        &["weapons_line.set"],
        "Not every party signed it, and it names no resolution.",
    ),
    resolution::not_adopted(&["weapons_line.set"]),
    resolution::elsewhere(&["weapons_line.set"]),
    Guard::new(
        "not-the-holder",
        &["storage_site.registered"],
        "The signer does not stand for the party whose site it is.",
    ),
    Guard::new("zone-known", &["zone.registered"], "A zone of this code is registered."),
];

pub(crate) const FINDINGS: &[Guard] = &[
    named::unknown_area(&[]),
    named::unknown_side(&[]),
    Guard::new(
        "side_without_method",
        &["observation.recorded", "uav.interfered", "zone.breached"],
        "A side is given, and not how it was established.",
    ),
    Guard::new(
        "does_not_add_up",
        &[
            "observation.batch_recorded",
            "lethal_event.recorded",
            "casualty.recorded",
            "inspection.recorded",
            "land.released",
        ],
        "Parts and whole differ, or more is found or released than was declared or reported.",
    ),
    Guard::new(
        "period_overlaps",
        &["observation.batch_recorded"],
        "The same author has reported on this area and time before.",
    ),
    Guard::new("uncorroborated", &["casualty.recorded"], "The mission has not corroborated it."),
    Guard::new(
        "mission_not_working",
        &["observation.recorded", "weapon.observed"],
        "The mission was suspended, evacuated or closed then.",
    ),
    Guard::new(
        "unknown_sensor",
        &["observation.recorded", "weapon.observed", "sensor.status_changed"],
        "The sensor is not registered.",
    ),
    Guard::new(
        "sensor_out_of_service",
        &["observation.recorded", "weapon.observed"],
        "The sensor was out of service then.",
    ),
    Guard::new(
        "unknown_zone",
        &["observation.recorded", "weapon.observed", "zone.disengaged", "zone.breached"],
        "The zone is not registered.",
    ),
    Guard::new(
        "contrary_to_line",
        &["weapon.observed"],
        "The distance says otherwise than the status where the weapon was.",
    ),
    Guard::new(
        "totals_fall",
        &["inventory.declared"],
        "There is less of a class than before, without an explanation.",
    ),
    Guard::new("inspection_refused", &["inspection.recorded"], "The inspectors were not let in."),
    Guard::new("seal_broken", &["inspection.recorded"], "A seal was found broken."),
    Guard::new(
        "time_not_exact",
        &["hotline.call_logged"],
        "The call is not known to the minute, so that no clock runs for its answer.",
    ),
    Guard::new(
        "recorded_after_deadline",
        &["hotline.acknowledged"],
        "The answer is said to have been in time, and was recorded when the time was over.",
    ),
    Guard::new(
        "no_failed_call",
        &["return_fire.notified"],
        "No hotline call is known to have failed before fire was opened.",
    ),
];

pub(crate) const TIMERS: &[Timer] = &[Timer {
    clock: Some(HOTLINE_CLOCK),
    types: &["hotline.call_logged"],
    words: "The call counts as unanswered, until an answer from before that is known.",
}];
