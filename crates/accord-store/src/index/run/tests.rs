//! What was written is found, and nothing else; every flipped bit, cut and swap is found or harmless.

use super::*;
use crate::disk::SimDisk;
use crate::index::record::{Row, Table, nothing, rows_of};
use crate::index::tests::{event, head, record};
use crate::index::{IndexRecord, Reflects};
use accord_format::hash::EventHash;

const PATH: &str = "some.run";

fn sorted(records: &[IndexRecord]) -> Vec<Row> {
    let mut rows = rows_of(records).unwrap();
    rows.sort_unstable();
    rows
}

fn footer(from: Reflects, to: Reflects) -> Footer {
    Footer::new(from, to, [to.size - from.size; Table::ALL.len()]).unwrap()
}

fn write(disk: &Arc<dyn Disk>, path: &str, from: Reflects, records: &[IndexRecord]) -> Run {
    let to = head(records.last().unwrap().seq + 1);
    let mut writer = Writer::create(Arc::clone(disk), path.to_owned(), footer(from, to)).unwrap();
    for row in sorted(records) {
        writer.push(&row).unwrap();
    }
    writer.finish().unwrap()
}

fn run_of(size: u64) -> (SimDisk, Arc<dyn Disk>, Vec<IndexRecord>) {
    let disk = SimDisk::new(0);
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let records: Vec<_> = (0..size).map(record).collect();
    write(&shared, PATH, nothing(), &records);
    (disk, shared, records)
}

fn opened(disk: &Arc<dyn Disk>) -> StoreResult<Run> {
    Run::open(Arc::clone(disk), PATH.to_owned())
}

/// Asks for everything in every way, and a good deal that is not there. An error must be of damage;
/// tells whether there was one.
fn ask(run: &Run, records: &[IndexRecord]) -> bool {
    let mut damage = false;
    let mut is = |key: &Key, expected: &dyn Fn(&IndexRecord) -> bool| {
        let expected: Vec<u64> =
            records.iter().filter(|record| expected(record)).map(|record| record.seq).collect();
        let middle = expected.len() / 2;
        for (found, expected) in [
            (run.seqs(key, 0, usize::MAX), &*expected),
            (run.seqs(key, middle as u64, 1), &expected[middle..expected.len().min(middle + 1)]),
            (run.count(key).map(|count| vec![count]), &[expected.len() as u64]),
        ] {
            match found {
                Ok(found) => assert_eq!(found, expected, "{key:?}"),
                Err(StoreError::IndexDamaged(_)) => damage = true,
                Err(error) => panic!("{error}"),
            }
        }
    };
    for record in records {
        is(&Key::event(&record.event_hash), &|r| r.event_hash == record.event_hash);
        is(&Key::id(&record.id), &|r| r.id == record.id);
        is(&Key::event(&event(record.seq + 1_000_000)), &|_| false);
    }
    for stream in 0..7 {
        let name = format!("stream/{stream}");
        is(&Key::stream(&name), &|r| r.stream == name);
        is(&Key::stream(&format!("none/{stream}")), &|_| false);
    }
    damage
}

#[test]
fn what_was_written_is_found_before_and_after_the_filter_is_read() {
    for size in [1, 2, 193, 194, 195, 313, 314, 315, 700] {
        let (_, disk, records) = run_of(size);
        let run = opened(&disk).unwrap();
        assert!(run.filter.get().is_none());
        assert!(!ask(&run, &records));
        assert!(run.filter.get().is_some());
        assert!(!ask(&run, &records));
        let footer = run.footer();
        assert_eq!((footer.from(), footer.to(), footer.entries()), (nothing(), head(size), size));
        let mut rows = Vec::new();
        for table in Table::ALL {
            let mut blocks = run.blocks(table.at());
            while let Some(block) = blocks.next().unwrap() {
                rows.extend(block.chunks(table.width()).map(<[u8]>::to_vec));
            }
        }
        let expected: Vec<_> = sorted(&records).iter().map(|row| row[1..].to_vec()).collect();
        assert_eq!(rows, expected);
    }
}

#[test]
fn every_flipped_bit_is_found() {
    let (disk, shared, records) = run_of(12);
    let good = disk.read(PATH, u64::MAX - 1).unwrap();
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        disk.overwrite(PATH, &bad);
        let found = match opened(&shared) {
            // All of it is read, the filter included.
            Ok(run) => ask(&run, &records) | ask(&run, &records),
            Err(StoreError::IndexDamaged(_)) => true,
            Err(error) => panic!("{error}"),
        };
        assert!(found, "bit {bit}");
    }
}

#[test]
fn every_cut_and_every_added_byte_is_found() {
    let (disk, shared, _) = run_of(12);
    let good = disk.read(PATH, u64::MAX - 1).unwrap();
    for len in 0..good.len() {
        disk.overwrite(PATH, &good[..len]);
        assert!(matches!(opened(&shared), Err(StoreError::IndexDamaged(_))), "{len}");
    }
    disk.overwrite(PATH, &[&good[..], b"x"].concat());
    assert!(matches!(opened(&shared), Err(StoreError::IndexDamaged(_))));
    disk.erase(PATH);
    assert!(matches!(opened(&shared), Err(StoreError::IndexDamaged(_))));
    disk.overwrite(PATH, &good);
    // What is cut off or gone while it is open is met in reading.
    let run = opened(&shared).unwrap();
    disk.overwrite(PATH, &good[..100]);
    assert!(ask(&run, &(0..12).map(record).collect::<Vec<_>>()));
}

