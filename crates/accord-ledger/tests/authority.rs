//! Who may do what: every guard of the kernel, refused with its code and then allowed.

mod kit;

use accord_format::event::SignedEvent;
use accord_format::key::NoteSigner;
use accord_format::possession;
use accord_ledger::Outcome;
use accord_ledger::verify::{self, Verdict};
use kit::{Kit, instant, key};
use serde_json::json;

fn possession_of(kit: &Kit, participant: &str, key: &NoteSigner) -> String {
    possession::prove(&kit.id, participant, key)
}

/// An event that any enrolled participant may record.
fn endorsement(kit: &mut Kit, signers: &[(&NoteSigner, &str)]) -> SignedEvent {
    let target = kit.id;
    kit.event("record.endorsed", "record/", &json!({"target": target}), signers)
}

fn endorse(kit: &mut Kit, signer: &NoteSigner, role: &str) -> &'static str {
    let event = endorsement(kit, &[(signer, role)]);
    kit.append(&event)
}

fn says(
    kit: &mut Kit,
    signer: &NoteSigner,
    role: &str,
    event_type: &str,
    stream: &str,
    payload: &serde_json::Value,
) -> &'static str {
    let event = kit.event(event_type, stream, payload, &[(signer, role)]);
    kit.append(&event)
}

#[test]
fn enrolment_needs_the_threshold_and_a_proof_of_possession() {
    let mut kit = Kit::new();
    let new = key("south/liaison", 31);
    let payload = json!({"participant": "south", "name": "South", "kind": "party", "roles": ["party"],
        "vkey": new.vkey(), "possession": possession_of(&kit, "south", &new)});
    let a = key("authority-a/k", 11);
    assert_eq!(
        says(&mut kit, &a, "key_authority", "participant.enrolled", "participant/south", &payload),
        "threshold-not-met"
    );
    let mut stolen = payload.clone();
    stolen["possession"] = json!(possession_of(&kit, "south", &key("south/liaison", 32)));
    assert_eq!(
        kit.authority_says("participant.enrolled", "participant/south", &stolen),
        "possession-invalid"
    );
    let mut elsewhere = payload.clone();
    elsewhere["possession"] = json!(possession_of(&kit, "north", &new));
    assert_eq!(
        kit.authority_says("participant.enrolled", "participant/south", &elsewhere),
        "possession-invalid"
    );
    let mut grand = payload.clone();
    grand["roles"] = json!(["key_authority"]);
    assert_eq!(
        kit.authority_says("participant.enrolled", "participant/south", &grand),
        "role-reserved"
    );
    assert_eq!(
        kit.authority_says("participant.enrolled", "participant/north", &payload),
        "stream-wrong"
    );
    assert_eq!(
        kit.authority_says("participant.enrolled", "participant/south", &payload),
        "accepted"
    );
    assert_eq!(
        kit.authority_says("participant.enrolled", "participant/south", &payload),
        "participant-exists"
    );
    assert_eq!(endorse(&mut kit, &new, "party"), "accepted");
    // A public key is never used twice, under whatever name.
    let reused = NoteSigner::from_seed("east/liaison", &[31; 32]).unwrap();
    assert_eq!(kit.enrol(&reused, "east", &["party"]), "key-reused");
    let checkpoint_key = NoteSigner::from_seed("east/liaison", &[2; 32]).unwrap();
    assert_eq!(kit.enrol(&checkpoint_key, "east", &["party"]), "key-reused");
    assert_eq!(kit.enrol(&key("west/liaison", 33), "east", &["party"]), "key-name");
}

