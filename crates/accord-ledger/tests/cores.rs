//! Whoever asks may be a worker of rayon's pool, and so may everybody who asks at once: none of them
//! waits for work that only another of them could do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]

mod kit;

use accord_ledger::handle::spawn;
use accord_ledger::verify::{Options, verify};
use accord_ledger::{Outcome, Submission};
use kit::{Kit, key};
use serde_json::json;

#[test]
fn every_worker_verifies_at_once() {
    let mut kit = Kit::with_domain();
    let mission = key("mission/field-3", 21);
    for n in 0..300 {
        let event =
            kit.event("test.reported", "test/", &json!({"count": n}), &[(&mission, "mission")]);
        assert!(matches!(kit.submit(&event), Outcome::Accepted { .. }));
    }
    let kit = std::sync::Mutex::new(kit);
    let sizes = rayon::broadcast(|_| {
        let reader = kit.lock().unwrap().reader();
        let (report, _) = verify(&reader, Options::default(), &mut ());
        assert!(report.is_sound());
        report.size
    });
    assert!(sizes.iter().all(|size| *size > 300), "{sizes:?}");
}

#[test]
fn every_worker_appends_at_once() {
    let mut kit = Kit::with_domain();
    let mission = key("mission/field-3", 21);
    let report =
        |n| kit.event("test.reported", "test/", &json!({"count": n}), &[(&mission, "mission")]);
    let events: Vec<_> = (0..200).map(report).collect();
    let (handle, writer) = spawn(kit.ledger.take().unwrap(), 64);
    let accepted = rayon::broadcast(|context| {
        let own = events.iter().skip(context.index()).step_by(context.num_threads());
        let submission = |event: &accord_format::event::SignedEvent| Submission {
            note: event.note().as_bytes().to_vec(),
            at: None,
        };
        let pending: Vec<_> =
            own.map(|event| handle.submit_blocking(submission(event)).unwrap()).collect();
        let answers = pending.into_iter().map(|pending| pending.answer_blocking().unwrap());
        answers.filter(|outcome| matches!(outcome, Outcome::Accepted { .. })).count()
    });
    assert_eq!(accepted.iter().sum::<usize>(), 200);
    drop(handle);
    writer.join().unwrap();
}
