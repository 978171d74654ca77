//! Whose keys count in evidence, when the keys change; and evidence from verification.

use super::*;
use accord_format::head::{Head, Pair};
use accord_ledger::check::CheckError;
use accord_ledger::evidence::{Evidence, KeyHistory};
use accord_ledger::verify::{self, Held};

fn rotate(kit: &mut Kit, seed: u8) {
    let new = key(&kit.origin(), seed);
    let payload = json!({"checkpoint_keys": [new.vkey().typed_base64()]});
    let said = kit.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &payload);
    assert_eq!(said, "accepted");
}

#[test]
fn pins_follow_the_keys_through_a_rotation() {
    let mut kit = Kit::with_domain();
    let mut known = vec![pin(&published(&mut kit), &[])];
    rotate(&mut kit, 3);
    known.push(pin(&grow(&mut kit, 0, 5), &known));
    // What was looked at before is not looked at again, and is there all the same.
    assert_eq!(known[1].head.keys.len(), 2);
    known.push(pin(&grow(&mut kit, 5, 5), &known));
    assert_eq!(known[2], pin(&Record::of(kit.reader()), &[]));
    assert_eq!(known[2].head.keys.len(), 2);
    // A fork behind the rotation is told by the new key.
    let mut other = Kit::with_domain();
    rotate(&mut other, 3);
    let proof = fork(pins::compare(&grow(&mut other, 100, 20), &known).unwrap());
    assert_eq!(names(&convinces(&proof, &kit).by_both), [key(&kit.origin(), 3).id_string()]);
}

/// The histories part before the rotation: each is signed as it says it must be, and no key signed
/// both. That is a fork, and it does not say whose.
#[test]
fn a_fork_before_a_rotation_accuses_no_single_key() {
    let mut kit = Kit::with_domain();
    rotate(&mut kit, 3);
    let known = vec![pin(&grow(&mut kit, 0, 5), &[])];
    let mut other = Kit::with_domain();
    let fork = convinces(&fork(pins::compare(&grow(&mut other, 100, 20), &known).unwrap()), &kit);
    assert_eq!(names(&fork.by_both), Vec::<String>::new());
    let [old, new] = [2, 3].map(|seed| key(&kit.origin(), seed).id_string());
    assert_eq!((names(&fork.by_one.0), names(&fork.by_one.1)), (vec![new], vec![old]));
}

/// Somebody who has a key that was rotated away signs a head of today's size: that is no head.
#[test]
fn a_key_that_was_rotated_away_signs_nothing_new() {
    let mut kit = Kit::with_domain();
    rotate(&mut kit, 3);
    let honest = pin(&grow(&mut kit, 0, 5), &[]).head;
    let mut forged = honest.checkpoint.checkpoint().clone();
    forged.root = accord_format::hash::NodeHash::from_bytes([6; 32]);
    let by = |seed| forged.clone().sign(&[&key(&kit.origin(), seed)]).unwrap();
    let proof = |forged| {
        let heads = Pair::new(Head::bare(forged), honest.clone()).unwrap();
        let Ok(proof) =
            FraudProof::between(heads, [].as_slice() as &[accord_format::hash::NodeHash]);
        proof
    };
    let found = check::fraud(&proof(by(2)).to_bytes(), &kit.id);
    assert!(matches!(found, Err(CheckError::Checkpoint(_))), "{found:?}");
    assert!(check::fraud(&proof(by(3)).to_bytes(), &kit.id).is_ok());
}

/// Nobody puts a key of his own into force by writing an entry, not even whoever has one of the
/// authority's keys.
#[test]
fn nobody_forges_a_fraud_proof_through_a_rotation() {
    let mut kit = Kit::with_domain();
    let record = grow(&mut kit, 0, 5);
    let honest = pin(&record, &[]).head;
    let thief = NoteSigner::from_seed(&kit.origin(), &[66; 32]).unwrap();
    let payload = json!({"checkpoint_keys": [thief.vkey().typed_base64()]});
    let authority = key("authority-a/k", 11);
    let rotation = kit.event(
        "ledger.checkpoint_keys_rotated",
        "ledger/main",
        &payload,
        &[(&authority, "key_authority")],
    );
    let genesis = record.entry(0).unwrap();
    let header = accord_format::entry::Header { seq: 1, prev: genesis.hash(), ..genesis.header };
    let rotation = accord_format::entry::Entry::new(header, rotation);
    let entries = [genesis, rotation];
    let leaves: Vec<_> =
        entries.iter().map(|e| accord_format::merkle::leaf_hash(&e.to_bytes())).collect();
    let (origin, root) = (kit.origin(), accord_format::merkle::root_of(&leaves));
    let head = accord_format::checkpoint::Checkpoint { origin, size: 2, root };
    let keys = entries.into_iter().map(|entry| {
        let Ok(hashes) =
            accord_format::merkle::inclusion_proof(leaves.as_slice(), entry.header.seq, 2);
        accord_format::bundle::ProvenEntry { entry, hashes }
    });
    let forged = Head { checkpoint: head.sign(&[&thief]).unwrap(), keys: keys.collect() };
    let heads = Pair::new(forged, honest).unwrap();
    let proof = FraudProof::between(heads, &record.view()).unwrap();
    assert!(proof.verify_contradiction().is_ok());
    let found = check::fraud(&proof.to_bytes(), &kit.id);
    assert!(matches!(found, Err(CheckError::KeyHistory { seq: 1, .. })), "{found:?}");
}

