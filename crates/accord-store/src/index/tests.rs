//! Wherever it is kept, the index gives the same answers; a damaged one never gives a wrong one.

use super::*;
use crate::error::StoreError;
use std::fs;
use std::path::Path;

/// A small newest part, so that there are files of all sizes.
pub(super) const SMALL: Shape = Shape { newest: 10, fan: 3, beside: false };

fn open_small(path: &Path) -> SortedIndex {
    let (index, why) = SortedIndex::open_shaped(path, SMALL).unwrap();
    assert_eq!(why, None);
    index
}

pub(super) fn event(seq: u64) -> EventHash {
    EventHash::from_bytes(*blake3::hash(&seq.to_be_bytes()).as_bytes())
}

pub(super) fn record(seq: u64) -> IndexRecord {
    IndexRecord {
        seq,
        event_hash: event(seq),
        participant: format!("party-{}", seq % 3),
        id: if (50..52).contains(&seq) { "id-both".into() } else { format!("id-{seq}") },
        stream: match seq {
            60 | 61 => format!("own/id-{seq}"),
            62 => "own/id-60".into(),
            _ => format!("stream/{}", seq % 7),
        },
    }
}

pub(super) fn head(size: u64) -> Reflects {
    Reflects { size, root: NodeHash::from_bytes([u8::try_from(size % 251).unwrap(); 32]) }
}

pub(super) fn fill(index: &mut dyn Index, size: u64, batch: usize) {
    let records: Vec<_> = (0..size).map(record).collect();
    for part in records.chunks(batch) {
        index.apply(part, head(part.last().unwrap().seq + 1)).unwrap();
    }
}

/// Everything that can be asked of an index over 100 entries.
fn check(index: &dyn Index) {
    assert_eq!(index.reflects().unwrap(), Some(head(100)));
    assert_eq!(index.by_event(&event(42)).unwrap(), [42]);
    assert!(index.by_event(&event(100)).unwrap().is_empty());
    assert_eq!(index.by_id("id-43").unwrap(), [43]);
    assert!(index.by_id("id-100").unwrap().is_empty());
    // Two participants have used it.
    assert_eq!(index.by_id("id-both").unwrap(), [50, 51]);
    // Streams by the name of what opened them, gone on with and not.
    assert_eq!(index.stream("own/id-60", 0, 9).unwrap(), [60, 62]);
    assert_eq!(index.stream("own/id-60", 1, 1).unwrap(), [62]);
    assert_eq!(index.stream_length("own/id-60").unwrap(), 2);
    assert_eq!(index.stream("own/id-61", 0, 9).unwrap(), [61]);
    assert_eq!(index.stream_length("own/id-61").unwrap(), 1);
    assert!(index.stream("own/id-61", 1, 9).unwrap().is_empty());
    // Another stream of the same id, which nobody opened.
    assert!(index.stream("other/id-61", 0, 9).unwrap().is_empty());
    assert_eq!(index.stream_length("other/id-61").unwrap(), 0);
    assert_eq!(index.stream_length("stream/3").unwrap(), 14);
    assert_eq!(index.stream_length("stream/9").unwrap(), 0);
    assert_eq!(index.stream("stream/3", 0, 3).unwrap(), [3, 10, 17]);
    assert_eq!(index.stream("stream/3", 12, 9).unwrap(), [87, 94]);
    assert!(index.stream("stream/3", 14, 9).unwrap().is_empty());
    assert!(index.stream("stream/3", u64::MAX, 9).unwrap().is_empty());
}

fn exercise(index: &mut dyn Index) {
    assert_eq!(index.reflects().unwrap(), None);
    fill(index, 100, 7);
    check(index);

    // Records out of order, or that do not lead to the head, leave no trace.
    assert!(index.apply(&[record(101)], head(102)).is_err());
    assert!(index.apply(&[record(100)], head(102)).is_err());
    assert!(index.apply(&[record(99)], head(100)).is_err());
    check(index);

    let snapshot = Snapshot { reflects: head(60), bytes: b"state".to_vec() };
    index.put_snapshot("violations", 2, &snapshot).unwrap();
    assert_eq!(index.snapshot("violations", 2).unwrap(), Some(snapshot));
    assert_eq!(index.snapshot("violations", 1).unwrap(), None);
    assert_eq!(index.snapshot_reflects("violations", 2).unwrap(), Some(head(60)));
    assert_eq!(index.snapshot_reflects("violations", 1).unwrap(), None);
    check(index);

    index.flush().unwrap();
    index.clear().unwrap();
    assert_eq!(index.reflects().unwrap(), None);
    assert_eq!(index.stream_length("stream/3").unwrap(), 0);
    assert_eq!(index.snapshot("violations", 2).unwrap(), None);
    fill(index, 100, 100);
    check(index);
}

#[test]
fn memory_answers() {
    exercise(&mut MemoryIndex::default());
}

