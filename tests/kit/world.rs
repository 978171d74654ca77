//! One ledger with everything in it that verification must tell apart.

use crate::domain::Domain;
use crate::files::Files;
use accord_charter::Grants;
use accord_format::event::{Draft, Occurred, Precision, Seen, SignedEvent};
use accord_format::hash::{EventHash, LedgerId};
use accord_format::key::NoteSigner;
use accord_format::time::{Instant, Timestamp};
use accord_format::{checkpoint, merkle, possession};
use accord_ledger::clock::SystemClock;
use accord_ledger::kernel::types::{ClockPolicy, KeyAuthority, LedgerInitialised};
use accord_ledger::verify::{self, Held, Report};
use accord_ledger::{Ledger, OperatorKeys, Options, Outcome, Record, Submission};
use accord_store::StoreResult;
use accord_store::disk::RealDisk;
use accord_store::index::{Index, MemoryIndex};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

/// A key from a fixed seed.
pub fn key(name: &str, seed: u8) -> NoteSigner {
    NoteSigner::from_seed(name, &[seed; 32]).unwrap()
}

/// Options with the test's own domain and a simulated clock.
pub fn options(index: Box<dyn Index>) -> Options {
    Options {
        admission: Some(Box::new(Domain)),
        index,
        clock: Box::new(SystemClock),
        accept_gap: false,
    }
}

/// Verifies files as a ledger, with the test's own domain.
pub fn verify(files: &Files, held: Vec<Held>) -> StoreResult<Report> {
    let reader = files.reader()?;
    let admission = Some(Box::new(Domain) as _);
    let options = verify::Options { admission, held, ..verify::Options::default() };
    Ok(verify::verify(&reader, options, &mut ()).0)
}

/// A minute of the ledger's simulated time.
fn minute(n: u64) -> Instant {
    Instant::new(Timestamp::from_seconds(1_780_000_000 + i64::try_from(n * 60).unwrap()))
}

/// Signs events, each with an id and a minute of its own.
#[derive(Debug)]
pub struct Pen {
    name: &'static str,
    /// The ledger; nothing before its genesis.
    pub id: Option<LedgerId>,
    /// What the authors have last seen.
    pub seen: Seen,
    minute: u64,
    /// Tells apart ids of events of one minute.
    pub nonce: u16,
    field_key: (&'static str, u8),
}

impl Pen {
    /// A pen for the ledger of this name, before its genesis.
    pub fn new(name: &'static str) -> Self {
        let seen = Seen { size: 0, root: merkle::empty_root() };
        Self { name, id: None, seen, minute: 0, nonce: 0, field_key: ("mission/field-1", 21) }
    }

    /// The log's origin.
    pub fn origin(&self) -> String {
        checkpoint::origin_of(self.name, &self.id.unwrap())
    }

    /// Moves the clock on.
    pub fn at(&mut self, minute: u64) {
        self.minute = minute;
    }

    /// An event; a stream that ends in a slash gets the event's id.
    pub fn event(
        &mut self,
        event_type: &str,
        stream: &str,
        payload: Value,
        signers: &[(&NoteSigner, &str)],
    ) -> SignedEvent {
        self.minute += 1;
        let id = format!("0198f3c2-{:04x}-7000-8000-{:012x}", self.nonce, self.minute);
        let stream =
            if stream.ends_with('/') { format!("{stream}{id}") } else { stream.to_owned() };
        let at = minute(self.minute);
        let draft = Draft {
            ledger: self.id,
            id,
            event_type: event_type.to_owned(),
            version: 1,
            stream,
            signers: signers.iter().map(|(k, r)| (k.id_string(), (*r).to_owned())).collect(),
            issued: at,
            occurred: Occurred { from: at, until: None, precision: Precision::Minute },
            seen: self.seen,
            expects: None,
            evidence: Vec::new(),
            relates: Vec::new(),
            payload,
        };
        let keys: Vec<&NoteSigner> = signers.iter().map(|(k, _)| *k).collect();
        SignedEvent::sign(&draft.to_line().unwrap(), &keys).unwrap()
    }

    /// A report by the mission.
    pub fn report(&mut self, count: u64) -> SignedEvent {
        let signer = key(self.field_key.0, self.field_key.1);
        self.event("test.reported", "test/", json!({"count": count}), &[(&signer, "mission")])
    }

    /// An event of the key authority, two of three.
    pub fn authority(&mut self, event_type: &str, stream: &str, payload: Value) -> SignedEvent {
        let (a, b) = (key("authority-a/k", 11), key("authority-b/k", 12));
        let signers = [(&a, "key_authority"), (&b, "key_authority")];
        self.event(event_type, stream, payload, &signers)
    }

    fn enrolment(&mut self, code: &str, signer: &NoteSigner, role: &str) -> SignedEvent {
        let payload = json!({"participant": code, "name": "A body", "kind": "body",
            "roles": [role], "vkey": signer.vkey(),
            "possession": possession::prove(&self.id.unwrap(), code, signer)});
        self.authority("participant.enrolled", &format!("participant/{code}"), payload)
    }