#[test]
fn signers_are_known_active_and_in_a_role_they_hold() {
    let mut kit = Kit::new();
    let (mission, party) = (key("mission/field-3", 21), key("north/liaison", 23));
    assert_eq!(endorse(&mut kit, &mission, "party"), "role-not-held");
    assert_eq!(endorse(&mut kit, &key("ghost/k", 40), "party"), "signature-invalid");
    assert_eq!(endorse(&mut kit, &mission, "mission"), "accepted");
    // Two signers, both must hold.
    let event = endorsement(&mut kit, &[(&mission, "mission"), (&party, "mission")]);
    assert_eq!(kit.append(&event), "role-not-held");
    let event = endorsement(&mut kit, &[(&mission, "mission"), (&party, "party")]);
    assert_eq!(kit.append(&event), "accepted");
    // A signature by another key under the right name.
    let event = endorsement(&mut kit, &[(&mission, "mission")]);
    let text = event.event().text().to_owned();
    let mut line = key("mission/field-3", 99).sign(&text);
    line.id = mission.vkey().id();
    let forged = format!("{text}\n{}", line.to_line());
    let forged = SignedEvent::parse(forged.as_bytes()).unwrap();
    let Outcome::Refused { rejection, note, .. } = kit.submit(&forged) else {
        panic!("not refused")
    };
    assert_eq!(rejection.code, "signature-invalid");
    assert_eq!(note, None, "beside the valid note, a signed refusal would accuse the operator");
}

#[test]
fn roles_come_and_go() {
    let mut kit = Kit::new();
    let party = key("north/liaison", 23);
    let role = json!({"participant": "north", "role": "witness"});
    assert_eq!(endorse(&mut kit, &party, "witness"), "role-not-held");
    assert_eq!(
        kit.authority_says("participant.role_granted", "participant/north", &role),
        "accepted"
    );
    assert_eq!(
        kit.authority_says("participant.role_granted", "participant/north", &role),
        "role-held"
    );
    assert_eq!(endorse(&mut kit, &party, "witness"), "accepted");
    assert_eq!(
        kit.authority_says("participant.role_withdrawn", "participant/north", &role),
        "accepted"
    );
    assert_eq!(endorse(&mut kit, &party, "witness"), "role-not-held");
    let operator = json!({"participant": "north", "role": "operator"});
    assert_eq!(
        kit.authority_says("participant.role_granted", "participant/north", &operator),
        "role-reserved"
    );
    let stranger = json!({"participant": "ghost", "role": "party"});
    assert_eq!(
        kit.authority_says("participant.role_granted", "participant/ghost", &stranger),
        "participant-unknown"
    );
    let leaving = json!({"participant": "north", "reason": "it left"});
    let mission = key("mission/field-3", 21);
    assert_eq!(
        says(&mut kit, &mission, "mission", "participant.withdrawn", "participant/north", &leaving),
        "threshold-not-met"
    );
    assert_eq!(
        says(&mut kit, &party, "party", "participant.withdrawn", "participant/north", &leaving),
        "accepted"
    );
    assert_eq!(endorse(&mut kit, &party, "party"), "participant-withdrawn");
}

#[test]
fn one_member_cannot_make_the_key_history_unreadable() {
    let mut kit = Kit::new();
    let rotate = |kit: &mut Kit, from: u8| {
        let (old, new) = (
            key("authority-a/k", from),
            key("authority-a/k", if from == 11 { 100 } else { from + 1 }),
        );
        let payload = json!({"participant": "authority-a", "old_key": old.id_string(), "vkey": new.vkey(),
            "possession": possession_of(kit, "authority-a", &new)});
        says(kit, &old, "key_authority", "key.rotated", "participant/authority-a", &payload)
    };
    assert_eq!(rotate(&mut kit, 11), "accepted");
    let first = kit.counter;
    for seed in 100..123 {
        assert_eq!(rotate(&mut kit, seed), "accepted", "{seed}");
    }
    assert_eq!(rotate(&mut kit, 123), "rotated-too-often");
    // A year after the first of them, to the minute, there is room again.
    kit.counter = first + 365 * 24 * 60 - 2;
    assert_eq!(rotate(&mut kit, 123), "rotated-too-often");
    assert_eq!(rotate(&mut kit, 123), "accepted");
    assert_eq!(verified(&kit).authority(), Verdict::Holds);
}