#[test]
fn a_directory_answers_and_remembers() {
    let usual = Shape::default();
    let beside = Shape { beside: true, ..SMALL };
    for (shape, files) in [(usual, false), (SMALL, true), (beside, true)] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("index");
        let open = || SortedIndex::open_shaped(&path, shape).unwrap();
        let mut index = open().0;
        exercise(&mut index);
        assert!(matches!(SortedIndex::open_or_recreate(&path), Err(StoreError::IndexInUse)));
        assert!(matches!(SortedIndex::recreate(&path), Err(StoreError::IndexInUse)));
        index.flush().unwrap();
        assert_eq!(index.runs() > 0, files);
        drop(index);
        for _ in 0..2 {
            let (index, why) = open();
            assert_eq!(why, None);
            check(&index);
        }
        // Another shape reads the same files.
        let (index, why) = SortedIndex::open_or_recreate(&path).unwrap();
        assert_eq!(why, None);
        check(&index);
    }
}

#[test]
fn an_index_of_an_earlier_version_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("index");
    let db = sled::open(&path).unwrap();
    db.open_tree("format").unwrap().insert("format", "accord.index/v2").unwrap();
    drop(db);
    let (mut index, why) = SortedIndex::open_or_recreate(&path).unwrap();
    assert!(why.unwrap().contains("an earlier version"));
    assert_eq!(index.reflects().unwrap(), None);
    assert!(!path.join("db").exists());
    fill(&mut index, 100, 7);
    drop(index);
    let (index, why) = SortedIndex::open_or_recreate(&path).unwrap();
    assert_eq!(why, None);
    check(&index);
}

#[test]
fn what_cannot_be_opened_is_moved_aside() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("index");
    fs::write(&path, "no directory").unwrap();
    for _ in 0..2 {
        let (mut index, why) = SortedIndex::open_or_recreate(&path).unwrap();
        assert!(why.is_some());
        fill(&mut index, 100, 7);
        check(&index);
        drop(index);
        assert!(dir.path().join("index.damaged").is_file());
        fs::remove_dir_all(&path).unwrap();
        fs::write(&path, "no directory").unwrap();
    }
}

fn files_below(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(files_below(&path)) } else { out.push(path) }
    }
    out.sort();
    out
}

/// Whatever head it says that it reflects, the entries below are all there, and no others: a caller
/// takes its word for what is not in the ledger.
pub(super) fn check_what_is_left(index: &dyn Index) {
    let Ok(reflects) = index.reflects() else { return };
    let size = reflects.map_or(0, |reflects| reflects.size);
    assert!(reflects.is_none_or(|reflects| reflects == head(size)), "{reflects:?}");
    let is = |answer: StoreResult<Vec<u64>>, expected: &dyn Fn(u64) -> bool| {
        let expected: Vec<u64> = (0..size).filter(|seq| expected(*seq)).collect();
        assert!(answer.is_err() || answer.unwrap() == expected, "of {size} entries");
    };
    for seq in 0..100 {
        let found = index.by_event(&event(seq));
        let expected: Vec<u64> = (seq < size).then_some(seq).into_iter().collect();
        assert!(found.is_err() || found.unwrap() == expected, "{seq} of {size}");
        let found = index.by_id(&record(seq).id);
        assert!(found.is_err() || found.unwrap().contains(&seq) == (seq < size), "{seq} of {size}");
    }
    is(index.stream("stream/3", 0, 1000), &|seq| seq % 7 == 3);
    is(index.stream("own/id-60", 0, 9), &|seq| [60, 62].contains(&seq));
    is(index.stream("own/id-61", 0, 9), &|seq| seq == 61);
    let length = index.stream_length("stream/3");
    let expected = (0..size).filter(|seq| seq % 7 == 3).count() as u64;
    assert!(length.is_err() || length.unwrap() == expected, "of {size} entries");
}

/// Zeroes, cuts and flips through all files: it opens with right answers, or says that it is
/// behind, or why something is of no use. It never names an entry that was not asked for.
#[test]
fn damage_is_an_error_or_harmless() {
    let dir = tempfile::tempdir().unwrap();
    let good = dir.path().join("good");
    let mut index = open_small(&good);
    fill(&mut index, 100, 9);
    assert!(index.runs() > 2);
    drop(index);
    let files = files_below(&good);
    assert!(files.iter().any(|file| file.ends_with("newest-90/db")), "{files:?}");
    let (mut said, mut harmless) = (0, 0);
    for (number, file) in files.iter().enumerate() {
        let bytes = fs::read(file).unwrap();
        // Behind the last byte that is not zero there is nothing to damage.
        let used = bytes.iter().rposition(|b| *b != 0).map_or(0, |at| at + 1);
        for at in 0..64 {
            let place = used * at / 64;
            let damages: [Vec<u8>; 3] = [
                bytes[..place].to_vec(),
                bytes.iter().enumerate().map(|(i, b)| if i >= place { 0 } else { *b }).collect(),
                bytes.iter().enumerate().map(|(i, b)| b ^ u8::from(i == place)).collect(),
            ];
            for (kind, damaged) in damages.iter().enumerate() {
                let path = dir.path().join(format!("damaged-{number}-{at}-{kind}"));
                fs::create_dir_all(&path).unwrap();
                for source in &files {
                    let target = path.join(source.strip_prefix(&good).unwrap());
                    fs::create_dir_all(target.parent().unwrap()).unwrap();
                    fs::copy(source, target).unwrap();
                }
                fs::write(path.join(file.strip_prefix(&good).unwrap()), damaged).unwrap();
                let (index, why) = SortedIndex::open_or_recreate(&path).unwrap();
                if why.is_some() {
                    said += 1;
                } else {
                    harmless += 1;
                }
                check_what_is_left(&index);
                drop(index);
                fs::remove_dir_all(&path).unwrap();
            }
        }
    }
    assert!(said > 0 && harmless > 0, "{said} said, {harmless} harmless");
}

