//! Append, verify and replay must agree on whatever anybody hands in.

use super::*;
use accord_format::hash::EventHash;

/// A small generator of its own, so that a failing seed can be run again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

/// Everybody who signs in these tests, with the seeds of their keys and the roles they claim.
const PEOPLE: [(&str, u8, &[&str]); 9] = [
    ("authority-a/k", 11, &["key_authority"]),
    ("authority-b/k", 12, &["key_authority"]),
    ("authority-c/k", 13, &["key_authority"]),
    ("operator/main", 1, &["operator"]),
    ("mission/field-3", 21, &["mission", "party"]),
    ("mission/head", 22, &["mission"]),
    ("north/liaison", 23, &["party", "mission"]),
    ("secretariat/desk", 24, &["secretariat"]),
    ("south/liaison", 31, &["party", "witness"]),
];

struct Mob {
    dice: Dice,
    targets: Vec<EventHash>,
    streams: Vec<String>,
    fresh: u8,
}

impl Mob {
    fn payload(&mut self, kit: &Kit, event_type: &str) -> (String, Value) {
        let target = *self.dice.pick(&self.targets);
        let (name, seed, _) = *self.dice.pick(&PEOPLE);
        let participant = name.split('/').next().unwrap();
        let victim = key(name, seed);
        let role = *self.dice.pick(&["party", "mission", "witness", "operator"]);
        self.fresh = self.fresh.wrapping_add(1).max(100);
        let new = key(&format!("{participant}/n{}", self.fresh), self.fresh);
        let proof = possession::prove(&kit.id, participant, &new);
        let stream = format!("participant/{participant}");
        let id = victim.id_string();
        let until = instant(86_400 * 30).to_string();
        match event_type {
            "participant.role_granted" | "participant.role_withdrawn" => {
                (stream, json!({"participant": participant, "role": role}))
            }
            "participant.withdrawn" => (stream, json!({"participant": participant, "reason": "x"})),
            "participant.enrolled" => {
                let south = key("south/liaison", 31);
                let proof = possession::prove(&kit.id, "south", &south);
                let payload = json!({"participant": "south", "name": "South", "kind": "party",
                    "roles": [role], "vkey": south.vkey(), "possession": proof});
                ("participant/south".into(), payload)
            }
            "key.added" => (
                stream,
                json!({"participant": participant, "vkey": new.vkey(), "possession": proof}),
            ),
            "key.rotated" => (
                stream,
                json!({"participant": participant, "old_key": id, "vkey": new.vkey(), "possession": proof}),
            ),
            "key.suspended" => {
                (stream, json!({"participant": participant, "key": id, "reason": "x"}))
            }
            "key.reinstated" => (stream, json!({"participant": participant, "key": id})),
            "key.revoked" => {
                let since = instant(i64::try_from(self.dice.roll(10_000)).unwrap()).to_string();
                (
                    stream,
                    json!({"participant": participant, "key": id, "reason": "compromised", "compromised_since": since}),
                )
            }
            "delegation.granted" => (
                "delegation/".into(),
                json!({"to": participant, "role": role, "types": ["record.endorsed", "record.disputed"], "until": until}),
            ),
            "record.reaffirmed" => ("record/".into(), json!({"targets": [target]})),
            "record.disputed" => ("record/".into(), json!({"target": target, "ground": "x"})),
            "record.retracted" => ("record/".into(), json!({"target": target, "reason": "x"})),
            "record.endorsed" => ("record/".into(), json!({"target": target})),
            _ => (self.dice.pick(&self.streams).clone(), json!({})),
        }
    }

    fn event(&mut self, kit: &mut Kit) -> SignedEvent {
        const TYPES: [&str; 16] = [
            "participant.role_granted",
            "participant.role_withdrawn",
            "participant.withdrawn",
            "participant.enrolled",
            "key.added",
            "key.rotated",
            "key.suspended",
            "key.reinstated",
            "key.revoked",
            "delegation.granted",
            "delegation.ended",
            "record.reaffirmed",
            "record.disputed",
            "record.retracted",
            "record.endorsed",
            "record.endorsed",
        ];
        let event_type = *self.dice.pick(&TYPES);
        let (stream, payload) = self.payload(kit, event_type);
        let first = self.dice.roll(PEOPLE.len());
        let count = 1 + self.dice.roll(3);
        let signers: Vec<(NoteSigner, &str)> = (0..count)
            .map(|at| {
                let (name, seed, roles) = PEOPLE[(first + at) % PEOPLE.len()];
                (key(name, seed), *self.dice.pick(roles))
            })
            .collect();
        let signers: Vec<(&NoteSigner, &str)> = signers.iter().map(|(k, r)| (k, *r)).collect();
        kit.event(event_type, &stream, &payload, &signers)
    }
}

/// Whatever was let in, verify finds in order, and both come to the same state; so does a writer
/// that reads everything again.
#[test]
fn append_verify_and_replay_come_to_the_same_state() {
    let mut accepted = 0;
    for seed in 0..24 {
        let mut kit = Kit::new();
        let mut mob = Mob {
            dice: Dice(seed),
            targets: vec![kit.id],
            streams: vec!["delegation/none".into()],
            fresh: 100,
        };
        for _ in 0..12 {
            let size = 1 + mob.dice.roll(20);
            let events: Vec<SignedEvent> = (0..size).map(|_| mob.event(&mut kit)).collect();
            let batch: Vec<Submission> = events
                .iter()
                .map(|e| Submission { note: e.note().as_bytes().to_vec(), at: None })
                .collect();
            let outcomes = kit.ledger().append(&batch).unwrap();
            for (event, outcome) in events.iter().zip(&outcomes) {
                if matches!(outcome, Outcome::Accepted { .. }) {
                    accepted += 1;
                    mob.targets.push(event.event().hash());
                    if event.event().event_type == "delegation.granted" {
                        mob.streams.push(event.event().stream.clone());
                    }
                }
            }
        }
        let (report, verified) = verify::verify(&kit.reader(), verify::Options::default(), &mut ());
        assert_eq!((report.problems, report.voids), (vec![], vec![]), "seed {seed}");
        assert_eq!(kit.ledger().bench().kernel, verified, "seed {seed}");
        // What a snapshot keeps is the state, whole.
        let kept = serde_json::to_vec(&verified).unwrap();
        let read: accord_ledger::kernel::Kernel = serde_json::from_slice(&kept).unwrap();
        assert_eq!(read, verified, "seed {seed}");
        kit.reopen();
        assert_eq!(kit.ledger().bench().kernel, verified, "seed {seed}");
    }
    assert!(accepted > 200, "{accepted} accepted: the mob has to get something in");
}
