//! Notes that are none, or that the ledger cannot take.

use super::{Site, says};
use accord_format::event::SignedEvent;
use accord_format::key::NoteSigner;
use accord_tests::world::{Pen, key};
use serde_json::{Value, json};

fn endorsed(pen: &mut Pen) -> SignedEvent {
    let target = pen.id.unwrap();
    let party = key("north/liaison", 23);
    pen.event("record.endorsed", "record/", json!({"target": target}), &[(&party, "party")])
}

/// A note with another JSON line, signed all the same by the party.
fn signed(line: &str) -> Vec<u8> {
    let text = format!("accord.event/v1\n{line}\n");
    format!("{text}\n{}", key("north/liaison", 23).sign(&text).to_line()).into_bytes()
}

/// The JSON line of an event.
fn line(event: &SignedEvent) -> String {
    event.event().text().lines().nth(1).unwrap().to_owned()
}

/// The one answer to a note.
fn answer(site: &Site, note: &[u8], code: i32) -> Value {
    let run = site.append(note).exits(code);
    let mut records = run.records();
    assert_eq!(records.len(), 1, "{}", run.out);
    records.remove(0)
}

#[test]
fn what_is_no_event_is_malformed() {
    let mut site = Site::new();
    let event = endorsed(&mut site.pen);
    let (good, note) = (line(&event), event.note().to_owned());
    let payload = |text: &str| {
        let start = good.find("\"payload\":").unwrap();
        format!("{}\"payload\":{text}}}", &good[..start])
    };
    let number = |text: &str| signed(&payload(&format!("{{\"n\":{text}}}")));
    let nested = format!("{}1{}", "{\"a\":".repeat(17), "}".repeat(17));
    let last_line = note.lines().next_back().unwrap();
    let before = site.settled();
    let cases: Vec<(&str, Vec<u8>, Vec<&str>)> = vec![
        (
            "oversized",
            signed(&payload(&json!({"text": "x".repeat(60_000)}).to_string())),
            vec!["60000"],
        ),
        ("cut in the text", note.as_bytes()[..200].to_vec(), vec!["note"]),
        ("cut in the signature", note.as_bytes()[..note.len() - 9].to_vec(), vec!["note"]),
        (
            "no signature",
            note.as_bytes()[..note.len() - last_line.len() - 1].to_vec(),
            vec!["note"],
        ),
        (
            "not UTF-8",
            signed(&good).iter().map(|b| if *b == b'7' { 0xff } else { *b }).collect(),
            vec!["UTF-8"],
        ),
        (
            "a member twice",
            signed(&good.replacen("\"version\":1", "\"version\":1,\"version\":1", 1)),
            vec!["version"],
        ),
        ("a member twice, escaped", signed(&payload("{\"a\":1,\"\\u0061\":2}")), vec!["twice"]),
        ("nested too deep", signed(&payload(&nested)), vec!["16"]),
        ("a fraction", number("1.5"), vec!["integer"]),
        ("an exponent", number("1e3"), vec!["integer"]),
        ("a leading zero", number("01"), vec![]),
        ("minus zero", number("-0"), vec!["integer"]),
        ("beyond 2^53", number("9007199254740992"), vec![]),
        ("a bidi control", signed(&payload("{\"a\":\"\u{202e}\"}")), vec![]),
        (
            "a member unknown",
            signed(&good.replacen("\"version\":1", "\"version\":1,\"tier\":2", 1)),
            vec!["tier"],
        ),
        (
            "a newer format",
            note.replace("accord.event/v1", "accord.event/v2").into_bytes(),
            vec!["newer"],
        ),
        ("not JSON", signed("hello"), vec![]),
        ("nothing like it", b"hello\n".to_vec(), vec![]),
    ];
    for (what, note, words) in cases {
        let answers = site.append(&note).exits(3).records();
        assert!(answers.iter().all(|a| a["outcome"] == "malformed"), "{what}: {answers:?}");
        let detail = answers[0]["detail"].as_str().unwrap();
        assert!(detail.len() > 10, "{what}: {detail}");
        says(what, detail, &words);
        site.unharmed(what, &before);
    }
    // A line behind a whole note is answered by itself, and does not become part of the note.
    let surplus = format!("{note}{last_line}\n");
    let answers = site.append(surplus.as_bytes()).exits(3).records();
    let words: Vec<&Value> = answers.iter().map(|answer| &answer["outcome"]).collect();
    assert_eq!(words, ["accepted", "malformed"]);
    let record = accord_ledger::Record::open(&site.ledger()).unwrap();
    assert_eq!(record.entry(record.size() - 1).unwrap().signed().note(), note);
    let before = site.settled();
    // An empty input is no mistake.
    assert_eq!(site.append(b"").exits(0).out, "");
    site.unharmed("nothing", &before);
}

