//! Who has signed an event: participants, and the parties that they stand for.

use crate::finding::OutOfOrder;
use crate::item::Item;
use crate::terms::Terms;
use accord_catalogue::Guard;
use accord_format::event::SignerRef;
use std::collections::BTreeSet;

/// For the acts that a party takes for itself.
pub const fn not_a_party(types: &'static [&'static str]) -> Guard {
    Guard::new("not-a-party", types, "The signer stands for no party of the charter.")
}

impl<P> Item<'_, P> {
    /// True when the participant is among those who signed.
    pub fn is_signed_by(&self, participant: &str) -> bool {
        self.event.signers.iter().any(|signer| signer.participant() == participant)
    }

    /// The party that the author, who signed first, stands for.
    pub fn party<'t>(&self, terms: &'t Terms) -> Option<&'t str> {
        terms.party_of(self.seq, self.event.author())
    }

    /// The parties for which signers stand.
    pub fn parties(&self, terms: &Terms) -> BTreeSet<String> {
        let signers = self.event.signers.iter().map(SignerRef::participant);
        let parties = signers.filter_map(|signer| terms.party_of(self.seq, signer));
        parties.map(ToOwned::to_owned).collect()
    }

    /// The same, where a party speaks for itself: out of order unless there is one.
    pub fn own_parties(&self, terms: &Terms) -> Result<BTreeSet<String>, OutOfOrder> {
        let parties = self.parties(terms);
        if parties.is_empty() {
            let detail = format!(
                "a party speaks for itself; {} stands for no party of the charter in force",
                self.event.author()
            );
            return Err(OutOfOrder::coded("not-a-party", detail));
        }
        Ok(parties)
    }

    /// True when every party of the charter in force has signed; false without a charter.
    pub fn is_signed_by_all(&self, terms: &Terms) -> bool {
        let all = terms.parties(self.seq);
        !all.is_empty() && all.is_subset(&self.parties(terms))
    }
}
