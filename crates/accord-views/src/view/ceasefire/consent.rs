//! What each party has said to each ceasefire, and how.

use super::{Listed, named};
use crate::replay::Snapshot;
use crate::view::figure::day;
use crate::view::{Cell, Table};
use accord_ceasefire::state::{Ceasefire, Status};
use accord_ceasefire::{INSTRUMENT_DEPOSITED, instruments};
use accord_projection::Facts;
use serde_json::Value;
use std::collections::BTreeSet;

/// A row for each party of each ceasefire. Words only: two families have a part in them.
pub(super) fn table(snapshot: &Snapshot, listed: &[Listed]) -> Table {
    let columns = [("ceasefire", "ceasefire"), ("said", "said"), ("reservation", "reservation")];
    let mut table = Table::new("acceptances", "What each party has said", &columns);
    for (stream, ceasefire) in listed.iter().rev() {
        let deposited = accepted_by_deposit(snapshot, ceasefire);
        let mut parties = parties(snapshot);
        parties.extend(ceasefire.accepted.keys().cloned());
        parties.extend(ceasefire.declined.keys().cloned());
        for party in parties {
            let reservation = ceasefire.accepted.get(&party).and_then(|a| a.reservation.clone());
            let cells = vec![
                Cell::Text(named(ceasefire)),
                Cell::Text(said(&party, ceasefire, &deposited)),
                reservation.map_or(Cell::Empty, Cell::Text),
            ];
            table.row(format!("{stream}/{party}"), party, cells);
        }
    }
    table
}

fn said(party: &str, ceasefire: &Ceasefire, deposited: &BTreeSet<String>) -> String {
    if let Some(accepted) = ceasefire.accepted.get(party) {
        format!("accepted under its own key, {}", day(accepted.at))
    } else if let Some(at) = ceasefire.declined.get(party) {
        format!("declined, {}", day(*at))
    } else if deposited.contains(party) {
        "accepted by instrument, not signed by its own key".to_owned()
    } else {
        "nothing".to_owned()
    }
}

/// Where a proposal stands when instruments count as well.
pub(super) fn status(snapshot: &Snapshot, ceasefire: &Ceasefire) -> Status {
    let deposited = accepted_by_deposit(snapshot, ceasefire);
    let accepted = |party: &&String| {
        ceasefire.accepted.contains_key(*party)
            || (deposited.contains(*party) && !ceasefire.declined.contains_key(*party))
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

fn accepted_by_deposit(snapshot: &Snapshot, ceasefire: &Ceasefire) -> BTreeSet<String> {
    deposited(snapshot, "ceasefire.accepted", &ceasefire.text_digest)
}

/// The parties for which an instrument stands that means an event of this type with this text.
pub(crate) fn deposited(
    snapshot: &Snapshot,
    stands_for: &str,
    text_digest: &str,
) -> BTreeSet<String> {
    let subject = instruments(stands_for, text_digest);
    let fact = snapshot.families().fact(INSTRUMENT_DEPOSITED, &subject);
    let parties = fact.as_ref().and_then(|fact| fact.get("parties")).and_then(Value::as_array);
    parties.into_iter().flatten().filter_map(|p| p.as_str()).map(ToOwned::to_owned).collect()
}
