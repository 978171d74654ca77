//! Streams that somebody else has opened.

use super::*;

fn charter() -> Charter {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/twelve-point.toml");
    Charter::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// An id is unique within its participant only, so another may use it too, and would then open
/// the same stream. A single party may propose charters; it must not replace the one in force.
#[test]
fn the_charter_in_force_is_not_replaced_by_a_proposal_of_the_same_id() {
    let mut kit = Kit::new();
    let desk = key("secretariat/desk", 24);
    let party = key("ua/liaison", 61);
    assert_eq!(kit.enrol(&party, "ua", &["party"]), "accepted");
    let original = charter();
    let signers = [(&desk, "secretariat")];
    let proposal = json!({"charter": original});
    let first = kit.event("charter.proposed", "charter/", &proposal, &signers);
    assert_eq!(kit.append(&first), "accepted");
    let stream = first.event().stream.clone();
    let adopted = says(&mut kit, &desk, "secretariat", "charter.adopted", &stream, &json!({}));
    assert_eq!(adopted, "accepted");
    let mut forged = original.clone();
    forged.title = "Another agreement".into();
    let payload = json!({"charter": forged});
    let second = with_id_of(&mut kit, &first, "charter.proposed", &payload, &party, "party");
    assert_eq!(kit.append(&second), "stream-exists");
    assert_eq!(kit.ledger().bench().kernel.charter(), Some(&original));
    kit.ledger().publish().unwrap();
    kit.reopen();
    assert_eq!(kit.ledger().bench().kernel.charter(), Some(&original));
    assert!(sound(&kit));
}

#[test]
fn a_delegation_is_not_replaced_by_another_of_the_same_id() {
    let mut kit = Kit::new();
    let (mission, party) = (key("mission/head", 22), key("north/liaison", 23));
    let until = instant(86_400).to_string();
    let loan = |to: &str, role: &str| json!({"to": to, "role": role, "types": ["record.endorsed"], "until": until});
    let lent = kit.event(
        "delegation.granted",
        "delegation/",
        &loan("north", "mission"),
        &[(&mission, "mission")],
    );
    assert_eq!(kit.append(&lent), "accepted");
    let payload = loan("secretariat", "party");
    let same = with_id_of(&mut kit, &lent, "delegation.granted", &payload, &party, "party");
    assert_eq!(kit.append(&same), "stream-exists");
    assert_eq!(endorse(&mut kit, &party, "mission"), "accepted");
}

#[test]
fn a_dispute_is_not_taken_over_in_one_batch() {
    let mut kit = Kit::new();
    let (mission, party) = (key("mission/head", 22), key("north/liaison", 23));
    let (target, decoy) = (kit.id, {
        let event = kit.event(
            "record.endorsed",
            "record/",
            &json!({"target": kit.id}),
            &[(&party, "party")],
        );
        assert_eq!(kit.append(&event), "accepted");
        event.event().hash()
    });
    let payload = json!({"target": target, "ground": "wrong count"});
    let dispute = kit.event("record.disputed", "record/", &payload, &[(&mission, "mission")]);
    let other = json!({"target": decoy, "ground": "x"});
    let hijack = with_id_of(&mut kit, &dispute, "record.disputed", &other, &party, "party");
    let batch =
        [&dispute, &hijack].map(|e| Submission { note: e.note().as_bytes().to_vec(), at: None });
    let outcomes = kit.ledger().append(&batch).unwrap();
    assert_eq!(
        outcomes.iter().map(outcome_code).collect::<Vec<_>>(),
        ["accepted", "stream-exists"]
    );
    let disputes = kit.ledger().bench().kernel.records().disputes();
    assert_eq!(disputes[&dispute.event().stream].target, target);
}
