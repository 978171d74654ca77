//! Ledgers whose checkpoints are signed with Ed25519 and with ML-DSA-44: both are demanded, of
//! everything but receipts.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod kit;

use accord_format::checkpoint::{CheckpointError, SignedCheckpoint};
use accord_format::cosignature::claimed_time;
use accord_format::log_key::LogVKey;
use accord_ledger::check::{self, CheckError};
use accord_ledger::kernel::types::LedgerInitialised;
use accord_ledger::verify::{self, Held, Report};
use accord_ledger::{LedgerError, Outcome, Record};
use accord_store::disk::Disk as _;
use accord_store::layout;
use kit::{Kit, key, quantum_key};
use serde_json::json;

const SUITES: [&str; 4] = ["ed25519", "blake3", "rfc6962-sha256", "ml-dsa-44"];

fn suites(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn make_hybrid(genesis: &mut LedgerInitialised) {
    genesis.checkpoint_keys.push(quantum_key("x", 4).vkey().typed_base64());
    genesis.suites = suites(&SUITES);
}

/// A ledger founded with both keys, and those.
fn hybrid() -> (Kit, [LogVKey; 2]) {
    let mut kit = Kit::try_bare_with(make_hybrid).unwrap();
    assert_eq!(kit.enrol(&key("mission/field-3", 21), "mission", &["mission"]), "accepted");
    let keys = both(&kit);
    (kit, keys)
}

fn both(kit: &Kit) -> [LogVKey; 2] {
    let origin = kit.origin();
    [key(&origin, 2).vkey().clone().into(), quantum_key(&origin, 4).vkey()]
}

fn head(kit: &Kit) -> SignedCheckpoint {
    Record::of(kit.reader()).head().unwrap()
}

fn against(kit: &Kit, held: Held) -> Report {
    let options = verify::Options { held: vec![held], ..verify::Options::default() };
    verify::verify(&kit.reader(), options, &mut ()).0
}

fn codes(report: &Report) -> Vec<&str> {
    report.problems.iter().map(|p| p.code).collect()
}

fn not_compared(report: &Report) -> Vec<&str> {
    report.uncompared.iter().map(|held| held.code).collect()
}

#[test]
fn every_checkpoint_carries_both_signatures() {
    let (mut kit, keys) = hybrid();
    let head = head(&kit);
    assert_eq!(head.note().signatures().len(), 2);
    assert!(head.verify(&kit.origin(), &keys).is_ok());
    let unsigned = CheckpointError::Unsigned(keys[1].id_string());
    let small = head.ed25519_only().unwrap();
    assert_eq!(small.verify(&kit.origin(), &keys), Err(unsigned));
    // The line says when the last entry was recorded, so one head has one note.
    let recorded = kit.ledger().bench().kernel.recorded().micros();
    let time = claimed_time(&head.note().signatures()[1]).unwrap();
    assert_eq!(i64::try_from(time).unwrap(), recorded / 1_000_000);
    let kernel = kit.agreed();
    assert_eq!(kernel.checkpoint_keys(2), keys);
    assert_eq!(self::head(&kit), head);
}

#[test]
fn a_published_checkpoint_without_its_second_signature_is_found() {
    let (mut kit, _) = hybrid();
    kit.ledger().publish().unwrap();
    assert!(kit.verify().0.is_sound());
    let note = kit.disk.read(layout::CHECKPOINT, 1 << 20).unwrap();
    let signed = SignedCheckpoint::parse(&note).unwrap();
    let small = signed.ed25519_only().unwrap();
    kit.disk.overwrite(layout::CHECKPOINT, small.to_text().as_bytes());
    assert_eq!(codes(&kit.verify().0), ["checkpoint-signature"]);
    // So is one whose second signature is another's.
    let stranger = quantum_key(&kit.origin(), 9);
    let line = stranger.sign(signed.checkpoint(), 1).unwrap();
    let forged = small.with_signatures(&[line]).unwrap();
    kit.disk.overwrite(layout::CHECKPOINT, forged.to_text().as_bytes());
    assert_eq!(codes(&kit.verify().0), ["checkpoint-signature"]);
    kit.disk.overwrite(layout::CHECKPOINT, &note);
    assert!(kit.verify().0.is_sound());
}

#[test]
fn receipts_are_small_and_count() {
    let (mut kit, keys) = hybrid();
    let mission = key("mission/field-3", 21);
    let target = kit.id;
    let event = kit.event(
        "record.endorsed",
        "record/",
        &json!({"target": target}),
        &[(&mission, "mission")],
    );
    let Outcome::Accepted { receipt, .. } = kit.submit(&event) else { panic!("refused") };
    assert_eq!(receipt.proof().checkpoint.note().signatures().len(), 1);
    assert!(receipt.verify(event.clone(), &kit.origin(), &keys).is_ok());
    // With a bad second line it is as malformed as with a bad first one.
    let mut line = quantum_key(&kit.origin(), 4).sign(head(&kit).checkpoint(), 1).unwrap();
    line.signature[9] ^= 1;
    let mut proof = receipt.proof().clone();
    proof.checkpoint = proof.checkpoint.with_signatures(&[line]).unwrap();
    let spoilt = accord_format::receipt::Receipt::new(*receipt.header(), proof);
    assert!(spoilt.verify(event, &kit.origin(), &keys).is_err());
    assert!(against(&kit, Held::Receipt(Box::new(receipt))).is_sound());
    let spoilt = against(&kit, Held::Receipt(Box::new(spoilt)));
    assert_eq!(not_compared(&spoilt), ["held-not-of-ledger"]);
    assert!(spoilt.is_sound());
    // What is held as a checkpoint must carry both.
    assert!(against(&kit, Held::Checkpoint(head(&kit))).is_sound());
    let small = head(&kit).ed25519_only().unwrap();
    assert_eq!(not_compared(&against(&kit, Held::Checkpoint(small))), ["held-not-of-ledger"]);
}

#[test]
fn bundles_need_both_signatures() {
    let (kit, _) = hybrid();
    let record = Record::of(kit.reader());
    let kernel = record.kernel(None).unwrap();
    let bundle = record.bundle(&kernel, 1, &head(&kit)).unwrap();
    assert_eq!(check::bundle(&bundle.to_bytes(), &kit.id).unwrap().entry.header.seq, 1);
    let small = head(&kit).ed25519_only().unwrap();
    let bundle = record.bundle(&kernel, 1, &small).unwrap();
    let found = check::bundle(&bundle.to_bytes(), &kit.id);
    assert!(matches!(found, Err(CheckError::Checkpoint(_))), "{found:?}");
}

#[test]
fn a_ledger_gains_and_loses_its_second_key_by_rotation() {
    let mut kit = Kit::new();
    let [classical, quantum] = both(&kit);
    let next: LogVKey = key(&kit.origin(), 3).vkey().clone().into();
    let mut rotate = |keys: &[&LogVKey]| {
        let keys: Vec<_> = keys.iter().map(|key| key.typed_base64()).collect();
        let payload = json!({"checkpoint_keys": keys});
        kit.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &payload)
    };
    assert_eq!(rotate(&[&next, &quantum]), "accepted");
    assert_eq!(rotate(&[&next, &quantum]), "key-reused");
    let signed = head(&kit);
    assert!(signed.verify(&kit.origin(), &[next.clone(), quantum.clone()]).is_ok());
    assert!(signed.verify(&kit.origin(), &[classical]).is_err());
    let kernel = kit.agreed();
    assert_eq!(kernel.checkpoint_keys(signed.checkpoint().size), [next.clone(), quantum]);
    // One without Ed25519, one listed twice, one of neither type.
    let other = quantum_key(&kit.origin(), 5).vkey().typed_base64();
    let mut rotated = |keys: serde_json::Value| {
        let payload = json!({"checkpoint_keys": keys});
        kit.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &payload)
    };
    assert_eq!(rotated(json!([other])), "genesis-invalid");
    assert_eq!(rotated(json!([other, other])), "key-reused");
    assert_eq!(rotated(json!(["BAAA"])), "genesis-invalid");
    // The operator cannot be made to need a key that it lacks.
    let strange = quantum_key("x", 77).vkey().typed_base64();
    let fresh = key("x", 2).vkey().typed_base64();
    assert_eq!(rotated(json!([fresh, strange])), "key-reused");
    let mut fresh = Kit::new();
    let payload = json!({"checkpoint_keys": [next.typed_base64(), strange]});
    let refused = fresh.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &payload);
    assert_eq!(refused, "operator-lacks-key");
}

#[test]
fn a_genesis_names_its_suites_and_a_key_that_every_tool_reads() {
    let refused = |keys: &[String], names: &[&str]| {
        let made = Kit::try_bare_with(|genesis| {
            genesis.checkpoint_keys = keys.to_vec();
            genesis.suites = suites(names);
        });
        match made {
            Err(LedgerError::Genesis(why)) => why,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("founded"),
        }
    };
    let classical = key("x", 2).vkey().typed_base64();
    let quantum = quantum_key("x", 4).vkey().typed_base64();
    let pair = [classical.clone(), quantum.clone()];
    assert!(refused(&pair, &SUITES[..3]).contains("suites must be"));
    assert!(refused(&pair[..1], &SUITES).contains("suites must be"));
    assert!(refused(&pair[1..], &SUITES).contains("at least one checkpoint key is an Ed25519"));
    assert!(refused(&[classical, quantum.clone(), quantum], &SUITES).contains("is not alone"));
}
