//! A record in memory with the kernel and the families that follow it.

use crate::Families;
use crate::replay::{Known, Replay, Snapshot};
use crate::view::{self, View};
use accord_catalogue::EventType;
use accord_charter::Charter;
use accord_format::entry::Entry;
use accord_format::hash::EventHash;
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use accord_ledger::admission::{Admission, Candidate, Context, Finding, History, Rejection};
use accord_ledger::kernel::{Kernel, types};
use accord_projection::testing::{Draft, Log};
use accord_projection::{Declaration, Guard, Source};
use serde_json::{Value, json};

/// The charter of the tests: two parties and a board of three.
pub(super) fn charter() -> Charter {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/twelve-point.toml");
    Charter::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The log as the ledger's history.
pub(super) struct Archive<'a>(pub(super) &'a Log);

impl History for Archive<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        Source::entry(self.0, seq)
    }

    fn seq_of(&self, event: &EventHash) -> Option<u64> {
        self.0.entries().iter().find(|e| e.event().hash() == *event).map(|e| e.header.seq)
    }

    fn stream(&self, stream: &str) -> Vec<u64> {
        let all = self.0.entries().iter().filter(|e| e.event().stream == stream);
        all.map(|e| e.header.seq).collect()
    }
}

#[derive(Clone)]
pub(super) struct World {
    pub(super) log: Log,
    pub(super) kernel: Kernel,
    pub(super) families: Families,
}

impl World {
    /// An empty record at this time.
    pub(super) fn at(now: &str) -> Self {
        let mut log = Log::default();
        log.at(now);
        Self { log, kernel: Kernel::default(), families: Families::new().unwrap() }
    }

    /// The same, with the charter in force.
    pub(super) fn with_charter(now: &str) -> Self {
        let mut world = Self::at(now);
        world.adopt(&charter());
        world
    }

    /// The same, in a ledger that was founded: one with an id.
    pub(super) fn founded(now: &str) -> Self {
        let mut world = Self::at(now);
        let key = |name: &str, seed| NoteSigner::from_seed(name, &[seed; 32]).unwrap();
        let payload = json!({
            "name": "ledger.example/test", "checkpoint_keys": [base64_of(&key("checkpoint", 1))],
            "operator": key("operator/main", 2).vkey(),
            "key_authority": {"keys": [key("authority/seat", 3).vkey()], "threshold": 1},
            "suites": ["ed25519", "blake3", "rfc6962-sha256"], "clock_policy": "simulated",
            "suspension_hours": 72, "witness_policy": [], "grants": [],
        });
        world.kernel_event("ledger.initialised", "", payload);
        world.adopt(&charter());
        world
    }

    pub(super) fn adopt(&mut self, charter: &Charter) {
        let payload = json!({"charter": charter});
        let seq = self.kernel_event("charter.proposed", "", payload);
        let stream = self.stream(seq);
        self.kernel_event("charter.adopted", &stream, json!({}));
    }

    /// Writes an event of the kernel, judged by nobody.
    pub(super) fn kernel_event(&mut self, name: &str, stream: &str, payload: Value) -> u64 {
        let declared = types::event_type(name, 1).unwrap();
        let seq = self.log.write("secretariat", declared, stream, payload);
        self.apply();
        seq
    }

    pub(super) fn apply(&mut self) {
        let entry = self.log.entries().last().unwrap().clone();
        self.kernel.apply(&entry);
        let archive = Archive(&self.log);
        self.families.applied(&entry, &Context { kernel: &self.kernel, history: &archive });
    }

    pub(super) fn declared(&self, name: &str) -> EventType {
        *self.families.event_type(name, 1).unwrap_or_else(|| panic!("no type {name}"))
    }

    /// Submits an event that occurred when it is recorded.
    pub(super) fn submit(
        &mut self,
        author: &str,
        name: &str,
        stream: &str,
        payload: Value,
    ) -> Result<(u64, Vec<Finding>), Rejection> {
        let now = self.log.now().plus_seconds(1).to_seconds_string();
        self.submit_of(author, name, stream, json!({"from": now, "precision": "second"}), payload)
    }

    /// Submits an event: judged, and taken in when it is not refused.
    pub(super) fn submit_of(
        &mut self,
        author: &str,
        name: &str,
        stream: &str,
        occurred: Value,
        payload: Value,
    ) -> Result<(u64, Vec<Finding>), Rejection> {
        let declared = self.declared(name);
        let seq = self.log.write_of(author, &declared, stream, occurred, payload);
        let entry = self.log.entries().last().unwrap().clone();
        let archive = Archive(&self.log);
        let candidate = Candidate { header: &entry.header, event: entry.event() };
        let context = Context { kernel: &self.kernel, history: &archive };
        match self.families.judge(&candidate, &context) {
            Ok(findings) => {
                let codes: Vec<_> = findings.iter().map(|f| f.code).collect();
                self.check_declared(
                    name,
                    |d| d.findings,
                    &["out_of_order", "not_historical"],
                    &codes,
                );
                self.families.said(seq, &findings);
                self.apply();
                Ok((seq, findings))
            }
            Err(rejection) => {
                self.check_declared(name, |d| d.refusals, &["wrong-state"], &[rejection.code]);
                self.log.take_back();
                Err(rejection)
            }
        }
    }

    /// Writes an event that no judge is asked about.
    pub(super) fn write_of(
        &mut self,
        author: &str,
        declared: &EventType,
        stream: &str,
        occurred: Value,
        payload: Value,
    ) -> u64 {
        let seq = self.log.write_of(author, declared, stream, occurred, payload);
        self.apply();
        seq
    }

