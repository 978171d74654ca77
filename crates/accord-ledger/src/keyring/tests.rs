use super::*;
use accord_format::event::{Draft, Occurred, Precision, Seen};
use accord_format::key::NoteSigner;
use accord_format::merkle::empty_root;
use accord_format::time::{Instant, Timestamp};
use serde_json::json;

fn key(number: u8) -> NoteSigner {
    NoteSigner::from_seed("mission/field", &[number; 32]).unwrap()
}

fn event(number: u64, signers: &[&NoteSigner]) -> SignedEvent {
    let at = Instant::new(Timestamp::from_seconds(1_780_000_000));
    let draft = Draft {
        ledger: Some(accord_format::hash::LedgerId::from_bytes([7; 32])),
        id: format!("0198f3c2-0000-7000-8000-{number:012x}"),
        event_type: "test.reported".to_owned(),
        version: 1,
        stream: "test/one".to_owned(),
        signers: signers.iter().map(|key| (key.id_string(), "mission".to_owned())).collect(),
        issued: at,
        occurred: Occurred { from: at, until: None, precision: Precision::Second },
        seen: Seen { size: 0, root: empty_root() },
        expects: None,
        evidence: Vec::new(),
        relates: Vec::new(),
        payload: json!({"number": number}),
    };
    SignedEvent::sign(&draft.to_line().unwrap(), signers).unwrap()
}

/// The event with the signature line at `position` replaced by that of another event.
fn swapped(event: &SignedEvent, other: &SignedEvent, position: usize) -> SignedEvent {
    let mut lines: Vec<&str> = event.note().lines().collect();
    let at = 3 + position;
    lines[at] = other.note().lines().nth(at).unwrap();
    SignedEvent::parse((lines.join("\n") + "\n").as_bytes()).unwrap()
}

/// Whether a key has its table already, is just getting it, or never gets one, and wherever the
/// event that fails stands: all together are judged as each by itself.
#[test]
fn together_as_one_by_one() {
    let (busy, rare, stranger) = (key(1), key(2), key(3));
    let mut keyring = Keyring::default();
    keyring.add(busy.vkey().clone());
    keyring.add(rare.vkey().clone());
    let mut events = Vec::new();
    for number in 0..300 {
        let good = event(number, &[&busy]);
        match number % 40 {
            7 => events.push(swapped(&good, &event(9_999, &[&busy]), 0)),
            11 => events.push(event(number, &[&busy, &rare])),
            13 => {
                let both = event(number, &[&busy, &rare]);
                events.push(swapped(&both, &event(9_999, &[&busy, &rare]), 1));
            }
            17 => {
                let both = event(number, &[&busy, &rare]);
                let other = event(9_999, &[&busy, &rare]);
                events.push(swapped(&swapped(&both, &other, 1), &other, 0));
            }
            19 => events.push(event(number, &[&busy, &stranger])),
            _ => events.push(good),
        }
    }
    let asked: Vec<Option<&SignedEvent>> = events.iter().map(Some).collect();
    let together = keyring.verify_all(&asked);
    let single: Vec<_> = events.iter().map(|signed| keyring.verify(signed)).collect();
    assert_eq!(together, single);
    let failing = single.iter().filter(|verdict| verdict.is_err()).count();
    assert_eq!(failing, 4 * 8);
    assert!(keyring.keys[&busy.id_string()].table.get().is_some());
    assert!(keyring.keys[&rare.id_string()].table.get().is_none());
    // Again, with the table there from the first event on.
    assert_eq!(keyring.verify_all(&asked), single);
    assert_eq!(keyring.verify_all(&[None, asked[0], None]), [Ok(()), Ok(()), Ok(())]);
}

#[test]
fn there_is_a_bound_on_tables() {
    let busy = key(1);
    let mut keyring = Keyring::default();
    keyring.add(busy.vkey().clone());
    keyring.tables.store(TABLES_MAX, Ordering::Relaxed);
    let signed = event(0, &[&busy]);
    let events = vec![Some(&signed); 200];
    assert!(keyring.verify_all(&events).iter().all(Result::is_ok));
    assert!(keyring.keys[&busy.id_string()].table.get().is_none());
}
