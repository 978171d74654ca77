//! Who has bound itself: under its own key, or by an instrument deposited for it.

use super::{Event, Setting};
use crate::HALTS;
use crate::event::{Halt, Scope};
use crate::state::{Ceasefire, CeasefireState};
use accord_charter::Charter;
use accord_projection::Remark;
use accord_projection::instrument::Deposited;
use std::collections::BTreeSet;

/// Type that an instrument stands for when it accepts a ceasefire.
pub(crate) const ACCEPTED: &str = "ceasefire.accepted";
/// Type that an instrument stands for when it commits to a halt.
pub(crate) const COMMITTED: &str = "advance_halt.committed";

/// What one party has done about a proposal, since it was made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// Nothing, or it has declined.
    None,
    /// An instrument stands for it, deposited by this entry.
    Instrument(u64),
    /// It signed this entry.
    OwnKey(u64),
}

impl Consent {
    /// The entry that it stands in.
    pub(super) const fn entry(self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Instrument(seq) | Self::OwnKey(seq) => Some(seq),
        }
    }
}

/// True where a ceasefire of this scope needs a line to enter into force: a general one does,
/// under a charter that enables the events of lines.
pub(crate) fn needs_line(scope: Scope, charter: Option<&Charter>) -> bool {
    let enabled = |event_type| charter.is_some_and(|c| c.family_of(event_type).is_some());
    scope == Scope::General && enabled("line.baseline_adopted") && enabled(COMMITTED)
}

/// Whether each party has accepted. What it says under its own key goes before an instrument.
pub(super) fn to_text(ceasefire: &Ceasefire, here: &Here<'_>) -> Vec<(String, Consent)> {
    let deposited = here.scene.deposited(ACCEPTED, &ceasefire.text_digest);
    here.of_each(ceasefire, &deposited, |party| match ceasefire.accepted.get(party) {
        Some(accepted) => Some(Consent::OwnKey(accepted.seq)),
        None => ceasefire.declined.contains_key(party).then_some(Consent::None),
    })
}

/// Whether each party has committed itself to stop on a line of the ceasefire.
pub(super) fn to_halt(
    halt: &Halt,
    ceasefire: &Ceasefire,
    here: &Here<'_>,
) -> Vec<(String, Consent)> {
    let text = halt.text_digest.as_str();
    let halts = here.scene.part(&format!("{HALTS}{}", halt.line), CeasefireState::halts);
    let deposited = here.scene.deposited(COMMITTED, text);
    here.of_each(ceasefire, &deposited, |party| {
        let own = halts.as_ref()?.get(party)?;
        let counts = own.text_digest == text && own.seq > ceasefire.proposed;
        counts.then_some(Consent::OwnKey(own.seq))
    })
}

/// Where it is asked who consents.
pub(super) struct Here<'a> {
    /// The parties of the charter in force.
    pub(super) parties: &'a BTreeSet<String>,
    pub(super) scene: &'a Setting<'a>,
}

impl Here<'_> {
    /// What each party has done: what it did itself or, when that is nothing, the instrument of
    /// this proposal that stands for it.
    fn of_each(
        &self,
        ceasefire: &Ceasefire,
        deposited: &Deposited,
        own: impl Fn(&str) -> Option<Consent>,
    ) -> Vec<(String, Consent)> {
        let since = (ceasefire.proposed, ceasefire.proposed_at);
        let suspect = |seq| self.scene.is_suspect(seq);
        let deposit = |party: &str| {
            let standing = deposited.standing(party, since, suspect);
            standing.map_or(Consent::None, |deposit| Consent::Instrument(deposit.seq))
        };
        let of = |party: &String| (party.clone(), own(party).unwrap_or_else(|| deposit(party)));
        self.parties.iter().map(of).collect()
    }
}

/// Whoever is bound by an instrument is always named: it did not sign with its own key.
pub(crate) fn by_instrument(item: &Event<'_>, scene: &Setting<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let Some(ceasefire) = scene.part(&item.event.stream, CeasefireState::ceasefire) else {
        return remarks;
    };
    let here = Here { parties: &scene.terms().parties(item.seq), scene };
    let instrument = |(_, consent): &(String, Consent)| matches!(consent, Consent::Instrument(_));
    for (party, _) in to_text(&ceasefire, &here).into_iter().filter(instrument) {
        let detail = format!("{party} accepted by instrument, not signed by its own key");
        remarks.push(Remark::new("accepted_by_instrument", detail));
    }
    for halt in &ceasefire.halts {
        for (party, _) in to_halt(halt, &ceasefire, &here).into_iter().filter(instrument) {
            let detail = format!(
                "{party} committed itself on line {} by instrument, not signed by its own key",
                halt.line
            );
            remarks.push(Remark::new("halted_by_instrument", detail));
        }
    }
    remarks
}
