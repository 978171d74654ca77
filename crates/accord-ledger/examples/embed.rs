//! The ledger as a library: make one, append a signed event, keep the receipt, verify everything.
//!
//! `cargo run -p accord-ledger --example embed -- some/empty/directory`

use accord_charter::Grants;
use accord_format::checkpoint::origin_of;
use accord_format::event::{Draft, Occurred, Precision, Seen, SignedEvent};
use accord_format::hash::LedgerId;
use accord_format::key::NoteSigner;
use accord_format::time::Instant;
use accord_format::{merkle, possession};
use accord_ledger::clock::{Clock as _, SystemClock};
use accord_ledger::{Ledger, OperatorKeys, Options, Outcome, Record, Submission, verify};
use accord_store::{disk::RealDisk, index::MemoryIndex};
use serde_json::{Value, json};
use std::{error::Error, path::Path, sync::Arc};

/// The name under which the ledger is known.
const NAME: &str = "ledger.example/harbour";

/// Makes a ledger in `directory`, appends one event and verifies; returns the receipt's text.
pub(crate) fn run(directory: &Path) -> Result<String, Box<dyn Error>> {
    // Real keys come from a random generator and stay in files of their own; these are for show.
    let key = |name: &str, seed: u8| NoteSigner::from_seed(name, &[seed; 32]);
    let (operator, authority) = (key("operator/main", 1)?, key("registrar/desk", 2)?);
    let checkpoints = key("checkpoints", 3)?.vkey().typed_base64();

    // The first event names the keys that everything else rests on, and they all sign it.
    let genesis = json!({
        "name": NAME, "checkpoint_keys": [checkpoints], "operator": operator.vkey(),
        "key_authority": {"keys": [authority.vkey()], "threshold": 1},
        "suites": ["ed25519", "blake3", "rfc6962-sha256"], "clock_policy": "system",
        "suspension_hours": 72, "witness_policy": [], "grants": Grants::default(),
    });
    let signers = [(&operator, "operator"), (&authority, "key_authority")];
    let genesis = signed(None, 1, ("ledger.initialised", "ledger/main"), &signers, genesis)?;
    let id = genesis.event().hash();

    // The ledger's name as a log contains its id; the checkpoint key bears that name.
    let origin = origin_of(NAME, &id);
    let keys = OperatorKeys::new(vec![operator, key(&origin, 3)?]);
    let options = Options {
        admission: None, // the judges of a domain of your own come in here
        index: Box::new(MemoryIndex::default()),
        clock: Box::new(SystemClock),
        accept_gap: false,
    };
    let disk = Arc::new(RealDisk::new(directory));
    let mut ledger = Ledger::init(disk, genesis, None, keys, options)?;

    // Whoever signs from now on is enrolled first, and proves that it holds its key.
    let mission = key("mission/field-3", 4)?;
    let enrolment = json!({
        "participant": "mission", "name": "Monitoring mission", "kind": "body",
        "roles": ["mission"], "vkey": mission.vkey(),
        "possession": possession::prove(&id, "mission", &mission),
    });
    let about = ("participant.enrolled", "participant/mission");
    let event = signed(Some(id), 2, about, &[(&authority, "key_authority")], enrolment)?;
    let submission = Submission { note: event.note().as_bytes().to_vec(), at: None };
    let outcome = ledger.append(&[submission])?.pop().ok_or("no answer")?;
    // Now the event is on stable storage, in the tree, under a signed checkpoint.
    let Outcome::Accepted { receipt, .. } = outcome else {
        return Err(format!("not taken in: {outcome:?}").into());
    };
    // Its author can show that to anyone, without the ledger.
    receipt.verify(event, &origin, ledger.bench().kernel.checkpoint_keys(2))?;
    ledger.close()?;

    let (report, kernel) = Record::open(directory)?.verify(verify::Options::default(), &mut ());
    if !report.is_sound() || !kernel.participants().contains_key("mission") {
        return Err(format!("the record does not verify: {report:?}").into());
    }
    Ok(receipt.to_text())
}

/// Drafts an event that happens now, and signs it.
fn signed(
    ledger: Option<LedgerId>,
    number: u64,
    (event_type, stream): (&str, &str),
    signers: &[(&NoteSigner, &str)],
    payload: Value,
) -> Result<SignedEvent, Box<dyn Error>> {
    let now = SystemClock.now();
    let millis = now.micros() / 1000;
    let draft = Draft {
        ledger,
        id: format!("{:08x}-{:04x}-7000-8000-{number:012x}", millis >> 16, millis & 0xffff),
        event_type: event_type.to_owned(),
        version: 1,
        stream: stream.to_owned(),
        signers: signers.iter().map(|(key, role)| (key.id_string(), (*role).to_owned())).collect(),
        issued: Instant::new(now),
        occurred: Occurred { from: Instant::new(now), until: None, precision: Precision::Second },
        seen: Seen { size: 0, root: merkle::empty_root() },
        expects: None,
        evidence: Vec::new(),
        relates: Vec::new(),
        payload,
    };
    let keys: Vec<&NoteSigner> = signers.iter().map(|(key, _)| *key).collect();
    Ok(SignedEvent::sign(&draft.to_line()?, &keys)?)
}

#[cfg_attr(test, expect(dead_code, reason = "the test calls `run`"))]
#[expect(clippy::print_stdout, reason = "an example says what it did")]
fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).ok_or("say in which directory")?;
    print!("{}", run(Path::new(&directory))?);
    Ok(())
}
