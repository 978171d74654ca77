//! What is exchanged and how it is put on record: persons held, exchanges stage by stage, and the
//! remains of the dead. Counts only: nothing here can name a person.

mod agreement;
mod bounds;
mod remains;
mod settlement;
mod tally;
mod transfer;

pub use agreement::{
    ExchangeAgreed, ExchangeListChecked, ExchangeListSubmitted, ExchangeProposed, Formula,
    ListErrors, ListRole, PlaceClass, Window,
};
pub use remains::{
    RemainsExamined, RemainsHandedOver, RemainsIdentified, RemainsMisattributed, RemainsReceived,
    RemainsSentBack, RemainsUnidentifiable,
};
pub use settlement::{
    DiscrepancyKind, DiscrepancyOutcome, ExchangeCancelled, ExchangeDiscrepancyRaised,
    ExchangeDiscrepancyResolved, ExchangePostponed, ExchangeReconciled, SettledDifference,
};
pub use tally::DetentionTallyDeclared;
pub(crate) use transfer::sum;
pub use transfer::{Account, ExchangeAttested, ExchangeHandoverRecorded, ExchangeReceiptConfirmed};

use accord_catalogue::unit::Code;
use std::collections::BTreeMap;

/// Persons by category.
pub type Counts = BTreeMap<Code, u64>;

accord_projection::events! {
    /// The events of the exchanges family.
    ///
    /// What happened to people and remains takes effect when it happened; the steps of the
    /// procedure, when they are recorded.
    pub enum ExchangeEvent {
        /// How many persons a side holds, as a source says.
        TallyDeclared(DetentionTallyDeclared) = "detention.tally_declared", Report, Opens("detention");
        /// Somebody proposes an exchange.
        Proposed(ExchangeProposed) = "exchange.proposed", Act, Opens("exchange");
        /// A party hands in a list.
        ListSubmitted(ExchangeListSubmitted) = "exchange.list_submitted", Act, Continues("exchange");
        /// Somebody else has gone through a list.
        ListChecked(ExchangeListChecked) =
            "exchange.list_checked", Report, Continues("exchange"), effect Recorded;
        /// The parties concerned agree.
        Agreed(ExchangeAgreed) = "exchange.agreed", Act, Continues("exchange");
        /// A party handed persons over.
        HandoverRecorded(ExchangeHandoverRecorded) =
            "exchange.handover_recorded", Report, Continues("exchange");
        /// A party received persons.
        ReceiptConfirmed(ExchangeReceiptConfirmed) =
            "exchange.receipt_confirmed", Report, Continues("exchange");
        /// What an intermediary saw.
        Attested(ExchangeAttested) = "exchange.attested", Report, Continues("exchange");
        /// Something does not agree.
        DiscrepancyRaised(ExchangeDiscrepancyRaised) =
            "exchange.discrepancy_raised", Report, Continues("exchange"), effect Recorded and always_heard;
        /// It is settled.
        DiscrepancyResolved(ExchangeDiscrepancyResolved) =
            "exchange.discrepancy_resolved", Act, Continues("exchange");
        /// The books of the exchange agree.
        Reconciled(ExchangeReconciled) = "exchange.reconciled", Act, Continues("exchange");
        /// A party puts it off.
        Postponed(ExchangePostponed) = "exchange.postponed", Act, Continues("exchange");
        /// A party ends it.
        Cancelled(ExchangeCancelled) = "exchange.cancelled", Act, Continues("exchange");
        /// A party handed over remains.
        RemainsHandedOver(RemainsHandedOver) = "remains.handed_over", Report, Named("remains", "batch");
        /// A party received remains.
        RemainsReceived(RemainsReceived) = "remains.received", Report, Named("remains", "batch");
        /// Containers were examined.
        RemainsExamined(RemainsExamined) = "remains.examined", Report, Named("remains", "batch");
        /// Persons were identified.
        RemainsIdentified(RemainsIdentified) = "remains.identified", Report, Named("remains", "batch");
        /// Persons will not be identified.
        RemainsUnidentifiable(RemainsUnidentifiable) =
            "remains.unidentifiable", Report, Named("remains", "batch");
        /// Persons turned out to be another side's dead.
        RemainsMisattributed(RemainsMisattributed) =
            "remains.misattributed", Report, Named("remains", "batch");
        /// They were sent back.
        RemainsSentBack(RemainsSentBack) = "remains.sent_back", Report, Named("remains", "batch");
    }
}
