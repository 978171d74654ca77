//! The family's codes, for whoever reads its answers.

use accord_projection::Guard;

pub(crate) const REFUSALS: &[Guard] = &[
    Guard::new(
        "not-the-custodian",
        &["evidence.transferred", "evidence.accessed"],
        "The custodian is not among those who sign.",
    ),
    Guard::new(
        "evidence-unknown",
        &["evidence.transferred", "evidence.accessed"],
        "The stream is no registered item, or the item was retracted.",
    ),
];

pub(crate) const FINDINGS: &[Guard] = &[
    Guard::new(
        "content_known",
        &["evidence.registered"],
        "The same content is registered already.",
    ),
    Guard::new(
        "unknown_original",
        &["evidence.registered"],
        "The item that it is a copy of is not registered.",
    ),
    Guard::new(
        "captured_in_future",
        &["evidence.registered"],
        "It says that it was captured after it was registered.",
    ),
    Guard::new(
        "receipt_not_signed",
        &["evidence.transferred"],
        "Whoever receives the item did not sign.",
    ),
    Guard::new(
        "evidence_mismatch",
        &["evidence.verified"],
        "Something else than the registered content was found.",
    ),
    Guard::new("evidence_missing", &["evidence.verified"], "The item was not found."),
    Guard::new(
        "verified_by_custodian",
        &["evidence.verified"],
        "The custodian verified what it keeps itself.",
    ),
    Guard::new("nothing_sealed", &["disclosure.recorded"], "The item is open to anyone."),
    Guard::new(
        "commitment_differs",
        &["disclosure.recorded"],
        "The item holds another commitment.",
    ),
];
