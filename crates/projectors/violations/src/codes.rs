//! What the family says in codes, and what happens by itself, for the catalogue.

use crate::{PROVISIONAL_CLOCK, REGISTRATION_CLOCK, RESPONSE_CLOCK};
use accord_projection::{Guard, Timer};

const ALLEGED: &str = "violation.alleged";
const REGISTERED: &str = "violation.registered";
const VISITED: &str = "violation.visit_recorded";
const FOUND: &str = "violation.finding_recorded";
const ATTRIBUTED: &str = "violation.attributed";
const RESPONSE: &str = "violation.response_filed";
const PROVISIONAL: &str = "violation.provisionally_determined";
const ADJUDICATED: &str = "violation.adjudicated";
const ORDERED: &str = "violation.remedy_ordered";
const COMPLETED: &str = "violation.remedy_completed";
const NO_ACTION: &str = "violation.no_action_decided";
const CLOSED: &str = "violation.closed";
const REOPENED: &str = "violation.reopened";
const WITHDRAWN: &str = "violation.withdrawn";
const MERGED: &str = "violation.merged";

const fn says(code: &'static str, types: &'static [&'static str], words: &'static str) -> Guard {
    Guard { code, types, words }
}

pub(crate) const REFUSALS: &[Guard] = &[
    says("category-unknown", &[REGISTERED], "The charter has no such category."),
    says(
        "side-unknown",
        &[ATTRIBUTED, PROVISIONAL, ADJUDICATED, ORDERED],
        "The charter has no such party, or the act needs one that can be named.",
    ),
    says("provision-unknown", &[ATTRIBUTED], "The charter has no such provision."),
    says(
        "clock-missing",
        &[PROVISIONAL],
        "The charter has no clock that would end a provisional determination.",
    ),
    says(
        "provisional-repeated",
        &[PROVISIONAL],
        "The case was determined provisionally before, and not reopened since.",
    ),
    says(
        "provisional-running",
        &[NO_ACTION, WITHDRAWN, MERGED],
        "A provisional determination is running in the case.",
    ),
    says(
        "breach-ahead",
        &[PROVISIONAL, ADJUDICATED],
        "The breach begins after the determination is recorded.",
    ),
    says(
        "resolution-not-adopted",
        &[ADJUDICATED, ORDERED],
        "The board has not adopted the resolution.",
    ),
    says("resolution-used", &[ADJUDICATED], "The case has been decided by that resolution before."),
    says(
        "resolution-elsewhere",
        &[ADJUDICATED, ORDERED],
        "The resolution does not decide on the case.",
    ),
    says(
        "rests-on-suspect",
        &[PROVISIONAL, ADJUDICATED, COMPLETED],
        "An entry of the case was signed with a key in other hands and is not reaffirmed.",
    ),
    says(
        "determination-differs",
        &[ADJUDICATED],
        "A decision that upholds the attribution determines somebody whom it does not name.",
    ),
    says("remedy-known", &[ORDERED], "The case has a remedy with that code."),
    says("remedy-unknown", &[COMPLETED], "No such remedy was ordered in the case."),
    says("remedy-ended", &[COMPLETED], "The remedy was completed or lifted before."),
    says("not-the-obliged", &[COMPLETED], "The party that was obliged does not sign."),
    says(
        "evidence-missing",
        &[COMPLETED, REOPENED],
        "The event refers to no evidence, and has to.",
    ),
    says("evidence-not-new", &[REOPENED], "The case had all of the evidence before."),
    says(
        "team-missing",
        &[REOPENED],
        "The case was never investigated, and no team is named that does now.",
    ),
    says("not-the-complainant", &[WITHDRAWN], "Somebody else alleged it."),
];

pub(crate) const FINDINGS: &[Guard] = &[
    says("unknown_category", &[ALLEGED], "The charter has no such category."),
    says("unknown_side", &[ALLEGED], "The charter has no such party."),
    says("unknown_area", &[ALLEGED, VISITED], "The area is not one of the charter's scheme."),
    says(
        "allegation_flood",
        &[ALLEGED],
        "The participant alleged more on that day than the charter takes for ordinary.",
    ),
    says("reply_due_past", &[REGISTERED], "The time for an answer was over when it was set."),
    says("nobody_to_answer", &[REGISTERED], "An answer is awaited, and nobody can give one."),
    says(
        "visit_outside_investigation",
        &[VISITED],
        "The case was not under investigation when the visit was recorded.",
    ),
    says("no_evidence", &[FOUND, PROVISIONAL], "The event refers to no evidence."),
    says("not_the_accused", &[RESPONSE], "The answer is not the accused party's."),
    says("late_response", &[RESPONSE], "The time for an answer was over."),
    says("due_past", &[ORDERED], "The remedy was due before it was ordered."),
    says(
        "obliged_not_responsible",
        &[ORDERED],
        "The decision does not hold the obliged party responsible.",
    ),
    says("remedies_outstanding", &[CLOSED], "Remedies that were ordered are not completed."),
    says("merged_across", &[MERGED], "The two cases differ in category or area."),
];

pub(crate) const TIMERS: &[Timer] = &[
    Timer {
        clock: Some(REGISTRATION_CLOCK),
        types: &[ALLEGED],
        words: "The allegation is neither registered nor declined: it is overdue.",
    },
    Timer {
        clock: Some(RESPONSE_CLOCK),
        types: &[REGISTERED, REOPENED],
        words: "The accused party has not answered: it has given no response.",
    },
    Timer {
        clock: Some(PROVISIONAL_CLOCK),
        types: &[PROVISIONAL],
        words: "The provisional determination expires; what passed while it ran stands.",
    },
    Timer {
        clock: None,
        types: &[ORDERED],
        words: "The remedy is not completed by the instant that the order sets: it is overdue.",
    },
];
