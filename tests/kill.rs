//! The binary killed with -9 in mid-append: nothing acknowledged is ever lost.
//!
//! `ACCORD_KILLS` sets how often; 200 by default.

use accord_format::event::SignedEvent;
use accord_format::receipt::Receipt;
use accord_ledger::{Record, verify};
use accord_tests::binary::{self, command};
use accord_tests::world::{self, Pen, key};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::time::Duration;

/// Kills of one ledger, before another is founded.
const KILLS_EACH: usize = 20;
/// New notes offered in each life of the writer.
const NOTES: usize = 30;

/// An event that anybody may sign.
fn note(pen: &mut Pen) -> SignedEvent {
    let party = key("north/liaison", 23);
    let target = pen.id.unwrap();
    pen.event("record.endorsed", "record/", json!({"target": target}), &[(&party, "party")])
}

/// One life of the writer: what it acknowledged before it was killed, by index of the note.
fn life(directory: &Path, notes: &[SignedEvent], kill_after: usize, then: Duration) -> Vec<Value> {
    let mut child = command(directory, &["append", "-", "--json"]).spawn().unwrap();
    let (mut to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let input: String = notes.iter().map(SignedEvent::note).collect();
    // The pipe breaks when the other end dies, which is the point.
    let feeding = std::thread::spawn(move || to.write_all(input.as_bytes()).is_ok());
    let mut lines = BufReader::new(from).lines();
    let mut answers = Vec::new();
    let mut take = |answers: &mut Vec<Value>, most: usize| {
        while answers.len() < most {
            // A line without its end was cut off in the middle and acknowledges nothing.
            let Some(Ok(line)) = lines.next() else { return };
            let Ok(answer) = serde_json::from_str(&line) else { return };
            answers.push(answer);
        }
    };
    take(&mut answers, kill_after);
    std::thread::sleep(then);
    child.kill().unwrap();
    take(&mut answers, usize::MAX);
    child.wait().unwrap();
    feeding.join().unwrap();
    answers
}

/// Checks every acknowledgement against what is on disk now.
fn check(directory: &Path, acknowledged: &BTreeMap<u64, (Receipt, SignedEvent)>, origin: &str) {
    let record = Record::open(directory).unwrap();
    for (seq, (receipt, event)) in acknowledged {
        let bytes = record.view().entry(*seq).unwrap();
        let expected = format!("{}{}", receipt.header().to_text(), event.note());
        assert_eq!(bytes, expected.into_bytes(), "entry {seq} is not what was acknowledged");
    }
    let newest = acknowledged.values().next_back().map(|(receipt, event)| {
        receipt.verify(event.clone(), origin, &[key(origin, 2).vkey().clone().into()]).unwrap();
        verify::Held::Receipt(Box::new(receipt.clone()))
    });
    let options = verify::Options { held: newest.into_iter().collect(), ..Default::default() };
    let (report, _) = record.verify(options, &mut ());
    assert!(report.is_sound(), "{:?} {:?}", report.problems, report.voids);
}

#[test]
fn nothing_acknowledged_is_lost() {
    let kills = std::env::var("ACCORD_KILLS").map_or(200, |n| n.parse::<usize>().unwrap());
    let mut seed = 5_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let (mut done, mut receipts, mut unheard, mut repeated) = (0, 0, 0, 0);
    while done < kills {
        let directory = tempfile::tempdir().unwrap();
        let mut pen = world::found("ledger.example/kill", directory.path());
        let origin = pen.origin();
        let mut acknowledged: BTreeMap<u64, (Receipt, SignedEvent)> = BTreeMap::new();
        let mut before: Vec<SignedEvent> = Vec::new();
        for _ in 0..KILLS_EACH.min(kills - done) {
            // First everything from the last life again, whether it was acknowledged or not.
            let mut notes = std::mem::take(&mut before);
            notes.extend((0..NOTES).map(|_| note(&mut pen)));
            let kill_after = random(notes.len() as u64 + 1);
            let then = Duration::from_micros(random(4) * random(8_000));
            let answers =
                life(directory.path(), &notes, usize::try_from(kill_after).unwrap(), then);
            for (answer, event) in answers.iter().zip(&notes) {
                let receipt =
                    Receipt::parse(answer["receipt"].as_str().unwrap().as_bytes()).unwrap();
                let seq = answer["seq"].as_u64().unwrap();
                assert_eq!(receipt.header().seq, seq);
                let known = acknowledged.values().find(|(_, e)| e == event);
                if let Some((first, _)) = known {
                    // Handed in again, it gets the place that it has.
                    assert_eq!(answer["outcome"], "repeated", "{answer}");
                    assert_eq!(first.header(), receipt.header());
                    repeated += 1;
                } else {
                    unheard += usize::from(answer["outcome"] == "repeated");
                }
                acknowledged.insert(seq, (receipt, event.clone()));
            }
            receipts += answers.len();
            done += 1;
            check(directory.path(), &acknowledged, &origin);
            before = notes.split_off(notes.len() - NOTES);
        }
        // Left alone, the writer takes in the rest and closes.
        let input: String = before.iter().map(SignedEvent::note).collect();
        let run =
            binary::run(directory.path(), &["append", "-", "--json"], input.as_bytes()).exits(0);
        assert_eq!(run.records().len(), before.len());
        check(directory.path(), &acknowledged, &origin);
    }
    println!(
        "{done} kills, {receipts} receipts, {repeated} repeated after one, {unheard} durable but unheard of"
    );
    assert!(receipts > kills && repeated > kills, "{receipts} {repeated}");
}
