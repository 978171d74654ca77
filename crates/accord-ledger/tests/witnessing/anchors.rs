//! Checkpoints in the record, and what they say of the time of entries.

use super::*;
use accord_format::checkpoint::Checkpoint;
use accord_format::hash::NodeHash;

#[test]
fn a_checkpoint_that_met_its_quorum_is_anchored_once() {
    let (mut kit, mut witnesses) = witnessed();
    let one = publish(&mut kit, &mut witnesses);
    grow(&mut kit, 1);
    let two = publish(&mut kit, &mut witnesses);
    assert_eq!(anchor(&mut kit, &[&two, &one]), "anchor-not-newer");
    assert_eq!(anchor(&mut kit, &[&one, &two]), "accepted");
    assert_eq!(anchor(&mut kit, &[&two]), "anchor-not-newer");
    let kernel = kit.verify().1;
    assert_eq!(kernel.last_anchored(), 2);
    assert_eq!(
        kernel.anchors().iter().map(|a| (a.seq, a.cosigned.size)).collect::<Vec<_>>(),
        [(2, 1), (2, 2)]
    );
    assert_eq!(codes(&kit), Vec::<&str>::new());
}

#[test]
fn only_the_operator_anchors_and_only_what_counts() {
    let (mut kit, mut witnesses) = witnessed();
    let good = publish(&mut kit, &mut witnesses);
    let (a, b) = (key("authority-a/k", 11), key("authority-b/k", 12));
    let payload = anchoring(&[&good]);
    let by_authority = [(&a, "key_authority"), (&b, "key_authority")];
    let event = kit.event("checkpoint.anchored", "checkpoint/main", &payload, &by_authority);
    assert_eq!(kit.append(&event), "not-operator");

    let origin = kit.origin();
    let resigned = |size, root, seed: u8| {
        let head = Checkpoint { origin: origin.clone(), size, root };
        let note = head.sign(&[&key(&origin, seed)]).unwrap();
        let lines = [witnesses.line("w1", &note), witnesses.line("w2", &note)];
        note.with_signatures(&lines).unwrap()
    };
    let root = good.checkpoint().root;
    let other = NodeHash::from_bytes([7; 32]);
    let (elsewhere, unsigned) = (resigned(1, other, 2), resigned(1, root, 3));
    let beyond = resigned(2, other, 2);
    let alone = kit.ledger().bench().kernel.origin();
    let under = |keep: &[&str]| {
        let lines = good.note().signatures().iter().filter(|l| keep.contains(&l.name.as_str()));
        let note =
            accord_format::note::Note::new(good.note().text(), &lines.cloned().collect::<Vec<_>>());
        SignedCheckpoint::parse(note.unwrap().to_text().as_bytes()).unwrap()
    };
    let one = under(&[&alone, "w1.example/witness"]);
    assert_eq!(anchor(&mut kit, &[&elsewhere]), "anchor-elsewhere");
    assert_eq!(anchor(&mut kit, &[&unsigned]), "anchor-invalid");
    assert_eq!(anchor(&mut kit, &[&beyond]), "anchor-beyond");
    assert_eq!(anchor(&mut kit, &[&one]), "anchor-quorum");
    assert_eq!(anchor(&mut kit, &[]), "anchor-invalid");
    assert_eq!(anchor(&mut kit, &[&good; 17]), "anchor-invalid");
    let mut forged = good.to_text();
    let at = forged.len() - 5;
    forged.replace_range(at..=at, if &forged[at..=at] == "A" { "B" } else { "A" });
    let forged = SignedCheckpoint::parse(forged.as_bytes()).unwrap();
    assert_eq!(anchor(&mut kit, &[&forged]), "anchor-quorum");
    let operator = key("operator/main", 1);
    for lines in [json!([]), json!(["x"]), json!(["a\u{e9}", "1", "x", "", "y"])] {
        let payload = json!({"checkpoints": [lines]});
        let says =
            kit.says((&operator, "operator"), "checkpoint.anchored", "checkpoint/main", &payload);
        assert_eq!(says, "anchor-invalid");
    }
    assert_eq!(anchor(&mut kit, &[&good]), "accepted");
}

#[test]
fn without_witnesses_there_is_nothing_to_anchor() {
    let mut kit = Kit::new();
    kit.ledger().publish().unwrap();
    let note = published(&kit).unwrap();
    assert_eq!(anchor(&mut kit, &[&note]), "anchor-quorum");
}

/// The chain of anchors passes every change of the policy, too.
#[test]
fn a_change_of_policy_is_anchored_under_both() {
    let (mut kit, _) = witnessed();
    let mut witnesses = Witnesses::new(&[1, 2, 3, 4]);
    publish(&mut kit, &mut witnesses);
    assert_eq!(change_policy(&mut kit, &policy(&[4], &["quorum w4"])), "accepted");
    let handover = publish(&mut kit, &mut witnesses);
    grow(&mut kit, 1);
    witnesses.down(&["w1", "w2", "w3"]);
    let after = publish(&mut kit, &mut witnesses);
    assert_eq!(anchor(&mut kit, &[&after]), "anchor-quorum");
    assert_eq!(anchor(&mut kit, &[&handover, &after]), "accepted");
    assert_eq!(codes(&kit), Vec::<&str>::new());
}

/// What the writer, verification and a writer that opens the ledger anew know is the same.
#[test]
fn witnesses_are_state() {
    let (mut kit, mut witnesses) = witnessed();
    let note = publish(&mut kit, &mut witnesses);
    assert_eq!(anchor(&mut kit, &[&note]), "accepted");
    assert_eq!(
        change_policy(&mut kit, &policy(&[4, 10], &["group g all w4 w10", "quorum g"])),
        "accepted"
    );
    kit.agreed();
    let kernel = kit.ledger().bench().kernel.clone();
    let kept = serde_json::to_string(&kernel).unwrap();
    assert_eq!(serde_json::from_str::<accord_ledger::kernel::Kernel>(&kept).unwrap(), kernel);
}

/// An entry of an anchor in a record is judged by verification as by the writer.
#[test]
fn a_record_is_read_with_its_anchors() {
    let (mut kit, mut witnesses) = witnessed();
    let note = publish(&mut kit, &mut witnesses);
    assert_eq!(anchor(&mut kit, &[&note]), "accepted");
    let record = Record::of(kit.reader());
    let kernel = record.kernel(None).unwrap();
    assert_eq!(kernel.anchors().len(), 1);
}
