//! What a malicious operator can try, one attack a test: which check catches it and under which code,
//! and beside it what an honest operator does that looks much like it and must pass.
//!
//! | attack | caught by |
//! |---|---|
//! | a proof forged in its middle (CVE-2022-36111) | `check`, `verify`: [`proofs`] |
//! | a ledger that says itself which it is (CVE-2022-39199), a replaced genesis | `--ledger`: [`identity`] |
//! | huge proofs | limits, before anything is allocated: [`proofs`], [`requests`] |
//! | split and stale views, withheld files, a tail cut and grown again | [`views`] |
//! | extension lines, a hundred signatures, colliding key ids | [`notes`] |
//! | lies to a witness about the old size, histories, proofs | the witness: [`requests`] |
//!
//! What pins catch stands in `evidence.rs`, what a quorum does in `quorum.rs`.

mod identity;
mod notes;
mod proofs;
mod requests;
mod views;

use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::key::NoteSigner;
use accord_ledger::Record;
use accord_tests::binary::{self, Run};
use accord_tests::site::Site;
use accord_tests::world::key;
use serde_json::Value;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The operator's checkpoint key of a site's ledger.
fn checkpoint_key(site: &Site) -> NoteSigner {
    key(&site.pen.origin(), 2)
}

/// The entries of a ledger.
fn entries(directory: &Path) -> Vec<Vec<u8>> {
    let record = Record::open(directory).unwrap();
    (0..record.size()).map(|seq| record.view().entry(seq).unwrap()).collect()
}

fn published(directory: &Path) -> SignedCheckpoint {
    SignedCheckpoint::parse(&std::fs::read(directory.join("public/checkpoint")).unwrap()).unwrap()
}

fn publish(directory: &Path, text: &str) {
    std::fs::write(directory.join("public/checkpoint"), text).unwrap();
}

/// The codes that a verification names: those of the record, or those of its witnesses.
fn codes(report: &Value) -> Vec<String> {
    let of = |problems: &Value| -> Vec<String> {
        let problems = problems.as_array().unwrap();
        problems.iter().map(|p| p["code"].as_str().unwrap().to_owned()).collect()
    };
    let mut all = of(&report["problems"]);
    all.extend(of(&report["witnesses"]["problems"]));
    all
}

/// What somebody who has read nothing before finds by `verify`.
fn verdict(site: &Site, name: &str, args: &[&str]) -> (i32, Value) {
    let args = [&["verify", "--no-pin", "--json"], args].concat();
    let run = site.reads(&args, name);
    assert!(run.code == 0 || run.code == 1, "{run:?}");
    (run.code, serde_json::from_str(&run.out).unwrap())
}

/// It is named by exactly these codes.
#[track_caller]
fn named(site: &Site, name: &str, args: &[&str], expected: &[&str]) {
    let (code, report) = verdict(site, name, args);
    assert_eq!(codes(&report), expected, "{report:#}");
    assert_eq!(code, i32::from(!expected.is_empty()), "{report:#}");
}

/// `accord check` of some bytes, on a machine that has nothing else.
fn check(bytes: &[u8], args: &[&str]) -> Run {
    let machine = tempfile::tempdir().unwrap();
    std::fs::write(machine.path().join("file"), bytes).unwrap();
    binary::run(machine.path(), &[&["check", "file"], args].concat(), b"")
}

fn witness_key() -> CosignerSigner {
    CosignerSigner::from_seed("witness.example/w1", Algorithm::Ed25519, &[6; 32]).unwrap()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A checkpoint with a cosignature beside what stands under it.
fn cosigned(note: &SignedCheckpoint, by: &CosignerSigner, time: u64) -> String {
    let line = by.cosign(note.checkpoint(), time).unwrap();
    note.with_signatures(&[line]).unwrap().to_text()
}

/// A head of this size over the first entries of a history.
fn head(entries: &[Vec<u8>], origin: &str) -> Checkpoint {
    let leaves: Vec<_> = entries.iter().map(|e| accord_format::merkle::leaf_hash(e)).collect();
    let root = accord_format::merkle::root_of(&leaves);
    Checkpoint { origin: origin.to_owned(), size: entries.len() as u64, root }
}
