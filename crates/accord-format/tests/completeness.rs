//! Proofs of completeness against the text alone: the worked example of `docs/completeness.md`, and
//! the second verifier, `docs/verify.py`, on proofs made here, sound and not. Without Python and its
//! two packages the latter is skipped, and said to be. `ACCORD_PYTHON` names another interpreter
//! than that of `target/venv`, or `python3`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests fail loudly, and what is skipped is said"
)]

#[path = "example/completeness.rs"]
mod completeness;
#[path = "example/ledger.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod ledger;

use accord_format::completeness::{Key, Proof, SignedStatement};
use accord_format::hash::to_hex;
use accord_format::log_key::LogVKey;
use completeness::Indexed;
use std::path::{Path, PathBuf};
use std::process::Command;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn values(indexed: &Indexed) -> Vec<(&'static str, String)> {
    let key: Key = "signer/mission".parse().unwrap();
    let line = |text: &dyn std::fmt::Display| format!("{text}\n");
    let payload = indexed.entries[3].event().payload.clone();
    let listed = |key: &Key| [to_hex(key.hash().as_bytes()), format!(" {key}\n")].concat();
    let lists: String = keys(indexed).iter().map(listed).collect();
    vec![
        ("index-keys", lists),
        ("index-list-root", line(&indexed.leaves[2])),
        ("index-leaf", line(&leaf(&key, indexed))),
        ("index-root", line(&indexed.commitment().root)),
        ("index-payload", line(&payload)),
        ("index-statement", indexed.statement().to_text()),
    ]
}

/// Keys of the example's three entries, in the order of their hashes.
fn keys(indexed: &Indexed) -> Vec<Key> {
    let below = indexed.entries[..3].iter();
    let mut keys: Vec<Key> = below.flat_map(|e| Key::of(e.event())).collect();
    keys.sort_by_key(|key| *key.hash().as_bytes());
    keys.dedup();
    keys
}

/// The leaf of a key with one entry, the third, as the text writes it.
fn leaf(key: &Key, indexed: &Indexed) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::new()
        .chain_update([2])
        .chain_update(key.hash().as_bytes())
        .chain_update(1_u64.to_be_bytes())
        .chain_update(indexed.leaves[2].as_bytes());
    to_hex(&digest.finalize().0)
}

#[test]
fn the_document_says_what_the_code_does() {
    let document = std::fs::read_to_string(docs().join("completeness.md")).unwrap();
    let indexed = Indexed::new();
    let blocks =
        values(&indexed).into_iter().map(|(id, body)| format!("```text id={id}\n{body}```\n"));
    let missing: String = blocks.filter(|block| !document.contains(block)).collect();
    assert!(missing.is_empty(), "docs/completeness.md should have these blocks:\n{missing}");
    assert_eq!(document.matches("```text id=").count(), values(&indexed).len());
}

#[test]
fn every_key_of_the_example_is_proven() {
    let indexed = Indexed::new();
    for key in keys(&indexed).iter().map(ToString::to_string).chain(strangers()) {
        for vouched in [false, true] {
            let bytes = indexed.proof(&key, vouched).to_bytes();
            assert!(holds(&indexed, &bytes, vouched), "{key}");
        }
        assert!(!holds(&indexed, &indexed.proof(&key, false).to_bytes(), true), "{key}");
    }
}

fn strangers() -> impl Iterator<Item = String> {
    let keys = ["type/violation.remedied", "stream/index/main", "signer/nobody", "signer/x"];
    keys.into_iter().map(str::to_owned)
}

/// What the code says of a proof, if the mirror must have vouched or need not.
fn holds(indexed: &Indexed, bytes: &[u8], vouched: bool) -> bool {
    let Ok(proof) = Proof::parse(bytes) else { return false };
    let checkpoint_key = LogVKey::Ed25519(indexed.example.checkpoint_key.vkey().clone());
    let mirror = indexed.mirror.vkey();
    let ledger = indexed.example.ledger;
    let genesis = proof.key_history().next();
    proof.verify(&ledger).is_ok()
        && genesis.is_some_and(|entry| entry.event().hash() == ledger)
        && proof.checkpoint.verify(&indexed.example.origin(), &[checkpoint_key]).is_ok()
        && (!vouched || proof.statement.is_some_and(|s: SignedStatement| s.verify(mirror).is_ok()))
}

/// A Python that has what the verifier needs: asked for nothing, it explains itself and ends with 2.
fn python() -> Option<String> {
    let venv = docs().join("../target/venv/bin/python3").display().to_string();
    let asked = std::env::var("ACCORD_PYTHON").ok();
    let found = asked.into_iter().chain([venv, "python3".to_owned()]).find(|python| {
        let output = Command::new(python).arg(docs().join("verify.py")).output();
        output.is_ok_and(|output| output.status.code() == Some(2))
    });
    if found.is_none() {
        println!("SKIPPED: no Python with what docs/verify.py needs");
    }
    found
}

