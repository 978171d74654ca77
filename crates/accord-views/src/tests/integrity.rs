//! The record itself.

use super::world::{World, foreign};
use crate::view::Cell;
use serde_json::json;

fn report(world: &mut World) -> u64 {
    let payload = json!({"area": "donetsk", "by": "undetermined", "form": "denied"});
    world.submit("mission", "access.restricted", "", payload).unwrap().0
}

#[test]
fn every_figure_names_the_entries_that_make_it() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let reports: Vec<u64> = (0..5).map(|_| report(&mut world)).collect();
    foreign(&mut world);
    let reason = |reason: &str, note: &str| {
        let patches = json!([{"pointer": "/payload/form", "old": "denied", "new": "delayed"}]);
        let target = world.log.hash(reports[usize::from(reason == "method")]);
        json!({"target": target, "patches": patches, "reason": reason, "note": note})
    };
    let (typing, method) = (reason("typing", "a slip: of the pen"), reason("method", "x"));
    let first = world.kernel_event("record.corrected", "", typing);
    world.kernel_event("record.corrected", "", method);
    world.retract(reports[2]);
    let mark =
        json!({"target": world.log.hash(reports[3]), "canonical": world.log.hash(reports[4])});
    world.kernel_event("record.duplicate_marked", "", mark);
    let endorse = json!({"target": world.log.hash(reports[4])});
    world.kernel_event("record.endorsed", "", endorse.clone());
    world.kernel_event("record.endorsed", "", endorse);
    let late = json!({"from": "2025-01-01T00:00:00Z", "precision": "day"});
    let payload = json!({"area": "donetsk", "by": "undetermined", "form": "denied"});
    world.submit_of("mission", "access.restricted", "", late, payload).unwrap();

    let size = world.size();
    let snapshot = world.now();
    let view = world.view("integrity");
    for (key, value, entries) in [
        ("record/entries", size, size),
        ("record/corrections", 2, 2),
        ("record/corrected", 2, 2),
        ("record/retracted", 1, 1),
        ("record/duplicates", 1, 1),
        ("record/endorsed", 1, 1),
        ("record/late", 2, 2),
        ("record/late_share", 2 * 10_000 / size, size),
        ("record/uninterpreted", 1, 1),
        ("record/disputes", 0, 0),
        ("types/access.restricted", 6, 6),
        ("types/weather.noted", 1, 1),
        ("correctors/secretariat", 2, 2),
        ("reasons/typing", 1, 1),
        ("reasons/method", 1, 1),
    ] {
        let figure = view.figure(key).unwrap_or_else(|| panic!("no figure {key}"));
        let provenance = figure.provenance.as_ref().unwrap();
        assert_eq!((figure.value, provenance.count as u64), (value, entries), "{key}");
        let seqs = snapshot.families().enumerate(&provenance.selector);
        assert_eq!(seqs.len() as u64, entries, "{key}");
    }
    assert!(view.figures().all(|figure| figure.provenance.is_some()));
    let typing = &view.figure("reasons/typing").unwrap().provenance.as_ref().unwrap().selector;
    assert_eq!(snapshot.families().enumerate(typing), [first]);
    let head = world.log.entries().last().unwrap().hash().to_string();
    let row = view.tables[0].rows.iter().find(|r| r.key == "head").unwrap();
    assert_eq!(row.cells, [Cell::Text(head)]);
    world.check_replay();
}

#[test]
fn what_authors_have_seen_witnesses_the_record() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    report(&mut world);
    let seen = |world: &World| world.view("integrity").figure("seen/mission").map(|f| f.value);
    assert_eq!(seen(&world), None);
    let mut entry = world.log.entries().last().unwrap().clone();
    let mut tally = crate::Tally::default();
    for (seq, size, expected) in [(7, 5, (5, 7)), (8, 3, (5, 7)), (9, 9, (9, 9))] {
        entry = accord_format::entry::Entry::new(
            accord_format::entry::Header { seq, ..entry.header },
            seeing(size),
        );
        tally.count(&entry, None);
        let seen = tally.seen["mission"];
        assert_eq!((seen.size, seen.seq), expected);
    }
}

/// An event whose author has seen so many entries.
fn seeing(size: u64) -> accord_format::event::SignedEvent {
    let key = accord_format::key::NoteSigner::from_seed("mission/test", &[7; 32]).unwrap();
    let event = json!({
        "ledger": "00".repeat(32), "id": accord_projection::testing::Log::id(size),
        "type": "test.seen", "version": 1, "stream": "test/main",
        "signers": [{"key": key.id_string(), "as": "author"}],
        "issued": "2026-03-01T05:00:00Z",
        "occurred": {"from": "2026-03-01T05:00:00Z", "precision": "second"},
        "seen": {"size": size, "root": "ab".repeat(32)}, "payload": {},
    });
    accord_format::event::SignedEvent::sign(&event.to_string(), &[&key]).unwrap()
}
