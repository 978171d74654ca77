//! Attacks: each tries to break a promise of the ledger as somebody would who may sign something,
//! runs the ledger, or only holds a file.

#![allow(clippy::unwrap_used, reason = "helpers of tests, which fail with them")]

mod kit;

#[path = "attacks/agreement.rs"]
mod agreement;
#[path = "attacks/bundles.rs"]
mod bundles;
#[path = "attacks/corrections.rs"]
mod corrections;
#[path = "attacks/forks.rs"]
mod forks;
#[path = "attacks/handles.rs"]
mod handles;
#[path = "attacks/keys.rs"]
mod keys;
#[path = "attacks/records.rs"]
mod records;
#[path = "attacks/refusals.rs"]
mod refusals;
#[path = "attacks/resumed.rs"]
mod resumed;
#[path = "attacks/streams.rs"]
mod streams;
#[path = "attacks/writer.rs"]
mod writer;

use accord_charter::Charter;
use accord_format::bundle::{Bundle, ProvenEntry};
use accord_format::checkpoint::Checkpoint;
use accord_format::entry::{Entry, Header};
use accord_format::event::SignedEvent;
use accord_format::key::NoteSigner;
use accord_format::merkle;
use accord_format::possession;
use accord_format::refusal::Refusal;
use accord_ledger::check::{self, CheckError};
use accord_ledger::verify;
use accord_ledger::{Outcome, Record, Submission};
use kit::{Kit, instant, key, outcome_code};
use serde_json::{Value, json};

fn says(
    kit: &mut Kit,
    signer: &NoteSigner,
    role: &str,
    event_type: &str,
    stream: &str,
    payload: &Value,
) -> &'static str {
    let event = kit.event(event_type, stream, payload, &[(signer, role)]);
    kit.append(&event)
}

fn endorse(kit: &mut Kit, signer: &NoteSigner, role: &str) -> &'static str {
    let target = kit.id;
    says(kit, signer, role, "record.endorsed", "record/", &json!({"target": target}))
}

/// Signs a draft that has been given the id, and with it the stream, of another event.
fn with_id_of(
    kit: &mut Kit,
    other: &SignedEvent,
    event_type: &str,
    payload: &Value,
    signer: &NoteSigner,
    role: &str,
) -> SignedEvent {
    let other = other.event();
    let mut draft = kit.draft(event_type, &other.stream, payload, &[(signer, role)]);
    draft.id.clone_from(&other.id);
    SignedEvent::sign(&draft.to_line().unwrap(), &[signer]).unwrap()
}

fn append_at(kit: &mut Kit, event: &SignedEvent, seconds: i64) -> &'static str {
    let at = Some(instant(seconds).timestamp());
    let submission = Submission { note: event.note().as_bytes().to_vec(), at };
    outcome_code(&kit.ledger().append(&[submission]).unwrap()[0])
}

fn sound(kit: &Kit) -> bool {
    let report = verify::verify(&kit.reader(), verify::Options::default(), &mut ()).0;
    report.problems.is_empty() && report.voids.is_empty()
}
