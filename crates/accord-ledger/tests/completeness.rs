//! The committed index: the operator commits to the truth or is named, and what is proven from it
//! convinces somebody who has nothing but the file, the ledger id and a key.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly, as tests do")]

mod kit;

use accord_format::completeness::{
    Commitment, Index, Key, Proof, ProofError, SignedStatement, StatementError,
};
use accord_format::entry::{Entry, Header};
use accord_format::event::SignedEvent;
use accord_format::hash::{EventHash, IndexHash};
use accord_format::key::VKey;
use accord_ledger::completeness::{
    self, Complete, CompletenessError, Proven, check, prove, recompute, statement, survey, vouched,
};
use accord_ledger::{Outcome, Record, Submission};
use accord_store::Store;
use kit::{Kit, key, outcome_code};
use serde_json::json;

/// A ledger in which two parties have said something.
fn lively() -> Kit {
    let mut kit = Kit::with_domain();
    reports(&mut kit, 5);
    kit
}

fn reports(kit: &mut Kit, count: usize) {
    let mission = key("mission/field-3", 21);
    for _ in 0..count {
        let said = kit.says((&mission, "mission"), "test.reported", "test/", &json!({"count": 1}));
        assert_eq!(said, "accepted");
    }
}

fn commit(kit: &mut Kit) -> u64 {
    let size = kit.ledger().size();
    let id = kit::uuid(0x00c0_0000 + i64::try_from(size).unwrap());
    let submission = kit.ledger().index_commitment(&id).unwrap();
    let outcome = kit.ledger().append(&[submission]).unwrap().pop().unwrap();
    assert_eq!(outcome_code(&outcome), "accepted", "{outcome:?}");
    size
}

/// Puts an event into the record as somebody does who has the operator's keys and other software.
fn force(kit: &mut Kit, event: SignedEvent) -> u64 {
    let kernel = kit.ledger().bench().kernel.clone();
    drop(kit.ledger.take());
    let (mut store, _) = Store::open(kit.disk.clone()).unwrap();
    let stream = &event.event().stream;
    let header = Header {
        seq: store.size(),
        revision: Record::of(kit.reader())
            .entries(0)
            .filter(|e| e.as_ref().unwrap().event().stream == *stream)
            .count() as u64,
        prev: store.last_entry_hash(),
        recorded: event.event().issued.timestamp().max(kernel.recorded()),
    };
    let entry = Entry::new(header, event).to_bytes();
    let keys = kit::operator_keys(&kit.origin());
    let mut sign = |size, root| Ok(keys.sign_checkpoint(&kernel, size, root).unwrap().to_text());
    store.commit(&[entry], &mut sign).unwrap();
    drop(store);
    kit.reopen();
    header.seq
}

fn record(kit: &mut Kit) -> Record {
    kit.ledger().publish().unwrap();
    Record::of(kit.reader())
}

fn proof(kit: &mut Kit, text: &str) -> Proof {
    let (record, kernel) = (record(kit), kit.ledger().bench().kernel.clone());
    let published = record.published().unwrap().unwrap();
    let key: Key = text.parse().unwrap();
    match prove(&record, &kernel, &key, u64::MAX, &published).unwrap() {
        Proven::Proof(proof) => *proof,
        other => unreachable!("{other:?}"),
    }
}

fn checked(kit: &Kit, proof: &Proof, keys: &[VKey]) -> Result<Complete, CompletenessError> {
    check(&proof.to_bytes(), &kit.id, keys)
}

/// What the mirror says of the last commitment.
fn vouch(kit: &mut Kit) -> SignedStatement {
    let (record, kernel) = (record(kit), kit.ledger().bench().kernel.clone());
    let last = survey(&record.view(), u64::MAX).unwrap().last.unwrap();
    let statement = statement(&record.view(), &kernel, &last).unwrap().unwrap();
    let note = statement.sign(&key("mirror.example/index", 90)).unwrap();
    SignedStatement::parse(note.to_text().as_bytes()).unwrap()
}

