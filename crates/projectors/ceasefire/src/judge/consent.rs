//! Who has bound itself: under its own key, or by an instrument deposited for it.

use super::{Event, Setting};
use crate::event::{Halt, Scope};
use crate::fold::all_parties;
use crate::state::Ceasefire;
use crate::{HALTS, INSTRUMENT_DEPOSITED, subject};
use accord_charter::Charter;
use accord_projection::Remark;
use serde_json::Value;
use std::collections::BTreeSet;

/// Type that an instrument stands for when it accepts a ceasefire.
pub(crate) const ACCEPTED: &str = "ceasefire.accepted";
/// Type that an instrument stands for when it commits to a halt.
pub(crate) const COMMITTED: &str = "advance_halt.committed";

/// What one party has done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// Nothing, or it has declined.
    None,
    /// An instrument stands for it.
    Instrument,
    /// It signed.
    OwnKey,
}

/// True where a ceasefire of this scope needs a line to enter into force: a general one does,
/// under a charter that enables the events of lines.
pub(crate) fn needs_line(scope: Scope, charter: Option<&Charter>) -> bool {
    let enabled = |event_type| charter.is_some_and(|c| c.family_of(event_type).is_some());
    scope == Scope::General && enabled("line.baseline_adopted") && enabled(COMMITTED)
}

/// Whether a party has accepted. What it says under its own key goes before an instrument.
pub(super) fn to_text(party: &str, ceasefire: &Ceasefire, deposited: &BTreeSet<String>) -> Consent {
    if ceasefire.accepted.contains_key(party) {
        Consent::OwnKey
    } else if deposited.contains(party) && !ceasefire.declined.contains_key(party) {
        Consent::Instrument
    } else {
        Consent::None
    }
}

/// The parties for which an instrument was deposited that accepts the ceasefire.
pub(super) fn accepted_by_deposit(ceasefire: &Ceasefire, scene: &Setting<'_>) -> BTreeSet<String> {
    deposited(&subject::instruments(ACCEPTED, &ceasefire.text_digest), scene)
}

/// Whether a party has committed itself to stop on a line.
pub(super) fn to_halt(
    party: &str,
    halt: &Halt,
    deposited: &BTreeSet<String>,
    scene: &Setting<'_>,
) -> Consent {
    let state = scene.state(&format!("{HALTS}{}", halt.line));
    let own = state.as_deref().and_then(|s| s.halts()).and_then(|halts| halts.get(party));
    if own.is_some_and(|own| own.text_digest == halt.text_digest.as_str()) {
        Consent::OwnKey
    } else if deposited.contains(party) {
        Consent::Instrument
    } else {
        Consent::None
    }
}

/// The parties for which an instrument was deposited that commits them to the halt.
pub(super) fn halted_by_deposit(halt: &Halt, scene: &Setting<'_>) -> BTreeSet<String> {
    deposited(&subject::instruments(COMMITTED, halt.text_digest.as_str()), scene)
}

fn deposited(subject: &str, scene: &Setting<'_>) -> BTreeSet<String> {
    let fact = scene.fact(INSTRUMENT_DEPOSITED, subject);
    let parties = fact.as_ref().and_then(|fact| fact.get("parties")).and_then(Value::as_array);
    parties.into_iter().flatten().filter_map(|p| p.as_str()).map(ToOwned::to_owned).collect()
}

/// Whoever is bound by an instrument is always named: it did not sign with its own key.
pub(crate) fn by_instrument(item: &Event<'_>, scene: &Setting<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let state = scene.state(&item.event.stream);
    let Some(ceasefire) = state.as_deref().and_then(|s| s.ceasefire()) else { return remarks };
    let parties = all_parties(item.seq, scene.terms());
    let accepted = accepted_by_deposit(ceasefire, scene);
    for party in &parties {
        if to_text(party, ceasefire, &accepted) == Consent::Instrument {
            let detail = format!("{party} accepted by instrument, not signed by its own key");
            remarks.push(Remark::new("accepted_by_instrument", detail));
        }
    }
    for halt in &ceasefire.halts {
        let committed = halted_by_deposit(halt, scene);
        for party in &parties {
            if to_halt(party, halt, &committed, scene) == Consent::Instrument {
                let detail = format!(
                    "{party} committed itself on line {} by instrument, not signed by its own key",
                    halt.line
                );
                remarks.push(Remark::new("halted_by_instrument", detail));
            }
        }
    }
    remarks
}
