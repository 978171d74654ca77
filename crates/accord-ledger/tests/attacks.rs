//! Attacks: each tries to break a promise of the ledger as somebody would who may sign something,
//! runs the ledger, or only holds a file.

mod kit;

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

mod streams {
    use super::*;

    fn charter() -> Charter {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/twelve-point.toml");
        Charter::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    /// An id is unique within its participant only, so another may use it too, and would then open
    /// the same stream. A single party may propose charters; it must not replace the one in force.
    #[test]
    fn the_charter_in_force_is_not_replaced_by_a_proposal_of_the_same_id() {
        let mut kit = Kit::new();
        let desk = key("secretariat/desk", 24);
        let party = key("ua/liaison", 61);
        assert_eq!(kit.enrol(&party, "ua", &["party"]), "accepted");
        let original = charter();
        let signers = [(&desk, "secretariat")];
        let proposal = json!({"charter": original});
        let first = kit.event("charter.proposed", "charter/", &proposal, &signers);
        assert_eq!(kit.append(&first), "accepted");
        let stream = first.event().stream.clone();
        let adopted = says(&mut kit, &desk, "secretariat", "charter.adopted", &stream, &json!({}));
        assert_eq!(adopted, "accepted");
        let mut forged = original.clone();
        forged.title = "Another agreement".into();
        let payload = json!({"charter": forged});
        let second = with_id_of(&mut kit, &first, "charter.proposed", &payload, &party, "party");
        assert_eq!(kit.append(&second), "stream-exists");
        assert_eq!(kit.ledger().bench().kernel.charter(), Some(&original));
        kit.ledger().publish().unwrap();
        kit.reopen();
        assert_eq!(kit.ledger().bench().kernel.charter(), Some(&original));
        assert!(sound(&kit));
    }

    #[test]
    fn a_delegation_is_not_replaced_by_another_of_the_same_id() {
        let mut kit = Kit::new();
        let (mission, party) = (key("mission/head", 22), key("north/liaison", 23));
        let until = instant(86_400).to_string();
        let loan = |to: &str, role: &str| json!({"to": to, "role": role, "types": ["record.endorsed"], "until": until});
        let lent = kit.event(
            "delegation.granted",
            "delegation/",
            &loan("north", "mission"),
            &[(&mission, "mission")],
        );
        assert_eq!(kit.append(&lent), "accepted");
        let payload = loan("secretariat", "party");
        let same = with_id_of(&mut kit, &lent, "delegation.granted", &payload, &party, "party");
        assert_eq!(kit.append(&same), "stream-exists");
        assert_eq!(endorse(&mut kit, &party, "mission"), "accepted");
    }

    #[test]
    fn a_dispute_is_not_taken_over_in_one_batch() {
        let mut kit = Kit::new();
        let (mission, party) = (key("mission/head", 22), key("north/liaison", 23));
        let (target, decoy) = (kit.id, {
            let event = kit.event(
                "record.endorsed",
                "record/",
                &json!({"target": kit.id}),
                &[(&party, "party")],
            );
            assert_eq!(kit.append(&event), "accepted");
            event.event().hash()
        });
        let payload = json!({"target": target, "ground": "wrong count"});
        let dispute = kit.event("record.disputed", "record/", &payload, &[(&mission, "mission")]);
        let other = json!({"target": decoy, "ground": "x"});
        let hijack = with_id_of(&mut kit, &dispute, "record.disputed", &other, &party, "party");
        let batch = [&dispute, &hijack]
            .map(|e| Submission { note: e.note().as_bytes().to_vec(), at: None });
        let outcomes = kit.ledger().append(&batch).unwrap();
        assert_eq!(
            outcomes.iter().map(outcome_code).collect::<Vec<_>>(),
            ["accepted", "stream-exists"]
        );
        let disputes = kit.ledger().bench().kernel.records().disputes();
        assert_eq!(disputes[&dispute.event().stream].target, target);
    }
}

mod bundles {
    use super::*;

    /// A tree of `entries` under a checkpoint signed by `keys`, as a bundle.
    fn bundle(kit: &Kit, entries: &[Entry], keys: &[&NoteSigner]) -> Bundle {
        let leaves: Vec<_> = entries.iter().map(|e| merkle::leaf_hash(&e.to_bytes())).collect();
        let size = leaves.len() as u64;
        let root = merkle::root_of(&leaves);
        let head = Checkpoint { origin: kit.origin(), size, root };
        let proven = |entry: &Entry| {
            let hashes =
                merkle::inclusion_proof(leaves.as_slice(), entry.header.seq, size).unwrap();
            ProvenEntry { entry: entry.clone(), hashes }
        };
        let (subject, key_entries) = entries.split_last().unwrap();
        Bundle {
            checkpoint: head.sign(keys).unwrap(),
            keys: key_entries.iter().map(proven).collect(),
            subject: proven(subject),
        }
    }