#[test]
fn the_operator_commits_to_what_anybody_computes() {
    let mut kit = lively();
    for _ in 0..2 {
        let size = commit(&mut kit);
        let record = record(&mut kit);
        let found = Commitment::of(record.entry(size).unwrap().event()).unwrap();
        let mut anew = recompute(&record.view(), size).unwrap();
        assert_eq!(found, Commitment { size, root: anew.root() });
        let survey = survey(&record.view(), u64::MAX).unwrap();
        assert_eq!((survey.last, survey.wrong), (Some(found), Vec::new()));
        reports(&mut kit, 3);
    }
    kit.agreed();
    // A writer that has just been opened knows as much.
    reports(&mut kit, 1);
    commit(&mut kit);
    kit.agreed();
}

#[test]
fn who_may_commit_and_to_what() {
    let mut kit = lively();
    let (operator, mission) = (key("operator/main", 1), key("mission/field-3", 21));
    let size = kit.ledger().size();
    let root = recompute(&record(&mut kit).view(), size).unwrap().root();
    let stream = "index/main";
    let good = json!({"size": size, "root": root});
    for (by, role, payload, code) in [
        (&mission, "mission", good.clone(), "not-operator"),
        (&mission, "operator", good.clone(), "role-not-held"),
        (&operator, "operator", json!({"size": size - 1, "root": root}), "index-size"),
        (&operator, "operator", json!({"size": size + 1, "root": root}), "index-size"),
        (&operator, "operator", json!({"size": size, "root": "ab".repeat(32)}), "index-root"),
        (&operator, "operator", json!({"size": size, "root": "AB".repeat(32)}), "payload-invalid"),
        (&operator, "operator", json!({"size": size, "root": root, "x": 1}), "payload-invalid"),
        (&operator, "operator", json!({"size": -1, "root": root}), "payload-invalid"),
    ] {
        assert_eq!(kit.says((by, role), "index.committed", stream, &payload), code, "{payload}");
    }
    let elsewhere = kit.says((&operator, "operator"), "index.committed", "index/x", &good);
    assert_eq!(elsewhere, "stream-wrong");
    let both = [(&operator, "operator"), (&mission, "mission")];
    let event = kit.event("index.committed", stream, &good, &both);
    assert_eq!(kit.append(&event), "not-operator");
    assert_eq!(kit.says((&operator, "operator"), "index.committed", stream, &good), "accepted");
    kit.agreed();
}

#[test]
fn a_commitment_counts_the_entries_before_it_in_its_batch() {
    let mut kit = lively();
    let mission = key("mission/field-3", 21);
    let submission = |event: &SignedEvent| Submission { note: event.note().into(), at: None };
    let report =
        kit.event("test.reported", "test/", &json!({"count": 1}), &[(&mission, "mission")]);
    // It was made for an empty place: another came first.
    let late = kit.ledger().index_commitment(&kit::uuid(0x00c1_0000)).unwrap();
    let size = kit.ledger().size();
    let mut index = recompute(&record(&mut kit).view(), size).unwrap();
    let outcomes = kit.ledger().append(&[submission(&report), late]).unwrap();
    let codes: Vec<_> = outcomes.iter().map(outcome_code).collect();
    assert_eq!(codes, ["accepted", "index-size"]);
    // And one that is made for the place behind it.
    let next = kit.event("test.reported", "test/", &json!({"count": 2}), &[(&mission, "mission")]);
    let taken = record(&mut kit).entry(size).unwrap();
    index.push(accord_format::merkle::leaf_hash(&taken.to_bytes()), taken.event());
    assert_eq!(recompute(&record(&mut kit).view(), size + 1).unwrap().root(), index.root());
    let operator = key("operator/main", 1);
    let wrong = json!({"size": size + 2, "root": index.root()});
    let wrong = kit.event("index.committed", "index/main", &wrong, &[(&operator, "operator")]);
    let outcomes = kit.ledger().append(&[submission(&next), submission(&wrong)]).unwrap();
    let codes: Vec<_> = outcomes.iter().map(outcome_code).collect();
    assert_eq!(codes, ["accepted", "index-root"], "it left out the entry before it in the batch");
    commit(&mut kit);
    kit.agreed();
}

