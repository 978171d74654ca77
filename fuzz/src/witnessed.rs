//! The targets of what witnesses read and write: keys, cosignatures, policies, requests, deposits.

use crate::targets::Body;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner, CosignerVKey, claimed_time};
use accord_format::deposit::{Deposit, depositary, parse_page, to_page};
use accord_format::log_key::{LogSigner, LogVKey};
use accord_format::mirroring::{EntriesHead, MirrorInfo, Package};
use accord_format::policy::{LogVerdict, Policy};
use accord_format::witnessing::{
    AddCheckpoint, SignSubtree, cosignatures_to_text, parse_cosignatures, parse_size, size_to_text,
};
use std::sync::LazyLock;

/// Every target by the name of its corpus folder.
pub const TARGETS: [(&str, Body); 9] = [
    ("add_checkpoint", add_checkpoint),
    ("add_entries", add_entries),
    ("cosigned", cosigned),
    ("cosigner", cosigner),
    ("cosigner_vkey", cosigner_vkey),
    ("deposit", deposit),
    ("policy", policy),
    ("sign_subtree", sign_subtree),
    ("witness_answer", witness_answer),
];

fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// A verifier key of a cosigner, or of a log.
pub fn cosigner_vkey(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok(key) = text.parse::<CosignerVKey>() {
        assert_eq!(key.to_string(), text);
        let again = CosignerVKey::from_typed_base64(key.name(), &key.typed_base64());
        assert_eq!(again.as_ref(), Ok(&key));
    }
    if let Ok(key) = text.parse::<LogVKey>() {
        assert_eq!(key.to_string(), text);
        let again = LogVKey::from_typed_base64(key.name(), &key.typed_base64());
        assert_eq!(again.as_ref(), Ok(&key));
    }
}

/// A private key's text.
pub fn cosigner(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok(signer) = CosignerSigner::parse(text) {
        assert_eq!(signer.to_private_text().as_str(), text);
    }
    if let Ok(signer) = LogSigner::parse(text) {
        assert_eq!(signer.to_private_text().as_str(), text);
    }
}

/// A request to sign a subtree.
pub fn sign_subtree(data: &[u8]) {
    let Ok(request) = SignSubtree::parse(data) else { return };
    assert_eq!(request.to_text().as_bytes(), data);
    assert!(request.subtree.is_valid());
}

/// The head and the packages of an upload to a mirror, and what it answers.
pub fn add_entries(data: &[u8]) {
    if let Some(info) = MirrorInfo::parse(data) {
        assert_eq!(info.to_text().as_bytes(), data);
    }
    let Ok(Some((head, mut at))) = EntriesHead::read(data) else { return };
    assert_eq!(head.to_bytes().as_deref(), Ok(&data[..at]));
    for range in head.packages() {
        let Ok(Some((package, taken))) = Package::read(&data[at..], range.end - range.start) else {
            return;
        };
        assert_eq!(package.to_bytes().as_deref(), Ok(&data[at..at + taken]));
        at += taken;
    }
}

/// A deposit's note, under the plain key of the witness called one; or a page of them.
pub fn deposit(data: &[u8]) {
    if let Ok(page) = parse_page(data) {
        let notes: Vec<String> = page.iter().map(|(_, note)| note.to_text()).collect();
        assert_eq!(to_page(notes.iter().map(String::as_str)).as_bytes(), data);
    }
    let Ok((read, note)) = Deposit::read(data) else { return };
    assert_eq!(note.to_text().as_bytes(), data);
    assert_eq!(read.to_text(), note.text());
    let one = CosignerSigner::from_seed("one", Algorithm::Ed25519, &[8; 32]).ok();
    if let Some(key) = one.and_then(|one| depositary(one.vkey())) {
        let signed = note.signatures().iter().any(|line| key.verify(note.text(), line));
        let opened = Deposit::open(data, &key);
        assert!(opened.is_err() || (signed && opened == Ok(read)));
    }
}

/// A policy of two witnesses, one with a key of each algorithm, to judge by.
static POLICY: LazyLock<Option<Policy>> = LazyLock::new(|| {
    let key = |name, algorithm| CosignerSigner::from_seed(name, algorithm, &[8; 32]).ok();
    let (one, two) = (key("one", Algorithm::Ed25519)?, key("two", Algorithm::MlDsa44)?);
    let log = LogSigner::from_seed("log.example/a", Algorithm::Ed25519, &[9; 32]).ok()?;
    let keys = format!("witness a {}\nwitness b {}\n", one.vkey(), two.vkey());
    Policy::parse(&format!("log {}\n{keys}group g any a b\nquorum g\n", log.vkey())).ok()
});

/// A checkpoint note with cosignatures.
pub fn cosigned(data: &[u8]) {
    let (Ok(signed), Some(policy)) = (SignedCheckpoint::parse(data), &*POLICY) else { return };
    let mut valid = 0;
    for line in signed.note().signatures() {
        for witness in policy.witnesses() {
            if let Some(time) = witness.vkey.verify(signed.checkpoint(), line) {
                assert_eq!(claimed_time(line), Some(time));
                valid += 1;
            }
        }
    }
    let quorum = policy.judge(&signed);
    assert!(!quorum.met || (valid > 0 && quorum.broken.is_empty()));
    assert_eq!(quorum.witnessed, quorum.unix_seconds.is_some());
    assert!(!quorum.met || matches!(quorum.log, LogVerdict::Signed(_)));
    assert!(quorum.to_string().starts_with("quorum g: "));
    // Its own lines add nothing.
    assert_eq!(signed.with_signatures(signed.note().signatures()).as_ref(), Ok(&signed));
}

/// A policy.
pub fn policy(data: &[u8]) {
    let Ok(policy) = Policy::parse_bytes(data) else { return };
    assert_eq!(Policy::parse(&policy.to_text()).as_ref(), Ok(&policy));
    for group in policy.groups() {
        let members = policy.members(group).count();
        assert!((1..=members).contains(&group.threshold()));
    }
    if let Some(text) = text(data) {
        assert_eq!(Policy::parse(text), Ok(policy));
    }
}

/// The body of a request to a witness.
pub fn add_checkpoint(data: &[u8]) {
    if let Ok(request) = AddCheckpoint::parse(data) {
        assert_eq!(request.to_text().as_bytes(), data);
        assert!(request.proof.len() <= 63);
    }
}

/// The bodies of a witness's answers.
pub fn witness_answer(data: &[u8]) {
    if let Ok(lines) = parse_cosignatures(data) {
        assert_eq!(cosignatures_to_text(&lines).as_bytes(), data);
        assert!(!lines.is_empty());
    }
    if let Some(size) = parse_size(data) {
        assert_eq!(size_to_text(size).as_bytes(), data);
    }
}
