//! The seeds of the fuzz targets' corpus, made from the worked example's ledger.

use crate::completeness::Indexed;
use crate::ledger::Example;
use accord_format::bundle::{Bundle, ProvenEntry};
use accord_format::checkpoint::Checkpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner, Subtree};
use accord_format::deposit::{Deposit, to_page};
use accord_format::event::SignedEvent;
use accord_format::fraud::FraudProof;
use accord_format::hash::{EventHash, LedgerId, NodeHash};
use accord_format::head::{Head, Pair};
use accord_format::log_key::LogSigner;
use accord_format::merkle::{self, inclusion_proof};
use accord_format::mirroring::{EntriesHead, Package};
use accord_format::misdated::Misdated;
use accord_format::note::NoteSignature;
use accord_format::receipt::Receipt;
use accord_format::refusal::Refusal;
use accord_format::rollback::Rollback;
use accord_format::tile::encode_bundle;
use accord_format::tlog_proof::TlogProof;
use accord_format::withheld::Withheld;
use accord_format::witnessing::{AddCheckpoint, SignSubtree};

fn proof(example: &Example, index: usize) -> TlogProof {
    let Ok(hashes) = inclusion_proof(example.leaves.as_slice(), index as u64, 3);
    TlogProof { extra: None, index: index as u64, hashes, checkpoint: example.checkpoint() }
}

fn refusal(example: &Example) -> Vec<u8> {
    let refusal = Refusal {
        ledger: example.ledger,
        event: example.entries[1].event().hash(),
        code: "id-conflict".to_owned(),
        size: 1,
        root: merkle::root_of(&example.leaves[..1]),
    };
    refusal.sign(&example.operator).unwrap().to_text().into_bytes()
}