#[test]
fn a_false_commitment_is_named_for_ever() {
    let mut kit = lively();
    commit(&mut kit);
    reports(&mut kit, 2);
    // The operator leaves one report out of the index that it commits to.
    let (size, operator) = (kit.ledger().size(), key("operator/main", 1));
    let hidden = size - 1;
    let mut index = Index::default();
    for entry in record(&mut kit).entries(0).map(Result::unwrap) {
        if entry.header.seq != hidden {
            index.push(accord_format::merkle::leaf_hash(&entry.to_bytes()), entry.event());
        }
    }
    let payload = json!({"size": size, "root": index.root()});
    let event = kit.event("index.committed", "index/main", &payload, &[(&operator, "operator")]);
    assert_eq!(kit.append(&event), "index-root", "its own software does not take it");
    let seq = force(&mut kit, event);
    assert_eq!(seq, size);
    reports(&mut kit, 2);
    let right = commit(&mut kit);
    let (report, _) = kit.verify();
    let named: Vec<_> = report.problems.iter().map(|p| (p.code, p.seq)).collect();
    assert_eq!(named, [("index-root", Some(seq))]);
    assert!(report.problems[0].detail.contains(&index.root().to_string()));
    assert_eq!(report.voids, []);
    let survey = survey(&record(&mut kit).view(), u64::MAX).unwrap();
    assert_eq!((survey.last.unwrap().size, survey.wrong), (right, vec![seq]));
    // Honest tools prove by the next right one.
    let proof = proof(&mut kit, "type/test.reported");
    assert_eq!(proof.size, right);
    assert_eq!(checked(&kit, &proof, &[]).unwrap().entries.len(), 9);
}

#[test]
fn what_commits_to_nothing_is_named_too() {
    for payload in [
        json!({"size": 7, "root": "ab".repeat(32)}),
        json!({"root": "ab".repeat(32)}),
        json!({"size": 10, "root": "no hash"}),
    ] {
        let mut kit = lively();
        let operator = key("operator/main", 1);
        let event =
            kit.event("index.committed", "index/main", &payload, &[(&operator, "operator")]);
        let seq = force(&mut kit, event);
        let (report, _) = kit.verify();
        let named: Vec<_> = report.problems.iter().map(|p| (p.code, p.seq)).collect();
        assert_eq!(named, [("index-root", Some(seq))], "{payload}");
        assert_eq!(report.voids.len(), 1, "{payload}");
    }
}

#[test]
fn proofs_convince_whoever_has_the_ledger_id() {
    let mut kit = lively();
    let size = commit(&mut kit);
    reports(&mut kit, 4);
    for (text, count) in [
        ("type/test.reported", 5),
        ("type/participant.enrolled", 3),
        ("type/test.certified", 0),
        ("stream/index/main", 0),
        ("stream/participant/mission", 2),
        ("signer/mission", 5),
        ("signer/operator", 1),
        ("signer/authority-a", 5),
        ("signer/nobody", 0),
    ] {
        let proof = proof(&mut kit, text);
        let complete = checked(&kit, &proof, &[]).unwrap();
        assert_eq!(complete.entries.len(), count, "{text}");
        assert_eq!((complete.size, complete.key.to_string()), (size, text.to_owned()));
        let at = record(&mut kit).entry(size).unwrap().header.recorded;
        assert_eq!((complete.recorded, complete.origin), (at, kit.origin()));
        assert!(complete.checkpoint > size);
        let other = EventHash::from_bytes([1; 32]);
        assert!(matches!(
            check(&proof.to_bytes(), &other, &[]),
            Err(CompletenessError::Proof(ProofError::Commitment(_)))
        ));
    }
    let record = record(&mut kit);
    let (kernel, head) = (kit.ledger().bench().kernel.clone(), record.head().unwrap());
    let early = prove(&record, &kernel, &"signer/mission".parse().unwrap(), size - 1, &head);
    assert!(
        matches!(early.unwrap(), Proven::NotCommitted(found) if found == completeness::Survey::default())
    );
}