#[test]
fn keys_rotate_are_suspended_and_revoked() {
    let mut kit = Kit::new();
    let (old, new) = (key("mission/field-3", 21), key("mission/field-4", 41));
    let rotation = json!({"participant": "mission", "old_key": old.id_string(), "vkey": new.vkey(),
        "possession": possession_of(&kit, "mission", &new)});
    let head = key("mission/head", 22);
    assert_eq!(
        says(&mut kit, &head, "mission", "key.rotated", "participant/mission", &rotation),
        "signer-wrong"
    );
    assert_eq!(
        says(&mut kit, &old, "mission", "key.rotated", "participant/mission", &rotation),
        "accepted"
    );
    assert_eq!(endorse(&mut kit, &old, "mission"), "key-retired");
    assert_eq!(endorse(&mut kit, &new, "mission"), "accepted");

    let suspension =
        json!({"participant": "mission", "key": new.id_string(), "reason": "a phone was lost"});
    let a = key("authority-a/k", 11);
    assert_eq!(
        says(&mut kit, &a, "key_authority", "key.suspended", "participant/mission", &suspension),
        "accepted"
    );
    assert_eq!(endorse(&mut kit, &new, "mission"), "key-suspended");
    assert_eq!(
        kit.authority_says("key.suspended", "participant/mission", &suspension),
        "key-status"
    );
    let which = json!({"participant": "mission", "key": new.id_string()});
    assert_eq!(kit.authority_says("key.reinstated", "participant/mission", &which), "accepted");
    assert_eq!(endorse(&mut kit, &new, "mission"), "accepted");

    let revocation = json!({"participant": "mission", "key": new.id_string(), "reason": "lost"});
    assert_eq!(kit.authority_says("key.revoked", "participant/mission", &revocation), "accepted");
    assert_eq!(endorse(&mut kit, &new, "mission"), "key-revoked");
    assert_eq!(kit.authority_says("key.reinstated", "participant/mission", &which), "key-status");
    assert_eq!(kit.authority_says("key.revoked", "participant/mission", &revocation), "key-status");
    assert_eq!(verified(&kit).authority(), Verdict::Holds);
}

fn verified(kit: &Kit) -> verify::Report {
    verify::verify(&kit.reader(), verify::Options::default(), &mut ()).0
}

#[test]
fn a_suspension_ends_by_itself() {
    let mut kit = Kit::new();
    let mission = key("mission/field-3", 21);
    let suspension = json!({"participant": "mission", "key": mission.id_string(), "reason": "x"});
    let a = key("authority-a/k", 11);
    assert_eq!(
        says(&mut kit, &a, "key_authority", "key.suspended", "participant/mission", &suspension),
        "accepted"
    );
    let event = endorsement(&mut kit, &[(&mission, "mission")]);
    let later = instant(73 * 3600).timestamp();
    let submission =
        accord_ledger::Submission { note: event.note().as_bytes().to_vec(), at: Some(later) };
    let outcomes = kit.ledger().append(&[submission]).unwrap();
    assert!(matches!(outcomes[0], Outcome::Accepted { .. }));
}

#[test]
fn what_a_stolen_key_signed_is_suspect_until_confirmed() {
    let mut kit = Kit::new();
    let mission = key("mission/field-3", 21);
    let before = endorsement(&mut kit, &[(&mission, "mission")]);
    assert_eq!(kit.append(&before), "accepted");
    let after = endorsement(&mut kit, &[(&mission, "mission")]);
    assert_eq!(kit.append(&after), "accepted");
    let since = after.event().issued.to_string();
    let revocation = json!({"participant": "mission", "key": mission.id_string(), "reason": "compromised", "compromised_since": since});
    assert_eq!(kit.authority_says("key.revoked", "participant/mission", &revocation), "accepted");
    let suspects = |kit: &Kit| {
        let (_, kernel) = verify::verify(&kit.reader(), verify::Options::default(), &mut ());
        let record = accord_ledger::Record::of(kit.reader());
        let all: Vec<_> =
            record.entries(0).map(Result::unwrap).filter(|e| kernel.is_suspect(e)).collect();
        all.iter().map(|e| e.event().hash()).collect::<Vec<_>>()
    };
    assert_eq!(suspects(&kit), [after.event().hash()]);
    let head = key("mission/head", 22);
    let confirm = |target| json!({"targets": [target]});
    assert_eq!(
        says(
            &mut kit,
            &head,
            "mission",
            "record.reaffirmed",
            "record/",
            &confirm(before.event().hash())
        ),
        "target-not-suspect"
    );
    let party = key("north/liaison", 23);
    assert_eq!(
        says(
            &mut kit,
            &party,
            "party",
            "record.reaffirmed",
            "record/",
            &confirm(after.event().hash())
        ),
        "not-the-author"
    );
    assert_eq!(
        says(
            &mut kit,
            &head,
            "mission",
            "record.reaffirmed",
            "record/",
            &confirm(after.event().hash())
        ),
        "accepted"
    );
    assert_eq!(suspects(&kit), []);
}

