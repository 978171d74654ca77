//! An index that says something else than the record: nothing of it gets into the record.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly, as tests do")]

mod kit;

use accord_format::entry::Entry;
use accord_ledger::{LedgerError, Submission};
use accord_store::StoreError;
use accord_store::disk::Disk;
use accord_store::index::{Index, IndexRecord, MemoryIndex, Reflects, Shape, SortedIndex};
use accord_store::layout;
use kit::{Kit, options};
use serde_json::json;
use std::sync::Arc;

const STREAM: &str = "participant/mission";

/// The record of an index for the whole ledger, after `change` has had its way with each part.
fn index(kit: &Kit, change: impl Fn(&mut IndexRecord)) -> MemoryIndex {
    let (reader, (size, root)) = (kit.reader(), kit.now());
    let view = reader.view();
    let record = |seq| {
        let entry = Entry::parse(&view.entry(seq).unwrap()).unwrap();
        let event = entry.event();
        let mut record = IndexRecord {
            seq,
            event_hash: event.hash(),
            participant: event.author().to_owned(),
            id: event.id.clone(),
            stream: event.stream.clone(),
        };
        change(&mut record);
        record
    };
    let records: Vec<IndexRecord> = (0..size).map(record).collect();
    let mut index = MemoryIndex::default();
    index.apply(&records, Reflects { size, root }).unwrap();
    index
}

/// Appends to the stream over a ledger opened with that index: the revision it got, or the error.
fn revision(kit: &mut Kit, index: MemoryIndex) -> Result<u64, LedgerError> {
    kit.reopen_with(accord_ledger::Options { index: Box::new(index), ..options(false) });
    let authority = kit::key("authority-a/k", 11);
    let key = kit::key("mission/field-3", 21).id_string();
    let payload = json!({"participant": "mission", "key": key, "reason": "lost"});
    let event = kit.event("key.suspended", STREAM, &payload, &[(&authority, "key_authority")]);
    let submission = Submission { note: event.note().as_bytes().to_vec(), at: None };
    let size = kit.ledger().size();
    kit.ledger().append(&[submission]).map(|outcomes| {
        assert_eq!(kit::outcome_code(&outcomes[0]), "accepted");
        let entry = kit.reader().view().entry(size).unwrap();
        Entry::parse(&entry).unwrap().header.revision
    })
}

#[test]
fn an_index_that_tells_the_truth_is_believed() {
    let mut kit = Kit::new();
    let truth = index(&kit, |_| ());
    assert_eq!(revision(&mut kit, truth).unwrap(), 2);
}

#[test]
fn a_stream_that_ends_elsewhere_is_not_continued() {
    type Change = fn(&mut IndexRecord);
    let lies: [Change; 3] = [
        // The stream's first entry is another stream's.
        |r| {
            if r.seq == 1 {
                "participant/north".clone_into(&mut r.stream);
            }
        },
        // Another stream's entry is this one's.
        |r| {
            if r.stream == "participant/secretariat" {
                STREAM.clone_into(&mut r.stream);
            }
        },
        // All are.
        |r| STREAM.clone_into(&mut r.stream),
    ];
    for lie in lies {
        let mut kit = Kit::new();
        let (before, lie) = (kit.now(), index(&kit, lie));
        let error = revision(&mut kit, lie).unwrap_err();
        assert!(matches!(error, LedgerError::Store(StoreError::Index(_))), "{error}");
        assert!(error.to_string().contains("accord index rebuild"), "{error}");
        assert_eq!(kit.now(), before);
        assert!(kit.verify().0.is_sound());
        let truth = index(&kit, |_| ());
        assert_eq!(revision(&mut kit, truth).unwrap(), 2);
    }
}

/// The files of the index in which older entries are.
fn runs(kit: &Kit) -> Vec<String> {
    let files = kit.disk.files();
    files
        .into_iter()
        .filter(|path| path.starts_with(layout::INDEX) && path.contains("run"))
        .collect()
}

/// Opens the ledger with an index on its own disk.
fn open_with_files(kit: &mut Kit) -> accord_ledger::Opened {
    drop(kit.ledger.take());
    let disk: Arc<dyn Disk> = kit.disk.clone();
    let shape = Shape { newest: 2, fan: 3, beside: false };
    let (index, _) = SortedIndex::on(disk, layout::INDEX, shape).unwrap();
    kit.reopen_with(accord_ledger::Options { index: Box::new(index), ..options(false) })
}

/// The answers to everything that was ever submitted.
fn all_again(kit: &mut Kit) -> Vec<&'static str> {
    let (reader, size) = (kit.reader(), kit.ledger().size());
    let again = |seq| {
        let entry = Entry::parse(&reader.view().entry(seq).unwrap()).unwrap();
        let note = entry.signed().note().as_bytes().to_vec();
        let outcomes = kit.ledger().append(&[Submission { note, at: None }]).unwrap();
        kit::outcome_code(&outcomes[0])
    };
    (0..size).map(again).collect()
}

#[test]
fn damage_that_is_met_in_mid_work_is_mended() {
    let mut kit = Kit::new();
    open_with_files(&mut kit);
    let size = usize::try_from(kit.ledger().size()).unwrap();
    let mut mended = 0;
    for at in (0..1_000).step_by(7) {
        let path = runs(&kit).pop().unwrap();
        let good = kit.disk.read(&path, u64::MAX - 1).unwrap();
        let mut bad = good.clone();
        let at = at % bad.len();
        bad[at] ^= 1;
        if at.is_multiple_of(2) {
            // Nothing of it is at hand.
            open_with_files(&mut kit);
        }
        kit.disk.overwrite(&path, &bad);
        assert_eq!(all_again(&mut kit), vec!["repeated"; size], "byte {at}");
        if kit.disk.read(&path, u64::MAX - 1).unwrap() == good {
            mended += 1;
        } else {
            // Nobody has read there.
            kit.disk.overwrite(&path, &good);
        }
    }
    assert!(mended > 10, "{mended}");
    // Another one goes on as ever.
    let truth = open_with_files(&mut kit);
    assert_eq!((truth.indexed, truth.index_rebuilt), (0, false));
    let enrolled = kit.enrol(&kit::key("late/k", 99), "late", &["mission"]);
    assert_eq!(enrolled, "accepted");
    assert!(kit.verify().0.is_sound());
}