    fn entries(kit: &Kit, events: Vec<SignedEvent>) -> Vec<Entry> {
        let genesis = Record::of(kit.reader()).entry(0).unwrap();
        let mut entries = vec![genesis];
        for signed in events {
            let last = entries.last().unwrap();
            let header = Header {
                seq: last.header.seq + 1,
                revision: 0,
                prev: last.hash(),
                recorded: last.header.recorded,
            };
            entries.push(Entry::new(header, signed));
        }
        entries
    }

    fn rotation(kit: &mut Kit, to: &NoteSigner, signers: &[(&NoteSigner, &str)]) -> SignedEvent {
        let payload = json!({"checkpoint_keys": [to.vkey().typed_base64()]});
        kit.event("ledger.checkpoint_keys_rotated", "ledger/main", &payload, signers)
    }

    /// Whoever knows a ledger's genesis can write a rotation to a key of his own, and a tree over
    /// it. Nothing but the authority's signatures tells that apart from the real thing.
    #[test]
    fn nobody_rotates_the_checkpoint_keys_into_a_forged_bundle() {
        let mut kit = Kit::new();
        let thief = NoteSigner::from_seed(&kit.origin(), &[66; 32]).unwrap();
        let [a, b, _] = ["a", "b", "c"].map(|n| format!("authority-{n}/k"));
        let (a, b) = (key(&a, 11), key(&b, 12));
        let claim = kit.event(
            "test.reported",
            "test/",
            &json!({"never": "said"}),
            &[(&key("mission/field-3", 21), "mission")],
        );
        let by_stranger = rotation(
            &mut kit,
            &thief,
            &[
                (&key("authority-a/k", 77), "key_authority"),
                (&key("authority-b/k", 78), "key_authority"),
            ],
        );
        let by_one = rotation(&mut kit, &thief, &[(&a, "key_authority")]);
        let by_mission = rotation(&mut kit, &thief, &[(&key("mission/field-3", 21), "mission")]);
        let mut honest_text =
            rotation(&mut kit, &thief, &[(&a, "key_authority"), (&b, "key_authority")])
                .note()
                .to_owned();
        // Both authorities are named, one signature is of another key.
        let text = honest_text.split("\n\n").next().unwrap().to_owned() + "\n";
        let mut line = key("authority-b/k", 99).sign(&text);
        line.id = b.vkey().id();
        honest_text = format!("{text}\n{}{}", a.sign(&text).to_line(), line.to_line());
        let forged = SignedEvent::parse(honest_text.as_bytes()).unwrap();
        for (name, rotation) in [
            ("stranger", by_stranger),
            ("one", by_one),
            ("mission", by_mission),
            ("forged", forged),
        ] {
            let entries = entries(&kit, vec![rotation, claim.clone()]);
            let bytes = bundle(&kit, &entries, &[&thief]).to_bytes();
            let found = check::bundle(&bytes, &kit.id);
            assert!(
                matches!(found, Err(CheckError::KeyHistory { seq: 1, .. })),
                "{name}: {found:?}"
            );
        }
        // What the authority did sign counts.
        let new = NoteSigner::from_seed(&kit.origin(), &[3; 32]).unwrap();
        let real = rotation(&mut kit, &new, &[(&a, "key_authority"), (&b, "key_authority")]);
        let entries = entries(&kit, vec![real, claim]);
        let bytes = bundle(&kit, &entries, &[&new]).to_bytes();
        assert!(check::bundle(&bytes, &kit.id).is_ok());
        let by_old_key =
            bundle(&kit, &entries, &[&NoteSigner::from_seed(&kit.origin(), &[2; 32]).unwrap()]);
        assert!(matches!(
            check::bundle(&by_old_key.to_bytes(), &kit.id),
            Err(CheckError::Checkpoint(_))
        ));
    }

