//! The family's codes, for whoever reads its answers.

use accord_projection::Guard;

pub(crate) const REFUSALS: &[Guard] = &[
    Guard {
        code: "not-the-custodian",
        types: &["evidence.transferred", "evidence.accessed"],
        words: "The custodian is not among those who sign.",
    },
    Guard {
        code: "evidence-unknown",
        types: &["evidence.transferred", "evidence.accessed"],
        words: "The stream is no registered item, or the item was retracted.",
    },
];

pub(crate) const FINDINGS: &[Guard] = &[
    Guard {
        code: "content_known",
        types: &["evidence.registered"],
        words: "The same content is registered already.",
    },
    Guard {
        code: "unknown_original",
        types: &["evidence.registered"],
        words: "The item that it is a copy of is not registered.",
    },
    Guard {
        code: "captured_in_future",
        types: &["evidence.registered"],
        words: "It says that it was captured after it was registered.",
    },
    Guard {
        code: "receipt_not_signed",
        types: &["evidence.transferred"],
        words: "Whoever receives the item did not sign.",
    },
    Guard {
        code: "evidence_mismatch",
        types: &["evidence.verified"],
        words: "Something else than the registered content was found.",
    },
    Guard {
        code: "evidence_missing",
        types: &["evidence.verified"],
        words: "The item was not found.",
    },
    Guard {
        code: "verified_by_custodian",
        types: &["evidence.verified"],
        words: "The custodian verified what it keeps itself.",
    },
    Guard {
        code: "nothing_sealed",
        types: &["disclosure.recorded"],
        words: "The item is open to anyone.",
    },
    Guard {
        code: "commitment_differs",
        types: &["disclosure.recorded"],
        words: "The item holds another commitment.",
    },
];