/// A block is only itself where it was written, and in the file for which it was.
#[test]
fn blocks_of_elsewhere_are_not_taken() {
    let (disk, shared, records) = run_of(700);
    let good = disk.read(PATH, u64::MAX - 1).unwrap();
    let part = opened(&shared).unwrap().footer().part(Table::Events.at());
    let (at, len) = part.block(1);
    let (at, len) = (usize::try_from(at).unwrap(), len + block::SUM);
    // Two blocks of a table change places.
    let mut swapped = good.clone();
    swapped.copy_within(at..at + len, 0);
    swapped[at..at + len].copy_from_slice(&good[..len]);
    disk.overwrite(PATH, &swapped);
    assert!(ask(&opened(&shared).unwrap(), &records));
    // One comes from a run over as many entries of another history.
    let to = Reflects { root: head(1).root, ..head(700) };
    let mut writer =
        Writer::create(Arc::clone(&shared), "other".to_owned(), footer(nothing(), to)).unwrap();
    for row in sorted(&records) {
        writer.push(&row).unwrap();
    }
    writer.finish().unwrap();
    let other = disk.read("other", u64::MAX - 1).unwrap();
    assert_eq!(other.len(), good.len());
    let mut mixed = good;
    mixed[at..at + len].copy_from_slice(&other[at..at + len]);
    disk.overwrite(PATH, &mixed);
    assert!(ask(&opened(&shared).unwrap(), &records));
}

/// Keys that do not lie evenly, as somebody may make them, are found all the same.
#[test]
fn uneven_keys_are_found() {
    let shared: Arc<dyn Disk> = Arc::new(SimDisk::new(0));
    let uneven = |seq: u64| {
        let mut bytes = [0; 32];
        // Half of them the same, the others packed at either end.
        let begin = match seq % 4 {
            0 | 1 => 77,
            2 => seq,
            _ => u64::MAX - seq,
        };
        bytes[..8].copy_from_slice(&begin.to_be_bytes());
        bytes[24..].copy_from_slice(&seq.to_be_bytes());
        EventHash::from_bytes(bytes)
    };
    let records: Vec<_> =
        (0..4_000).map(|seq| IndexRecord { event_hash: uneven(seq), ..record(seq) }).collect();
    let run = write(&shared, PATH, nothing(), &records);
    for run in [run, opened(&shared).unwrap()] {
        let same: Vec<u64> = (0..4_000).filter(|seq| seq % 4 < 2).collect();
        assert_eq!(run.seqs(&Key::event(&uneven(0)), 0, usize::MAX).unwrap(), same);
        assert_eq!(run.count(&Key::event(&uneven(0))).unwrap(), 2_000);
        assert_eq!(run.seqs(&Key::event(&uneven(0)), 1_999, 5).unwrap(), [3_997]);
        for seq in (0..4_000).filter(|seq| seq % 4 >= 2) {
            assert_eq!(run.seqs(&Key::event(&uneven(seq)), 0, 9).unwrap(), [seq]);
        }
        for absent in [4_002, 4_003, (1 << 40) + 2] {
            assert!(run.seqs(&Key::event(&uneven(absent)), 0, 9).unwrap().is_empty());
        }
    }
}

#[test]
fn a_filter_lets_few_pass() {
    let (_, disk, _) = run_of(5_000);
    let run = opened(&disk).unwrap();
    let filter = Filter::read(&run).unwrap();
    let passed = (10_000..110_000)
        .filter(|seq| filter.may_have(Table::Events, Key::event(&event(*seq)).bytes()))
        .count();
    assert!(passed < 2_500, "{passed} of 100,000");
    assert!(filter.bytes().len() < 5_000 * 3 * 10 / 8 + 64);
}

#[test]
fn what_was_not_announced_is_not_written() {
    let disk: Arc<dyn Disk> = Arc::new(SimDisk::new(0));
    let create = |path: &str, size| {
        Writer::create(Arc::clone(&disk), path.to_owned(), footer(nothing(), head(size))).unwrap()
    };
    let rows = sorted(&(0..3).map(record).collect::<Vec<_>>());
    let mut fewer = create("fewer", 4);
    assert!(
        rows.iter()
            .try_for_each(|row| fewer.push(row))
            .and_then(|()| fewer.finish().map(drop))
            .is_err()
    );
    let mut more = create("more", 2);
    assert!(
        rows.iter()
            .try_for_each(|row| more.push(row))
            .and_then(|()| more.finish().map(drop))
            .is_err()
    );
    let mut backwards = create("backwards", 3);
    assert!(rows.iter().rev().try_for_each(|row| backwards.push(row)).is_err());
    assert!(create("nonsense", 1).push(b"nonsense").is_err());
}

#[test]
fn sizes_that_cannot_be_are_refused() {
    let to = Reflects { size: u64::MAX, ..nothing() };
    for counts in [[u64::MAX, 0, 0], [u64::MAX / 2, u64::MAX / 2, 2], [1 << 59, 1 << 59, 1 << 59]] {
        assert_eq!(Footer::new(nothing(), to, counts), None);
    }
    assert!(Key::id("x").row((1 << 40) - 1).is_ok());
    assert!(Key::id("x").row(1 << 40).is_err());
}