    #[test]
    fn a_bundle_follows_the_authority_through_its_changes() {
        let mut kit = Kit::new();
        let (a, b) = (key("authority-a/k", 11), key("authority-b/k", 12));
        let (a2, d) = (key("authority-a/k2", 14), key("authority-d/k", 51));
        let rotated = json!({"participant": "authority-a", "old_key": a.id_string(), "vkey": a2.vkey(),
            "possession": possession::prove(&kit.id, "authority-a", &a2)});
        assert_eq!(
            says(&mut kit, &a, "key_authority", "key.rotated", "participant/authority-a", &rotated),
            "accepted"
        );
        let change = json!({"key_authority": {"keys": [a2.vkey(), d.vkey()], "threshold": 2},
            "possessions": [possession::prove(&kit.id, "authority-a", &a2), possession::prove(&kit.id, "authority-d", &d)]});
        let signers = [(&a2, "key_authority"), (&b, "key_authority")];
        let event = kit.event("ledger.authority_changed", "ledger/main", &change, &signers);
        assert_eq!(kit.append(&event), "accepted");
        let new = NoteSigner::from_seed(&kit.origin(), &[3; 32]).unwrap();
        // Signed by somebody besides the authority, of whom the bundle knows nothing.
        let signers =
            [(&key("north/liaison", 23), "party"), (&a2, "key_authority"), (&d, "key_authority")];
        let event = rotation(&mut kit, &new, &signers);
        assert_eq!(kit.append(&event), "accepted");
        let record = Record::of(kit.reader());
        let kernel = record.kernel(None).unwrap();
        let head = record.head().unwrap();
        let bundle = record.bundle(&kernel, 3, &head).unwrap();
        let history: Vec<u64> = bundle.keys.iter().map(|k| k.entry.header.seq).collect();
        assert_eq!(history, [0, 5, 6, 7]);
        assert_eq!(check::bundle(&bundle.to_bytes(), &kit.id).unwrap().entry.header.seq, 3);
        // Without the change of the authority, its new keys are nobody's.
        let mut cut = bundle;
        cut.keys.remove(2);
        assert!(matches!(
            check::bundle(&cut.to_bytes(), &kit.id),
            Err(CheckError::KeyHistory { seq: 7, .. })
        ));
    }
}

mod keys {
    use super::*;

    fn suspend(kit: &mut Kit, signer: &NoteSigner, at: i64) -> &'static str {
        let mission = key("mission/field-3", 21);
        let payload = json!({"participant": "mission", "key": mission.id_string(), "reason": "x"});
        let role =
            if signer.id_string().starts_with("mission") { "mission" } else { "key_authority" };
        let event = kit.event("key.suspended", "participant/mission", &payload, &[(signer, role)]);
        append_at(kit, &event, at)
    }

    /// A key whose suspension has run out signs again; so it can be suspended and rotated again.
    #[test]
    fn a_suspension_that_ran_out_binds_nobody() {
        let hour = 3600;
        let mut kit = Kit::new();
        let a = key("authority-a/k", 11);
        assert_eq!(suspend(&mut kit, &a, hour), "accepted");
        assert_eq!(suspend(&mut kit, &a, 2 * hour), "key-status");
        // Not by one member for ever, though: that would let it paralyse all the others.
        assert_eq!(suspend(&mut kit, &a, 74 * hour), "threshold-not-met");
        assert_eq!(suspend(&mut kit, &key("mission/head", 22), 74 * hour), "accepted");
        let (old, new) = (key("mission/field-3", 21), key("mission/field-4", 41));
        let rotation = json!({"participant": "mission", "old_key": old.id_string(), "vkey": new.vkey(),
            "possession": possession::prove(&kit.id, "mission", &new)});
        let rotate =
            kit.event("key.rotated", "participant/mission", &rotation, &[(&old, "mission")]);
        assert_eq!(append_at(&mut kit, &rotate, 75 * hour), "key-suspended");
        assert_eq!(append_at(&mut kit, &rotate, 147 * hour), "accepted");
        assert!(sound(&kit));
    }

    /// The longest suspension that a genesis can fix must not overflow the clock.
    #[test]
    fn a_suspension_for_ever_is_one() {
        let mut kit = Kit::bare_with(|genesis| genesis.suspension_hours = u32::MAX);
        let party = key("north/liaison", 23);
        assert_eq!(kit.enrol(&party, "north", &["party"]), "accepted");
        let payload = json!({"participant": "north", "key": party.id_string(), "reason": "x"});
        let a = key("authority-a/k", 11);
        assert_eq!(
            says(&mut kit, &a, "key_authority", "key.suspended", "participant/north", &payload),
            "accepted"
        );
        assert_eq!(endorse(&mut kit, &party, "party"), "key-suspended");
        assert!(sound(&kit));
    }

    /// The operator's key changes by its own event, or the ledger would go on signing refusals
    /// with a key that its own record has retired.
    #[test]
    fn the_operators_key_is_replaced_by_the_authority_alone() {
        let mut kit = Kit::new();
        let (old, new) = (key("operator/main", 1), key("operator/next", 71));
        let rotation = json!({"participant": "operator", "old_key": old.id_string(), "vkey": new.vkey(),
            "possession": possession::prove(&kit.id, "operator", &new)});
        assert_eq!(
            says(&mut kit, &old, "operator", "key.rotated", "participant/operator", &rotation),
            "role-reserved"
        );
    }

