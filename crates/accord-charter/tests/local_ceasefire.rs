//! The charter of a local ceasefire: sound, and with nothing in common with the twelve-point agreement
//! but what every agreement has.

use accord_charter::{Charter, check};
use std::collections::BTreeSet;

const LOCAL: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/local-ceasefire.toml"));
const TWELVE_POINT: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/twelve-point.toml"));

#[test]
fn passes() {
    let report = check(LOCAL);
    assert_eq!(report.problems, [], "{report}");
    assert!(report.complete && report.is_sound());
}

#[test]
fn shares_no_code_with_the_other_agreement() {
    let (local, other) =
        (Charter::from_toml(LOCAL).unwrap(), Charter::from_toml(TWELVE_POINT).unwrap());
    let codes = |charter: &Charter| -> BTreeSet<String> {
        let board = charter.board.as_ref().unwrap();
        let all = charter.parties.keys().chain(charter.participants.keys());
        let all = all.chain(charter.roles.keys()).chain(charter.provisions.keys());
        let all = all.chain(charter.categories.keys()).chain(board.seats.keys());
        all.cloned().collect()
    };
    let shared: Vec<_> = codes(&local).intersection(&codes(&other)).cloned().collect();
    assert_eq!(shared, Vec::<String>::new());
    assert!(local.families.len() < other.families.len());
    for (code, clock) in &local.clocks {
        let elsewhere = other.clock(code).unwrap();
        assert_ne!(clock.length, elsewhere.length, "{code}");
    }
}
