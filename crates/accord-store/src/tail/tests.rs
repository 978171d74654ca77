//! Every way in which a tail can end, be cut or be damaged.

use super::*;
use crate::error::{Corruption, StoreError, What};
use accord_format::entry::entry_hash;
use accord_format::hash::EntryHash;
use proptest::prelude::*;

fn note(size: u64) -> String {
    format!("example\n{size}\nAAAA\n\n— signature of {size}\n")
}

/// A tail of batches, each with its checkpoint record; and where each record begins.
struct Built {
    bytes: Vec<u8>,
    entries: Vec<Vec<u8>>,
    /// Where each record begins, the base record first, and where the last one ends.
    records: Vec<usize>,
    prev: EntryHash,
}

impl Built {
    fn new(base_seq: u64, prev: EntryHash) -> Self {
        let mut bytes = format!("{FIRST_LINE}\n").into_bytes();
        let start = bytes.len();
        bytes.extend(base(base_seq, &prev));
        let end = bytes.len();
        Self { bytes, entries: Vec::new(), records: vec![start, end], prev }
    }

    fn frame(&mut self, batch: &[&[u8]]) {
        let frame = frame(self.entries.len() as u64, &self.prev, batch).unwrap();
        self.bytes.extend(frame);
        self.records.push(self.bytes.len());
        for entry in batch {
            self.entries.push(entry.to_vec());
            self.prev = entry_hash(entry);
        }
    }

    fn checkpoint(&mut self) {
        let size = self.entries.len() as u64;
        self.bytes.extend(checkpoint(size, &note(size)));
        self.records.push(self.bytes.len());
    }

    fn record(&self, number: usize) -> std::ops::Range<usize> {
        self.records[number]..self.records[number + 1]
    }
}

/// Two acknowledged batches of two entries. Records: base, frame, checkpoint, frame, checkpoint.
fn two_batches() -> Built {
    let mut built = Built::new(0, EntryHash::ZERO);
    let long = vec![b'x'; 700];
    built.frame(&[b"first\n", &long]);
    built.checkpoint();
    built.frame(&[b"third\n", b"fourth\n"]);
    built.checkpoint();
    built
}

