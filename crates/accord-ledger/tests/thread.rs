//! The thinnest thread: a ledger is made, a mission is enrolled, a record is kept, and verified.

mod kit;

use accord_ledger::verify::{self, Verdict};
use kit::{Kit, outcome_code};
use serde_json::json;

fn verified(kit: &Kit) -> verify::Report {
    verify::verify(&kit.reader(), verify::Options::default(), &mut ()).0
}

#[test]
fn a_new_ledger_verifies() {
    let mut kit = Kit::new();
    let report = verified(&kit);
    assert_eq!(report.problems, []);
    assert_eq!(report.voids, []);
    assert_eq!(report.size, 5);
    assert_eq!(report.authority(), Verdict::Holds);
    assert_eq!(report.admission(), Verdict::NotEstablished);
    kit.ledger().publish().unwrap();
    assert!(verified(&kit).is_sound());
    let opened = kit.reopen();
    assert_eq!(opened.indexed, 5);
    assert!(verified(&kit).is_sound());
}

#[test]
fn the_same_text_gets_its_first_receipt() {
    let mut kit = Kit::new();
    let (mission, disputed) =
        (kit::key("mission/field-3", 21), json!({"target": kit.id, "ground": "x"}));
    let event = kit.event("record.disputed", "record/", &disputed, &[(&mission, "mission")]);
    let first = kit.submit(&event);
    let again = kit.submit(&event);
    let (
        accord_ledger::Outcome::Accepted { receipt, .. },
        accord_ledger::Outcome::Repeated { receipt: repeated },
    ) = (&first, &again)
    else {
        panic!("{} {}", outcome_code(&first), outcome_code(&again));
    };
    assert_eq!(receipt.header(), repeated.header());
    let keys = kit.ledger().bench().kernel.checkpoint_keys(6).to_vec();
    let entry = receipt.verify(event.clone(), &kit.origin(), &keys).unwrap();
    assert_eq!(entry.header.seq, 5);
}

/// The receipt was promised when the text was taken in; what became of its author since then, or of
/// the rules, is no reason to hold it back.
#[test]
fn the_first_receipt_comes_before_every_other_check() {
    let mut kit = Kit::new();
    let mission = kit::key("mission/field-3", 21);
    let endorsed = json!({"target": kit.id});
    let event = kit.event("record.endorsed", "record/", &endorsed, &[(&mission, "mission")]);
    let accord_ledger::Outcome::Accepted { receipt, .. } = kit.submit(&event) else {
        panic!("not accepted")
    };
    let revocation =
        json!({"participant": "mission", "key": mission.id_string(), "reason": "compromised"});
    let revoked = kit.authority_says("key.revoked", "participant/mission", &revocation);
    assert_eq!(revoked, "accepted");
    // Its next event is refused, the earlier one gets what it was given.
    let next = kit.event("record.endorsed", "record/", &endorsed, &[(&mission, "mission")]);
    assert_eq!(kit.append(&next), "key-revoked");
    let again = kit.submit(&event);
    let accord_ledger::Outcome::Repeated { receipt: repeated } = &again else {
        panic!("{}", outcome_code(&again));
    };
    assert_eq!(receipt.header(), repeated.header());
}
