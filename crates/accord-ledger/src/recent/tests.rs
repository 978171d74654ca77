use super::*;
use accord_format::entry::Header;
use accord_format::event::{Draft, Occurred, Precision, Seen, SignedEvent};
use accord_format::hash::{EntryHash, LedgerId};
use accord_format::key::NoteSigner;
use accord_format::merkle::empty_root;
use accord_format::time::{Instant, Timestamp};
use accord_store::StoreError;
use serde_json::json;

fn entry(seq: u64, author: &str, stream: &str) -> Arc<Entry> {
    let key = NoteSigner::from_seed(&format!("{author}/key"), &[1; 32]).unwrap();
    let issued = Instant::new(Timestamp::from_seconds(1_767_225_600));
    let draft = Draft {
        ledger: Some(LedgerId::from_bytes([1; 32])),
        id: format!("01890a5d-ac96-774b-bcce-b302099a{seq:04}"),
        event_type: "test.reported".to_owned(),
        version: 1,
        stream: stream.to_owned(),
        signers: vec![(key.id_string(), "mission".to_owned())],
        issued,
        occurred: Occurred { from: issued, until: None, precision: Precision::Second },
        seen: Seen { size: 0, root: empty_root() },
        expects: None,
        evidence: Vec::new(),
        relates: Vec::new(),
        payload: json!({}),
    };
    let signed = SignedEvent::sign(&draft.to_line().unwrap(), &[&key]).unwrap();
    let recorded = issued.timestamp();
    Arc::new(Entry::new(Header { seq, revision: 0, prev: EntryHash::ZERO, recorded }, signed))
}

fn recent() -> (Recent, Vec<Arc<Entry>>) {
    let entries: Vec<_> = [("a", "s/1"), ("b", "s/1"), ("a", "s/2"), ("a", "s/1")]
        .into_iter()
        .zip(10..)
        .map(|((author, stream), seq)| entry(seq, author, stream))
        .collect();
    let mut recent = Recent::from(10);
    for entry in &entries {
        recent.push(Arc::clone(entry));
    }
    (recent, entries)
}

fn stream(recent: &Recent, stream: &str) -> Vec<u64> {
    let seqs: Vec<u64> = recent.of_stream(stream).collect();
    assert_eq!(recent.length_of(stream), seqs.len() as u64);
    seqs
}

#[test]
fn what_is_new_is_found_by_all_that_is_asked() {
    let (recent, entries) = recent();
    assert_eq!((recent.first(), recent.end()), (10, 14));
    assert_eq!(recent.last(), Some(&*entries[3]));
    assert_eq!((recent.entry(9), recent.entry(14)), (None, None));
    assert_eq!((stream(&recent, "s/1"), stream(&recent, "s/2")), (vec![10, 11, 13], vec![12]));
    assert!(stream(&recent, "s/3").is_empty());
    for (seq, entry) in (10..).zip(&entries) {
        let event = entry.event();
        assert_eq!(recent.entry(seq), Some(&**entry));
        assert_eq!(recent.seq_of(&event.hash()), Some(seq));
        assert_eq!(recent.by_id(event.author(), &event.id), Some(event.hash()));
    }
    assert_eq!(recent.by_id("b", &entries[0].event().id), None);
    let since: Vec<u64> = recent.since(12).map(|entry| entry.header.seq).collect();
    assert_eq!(since, [12, 13]);
    assert_eq!((recent.since(14).count(), recent.since(10).count()), (0, 4));
}

/// The index is told of what is durable only, and what it has been told of is forgotten, and no more.
#[test]
fn what_the_index_has_is_forgotten() {
    let (mut recent, entries) = recent();
    assert!(recent.records(10, 9).is_empty());
    let seqs = |records: &[IndexRecord]| records.iter().map(|r| r.seq).collect::<Vec<_>>();
    assert_eq!(seqs(&recent.records(12, 9)), [10, 11]);
    assert_eq!(seqs(&recent.records(14, 3)), [10, 11, 12]);
    let records = recent.records(14, 3);
    recent.forget(&records);
    assert_eq!((recent.first(), recent.end()), (13, 14));
    assert_eq!((stream(&recent, "s/1"), stream(&recent, "s/2")), (vec![13], vec![]));
    for (kept, entry) in [false, false, false, true].into_iter().zip(&entries) {
        let event = entry.event();
        assert_eq!(recent.entry(entry.header.seq).is_some(), kept);
        assert_eq!(recent.seq_of(&event.hash()).is_some(), kept);
        assert_eq!(recent.by_id(event.author(), &event.id).is_some(), kept);
    }
    let rest = recent.records(14, 9);
    recent.forget(&rest);
    assert_eq!((recent.first(), recent.end(), recent.last()), (14, 14, None));
    assert!(recent.by_event.is_empty() && recent.by_id.is_empty() && recent.by_stream.is_empty());
    recent.push(entry(14, "a", "s/1"));
    assert_eq!(stream(&recent, "s/1"), [14]);
}

/// A stream's length is looked up once, and follows what the index is told of.
#[test]
fn lengths_follow_the_index() {
    let (mut recent, _) = recent();
    let failed = recent.indexed_length("s/1", || Err(StoreError::Index("no".to_owned())));
    failed.unwrap_err();
    assert_eq!(recent.indexed_length("s/1", || Ok(5)).unwrap(), 5);
    assert_eq!(recent.indexed_length("s/1", || Ok(99)).unwrap(), 5);
    let records = recent.records(14, 2);
    recent.forget(&records);
    assert_eq!(recent.indexed_length("s/1", || Ok(99)).unwrap() + recent.length_of("s/1"), 8);
    assert_eq!(recent.indexed_length("s/2", || Ok(3)).unwrap(), 3);
}

#[test]
fn the_newest_roots_are_kept() {
    let recent = Recent::from(0);
    for size in 0..=ROOTS_MAX as u64 {
        recent.know_root(size, empty_root());
    }
    assert_eq!((recent.root(0), recent.root(ROOTS_MAX as u64)), (None, Some(empty_root())));
    assert_eq!(recent.roots.borrow().len(), ROOTS_MAX);
}