#[test]
fn a_proof_tells_who_has_recomputed_the_index() {
    let mut kit = lively();
    commit(&mut kit);
    let (mirror, other) = (key("mirror.example/index", 90), key("other.example/index", 91));
    let bare = proof(&mut kit, "signer/mission");
    let asked = [mirror.vkey().clone()];
    assert!(matches!(checked(&kit, &bare, &asked), Err(CompletenessError::NotVouched(_))));
    let signed = vouch(&mut kit);
    let with = vouched(bare, signed.clone()).unwrap();
    assert_eq!(checked(&kit, &with, &asked).unwrap().vouched, asked);
    assert!(checked(&kit, &with, &[]).unwrap().vouched.is_empty());
    let both = [mirror.vkey().clone(), other.vkey().clone()];
    assert!(matches!(
        checked(&kit, &with, &both),
        Err(CompletenessError::Statement(StatementError::Unsigned(_)))
    ));
    let desk = [key("mirror.example/desk", 90).vkey().clone()];
    assert!(matches!(
        checked(&kit, &with, &desk),
        Err(CompletenessError::Statement(StatementError::KeyName(_)))
    ));
    // A statement about an earlier index does not go with a later proof.
    reports(&mut kit, 1);
    commit(&mut kit);
    let later = proof(&mut kit, "signer/mission");
    assert_eq!(vouched(later, signed), None);
}

/// Another history in which the operator has signed the same number of entries: the mirror that
/// follows the one has vouched for nothing in the other.
#[test]
fn a_mirror_of_another_history_vouches_for_nothing() {
    let mut kit = lively();
    commit(&mut kit);
    let here = proof(&mut kit, "signer/mission");
    let honest = *vouch(&mut kit).statement();
    let mut elsewhere = honest;
    elsewhere.tree = accord_format::merkle::leaf_hash(b"another history");
    let note = elsewhere.sign(&key("mirror.example/index", 90)).unwrap().to_text();
    let signed = SignedStatement::parse(note.as_bytes()).unwrap();
    let mixed = vouched(here, signed).unwrap();
    assert!(matches!(
        checked(&kit, &mixed, &[]),
        Err(CompletenessError::Proof(ProofError::OtherIndex { .. }))
    ));
    assert_ne!(honest.index, IndexHash::from_bytes([0; 32]));
}

/// The checkpoint's keys follow from the key history in the file; without the authority's
/// signatures a rotation counts for nothing, and one that is left out does not help either.
#[test]
fn the_checkpoint_is_signed_by_keys_that_the_authority_named() {
    let mut kit = lively();
    let rotation = json!({"checkpoint_keys": [key("x", 3).vkey().typed_base64()]});
    let said = kit.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &rotation);
    assert_eq!(said, "accepted");
    commit(&mut kit);
    let proof = proof(&mut kit, "stream/ledger/main");
    assert_eq!(proof.key_history().count(), 2);
    assert_eq!(checked(&kit, &proof, &[]).unwrap().entries.len(), 2);
    let mut blind = proof.clone();
    for part in &mut blind.parts {
        part.is_key_history = part.entry.header.seq == 0;
    }
    assert!(matches!(checked(&kit, &blind, &[]), Err(CompletenessError::Check(_))));
    let mut genesis_missing = proof.clone();
    genesis_missing.parts.iter_mut().for_each(|part| part.is_key_history = false);
    assert!(matches!(checked(&kit, &genesis_missing, &[]), Err(CompletenessError::Check(_))));
    let mut forged = proof;
    let thief = accord_format::key::NoteSigner::from_seed(&kit.origin(), &[66; 32]).unwrap();
    forged.checkpoint = forged.checkpoint.checkpoint().clone().sign(&[&thief]).unwrap();
    assert!(matches!(checked(&kit, &forged, &[]), Err(CompletenessError::Check(_))));
}

/// A void entry is an entry: completeness is about the record.
#[test]
fn void_entries_are_listed() {
    let mut kit = lively();
    let party = key("north/liaison", 23);
    let event = kit.event("test.reported", "test/", &json!({"count": 1}), &[(&party, "party")]);
    let refused = kit.submit(&event);
    assert!(matches!(refused, Outcome::Refused { .. }));
    let seq = force(&mut kit, event);
    commit(&mut kit);
    let (report, _) = kit.verify();
    assert_eq!(report.voids.iter().map(|v| v.seq).collect::<Vec<_>>(), [seq]);
    assert_eq!(report.problems, []);
    let proof = proof(&mut kit, "signer/north");
    let listed = checked(&kit, &proof, &[]).unwrap().entries;
    assert_eq!(listed.iter().map(|e| e.header.seq).collect::<Vec<_>>(), [seq]);
}