    /// A family that says what it refuses or finds says all of it.
    fn check_declared(
        &self,
        name: &str,
        guards: fn(&Declaration) -> &'static [Guard],
        common: &[&str],
        codes: &[&str],
    ) {
        let declarations = self.families.declarations();
        let family = declarations.iter().find(|d| d.types.iter().any(|t| t.name == name));
        let Some(guards) = family.map(guards).filter(|guards| !guards.is_empty()) else { return };
        for code in codes.iter().filter(|code| !common.contains(*code)) {
            let declared = guards.iter().chain(crate::REFUSALS).any(|guard| {
                guard.code == *code && (guard.types.is_empty() || guard.types.contains(&name))
            });
            assert!(declared, "{name} does not declare {code}");
        }
    }

    /// The stream of an entry.
    pub(super) fn stream(&self, seq: u64) -> String {
        self.log.entries()[usize::try_from(seq).unwrap()].event().stream.clone()
    }

    pub(super) fn correct(&mut self, target: u64, patches: &Value) -> u64 {
        let payload =
            json!({"target": self.log.hash(target), "patches": patches, "reason": "late_info"});
        self.kernel_event("record.corrected", "", payload)
    }

    pub(super) fn retract(&mut self, target: u64) -> u64 {
        let payload = json!({"target": self.log.hash(target), "reason": "a mistake"});
        self.kernel_event("record.retracted", "", payload)
    }

    pub(super) fn size(&self) -> u64 {
        self.log.entries().len() as u64
    }

    pub(super) fn replay(&self, known: Known, as_of: Timestamp) -> Snapshot {
        let mut replay = Replay::new(known, as_of).unwrap();
        for entry in self.log.entries() {
            replay.retell(entry.header.seq, &self.families.sayings);
            replay.entry(entry, false, &self.log).unwrap();
        }
        replay.finish(&self.log).unwrap()
    }

    /// The state of a fresh ledger of the first `size` entries, judged and folded from nothing, with
    /// what judging them says.
    pub(super) fn judged_anew(
        &self,
        size: u64,
        as_of: Timestamp,
    ) -> (Snapshot, Vec<(u64, Finding)>) {
        let (mut families, mut kernel) = (Families::new().unwrap(), Kernel::default());
        let mut replay = Replay::new(Known::All, as_of).unwrap();
        let mut all = Vec::new();
        for entry in self.log.entries().iter().take(usize::try_from(size).unwrap()) {
            let (seq, archive) = (entry.header.seq, Archive(&self.log));
            let candidate = Candidate { header: &entry.header, event: entry.event() };
            let context = Context { kernel: &kernel, history: &archive };
            let said = if accord_ledger::kernel::owns(entry.event()) {
                families.remark(&candidate, &context)
            } else {
                families.judge(&candidate, &context).unwrap()
            };
            kernel.apply(entry);
            families.said(seq, &said);
            families.applied(entry, &Context { kernel: &kernel, history: &archive });
            replay.said(seq, &said);
            replay.entry(entry, false, &self.log).unwrap();
            all.extend(said.into_iter().map(|finding| (seq, finding)));
        }
        (replay.finish(&self.log).unwrap(), all)
    }

    /// What is known now, as of now.
    pub(super) fn now(&self) -> Snapshot {
        self.replay(Known::All, self.log.now())
    }

    pub(super) fn view(&self, name: &str) -> View {
        view::view(name, &self.now()).unwrap()
    }

    /// The state that follows the record is the one that a replay makes.
    pub(super) fn check_replay(&mut self) {
        let snapshot = self.now();
        self.families.advance(self.log.now(), &self.log).unwrap();
        self.families.settle(&self.log).unwrap();
        assert_eq!(snapshot.families().states().unwrap(), self.families.states().unwrap());
        assert_eq!(snapshot.families().findings(), self.families.findings());
    }
}

/// A checkpoint key as the genesis names it: without the name.
fn base64_of(key: &NoteSigner) -> String {
    let vkey = key.vkey().to_string();
    vkey.rsplit('+').next().unwrap().to_owned()
}

/// Writes an event of the kernel, judged by nobody, and gives what the families say of it.
pub(super) fn submit_kernel(world: &mut World, name: &str, payload: Value) -> Vec<Finding> {
    let declared = types::event_type(name, 1).unwrap();
    world.log.write("secretariat", declared, "", payload);
    let entry = world.log.entries().last().unwrap().clone();
    let archive = Archive(&world.log);
    let candidate = Candidate { header: &entry.header, event: entry.event() };
    let context = Context { kernel: &world.kernel, history: &archive };
    let findings = world.families.remark(&candidate, &context);
    world.families.said(entry.header.seq, &findings);
    world.apply();
    findings
}

/// The code of a refusal.
pub(super) fn refused<T: std::fmt::Debug>(outcome: Result<T, Rejection>) -> &'static str {
    outcome.unwrap_err().code
}

/// An event that nobody declares.
pub(super) fn foreign(world: &mut World) {
    world.log.push(&Draft {
        author: "mission".to_owned(),
        event_type: "weather.noted".to_owned(),
        version: 1,
        stream: "weather/main".to_owned(),
        occurred: json!({"from": "2026-01-01T00:00:00Z", "precision": "day"}),
        payload: json!({}),
    });
    world.apply();
}
