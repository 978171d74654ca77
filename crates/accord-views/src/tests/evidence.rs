//! Evidence: registered, handed on, verified, disclosed, erased.

use super::provenance;
use super::world::{World, refused};
use serde_json::{Value, json};

fn open(digit: char, origin: &str) -> Value {
    json!({
        "open": {"blake3": digit.to_string().repeat(64), "bytes": 10, "media_type": "image/jpeg", "name": "a.jpg"},
        "captured": {"at": "2026-02-28T04:00:00Z", "method": "photograph"},
        "collector": "team-north", "origin": origin, "copy": "original",
    })
}

fn sealed(digit: char) -> Value {
    let mut payload = open(digit, "public");
    payload.as_object_mut().unwrap().remove("open");
    payload["sealed"] = json!({"commitment": digit.to_string().repeat(64), "bytes": 4_096});
    payload
}

/// Registers an item; gives its stream and what is said of it.
fn register(world: &mut World, author: &str, payload: Value) -> (String, Vec<&'static str>) {
    let (seq, findings) = world.submit(author, "evidence.registered", "", payload).unwrap();
    (world.stream(seq), findings.into_iter().map(|f| f.code).collect())
}

fn say(
    world: &mut World,
    author: &str,
    name: &str,
    stream: &str,
    payload: Value,
) -> Result<Vec<&'static str>, &'static str> {
    let outcome = world.submit(author, name, stream, payload);
    outcome
        .map(|(_, findings)| findings.into_iter().map(|f| f.code).collect())
        .map_err(|rejection| rejection.code)
}

#[test]
fn the_same_content_is_registered_by_whoever_has_it() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let (_, first) = register(&mut world, "observer", open('a', "open_source"));
    let (_, second) = register(&mut world, "mission", open('a', "mission"));
    assert_eq!((first, second), (vec![], vec!["content_known"]));
    let mut odd = open('b', "mission");
    odd["captured"]["at"] = "2027-01-01T00:00:00Z".into();
    odd["copy"] = "working".into();
    odd["original"] = "evidence/nothing".into();
    assert_eq!(register(&mut world, "mission", odd).1, ["captured_in_future", "unknown_original"]);
    let view = world.view("evidence");
    let figure = |key: &str| view.figure(key).unwrap().value;
    assert_eq!((figure("origins/mission/items"), figure("origins/open_source/items")), (2, 1));
    assert_eq!((figure("lapses/unverified"), figure("lapses/alone")), (3, 1));
    assert_eq!(world.view("integrity").figure("evidence/unverified").unwrap().value, 3);
    provenance::check(&world, "evidence");
    world.check_replay();
}

#[test]
fn only_its_custodian_hands_an_item_on() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let (item, _) = register(&mut world, "mission", open('a', "mission"));
    let transfer = |world: &mut World, by: &str, to: &str| {
        let payload = json!({"to": to, "purpose": "safekeeping"});
        say(world, by, "evidence.transferred", &item, payload)
    };
    let access = |world: &mut World, by: &str| {
        let payload = json!({"to": "laboratory", "purpose": "examination"});
        say(world, by, "evidence.accessed", &item, payload)
    };
    assert_eq!(transfer(&mut world, "observer", "vault"), Err("not-the-custodian"));
    assert_eq!(access(&mut world, "vault"), Err("not-the-custodian"));
    assert_eq!(access(&mut world, "mission"), Ok(vec![]));
    assert_eq!(transfer(&mut world, "mission", "mission"), Err("wrong-state"));
    assert_eq!(transfer(&mut world, "mission", "vault"), Ok(vec!["receipt_not_signed"]));
    assert_eq!(transfer(&mut world, "mission", "vault"), Err("not-the-custodian"));
    assert_eq!(access(&mut world, "mission"), Err("not-the-custodian"));
    assert_eq!(access(&mut world, "vault"), Ok(vec![]));
    let unknown = json!({"to": "vault", "purpose": "safekeeping"});
    let unknown = world.submit("mission", "evidence.transferred", "evidence/none", unknown);
    assert_eq!(refused(unknown), "evidence-unknown");
    let view = world.view("evidence");
    let figure = |key: &str| view.figure(key).unwrap().value;
    assert_eq!((figure("custody/2"), figure("access/transfers")), (1, 1));
    assert_eq!((figure("access/accesses"), figure("lapses/unsigned")), (2, 1));
    assert_eq!(figure(&format!("{item}/custodians")), 2);
    provenance::check(&world, "evidence");
    world.check_replay();
}