/// What was read of the key history alone is what folding everything finds.
#[test]
fn the_key_history_is_that_of_the_kernel() {
    let mut kit = Kit::with_domain();
    rotate(&mut kit, 3);
    grow(&mut kit, 0, 300);
    let a = key("authority-a/k", 11);
    let a2 = key("authority-a/k2", 14);
    let rotated = json!({"participant": "authority-a", "old_key": a.id_string(), "vkey": a2.vkey(),
        "possession": accord_format::possession::prove(&kit.id, "authority-a", &a2)});
    let said = kit.says((&a, "key_authority"), "key.rotated", "participant/authority-a", &rotated);
    assert_eq!(said, "accepted");
    let record = published(&mut kit);
    let kernel = record.kernel(None).unwrap();
    let mut history = KeyHistory::begin(&record.view()).unwrap();
    history.read_to(&record.view(), record.size()).unwrap();
    let head = history.head(&record.view(), record.head().unwrap()).unwrap();
    let seqs: Vec<u64> = head.keys.iter().map(|proven| proven.entry.header.seq).collect();
    assert_eq!(seqs, kernel.key_history(record.size()).collect::<Vec<_>>());
    assert_eq!(seqs.len(), 3);
}

fn held_against(kit: &Kit, held: &[u8]) -> verify::Report {
    let options = verify::Options {
        admission: kit::admission(true),
        held: vec![Held::parse(held).unwrap()],
        ..verify::Options::default()
    };
    verify::verify(&kit.reader(), options, &mut ()).0
}

fn against(kit: &Kit, held: &[u8]) -> (Vec<&'static str>, Vec<Evidence>, Vec<String>) {
    let report = held_against(kit, held);
    let codes = report.problems.iter().map(|problem| problem.code).collect();
    (codes, report.evidence, report.notes)
}

/// The receipt of an entry that a ledger of the same id lacks.
#[test]
fn a_receipt_makes_evidence_against_a_record_without_its_entry() {
    let mut kit = Kit::with_domain();
    let record = grow(&mut kit, 0, 10);
    let (seq, head) = (record.size() - 3, record.head().unwrap());
    let receipt = record.receipt(seq, &head).unwrap().to_text();
    assert_eq!(against(&kit, receipt.as_bytes()), (vec![], vec![], vec![]));

    // Cut off: an older copy, and nothing contradicts it.
    let mut cut = Kit::with_domain();
    grow(&mut cut, 0, 2);
    let (codes, evidence, _) = against(&cut, receipt.as_bytes());
    assert_eq!(codes, ["tail-cut"]);
    let [Evidence::Rollback(rollback)] = &*evidence else { panic!("{evidence:?}") };
    let behind = check::rollback(&rollback.to_bytes(), &kit.id).unwrap();
    assert_eq!((behind.smaller.size, behind.larger.size), (record.size() - 8, record.size()));
    assert!(check::fraud(&rollback.to_bytes(), &kit.id).is_err());

    // Regrown, of the same size and beyond: two histories.
    let mut other = Kit::with_domain();
    for more in [10, 5] {
        grow(&mut other, 200, more);
        let (codes, evidence, _) = against(&other, receipt.as_bytes());
        assert_eq!(codes, ["receipt-entry", "history-rewritten"]);
        let [Evidence::Fraud(proof)] = &*evidence else { panic!("{evidence:?}") };
        assert_eq!(names(&convinces(proof, &kit).by_both), [key(&kit.origin(), 2).id_string()]);
    }
}