#[test]
fn what_the_ledger_cannot_take_is_refused() {
    let mut site = Site::new();
    let (party, mission) = (key("north/liaison", 23), key("mission/field-1", 21));
    let id = site.pen.id.unwrap();
    let target = json!({"target": id});
    let sign = |pen: &mut Pen, signer: &NoteSigner, role: &str| {
        pen.event("record.endorsed", "record/", target.clone(), &[(signer, role)])
    };
    let first = sign(&mut site.pen, &party, "party");
    let accepted = answer(&site, first.note().as_bytes(), 0);
    assert_eq!(accepted["outcome"], "accepted");
    let before = site.settled();
    let repeated = answer(&site, first.note().as_bytes(), 0);
    assert_eq!((&repeated["outcome"], &repeated["seq"]), (&json!("repeated"), &accepted["seq"]));
    assert_eq!(repeated["recorded"], accepted["recorded"]);
    site.unharmed("repeated", &before);

    let mut cases: Vec<(&str, SignedEvent, &str, Vec<&str>)> = Vec::new();
    let conflict = line(&first).replacen("\"precision\":\"minute\"", "\"precision\":\"hour\"", 1);
    let conflict = SignedEvent::parse(&signed(&conflict)).unwrap();
    cases.push(("another text under its id", conflict, "id-conflict", vec!["new id"]));
    let unknown = site.pen.event("unheard.of", "unheard/", json!({}), &[(&mission, "mission")]);
    cases.push(("an unknown type", unknown, "type-unknown", vec!["unheard.of"]));
    let ungranted = site.pen.event("cooking.done", "cooking/", json!({}), &[(&party, "party")]);
    cases.push(("a type that nobody may sign", ungranted, "not-granted", vec!["cooking.done"]));
    let stranger = sign(&mut site.pen, &key("ghost/k", 77), "party");
    cases.push(("a key that is not enrolled", stranger, "signature-invalid", vec!["ghost/k"]));
    let text = sign(&mut site.pen, &party, "party").event().text().to_owned();
    let mut forged = key("north/liaison", 99).sign(&text);
    forged.id = party.vkey().id();
    let forged = SignedEvent::parse(format!("{text}\n{}", forged.to_line()).as_bytes()).unwrap();
    cases.push(("a signature by another key", forged, "signature-invalid", vec!["not valid"]));
    let role = sign(&mut site.pen, &party, "mission");
    cases.push(("a role not held", role, "role-not-held", vec!["party"]));
    let other = accord_format::hash::LedgerId::from_bytes([9; 32]);
    let other_hex = other.to_string();
    site.pen.id = Some(other);
    let elsewhere = sign(&mut site.pen, &party, "party");
    cases.push(("for another ledger", elsewhere, "ledger-wrong", vec![&other_hex]));
    site.pen.id = Some(id);
    let honest = site.pen.seen;
    site.pen.seen.size -= 1;
    let seen = sign(&mut site.pen, &party, "party");
    cases.push(("another history seen", seen, "seen-elsewhere", vec!["keep both"]));
    site.pen.seen = honest;
    let payload = json!({"target": "x"});
    let wrong = site.pen.event("record.endorsed", "record/", payload, &[(&party, "party")]);
    cases.push(("a payload of another shape", wrong, "payload-invalid", vec!["64 lower-case"]));
    for (what, event, code, words) in cases {
        let refused = answer(&site, event.note().as_bytes(), 3);
        assert_eq!(refused["outcome"], "refused", "{what}: {refused}");
        assert_eq!(refused["code"], code, "{what}: {refused}");
        says(what, refused["detail"].as_str().unwrap(), &words);
        let hash = event.event().hash();
        if code == "signature-invalid" {
            // Nobody is known to have asked, so there is nobody to refuse anything to.
            assert!(refused["refusal"].is_null(), "{what}: {refused}");
        } else {
            // The refusal is signed, and names what it refuses.
            let note = refused["refusal"].as_str().unwrap();
            let operator = key("operator/main", 1);
            let refusal =
                accord_format::refusal::Refusal::open(note.as_bytes(), operator.vkey()).unwrap();
            assert_eq!((refusal.event, refusal.code.as_str()), (hash, code), "{what}");
        }
        if code == "seen-elsewhere" {
            // One of two histories is forged; what shows it is kept beside the ledger.
            let kept = site.ledger().join(accord_ledger::forks::FORKS);
            let note = std::fs::read_to_string(kept.join(format!("{hash}.event"))).unwrap();
            assert_eq!(note, event.note());
            std::fs::remove_dir_all(kept).unwrap();
        }
        site.unharmed(what, &before);
    }
}

#[test]
fn what_is_dated_ahead_is_refused() {
    let mut site = Site::new();
    let party = key("north/liaison", 23);
    let before = site.settled();
    site.pen.at(100_000);
    let event = {
        let target = json!({"target": site.pen.id.unwrap(), "reason": "x"});
        site.pen.event("record.retracted", "record/", target, &[(&party, "party")])
    };
    let args = ["append", "--dir", "L", "-", "--json", "--at", "2026-06-01"];
    let run = accord_tests::binary::run(site.path(), &args, event.note().as_bytes()).exits(3);
    let refused = run.records().remove(0);
    assert_eq!(refused["code"], "issued-in-future", "{refused}");
    says("ahead", refused["detail"].as_str().unwrap(), &["2026-06-01", "after"]);
    site.unharmed("ahead", &before);
}
