//! What each fuzz target does with its bytes: parse, and assert that what was accepted has one
//! spelling, so that reading and writing it again gives the same bytes.
//!
//! The bodies are plain functions, so that the committed corpus also runs as ordinary tests.

use accord_format::bundle::Bundle;
use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::completeness::{Proof, SignedStatement, Statement};
use accord_format::entry::{Entry, entry_hash};
use accord_format::event::{Event, SignedEvent, event_hash};
use accord_format::fraud::FraudProof;
use accord_format::hash::{EventHash, NodeHash};
use accord_format::key::{NoteSigner, VKey};
use accord_format::misdated::Misdated;
use accord_format::note::Note;
use accord_format::receipt::Receipt;
use accord_format::refusal::Refusal;
use accord_format::rollback::Rollback;
use accord_format::tile::{TilePath, encode_bundle, parse_bundle};
use accord_format::time::Timestamp;
use accord_format::tlog_proof::TlogProof;
use accord_format::withheld::Withheld;
use accord_format::{json, merkle};

/// What a target does with its bytes.
pub type Body = fn(&[u8]);

/// Every target by the name of its corpus folder.
pub const TARGETS: [(&str, Body); 21] = [
    ("bundle", bundle),
    ("checkpoint", checkpoint),
    ("completeness", completeness),
    ("entry", entry),
    ("entry_bundle", entry_bundle),
    ("event", event),
    ("fraud", fraud),
    ("index_statement", index_statement),
    ("json", strict_json),
    ("misdated", misdated),
    ("note", note),
    ("proof", proof),
    ("receipt", receipt),
    ("refusal", refusal),
    ("rollback", rollback),
    ("signer", signer),
    ("tile_path", tile_path),
    ("timestamp", timestamp),
    ("tlog_proof", tlog_proof),
    ("vkey", vkey),
    ("withheld", withheld),
];

fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// A C2SP signed note.
pub fn note(data: &[u8]) {
    if let Ok(note) = Note::parse(data) {
        assert_eq!(note.to_text().as_bytes(), data);
        assert_eq!(Note::new(note.text(), note.signatures()), Ok(note.clone()));
        for line in note.signatures() {
            assert!(!line.name.is_empty() && !line.signature.is_empty());
        }
    }
}

/// A signed event.
pub fn event(data: &[u8]) {
    if let Ok(signed) = SignedEvent::parse(data) {
        assert_eq!(signed.note().as_bytes(), data);
        let event = signed.event();
        assert_eq!(event.hash(), event_hash(event.text()));
        assert_eq!(Event::parse(event.text()).ok().as_ref(), Some(event));
        assert!(!event.author().is_empty() && !event.family().is_empty());
        assert!(event.occurred.end() >= event.occurred.from.timestamp());
        assert!(signed.verify(|_| None).is_err());
    }
    // The text alone, without the note around it.
    if let Some(Ok(event)) = text(data).map(Event::parse) {
        assert_eq!(event.text().as_bytes(), data);
    }
}

/// An entry.
pub fn entry(data: &[u8]) {
    if let Ok(entry) = Entry::parse(data) {
        assert_eq!(entry.to_bytes(), data);
        assert_eq!(entry.hash(), entry_hash(data));
        assert_eq!(Entry::new(entry.header, entry.signed().clone()), entry);
    }
}

/// Strict JSON.
pub fn strict_json(data: &[u8]) {
    if let Some(Ok(value)) = text(data).map(json::parse) {
        let again = value.to_string();
        assert_eq!(json::parse(&again).ok().as_ref(), Some(&value));
        assert!(accord_format::canonical::to_canonical(&value).is_ok());
    }
}

/// A checkpoint note.
pub fn checkpoint(data: &[u8]) {
    if let Ok(signed) = SignedCheckpoint::parse(data) {
        assert_eq!(signed.to_text().as_bytes(), data);
        let head = signed.checkpoint();
        assert_eq!(Checkpoint::parse(&head.to_text()).as_ref(), Ok(head));
        assert!(signed.verify(&head.origin, &[]).is_err());
    }
}

/// A C2SP tlog-proof.
pub fn tlog_proof(data: &[u8]) {
    if let Ok(proof) = TlogProof::parse(data) {
        assert_eq!(proof.to_text().as_bytes(), data);
    }
}

/// A receipt.
pub fn receipt(data: &[u8]) {
    if let Ok(receipt) = Receipt::parse(data) {
        assert_eq!(receipt.to_text().as_bytes(), data);
        assert_eq!(receipt.header().seq, receipt.proof().index);
        assert_eq!(Receipt::new(*receipt.header(), receipt.proof().clone()), receipt);
    }
}

/// A bundle.
pub fn bundle(data: &[u8]) {
    if let Ok(bundle) = Bundle::parse(data) {
        assert_eq!(bundle.to_bytes(), data);
        assert_eq!(bundle.keys.first().map(|k| k.entry.header.seq), Some(0));
        // Whether it holds is another question; asking it must not fail.
        let _ = bundle.verify_inclusion().is_ok();
    }
}

/// A proof of completeness.
pub fn completeness(data: &[u8]) {
    if let Ok(proof) = Proof::parse(data) {
        assert_eq!(proof.to_bytes(), data);
        assert!(proof.listed().all(|entry| entry.header.seq < proof.size));
        assert_eq!(proof.key.to_string().parse().as_ref(), Ok(&proof.key));
        // Whether it holds is another question; asking it must not fail.
        let _ = proof.verify(&EventHash::from_bytes([7; 32])).is_ok();
    }
}