#[test]
fn power_can_be_lent_and_taken_back() {
    let mut kit = Kit::new();
    let (mission, party) = (key("mission/head", 22), key("north/liaison", 23));
    let until = instant(86_400 * 30).to_string();
    let loan =
        json!({"to": "north", "role": "mission", "types": ["record.endorsed"], "until": until});
    assert_eq!(
        says(&mut kit, &party, "party", "delegation.granted", "delegation/", &loan),
        "delegation-exceeds"
    );
    let event = kit.event("delegation.granted", "delegation/", &loan, &[(&mission, "mission")]);
    let stream = event.event().stream.clone();
    assert_eq!(kit.append(&event), "accepted");
    assert_eq!(endorse(&mut kit, &party, "mission"), "accepted");
    // For the types named only, and not to be lent on.
    let target = kit.id;
    let dispute = json!({"target": target, "ground": "x"});
    assert_eq!(
        says(&mut kit, &party, "mission", "record.disputed", "record/", &dispute),
        "role-not-held"
    );
    assert_eq!(
        says(&mut kit, &party, "party", "delegation.ended", &stream, &json!({})),
        "signer-wrong"
    );
    assert_eq!(
        says(&mut kit, &mission, "mission", "delegation.ended", &stream, &json!({})),
        "accepted"
    );
    assert_eq!(endorse(&mut kit, &party, "mission"), "role-not-held");
}

#[test]
fn the_key_authority_can_be_replaced_and_the_old_one_is_powerless() {
    let mut kit = Kit::new();
    let (d, e) = (key("authority-d/k", 51), key("authority-e/k", 52));
    let change = json!({"key_authority": {"keys": [d.vkey(), e.vkey()], "threshold": 2},
        "possessions": [possession_of(&kit, "authority-d", &d), possession_of(&kit, "authority-e", &e)]});
    assert_eq!(kit.authority_says("ledger.authority_changed", "ledger/main", &change), "accepted");
    assert_eq!(kit.enrol(&key("south/k", 53), "south", &["party"]), "key-retired");
    let role = json!({"participant": "north", "role": "witness"});
    let event = kit.event(
        "participant.role_granted",
        "participant/north",
        &role,
        &[(&d, "key_authority"), (&e, "key_authority")],
    );
    assert_eq!(kit.append(&event), "accepted");
}

#[test]
fn checkpoint_keys_rotate_and_old_checkpoints_stay_valid() {
    let mut kit = Kit::new();
    let before = accord_ledger::Record::of(kit.reader()).head().unwrap();
    let origin = kit.origin();
    let new = NoteSigner::from_seed(&origin, &[3; 32]).unwrap();
    let rotation = json!({"checkpoint_keys": [new.vkey().typed_base64()]});
    assert_eq!(
        kit.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &rotation),
        "accepted"
    );
    assert_eq!(
        kit.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &rotation),
        "key-reused"
    );
    let head = accord_ledger::Record::of(kit.reader()).head().unwrap();
    assert!(head.verify(&origin, &[new.vkey().clone().into()]).is_ok());
    let options = verify::Options {
        held: vec![verify::Held::Checkpoint(before)],
        ..verify::Options::default()
    };
    assert!(verify::verify(&kit.reader(), options, &mut ()).0.is_sound());
    kit.reopen();
    assert!(verified(&kit).is_sound());
    // A bundle carries the key history, and checks from the ledger id alone.
    let record = accord_ledger::Record::of(kit.reader());
    let kernel = record.kernel(None).unwrap();
    let bundle = record.bundle(&kernel, 2, &record.head().unwrap()).unwrap().to_bytes();
    assert_eq!(accord_ledger::check::bundle(&bundle, &kit.id).unwrap().entry.header.seq, 2);
    let other = accord_format::hash::LedgerId::from_bytes([9; 32]);
    assert!(accord_ledger::check::bundle(&bundle, &other).is_err());
}

