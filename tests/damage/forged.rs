//! Histories that somebody with the operator's keys has chained, hashed and signed anew: every hash
//! is right, and still what no author signed, or had the power to sign, is named.

use super::{named, other, small, verified};
use accord_format::event::SignedEvent;
use accord_format::hash::EntryHash;
use accord_format::key::NoteSigner;
use accord_ledger::judge::Court::{self, Admission, Authority};
use accord_ledger::verify::Verdict;
use accord_tests::files::Files;
use accord_tests::forge::{self, Link};
use accord_tests::world::{Pen, World, key};
use serde_json::{Value, json};

/// The history with something done to it, as a whole directory.
fn forged(world: &World, change: impl FnOnce(&mut Vec<Link>)) -> Files {
    let mut links = forge::links(&world.entries);
    change(&mut links);
    directory(world, &links)
}

fn directory(world: &World, links: &[Link]) -> Files {
    forge::directory(&forge::chain(links), &world.origin, &[&world.checkpoint_key()])
}

/// A pen for further events of the world, by authors who have seen nothing yet.
fn pen(world: &World) -> Pen {
    let mut pen = Pen::new("ledger.example/damage");
    pen.id = Some(world.id);
    pen.at(100_000);
    pen
}

/// The event at the end of the history.
fn appended(world: &World, event: &SignedEvent) -> Files {
    noted(world, event.note())
}

fn noted(world: &World, note: &str) -> Files {
    forged(world, |links| {
        // Late enough for the event, whenever it was signed.
        let recorded = links.last().unwrap().recorded.plus_seconds(100_000 * 60);
        links.push(Link::new(note, recorded));
    })
}

#[test]
fn the_forge_makes_what_the_writer_makes() {
    let world = small();
    let files = forged(world, |_| {});
    for path in files.paths() {
        assert_eq!(files.get(path), world.files.get(path), "{path}");
    }
    assert!(verified(&files).is_sound());
    let (extra, _): (Vec<&str>, Vec<&str>) = world.files.paths().partition(|p| !files.has(p));
    assert!(extra.iter().all(|path| path.contains(".p/") || *path == "private/lock"), "{extra:?}");
}