/// An event with every optional member, both kinds of evidence and every escape.
fn rich_event(example: &Example) -> Vec<u8> {
    let hash = "ab".repeat(32);
    let plain = example.entries[2].event().text().lines().nth(1).unwrap();
    let more = format!(
        r#""expects":3,"relates":[{{"event":"{hash}","rel":"corrects"}}],"payload":{{"a":[true,null,-9007199254740991],"\"\\\/\b":1,"#
    );
    let json = plain.replace(r#""payload":{"#, &more).replace(
        r#""evidence":["#,
        &format!(r#""evidence":[{{"commitment":"{hash}","bytes":4096}},"#),
    );
    // A forbidden character makes the event invalid: the seed is worth having all the same.
    let text = format!("accord.event/v1\n{json}\n");
    format!("{text}\n{}", example.mission.sign(&text).to_line()).into_bytes()
}

type Seed = (&'static str, &'static str, Vec<u8>);

fn deposit(witness: &CosignerSigner) -> String {
    let (ledger, event) = (LedgerId::from_bytes([1; 32]), EventHash::from_bytes([2; 32]));
    let deposit = Deposit { ledger, event, time: "2026-03-01T05:00:00Z".parse().unwrap() };
    deposit.sign(&[&witness.note_signer().unwrap()]).unwrap().to_text()
}

/// An upload of two packages.
fn upload() -> Vec<u8> {
    let head =
        EntriesHead { origin: "log.example/a".into(), start: 254, end: 257, ticket: vec![1] };
    let proof = vec![NodeHash::from_bytes([5; 32])];
    let first = Package { entries: vec![b"one".to_vec(), b"two".to_vec()], proof };
    let second = Package { entries: vec![b"three".to_vec()], proof: Vec::new() };
    let parts = [head.to_bytes(), first.to_bytes(), second.to_bytes()];
    parts.map(Result::unwrap).concat()
}

/// Seeds of what witnesses read and write; the targets know these keys.
fn witnessed() -> Vec<Seed> {
    let log = LogSigner::from_seed("log.example/a", Algorithm::Ed25519, &[9; 32]).unwrap();
    let one = CosignerSigner::from_seed("one", Algorithm::Ed25519, &[8; 32]).unwrap();
    let two = CosignerSigner::from_seed("two", Algorithm::MlDsa44, &[8; 32]).unwrap();
    let root = NodeHash::from_bytes([5; 32]);
    let head = Checkpoint { origin: "log.example/a".to_owned(), size: 7, root };
    let signed = head.clone().sign_at(&[&log], 0).unwrap();
    let by = |signer: &CosignerSigner| signer.cosign(&head, 1_700_000_000).unwrap();
    let subtree = SignSubtree {
        subtree: Subtree { start: 4, end: 6, root },
        proof: vec![root; 2],
        checkpoint: signed.with_signatures(&[by(&two)]).unwrap(),
    };
    let request = AddCheckpoint { old: 3, proof: vec![root; 2], checkpoint: signed.clone() };
    let policy = format!(
        "# two\nlog {} https://log.example/\nwitness a {}\nwitness b {} https://b.example/\ngroup g 2 a b\nquorum g\n",
        log.vkey(),
        one.vkey(),
        CosignerSigner::from_seed("other", Algorithm::Ed25519, &[7; 32]).unwrap().vkey(),
    );
    let quantum = format!("witness q {}\nquorum q\n", two.vkey());
    let bytes = |text: &str| text.as_bytes().to_vec();
    let cosigned =
        |lines: &[NoteSignature]| bytes(&signed.with_signatures(lines).unwrap().to_text());
    vec![
        ("add_checkpoint", "two-hashes", bytes(&request.to_text())),
        (
            "add_checkpoint",
            "first",
            bytes(&AddCheckpoint { old: 0, proof: Vec::new(), ..request }.to_text()),
        ),
        ("add_entries", "upload", upload()),
        ("add_entries", "answer", bytes("700\n512\ndA==\n")),
        ("sign_subtree", "two-hashes", bytes(&subtree.to_text())),
        ("cosigned", "ed25519", cosigned(&[by(&one)])),
        ("cosigned", "both", cosigned(&[by(&one), by(&two)])),
        ("cosigner", "ed25519", bytes(&one.to_private_text())),
        ("cosigner", "ml-dsa-44", bytes(&two.to_private_text())),
        ("cosigner_vkey", "ed25519", bytes(&one.vkey().to_string())),
        ("cosigner_vkey", "ml-dsa-44", bytes(&two.vkey().to_string())),
        ("deposit", "one", bytes(&deposit(&one))),
        ("deposit", "page", bytes(&to_page([deposit(&one).as_str(), &deposit(&one)]))),
        ("policy", "group", bytes(&policy)),
        ("policy", "ml-dsa-44", bytes(&quantum)),
        ("policy", "none", bytes("quorum none\n")),
        ("witness_answer", "ed25519", bytes(&by(&one).to_line())),
        ("witness_answer", "ml-dsa-44", bytes(&by(&two).to_line())),
        ("witness_answer", "size", bytes("20852163\n")),
    ]
}

/// The fork of the worked example.
pub(crate) fn fraud(example: &Example) -> FraudProof {
    let (honest, forged) = (example.head(), Head::bare(example.forged_checkpoint()));
    let heads = Pair::new(forged, honest).unwrap();
    let Ok(proof) = FraudProof::between(heads, example.leaves.as_slice());
    proof
}

/// Two roots at one size.
fn one_size(example: &Example) -> FraudProof {
    let heads = Pair::new(Head::bare(example.forged_checkpoint()), example.head_at(2)).unwrap();
    let Ok(proof) = FraudProof::between(heads, example.leaves.as_slice());
    proof
}

/// Two heads of one history.
pub(crate) fn rollback(example: &Example) -> Rollback {
    let heads = Pair::new(Head::bare(example.checkpoint_at(2)), example.head()).unwrap();
    Rollback::new(heads).unwrap()
}

/// What the mission deposited with a witness, and the operator did not take in: with the proof of
/// its stream, or with every entry.
pub(crate) fn withheld(indexed: &Indexed, by_index: bool) -> Withheld {
    let example = &indexed.example;
    let stream = "violation/019ca7c7-0700-7000-8000-000000000005";
    let text = example.entries[2].event().text().lines().nth(1).unwrap();
    let text = text.replace("019ca7c5-3240-7000-8000-000000000003", &stream[10..]);
    let event = SignedEvent::sign(&text, &[&example.mission]).unwrap();
    let one = CosignerSigner::from_seed("one", Algorithm::Ed25519, &[8; 32]).unwrap();
    let time = "2026-03-01T05:00:00Z".parse().unwrap();
    let deposit = Deposit { ledger: example.ledger, event: event.event().hash(), time };
    let proven = |entry: &accord_format::entry::Entry| {
        let Ok(hashes) = inclusion_proof(indexed.leaves.as_slice(), entry.header.seq, 4);
        ProvenEntry { entry: entry.clone(), hashes }
    };
    let from = if by_index { 3 } else { 0 };
    let needed =
        |entry: &&accord_format::entry::Entry| entry.header.seq < 2 || entry.header.seq >= from;
    Withheld {
        deposit: deposit.sign(&[&one.note_signer().unwrap()]).unwrap(),
        index: by_index.then(|| indexed.proof(&format!("stream/{stream}"), false)),
        checkpoint: indexed.checkpoint(),
        entries: indexed.entries.iter().filter(needed).map(proven).collect(),
        event,
    }
}

/// Target, name and bytes of every seed.
pub(crate) fn seeds() -> Vec<Seed> {
    let (example, indexed) = (Example::new(), Indexed::new());
    let entries: Vec<Vec<u8>> =
        example.entries.iter().map(accord_format::entry::Entry::to_bytes).collect();
    let note = |at: usize| example.entries[at].signed().note().as_bytes().to_vec();
    let proven = |at: usize| ProvenEntry {
        entry: example.entries[at].clone(),
        hashes: proof(&example, at).hashes,
    };
    let bundle =
        Bundle { checkpoint: example.checkpoint(), keys: vec![proven(0)], subject: proven(2) };
    let receipt = Receipt::new(example.entries[2].header, proof(&example, 2));
    let json = |at: usize| example.entries[at].event().text().lines().nth(1).unwrap().into();
    let hashes = [0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 9].into_iter().chain([3; 96]);
    let mut seeds = vec![
        ("bundle", "subject", bundle.to_bytes()),
        ("checkpoint", "size-3", example.checkpoint().to_text().into_bytes()),
        ("completeness", "found", indexed.proof("signer/mission", true).to_bytes()),
        ("completeness", "absent", indexed.proof("signer/nobody", false).to_bytes()),
        ("index_statement", "mirror", indexed.statement().to_text().into_bytes()),
        ("entry", "genesis", entries[0].clone()),
        ("entry", "allegation", entries[2].clone()),
        ("entry_bundle", "three", encode_bundle(entries.iter().map(Vec::as_slice)).unwrap()),
        ("entry_bundle", "short", encode_bundle([b"ab".as_slice(), b"", b"c"]).unwrap()),
        ("event", "genesis", note(0)),
        ("event", "allegation", note(2)),
        ("event", "rich", rich_event(&example)),
        ("fraud", "two-of-three", fraud(&example).to_bytes()),
        ("fraud", "one-size", one_size(&example).to_bytes()),
        ("json", "enrolment", json(1)),
        (
            "json",
            "escapes",
            br#"{"\u00e9\n\ud83d\ude00":[[],{},"\"\\\/",-1,0,true,null]}"#.to_vec(),
        ),
        ("json", "plain", br#"{"a":[1,-9007199254740991,{"b":"x"}],"c":false}"#.to_vec()),
        ("misdated", "subject", Misdated::new(0, example.head()).unwrap().to_bytes()),
        ("note", "event", note(0)),
        ("note", "checkpoint", example.checkpoint().to_text().into_bytes()),
        ("note", "short", "a\n\nb\n\n\u{2014} n AAAAAAE=\n\u{2014} m AAAAAAI=\n".into()),
        ("proof", "five-of-nine", hashes.collect()),
        ("receipt", "allegation", receipt.to_text().into_bytes()),
        ("refusal", "id-conflict", refusal(&example)),
        ("rollback", "two-of-three", rollback(&example).to_bytes()),
        ("signer", "mission", example.mission.to_private_text().as_bytes().to_vec()),
        ("tile_path", "tile", b"tile/63/x001/x234/067.p/255".to_vec()),
        ("tile_path", "bundle", b"tile/entries/x018/x446/x744/x073/x709/x551/615".to_vec()),
        ("timestamp", "micros", b"2026-03-01T05:00:00.123456Z".to_vec()),
        ("timestamp", "seconds", b"2024-02-29T23:59:59Z".to_vec()),
        ("tlog_proof", "genesis", proof(&example, 0).to_text().into_bytes()),
        ("tlog_proof", "with-extra", receipt.to_text().into_bytes()),
        ("vkey", "mission", example.mission.vkey().to_string().into_bytes()),
        ("withheld", "by-index", withheld(&indexed, true).to_bytes()),
        ("withheld", "all-entries", withheld(&indexed, false).to_bytes()),
        ("vkey", "checkpoint", example.checkpoint_key.vkey().to_string().into_bytes()),
    ];
    seeds.extend(witnessed());
    seeds
}
