//! Many submitters at once.

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
            kit.event("record.endorsed", "record/", &json!({"target": target}), &[(&party, role)])
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
                            .clone()
                            .into()];
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

/// The last note of a burst is published although no other follows it.
#[test]
fn what_came_last_is_published_while_the_writer_waits() {
    let mut kit = Kit::new();
    let target = kit.id;
    let by = [(&key("north/liaison", 23), "party")];
    let events =
        [0, 1].map(|_| kit.event("record.endorsed", "record/", &json!({"target": target}), &by));
    let (handle, writer) = handle::spawn(kit.ledger.take().unwrap(), 2);
    for event in events {
        let submission = Submission { note: event.note().as_bytes().to_vec(), at: None };
        handle.submit_blocking(submission).unwrap().answer_blocking().unwrap();
    }
    let published = || kit.reader().published().map_or(0, |p| p.size);
    // However slow the machine is: only one that never publishes fails.
    for _ in 0..6_000 {
        if published() == 7 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(published(), 7);
    drop(handle);
    writer.join().unwrap();
}
