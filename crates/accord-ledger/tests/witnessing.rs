//! Witnesses: what a checkpoint must have before it is published, how a policy changes, what
//! anchored checkpoints say of time, and which of two copies goes on.

#![allow(clippy::unwrap_used, reason = "helpers of tests, which fail with them")]

mod kit;

#[path = "witnessing/anchors.rs"]
mod anchors;
#[path = "witnessing/copies.rs"]
mod copies;
#[path = "witnessing/judged.rs"]
mod judged;
#[path = "witnessing/policies.rs"]
mod policies;
#[path = "witnessing/publication.rs"]
mod publication;
#[path = "witnessing/rounds.rs"]
mod rounds;

use accord_format::checkpoint::SignedCheckpoint;
use accord_ledger::cosigners::Collected;
use accord_ledger::{LedgerError, Record, Taken};
use accord_store::disk::Disk as _;
use accord_store::layout;
use kit::witnesses::{Witnesses, policy, two_of_three, witness_key};
use kit::{Kit, key};
use serde_json::{Value, json};

/// A ledger that asks for two of three witnesses from its start, and those three.
fn witnessed() -> (Kit, Witnesses) {
    let kit = Kit::bare_with(|genesis| genesis.witness_policy = two_of_three());
    (kit, Witnesses::new(&[1, 2, 3]))
}

fn cosign(kit: &mut Kit, witnesses: &mut Witnesses) -> Taken {
    kit.ledger().cosign(witnesses).unwrap().unwrap()
}

/// Lets the head meet its quorum.
fn publish(kit: &mut Kit, witnesses: &mut Witnesses) -> SignedCheckpoint {
    assert!(cosign(kit, witnesses).published);
    published(kit).unwrap()
}

fn file(kit: &Kit, path: &str) -> Option<SignedCheckpoint> {
    let bytes = kit.disk.read(path, 1 << 20).ok()?;
    Some(SignedCheckpoint::parse(&bytes).unwrap())
}

fn published(kit: &Kit) -> Option<SignedCheckpoint> {
    file(kit, layout::CHECKPOINT)
}

fn size_of(note: &SignedCheckpoint) -> u64 {
    note.checkpoint().size
}

/// Enrols somebody, so that the ledger grows by one entry.
fn grow(kit: &mut Kit, number: u8) {
    let code = format!("body-{number}");
    let newcomer = key(&format!("{code}/desk"), 150 + number);
    assert_eq!(kit.enrol(&newcomer, &code, &["observer"]), "accepted");
}

fn change_policy(kit: &mut Kit, lines: &[String]) -> &'static str {
    let payload = json!({"witness_policy": lines});
    kit.authority_says("ledger.witness_policy_changed", "ledger/main", &payload)
}

/// The payload that anchors checkpoints.
fn anchoring(notes: &[&SignedCheckpoint]) -> Value {
    let lines = |note: &SignedCheckpoint| note.to_text().lines().map(str::to_owned).collect();
    json!({"checkpoints": notes.iter().map(|n| lines(n)).collect::<Vec<Vec<String>>>()})
}

fn anchor(kit: &mut Kit, notes: &[&SignedCheckpoint]) -> &'static str {
    let operator = key("operator/main", 1);
    kit.says((&operator, "operator"), "checkpoint.anchored", "checkpoint/main", &anchoring(notes))
}

fn codes(kit: &Kit) -> Vec<&'static str> {
    let (report, _) = kit.verify();
    let voids = report.voids.iter().map(|v| v.code);
    report.problems.iter().map(|p| p.code).chain(voids).collect()
}