    #[test]
    fn a_revoked_key_stays_revoked_when_the_operator_gets_another() {
        let mut kit = Kit::new();
        let (old, new) = (key("operator/main", 1), key("operator/next", 71));
        let revoked = json!({"participant": "operator", "key": old.id_string(), "reason": "lost"});
        assert_eq!(kit.authority_says("key.revoked", "participant/operator", &revoked), "accepted");
        let rotation =
            json!({"vkey": new.vkey(), "possession": possession::prove(&kit.id, "operator", &new)});
        assert_eq!(
            kit.authority_says("ledger.operator_key_rotated", "ledger/main", &rotation),
            "accepted"
        );
        assert_eq!(endorse(&mut kit, &old, "operator"), "key-revoked");
        let record = &kit.ledger().bench().kernel.keys()[&old.id_string()];
        assert_eq!(record.status, accord_ledger::kernel::KeyStatus::Revoked);
    }

    /// An authority of dead keys could never act again.
    #[test]
    fn dead_keys_do_not_stay_in_the_authority() {
        let mut kit = Kit::new();
        let (a, b) = (key("authority-a/k", 11), key("authority-b/k", 12));
        let c = key("authority-c/k", 13);
        let revoked = json!({"participant": "authority-c", "key": c.id_string(), "reason": "lost"});
        assert_eq!(
            kit.authority_says("key.revoked", "participant/authority-c", &revoked),
            "accepted"
        );
        let proof = |kit: &Kit, k: &NoteSigner, p| possession::prove(&kit.id, p, k);
        let change = json!({"key_authority": {"keys": [a.vkey(), c.vkey()], "threshold": 2},
            "possessions": [proof(&kit, &a, "authority-a"), proof(&kit, &c, "authority-c")]});
        assert_eq!(
            kit.authority_says("ledger.authority_changed", "ledger/main", &change),
            "key-status"
        );
        let change = json!({"key_authority": {"keys": [a.vkey(), b.vkey()], "threshold": 2},
            "possessions": [proof(&kit, &a, "authority-a"), proof(&kit, &b, "authority-b")]});
        assert_eq!(
            kit.authority_says("ledger.authority_changed", "ledger/main", &change),
            "accepted"
        );
    }

    /// A thief lends the power of the stolen key to an accomplice before the theft is noticed.
    #[test]
    fn what_a_stolen_key_lent_is_lent_no_more() {
        let mut kit = Kit::new();
        let (stolen, party) = (key("mission/field-3", 21), key("north/liaison", 23));
        let until = instant(86_400 * 300).to_string();
        let loan =
            json!({"to": "north", "role": "mission", "types": ["record.endorsed"], "until": until});
        let lent = kit.event("delegation.granted", "delegation/", &loan, &[(&stolen, "mission")]);
        assert_eq!(kit.append(&lent), "accepted");
        assert_eq!(endorse(&mut kit, &party, "mission"), "accepted");
        let since = lent.event().issued.to_string();
        let revocation = json!({"participant": "mission", "key": stolen.id_string(), "reason": "compromised", "compromised_since": since});
        assert_eq!(
            kit.authority_says("key.revoked", "participant/mission", &revocation),
            "accepted"
        );
        assert_eq!(endorse(&mut kit, &party, "mission"), "role-not-held");
        let head = key("mission/head", 22);
        let confirm = json!({"targets": [lent.event().hash()]});
        assert_eq!(
            says(&mut kit, &head, "mission", "record.reaffirmed", "record/", &confirm),
            "accepted"
        );
        assert_eq!(endorse(&mut kit, &party, "mission"), "accepted");
        assert!(sound(&kit));
    }

    /// Checkpoint keys serve this log alone, and each once.
    #[test]
    fn a_genesis_does_not_use_a_key_twice() {
        for keys in [
            vec![key("x", 1).vkey().typed_base64()],
            vec![key("x", 11).vkey().typed_base64()],
            vec![key("x", 2).vkey().typed_base64(), key("x", 2).vkey().typed_base64()],
        ] {
            let refused = Kit::try_bare_with(|genesis| genesis.checkpoint_keys.clone_from(&keys));
            assert!(matches!(refused, Err(accord_ledger::LedgerError::Genesis(_))), "{keys:?}");
        }
    }

    #[test]
    fn a_rotation_does_not_list_a_checkpoint_key_twice() {
        let mut kit = Kit::new();
        let new = key("x", 3).vkey().typed_base64();
        let rotation = json!({"checkpoint_keys": [new, new]});
        assert_eq!(
            kit.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &rotation),
            "key-reused"
        );
    }

    /// Two keys of one member are one voice, under whatever role the second one signs.
    #[test]
    fn one_member_of_the_authority_is_one_voice() {
        let mut kit = Kit::new();
        let (a, a2) = (key("authority-a/k", 11), key("authority-a/k2", 14));
        let payload = json!({"participant": "authority-a", "vkey": a2.vkey(),
            "possession": possession::prove(&kit.id, "authority-a", &a2)});
        assert_eq!(
            kit.authority_says("key.added", "participant/authority-a", &payload),
            "accepted"
        );
        let role = json!({"participant": "north", "role": "witness"});
        let signers = [(&a, "key_authority"), (&a2, "key_authority")];
        let event = kit.event("participant.role_granted", "participant/north", &role, &signers);
        assert_eq!(kit.append(&event), "threshold-not-met");
    }
}

