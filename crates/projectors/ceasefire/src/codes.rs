//! What the family says in codes, and what happens by itself, for the catalogue.

use crate::{NOTICE_CLOCK, REQUEST_CLOCK};
use accord_projection::{Guard, Timer, named, resolution, signers, suspicion};

const PROPOSED: &str = "ceasefire.proposed";
const ACCEPTED: &str = "ceasefire.accepted";
const ENTERED: &str = "ceasefire.entered_into_force";
const RECOMMITTED: &str = "ceasefire.recommitted";
const SUSPENDED: &str = "ceasefire.suspended";
const RESUMED: &str = "ceasefire.resumed";
const DENOUNCED: &str = "ceasefire.denounced";
const TERMINATED: &str = "ceasefire.terminated";
const ORDERED: &str = "ceasefire_order.issued";
const DISCIPLINED: &str = "discipline.reported";
const HALTED: &str = "advance_halt.committed";
const BASELINE: &str = "line.baseline_adopted";
const ALLEGED: &str = "line.movement_alleged";
const VERIFIED: &str = "line.movement_verified";
const REQUESTED: &str = "silence_window.requested";
const GUARANTEED: &str = "silence_window.guaranteed";
const OPENED: &str = "silence_window.opened";
const BREACHED: &str = "silence_window.breached";

const fn ends(
    clock: Option<&'static str>,
    types: &'static [&'static str],
    words: &'static str,
) -> Timer {
    Timer { clock, types, words }
}

pub(crate) const REFUSALS: &[Guard] = &[
    signers::not_a_party(&[ACCEPTED, RECOMMITTED, HALTED, GUARANTEED]),
    Guard::new("text-differs", &[ACCEPTED], "The text accepted is not the text proposed."),
    Guard::new("no-charter", &[ENTERED], "No charter is in force to say who the parties are."),
    Guard::new(
        "acceptance-missing",
        &[ENTERED],
        "A party has not accepted since it was proposed, under its own key or by an instrument, or has declined.",
    ),
    Guard::new(
        "line-missing",
        &[ENTERED],
        "A general ceasefire was proposed without the lines on which the parties stop.",
    ),
    Guard::new(
        "halt-missing",
        &[ENTERED],
        "A party has not committed itself, since it was proposed, to stop on a line of the ceasefire.",
    ),
    Guard::new("baseline-missing", &[ENTERED], "A line of the ceasefire has no baseline."),
    suspicion::rests_on_suspect(&[ENTERED]),
    Guard::new(
        "effective-in-the-past",
        &[ENTERED, RECOMMITTED],
        "It would take effect before it is recorded.",
    ),
    Guard::new(
        "ends-before-it-begins",
        &[ENTERED],
        "By its own text the ceasefire has ended by then.",
    ),
    resolution::not_adopted(&[SUSPENDED, RESUMED, TERMINATED, BASELINE]),
    resolution::elsewhere(&[SUSPENDED, RESUMED, TERMINATED, BASELINE]),
    Guard::new(
        "resolution-used",
        &[SUSPENDED, RESUMED, TERMINATED],
        "The resolution was carried out on this ceasefire before.",
    ),
    Guard::new("until-in-the-past", &[SUSPENDED], "The suspension would have ended already."),
    Guard::new(
        "baseline-not-accepted",
        &[BASELINE],
        "Not every party signs, and no resolution stands for those that do not.",
    ),
    Guard::new(
        "baseline-in-force",
        &[BASELINE],
        "The line has a baseline that is not named as replaced.",
    ),
    Guard::new("baseline-unknown", &[BASELINE], "The line has no baseline to be replaced."),
    Guard::new("as-of-ahead", &[BASELINE], "The day of the baseline has not come."),
    Guard::new("guarantee-missing", &[OPENED], "A party has not guaranteed the window."),
];

pub(crate) const FINDINGS: &[Guard] = &[
    named::unknown_area(&[PROPOSED, REQUESTED]),
    named::unknown_side(&[ALLEGED, VERIFIED, BREACHED]),
    Guard::new("no_line", &[PROPOSED], "A general ceasefire is proposed without a line."),
    Guard::new("reservation", &[ACCEPTED], "The party accepts with a reservation."),
    Guard::new(
        "accepted_by_instrument",
        &[ENTERED],
        "A party is bound by an instrument and has not signed with its own key.",
    ),
    Guard::new(
        "halted_by_instrument",
        &[ENTERED],
        "A party's commitment to stop is an instrument, not signed with its own key.",
    ),
    Guard::new("effective_at_differs", &[ENTERED], "The proposal names another instant."),
    Guard::new(
        "notice_too_short",
        &[DENOUNCED],
        "The notice wants an earlier end than the charter's time of notice gives.",
    ),
    Guard::new(
        "not_a_party",
        &[ORDERED, DISCIPLINED],
        "Its author stands for no party of the charter.",
    ),
    Guard::new("unknown_ceasefire", &[ORDERED], "Nobody has proposed the ceasefire."),
    Guard::new("fewer_measures", &[ORDERED], "A measure that was agreed is not ordered."),
    Guard::new("unknown_case", &[DISCIPLINED], "There is no such case."),
    Guard::new(
        "not_accepted_by",
        &[BASELINE],
        "A party has not signed the baseline; one finding for each.",
    ),
    Guard::new("no_baseline", &[ALLEGED, VERIFIED], "The line has no baseline to measure against."),
    Guard::new(
        "before_baseline",
        &[ALLEGED, VERIFIED],
        "The movement is not after the day of the baseline and does not count.",
    ),
    Guard::new(
        "below_tolerance",
        &[VERIFIED],
        "The movement is within the tolerance of the baseline and does not count.",
    ),
    Guard::new("as_of_ahead", &[VERIFIED], "It was measured after it was recorded."),
    Guard::new(
        "window_over",
        &[REQUESTED],
        "The window was to end before the request is recorded.",
    ),
    Guard::new("opened_early", &[OPENED], "The window is planned to begin later."),
    Guard::new("window_not_open", &[BREACHED], "The window was not open then."),
];

pub(crate) const TIMERS: &[Timer] = &[
    ends(None, &[ENTERED], "At `effective_at` the ceasefire is in force."),
    ends(None, &[PROPOSED], "At `ends_at` the ceasefire, or its proposal, is over."),
    ends(None, &[SUSPENDED], "At `until` the suspension is over."),
    ends(
        Some(NOTICE_CLOCK),
        &[DENOUNCED],
        "The ceasefire is over, unless the notice gives a later instant, or is withdrawn.",
    ),
    ends(
        Some(REQUEST_CLOCK),
        &[REQUESTED],
        "A window that not every party has guaranteed lapses, at the latest at its planned end.",
    ),
    ends(None, &[REQUESTED], "At `until` a window that is open ends; one not opened goes unused."),
];
