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