mod refusals {
    use super::*;

    /// The refusal of the second event rests on the first, of the same batch: whoever judges again
    /// must be told to do so with the first one in.
    #[test]
    fn a_refusal_names_the_entries_that_it_was_judged_over() {
        let mut kit = Kit::new();
        let party = key("north/liaison", 23);
        let target = kit.id;
        let signers = [(&party, "party")];
        let first = kit.event("record.endorsed", "record/", &json!({"target": target}), &signers);
        let mut draft = kit.draft(
            "record.endorsed",
            &first.event().stream,
            &json!({"target": target}),
            &signers,
        );
        draft.id.clone_from(&first.event().id);
        let second = SignedEvent::sign(&draft.to_line().unwrap(), &[&party]).unwrap();
        let third = kit.event("record.endorsed", "record/", &json!({"target": target}), &signers);
        let batch = [&first, &second, &third]
            .map(|e| Submission { note: e.note().as_bytes().to_vec(), at: None });
        let before = kit.ledger().size();
        let outcomes = kit.ledger().append(&batch).unwrap();
        let Outcome::Refused { note, rejection, .. } = &outcomes[1] else {
            panic!("{:?}", outcomes[1])
        };
        assert_eq!(rejection.code, "id-conflict");
        let refusal = Refusal::open(note.as_bytes(), key("operator/main", 1).vkey()).unwrap();
        let record = Record::of(kit.reader());
        let root = merkle::root(&record.view(), before + 1).unwrap();
        assert_eq!((refusal.size, refusal.root), (before + 1, root));
    }
}

mod forks {
    use super::*;

    fn kept(kit: &Kit) -> usize {
        let reader = kit.reader();
        reader.disk().list(accord_ledger::forks::FORKS).map_or(0, |names| names.len())
    }

    fn seen_elsewhere(kit: &mut Kit, signer: &NoteSigner, role: &str) -> &'static str {
        let target = kit.id;
        let payload = json!({"target": target});
        let mut draft = kit.draft("record.endorsed", "record/", &payload, &[(signer, role)]);
        draft.seen.size = accord_format::json::INTEGER_MAX.unsigned_abs();
        let event = SignedEvent::sign(&draft.to_line().unwrap(), &[signer]).unwrap();
        kit.append(&event)
    }

    /// Evidence of forks is worth keeping; a disk full of it would stop the ledger.
    #[test]
    fn false_witness_does_not_fill_the_disk() {
        let mut kit = Kit::new();
        let (party, mission) = (key("north/liaison", 23), key("mission/field-3", 21));
        let payload =
            json!({"participant": "mission", "key": mission.id_string(), "reason": "lost"});
        assert_eq!(kit.authority_says("key.revoked", "participant/mission", &payload), "accepted");
        assert_eq!(seen_elsewhere(&mut kit, &mission, "mission"), "seen-elsewhere");
        assert_eq!(kept(&kit), 0);
        for _ in 0..1_003 {
            assert_eq!(seen_elsewhere(&mut kit, &party, "party"), "seen-elsewhere");
        }
        assert_eq!(kept(&kit), 2_000);
        assert_eq!(endorse(&mut kit, &party, "party"), "accepted");
    }
}

mod writer {
    use super::*;
    use accord_ledger::LedgerError;

    fn endorsements(kit: &mut Kit, n: usize) -> Vec<Submission> {
        let (party, target) = (key("north/liaison", 23), kit.id);
        (0..n)
            .map(|_| {
                let payload = json!({"target": target});
                let event = kit.event("record.endorsed", "record/", &payload, &[(&party, "party")]);
                Submission { note: event.note().as_bytes().to_vec(), at: None }
            })
            .collect()
    }

    /// What the caller got wrong must not cost the writer its usability.
    #[test]
    fn a_batch_that_cannot_be_is_refused_before_anything_is_judged() {
        let mut kit = Kit::new();
        let size = kit.ledger().size();
        let batch = endorsements(&mut kit, 4_097);
        assert!(matches!(kit.ledger().append(&batch), Err(LedgerError::BatchTooLarge { .. })));
        assert!(!kit.ledger().is_stale());
        assert_eq!(kit.ledger().size(), size);
        let outcomes = kit.ledger().append(&batch[..3]).unwrap();
        assert!(outcomes.iter().all(|o| outcome_code(o) == "accepted"));
    }

