//! Deposits of event notes.

use crate::kit::*;
use accord_format::checkpoint::origin_of;
use accord_format::deposit::{Deposit, depositary};
use accord_format::event::SignedEvent;
use accord_format::hash::{EventHash, LedgerId};
use accord_format::key::NoteSigner;
use accord_format::witnessing::origin_hash;
use accord_witness::client::{self, AskError};
use accord_witness::http::{Ask, Tls, Url};
use accord_witness::server::Options;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(30);

fn ledger() -> LedgerId {
    LedgerId::from_bytes([0xab; 32])
}

fn origin() -> String {
    origin_of("ledger.example/demo", &ledger())
}

/// An event's note, by number; `ledger` is a member's text, or nothing.
fn event(number: u32, ledger: &str) -> SignedEvent {
    let key = NoteSigner::from_seed("north/liaison", &[1; 32]).unwrap();
    let id = format!("0198f3c2-0000-7000-8000-{number:012x}");
    let line = format!(
        r#"{{{ledger}"id":"{id}","type":"violation.alleged","version":1,"stream":"violation/{id}","signers":[{{"key":"{}","as":"party"}}],"issued":"2026-03-01T05:00:00Z","occurred":{{"from":"2026-03-01T04:00:00Z","precision":"hour"}},"seen":{{"size":0,"root":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}},"payload":{{}}}}"#,
        key.id_string(),
    );
    SignedEvent::sign(&line, &[&key]).unwrap()
}

fn ours(number: u32) -> SignedEvent {
    event(number, &format!(r#""ledger":"{}","#, ledger()))
}

fn post(url: &Url, body: &str) -> accord_witness::http::Response {
    ask(url, "deposit", Ask::Post(body.as_bytes().to_vec()))
}

#[test]
fn a_note_is_deposited_once_and_found_again() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(&origin(), "a", 3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (server, url) = serve(&witness, Options::default());
    let (key, tls) = (vkeys().remove(0), Tls::system());

    let note = ours(1);
    let hash = note.event().hash();
    let found = || client::deposited(&url, &origin(), &hash, &key, &tls, SOON).unwrap();
    assert_eq!(found(), None);
    let (deposit, text) = client::deposit(&url, &note, &key, &tls, SOON).unwrap();
    let time = "2026-03-01T05:00:00Z".parse().unwrap();
    assert_eq!(deposit, Deposit { ledger: ledger(), event: hash, time });
    // The same again gets the first deposit.
    desk.set(START + 50);
    assert_eq!(client::deposit(&url, &note, &key, &tls, SOON).unwrap(), (deposit, text.clone()));
    assert_eq!(found(), Some((deposit, text.clone())));
    server.stop();
    drop(witness);

    let witness = reopened(directory.path(), &desk, &[&log]);
    assert_eq!(witness.deposited(&origin_hash(&origin()), &hash).unwrap(), Some(text.clone()));
    assert_eq!(witness.deposit(note.note().as_bytes()).unwrap(), text);
    assert_eq!(desk.codes(), ["deposited"; 3]);
}

#[test]
fn what_is_no_event_of_a_known_ledger_is_refused() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(&origin(), "a", 3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());
    let other = event(1, &format!(r#""ledger":"{}","#, LedgerId::from_bytes([1; 32])));
    let cut = ours(1).note().to_owned();
    for (body, status, code) in [
        (other.note(), 404, "ledger-unknown"),
        (event(1, "").note(), 400, "event-without-ledger"),
        (cut.trim_end(), 400, "event-malformed"),
        ("", 400, "event-malformed"),
    ] {
        let answer = post(&url, body);
        assert_eq!(answer.status, status, "{body}");
        assert!(answer.excerpt().starts_with(&format!("{code}: ")), "{}", answer.excerpt());
    }
    let oversized = ours(1).note().replace("{}", &format!("{{\"a\":\"{}\"}}", "x".repeat(60_000)));
    assert_eq!(post(&url, &oversized).status, 413);
    // What is no hash, no log or no deposit is not there.
    let hash = EventHash::from_bytes([0; 32]);
    for path in [
        format!("{}/deposit/{hash}", origin_hash(&origin())),
        format!("{}/deposit/{}", origin_hash(&origin()), "AB".repeat(32)),
        format!("{}/deposit/..", origin_hash(&origin())),
        format!("{}/deposit/{hash}", origin_hash("x")),
    ] {
        assert_eq!(ask(&url, &path, Ask::Get).status, 404, "{path}");
    }
}

#[test]
fn deposits_are_counted_by_the_day() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(&origin(), "a", 3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (server, url) = serve(&witness, Options::default());
    // 2026-03-01 ends 19 hours after the start.
    let midnight = START + 19 * 3600;
    for (at, number, status) in [
        (START, 1, 200),
        (START, 2, 200),
        (START, 2, 200),
        (midnight - 1, 3, 200),
        (midnight - 1, 4, 429),
        (midnight - 1, 1, 200),
        (midnight, 4, 200),
    ] {
        desk.set(at);
        assert_eq!(post(&url, ours(number).note()).status, status, "{number} at {at}");
    }
    let mut setup = desk.setup(&[&log]);
    setup.deposits_per_day = 0;
    drop((server, witness));
    let closed =
        accord_witness::witness::Witness::open(real_disk(directory.path()), setup).unwrap();
    let (_server, url) = serve(&std::sync::Arc::new(closed), Options::default());
    assert_eq!(post(&url, ours(9).note()).status, 404);
}

#[test]
fn the_client_believes_no_other_deposit() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(&origin(), "a", 3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());
    let (keys, tls) = (vkeys(), Tls::system());
    let stranger = cosigners("witness.example/w", 7).remove(0).vkey().clone();
    let asked = |key| client::deposit(&url, &ours(1), key, &tls, SOON);
    assert!(matches!(asked(&stranger), Err(AskError::Deposit(_))));
    assert!(matches!(asked(&keys[1]), Err(AskError::NoDepositary(_))));
    asked(&keys[0]).unwrap();
    // A deposit of another event, under the witness's own key.
    let other = witness.deposit(ours(2).note().as_bytes()).unwrap();
    let liar = crate::client::stub(move |_| (200, "text/plain", other.clone().into_bytes()));
    let lied = client::deposit(&liar.url, &ours(1), &keys[0], &tls, SOON);
    assert!(matches!(lied, Err(AskError::OtherEvent)), "{lied:?}");
    let hash = ours(1).event().hash();
    let lied = client::deposited(&liar.url, &origin(), &hash, &keys[0], &tls, SOON);
    assert!(matches!(lied, Err(AskError::OtherEvent)), "{lied:?}");
    assert!(depositary(&keys[0]).is_some());
}
