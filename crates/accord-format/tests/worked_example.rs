//! Derives every value of the worked example in `docs/format.md` anew and compares it with the
//! document's fenced blocks: each block ```` ```text id=<name> ```` is one value.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail loudly, as tests do")]

#[path = "example/ledger.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod ledger;

use accord_format::bundle::{Bundle, ProvenEntry};
use accord_format::commitment::commit;
use accord_format::cosignature::{Algorithm, CosignerKey, CosignerSigner};
use accord_format::digest::{StateId, state_digest};
use accord_format::event::SignedEvent;
use accord_format::fraud::FraudProof;
use accord_format::hash::{ContentHash, EntryHash, to_hex};
use accord_format::head::{Head, Pair};
use accord_format::key::VKey;
use accord_format::merkle::{self, consistency_proof, inclusion_proof};
use accord_format::receipt::Receipt;
use accord_format::refusal::Refusal;
use accord_format::time::Timestamp;
use accord_format::tlog_proof::TlogProof;
use accord_format::witnessing::AddCheckpoint;
use accord_format::{entry, event, possession};
use ledger::Example;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

fn document() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/format.md");
    std::fs::read_to_string(path).unwrap()
}

/// The document's blocks by name, each with the LF of its last line.
fn blocks(document: &str) -> BTreeMap<String, String> {
    let mut blocks = BTreeMap::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("```text id=") {
            let body: String =
                lines.by_ref().take_while(|l| *l != "```").flat_map(|l| [l, "\n"]).collect();
            assert_eq!(blocks.insert(name.to_owned(), body), None, "{name} stands twice");
        }
    }
    blocks
}

fn receipt(example: &Example) -> Receipt {
    let entry = &example.entries[2];
    let Ok(hashes) = inclusion_proof(example.leaves.as_slice(), 2, 3);
    let proof = TlogProof { extra: None, index: 2, hashes, checkpoint: example.checkpoint() };
    Receipt::new(entry.header, proof)
}

fn bundle(example: &Example) -> Bundle {
    let proven = |at: usize| {
        let Ok(hashes) = inclusion_proof(example.leaves.as_slice(), at as u64, 3);
        ProvenEntry { entry: example.entries[at].clone(), hashes }
    };
    Bundle { checkpoint: example.checkpoint(), keys: vec![proven(0)], subject: proven(2) }
}

fn refusal(example: &Example) -> String {
    let refusal = Refusal {
        ledger: example.ledger,
        event: example.entries[2].event().hash(),
        code: "role-not-held".to_owned(),
        size: 2,
        root: merkle::root_of(&example.leaves[..2]),
    };
    refusal.sign(&example.operator).unwrap().to_text()
}

/// Size 3 as above beside a checkpoint of size 2 in which entry 1 is another.
fn fraud(example: &Example) -> String {
    let heads = Pair::new(Head::bare(example.forged_checkpoint()), example.head()).unwrap();
    let Ok(proof) = FraudProof::between(heads, example.leaves.as_slice());
    proof.verify_contradiction().unwrap();
    String::from_utf8(proof.to_bytes()).unwrap()
}

fn digest(example: &Example) -> ContentHash {
    let id = StateId {
        ledger: example.ledger,
        size: 3,
        root: merkle::root_of(&example.leaves),
        as_of: Timestamp::parse_micros("2026-03-01T06:00:00.000000Z").unwrap(),
        family: "violations",
        fold_version: 1,
    };
    state_digest(&id, &serde_json::json!({"b": 9_007_199_254_740_992_u64, "a": ["é", -1]})).unwrap()
}

/// A record line of the tail: its checksum covers the line before it and the body.
fn tail_record(line: &str, body: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("accord tail v1");
    hasher.update(line.as_bytes()).update(body);
    format!("{line} {}\n", hasher.finalize().to_hex())
}

/// The messages are put together here from the text of the document, and checked with the bare
/// algorithms.
fn witnessed(example: &Example) -> Vec<(&'static str, String)> {
    const TIME: u64 = 1_772_341_200;
    const NAME: &str = "witness.example/w1";
    let signed = example.checkpoint();
    let head = signed.checkpoint();
    let key = |algorithm| CosignerSigner::from_seed(NAME, algorithm, &[6; 32]).unwrap();
    let (one, two) = (key(Algorithm::Ed25519), key(Algorithm::MlDsa44));
    let [first, second] = [&one, &two].map(|key| key.cosign(head, TIME).unwrap());
    let message = format!("cosignature/v1\ntime {TIME}\n{}", head.to_text());
    let short = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    let bytes: Vec<u8> = [
        b"subtree/v1\n\0".as_slice(),
        &short(NAME),
        &TIME.to_be_bytes(),
        &short(&head.origin),
        &0_u64.to_be_bytes(),
        &head.size.to_be_bytes(),
        head.root.as_bytes(),
    ]
    .concat();
    let (time, classical) = first.signature.split_at(8);
    assert_eq!(time, TIME.to_be_bytes());
    let CosignerKey::Ed25519(key) = one.vkey().key() else { panic!("another key") };
    assert!(key.verify(message.as_bytes(), classical));
    let (time, quantum) = second.signature.split_at(8);
    assert_eq!(time, TIME.to_be_bytes());
    let CosignerKey::MlDsa44(key) = two.vkey().key() else { panic!("another key") };
    assert!(key.verify(&bytes, quantum));
    let Ok(proof) = consistency_proof(example.leaves.as_slice(), 2, 3);
    let request = AddCheckpoint { old: 2, proof, checkpoint: signed };
    let digest = Sha256::digest(second.to_line().as_bytes());
    vec![
        ("witness-ed25519-vkey", format!("{}\n", one.vkey())),
        ("witness-ed25519-message", message),
        ("witness-ed25519-line", first.to_line()),
        ("witness-ml-dsa-id", format!("{}\n", two.vkey().id())),
        ("witness-ml-dsa-message", format!("{}\n", to_hex(&bytes))),
        ("witness-ml-dsa-line-sha256", format!("{}\n", to_hex(digest.as_ref()))),
        ("add-checkpoint", request.to_text()),
    ]
}

