//! The asynchronous handle: many submitters, answers in order, back-pressure, orderly shutdown.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]

mod kit;

use accord_format::event::SignedEvent;
use accord_format::possession;
use accord_ledger::handle::{Handle, Pending, Writer, spawn};
use accord_ledger::{LedgerError, Options, Outcome, Submission};
use kit::domain::Domain;
use kit::{Kit, key, options, outcome_code};
use serde_json::json;
use std::future::Future;
use std::task::{Context, Poll, Waker};

fn events(kit: &mut Kit, count: u64) -> Vec<SignedEvent> {
    let mission = key("mission/field-3", 21);
    let event =
        |n| kit.event("test.reported", "test/", &json!({"count": n}), &[(&mission, "mission")]);
    (0..count).map(event).collect()
}

fn submission(event: &SignedEvent) -> Submission {
    Submission { note: event.note().as_bytes().to_vec(), at: None }
}

fn start(kit: &mut Kit, capacity: usize) -> (Handle, Writer) {
    spawn(kit.ledger.take().unwrap(), capacity)
}

fn seq(outcome: &Outcome) -> u64 {
    match outcome {
        Outcome::Accepted { receipt, .. } | Outcome::Repeated { receipt } => receipt.header().seq,
        other => panic!("{}", outcome_code(other)),
    }
}

