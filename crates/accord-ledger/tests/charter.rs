//! The life of a charter: proposed, endorsed, declined, adopted, amended, and what it then grants.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod kit;

use accord_charter::Charter;
use accord_format::event::SignedEvent;
use accord_format::hash::EventHash;
use accord_format::key::NoteSigner;
use accord_ledger::verify::Verdict;
use kit::{Kit, instant, key};
use serde_json::{Value, json};

/// A charter of two parties. `reporter` is the role that reports; an amendment needs each party
/// beside the secretariat.
fn charter(version: u32, reporter: &str) -> Charter {
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
[parties.b]
name = "South"
participant = "south"
[roles.party]
words = "Signs for a party."
[roles.mission]
words = "Observes."
[roles.witness]
words = "Witnesses."
open = true
[roles.secretariat]
words = "Keeps the papers."
[participants.north]
name = "North"
kind = "state"
roles = ["party", "witness"]
[participants.south]
name = "South"
kind = "state"
roles = ["party"]
[participants.mission]
name = "Mission"
kind = "body"
roles = ["mission"]
[participants.secretariat]
name = "Secretariat"
kind = "body"
roles = ["secretariat"]
[bindings]
payer = ["b"]
[families.test]
prefixes = ["test"]
[provisions.p1]
title = "Quiet"
text = "It is to be quiet."
responsible = ["a", "b"]
types = ["test.reported"]
[[grants]]
types = ["charter.proposed"]
any_of = [{{ all = [{{ role = "secretariat" }}] }}, {{ all = [{{ role = "party" }}] }}]
[[grants]]
types = ["charter.amended"]
any_of = [{{ all = [{{ role = "party", from = "each_party" }}, {{ role = "secretariat" }}] }}]
[[grants]]
types = ["test.reported"]
any_of = [{{ all = [{{ role = "{reporter}" }}] }}]
[[grants]]
types = ["test.certified"]
any_of = [{{ all = [{{ role = "party", binding = "payer" }}] }}]
"#
    );
    Charter::from_toml(&text).unwrap()
}

fn with_parties() -> Kit {
    let mut kit = Kit::with_domain();
    assert_eq!(kit.enrol(&key("south/liaison", 31), "south", &["party"]), "accepted");
    kit
}

fn propose(kit: &mut Kit, charter: &Charter) -> SignedEvent {
    let desk = key("secretariat/desk", 24);
    let event = kit.event(
        "charter.proposed",
        "charter/",
        &json!({"charter": charter}),
        &[(&desk, "secretariat")],
    );
    assert_eq!(kit.append(&event), "accepted");
    event
}

fn desk_says(kit: &mut Kit, event_type: &str, stream: &str, payload: &Value) -> &'static str {
    let desk = key("secretariat/desk", 24);
    kit.says((&desk, "secretariat"), event_type, stream, payload)
}

/// A proposal that has come into force.
fn adopted(kit: &mut Kit, charter: &Charter) -> SignedEvent {
    let proposal = propose(kit, charter);
    let stream = proposal.event().stream.clone();
    assert_eq!(desk_says(kit, "charter.adopted", &stream, &json!({})), "accepted");
    proposal
}

fn reported(kit: &mut Kit, signer: &NoteSigner, role: &str) -> &'static str {
    kit.says((signer, role), "test.reported", "test/", &json!({"count": 1}))
}

#[test]
fn parties_take_positions_and_change_them() {
    let mut kit = with_parties();
    let (north, south) = (key("north/liaison", 23), key("south/liaison", 31));
    let proposal = propose(&mut kit, &charter(1, "mission"));
    let stream = proposal.event().stream.clone();
    let mut say = |signer, what: &str, stream: &str| {
        kit.says((signer, "party"), &format!("charter.{what}"), stream, &json!({}))
    };
    assert_eq!(say(&north, "endorsed", "charter/nothing"), "stream-unknown");
    assert_eq!(say(&north, "declined", &stream), "accepted");
    assert_eq!(say(&south, "endorsed", &stream), "accepted");
    assert_eq!(say(&north, "endorsed", &stream), "accepted");
    assert_eq!(say(&south, "declined", &stream), "accepted");
    let kernel = kit.agreed();
    let known = &kernel.proposals()[&stream];
    assert_eq!(known.endorsed.iter().collect::<Vec<_>>(), ["north"]);
    assert_eq!(known.declined.iter().collect::<Vec<_>>(), ["south"]);
    assert!(!known.adopted && kernel.charter().is_none());
}