    /// Junk beside good notes keeps nothing out and breaks nothing.
    #[test]
    fn hostile_notes_are_answered_one_by_one() {
        let mut kit = Kit::new();
        let good = endorsements(&mut kit, 2);
        let deep = format!("accord.event/v1\n{}\n\n\u{2014} a/b AAAAAAE=\n", "[".repeat(59_000));
        let junk = [Vec::new(), vec![0xff; 70_000], deep.into_bytes(), b"\n\n\n".to_vec()];
        let mut batch = vec![good[0].clone()];
        batch.extend(junk.map(|note| Submission { note, at: None }));
        batch.extend([good[1].clone(), good[0].clone()]);
        let outcomes = kit.ledger().append(&batch).unwrap();
        let codes: Vec<_> = outcomes.iter().map(outcome_code).collect();
        assert_eq!(
            codes,
            [
                "accepted",
                "malformed",
                "malformed",
                "malformed",
                "malformed",
                "accepted",
                "repeated"
            ]
        );
        assert!(sound(&kit));
    }
}

mod records {
    use super::*;
    use accord_format::hash::EntryHash;
    use accord_store::Store;

    /// Puts `entry` behind the head as somebody would who holds the operator's keys but runs
    /// other software.
    fn smuggle(kit: &mut Kit, entry: &Entry) {
        kit.ledger = None;
        let (mut store, _) = Store::open(kit.disk.clone()).unwrap();
        let signer = NoteSigner::from_seed(&kit.origin(), &[2; 32]).unwrap();
        let origin = kit.origin();
        let mut sign = |size, root| {
            let head = Checkpoint { origin: origin.clone(), size, root };
            Ok(head.sign(&[&signer]).unwrap().to_text())
        };
        store.commit(&[entry.to_bytes()], &mut sign).unwrap();
        let head = store.head_checkpoint().to_owned();
        store.publish(&head).unwrap();
    }

    fn forged(kit: &mut Kit) -> SignedEvent {
        let target = kit.id;
        let event = kit.event(
            "record.endorsed",
            "record/",
            &json!({"target": target}),
            &[(&key("mission/field-3", 21), "mission")],
        );
        let text = event.event().text().to_owned();
        let mut line = key("mission/field-3", 99).sign(&text);
        line.id = key("mission/field-3", 21).vkey().id();
        SignedEvent::parse(format!("{text}\n{}", line.to_line()).as_bytes()).unwrap()
    }

    /// Every number that a header can hold, with a signature that holds and with one that does not.
    #[test]
    fn a_hostile_header_is_reported_and_breaks_nothing() {
        for (seq, revision) in [(u64::MAX, u64::MAX), (0, 0), (u64::MAX - 1, 7)] {
            for valid in [true, false] {
                let mut kit = Kit::new();
                let signed = if valid {
                    let target = kit.id;
                    let signers = [(&key("mission/field-3", 21), "mission")];
                    kit.event("record.endorsed", "record/", &json!({"target": target}), &signers)
                } else {
                    forged(&mut kit)
                };
                let last = Record::of(kit.reader()).entry(4).unwrap();
                let header =
                    Header { seq, revision, prev: last.hash(), recorded: last.header.recorded };
                smuggle(&mut kit, &Entry::new(header, signed));
                let report = verify::verify(&kit.reader(), verify::Options::default(), &mut ()).0;
                let codes: Vec<_> = report.problems.iter().map(|p| (p.code, p.seq)).collect();
                assert!(codes.contains(&("seq-wrong", Some(5))), "{codes:?}");
                assert_eq!(codes.contains(&("signature-invalid", Some(5))), !valid, "{codes:?}");
                assert_eq!(report.size, 6);
            }
        }
    }

    /// What newer software added is neither right nor wrong here: from there on nobody's power is
    /// known. What is known to need a power stays void without it.
    #[test]
    fn a_kernel_event_of_newer_software_is_not_called_void() {
        let mission = key("mission/field-3", 21);
        let cases = [
            ("record.sealed", 1, "record/", json!({"target": 1}), Some(5)),
            ("participant.enrolled", 2, "participant/x", json!({}), Some(5)),
            ("rules.adopted", 1, "rules/main", json!({"rulebook": 99}), None),
        ];
        for (event_type, version, stream, payload, not_established) in cases {
            let mut kit = Kit::new();
            let mut draft = kit.draft(event_type, stream, &payload, &[(&mission, "mission")]);
            draft.version = version;
            let signed = SignedEvent::sign(&draft.to_line().unwrap(), &[&mission]).unwrap();
            assert_ne!(kit.append(&signed), "accepted");
            let last = Record::of(kit.reader()).entry(4).unwrap();
            let recorded = last.header.recorded;
            let header = Header { seq: 5, revision: 0, prev: last.hash(), recorded };
            smuggle(&mut kit, &Entry::new(header, signed));
            let report = verify::verify(&kit.reader(), verify::Options::default(), &mut ()).0;
            assert_eq!(report.problems, [], "{event_type}");
            assert_eq!(report.not_established, not_established, "{event_type}");
            assert_eq!(report.voids.is_empty(), not_established.is_some(), "{event_type}");
        }
    }

