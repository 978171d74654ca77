//! What the family says in codes, and what happens by itself, for the catalogue.

use crate::{NOTICE_CLOCK, REQUEST_CLOCK};
use accord_projection::{Guard, Timer};

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

const fn says(code: &'static str, types: &'static [&'static str], words: &'static str) -> Guard {
    Guard { code, types, words }
}

const fn ends(
    clock: Option<&'static str>,
    types: &'static [&'static str],
    words: &'static str,
) -> Timer {
    Timer { clock, types, words }
}

pub(crate) const REFUSALS: &[Guard] = &[
    says(
        "not-a-party",
        &[ACCEPTED, RECOMMITTED, HALTED, GUARANTEED],
        "No signer stands for a party of the charter in force.",
    ),
    says("text-differs", &[ACCEPTED], "The text accepted is not the text proposed."),
    says("no-charter", &[ENTERED], "No charter is in force to say who the parties are."),
    says(
        "acceptance-missing",
        &[ENTERED],
        "A party has not accepted, under its own key or by an instrument, or has declined.",
    ),
    says(
        "line-missing",
        &[ENTERED],
        "A general ceasefire was proposed without the lines on which the parties stop.",
    ),
    says(
        "halt-missing",
        &[ENTERED],
        "A party has not committed itself to stop on a line of the ceasefire.",
    ),
    says("baseline-missing", &[ENTERED], "A line of the ceasefire has no baseline."),
    says(
        "rests-on-suspect",
        &[ENTERED],
        "An entry that it rests on was signed with a key in other hands.",
    ),
    says(
        "effective-in-the-past",
        &[ENTERED, RECOMMITTED],
        "It would take effect before it is recorded.",
    ),
    says("ends-before-it-begins", &[ENTERED], "By its own text the ceasefire has ended by then."),
    says(
        "resolution-not-adopted",
        &[SUSPENDED, RESUMED, TERMINATED, BASELINE],
        "The board has not adopted the resolution.",
    ),
    says(
        "resolution-elsewhere",
        &[SUSPENDED, RESUMED, TERMINATED, BASELINE],
        "The resolution does not name the stream that it is carried out on.",
    ),
    says(
        "resolution-used",
        &[SUSPENDED, RESUMED, TERMINATED],
        "The resolution was carried out on this ceasefire before.",
    ),
    says("until-in-the-past", &[SUSPENDED], "The suspension would have ended already."),
    says(
        "baseline-not-accepted",
        &[BASELINE],
        "Not every party signs, and no resolution stands for those that do not.",
    ),
    says(
        "baseline-in-force",
        &[BASELINE],
        "The line has a baseline that is not named as replaced.",
    ),
    says("baseline-unknown", &[BASELINE], "The line has no baseline to be replaced."),
    says("as-of-ahead", &[BASELINE], "The day of the baseline has not come."),
    says("guarantee-missing", &[OPENED], "A party has not guaranteed the window."),
];

pub(crate) const FINDINGS: &[Guard] = &[
    says(
        "unknown_area",
        &[PROPOSED, REQUESTED],
        "The area is not one of the charter's area scheme.",
    ),
    says(
        "unknown_side",
        &[ALLEGED, VERIFIED, BREACHED],
        "The side is no party of the charter, nor `third` nor `undetermined`.",
    ),
    says("no_line", &[PROPOSED], "A general ceasefire is proposed without a line."),
    says("reservation", &[ACCEPTED], "The party accepts with a reservation."),
    says(
        "accepted_by_instrument",
        &[ENTERED],
        "A party is bound by an instrument and has not signed with its own key.",
    ),
    says(
        "halted_by_instrument",
        &[ENTERED],
        "A party's commitment to stop is an instrument, not signed with its own key.",
    ),
    says("effective_at_differs", &[ENTERED], "The proposal names another instant."),
    says(
        "notice_too_short",
        &[DENOUNCED],
        "The notice wants an earlier end than the charter's time of notice gives.",
    ),
    says("not_a_party", &[ORDERED, DISCIPLINED], "Its author stands for no party of the charter."),
    says("unknown_ceasefire", &[ORDERED], "Nobody has proposed the ceasefire."),
    says("fewer_measures", &[ORDERED], "A measure that was agreed is not ordered."),
    says("unknown_case", &[DISCIPLINED], "There is no such case."),
    says(
        "not_accepted_by",
        &[BASELINE],
        "A party has not signed the baseline; one finding for each.",
    ),
    says("no_baseline", &[ALLEGED, VERIFIED], "The line has no baseline to measure against."),
    says(
        "before_baseline",
        &[ALLEGED, VERIFIED],
        "The movement is not after the day of the baseline and does not count.",
    ),
    says(
        "below_tolerance",
        &[VERIFIED],
        "The movement is within the tolerance of the baseline and does not count.",
    ),
    says("as_of_ahead", &[VERIFIED], "It was measured after it was recorded."),
    says("window_over", &[REQUESTED], "The window was to end before the request is recorded."),
    says("opened_early", &[OPENED], "The window is planned to begin later."),
    says("window_not_open", &[BREACHED], "The window was not open then."),
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
