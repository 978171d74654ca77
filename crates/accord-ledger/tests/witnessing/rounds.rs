//! Witnesses asked beside the writer.

use super::*;
use accord_ledger::{Submission, handle};

fn enrolment(kit: &mut Kit, number: u8) -> Submission {
    let code = format!("body-{number}");
    let newcomer = key(&format!("{code}/desk"), 150 + number);
    let payload = json!({"participant": code, "name": "A body", "kind": "body", "roles": ["observer"],
        "vkey": newcomer.vkey(),
        "possession": accord_format::possession::prove(&kit.id, &code, &newcomer)});
    let (a, b) = (key("authority-a/k", 11), key("authority-b/k", 12));
    let signers = [(&a, "key_authority"), (&b, "key_authority")];
    let stream = format!("participant/{code}");
    let event = kit.event("participant.enrolled", &stream, &payload, &signers);
    Submission { note: event.note().as_bytes().to_vec(), at: None }
}

/// Appends some entries through a handle, and lets it end.
fn append(kit: &mut Kit, witnesses: Witnesses, count: u8) {
    let submissions: Vec<_> = (0..count).map(|number| enrolment(kit, number)).collect();
    let ledger = kit.ledger.take().unwrap();
    let (handle, writer) = handle::spawn_cosigned(ledger, 4, Some(Box::new(witnesses)));
    for submission in submissions {
        let answer = handle.submit_blocking(submission).unwrap().answer_blocking().unwrap();
        assert!(matches!(answer, accord_ledger::Outcome::Accepted { .. }));
    }
    drop(handle);
    writer.join().unwrap();
    kit.reopen();
}

#[test]
fn the_last_head_is_cosigned_before_the_writer_ends() {
    let (mut kit, witnesses) = witnessed();
    append(&mut kit, witnesses, 20);
    assert_eq!(size_of(&published(&kit).unwrap()), 21);
    assert_eq!(codes(&kit), Vec::<&str>::new());
}

/// Without a quorum entries are acknowledged all the same, and the head waits.
#[test]
fn nobody_waits_for_witnesses() {
    let (mut kit, mut witnesses) = witnessed();
    witnesses.down(&["w1", "w3"]);
    append(&mut kit, witnesses, 3);
    assert_eq!(published(&kit), None);
    let pending = kit.ledger().pending().unwrap();
    assert_eq!(size_of(&pending), 4);
    assert_eq!(pending.note().signatures().len(), 2);
    // A ledger that asks for nobody asks nobody.
    let mut kit = Kit::bare();
    append(&mut kit, Witnesses::new(&[1]), 3);
    assert_eq!(size_of(&published(&kit).unwrap()), 4);
}

/// While the writer is idle, a round that is over is taken in.
#[test]
fn an_idle_writer_publishes() {
    let (mut kit, witnesses) = witnessed();
    let submission = enrolment(&mut kit, 1);
    let ledger = kit.ledger.take().unwrap();
    let (handle, writer) = handle::spawn_cosigned(ledger, 4, Some(Box::new(witnesses)));
    handle.submit_blocking(submission).unwrap().answer_blocking().unwrap();
    let until = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while published(&kit).is_none_or(|note| size_of(&note) < 2) {
        assert!(std::time::Instant::now() < until, "never published");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    drop(handle);
    writer.join().unwrap();
}
