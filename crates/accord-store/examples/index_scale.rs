//! How the index does with many entries: records of the same shape as a ledger's, made from numbers.
//!
//! ```text
//! cargo run --release -p accord-store --example index_scale -- DIR ENTRIES [BATCH]
//! ```
//!
//! Prints how long filling, closing, opening and looking up take, the bytes on disk, and the most
//! memory of the process so far.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "it is what the program is for")]

use accord_format::hash::{EventHash, NodeHash};
use accord_store::index::{Index, IndexRecord, Reflects, SortedIndex};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Entries of one batch, as an index that is made anew takes them in.
const BATCH: u64 = 16_384;
/// Lookups of each sort.
const LOOKUPS: u64 = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().ok_or("name a directory")?);
    let entries: u64 = args.next().ok_or("say how many entries")?.parse()?;
    let batch: u64 = args.next().map_or(Ok(BATCH), |batch| batch.parse())?;
    std::fs::create_dir_all(&dir)?;
    let path = dir.join("index");

    let mut index = SortedIndex::open(&path)?.0;
    let start = Instant::now();
    let mut first = 0;
    while first < entries {
        let end = entries.min(first + batch);
        let records: Vec<_> = (first..end).map(record).collect();
        index.apply(&records, head(end))?;
        first = end;
    }
    tell("filled", entries, start, &path);
    let start = Instant::now();
    index.flush()?;
    drop(index);
    tell("closed", entries, start, &path);

    for time in ["opened", "opened again"] {
        let start = Instant::now();
        let index = SortedIndex::open(&path)?.0;
        if index.reflects()? != Some(head(entries)) {
            return Err("it does not reflect what was put in".into());
        }
        tell(time, entries, start, &path);
        let start = Instant::now();
        for nth in 0..LOOKUPS {
            let seq = mixed(nth) % entries;
            let record = record(seq);
            let found = [
                index.by_event(&record.event_hash)?.into_iter().find(|at| *at == seq),
                index.by_id(&record.id)?.into_iter().find(|at| *at == seq),
                index.stream(&record.stream, 0, usize::MAX)?.into_iter().find(|at| *at == seq),
            ];
            if found != [Some(seq); 3] {
                return Err(format!("entry {seq} was found as {found:?}").into());
            }
        }
        tell("20,000 that are there, three ways each", entries, start, &path);
        let start = Instant::now();
        for nth in 0..LOOKUPS {
            let record = record(entries + 1_000 + nth);
            // An event that somebody submits: nothing of it is there.
            let found = index.by_event(&record.event_hash)?.is_empty()
                && index.by_id(&record.id)?.is_empty()
                && index.stream_length(&format!("new/{}", record.id))? == 0;
            if !found {
                return Err("what is not there was found".into());
            }
        }
        tell("20,000 that are not, three ways each", entries, start, &path);
    }
    Ok(())
}

/// A number that looks thrown.
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

fn event(seq: u64) -> EventHash {
    EventHash::from_bytes(*blake3::hash(&seq.to_be_bytes()).as_bytes())
}

/// Two in three entries open a stream of their own; the others go on with one of the last hundreds.
fn record(seq: u64) -> IndexRecord {
    let opener = if seq.is_multiple_of(3) { seq - mixed(seq) % 300.min(seq + 1) } else { seq };
    let opener = opener - opener % 3 + 1;
    let stream =
        if seq % 3 == 2 { format!("day/{}", id(seq)) } else { format!("case/{}", id(opener)) };
    IndexRecord {
        seq,
        event_hash: event(seq),
        participant: format!("mission-{}", mixed(seq) % 64),
        id: id(seq),
        stream,
    }
}

fn id(seq: u64) -> String {
    format!("0198f3c2-{:04x}-7{:03x}-8000-{seq:012x}", seq >> 16 & 0xffff, seq & 0xfff)
}

fn head(size: u64) -> Reflects {
    Reflects { size, root: NodeHash::from_bytes([1; 32]) }
}

fn tell(what: &str, entries: u64, start: Instant, path: &Path) {
    let seconds = start.elapsed().as_secs_f64();
    let bytes = below(path);
    // Where there is no such file, nothing is said of memory.
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = memory.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("");
    println!(
        "{entries} entries, {what}: {seconds:.3} s, {} MB on disk, {} bytes an entry, most memory {}",
        bytes / 1_000_000,
        bytes / entries.max(1),
        memory.trim()
    );
}

fn below(dir: &Path) -> u64 {
    let Ok(files) = std::fs::read_dir(dir) else { return 0 };
    let size = |path: PathBuf| {
        if path.is_dir() { below(&path) } else { path.metadata().map_or(0, |m| m.len()) }
    };
    files.filter_map(Result::ok).map(|file| size(file.path())).sum()
}