    /// An operator that back-dates, or links to nothing, is found out by the record itself.
    #[test]
    fn a_back_dated_entry_is_named() {
        let mut kit = Kit::new();
        let target = kit.id;
        let signers = [(&key("mission/field-3", 21), "mission")];
        let signed = kit.event("record.endorsed", "record/", &json!({"target": target}), &signers);
        let before = instant(0).timestamp();
        let header = Header { seq: 5, revision: 0, prev: EntryHash::ZERO, recorded: before };
        smuggle(&mut kit, &Entry::new(header, signed));
        let report = verify::verify(&kit.reader(), verify::Options::default(), &mut ()).0;
        let codes: Vec<_> = report.problems.iter().map(|p| (p.code, p.seq)).collect();
        for code in ["prev-wrong", "recorded-decreases"] {
            assert!(codes.contains(&(code, Some(5))), "{codes:?}");
        }
    }
}

mod corrections {
    use super::*;
    use accord_catalogue::{EventType, Kind, Payload, StreamRule};
    use accord_ledger::admission::{Admission, Candidate, Context, Finding, Rejection};
    use accord_ledger::{Ledger, Options};

    /// A count was reported.
    #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Reported {
        /// How many.
        n: i64,
        /// Of what.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<String>,
    }
    impl Payload for Reported {}

    const REPORTED: EventType =
        EventType::new::<Reported>("test.reported", Kind::Report, StreamRule::Opens("test"));

    struct Families;

    impl Admission for Families {
        fn event_type(&self, name: &str, version: u32) -> Option<&EventType> {
            (name == REPORTED.name && version == 1).then_some(&REPORTED)
        }

        fn event_types(&self) -> Vec<&EventType> {
            vec![&REPORTED]
        }

        fn judge(&mut self, _: &Candidate<'_>, _: &Context<'_>) -> Result<Vec<Finding>, Rejection> {
            Ok(Vec::new())
        }

        fn applied(&mut self, _: &Entry, _: &Context<'_>) {}

        fn snapshot(&self) -> Value {
            Value::Null
        }

        fn restore(&mut self, _: &Value) -> Result<(), String> {
            Ok(())
        }
    }

    /// A ledger with one report by the mission.
    fn reported() -> (Kit, SignedEvent) {
        let mut kit = Kit::new();
        kit.ledger = None;
        let options = Options { admission: Some(Box::new(Families)), ..kit::options() };
        let keys = kit::operator_keys(&kit.origin());
        kit.ledger = Some(Ledger::open(kit.disk.clone(), keys, options).unwrap().0);
        let signers = [(&key("mission/field-3", 21), "mission")];
        let report = kit.event("test.reported", "test/", &json!({"n": 0}), &signers);
        assert_eq!(kit.append(&report), "accepted");
        (kit, report)
    }

    fn correct(
        kit: &mut Kit,
        signers: &[(&NoteSigner, &str)],
        target: &SignedEvent,
        patches: &Value,
    ) -> (&'static str, SignedEvent) {
        let payload =
            json!({"target": target.event().hash(), "patches": patches, "reason": "typing"});
        let event = kit.event("record.corrected", "record/", &payload, signers);
        (kit.append(&event), event)
    }

    fn n(old: i64, new: i64) -> Value {
        json!([{"pointer": "/payload/n", "old": old, "new": new}])
    }

    #[test]
    fn a_correction_reaches_what_it_may_and_nothing_else() {
        let (mut kit, report) = reported();
        let (mission, party) = (key("mission/field-3", 21), key("north/liaison", 23));
        let by = [(&mission, "mission")];
        let from = report.event().occurred.from.to_string();
        let later = instant(86_400 * 900).to_string();
        for (patches, code) in [
            (
                json!([{"pointer": "/signers/0/as", "old": "mission", "new": "party"}]),
                "patch-invalid",
            ),
            (json!([{"pointer": "/issued", "old": from, "new": later}]), "patch-invalid"),
            (json!([{"pointer": "/payload", "old": {"n": 0}, "new": {"n": 1}}]), "patch-invalid"),
            (json!([{"pointer": "/payload/n", "old": 0, "new": "many"}]), "patch-invalid"),
            (json!([{"pointer": "/payload/n", "old": 0}]), "patch-invalid"),
            (json!([{"pointer": "/payload/extra", "new": 1}]), "patch-invalid"),
            (json!([{"pointer": "/payload/of", "new": "ab".repeat(32)}]), "patch-invalid"),
            (
                json!([{"pointer": "/occurred/precision", "old": "second", "new": "vague"}]),
                "patch-invalid",
            ),
            (json!([{"pointer": "/occurred/until", "new": from}]), "patch-invalid"),
            // Into the future, where it would count for nothing until then.
            (
                json!([{"pointer": "/occurred/from", "old": from, "new": later}]),
                "occurred-in-future",
            ),
            (Value::Array(vec![n(0, 1)[0].clone(); 3_00]), "patch-invalid"),
            (json!([]), "patch-invalid"),
            (n(7, 8), "patch-invalid"),
        ] {
            assert_eq!(correct(&mut kit, &by, &report, &patches).0, code, "{patches}");
        }
        assert_eq!(correct(&mut kit, &[(&party, "party")], &report, &n(0, 1)).0, "not-the-author");
        let (code, correction) =
            correct(&mut kit, &[(&key("mission/head", 22), "mission")], &report, &n(0, 1));
        assert_eq!(code, "accepted");
        assert_eq!(correct(&mut kit, &by, &correction, &n(0, 1)).0, "target-is-act");
        let early =
            json!([{"pointer": "/occurred/from", "old": from, "new": instant(-50).to_string()}]);
        assert_eq!(correct(&mut kit, &by, &report, &early).0, "accepted");
        assert!(
            verify::verify(
                &kit.reader(),
                verify::Options {
                    admission: Some(Box::new(Families)),
                    ..verify::Options::default()
                },
                &mut ()
            )
            .0
            .is_sound()
        );
    }

    /// Each correction costs everybody as much as all before it together.
    #[test]
    fn one_record_is_not_corrected_without_end() {
        let (mut kit, report) = reported();
        let mission = key("mission/field-3", 21);
        let by = [(&mission, "mission")];
        for at in 0..1_000 {
            assert_eq!(correct(&mut kit, &by, &report, &n(at, at + 1)).0, "accepted", "{at}");
        }
        assert_eq!(correct(&mut kit, &by, &report, &n(1_000, 0)).0, "corrections-exhausted");
        let payload = json!({"target": report.event().hash(), "reason": "beyond repair"});
        assert_eq!(
            says(&mut kit, &mission, "mission", "record.retracted", "record/", &payload),
            "accepted"
        );
        assert_eq!(correct(&mut kit, &by, &report, &n(1_000, 0)).0, "target-retracted");
    }
}