    fn genesis(&mut self) -> SignedEvent {
        let authority =
            [key("authority-a/k", 11), key("authority-b/k", 12), key("authority-c/k", 13)];
        let operator = key("operator/main", 1);
        let grants: Grants = serde_json::from_value(json!([
            {"types": ["charter.*", "rules.adopted", "record.redacted", "record.dispute_settled"],
             "any_of": [{"all": [{"role": "secretariat"}]}]},
            {"types": ["test.*"], "any_of": [{"all": [{"role": "mission"}]}, {"all": [{"role": "party"}]}],
             "co_signers": "allowed"},
            {"types": ["unheard.of"], "any_of": [{"all": [{"role": "mission"}]}]},
        ]))
        .unwrap();
        let payload = LedgerInitialised {
            name: self.name.into(),
            checkpoint_keys: vec![key("x", 2).vkey().typed_base64()],
            operator: operator.vkey().clone(),
            key_authority: KeyAuthority {
                keys: authority.iter().map(|k| k.vkey().clone()).collect(),
                threshold: 2,
            },
            suites: ["ed25519", "blake3", "rfc6962-sha256"].map(str::to_owned).to_vec(),
            clock_policy: ClockPolicy::Simulated,
            suspension_hours: 72,
            witness_policy: Vec::new(),
            grants,
        };
        let mut signers = vec![(&operator, "operator")];
        signers.extend(authority.iter().map(|k| (k, "key_authority")));
        let payload = serde_json::to_value(&payload).unwrap();
        let genesis = self.event("ledger.initialised", "ledger/main", payload, &signers);
        self.id = Some(genesis.event().hash());
        genesis
    }
}

/// Founds a ledger in `directory` with a mission, a party and a secretariat, and puts the operator's
/// keys where the command line looks for them.
pub fn found(name: &'static str, directory: &Path) -> Pen {
    let mut hand = Hand::begin(name, directory);
    hand.enrol();
    hand.ledger.close().unwrap();
    let origin = hand.pen.origin();
    let keys: Vec<String> = [key("operator/main", 1), key(&origin, 2), key(&origin, 3)]
        .iter()
        .map(|key| format!("{}\n", key.to_private_text().as_str()))
        .collect();
    let path = directory.join("private/operator.key");
    std::fs::write(&path, keys.concat()).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    hand.pen
}

/// The operator's keys: the event key, and the checkpoint keys of before and after the rotation.
pub fn operator_keys(origin: &str) -> OperatorKeys {
    OperatorKeys::new(vec![key("operator/main", 1), key(origin, 2), key(origin, 3)])
}

/// A closed ledger, and what others hold of it.
#[derive(Debug)]
pub struct World {
    /// Its directory.
    pub files: Files,
    /// Its entries.
    pub entries: Vec<Vec<u8>>,
    /// Its id.
    pub id: LedgerId,
    /// The log's origin.
    pub origin: String,
    /// Seqs of entries that tests speak of.
    pub marks: BTreeMap<&'static str, u64>,
    /// Head checkpoints by size, as they were handed out.
    pub heads: BTreeMap<u64, String>,
    /// Receipts by seq.
    pub receipts: BTreeMap<u64, String>,
}

impl World {
    /// Builds a ledger of at least `size` entries, on a real disk, through the ledger's writer.
    pub fn build(name: &'static str, size: u64) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut hand = Hand::begin(name, directory.path());
        hand.live(size);
        hand.finish(directory.path())
    }

    /// The checkpoint key in force at the end.
    pub fn checkpoint_key(&self) -> NoteSigner {
        key(&self.origin, 3)
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.entries.len() as u64
    }
}

/// The ledger under construction.
struct Hand {
    pen: Pen,
    ledger: Ledger,
    marks: BTreeMap<&'static str, u64>,
    heads: BTreeMap<u64, String>,
    receipts: BTreeMap<u64, String>,
}

impl Hand {
    fn begin(name: &'static str, directory: &Path) -> Self {
        let mut pen = Pen::new(name);
        let genesis = pen.genesis();
        let disk = Arc::new(RealDisk::new(directory));
        let keys = operator_keys(&pen.origin());
        let options = options(Box::new(MemoryIndex::default()));
        let ledger = Ledger::init(disk, genesis, None, keys, options).unwrap();
        let (marks, heads, receipts) = Default::default();
        Self { pen, ledger, marks, heads, receipts }
    }

    /// Appends one batch; every event must be accepted.
    fn append(&mut self, events: &[SignedEvent]) -> u64 {
        let submissions: Vec<Submission> = events
            .iter()
            .map(|e| Submission { note: e.note().as_bytes().to_vec(), at: None })
            .collect();
        let mut first = u64::MAX;
        for outcome in self.ledger.append(&submissions).unwrap() {
            let Outcome::Accepted { receipt, .. } = outcome else { unexpected(&outcome) };
            first = first.min(receipt.header().seq);
            self.receipts.insert(receipt.header().seq, receipt.to_text());
            let head = receipt.proof().checkpoint.clone();
            self.heads.insert(head.checkpoint().size, head.to_text());
        }
        // From time to time the authors look at what is there.
        self.pen.seen = Seen { size: self.ledger.size(), root: self.ledger.root() };
        first
    }

