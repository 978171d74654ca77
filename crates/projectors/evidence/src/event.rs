//! Evidence: items, who keeps them, whether they are intact, and what was disclosed of them.

mod custody;
mod disclosure;
mod item;

pub use custody::{EvidenceAccessed, EvidenceTransferred, EvidenceVerified, VerificationResult};
pub use disclosure::DisclosureRecorded;
pub use item::{Captured, CopyKind, EvidenceRegistered, OpenContent, Origin, SealedContent};

accord_projection::events! {
    /// The events of the evidence family.
    ///
    /// A chain of custody is the order in which the ledger learned of its links, so every event
    /// takes effect when it is recorded; when a thing happened is in `occurred`.
    pub enum EvidenceEvent {
        /// An item of evidence, its custody beginning with whoever registers it.
        Registered(EvidenceRegistered) =
            "evidence.registered", Report, Opens("evidence"), effect Recorded;
        /// The item passes to another custodian.
        Transferred(EvidenceTransferred) = "evidence.transferred", Act, Continues("evidence");
        /// The custodian let somebody at it.
        Accessed(EvidenceAccessed) = "evidence.accessed", Act, Continues("evidence");
        /// Somebody looked whether it is still what was registered.
        Verified(EvidenceVerified) =
            "evidence.verified", Report, Continues("evidence"), effect Recorded;
        /// What a commitment stands for was handed to somebody.
        Disclosed(DisclosureRecorded) =
            "disclosure.recorded", Report, Opens("disclosure"), effect Recorded;
    }
}
