//! A small ledger to test with: fixed keys, a simulated disk and clock.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "each test file uses its own part of the kit, and a kit that fails fails its test"
)]

pub(crate) mod domain;
pub(crate) mod witnesses;

use accord_catalogue::unit::{Code, Text};
use accord_charter::Grants;
use accord_format::cosignature::Algorithm;
use accord_format::event::{Draft, Occurred, Precision, Seen, SignedEvent};
use accord_format::hash::{LedgerId, NodeHash};
use accord_format::key::NoteSigner;
use accord_format::log_key::LogSigner;
use accord_format::merkle;
use accord_format::possession;
use accord_format::time::{Instant, Timestamp};
use accord_ledger::admission::Admission;
use accord_ledger::clock::SystemClock;
use accord_ledger::kernel::Kernel;
use accord_ledger::kernel::types::{ClockPolicy, KeyAuthority, LedgerInitialised};
use accord_ledger::verify::{self, Report};
use accord_ledger::{Ledger, LedgerError, OperatorKeys, Options, Outcome, Submission};
use accord_store::Reader;
use accord_store::disk::{Disk, SimDisk};
use accord_store::index::MemoryIndex;
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) fn key(name: &str, seed: u8) -> NoteSigner {
    NoteSigner::from_seed(name, &[seed; 32]).unwrap()
}

/// A checkpoint key of ML-DSA-44.
pub(crate) fn quantum_key(origin: &str, seed: u8) -> LogSigner {
    LogSigner::from_seed(origin, Algorithm::MlDsa44, &[seed; 32]).unwrap()
}

pub(crate) fn instant(seconds: i64) -> Instant {
    Instant::new(Timestamp::from_seconds(1_780_000_000 + seconds))
}

pub(crate) struct Kit {
    pub(crate) disk: Arc<SimDisk>,
    pub(crate) ledger: Option<Ledger>,
    pub(crate) id: LedgerId,
    pub(crate) authority: [NoteSigner; 3],
    pub(crate) operator: NoteSigner,
    pub(crate) mission: NoteSigner,
    pub(crate) head: NoteSigner,
    pub(crate) party: NoteSigner,
    /// Events drafted so far; each is a minute after the one before.
    pub(crate) counter: i64,
    pub(crate) seen: Seen,
    domain: bool,
}

pub(crate) fn operator_keys(origin: &str) -> OperatorKeys {
    let keys = [key("operator/main", 1), key("operator/next", 71), key(origin, 2), key(origin, 3)];
    let mut keys: Vec<LogSigner> = keys.map(LogSigner::from).into();
    keys.push(quantum_key(origin, 4));
    keys.push(quantum_key(origin, 5));
    OperatorKeys::new(keys)
}

pub(crate) fn options(domain: bool) -> Options {
    Options {
        admission: admission(domain),
        index: Box::new(MemoryIndex::default()),
        clock: Box::new(SystemClock),
        accept_gap: false,
    }
}

/// The judges of the test's own family, if asked for.
pub(crate) fn admission(domain: bool) -> Option<Box<dyn Admission>> {
    domain.then(|| Box::new(domain::Domain::default()) as Box<dyn Admission>)
}

pub(crate) fn empty_seen() -> Seen {
    Seen { size: 0, root: merkle::empty_root() }
}

pub(crate) fn outcome_code(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted { .. } => "accepted",
        Outcome::Repeated { .. } => "repeated",
        Outcome::Refused { rejection, .. } => rejection.code,
        Outcome::Malformed(_) => "malformed",
    }
}

impl Kit {
    /// A ledger with its genesis alone, without domain rules.
    pub(crate) fn bare() -> Self {
        Self::genesis(false, |_| ()).unwrap()
    }

    /// The same, of a genesis that `change` has had its way with.
    pub(crate) fn bare_with(change: impl FnOnce(&mut LedgerInitialised)) -> Self {
        Self::try_bare_with(change).unwrap()
    }

    pub(crate) fn try_bare_with(
        change: impl FnOnce(&mut LedgerInitialised),
    ) -> Result<Self, LedgerError> {
        Self::genesis(false, change)
    }