#[track_caller]
fn damaged(bytes: &[u8]) -> Corruption {
    match scan(bytes).map(|scan| scan.ending) {
        Ok(Ending::Damaged(corruption)) => corruption,
        Err(StoreError::Corrupt(corruption)) => *corruption,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn dropped(bytes: &[u8], size: u64) -> Dropped {
    let scan = scan(bytes).unwrap();
    assert_eq!((scan.image.size(), scan.image.note()), (size, note(size).as_str()));
    match scan.ending {
        Ending::Dropped(dropped) => dropped,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_bytes_are_those_of_the_specification() {
    let mut built = Built::new(0, EntryHash::ZERO);
    built.frame(&[b"an entry\n"]);
    built.checkpoint();
    let text = String::from_utf8_lossy(&built.bytes).into_owned();
    let zeros = "0".repeat(64);
    let sum = |header: &str, body: &[u8]| {
        let mut hasher = blake3::Hasher::new_derive_key("accord tail v1");
        hasher.update(header.as_bytes());
        hasher.update(body);
        hasher.finalize().to_hex().to_string()
    };
    let base_sum = sum(&format!("base 0 {zeros}"), b"");
    let frame_sum = sum(&format!("frame 0 1 11 {zeros}"), b"\0\x09an entry\n");
    let note_sum = sum(&format!("checkpoint 1 {}", note(1).len()), note(1).as_bytes());
    let expected = format!(
        "accord.tail/v1\nbase 0 {zeros} {base_sum}\nframe 0 1 11 {zeros} {frame_sum}\n\0\x09an entry\n\
         checkpoint 1 {} {note_sum}\n{}",
        note(1).len(),
        note(1)
    );
    assert_eq!(text, expected);
}

#[test]
fn a_whole_tail_is_read() {
    let built = two_batches();
    let scan = scan(&built.bytes).unwrap();
    assert_eq!(scan.ending, Ending::Clean);
    assert_eq!((scan.image.base(), scan.image.size()), (0, 4));
    assert_eq!(scan.image.last_hash(), built.prev);
    for (seq, entry) in built.entries.iter().enumerate() {
        assert_eq!(scan.image.entry(seq as u64), Some(entry.as_slice()));
    }
    assert_eq!(scan.image.entry(4), None);
}

#[test]
fn a_frame_without_checkpoint_record_is_dropped() {
    let mut built = two_batches();
    built.frame(&[b"fifth"]);
    assert_eq!(dropped(&built.bytes, 4).whole_entries, Some(1));
}

#[test]
fn every_cut_behind_the_first_checkpoint_drops_the_last_batch_alone() {
    let mut built = two_batches();
    built.frame(&[b"fifth\n"]);
    built.checkpoint();
    // Where the batches end; the entries up to there, and those of the batch behind it.
    for (end, size, next) in [(3, 2, 2), (5, 4, 1)] {
        for length in built.records[end]..built.records[end + 2] {
            let cut = &built.bytes[..length];
            if length == built.records[end] {
                let scan = scan(cut).unwrap();
                assert_eq!((scan.image.size(), scan.ending), (size, Ending::Clean));
            } else {
                let whole = (length >= built.records[end + 1]).then_some(next);
                assert_eq!(dropped(cut, size).whole_entries, whole, "{length}");
            }
        }
    }
    // Below the first checkpoint record there is nothing that a crash could have left.
    for length in 0..built.records[3] {
        assert!(scan(&built.bytes[..length]).is_err(), "{length}");
    }
}

#[test]
fn a_lost_sector_in_the_last_record_is_a_tear() {
    let mut built = two_batches();
    let start = built.bytes.len();
    let long = vec![b'y'; 3000];
    built.frame(&[&long, b"end"]);
    for sector in start / 512..built.bytes.len().div_ceil(512) {
        let mut torn = built.bytes.clone();
        let (from, to) = ((sector * 512).max(start), (sector * 512 + 512).min(torn.len()));
        torn[from..to].fill(0);
        assert_eq!(dropped(&torn, 4).whole_entries, None, "sector {sector}");
        // If an acknowledged batch stands behind it, the same zeros are damage.
        let mut built = two_batches();
        built.frame(&[&long, b"end"]);
        built.checkpoint();
        built.bytes[from..to].fill(0);
        assert!(matches!(damaged(&built.bytes).what, What::TailRecord | What::TailChecksum));
    }
}

#[test]
fn every_flipped_bit_is_damage() {
    let built = two_batches();
    for at in 0..built.bytes.len() {
        for bit in 0..8 {
            let mut bytes = built.bytes.clone();
            bytes[at] ^= 1 << bit;
            match scan(&bytes).map(|scan| (scan.image.size(), scan.ending)) {
                // What stands before the damage is still read.
                Ok((size, Ending::Damaged(_))) => {
                    assert!(at >= built.records[3] && size == 2, "byte {at} bit {bit}: {size}");
                }
                Err(StoreError::Corrupt(_) | StoreError::NewerFormat { .. }) => {
                    assert!(at < built.records[3], "byte {at} bit {bit}");
                }
                other => panic!("byte {at} bit {bit}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_newer_tail_says_so() {
    for (text, newer) in [
        ("accord.tail/v2\n", true),
        ("accord.tail/v10\nwhatever", true),
        ("accord.tail/vX\n", false),
        ("accord.tail/v1", false),
        ("", false),
    ] {
        let result = scan(text.as_bytes());
        assert_eq!(matches!(result, Err(StoreError::NewerFormat { .. })), newer, "{text:?}");
        assert!(result.is_err());
    }
}

#[test]
fn records_must_follow_each_other() {
    let built = two_batches();
    let part = |number: usize| &built.bytes[built.record(number)];
    let head = &built.bytes[..built.records[1]];
    let join = |parts: &[&[u8]]| [&[head], parts].concat().concat();
    // Swapped, repeated, missing, foreign.
    assert_eq!(damaged(&join(&[part(3), part(4), part(1), part(2)])).what, What::TailOrder);
    assert_eq!(damaged(&join(&[part(1), part(2), part(2)])).what, What::TailOrder);
    assert_eq!(damaged(&join(&[part(1), part(2), part(1), part(2)])).what, What::TailOrder);
    assert_eq!(damaged(&join(&[part(1), part(2), part(4)])).what, What::TailOrder);
    assert_eq!(damaged(&join(&[part(1), part(3), part(2)])).what, What::TailOrder);
    assert_eq!(damaged(&join(&[part(1), part(2), part(0)])).what, What::TailOrder);
    assert_eq!(damaged(&join(&[part(1), part(3)])).what, What::TailUncovered);
    let foreign = frame(2, &entry_hash(b"another ledger's"), &[b"third"]).unwrap();
    assert_eq!(damaged(&join(&[part(1), part(2), &foreign, part(4)])).what, What::TailOrder);
    // One frame without a record behind a good one is a crash; two are not.
    let mut uncovered = two_batches();
    uncovered.frame(&[b"fifth"]);
    uncovered.frame(&[b"sixth"]);
    assert_eq!(damaged(&uncovered.bytes).what, What::TailUncovered);
    // Several frames under one record are how a large tail is rewritten.
    let whole = join(&[part(1), part(3), part(4)]);
    assert_eq!(scan(&whole).unwrap().ending, Ending::Clean);
}

#[test]
fn impossible_numbers_are_refused() {
    let zeros = "0".repeat(64);
    let built = two_batches();
    for header in [
        format!("frame 4 1 99999999999999999999999 {zeros} {zeros}"),
        format!("frame 4 1 18446744073709551615 {zeros} {zeros}"),
        format!("frame 4 4097 5 {zeros} {zeros}"),
        format!("frame 4 1 16777217 {zeros} {zeros}"),
        format!("frame 04 1 5 {zeros} {zeros}"),
        format!("frame +4 1 5 {zeros} {zeros}"),
        format!("frame 4 1 5 {} {zeros}", "A".repeat(64)),
        format!("checkpoint 4 1000000 {zeros}"),
        format!("checkpoint 4 -1 {zeros}"),
        format!("entry 4 5 {zeros}"),
    ] {
        let bytes = [built.bytes.as_slice(), header.as_bytes(), b"\nfurther bytes"].concat();
        assert_eq!(damaged(&bytes).what, What::TailRecord, "{header}");
    }
    // A base in the middle of a bundle, or one that disagrees with its hash.
    for (seq, prev) in [(3, entry_hash(b"x")), (256, EntryHash::ZERO), (0, entry_hash(b"x"))] {
        let mut built = Built::new(seq, prev);
        built.checkpoint();
        assert_eq!(damaged(&built.bytes).what, What::TailOrder);
    }
}

#[test]
fn batches_beyond_the_limits_are_refused() {
    let zero = EntryHash::ZERO;
    assert!(matches!(frame::<&[u8]>(0, &zero, &[]), Err(StoreError::EmptyBatch)));
    let long = vec![0; 65_536];
    assert!(matches!(
        frame(0, &zero, &[b"fine".as_slice(), &long]),
        Err(StoreError::EntryTooLong { at: 1, bytes: 65_536, max: 65_535 })
    ));
    assert!(matches!(frame(0, &zero, &vec![b"x"; 4097]), Err(StoreError::BatchTooLarge { .. })));
    assert!(matches!(
        frame(0, &zero, &vec![&long[1..]; 256]),
        Err(StoreError::BatchTooLarge { .. })
    ));
    assert!(frame(0, &zero, &vec![b"x"; 4096]).is_ok());
}

#[test]
fn a_tail_too_large_for_one_frame_is_rewritten_in_several() {
    let mut image = Image::empty(0, EntryHash::ZERO);
    let entry = vec![b'z'; 60_000];
    for _ in 0..4 {
        image.push_hashing(&vec![entry.as_slice(); 100]);
    }
    image.cover(note(400));
    let again = scan(&file(&image)).unwrap();
    assert_eq!((again.image, again.ending), (image, Ending::Clean));
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        batches in prop::collection::vec(
            prop::collection::vec(prop::collection::vec(any::<u8>(), 0..90), 1..6), 1..6),
        keep in 0usize..3,
    ) {
        let mut built = Built::new(0, EntryHash::ZERO);
        for batch in &batches {
            let batch: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
            built.frame(&batch);
            built.checkpoint();
        }
        let scan = scan(&built.bytes).unwrap();
        prop_assert_eq!(&scan.ending, &Ending::Clean);
        let size = built.entries.len() as u64;
        for (seq, entry) in built.entries.iter().enumerate() {
            prop_assert_eq!(scan.image.entry(seq as u64), Some(entry.as_slice()));
        }
        // Rewritten, it holds the same.
        let again = super::scan(&file(&scan.image)).unwrap();
        prop_assert_eq!(&again.image, &scan.image);
        // Letting go of the first entries keeps the others.
        let from = (keep as u64).min(size);
        let rest = scan.image.from_base(from);
        prop_assert_eq!((rest.size(), rest.last_hash()), (size, scan.image.last_hash()));
        for seq in from..size {
            prop_assert_eq!(rest.entry(seq), scan.image.entry(seq));
            prop_assert_eq!(rest.leaf(seq), scan.image.leaf(seq));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        drop(scan(&bytes));
        let built = two_batches();
        drop(scan(&[&built.bytes, bytes.as_slice()].concat()));
        drop(scan(&[&built.bytes[..built.records[1]], bytes.as_slice()].concat()));
    }
}
