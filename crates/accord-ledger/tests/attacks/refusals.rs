//! Refusals that are judged again.

use super::*;

/// The refusal of the second event rests on the first, of the same batch: whoever judges again
/// must be told to do so with the first one in.
#[test]
fn a_refusal_names_the_entries_that_it_was_judged_over() {
    let mut kit = Kit::new();
    let party = key("north/liaison", 23);
    let target = kit.id;
    let signers = [(&party, "party")];
    let first = kit.event("record.endorsed", "record/", &json!({"target": target}), &signers);
    let mut draft =
        kit.draft("record.endorsed", &first.event().stream, &json!({"target": target}), &signers);
    draft.id.clone_from(&first.event().id);
    let second = SignedEvent::sign(&draft.to_line().unwrap(), &[&party]).unwrap();
    let third = kit.event("record.endorsed", "record/", &json!({"target": target}), &signers);
    let batch = [&first, &second, &third]
        .map(|e| Submission { note: e.note().as_bytes().to_vec(), at: None });
    let before = kit.ledger().size();
    let outcomes = kit.ledger().append(&batch).unwrap();
    let Outcome::Refused { note: Some(note), rejection, .. } = &outcomes[1] else {
        panic!("{:?}", outcomes[1])
    };
    assert_eq!(rejection.code, "id-conflict");
    let refusal = Refusal::open(note.as_bytes(), key("operator/main", 1).vkey()).unwrap();
    let record = Record::of(kit.reader());
    let root = merkle::root(&record.view(), before + 1).unwrap();
    assert_eq!((refusal.size, refusal.root), (before + 1, root));
}
