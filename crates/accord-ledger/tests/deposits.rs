//! Deposits: what a record says to one, to the microsecond, and the evidence that convinces somebody
//! who has nothing but the file and the ledger's id; and the charter's other clock of the ledger's own,
//! `anchoring`.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod kit;

#[path = "deposits/anchoring.rs"]
mod anchoring;
#[path = "deposits/answers.rs"]
mod answers;
#[path = "deposits/evidence.rs"]
mod evidence;

use accord_charter::Charter;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::Algorithm;
use accord_format::cosignature::CosignerSigner;
use accord_format::deposit::Deposit;
use accord_format::event::SignedEvent;
use accord_format::key::NoteSigner;
use accord_format::note::Note;
use accord_format::time::{Instant, Timestamp};
use accord_ledger::clock::Clock;
use accord_ledger::deposits::{Answer, Docket};
use accord_ledger::kernel::types::ClockPolicy;
use accord_ledger::{Options, Outcome, Record};
use accord_store::index::MemoryIndex;
use kit::witnesses::{Witnesses, two_of_three, witness_key};
use kit::{Kit, key, outcome_code};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The limit of the tests' charter, and how far its clocks may differ, in seconds.
const LIMIT: i64 = 3_600;
const SKEW: i64 = 600;

/// A clock that stands where it is put.
#[derive(Clone, Default)]
struct Hands(Arc<AtomicI64>);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// A ledger whose operator's clock, and whose witnesses', are in the hands of a test.
struct Scene {
    kit: Kit,
    hands: Hands,
    witnesses: Witnesses,
    /// A whole second shortly after the founding: all times of a test are counted from it.
    base: i64,
}

fn charter(version: u32, limit: Option<&str>) -> Charter {
    charter_with(version, limit.map(|limit| ("submission", limit, "deposited")))
}

/// A charter with a clock: its code, its length, and from what it runs.
fn charter_with(version: u32, clock: Option<(&str, &str, &str)>) -> Charter {
    let clock = clock.map_or_else(String::new, |(code, length, starts)| {
        format!(
            "[clocks.{code}]\nwords = \"It is done.\"\nlength = \"{length}\"\nstarts = \"{starts}\"\n"
        )
    });
    let text = format!(
        r#"
format = "accord.charter/v1"
code = "test"
version = {version}
title = "An agreement between two"
[limits]
ahead = "10m"
late_after = "2d"
silence = "400d"
allegations_per_day = 100
import_rows = 1000
small_cell = 5
[parties.a]
name = "North"
participant = "north"
[roles.party]
words = "Signs for a party."
[roles.secretariat]
words = "Keeps the papers."
[participants.north]
name = "North"
kind = "state"
roles = ["party"]
[participants.secretariat]
name = "Secretariat"
kind = "body"
roles = ["secretariat"]
[families.test]
prefixes = ["test"]
[provisions.p1]
title = "Quiet"
text = "It is to be quiet."
responsible = ["a"]
types = ["test.reported"]
[[grants]]
types = ["charter.*"]
any_of = [{{ all = [{{ role = "secretariat" }}] }}]
[[grants]]
types = ["test.reported"]
any_of = [{{ all = [{{ role = "party" }}] }}]
{clock}"#
    );
    Charter::from_toml(&text).unwrap()
}

impl Scene {
    /// A ledger without a charter, with a party and a secretariat, under no policy or two of three.
    fn bare(asks_any: bool) -> Self {
        let mut kit = Kit::bare_with(|genesis| {
            genesis.clock_policy = ClockPolicy::System;
            if asks_any {
                genesis.witness_policy = two_of_three();
            }
        });
        let base = kit.verify().1.recorded().seconds() + 10;
        let hands = Hands::default();
        let options = Options {
            admission: None,
            index: Box::new(MemoryIndex::default()),
            clock: Box::new(hands.clone()),
            accept_gap: false,
        };
        let mut witnesses = Witnesses::new(&[1, 2, 3]);
        witnesses.now = base.unsigned_abs();
        hands.0.store(base * 1_000_000, Ordering::SeqCst);
        kit.reopen_with(options);
        if asks_any {
            kit.ledger().confirm_unasked();
        }
        assert_eq!(kit.enrol(&key("north/liaison", 23), "north", &["party"]), "accepted");
        let desk = key("secretariat/desk", 24);
        assert_eq!(kit.enrol(&desk, "secretariat", &["secretariat"]), "accepted");
        Self { kit, hands, witnesses, base }
    }

    /// The same under a charter with a limit.
    fn new(witnessed: bool) -> Self {
        let mut scene = Self::bare(witnessed);
        scene.propose(&charter(1, Some("1h")), "charter.adopted", None);
        scene
    }

