//! What one directory alone cannot show: judged against checkpoints and receipts kept elsewhere.

use super::{large, other, small};
use accord_format::event::SignedEvent;
use accord_ledger::verify::{Held, Report};
use accord_tests::files::Files;
use accord_tests::forge::{self, Link};
use accord_tests::world::{self, Pen, World, key};
use serde_json::json;

fn held(text: &str) -> Held {
    Held::parse(text.as_bytes()).unwrap()
}

fn against(files: &Files, text: &str) -> Report {
    world::verify(files, vec![held(text)]).unwrap()
}

fn named(report: &Report) -> Vec<(&'static str, Option<u64>)> {
    super::named(report)
}

fn rewritten(world: &World, change: impl FnOnce(&mut Vec<Link>)) -> Files {
    let mut links = forge::links(&world.entries);
    change(&mut links);
    forge::directory(&forge::chain(&links), &world.origin, &[&world.checkpoint_key()])
}

/// The checkpoint handed out last.
fn newest(world: &World) -> &str {
    &world.heads[&world.size()]
}

/// A report by the mission in the place of entry `seq`, good in itself.
fn instead(world: &World, seq: usize) -> SignedEvent {
    let signed = SignedEvent::parse(Link::of(&world.entries[seq]).note.as_bytes()).unwrap();
    let mut pen = Pen::new("ledger.example/damage");
    pen.id = Some(world.id);
    pen.at(u64::from_str_radix(&signed.event().id[24..], 16).unwrap() - 1);
    let field = key("mission/field-2", 22);
    pen.event("test.reported", "test/", json!({"count": 1_000}), &[(&field, "mission")])
}

#[test]
fn an_honest_ledger_agrees_with_everything_it_handed_out() {
    for world in [small(), large()] {
        let heads = world.heads.values().map(|text| held(text));
        let receipts = world.receipts.values().step_by(29).map(|text| held(text));
        let all: Vec<Held> = heads.chain(receipts).collect();
        let count = all.len() as u64;
        let report = world::verify(&world.files, all).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
        assert_eq!(report.compared, count);
    }
}

#[test]
fn a_cut_tail() {
    let world = small();
    let size = world.size() - 10;
    let cut = rewritten(world, |links| links.truncate(usize::try_from(size).unwrap()));
    assert!(world::verify(&cut, Vec::new()).unwrap().is_sound(), "nothing inside shows it");
    assert_eq!(named(&against(&cut, newest(world))), [("tail-cut", Some(size))]);
    let of_a_cut_entry = &world.receipts[&(size + 3)];
    assert_eq!(named(&against(&cut, of_a_cut_entry)), [("tail-cut", Some(size))]);
    // Older ones were given out by the same history.
    let older = world.heads.range(..=size).next_back().unwrap().1;
    assert_eq!(named(&against(&cut, older)), []);
    assert_eq!(named(&against(&cut, &world.receipts[&7])), []);
}

#[test]
fn a_history_chained_and_signed_anew() {
    let world = small();
    // In the last batch: no later author has seen it.
    let changed = instead(world, 295);
    let files = rewritten(world, |links| links[295].note = changed.note().to_owned());
    let report = world::verify(&files, Vec::new()).unwrap();
    assert!(report.is_sound(), "nothing inside shows it: {:?} {:?}", report.problems, report.voids);
    let rewritten = ("history-rewritten", None);
    assert_eq!(named(&against(&files, newest(world))), [rewritten]);
    // Its own receipt says which entry it is.
    let own = named(&against(&files, &world.receipts[&295]));
    assert_eq!(own, [rewritten, ("receipt-entry", Some(295))]);
    let neighbour = named(&against(&files, &world.receipts[&294]));
    assert!(neighbour.contains(&rewritten), "{neighbour:?}");
    // What was given out before the change agrees.
    assert_eq!(named(&against(&files, &world.receipts[&200])), []);
}

#[test]
fn a_back_dated_entry() {
    let world = small();
    let event = {
        let mut pen = Pen::new("ledger.example/damage");
        pen.id = Some(world.id);
        pen.at(90_000);
        let field = key("mission/field-2", 22);
        pen.event("test.reported", "test/", json!({"count": 1_000}), &[(&field, "mission")])
    };
    // Issued later than it claims to be recorded, it would be void; its author lies about that.
    let honest = rewritten(world, |links| {
        let recorded = links[290].recorded;
        links.insert(290, Link::new(event.note(), recorded));
    });
    let report = world::verify(&honest, Vec::new()).unwrap();
    assert_eq!(
        report.voids.iter().map(|v| (v.seq, v.code)).next(),
        Some((290, "issued-in-future"))
    );
    let mut pen = Pen::new("ledger.example/damage");
    pen.id = Some(world.id);
    pen.at(20);
    pen.nonce = 1;
    let party = key("north/liaison", 23);
    let event = pen.event("test.reported", "test/", json!({"count": 1_000}), &[(&party, "party")]);
    let files = rewritten(world, |links| {
        let recorded = links[290].recorded;
        links.insert(290, Link::new(event.note(), recorded));
    });
    let report = world::verify(&files, Vec::new()).unwrap();
    assert!(report.is_sound(), "nothing inside shows it: {:?} {:?}", report.problems, report.voids);
    assert_eq!(named(&against(&files, newest(world))), [("history-rewritten", None)]);
    let moved = named(&against(&files, &world.receipts[&290]));
    assert!(moved.contains(&("receipt-entry", Some(290))), "{moved:?}");
}

#[test]
fn an_entry_left_out() {
    let world = small();
    let files = rewritten(world, |links| drop(links.remove(290)));
    assert!(world::verify(&files, Vec::new()).unwrap().is_sound(), "nothing inside shows it");
    // The ledger is shorter now than the checkpoint says.
    let shorter = ("tail-cut", Some(world.size() - 1));
    assert_eq!(named(&against(&files, newest(world))), [shorter]);
    let own = named(&against(&files, &world.receipts[&290]));
    assert!(own.contains(&("receipt-entry", Some(290))), "{own:?}");
}

#[test]
fn a_replaced_genesis() {
    let (world, other) = (small(), other());
    // It is another ledger, as its id says, and whole in itself.
    for held in [newest(world), &world.receipts[&7]] {
        let report = against(&other.files, held);
        assert_eq!((named(&report), report.compared), (vec![], 0));
        assert_eq!(report.uncompared[0].code, "held-not-of-ledger");
        assert!(report.uncompared[0].detail.contains("compare the ledger ids"));
    }
}

#[test]
fn what_is_held_must_itself_be_signed() {
    let world = small();
    let unsigned = forge::checkpoint(&world.entries, &world.origin, &[&key(&world.origin, 9)]);
    let report = against(&world.files, &unsigned);
    assert_eq!((named(&report), report.uncompared[0].code), (vec![], "held-key-unknown"));
    for broken in ["", "x", "c2sp.org/tlog-proof@v1\n"] {
        assert!(Held::parse(broken.as_bytes()).is_err());
    }
}
