//! The record itself.

use super::provenance;
use super::world::{World, foreign};
use crate::replay::{Known, Replay};
use crate::view::Cell;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

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
    provenance::check(&world, "integrity");
    world.check_replay();
}

/// What the check of all figures passes over, counted from the record itself.
#[test]
fn void_entries_and_findings_are_counted_as_whoever_judges_counts_them() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let first = report(&mut world);
    // Late, of the same fortnight, of a sensor that nobody registered, and on no case.
    let occurred = json!({"from": "2026-01-01T00:00:00Z", "until": "2026-01-15T00:00:00Z", "precision": "day"});
    let batch = json!({"area": "donetsk", "explosions": {"value": 1, "qualifier": "exact"}});
    for _ in 0..3 {
        let name = "observation.batch_recorded";
        world.submit_of("mission", name, "", occurred.clone(), batch.clone()).unwrap();
    }
    let sensor = json!({"sensor": "c9", "works": false});
    world.submit("mission", "sensor.status_changed", "", sensor).unwrap();
    let stance = json!({"stance": "deny"});
    world.submit("ru", "violation.response_filed", "violation/none", stance).unwrap();

    let (snapshot, said) = world.judged_anew(world.size(), world.log.now());
    let mut by_code: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for (seq, finding) in &said {
        by_code.entry(finding.code).or_default().insert(*seq);
    }
    assert!(by_code.len() >= 3, "{by_code:?}");
    let view = crate::view::view("integrity", &snapshot).unwrap();
    let table = view.tables.iter().find(|t| t.key == "findings").unwrap();
    assert_eq!(table.rows.len(), by_code.len(), "{by_code:?}");
    for (code, seqs) in by_code {
        let figure = view.figure(&format!("findings/{code}")).unwrap();
        let selector = &figure.provenance.as_ref().unwrap().selector;
        let named = snapshot.families().enumerate(selector);
        assert_eq!(named, seqs.into_iter().collect::<Vec<_>>(), "{code}");
        assert_eq!(figure.value, named.len() as u64, "{code}");
    }

    let void = [first, first + 2];
    let entries = world.log.entries().iter().map(|e| (e.clone(), void.contains(&e.header.seq)));
    let snapshot = Replay::run(entries, &world.log, Known::All, world.log.now()).unwrap();
    let view = crate::view::view("integrity", &snapshot).unwrap();
    let figure = view.figure("record/void").unwrap();
    let selector = &figure.provenance.as_ref().unwrap().selector;
    assert_eq!((figure.value, snapshot.families().enumerate(selector)), (2, void.to_vec()));
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