/// What is damaged after opening is met in reading.
#[test]
fn what_cannot_be_read_is_not_said_to_be_absent() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("index");
    let mut index = open_small(&path);
    fill(&mut index, 100, 100);
    let snapshot = Snapshot { reflects: head(100), bytes: vec![7; 2 << 20] };
    index.put_snapshot("violations", 1, &snapshot).unwrap();
    index.flush().unwrap();
    drop(index);
    let states = files_below(&dir.path().join("states"));
    assert_eq!(states.len(), 1, "{states:?}");
    let index = open_small(&path);
    assert_eq!(index.snapshot("violations", 1).unwrap(), Some(snapshot));
    let good = fs::read(&states[0]).unwrap();
    for damaged in [&good[..good.len() - 1], &[&good[..], b"x"].concat(), b"nothing", b""] {
        fs::write(&states[0], damaged).unwrap();
        assert!(index.snapshot("violations", 1).is_err());
    }
}

#[test]
fn of_a_state_only_the_newest_version_takes_place() {
    let dir = tempfile::tempdir().unwrap();
    let mut index = open_small(&dir.path().join("index"));
    let snapshot = |size| Snapshot { reflects: head(size), bytes: vec![1] };
    index.put_snapshot("bench", 1, &snapshot(1)).unwrap();
    index.put_snapshot("other-bench", 1, &snapshot(2)).unwrap();
    // What a process that was killed has left.
    fs::write(dir.path().join("states/bench-9.tmp"), "half").unwrap();
    index.put_snapshot("bench", 2, &snapshot(3)).unwrap();
    let names: Vec<_> = files_below(&dir.path().join("states"))
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["bench-2", "other-bench-1"]);
    assert_eq!(index.snapshot("bench", 2).unwrap(), Some(snapshot(3)));
    index.clear().unwrap();
    assert!(files_below(&dir.path().join("states")).is_empty());
}

/// Streams are read from anywhere, however their entries came and whatever lies in which file.
#[test]
fn long_streams_are_read_from_anywhere() {
    let dir = tempfile::tempdir().unwrap();
    for batch in [1, 63, 64, 65, 700] {
        let path = dir.path().join(batch.to_string());
        let mut memory = MemoryIndex::default();
        let mut files = open_small(&path);
        let of = |seq| IndexRecord { stream: format!("stream/{}", seq % 3 % 2), ..record(seq) };
        let records: Vec<_> = (0..700).map(of).collect();
        for index in [&mut memory as &mut dyn Index, &mut files] {
            for part in records.chunks(batch) {
                index.apply(part, head(part.last().unwrap().seq + 1)).unwrap();
            }
            for stream in 0..2 {
                let name = format!("stream/{stream}");
                let all: Vec<u64> = (0..700).filter(|seq| seq % 3 % 2 == stream).collect();
                assert_eq!(index.stream_length(&name).unwrap(), all.len() as u64);
                for (revision, limit) in [(0, 1000), (0, 1), (63, 2), (64, 64), (65, 200), (466, 5)]
                {
                    let expected: Vec<u64> =
                        all.iter().skip(revision).take(limit).copied().collect();
                    let found = index.stream(&name, revision as u64, limit).unwrap();
                    assert_eq!(found, expected, "{name} from {revision}, {batch} in a batch");
                }
            }
        }
    }
}

/// Of events that begin alike all are named, and the caller compares with the entries.
#[test]
fn what_begins_alike_is_named_together() {
    let alike = |seq: u64| {
        let mut bytes = [7; 32];
        bytes[31] = u8::try_from(seq).unwrap();
        EventHash::from_bytes(bytes)
    };
    let dir = tempfile::tempdir().unwrap();
    for batch in [1, 2, 5] {
        let mut memory = MemoryIndex::default();
        let mut files = open_small(&dir.path().join(batch.to_string()));
        let of = |seq| IndexRecord { event_hash: alike(seq), ..record(seq) };
        let records: Vec<_> = (0..25).map(of).collect();
        for index in [&mut memory as &mut dyn Index, &mut files] {
            for part in records.chunks(batch) {
                index.apply(part, head(part.last().unwrap().seq + 1)).unwrap();
            }
            assert_eq!(index.by_event(&alike(9)).unwrap(), (0..25).collect::<Vec<_>>());
            assert!(index.by_event(&event(9)).unwrap().is_empty());
        }
    }
}
