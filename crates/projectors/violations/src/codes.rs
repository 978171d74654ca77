//! What the family says in codes, and what happens by itself, for the catalogue.

use crate::{PROVISIONAL_CLOCK, REGISTRATION_CLOCK, RESPONSE_CLOCK};
use accord_projection::{Guard, Timer, named, resolution, suspicion};

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

pub(crate) const REFUSALS: &[Guard] = &[
    Guard::new("category-unknown", &[REGISTERED], "The charter has no such category."),
    Guard::new(
        "side-unknown",
        &[ATTRIBUTED, PROVISIONAL, ADJUDICATED, ORDERED],
        "The charter has no such party, or the act needs one that can be named.",
    ),
    Guard::new("provision-unknown", &[ATTRIBUTED], "The charter has no such provision."),
    Guard::new(
        "clock-missing",
        &[PROVISIONAL],
        "The charter has no clock that would end a provisional determination.",
    ),
    Guard::new(
        "provisional-repeated",
        &[PROVISIONAL],
        "The case was determined provisionally before, and not reopened since.",
    ),
    Guard::new(
        "provisional-running",
        &[NO_ACTION, WITHDRAWN, MERGED],
        "A provisional determination is running in the case.",
    ),
    Guard::new(
        "finding-made",
        &[MERGED],
        "A finding was recorded in the case; the other is merged into it instead.",
    ),
    Guard::new(
        "breach-ahead",
        &[PROVISIONAL, ADJUDICATED],
        "The breach begins after the determination is recorded.",
    ),
    resolution::not_adopted(&[ADJUDICATED, ORDERED, NO_ACTION]),
    Guard::new(
        "resolution-used",
        &[ADJUDICATED, NO_ACTION],
        "The case has been decided by that resolution before.",
    ),
    resolution::elsewhere(&[ADJUDICATED, ORDERED, NO_ACTION]),
    resolution::too_early(&[ADJUDICATED, ORDERED, NO_ACTION]),
    Guard::new(
        "resolution-missing",
        &[NO_ACTION],
        "The case was attributed, and no resolution of the board is named.",
    ),
    suspicion::rests_on_suspect(&[PROVISIONAL, ADJUDICATED, COMPLETED]),
    Guard::new(
        "determination-differs",
        &[ADJUDICATED],
        "A decision that upholds the attribution determines somebody whom it does not name.",
    ),
    Guard::new("remedy-known", &[ORDERED], "The case has a remedy with that code."),
    Guard::new("remedy-unknown", &[COMPLETED], "No such remedy was ordered in the case."),
    Guard::new("remedy-ended", &[COMPLETED], "The remedy was completed or lifted before."),
    Guard::new("not-the-obliged", &[COMPLETED], "The party that was obliged does not sign."),
    Guard::new(
        "evidence-missing",
        &[COMPLETED, REOPENED],
        "The event refers to no evidence, and has to.",
    ),
    Guard::new("evidence-not-new", &[REOPENED], "The case had all of the evidence before."),
    Guard::new(
        "team-missing",
        &[REOPENED],
        "The case was never investigated, and no team is named that does now.",
    ),
    Guard::new("not-the-complainant", &[WITHDRAWN], "Somebody else alleged it."),
];

pub(crate) const FINDINGS: &[Guard] = &[
    Guard::new("unknown_category", &[ALLEGED], "The charter has no such category."),
    named::unknown_side(&[ALLEGED]),
    named::unknown_area(&[ALLEGED, VISITED]),
    Guard::new(
        "allegation_flood",
        &[ALLEGED],
        "The participant alleged more on that day than the charter takes for ordinary.",
    ),
    Guard::new(
        "reply_due_far",
        &[REGISTERED],
        "The time for an answer is longer than the charter's clock.",
    ),
    Guard::new("reply_due_past", &[REGISTERED], "The time for an answer was over when it was set."),
    Guard::new("nobody_to_answer", &[REGISTERED], "An answer is awaited, and nobody can give one."),
    Guard::new(
        "visit_outside_investigation",
        &[VISITED],
        "The case was not under investigation when the visit was recorded.",
    ),
    Guard::new("no_evidence", &[FOUND, PROVISIONAL], "The event refers to no evidence."),
    Guard::new("not_the_accused", &[RESPONSE], "The answer is not the accused party's."),
    Guard::new("late_response", &[RESPONSE], "The time for an answer was over."),
    Guard::new("due_past", &[ORDERED], "The remedy was due before it was ordered."),
    Guard::new(
        "obliged_not_responsible",
        &[ORDERED],
        "The decision does not hold the obliged party responsible.",
    ),
    Guard::new("remedies_outstanding", &[CLOSED], "Remedies that were ordered are not completed."),
    Guard::new("merged_across", &[MERGED], "The two cases differ in category or area."),
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