/// Asserts that exactly these problems are named and nobody is void.
fn assert_problems(what: &str, files: &Files, expected: &[(&'static str, u64)]) {
    let expected: Vec<_> = expected.iter().map(|(code, seq)| (*code, Some(*seq))).collect();
    super::assert_named(what, files, &expected);
}

#[test]
fn headers_that_lie() {
    let world = small();
    let at = 200;
    let forged = |change: fn(&mut Link)| forged(world, |links| change(&mut links[200]));
    assert_problems("seq", &forged(|l| l.seq = Some(201)), &[("seq-wrong", at)]);
    assert_problems("prev", &forged(|l| l.prev = Some(EntryHash::ZERO)), &[("prev-wrong", at)]);
    assert_problems("revision", &forged(|l| l.revision = Some(1)), &[("revision-wrong", at)]);
    let back = forged(|l| l.recorded = l.recorded.plus_seconds(-61));
    assert_problems("recorded", &back, &[("recorded-decreases", at)]);
    // Ahead of time, the entry behind it is the one that goes back.
    let ahead = forged(|l| l.recorded = l.recorded.plus_seconds(61));
    assert_problems("recorded", &ahead, &[("recorded-decreases", at + 1)]);
}

#[test]
fn entries_that_do_not_belong() {
    let world = small();
    let last = world.size();
    let spliced = forged(world, |links| {
        let recorded = links[200].recorded;
        links[200] = Link { recorded, ..Link::of(&other().entries[200]) };
    });
    assert_eq!(verified(&spliced).problems[0].code, "ledger-wrong");
    assert_eq!(named(&verified(&spliced)), [("ledger-wrong", Some(200))]);
    let repeated = forged(world, |links| links.push(links[200].clone()));
    let found = named(&verified(&repeated));
    // It cannot but be recorded later than it was; the copy here is not.
    assert_eq!(found, [("event-repeated", Some(last)), ("recorded-decreases", Some(last)),]);
    let conflict = SignedEvent::parse(Link::of(&world.entries[200]).note.as_bytes()).unwrap();
    let mut pen = pen(world);
    let minute = u64::from_str_radix(&conflict.event().id[24..], 16).unwrap();
    pen.at(minute - 1);
    let again = pen.event(
        "test.reported",
        "test/",
        json!({"count": 99}),
        &[(&key("mission/field-2", 22), "mission")],
    );
    assert_eq!(again.event().id, conflict.event().id);
    assert_problems("id", &appended(world, &again), &[("id-repeated", last)]);
}

#[test]
fn signatures_that_were_taken_off_put_on_or_made_by_others() {
    let world = small();
    let at = world.marks["joint"];
    let note = |change: &dyn Fn(&mut Vec<String>)| {
        forged(world, |links| {
            let link = &mut links[usize::try_from(at).unwrap()];
            let mut lines: Vec<String> = link.note.lines().map(str::to_owned).collect();
            change(&mut lines);
            link.note = lines.join("\n") + "\n";
        })
    };
    let first = |files: &Files| {
        let report = verified(files);
        assert!(report.voids.is_empty(), "{:?}", report.voids);
        (report.problems[0].code, report.problems[0].seq)
    };
    let malformed = ("entry-malformed", Some(at));
    assert_eq!(first(&note(&|lines| drop(lines.pop()))), malformed);
    assert_eq!(first(&note(&|lines| drop(lines.remove(3)))), malformed);
    assert_eq!(first(&note(&|lines| lines.swap(3, 4))), malformed);
    assert_eq!(first(&note(&|lines| lines.push(lines[3].clone()))), malformed);
    let text = Link::of(&world.entries[usize::try_from(at).unwrap()]).note;
    let text = SignedEvent::parse(text.as_bytes()).unwrap().event().text().to_owned();
    let desk = key("secretariat/desk", 24).sign(&text).to_line();
    assert_eq!(first(&note(&|lines| lines.push(desk.trim_end().to_owned()))), malformed);
    // The right name and id over a signature by another key, or over another text.
    let invalid = ("signature-invalid", Some(at));
    for (seed, text) in [(99, text.as_str()), (21, "another text\n")] {
        let mut line = key("mission/field-1", seed).sign(text);
        line.id = key("mission/field-1", 21).vkey().id();
        let line = line.to_line();
        assert_eq!(first(&note(&|lines| lines[3] = line.trim_end().to_owned())), invalid);
    }
    // A changed word in the text.
    let changed = note(&|lines| lines[1] = lines[1].replace("\"count\":1", "\"count\":2"));
    assert_eq!(first(&changed), invalid);
    let stranger = key("ghost/k", 77);
    let mut pen = pen(world);
    let event = pen.event("test.reported", "test/", json!({"count": 1}), &[(&stranger, "mission")]);
    assert_problems("stranger", &appended(world, &event), &[("signer-unknown", world.size())]);
}

/// Type, stream, payload and signers of an event, and which court turns it down for what.
type Void<'a> = (&'a str, &'a str, Value, Vec<(&'a NoteSigner, &'a str)>, Court, &'a str);

#[test]
fn void_entries_are_named_with_court_and_code() {
    let world = small();
    let (field, old) = (key("mission/field-2", 22), key("mission/field-1", 21));
    let (lost, party) = (key("north/lost", 25), key("north/liaison", 23));
    let desk = key("secretariat/desk", 24);
    let report = json!({"count": 1});
    let role = json!({"participant": "north", "role": "mission"});
    #[rustfmt::skip]
    let cases: Vec<Void<'_>> = vec![
        ("test.reported", "test/", report.clone(), vec![(&lost, "party")], Authority, "key-revoked"),
        ("test.reported", "test/", report.clone(), vec![(&old, "mission")], Authority, "key-retired"),
        ("test.reported", "test/", report.clone(), vec![(&party, "mission")], Authority, "role-not-held"),
        ("test.other", "test/", report.clone(), vec![(&desk, "secretariat")], Authority, "not-granted"),
        ("participant.role_granted", "participant/north", role, vec![(&field, "mission")], Authority, "threshold-not-met"),
        ("test.reported", "test/", json!({"count": 13}), vec![(&field, "mission")], Admission, "unlucky"),
        ("test.reported", "test/", json!({"count": "x"}), vec![(&field, "mission")], Admission, "payload-invalid"),
        ("test.reported", "test/elsewhere", report, vec![(&field, "mission")], Admission, "stream-wrong"),
        ("record.retracted", "record/", json!({"target": world.id, "reason": "x"}), vec![(&field, "mission")], Authority, "target-is-act"),
    ];
    for (event_type, stream, payload, signers, court, code) in cases {
        let event = pen(world).event(event_type, stream, payload, &signers);
        let report = verified(&appended(world, &event));
        assert_eq!(report.problems, [], "{code}");
        assert_eq!(report.voids.len(), 1, "{code}: {:?}", report.voids);
        let void = &report.voids[0];
        assert_eq!((void.seq, void.court, void.code), (world.size(), court, code), "{void:?}");
        let verdicts = (report.integrity(), report.authority(), report.admission());
        let (holds, fails) = (Verdict::Holds, Verdict::Fails);
        let expected = match court {
            Authority => (holds, fails, holds),
            Admission => (holds, holds, fails),
        };
        assert_eq!(verdicts, expected, "{code}");
    }
}