#[test]
fn the_envelope_is_judged() {
    let mut kit = Kit::new();
    let mission = key("mission/field-3", 21);
    let target = kit.id;
    let payload = json!({"target": target, "reason": "x"});
    let signers = [(&mission, "mission")];
    let sign = |draft: &accord_format::event::Draft| {
        SignedEvent::sign(&draft.to_line().unwrap(), &[&mission]).unwrap()
    };
    // record.retracted is refused for its target, but only after the envelope.
    let base = kit.draft("record.retracted", "record/", &payload, &signers);
    let mut draft = base.clone();
    draft.ledger = Some(accord_format::hash::LedgerId::from_bytes([1; 32]));
    assert_eq!(kit.append(&sign(&draft)), "ledger-wrong");
    draft = base.clone();
    draft.ledger = None;
    assert_eq!(kit.append(&sign(&draft)), "ledger-wrong");
    draft = base.clone();
    draft.expects = Some(7);
    assert_eq!(kit.append(&sign(&draft)), "expects-mismatch");
    draft = base.clone();
    draft.seen.size = 3;
    assert_eq!(kit.append(&sign(&draft)), "seen-elsewhere");
    let kept = accord_ledger::Record::of(kit.reader());
    let kept = kept.reader().disk().list(accord_ledger::forks::FORKS).unwrap();
    assert_eq!(kept.len(), 2, "the event and the head: {kept:?}");
    draft = base.clone();
    draft.seen.size = 3_000;
    assert_eq!(kit.append(&sign(&draft)), "seen-elsewhere");
    draft = base.clone();
    draft.occurred.from = instant(86_400 * 365);
    assert_eq!(kit.append(&sign(&draft)), "occurred-in-future");
    draft = base.clone();
    draft.version = 2;
    assert_eq!(kit.append(&sign(&draft)), "type-unknown");
    draft = base.clone();
    draft.payload = json!({"target": target, "reason": "x", "extra": 1});
    assert_eq!(kit.append(&sign(&draft)), "payload-invalid");
    draft = base.clone();
    draft.stream = "record/elsewhere".into();
    assert_eq!(kit.append(&sign(&draft)), "stream-wrong");
    // The same id with another text, once one of them is in.
    let first = endorsement(&mut kit, &signers);
    assert_eq!(kit.append(&first), "accepted");
    draft = base;
    draft.id = first.event().id.clone();
    draft.stream = format!("record/{}", draft.id);
    assert_eq!(kit.append(&sign(&draft)), "id-conflict");
    // What the author has really seen is accepted.
    let (size, root) = kit.now();
    kit.seen = accord_format::event::Seen { size, root };
    assert_eq!(endorse(&mut kit, &mission, "mission"), "accepted");
    let unknown = kit.event("cooking.reported", "cooking/", &json!({}), &signers);
    assert_eq!(kit.append(&unknown), "not-granted");
    let unknown = kit.event("test.reported", "test/", &json!({}), &signers);
    assert_eq!(kit.append(&unknown), "type-unknown");
}

#[test]
fn a_refusal_is_signed_and_names_its_guard() {
    let mut kit = Kit::new();
    let mission = key("mission/field-3", 21);
    let event = endorsement(&mut kit, &[(&mission, "party")]);
    let (size, root) = kit.now();
    let Outcome::Refused { note: Some(note), .. } = kit.submit(&event) else {
        panic!("not refused")
    };
    let refusal =
        accord_format::refusal::Refusal::open(note.as_bytes(), key("operator/main", 1).vkey())
            .unwrap();
    assert_eq!((refusal.code.as_str(), refusal.event), ("role-not-held", event.event().hash()));
    assert_eq!((refusal.ledger, refusal.size, refusal.root), (kit.id, size, root));
    assert_eq!(kit.now(), (size, root));
}