#[test]
fn whoever_verifies_is_heard_and_the_last_word_counts() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let (item, _) = register(&mut world, "mission", open('a', "mission"));
    let verify = |world: &mut World, by: &str, result: &str| {
        let payload = json!({ "result": result });
        say(world, by, "evidence.verified", &item, payload).unwrap()
    };
    let status = |world: &World, status: &str| {
        let key = format!("origins/mission/{status}");
        world.view("evidence").figure(&key).unwrap().value
    };
    assert_eq!(verify(&mut world, "mission", "intact"), ["verified_by_custodian"]);
    assert_eq!(world.view("evidence").figure("lapses/self_verified").unwrap().value, 1);
    assert_eq!(verify(&mut world, "auditor", "intact"), [] as [&str; 0]);
    assert_eq!(status(&world, "intact"), 1);
    assert_eq!(verify(&mut world, "auditor", "mismatch"), ["evidence_mismatch"]);
    assert_eq!((status(&world, "intact"), status(&world, "mismatch")), (0, 1));
    assert_eq!(verify(&mut world, "auditor", "missing"), ["evidence_missing"]);
    assert_eq!(status(&world, "missing"), 1);
    // Derived findings say the same of the record.
    let integrity = world.view("integrity");
    for code in ["evidence_mismatch", "evidence_missing"] {
        assert_eq!(integrity.figure(&format!("findings/{code}")).unwrap().value, 1, "{code}");
    }
    let payload = json!({"result": "intact"});
    let unheard = say(&mut world, "auditor", "evidence.verified", "evidence/none", payload);
    assert_eq!(unheard, Ok(vec!["out_of_order"]));
    // What the auditor took back does not count.
    let last = world.size() - 2;
    world.retract(last);
    assert_eq!((status(&world, "missing"), status(&world, "mismatch")), (0, 1));
    provenance::check(&world, "evidence");
    world.check_replay();
}

#[test]
fn disclosures_and_erasures_show() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let (public, _) = register(&mut world, "mission", open('a', "mission"));
    let (secret, _) = register(&mut world, "vault", sealed('c'));
    let seq = world.size() - 1;
    let disclose = |world: &mut World, target: &str, commitment: Option<char>| {
        let mut payload = json!({
            "target": target, "recipient": "the court", "legal_basis": "an order", "purpose": "a hearing",
        });
        if let Some(digit) = commitment {
            payload["commitment"] = digit.to_string().repeat(64).into();
        }
        say(world, "vault", "disclosure.recorded", "", payload).unwrap()
    };
    assert_eq!(disclose(&mut world, &public, None), ["nothing_sealed"]);
    assert_eq!(disclose(&mut world, &secret, Some('c')), [] as [&str; 0]);
    assert_eq!(disclose(&mut world, &secret, Some('d')), ["commitment_differs"]);
    assert_eq!(disclose(&mut world, "evidence/none", None), ["out_of_order"]);
    assert_eq!(disclose(&mut world, "exchange/one", None), [] as [&str; 0]);
    let before = world.view("evidence");
    assert_eq!(before.figure("access/disclosures").unwrap().value, 5);
    assert_eq!(before.figure(&format!("{secret}/disclosures")).unwrap().value, 2);
    assert_eq!(before.figure("lapses/erased").unwrap().value, 0);
    let payload =
        json!({"target": world.log.hash(seq), "commitment": "c".repeat(64), "basis": "court"});
    world.kernel_event("record.redacted", "", payload);
    let view = world.view("evidence");
    assert_eq!(view.figure("lapses/erased").unwrap().value, 1);
    let items = view.tables.iter().find(|t| t.key == "items").unwrap();
    let row = items.rows.iter().find(|r| r.key == secret).unwrap();
    assert_eq!(row.marks, ["sealed", "REDACTED"]);
    provenance::check(&world, "evidence");
    world.check_replay();
}