/// A role that nobody had the power to grant is not held by those who sign in it further on.
#[test]
fn void_entries_give_nobody_power() {
    let world = small();
    let mut pen = pen(world);
    let (field, party) = (key("mission/field-2", 22), key("north/liaison", 23));
    let role = json!({"participant": "north", "role": "mission"});
    let granted =
        pen.event("participant.role_granted", "participant/north", role, &[(&field, "mission")]);
    let used = pen.event("test.reported", "test/", json!({"count": 1}), &[(&party, "mission")]);
    let files = forged(world, |links| {
        let recorded = links.last().unwrap().recorded.plus_seconds(100_000 * 60);
        links.extend([granted, used].map(|event| Link::new(event.note(), recorded)));
    });
    let report = verified(&files);
    assert_eq!(report.problems, []);
    let voids: Vec<_> = report.voids.iter().map(|v| (v.seq, v.code)).collect();
    let size = world.size();
    assert_eq!(voids, [(size, "threshold-not-met"), (size + 1, "role-not-held")]);
}

#[test]
fn what_authors_saw_gives_a_rewritten_history_away() {
    let world = small();
    // The author of entry 240 helps: its signature is good, and the chain is made anew.
    let mut pen = pen(world);
    let signed = SignedEvent::parse(Link::of(&world.entries[240]).note.as_bytes()).unwrap();
    let field = key("mission/field-2", 22);
    let stream = format!("test/{}", signed.event().id);
    pen.at(u64::from_str_radix(&signed.event().id[24..], 16).unwrap() - 1);
    let changed = pen.event("test.reported", &stream, json!({"count": 1}), &[(&field, "mission")]);
    let files = forged(world, |links| links[240].note = changed.note().to_owned());
    let report = verified(&files);
    assert_eq!(report.problems, []);
    let seen_more = |entry: &Vec<u8>| {
        SignedEvent::parse(Link::of(entry).note.as_bytes()).unwrap().event().seen.size > 240
    };
    let witnesses: Vec<u64> =
        (0..).zip(&world.entries).filter(|(_, e)| seen_more(e)).map(|(seq, _)| seq).collect();
    assert!(!witnesses.is_empty());
    let voids: Vec<(u64, &str)> = report.voids.iter().map(|v| (v.seq, v.code)).collect();
    let expected: Vec<(u64, &str)> =
        witnesses.into_iter().map(|seq| (seq, "seen-elsewhere")).collect();
    assert_eq!(voids, expected);
}

#[test]
fn checkpoints_by_other_keys_or_of_other_trees() {
    let world = small();
    let (origin, entries) = (&world.origin, &world.entries);
    let (old, new) = (key(origin, 2), world.checkpoint_key());
    let by = |keys: &[&NoteSigner]| forge::directory(entries, origin, keys);
    let signature = [("checkpoint-signature", None)];
    // The key that was rotated away, a key that never was one, and both at once.
    super::assert_named("old key", &by(&[&old]), &signature);
    super::assert_named("no key", &by(&[&key(origin, 9)]), &signature);
    super::assert_named("both", &by(&[&old, &new]), &[]);
    let elsewhere = forge::directory(entries, &other().origin, &[&key(&other().origin, 3)]);
    super::assert_named("another log", &elsewhere, &signature);
    let published = |note: String| {
        let mut files = world.files.clone();
        files.put("public/checkpoint", note.into_bytes());
        files
    };
    let mut longer = entries.clone();
    longer.push(b"one more".to_vec());
    let mut changed = entries.clone();
    changed[7].push(b'\n');
    let root = published(forge::checkpoint(&changed, origin, &[&new]));
    super::assert_named("another root", &root, &[("checkpoint-root", None)]);
    let report = verified(&published(forge::checkpoint(&longer, origin, &[&new])));
    let found = named(&report);
    assert!(found.contains(&("checkpoint-size", None)), "{found:?}");
    assert!(found.contains(&("entry-missing", Some(world.size()))), "{found:?}");
    assert_eq!(report.voids, []);
    // A size that nobody could list the files of.
    let note = forge::checkpoint(entries, origin, &[&new]);
    for size in ["9223372036854775808", "18446744073709551615"] {
        let huge = note.replacen(&format!("\n{}\n", entries.len()), &format!("\n{size}\n"), 1);
        let found = named(&verified(&published(huge)));
        assert!(found.contains(&("checkpoint-signature", None)), "{found:?}");
        assert!(found.contains(&("entry-missing", Some(world.size()))), "{found:?}");
    }
}