    fn genesis(
        domain: bool,
        change: impl FnOnce(&mut LedgerInitialised),
    ) -> Result<Self, LedgerError> {
        let authority =
            [key("authority-a/k", 11), key("authority-b/k", 12), key("authority-c/k", 13)];
        let operator = key("operator/main", 1);
        let grants: Grants = serde_json::from_value(json!([
            {"types": ["charter.*", "rules.adopted", "record.redacted", "record.dispute_settled", "record.duplicate_marked"],
             "any_of": [{"all": [{"role": "secretariat"}]}]},
            {"types": ["test.*"], "any_of": [{"all": [{"role": "mission"}]}], "co_signers": "allowed"},
        ]))
        .unwrap();
        let mut payload = LedgerInitialised {
            name: "ledger.example/test".into(),
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
        change(&mut payload);
        let draft = Draft {
            ledger: None,
            id: uuid(0),
            event_type: "ledger.initialised".into(),
            version: 1,
            stream: "ledger/main".into(),
            signers: [(&operator, "operator")]
                .into_iter()
                .chain(authority.iter().map(|k| (k, "key_authority")))
                .map(|(k, role)| (k.id_string(), role.to_owned()))
                .collect(),
            issued: instant(0),
            occurred: Occurred { from: instant(0), until: None, precision: Precision::Second },
            seen: empty_seen(),
            expects: None,
            evidence: Vec::new(),
            relates: Vec::new(),
            payload: serde_json::to_value(&payload).unwrap(),
        };
        let keys: Vec<&NoteSigner> = [&operator].into_iter().chain(&authority).collect();
        let genesis = SignedEvent::sign(&draft.to_line().unwrap(), &keys).unwrap();
        let id = genesis.event().hash();
        let origin = accord_format::checkpoint::origin_of("ledger.example/test", &id);
        let disk = Arc::new(SimDisk::new(7));
        let ledger =
            Ledger::init(disk.clone(), genesis, None, operator_keys(&origin), options(domain))?;
        Ok(Self {
            disk,
            ledger: Some(ledger),
            id,
            authority,
            operator,
            mission: key("mission/field-3", 21),
            head: key("mission/head", 22),
            party: key("north/liaison", 23),
            counter: 0,
            seen: empty_seen(),
            domain,
        })
    }

    /// A ledger with a mission (two keys), a party and a secretariat.
    pub(crate) fn new() -> Self {
        Self::populated(false)
    }

    /// The same, with the test's own family of events: the report `test.reported`, which opens a
    /// stream, and the act `test.certified`, which closes it.
    pub(crate) fn with_domain() -> Self {
        Self::populated(true)
    }

    fn populated(domain: bool) -> Self {
        let mut kit = Self::genesis(domain, |_| ()).unwrap();
        let (mission, party) = (key("mission/field-3", 21), key("north/liaison", 23));
        assert_eq!(kit.enrol(&mission, "mission", &["mission"]), "accepted");
        assert_eq!(kit.enrol(&party, "north", &["party"]), "accepted");
        assert_eq!(
            kit.enrol(&key("secretariat/desk", 24), "secretariat", &["secretariat"]),
            "accepted"
        );
        let head = key("mission/head", 22);
        let payload = json!({"participant": "mission", "vkey": head.vkey(), "head": true,
            "possession": possession::prove(&kit.id, "mission", &head)});
        assert_eq!(kit.authority_says("key.added", "participant/mission", &payload), "accepted");
        kit
    }

    pub(crate) fn origin(&self) -> String {
        accord_format::checkpoint::origin_of("ledger.example/test", &self.id)
    }

    pub(crate) fn ledger(&mut self) -> &mut Ledger {
        self.ledger.as_mut().unwrap()
    }

    /// Drops the writer and opens the ledger again.
    pub(crate) fn reopen(&mut self) -> accord_ledger::Opened {
        self.reopen_with(options(self.domain))
    }

    /// The same with other options.
    pub(crate) fn reopen_with(&mut self, options: Options) -> accord_ledger::Opened {
        drop(self.ledger.take());
        let (ledger, opened) =
            Ledger::open(self.disk.clone(), operator_keys(&self.origin()), options).unwrap();
        self.ledger = Some(ledger);
        opened
    }

    pub(crate) fn reader(&self) -> Reader {
        let disk: Arc<dyn Disk> = self.disk.clone();
        Reader::open(disk).unwrap()
    }

    pub(crate) fn enrol(&mut self, key: &NoteSigner, code: &str, roles: &[&str]) -> &'static str {
        let roles: Vec<Code> = roles.iter().map(|r| Code::new(*r).unwrap()).collect();
        let payload = json!({"participant": code, "name": Text::new("A body").unwrap(), "kind": "body",
            "roles": roles, "vkey": key.vkey(), "possession": possession::prove(&self.id, code, key)});
        self.authority_says("participant.enrolled", &format!("participant/{code}"), &payload)
    }