#[test]
fn grants_pass_from_genesis_to_charter() {
    let mut kit = with_parties();
    let (mission, north) = (key("mission/field-3", 21), key("north/liaison", 23));
    let role = json!({"participant": "north", "role": "witness"});
    assert_eq!(
        kit.authority_says("participant.role_granted", "participant/north", &role),
        "accepted"
    );
    // A charter that is only proposed grants nothing.
    let proposal = propose(&mut kit, &charter(1, "witness"));
    let stream = proposal.event().stream.clone();
    assert_eq!(reported(&mut kit, &mission, "mission"), "accepted");
    assert_eq!(reported(&mut kit, &north, "witness"), "not-granted");
    assert_eq!(kit.says((&north, "party"), "charter.adopted", &stream, &json!({})), "not-granted");
    assert_eq!(
        desk_says(&mut kit, "charter.adopted", "charter/nothing", &json!({})),
        "stream-unknown"
    );
    assert_eq!(desk_says(&mut kit, "charter.adopted", &stream, &json!({})), "accepted");
    assert_eq!(reported(&mut kit, &mission, "mission"), "not-granted");
    assert_eq!(reported(&mut kit, &north, "witness"), "accepted");
    // What the charter does not speak of stays as the genesis has it.
    let second = propose(&mut kit, &charter(2, "witness"));
    assert_eq!(
        desk_says(&mut kit, "charter.adopted", &second.event().stream, &json!({})),
        "charter-in-force"
    );
    let kernel = kit.agreed();
    assert_eq!(kernel.charter_event(), Some(proposal.event().hash()));
    assert_eq!(kernel.charter().unwrap().version, 1);
    assert_eq!(kit.verify().0.authority(), Verdict::Holds);
}

#[test]
fn an_amendment_needs_each_party_and_names_what_it_replaces() {
    let mut kit = with_parties();
    let (north, south, desk) =
        (key("north/liaison", 23), key("south/liaison", 31), key("secretariat/desk", 24));
    let early = propose(&mut kit, &charter(1, "mission"));
    let nothing = json!({"from": EventHash::from_bytes([7; 32])});
    assert_eq!(
        desk_says(&mut kit, "charter.amended", &early.event().stream, &nothing),
        "charter-missing"
    );
    let first = adopted(&mut kit, &charter(1, "mission"));
    let second = propose(&mut kit, &charter(2, "witness"));
    let amended = |from: &SignedEvent| json!({"from": from.event().hash()});
    let mut amend = |proposal: &SignedEvent, from: &SignedEvent, signers: &[(&_, &str)]| {
        let event = kit.event("charter.amended", &proposal.event().stream, &amended(from), signers);
        kit.append(&event)
    };
    let all = [(&north, "party"), (&south, "party"), (&desk, "secretariat")];
    assert_eq!(amend(&second, &first, &all[..2]), "not-granted");
    assert_eq!(amend(&second, &first, &[all[0], all[2]]), "not-granted");
    assert_eq!(amend(&second, &first, &all[2..]), "not-granted");
    assert_eq!(amend(&second, &early, &all), "charter-changed");
    assert_eq!(amend(&second, &first, &all), "accepted");
    assert_eq!(amend(&second, &second, &all), "charter-in-force");
    assert_eq!(amend(&first, &second, &all), "charter-in-force");
    let mission = key("mission/field-3", 21);
    assert_eq!(reported(&mut kit, &mission, "mission"), "not-granted");
    let kernel = kit.agreed();
    assert_eq!(kernel.charter_event(), Some(second.event().hash()));
    assert_eq!(kernel.charter().unwrap().version, 2);
}

#[test]
fn a_binding_names_one_party_among_many() {
    let mut kit = with_parties();
    let mission = key("mission/field-3", 21);
    adopted(&mut kit, &charter(1, "mission"));
    let opened =
        kit.event("test.reported", "test/", &json!({"count": 1}), &[(&mission, "mission")]);
    assert_eq!(kit.append(&opened), "accepted");
    let stream = opened.event().stream.clone();
    let mut certify = |signer: &NoteSigner, role: &str| {
        kit.says((signer, role), "test.certified", &stream, &json!({}))
    };
    assert_eq!(certify(&key("north/liaison", 23), "party"), "not-granted");
    assert_eq!(certify(&mission, "mission"), "not-granted");
    assert_eq!(certify(&key("south/liaison", 31), "party"), "accepted");
    kit.agreed();
}