mod handles {
    use super::*;
    use accord_ledger::handle;

    /// Many submitters at once, some hostile, some that do not wait: each answer goes to who asked,
    /// in a queue that is much too short, and nothing queued is lost at the end.
    #[test]
    fn every_submitter_gets_its_own_answer() {
        let mut kit = Kit::new();
        let party = key("north/liaison", 23);
        let target = kit.id;
        let events: Vec<_> = (0..60)
            .map(|n| {
                let role = if n % 5 == 4 { "mission" } else { "party" };
                kit.event(
                    "record.endorsed",
                    "record/",
                    &json!({"target": target}),
                    &[(&party, role)],
                )
            })
            .collect();
        let (handle, writer) = handle::spawn(kit.ledger.take().unwrap(), 2);
        let threads: Vec<_> = events
            .chunks(12)
            .map(|chunk| {
                let (handle, chunk) = (handle.clone(), chunk.to_vec());
                std::thread::spawn(move || {
                    for event in chunk {
                        let submission =
                            Submission { note: event.note().as_bytes().to_vec(), at: None };
                        // One that asks and goes away.
                        drop(handle.submit_blocking(submission.clone()).unwrap());
                        let pending = handle.submit_blocking(submission).unwrap();
                        match pending.answer_blocking().unwrap() {
                            Outcome::Repeated { receipt } => {
                                assert_eq!(event.event().signers[0].role(), "party");
                                let keys = [NoteSigner::from_seed(
                                    &receipt.proof().checkpoint.checkpoint().origin,
                                    &[2; 32],
                                )
                                .unwrap()
                                .vkey()
                                .clone()];
                                let origin = &receipt.proof().checkpoint.checkpoint().origin;
                                let entry = receipt.verify(event.clone(), origin, &keys).unwrap();
                                assert_eq!(entry.event().hash(), event.event().hash());
                            }
                            Outcome::Refused { event: refused, rejection, .. } => {
                                assert_eq!(refused, event.event().hash());
                                assert_eq!(rejection.code, "role-not-held");
                            }
                            other => panic!("{other:?}"),
                        }
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        drop(handle);
        writer.join().unwrap();
        assert_eq!(Record::of(kit.reader()).size(), 5 + 48);
        assert!(sound(&kit));
    }
}