fn values(example: &Example) -> Vec<(&'static str, String)> {
    let line = |text: &dyn std::fmt::Display| format!("{text}\n");
    let entries = &example.entries;
    let text = |at: usize| String::from_utf8(entries[at].to_bytes()).unwrap();
    let checkpoint = example.checkpoint().to_text();
    let note =
        possession::note(&example.possession, &example.ledger, "mission", example.mission.vkey());
    let mut values = vec![
        ("operator-private", line(&*example.operator.to_private_text())),
        ("operator-vkey", line(example.operator.vkey())),
        ("authority-vkey", line(example.authority.vkey())),
        ("mission-vkey", line(example.mission.vkey())),
        ("ledger-id", line(&example.ledger)),
        ("origin", line(&example.origin())),
        ("checkpoint-vkey", line(example.checkpoint_key.vkey())),
        ("possession-note", note),
        ("possession", line(&example.possession)),
        ("event-text", entries[2].event().text().to_owned()),
        ("event-hash", line(&entries[2].event().hash())),
    ];
    let names = [
        ("entry-0", "entry-0-hash", "leaf-0"),
        ("entry-1", "entry-1-hash", "leaf-1"),
        ("entry-2", "entry-2-hash", "leaf-2"),
    ];
    for (at, (name, hash, leaf)) in names.into_iter().enumerate() {
        values.push((name, text(at)));
        values.push((hash, line(&entries[at].hash())));
        values.push((leaf, line(&example.leaves[at])));
    }
    let base = format!("base 0 {}", EntryHash::ZERO);
    let covered = format!("checkpoint 3 {}", checkpoint.len());
    values.extend([
        ("node", line(&merkle::root_of(&example.leaves[..2]))),
        ("root", line(&merkle::root_of(&example.leaves))),
        ("checkpoint", checkpoint.clone()),
        ("receipt", receipt(example).to_text()),
        ("bundle", String::from_utf8(bundle(example).to_bytes()).unwrap()),
        ("refusal", refusal(example)),
        ("fraud", fraud(example)),
        ("commitment", line(&commit("person", &[5; 32], b"content"))),
        ("digest", line(&digest(example))),
        ("tail-base", tail_record(&base, b"")),
        ("tail-checkpoint", tail_record(&covered, checkpoint.as_bytes())),
    ]);
    values.extend(witnessed(example));
    values
}

#[test]
fn the_document_says_what_the_code_does() {
    let example = Example::new();
    let mut blocks = blocks(&document());
    let mut wrong = String::new();
    for (name, value) in values(&example) {
        if blocks.remove(name).as_deref() != Some(value.as_str()) {
            wrong.extend(["```text id=", name, "\n", &value, "```\n"]);
        }
    }
    assert!(wrong.is_empty(), "docs/format.md should have these blocks:\n{wrong}");
    assert!(blocks.is_empty(), "derived by nothing: {:?}", blocks.keys());
}

/// The document's own texts, read back: they are what they are said to be.
#[test]
fn the_documents_texts_can_be_read() {
    let blocks = blocks(&document());
    let block = |name: &str| blocks.get(name).map_or("", String::as_str);
    let key = |name: &str| block(name).trim_end().parse::<VKey>().unwrap();
    let checkpoint_keys = [key("checkpoint-vkey").into()];
    let origin = block("origin").trim_end();
    let entry = entry::Entry::parse(block("entry-2").as_bytes()).unwrap();
    assert_eq!(entry.hash().to_string(), block("entry-2-hash").trim_end());
    assert_eq!(event::event_hash(block("event-text")).to_string(), block("event-hash").trim_end());
    let mission = key("mission-vkey");
    assert_eq!(entry.signed().verify(|_| Some(mission.key())), Ok(()));
    let receipt = Receipt::parse(block("receipt").as_bytes()).unwrap();
    let signed = SignedEvent::parse(entry.signed().note().as_bytes()).unwrap();
    assert_eq!(receipt.verify(signed, origin, &checkpoint_keys).unwrap(), entry);
    let bundle = Bundle::parse(block("bundle").as_bytes()).unwrap();
    assert!(bundle.verify_inclusion().is_ok());
    assert!(bundle.checkpoint.verify(origin, &checkpoint_keys).is_ok());
    assert!(Refusal::open(block("refusal").as_bytes(), &key("operator-vkey")).is_ok());
    let ledger = block("ledger-id").trim_end().parse().unwrap();
    let proof = block("possession").trim_end();
    assert_eq!(possession::verify(proof, &ledger, "mission", &key("mission-vkey")), Ok(()));
    assert_eq!(
        to_hex(merkle::leaf_hash(block("entry-2").as_bytes()).as_bytes()),
        block("leaf-2").trim_end()
    );
}