/// What somebody says of an index.
pub fn index_statement(data: &[u8]) {
    if let Ok(signed) = SignedStatement::parse(data) {
        assert_eq!(signed.to_text().as_bytes(), data);
        let statement = signed.statement();
        assert_eq!(Statement::parse(&statement.to_text()).as_ref(), Ok(statement));
    }
}

/// A fraud proof.
pub fn fraud(data: &[u8]) {
    if let Ok(proof) = FraudProof::parse(data) {
        assert_eq!(proof.to_bytes(), data);
        assert!(proof.over.len() + proof.beyond.len() < 256);
        // Whether it proves anything is another question; asking it must not fail.
        let _ = proof.verify_contradiction().is_ok();
    }
}

/// A rollback.
pub fn rollback(data: &[u8]) {
    if let Ok(rollback) = Rollback::parse(data) {
        assert_eq!(rollback.to_bytes(), data);
        let heads = rollback.heads();
        assert!(heads.smaller().size() < heads.larger().size());
        let _ = heads.verify_inclusion().is_ok();
    }
}

/// Evidence that an entry bears a wrong time.
pub fn misdated(data: &[u8]) {
    if let Ok(file) = Misdated::parse(data) {
        assert_eq!(file.to_bytes(), data);
        assert_eq!(file.subject().map(|entry| entry.header.seq).ok(), Some(file.seq()));
        let _ = file.head().verify_inclusion().is_ok();
    }
}

/// Evidence that an event was withheld.
pub fn withheld(data: &[u8]) {
    if let Ok(file) = Withheld::parse(data) {
        assert_eq!(file.to_bytes(), data);
        assert!(file.deposited().is_ok());
        // Whether it holds is another question; asking it must not fail.
        let ledger = file.event.event().ledger.unwrap_or(EventHash::from_bytes([7; 32]));
        if file.verify_absence(&ledger).is_ok() {
            assert!(file.end() > file.indexed());
        }
    }
}

/// A refusal's note.
pub fn refusal(data: &[u8]) {
    if let Ok(note) = Note::parse(data)
        && let Ok(refusal) = Refusal::parse(note.text())
    {
        assert_eq!(refusal.to_text(), note.text());
    }
}

/// A tile path.
pub fn tile_path(data: &[u8]) {
    if let Some(Ok(path)) = text(data).map(TilePath::parse) {
        assert_eq!(path.to_string().as_bytes(), data);
        assert!((1..=256).contains(&path.width));
        for size in [0, 1, 256, path.index, u64::MAX] {
            assert!(TilePath::width_at(path.level.unwrap_or(0), path.index, size) <= 256);
        }
    }
}

/// A bundle of length-prefixed entries.
pub fn entry_bundle(data: &[u8]) {
    if let Ok(entries) = parse_bundle(data) {
        assert_eq!(encode_bundle(entries).as_deref(), Ok(data));
    }
}

/// A verifier key.
pub fn vkey(data: &[u8]) {
    if let Some(Ok(key)) = text(data).map(str::parse::<VKey>) {
        assert_eq!(key.to_string().as_bytes(), data);
        assert_eq!(VKey::from_typed_base64(key.name(), &key.typed_base64()).as_ref(), Ok(&key));
    }
}

/// A private key's text.
pub fn signer(data: &[u8]) {
    if let Some(Ok(signer)) = text(data).map(NoteSigner::parse) {
        assert_eq!(signer.to_private_text().as_bytes(), data);
        let line = signer.sign("text\n");
        assert!(signer.vkey().verify("text\n", &line));
    }
}

/// Instants, in both spellings.
pub fn timestamp(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok(at) = Timestamp::parse_micros(text) {
        assert_eq!(at.to_string(), text);
        assert_eq!(Timestamp::from_micros(at.micros()), at);
    }
    if let Ok(at) = Timestamp::parse_seconds(text) {
        assert_eq!(at.to_seconds_string(), text);
        let (year, month, day) = at.date();
        assert!(Timestamp::from_date(year, month, day).is_some_and(|start| start <= at));
        assert!(at.plus_seconds(i64::MAX) == Timestamp::MAX && at.plus_seconds(1) >= at);
    }
}

/// Inclusion and consistency proofs: 16 bytes of numbers, then hashes. Nothing proves membership
/// in a tree whose root was chosen beforehand, and nothing panics.
pub fn proof(data: &[u8]) {
    let Some((head, rest)) = data.split_first_chunk::<16>() else { return };
    let (one, two) = head.split_at(8);
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b));
    let (small, large) = (number(one), number(two));
    let hashes: Vec<NodeHash> =
        rest.as_chunks::<32>().0.iter().map(|h| NodeHash::from_bytes(*h)).collect();
    let (leaf, root) = (merkle::leaf_hash(b"leaf"), NodeHash::from_bytes([7; 32]));
    assert!(merkle::verify_inclusion(small, large, leaf, &hashes, &root).is_err());
    let consistent = merkle::verify_consistency((small, &root), (large, &root), &hashes).is_ok();
    assert!(!consistent || (small == large && small > 0 && hashes.is_empty()));
}