    fn propose(&mut self, charter: &Charter, how: &str, from: Option<&SignedEvent>) -> SignedEvent {
        let desk = key("secretariat/desk", 24);
        let signers = [(&desk, "secretariat")];
        let payload = json!({"charter": charter});
        let proposal = self.kit.event("charter.proposed", "charter/", &payload, &signers);
        assert_eq!(self.kit.append(&proposal), "accepted");
        let payload = from.map_or_else(|| json!({}), |from| json!({"from": from.event().hash()}));
        let stream = proposal.event().stream.clone();
        assert_eq!(self.kit.says((&desk, "secretariat"), how, &stream, &payload), "accepted");
        proposal
    }

    /// Puts the operator's clock so many seconds and microseconds behind the base.
    fn at(&self, seconds: i64, micros: i64) {
        self.hands.0.store((self.base + seconds) * 1_000_000 + micros, Ordering::SeqCst);
    }

    /// Puts the witnesses' clock.
    fn witnesses_at(&mut self, seconds: i64) {
        self.witnesses.now = (self.base + seconds).unsigned_abs();
    }

    /// An event that any participant may sign, not handed in.
    fn event(&mut self) -> SignedEvent {
        let party = key("north/liaison", 23);
        let target = self.kit.id;
        let payload = json!({"target": target});
        self.kit.event("record.endorsed", "record/", &payload, &[(&party, "party")])
    }

    /// One more entry, recorded when the operator's clock says.
    fn grow(&mut self) -> u64 {
        let event = self.event();
        let seq = self.kit.ledger().size();
        assert_eq!(self.kit.append(&event), "accepted");
        seq
    }

    /// Lets the head meet its quorum, when the witnesses' clock says. An operator whose clock is behind
    /// has a tool that looks at another one here.
    fn publish(&mut self) -> SignedCheckpoint {
        let (own, theirs) = (self.hands.0.load(Ordering::SeqCst), self.witnesses.now);
        self.hands.0.store(own.max(theirs.cast_signed() * 1_000_000), Ordering::SeqCst);
        assert!(self.kit.ledger().cosign(&mut self.witnesses).unwrap().unwrap().published);
        self.hands.0.store(own, Ordering::SeqCst);
        self.record().published().unwrap().unwrap()
    }

    /// Puts the newest published checkpoint into the record.
    fn anchor(&mut self) -> u64 {
        let note = self.record().published().unwrap().unwrap().to_text();
        let lines: Vec<&str> = note.lines().collect();
        let operator = key("operator/main", 1);
        let seq = self.kit.ledger().size();
        let payload = json!({"checkpoints": [lines]});
        let (signer, stream) = ((&operator, "operator"), "checkpoint/main");
        assert_eq!(self.kit.says(signer, "checkpoint.anchored", stream, &payload), "accepted");
        seq
    }

    /// The operator commits to the index.
    fn commit(&mut self) -> u64 {
        let size = self.kit.ledger().size();
        let id = kit::uuid(0x00c0_0000 + i64::try_from(size).unwrap());
        let submission = self.kit.ledger().index_commitment(&id).unwrap();
        let outcome = self.kit.ledger().append(&[submission]).unwrap().pop().unwrap();
        assert_eq!(outcome_code(&outcome), "accepted", "{outcome:?}");
        size
    }

    fn record(&self) -> Record {
        Record::of(self.kit.reader())
    }

    /// A deposit of the event so many seconds behind the base.
    fn deposit(&self, event: &SignedEvent, seconds: i64) -> Deposit {
        let time = Instant::new(Timestamp::from_seconds(self.base + seconds));
        Deposit { ledger: self.kit.id, event: event.event().hash(), time }
    }

    fn docket(&self, event: &SignedEvent) -> Docket {
        let wanted = BTreeSet::from([event.event().hash()]);
        Docket::read(&self.record(), None, &wanted).unwrap()
    }

    /// What the record says to a deposit of the event made at the base.
    fn answer(&self, event: &SignedEvent) -> Answer {
        let deposit = self.deposit(event, 0);
        self.docket(event).answer(&deposit, Some(event), &[]).unwrap()
    }
}

/// A depositary that no policy names.
fn mirror() -> NoteSigner {
    let key = CosignerSigner::from_seed("mirror.example/m", Algorithm::Ed25519, &[77; 32]);
    key.unwrap().note_signer().unwrap()
}

/// The plain key of the first witness of the policy.
fn witness() -> NoteSigner {
    witness_key(1).note_signer().unwrap()
}

fn signed(deposit: &Deposit, by: &NoteSigner) -> Note {
    deposit.sign(&[by]).unwrap()
}

fn refusal_of(outcome: Outcome) -> String {
    let Outcome::Refused { note: Some(note), .. } = outcome else {
        unreachable!("it was not refused")
    };
    note
}