#[test]
fn limits_of_the_charter_replace_the_defaults() {
    let mut kit = with_parties();
    let mission = key("mission/field-3", 21);
    let sign = |kit: &mut Kit, at: i64, occurred: i64| {
        let payload = json!({"count": 1});
        let mut draft = kit.draft("test.reported", "test/", &payload, &[(&mission, "mission")]);
        draft.issued = instant(at);
        draft.occurred.from = instant(occurred);
        SignedEvent::sign(&draft.to_line().unwrap(), &[&mission]).unwrap()
    };
    let submit = |kit: &mut Kit, event: &SignedEvent, at: i64| {
        let note = event.note().as_bytes().to_vec();
        let submission = accord_ledger::Submission { note, at: Some(instant(at).timestamp()) };
        let outcome = kit.ledger().append(&[submission]).unwrap().pop().unwrap();
        let late = match &outcome {
            accord_ledger::Outcome::Accepted { findings, .. } => {
                findings.iter().any(|f| f.code == "late")
            }
            _ => false,
        };
        (kit::outcome_code(&outcome), late)
    };
    // Without a charter: five minutes ahead, late after thirty days.
    let hour = 3_600;
    let ahead = sign(&mut kit, hour + 300, hour + 300);
    assert_eq!(submit(&mut kit, &ahead, hour), ("accepted", false));
    let beyond = sign(&mut kit, hour + 301, hour);
    assert_eq!(submit(&mut kit, &beyond, hour), ("issued-in-future", false));
    let three_days = sign(&mut kit, hour, hour - 3 * 86_400);
    assert_eq!(submit(&mut kit, &three_days, hour), ("accepted", false));
    adopted(&mut kit, &charter(1, "mission"));
    let two = 2 * hour;
    let ahead = sign(&mut kit, two + 600, two + 600);
    assert_eq!(submit(&mut kit, &ahead, two), ("accepted", false));
    let beyond = sign(&mut kit, two, two + 601);
    assert_eq!(submit(&mut kit, &beyond, two), ("occurred-in-future", false));
    let three_days = sign(&mut kit, two, two - 3 * 86_400);
    assert_eq!(submit(&mut kit, &three_days, two), ("accepted", true));
    assert_eq!(kit.agreed().charter().unwrap().limits.late_after.get(), 2 * 86_400);
}

#[test]
fn roles_are_those_that_the_charter_plans_for() {
    let mut kit = with_parties();
    adopted(&mut kit, &charter(1, "mission"));
    let new = key("office/desk", 51);
    assert_eq!(kit.enrol(&new, "office", &["secretariat"]), "role-not-in-charter");
    assert_eq!(kit.enrol(&new, "office", &["witness", "mission"]), "role-not-in-charter");
    assert_eq!(kit.enrol(&new, "office", &["witness"]), "accepted");
    let mut grant = |participant: &str, role: &str| {
        let payload = json!({"participant": participant, "role": role});
        let stream = format!("participant/{participant}");
        kit.authority_says("participant.role_granted", &stream, &payload)
    };
    assert_eq!(grant("south", "witness"), "role-not-in-charter");
    assert_eq!(grant("office", "party"), "role-not-in-charter");
    assert_eq!(grant("north", "witness"), "accepted");
    kit.agreed();
}

#[test]
fn a_proposal_must_be_a_charter() {
    let mut kit = with_parties();
    let mut value = serde_json::to_value(charter(1, "mission")).unwrap();
    for (pointer, wrong, code) in [
        ("/format", json!("accord.charter/v2"), "payload-invalid"),
        ("/limits/ahead", json!("10m"), "payload-invalid"),
        ("/parties/a", json!({"name": "North"}), "payload-invalid"),
        ("/version", json!(-1), "payload-invalid"),
        ("/title", Value::Null, "payload-invalid"),
        ("/parties/a/participant", json!("nobody"), "charter-invalid"),
        ("/provisions/p1/responsible", json!(["nobody"]), "charter-invalid"),
    ] {
        let mut payload = json!({"charter": value});
        *payload["charter"].pointer_mut(pointer).unwrap() = wrong;
        assert_eq!(
            desk_says(&mut kit, "charter.proposed", "charter/", &payload),
            code,
            "{pointer}"
        );
    }
    value["unheard_of"] = json!(1);
    let payload = json!({"charter": value});
    assert_eq!(desk_says(&mut kit, "charter.proposed", "charter/", &payload), "payload-invalid");
    kit.agreed();
}