/// What is held must itself be signed, or it convinces nobody.
#[test]
fn an_unsigned_claim_makes_no_evidence() {
    let mut kit = Kit::with_domain();
    let record = grow(&mut kit, 0, 10);
    let thief = NoteSigner::from_seed(&kit.origin(), &[66; 32]).unwrap();
    for more in [0, 5] {
        let mut head = record.head().unwrap().checkpoint().clone();
        head.root = accord_format::hash::NodeHash::from_bytes([6; 32]);
        head.size += more;
        let claim = head.sign(&[&thief]).unwrap().to_text();
        let (codes, evidence, notes) = against(&kit, claim.as_bytes());
        assert_eq!(codes, [] as [&str; 0]);
        assert_eq!((evidence, notes), (vec![], vec![]));
        let report = held_against(&kit, claim.as_bytes());
        let [unfit] = &*report.uncompared else { panic!("{:?}", report.uncompared) };
        assert_eq!((unfit.held, unfit.code, report.compared), (0, "held-key-unknown", 0));
        assert!(unfit.detail.contains(&thief.vkey().id_string()), "{}", unfit.detail);
    }
    // A line under a key of the ledger that does not verify, and another ledger's checkpoint.
    let mut head = record.head().unwrap().checkpoint().clone();
    head.root = accord_format::hash::NodeHash::from_bytes([6; 32]);
    let forged = head.to_text() + &record.head().unwrap().to_text()[head.to_text().len()..];
    let stranger = NoteSigner::from_seed("ledger.example/other", &[2; 32]).unwrap();
    head.origin = "ledger.example/other".to_owned();
    for held in [forged, head.sign(&[&stranger]).unwrap().to_text()] {
        let report = held_against(&kit, held.as_bytes());
        assert!(report.is_sound(), "{:?}", report.problems);
        assert_eq!(
            report.uncompared.iter().map(|u| u.code).collect::<Vec<_>>(),
            ["held-not-of-ledger"]
        );
    }
}

/// A record that ends, or goes elsewhere, before the checkpoint key was rotated knows nothing of the
/// key under which an honest holder's head stands. A bundle or a pin tells it.
#[test]
fn a_rotation_does_not_take_the_evidence_away() {
    let mut kit = Kit::with_domain();
    grow(&mut kit, 0, 4);
    rotate(&mut kit, 3);
    let record = grow(&mut kit, 50, 6);
    let (seq, head) = (record.size() - 2, record.head().unwrap());
    let receipt = record.receipt(seq, &head).unwrap().to_text().into_bytes();
    let bundle = record.bundle(&record.kernel(None).unwrap(), seq, &head).unwrap().to_bytes();
    let pin = pin(&record, &[]).to_bytes();
    for held in [&receipt, &bundle, &pin] {
        let report = held_against(&kit, held);
        assert!(report.is_sound() && report.uncompared.is_empty(), "{:?}", report.problems);
        assert_eq!(report.compared, 1);
    }

    // Rolled back to before the rotation, then grown otherwise.
    let mut other = Kit::with_domain();
    for (from, more, code) in [(0, 4, "tail-cut"), (200, 20, "history-rewritten")] {
        grow(&mut other, from, more);
        let report = held_against(&other, &receipt);
        assert!(report.is_sound());
        assert_eq!(report.uncompared[0].code, "held-key-unknown");
        for held in [&bundle, &pin] {
            let report = held_against(&other, held);
            assert!(report.problems.iter().any(|p| p.code == code), "{:?}", report.problems);
            let [evidence] = &*report.evidence else { panic!("{:?}", report.notes) };
            match evidence {
                Evidence::Rollback(rollback) => {
                    check::rollback(&rollback.to_bytes(), &kit.id).unwrap();
                }
                Evidence::Fraud(proof) => {
                    assert_eq!(names(&convinces(proof, &kit).by_both), [] as [String; 0]);
                }
                Evidence::Misdated(_) => panic!("nothing was misdated"),
            }
        }
    }

    // What brings along another ledger's history says nothing.
    let foreign = hybrid();
    let report = held_against(&foreign, &bundle);
    assert_eq!(report.uncompared[0].code, "held-not-of-ledger");
}

fn hybrid() -> Kit {
    Kit::bare_with(|genesis| {
        genesis.checkpoint_keys.push(kit::quantum_key("x", 4).vkey().typed_base64());
        genesis.suites.push("ml-dsa-44".to_owned());
    })
}

/// A ledger with a key of each algorithm: heads are signed with both, receipts with Ed25519 alone,
/// and either is held against whoever signed.
#[test]
fn hybrid_ledgers_are_held_to_both_keys() {
    let hybrid = |enrolled: &str| {
        let mut kit = hybrid();
        let first = pin(&published(&mut kit), &[]);
        assert_eq!(
            kit.enrol(&key(enrolled, 21), enrolled.split_once('/').unwrap().0, &["party"]),
            "accepted"
        );
        (published(&mut kit), kit, first)
    };
    let ((one, kit, first), (other, other_kit, _)) = (hybrid("north/desk"), hybrid("south/desk"));
    let known = [first.clone(), pin(&one, &[first])];
    let fork = convinces(&fork(pins::compare(&other, &known).unwrap()), &kit);
    let [plain, quantum] =
        [key(&kit.origin(), 2).id_string(), kit::quantum_key(&kit.origin(), 4).vkey().id_string()];
    assert_eq!(names(&fork.by_both), [plain.clone(), quantum.clone()]);
    let receipt = one.receipt(1, &one.head().unwrap()).unwrap().to_text();
    let (_, evidence, _) = against(&other_kit, receipt.as_bytes());
    let [Evidence::Fraud(proof)] = &*evidence else { panic!("{evidence:?}") };
    let fork = convinces(proof, &kit);
    assert_eq!((names(&fork.by_both), names(&fork.by_one.1)), (vec![plain], vec![quantum]));
}