    /// The event, signed by two of the three authority keys.
    pub(crate) fn authority_says(
        &mut self,
        event_type: &str,
        stream: &str,
        payload: &Value,
    ) -> &'static str {
        let (a, b) = (key("authority-a/k", 11), key("authority-b/k", 12));
        let event = self.event(
            event_type,
            stream,
            payload,
            &[(&a, "key_authority"), (&b, "key_authority")],
        );
        self.append(&event)
    }

    pub(crate) fn draft(
        &mut self,
        event_type: &str,
        stream: &str,
        payload: &Value,
        signers: &[(&NoteSigner, &str)],
    ) -> Draft {
        self.counter += 1;
        let id = uuid(self.counter);
        let stream =
            if stream.ends_with('/') { format!("{stream}{id}") } else { stream.to_owned() };
        let at = instant(self.counter * 60);
        Draft {
            ledger: Some(self.id),
            id,
            event_type: event_type.to_owned(),
            version: 1,
            stream,
            signers: signers.iter().map(|(k, role)| (k.id_string(), (*role).to_owned())).collect(),
            issued: at,
            occurred: Occurred { from: at, until: None, precision: Precision::Second },
            seen: self.seen,
            expects: None,
            evidence: Vec::new(),
            relates: Vec::new(),
            payload: payload.clone(),
        }
    }

    pub(crate) fn event(
        &mut self,
        event_type: &str,
        stream: &str,
        payload: &Value,
        signers: &[(&NoteSigner, &str)],
    ) -> SignedEvent {
        let draft = self.draft(event_type, stream, payload, signers);
        let keys: Vec<&NoteSigner> = signers.iter().map(|(k, _)| *k).collect();
        SignedEvent::sign(&draft.to_line().unwrap(), &keys).unwrap()
    }

    pub(crate) fn submit(&mut self, event: &SignedEvent) -> Outcome {
        let submission = Submission { note: event.note().as_bytes().to_vec(), at: None };
        self.ledger().append(&[submission]).unwrap().pop().unwrap()
    }

    pub(crate) fn append(&mut self, event: &SignedEvent) -> &'static str {
        let outcome = self.submit(event);
        if let Outcome::Refused { rejection, .. } = &outcome {
            println!("{rejection}");
        }
        outcome_code(&outcome)
    }

    /// The event, signed by one key, and what became of it.
    pub(crate) fn says(
        &mut self,
        signer: (&NoteSigner, &str),
        event_type: &str,
        stream: &str,
        payload: &Value,
    ) -> &'static str {
        let event = self.event(event_type, stream, payload, &[signer]);
        self.append(&event)
    }

    /// What verification says, and the state that comes of it.
    pub(crate) fn verify(&self) -> (Report, Kernel) {
        let options =
            verify::Options { admission: admission(self.domain), ..verify::Options::default() };
        verify::verify(&self.reader(), options, &mut ())
    }

    /// Verifies, and checks that the writer, verification and a writer that opens the ledger anew
    /// hold the same state.
    pub(crate) fn agreed(&mut self) -> Kernel {
        let (report, kernel) = self.verify();
        assert!(report.is_sound(), "{:?} {:?}", report.problems, report.voids);
        assert_eq!(kernel, self.ledger().bench().kernel);
        self.reopen();
        assert_eq!(kernel, self.ledger().bench().kernel);
        kernel
    }

    pub(crate) fn now(&self) -> (u64, NodeHash) {
        let ledger = self.ledger.as_ref().unwrap();
        (ledger.size(), ledger.root())
    }
}

pub(crate) fn uuid(n: i64) -> String {
    format!("0198f3c2-0000-7000-8000-{n:012x}")
}