/// Whether the second verifier finds that a proof holds.
fn second(python: &str, indexed: &Indexed, bytes: &[u8], vouched: bool, number: usize) -> bool {
    let name = format!("accord-completeness-{}-{number}", std::process::id());
    let file = std::env::temp_dir().join(name);
    std::fs::write(&file, bytes).unwrap();
    let mut command = Command::new(python);
    command.arg(docs().join("verify.py")).arg(&file).arg(indexed.example.ledger.to_string());
    if vouched {
        command.arg(indexed.mirror.vkey().to_string());
    }
    let output = command.output().unwrap();
    std::fs::remove_file(&file).unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let told = if output.status.success() { "COMPLETENESS ok:" } else { "COMPLETENESS failed:" };
    assert!(out.starts_with(told), "{out}{err}");
    output.status.success()
}

/// Proofs in every state: as they are, with single bits flipped, with parts of others.
fn cases(indexed: &Indexed) -> Vec<(String, Vec<u8>, bool)> {
    let mut all = Vec::new();
    for key in keys(indexed).iter().map(ToString::to_string).chain(strangers()) {
        for (made, asked) in [(false, false), (true, true), (false, true)] {
            let bytes = indexed.proof(&key, made).to_bytes();
            all.push((format!("{key} {made} {asked}"), bytes, asked));
        }
    }
    for key in ["type/violation.alleged", "signer/nobody", "stream/participant/mission"] {
        let bytes = indexed.proof(key, true).to_bytes();
        for at in (0..bytes.len()).step_by(97) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 6);
            all.push((format!("{key} byte {at}"), flipped, true));
        }
        all.push((format!("{key} cut"), bytes[..bytes.len() - 9].to_vec(), true));
        all.push((format!("{key} longer"), [&bytes[..], b"\n"].concat(), true));
    }
    let text = String::from_utf8(indexed.proof("signer/mission", true).to_bytes()).unwrap();
    let other = indexed.proof("signer/nobody", true);
    let end = String::from_utf8(other.to_bytes()).unwrap().lines().nth(3).unwrap().to_owned();
    for (from, to) in [
        ("\nfound\n", "\nempty\n".to_owned()),
        ("\nfound\n", format!("\n{end}\n")),
        ("\nsize 3\n", "\nsize 2\n".to_owned()),
        ("\nkey-entry 0", "\nentry 0".to_owned()),
        ("\nentry 2", "\nkey-entry 2".to_owned()),
        ("\nentry 3", "\nkey-entry 3".to_owned()),
        ("\nkey signer/mission\n", "\nkey signer/operator\n".to_owned()),
        ("\nkey signer/mission\n", "\nkey type/violation.alleged\n".to_owned()),
        ("\nkey signer/mission\n", "\nkey signer/miss.ion\n".to_owned()),
        ("\nkey signer/mission\n", "\nkey type/mission\n".to_owned()),
        ("\nsize 3\n", "\nsize 03\n".to_owned()),
    ] {
        assert!(text.contains(from), "{from}");
        all.push((to.clone(), text.replacen(from, &to, 1).into_bytes(), true));
    }
    // Entries left out, which the other hashes were not made for.
    for left_out in 0..4 {
        for key in ["signer/mission", "signer/guarantor"] {
            let mut proof = indexed.proof(key, true);
            proof.parts.retain(|part| part.entry.header.seq != left_out);
            all.push((format!("{key} without {left_out}"), proof.to_bytes(), true));
        }
    }
    all
}

#[test]
fn both_verifiers_say_the_same_of_proofs() {
    let Some(python) = python() else { return };
    let indexed = Indexed::new();
    let cases = cases(&indexed);
    let threads = 4;
    let differ: Vec<String> = std::thread::scope(|scope| {
        let (cases, indexed, python) = (&cases, &indexed, &python);
        let run = move |first: usize| {
            let own = cases.iter().enumerate().skip(first).step_by(threads);
            own.filter(|(at, (_, bytes, vouched))| {
                second(python, indexed, bytes, *vouched, *at) != holds(indexed, bytes, *vouched)
            })
            .map(|(_, (what, ..))| what.clone())
            .collect::<Vec<_>>()
        };
        let handles: Vec<_> = (0..threads).map(|n| scope.spawn(move || run(n))).collect();
        handles.into_iter().flat_map(|handle| handle.join().unwrap()).collect()
    });
    assert!(differ.is_empty(), "{differ:#?}");
    let sound = cases.iter().filter(|(_, bytes, vouched)| holds(&indexed, bytes, *vouched)).count();
    println!("{} proofs judged by both, {sound} hold", cases.len());
    assert!(sound >= 26 && cases.len() > 3 * sound);
}
