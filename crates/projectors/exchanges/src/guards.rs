//! What the judges of the family answer with, and what goes by time, for the catalogue.

use accord_projection::{Guard, Timer};

const RECONCILED: &[&str] = &["exchange.reconciled"];
const REPORTED: &[&str] = &["exchange.handover_recorded", "exchange.receipt_confirmed"];

const fn guard(code: &'static str, types: &'static [&'static str], words: &'static str) -> Guard {
    Guard { code, types, words }
}

pub(crate) const REFUSALS: &[Guard] = &[
    guard("side-unknown", &["exchange.proposed"], "It names a party that is none of the charter."),
    guard(
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
    guard("not-a-party", &["exchange.list_submitted"], "The author stands for no party."),
    guard(
        "list-root-repeated",
        &["exchange.list_submitted"],
        "The exchange has a list with that root.",
    ),
    guard(
        "list-version",
        &["exchange.list_submitted"],
        "It is not the version that follows the party's last one of that list.",
    ),
    guard(
        "signature-missing",
        &["exchange.agreed", "exchange.discrepancy_resolved"],
        "Not all parties of the exchange have signed the one text.",
    ),
    guard(
        "list-unknown",
        &["exchange.agreed"],
        "A list that it names is none of the exchange, or not in its latest version.",
    ),
    guard("until-passed", &["exchange.postponed"], "Its end is not after it is recorded."),
    guard(
        "discrepancy-unknown",
        &["exchange.discrepancy_resolved"],
        "No such discrepancy was raised about the exchange.",
    ),
    guard(
        "not-the-raiser",
        &["exchange.discrepancy_resolved"],
        "Neither who raised it signs, nor all parties of the exchange together.",
    ),
    guard(
        "difference-unknown",
        &["exchange.discrepancy_resolved"],
        "The numbers that it settles are not those on record.",
    ),
    guard("discrepancy-open", RECONCILED, "A discrepancy is not resolved."),
    guard(
        "stage-incomplete",
        RECONCILED,
        "A stage is missing, or lacks the report of who handed over or of who received.",
    ),
    guard("numbers-withheld", RECONCILED, "A report does not say how many persons yet."),
    guard("does-not-add-up", RECONCILED, "A receipt does not account for all who were listed."),
    guard(
        "counts-differ",
        RECONCILED,
        "Who handed over and who received say different numbers, and have not settled it since.",
    ),
    guard("totals-differ", RECONCILED, "Its totals are not those of the receipts."),
    guard(
        "rests-on-suspect",
        RECONCILED,
        "An entry of the exchange was signed with a key in other hands.",
    ),
];

pub(crate) const FINDINGS: &[Guard] = &[
    guard(
        "unknown_side",
        &[
            "detention.tally_declared",
            "exchange.handover_recorded",
            "exchange.receipt_confirmed",
            "exchange.attested",
            "remains.handed_over",
            "remains.received",
            "remains.misattributed",
            "remains.sent_back",
        ],
        "It names a side that the charter does not know.",
    ),
    guard(
        "not_counted",
        &[
            "exchange.handover_recorded",
            "exchange.receipt_confirmed",
            "remains.handed_over",
            "remains.received",
        ],
        "Its author stands for no party, or for the other one that it names.",
    ),
    guard("not_concerned", REPORTED, "Not both parties are parties of the exchange."),
    guard(
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
    guard("list_errors", &["exchange.list_checked"], "Entries of the list are wrong."),
    guard("own_list_checked", &["exchange.list_checked"], "The list's own party checked it."),
    guard(
        "contrary_to_plan",
        &["exchange.list_submitted", "exchange.agreed", "exchange.handover_recorded"],
        "It is not what was proposed or agreed: in category, number, time, or at all.",
    ),
    guard(
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
    guard(
        "reported_before",
        REPORTED,
        "Its author reported on that stage before; the two are added up.",
    ),
    guard(
        "reported_after_reconciliation",
        REPORTED,
        "The books of the exchange were found to agree without it.",
    ),
    guard(
        "settled_otherwise",
        REPORTED,
        "The numbers on record are not those that all parties concerned settled.",
    ),
    guard(
        "reconciled_otherwise",
        REPORTED,
        "The receipts are not those by which the exchange was reconciled.",
    ),
    guard(
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
