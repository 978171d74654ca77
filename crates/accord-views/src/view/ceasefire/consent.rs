//! What each party has said to each ceasefire, and how.

use super::{Listed, named};
use crate::replay::Snapshot;
use crate::view::figure::day;
use crate::view::{Cell, Table};
use accord_ceasefire::state::{Ceasefire, Status};
use accord_projection::Facts;
use accord_projection::instrument::{self, Deposited, INSTRUMENT_DEPOSITED};
use std::collections::BTreeSet;

/// A row for each party of each ceasefire. Words only: two families have a part in them.
pub(super) fn table(snapshot: &Snapshot, listed: &[Listed]) -> Table {
    let columns = [("ceasefire", "ceasefire"), ("said", "said"), ("reservation", "reservation")];
    let mut table = Table::new("acceptances", "What each party has said", &columns);
    for (stream, ceasefire) in listed.iter().rev() {
        let mut parties = parties(snapshot);
        parties.extend(ceasefire.accepted.keys().cloned());
        parties.extend(ceasefire.declined.keys().cloned());
        for party in parties {
            let reservation = ceasefire.accepted.get(&party).and_then(|a| a.reservation.clone());
            let cells = vec![
                Cell::Text(named(ceasefire)),
                Cell::Text(said(snapshot, &party, ceasefire)),
                reservation.map_or(Cell::Empty, Cell::Text),
            ];
            table.row(format!("{stream}/{party}"), party, cells);
        }
    }
    table
}

fn said(snapshot: &Snapshot, party: &str, ceasefire: &Ceasefire) -> String {
    if let Some(accepted) = ceasefire.accepted.get(party) {
        format!("accepted under its own key, {}", day(accepted.at))
    } else if let Some(at) = ceasefire.declined.get(party) {
        format!("declined, {}", day(*at))
    } else {
        let said = match accepting(snapshot, party, ceasefire) {
            Some(seq) if is_suspect(snapshot, seq) => {
                "an instrument accepts it, which is under suspicion"
            }
            Some(_) => "accepted by instrument, not signed by its own key",
            None => "nothing",
        };
        said.to_owned()
    }
}

/// Where a proposal stands when instruments count as well.
pub(super) fn status(snapshot: &Snapshot, ceasefire: &Ceasefire) -> Status {
    let stands_for = |party: &str| {
        accepting(snapshot, party, ceasefire).is_some_and(|seq| !is_suspect(snapshot, seq))
    };
    let accepted = |party: &&String| {
        ceasefire.accepted.contains_key(*party)
            || (stands_for(party) && !ceasefire.declined.contains_key(*party))
    };
    let parties = parties(snapshot);
    match parties.iter().filter(accepted).count() {
        0 => ceasefire.status(),
        some if some == parties.len() => Status::Agreed,
        _ => Status::PartlyAccepted,
    }
}

/// The parties of the charter in force.
fn parties(snapshot: &Snapshot) -> BTreeSet<String> {
    let charter = snapshot.families().basis().terms.latest();
    charter.map(|c| c.parties.keys().cloned().collect()).unwrap_or_default()
}

/// The entry that deposited the instrument by which a party accepts this proposal.
fn accepting(snapshot: &Snapshot, party: &str, ceasefire: &Ceasefire) -> Option<u64> {
    let deposited = all_deposited(snapshot, "ceasefire.accepted", &ceasefire.text_digest);
    let since = (ceasefire.proposed, ceasefire.proposed_at);
    let standing = deposited.standing(party, since, |seq| is_suspect(snapshot, seq));
    standing.map(|deposit| deposit.seq)
}

fn is_suspect(snapshot: &Snapshot, seq: u64) -> bool {
    snapshot.families().basis().amendments.suspects_behind(seq).next().is_some()
}

/// The parties for which an instrument stands that means an event of this type with this text.
pub(crate) fn deposited(
    snapshot: &Snapshot,
    stands_for: &str,
    text_digest: &str,
) -> BTreeSet<String> {
    all_deposited(snapshot, stands_for, text_digest).parties.into_keys().collect()
}

fn all_deposited(snapshot: &Snapshot, stands_for: &str, text_digest: &str) -> Deposited {
    let subject = instrument::subject(stands_for, text_digest);
    let fact = snapshot.families().fact(INSTRUMENT_DEPOSITED, &subject);
    fact.and_then(|fact| serde_json::from_value(fact).ok()).unwrap_or_default()
}