    fn mark(&mut self, mark: &'static str, event: SignedEvent) -> EventHash {
        let hash = event.event().hash();
        let seq = self.append(&[event]);
        self.marks.insert(mark, seq);
        hash
    }

    /// The operator commits to the index so far.
    fn commit(&mut self) {
        let note =
            self.ledger.index_commitment("0198f3c2-ffff-7000-8000-000000000001").unwrap().note;
        self.mark("commitment", SignedEvent::parse(&note).unwrap());
    }

    fn reports(&mut self, upto: u64) {
        while self.ledger.size() < upto {
            let count = (upto - self.ledger.size()).min(97);
            let events: Vec<SignedEvent> = (0..count).map(|n| self.pen.report(n * 14)).collect();
            self.append(&events);
        }
    }

    fn enrol(&mut self) {
        let (field, party, desk) =
            (key("mission/field-1", 21), key("north/liaison", 23), key("secretariat/desk", 24));
        for (code, signer, role) in [
            ("mission", &field, "mission"),
            ("north", &party, "party"),
            ("secretariat", &desk, "secretariat"),
        ] {
            let event = self.pen.enrolment(code, signer, role);
            self.append(&[event]);
        }
    }

    fn live(&mut self, size: u64) {
        let part = size / 10;
        self.enrol();
        let (field, party, desk) =
            (key("mission/field-1", 21), key("north/liaison", 23), key("secretariat/desk", 24));
        let lost = key("north/lost", 25);
        let id = self.pen.id.unwrap();
        let added = json!({"participant": "north", "vkey": lost.vkey(),
            "possession": possession::prove(&id, "north", &lost)});
        let added = self.pen.authority("key.added", "participant/north", added);
        self.mark("key-added", added);
        self.reports(part);
        let report = self.pen.event(
            "test.reported",
            "test/",
            json!({"count": 1, "picture": "ab".repeat(32)}),
            &[(&field, "mission"), (&party, "party")],
        );
        let joint = self.mark("joint", report);
        self.reports(2 * part);
        let mut count = 1;
        for new in [2, 3] {
            let payload = json!({"target": joint, "reason": "late_info",
                "patches": [{"pointer": "/payload/count", "old": count, "new": new}]});
            let signers = [(&field, "mission"), (&party, "party")];
            let event = self.pen.event("record.corrected", "record/", payload, &signers);
            self.mark("correction", event);
            count = new;
        }
        let disputed = json!({"target": joint, "ground": "it was dark"});
        let signers = [(&party, "party")];
        let event = self.pen.event("record.disputed", "record/", disputed, &signers);
        let stream = event.event().stream.clone();
        self.mark("dispute", event);
        let settled = json!({"outcome": "it stands"});
        let event =
            self.pen.event("record.dispute_settled", &stream, settled, &[(&desk, "secretariat")]);
        self.mark("settlement", event);
        self.commit();
        self.ledger.publish().unwrap();
        self.reports(4 * part);
        let payload = json!({"count": 7});
        let event = self.pen.event("test.reported", "test/", payload, &[(&lost, "party")]);
        self.mark("by-lost-key", event);
        let revoked = json!({"participant": "north", "key": lost.id_string(), "reason": "lost"});
        let event = self.pen.authority("key.revoked", "participant/north", revoked);
        self.mark("revocation", event);
        let next = key(&self.pen.origin(), 3);
        let rotated = json!({"checkpoint_keys": [next.vkey().typed_base64()]});
        let event = self.pen.authority("ledger.checkpoint_keys_rotated", "ledger/main", rotated);
        self.mark("checkpoint-rotation", event);
        self.reports(6 * part);
        let second = key("mission/field-2", 22);
        let rotated = json!({"participant": "mission", "old_key": field.id_string(),
            "vkey": second.vkey(), "possession": possession::prove(&id, "mission", &second)});
        let signers = [(&field, "mission")];
        let event = self.pen.event("key.rotated", "participant/mission", rotated, &signers);
        self.mark("key-rotation", event);
        self.pen.field_key = ("mission/field-2", 22);
        // Leaves a partial bundle and tiles behind that the next publication makes stale.
        self.reports(size - 20);
        self.ledger.publish().unwrap();
        self.reports(size);
    }

    fn finish(self, directory: &Path) -> World {
        let (origin, id) = (self.pen.origin(), self.pen.id.unwrap());
        self.ledger.close().unwrap();
        let record = Record::open(directory).unwrap();
        let view = record.view();
        let entries = (0..view.size()).map(|seq| view.entry(seq).unwrap()).collect();
        let files = Files::load(directory);
        let Self { marks, heads, receipts, .. } = self;
        World { files, entries, id, origin, marks, heads, receipts }
    }
}

#[expect(clippy::panic, reason = "a refusal is a mistake in the kit")]
fn unexpected(outcome: &Outcome) -> ! {
    panic!("{outcome:?}")
}
