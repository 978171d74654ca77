//! What the judges of the family answer with, and what goes by time, for the catalogue.

use accord_projection::{Guard, Timer, named, signers, suspicion};

const RECONCILED: &[&str] = &["exchange.reconciled"];
const REPORTED: &[&str] = &["exchange.handover_recorded", "exchange.receipt_confirmed"];

pub(crate) const REFUSALS: &[Guard] = &[
    Guard::new(
        "side-unknown",
        &["exchange.proposed"],
        "It names a party that is none of the charter.",
    ),
    Guard::new(
        "not-concerned",
        &[
            "exchange.proposed",
            "exchange.list_submitted",
            "exchange.agreed",
            "exchange.postponed",
            "exchange.cancelled",
        ],
        "Somebody has a part in it who stands for no party of the exchange.",
    ),
    signers::not_a_party(&["exchange.list_submitted"]),
    Guard::new(
        "list-root-repeated",
        &["exchange.list_submitted"],
        "The exchange has a list with that root.",
    ),
    Guard::new(
        "list-version",
        &["exchange.list_submitted"],
        "It is not the version that follows the party's last one of that list.",
    ),
    Guard::new(
        "signature-missing",
        &["exchange.agreed", "exchange.discrepancy_resolved"],
        "Not all parties of the exchange have signed the one text.",
    ),
    Guard::new(
        "list-unknown",
        &["exchange.agreed"],
        "A list that it names is none of the exchange, or not in its latest version.",
    ),
    Guard::new("until-passed", &["exchange.postponed"], "Its end is not after it is recorded."),
    Guard::new(
        "discrepancy-unknown",
        &["exchange.discrepancy_resolved"],
        "No such discrepancy was raised about the exchange.",
    ),
    Guard::new(
        "not-the-raiser",
        &["exchange.discrepancy_resolved"],
        "Neither who raised it signs, nor all parties of the exchange together.",
    ),
    Guard::new(
        "difference-unknown",
        &["exchange.discrepancy_resolved"],
        "The numbers that it settles are not those on record.",
    ),
    Guard::new("discrepancy-open", RECONCILED, "A discrepancy is not resolved."),
    Guard::new(
        "stage-incomplete",
        RECONCILED,
        "A stage is missing, or lacks the report of who handed over or of who received.",
    ),
    Guard::new("numbers-withheld", RECONCILED, "A report does not say how many persons yet."),
    Guard::new(
        "does-not-add-up",
        RECONCILED,
        "A receipt does not account for all who were listed.",
    ),
    Guard::new(
        "counts-differ",
        RECONCILED,
        "Who handed over and who received say different numbers, and have not settled it since.",
    ),
    Guard::new("totals-differ", RECONCILED, "Its totals are not those of the receipts."),
    suspicion::rests_on_suspect(RECONCILED),
];

pub(crate) const FINDINGS: &[Guard] = &[
    named::unknown_side(&[
        "detention.tally_declared",
        "exchange.handover_recorded",
        "exchange.receipt_confirmed",
        "exchange.attested",
        "remains.handed_over",
        "remains.received",
        "remains.misattributed",
        "remains.sent_back",
    ]),
    Guard::new(
        "not_counted",
        &[
            "exchange.handover_recorded",
            "exchange.receipt_confirmed",
            "remains.handed_over",
            "remains.received",
        ],
        "Its author stands for no party, or for the other one that it names.",
    ),
    Guard::new("not_concerned", REPORTED, "Not both parties are parties of the exchange."),
    Guard::new(
        "does_not_add_up",
        &[
            "exchange.list_checked",
            "exchange.agreed",
            "exchange.receipt_confirmed",
            "remains.received",
            "remains.examined",
            "remains.identified",
            "remains.unidentifiable",
            "remains.misattributed",
            "remains.sent_back",
        ],
        "Parts are not their whole, or are more than it.",
    ),
    Guard::new("list_errors", &["exchange.list_checked"], "Entries of the list are wrong."),
    Guard::new("own_list_checked", &["exchange.list_checked"], "The list's own party checked it."),
    Guard::new(
        "contrary_to_plan",
        &["exchange.list_submitted", "exchange.agreed", "exchange.handover_recorded"],
        "It is not what was proposed or agreed: in category, number, time, or at all.",
    ),
    Guard::new(
        "counts_differ",
        &[
            "exchange.handover_recorded",
            "exchange.receipt_confirmed",
            "exchange.attested",
            "remains.handed_over",
            "remains.received",
        ],
        "Those who report on the same say numbers that cannot both be right.",
    ),
    Guard::new(
        "reported_before",
        REPORTED,
        "Its author reported on that stage before; the two are added up.",
    ),
    Guard::new(
        "reported_after_reconciliation",
        REPORTED,
        "The books of the exchange were found to agree without it.",
    ),
    Guard::new(
        "settled_otherwise",
        REPORTED,
        "The numbers on record are not those that all parties concerned settled.",
    ),
    Guard::new(
        "reconciled_otherwise",
        REPORTED,
        "The receipts are not those by which the exchange was reconciled.",
    ),
    Guard::new(
        "unexplained_fall",
        &["detention.tally_declared"],
        "Fewer are held than by the source's last count less those released since.",
    ),
];

pub(crate) const TIMERS: &[Timer] = &[Timer {
    clock: None,
    types: &["exchange.postponed"],
    words: "At the end that it names the exchange goes on from where it stood.",
}];