/// Checks the receipt of `event` from what its submitter holds.
fn check(kit: &Kit, outcome: &Outcome, event: &SignedEvent) {
    let (Outcome::Accepted { receipt, .. } | Outcome::Repeated { receipt }) = outcome else {
        panic!("{}", outcome_code(outcome));
    };
    let origin = kit.origin();
    let checkpoint_key = key(&origin, 2).vkey().clone();
    let entry = receipt.verify(event.clone(), &origin, &[checkpoint_key.into()]).unwrap();
    let stored = kit.reader().view().entry(entry.header.seq).unwrap();
    assert_eq!(stored, entry.to_bytes());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_submitters_each_get_their_own_receipt() {
    let mut kit = Kit::with_domain();
    let (before, _) = kit.now();
    let all = events(&mut kit, 200);
    let (handle, writer) = start(&mut kit, 16);
    let mut tasks = Vec::new();
    for (n, chunk) in all.chunks(10).enumerate() {
        let (handle, chunk) = (handle.clone(), chunk.to_vec());
        tasks.push(tokio::spawn(async move {
            let mut answers = Vec::new();
            for event in chunk {
                if n % 2 == 0 {
                    tokio::task::yield_now().await;
                }
                let outcome = handle.append(submission(&event)).await.unwrap();
                answers.push((event, outcome));
            }
            answers
        }));
    }
    drop(handle);
    let mut seqs = Vec::new();
    for task in tasks {
        let answers = task.await.unwrap();
        let own: Vec<u64> = answers.iter().map(|(_, outcome)| seq(outcome)).collect();
        // Whoever waits for each answer sees its events in the order of submission.
        assert!(own.is_sorted(), "{own:?}");
        for (event, outcome) in &answers {
            check(&kit, outcome, event);
        }
        seqs.extend(own);
    }
    writer.join().unwrap();
    seqs.sort_unstable();
    assert_eq!(seqs, (before..before + 200).collect::<Vec<_>>());
    assert!(kit.verify().0.is_sound());
    // The ledger was closed: everything is published.
    assert_eq!(kit.reader().published().unwrap().size, before + 200);
}

#[tokio::test]
async fn answers_come_in_the_order_of_submission() {
    let mut kit = Kit::with_domain();
    let good = events(&mut kit, 3);
    let party = key("north/liaison", 23);
    let refused = kit.event("test.reported", "test/", &json!({"count": 1}), &[(&party, "party")]);
    let (handle, writer) = start(&mut kit, 64);
    let notes = [
        submission(&good[0]),
        submission(&refused),
        Submission { note: b"accord.event/v1\n{}\n".to_vec(), at: None },
        submission(&good[1]),
        submission(&good[0]),
        submission(&good[2]),
    ];
    let mut pending: Vec<Pending> = Vec::new();
    for note in notes {
        pending.push(handle.submit(note).await.unwrap());
    }
    let mut codes = Vec::new();
    let mut answers = Vec::new();
    for pending in pending {
        let outcome = pending.answer().await.unwrap();
        codes.push(outcome_code(&outcome));
        answers.push(outcome);
    }
    assert_eq!(codes, ["accepted", "not-granted", "malformed", "accepted", "repeated", "accepted"]);
    let first = seq(&answers[0]);
    assert_eq!(
        (seq(&answers[3]), seq(&answers[4]), seq(&answers[5])),
        (first + 1, first, first + 2)
    );
    drop(handle);
    writer.join().unwrap();
    for (answer, event) in [(0, 0), (3, 1), (4, 0), (5, 2)] {
        check(&kit, &answers[answer], &good[event]);
    }
}

#[tokio::test]
async fn a_full_queue_makes_submitters_wait() {
    let mut kit = Kit::with_domain();
    let all = events(&mut kit, 4);
    let (domain, entered, open) = Domain::gated();
    kit.reopen_with(Options { admission: Some(Box::new(domain)), ..options(true) });
    // Opening judged what is in the ledger by the kernel alone, so the gate has seen nobody yet.
    let (handle, writer) = start(&mut kit, 1);
    let poll = |future: &mut std::pin::Pin<Box<dyn Future<Output = _>>>| {
        future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    };
    let mut pending = vec![handle.submit(submission(&all[0])).await.unwrap()];
    entered.recv().unwrap();
    // The writer is at work on the first; the second fills the queue; the third has to wait.
    pending.push(handle.submit(submission(&all[1])).await.unwrap());
    let (waiting, third) = (handle.clone(), submission(&all[2]));
    let mut third: std::pin::Pin<Box<dyn Future<Output = _>>> =
        Box::pin(async move { waiting.submit(third).await });
    assert!(matches!(poll(&mut third), Poll::Pending));
    assert!(matches!(poll(&mut third), Poll::Pending));
    drop((open, entered));
    pending.push(third.await.unwrap());
    pending.push(handle.submit(submission(&all[3])).await.unwrap());
    let mut last = None;
    for (pending, event) in pending.into_iter().zip(&all) {
        let outcome = pending.answer().await.unwrap();
        assert!(Some(seq(&outcome)) > last);
        last = Some(seq(&outcome));
        check(&kit, &outcome, event);
    }
    drop(handle);
    writer.join().unwrap();
}

#[tokio::test]
async fn shutting_down_answers_everything_queued() {
    let mut kit = Kit::with_domain();
    let all = events(&mut kit, 50);
    let (handle, writer) = start(&mut kit, 64);
    let mut pending = Vec::new();
    for event in &all {
        pending.push(handle.submit(submission(event)).await.unwrap());
    }
    // A submitter that does not wait for its answer holds nobody up.
    drop(pending.remove(7));
    drop(handle);
    tokio::task::spawn_blocking(move || writer.join()).await.unwrap().unwrap();
    for pending in pending {
        seq(&pending.answer().await.unwrap());
    }
    let (report, _) = kit.verify();
    assert!(report.is_sound());
    assert_eq!(report.size, 5 + 50);
}

#[tokio::test]
async fn a_failed_disk_stops_the_writer_and_loses_nothing_acknowledged() {
    let mut kit = Kit::with_domain();
    let all = events(&mut kit, 6);
    let (handle, writer) = start(&mut kit, 64);
    let mut acknowledged = Vec::new();
    for event in &all[..3] {
        acknowledged.push(seq(&handle.append(submission(event)).await.unwrap()));
    }
    let next = kit.disk.calls();
    kit.disk.fail_at(&(next..next + 100).collect::<Vec<_>>());
    let failed = handle.append(submission(&all[3])).await;
    let error = failed.expect_err("the disk failed");
    assert!(matches!(&*error, LedgerError::Store(_)), "{error}");
    let after = handle.append(submission(&all[4])).await.expect_err("the writer has stopped");
    assert!(matches!(&*after, LedgerError::Stopped(_)), "{after}");
    drop(handle);
    assert!(writer.join().is_err());
    kit.disk.fail_at(&[]);
    kit.reopen();
    for (event, first) in all.iter().zip(acknowledged) {
        assert_eq!(seq(&kit.submit(event)), first);
    }
    // What was not acknowledged can be handed in again.
    assert_eq!(kit.append(&all[3]), "accepted");
    assert!(kit.verify().0.is_sound());
}

/// Signatures are checked ahead, under the keys known then; a key that is enrolled meanwhile counts
/// for what comes behind its enrolment, and for nothing before it.
#[tokio::test]
async fn a_key_enrolled_a_moment_ago_signs_at_once() {
    let mut kit = Kit::with_domain();
    let new = key("survey/field-1", 77);
    let by_new = |kit: &mut Kit, n: u64| {
        kit.event("test.reported", "test/", &json!({"count": n}), &[(&new, "mission")])
    };
    let (a, b) = (key("authority-a/k", 11), key("authority-b/k", 12));
    let payload = json!({"participant": "survey", "name": "A body", "kind": "body", "roles": ["mission"],
        "vkey": new.vkey(), "possession": possession::prove(&kit.id, "survey", &new)});
    let mut all = events(&mut kit, 150);
    all.push(by_new(&mut kit, 1));
    let signers = [(&a, "key_authority"), (&b, "key_authority")];
    all.push(kit.event("participant.enrolled", "participant/survey", &payload, &signers));
    all.extend((0..150).map(|n| by_new(&mut kit, n)));
    let (handle, writer) = start(&mut kit, 512);
    let mut pending = Vec::new();
    for event in &all {
        pending.push(handle.submit(submission(event)).await.unwrap());
    }
    for (at, (pending, event)) in pending.into_iter().zip(&all).enumerate() {
        let outcome = pending.answer().await.unwrap();
        if at == 150 {
            let Outcome::Refused { rejection, note, .. } = outcome else { panic!("{outcome:?}") };
            assert_eq!((rejection.code, note), ("signature-invalid", None));
        } else {
            check(&kit, &outcome, event);
        }
    }
    drop(handle);
    writer.join().unwrap();
    assert!(kit.verify().0.is_sound());
}

/// The disk fails somewhere while batches are under way and others are being judged behind them:
/// whoever was answered has its entry, in its place, and the ledger is whole.
#[tokio::test]
async fn a_disk_that_fails_with_batches_under_way_loses_nothing_acknowledged() {
    let mut failed = 0;
    for calls in [1, 4, 9, 17] {
        let mut kit = Kit::with_domain();
        let all = events(&mut kit, 400);
        let next = kit.disk.calls() + calls;
        kit.disk.fail_at(&(next..next + 10_000).collect::<Vec<_>>());
        let (handle, writer) = start(&mut kit, 512);
        let mut pending = Vec::new();
        for event in &all {
            // Once the writer has stopped it takes no more, which may be when all before is answered.
            let Ok(queued) = handle.submit(submission(event)).await else {
                failed += 1;
                break;
            };
            pending.push(queued);
        }
        drop(handle);
        let mut acknowledged = Vec::new();
        for (pending, event) in pending.into_iter().zip(&all) {
            match pending.answer().await {
                Ok(outcome) => acknowledged.push((event, seq(&outcome))),
                Err(_) => failed += 1,
            }
        }
        // At the latest when it closes.
        assert!(writer.join().is_err(), "{calls}");
        kit.disk.fail_at(&[]);
        kit.reopen();
        for (event, first) in acknowledged {
            assert_eq!(seq(&kit.submit(event)), first);
        }
        assert!(kit.verify().0.is_sound());
    }
    assert!(failed > 0, "the disk failed only when everybody had been answered");
}
