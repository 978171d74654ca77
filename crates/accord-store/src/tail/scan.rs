//! Reads a tail, and tells what a crash left from what damage did.

use super::header::{Header, Kind};
use super::{FIRST_LINE, Image};
use crate::error::{Corruption, RecordError, StoreError, StoreResult, What};
use crate::layout::TAIL;
use accord_format::hash::EntryHash;
use accord_format::tile::parse_bundle_of;

/// What a tail holds and how it ends.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Everything that the last checkpoint record which checks covers.
    pub image: Image,
    /// What lies behind it.
    pub ending: Ending,
}

/// What lies behind the last checkpoint record that checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing.
    Clean,
    /// The last batch, which was never acknowledged.
    Dropped(Dropped),
    /// Something that no crash leaves.
    Damaged(Corruption),
}

/// A last batch without a durable checkpoint record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Bytes behind the last checkpoint record.
    pub bytes: u64,
    /// Entries of the frame, if it is whole.
    pub whole_entries: Option<u64>,
}

/// Reads a tail.
///
/// What stands behind the last checkpoint record that checks is taken for the remains of a crash
/// only if it can be: a single frame that checks; or a record, itself or behind such a frame, that
/// the file's end cuts short, or of which a whole sector reads as zeros, as one does that never
/// reached the disk. If a checkpoint record that checks stands anywhere behind the place, then the
/// place was durable once, and is damaged now. So is everything else, above all a bit that flipped.
///
/// # Errors
/// [`StoreError::NewerFormat`], or [`StoreError::Corrupt`] if not even the first checkpoint record
/// can be reached, so that nothing can be said of any entry.
pub fn scan(bytes: &[u8]) -> StoreResult<Scan> {
    let mut at = first_line(bytes)?;
    let (base, prev, next) = base_record(bytes, at)?;
    at = next;
    let mut scanner = Scanner { image: Image::empty(base, prev), group: None };
    let mut covered: Option<(u64, String, usize)> = None;
    let damage = loop {
        if at == bytes.len() {
            break None;
        }
        match scanner.record(bytes, at) {
            Ok(Step::Frame(next)) => at = next,
            Ok(Step::Checkpoint(next, note)) => {
                covered = Some((scanner.image.size(), note, next));
                scanner.group = None;
                at = next;
            }
            Err(damage) => break Some(damage),
        }
    };
    let Some((size, note, end)) = covered else {
        // A tail is renamed into place with its first checkpoint record in it.
        let missing = || uncovered(base, at);
        return Err(damage.map_or_else(missing, |damage| *damage.corruption).into());
    };
    let ending = scanner.ending(bytes, end, damage);
    let mut image = scanner.image;
    image.truncate(size);
    image.cover(note);
    Ok(Scan { image, ending })
}

fn uncovered(seq: u64, at: usize) -> Corruption {
    Corruption::new(What::TailUncovered, TAIL, "a checkpoint record behind them", "none")
        .at(at)
        .seq(seq)
}

fn first_line(bytes: &[u8]) -> StoreResult<usize> {
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    if line == FIRST_LINE.as_bytes() && bytes.len() > line.len() {
        return Ok(line.len() + 1);
    }
    let found = String::from_utf8_lossy(line.get(..64).unwrap_or(line)).into_owned();
    let version = found.strip_prefix("accord.tail/v").unwrap_or_default();
    let is_version = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
    if is_version && version != "1" {
        return Err(StoreError::NewerFormat { path: TAIL, found, known: FIRST_LINE });
    }
    let found = format!("{found:?}");
    Err(Corruption::new(What::TailHeader, TAIL, format!("{FIRST_LINE:?}"), found).at(0).into())
}

fn base_record(bytes: &[u8], at: usize) -> StoreResult<(u64, EntryHash, usize)> {
    let bad = |what: What, found: String| {
        StoreError::from(Corruption::new(what, TAIL, "a base record", found).at(at))
    };
    let header = Header::parse(&bytes[at..]).map_err(|e| bad(What::TailHeader, e.to_string()))?;
    let Kind::Base { seq, prev } = header.kind else {
        return Err(bad(What::TailHeader, "another record".to_owned()));
    };
    if !header.checks(&[]) {
        return Err(bad(What::TailChecksum, "one with another checksum".to_owned()));
    }
    if seq % 256 != 0 || (seq == 0) != (prev == EntryHash::ZERO) {
        return Err(bad(What::TailOrder, format!("base {seq} behind {prev}")));
    }
    Ok((seq, prev, at + header.line_bytes))
}

/// The frames since the last checkpoint record.
#[derive(Clone, Copy)]
struct Group {
    frames: usize,
    entries: u64,
}

struct Scanner {
    image: Image,
    group: Option<Group>,
}

enum Step {
    Frame(usize),
    Checkpoint(usize, String),
}

struct Damage {
    at: usize,
    corruption: Box<Corruption>,
    /// Whether it looks like what a write cut off by a crash leaves.
    torn: bool,
}

impl Scanner {
    /// Reads the record at `at`.
    fn record(&mut self, bytes: &[u8], at: usize) -> Result<Step, Damage> {
        let rest = &bytes[at..];
        let header = Header::parse(rest).map_err(|error| unreadable(rest, at, &error))?;
        let after = &rest[header.line_bytes..];
        let Some(body) = after.get(..header.body_bytes) else {
            let expected = format!("{} bytes", header.body_bytes);
            let found = format!("{} up to the end of the file", after.len());
            return Err(Damage {
                at,
                corruption: Box::new(
                    Corruption::new(What::TailRecord, TAIL, expected, found).at(at),
                ),
                torn: !header.checks_with_other_length(after),
            });
        };
        if !header.checks(body) {
            let expected = "the checksum in the record's header";
            let found = "bytes with another one";
            return Err(Damage {
                at,
                corruption: Box::new(
                    Corruption::new(What::TailChecksum, TAIL, expected, found).at(at),
                ),
                torn: has_lost_sector(rest, at),
            });
        }
        let next = at + header.line_bytes + header.body_bytes;
        self.accept(&header, body, next).map_err(|corruption| {
            // It was written so: no crash changes what a record says.
            Damage { at, corruption: Box::new(corruption.at(at)), torn: false }
        })
    }

    /// Takes in a record whose checksum is right.
    fn accept(
        &mut self,
        header: &Header<'_>,
        body: &[u8],
        next: usize,
    ) -> Result<Step, Corruption> {
        let size = self.image.size();
        match header.kind {
            Kind::Frame { seq, count, prev } => {
                if (seq, prev) != (size, self.image.last_hash()) {
                    let expected = format!("frame {size} behind {}", self.image.last_hash());
                    let found = format!("frame {seq} behind {prev}");
                    return Err(Corruption::new(What::TailOrder, TAIL, expected, found).seq(size));
                }
                let entries = parse_bundle_of(body, count as u64)
                    .map_err(RecordError::from)
                    .and_then(|e| if e.is_empty() { Err(RecordError::Unknown) } else { Ok(e) })
                    .map_err(|error| {
                        let expected = format!("{count} entries");
                        Corruption::new(What::TailRecord, TAIL, expected, error).seq(size)
                    })?;
                self.image.push_hashing(&entries);
                let group = self.group.unwrap_or(Group { frames: 0, entries: 0 });
                self.group =
                    Some(Group { frames: group.frames + 1, entries: group.entries + count as u64 });
                Ok(Step::Frame(next))
            }
            Kind::Checkpoint { size: covered } => {
                let first = self.image.note().is_empty() && size == self.image.base();
                if covered != size || (self.group.is_none() && !first) {
                    let expected = format!("a frame, or a checkpoint record of {size}");
                    let found = format!("a checkpoint record of {covered}");
                    return Err(Corruption::new(What::TailOrder, TAIL, expected, found).seq(size));
                }
                let note = std::str::from_utf8(body).map_err(|error| {
                    Corruption::new(What::Checkpoint, TAIL, "UTF-8", error).seq(size)
                })?;
                self.image.cover(note.to_owned());
                Ok(Step::Checkpoint(next, note.to_owned()))
            }
            Kind::Base { .. } => {
                let expected = "a frame or a checkpoint record";
                Err(Corruption::new(What::TailOrder, TAIL, expected, "a second base record"))
            }
        }
    }

    /// Judges what stands behind `end`, the end of the last checkpoint record.
    fn ending(&self, bytes: &[u8], end: usize, damage: Option<Damage>) -> Ending {
        if end == bytes.len() {
            return Ending::Clean;
        }
        let frames = self.group.map_or(0, |group| group.frames);
        if frames > 1 {
            return Ending::Damaged(uncovered(self.image.size(), end));
        }
        if let Some(damage) = damage
            && (!damage.torn || holds_checkpoint(&bytes[damage.at..]))
        {
            return Ending::Damaged(*damage.corruption);
        }
        Ending::Dropped(Dropped {
            bytes: (bytes.len() - end) as u64,
            whole_entries: self.group.map(|group| group.entries),
        })
    }
}

/// A record whose header does not parse.
fn unreadable(rest: &[u8], at: usize, error: &RecordError) -> Damage {
    let cut_off = matches!(error, RecordError::NoLine(length) if *length == rest.len());
    Damage {
        at,
        corruption: Box::new(Corruption::new(What::TailRecord, TAIL, "a record", error).at(at)),
        torn: cut_off || has_lost_sector(rest, at),
    }
}

/// Whether some 512-byte sector of the file, as far as it lies in `rest`, is all zeros.
fn has_lost_sector(rest: &[u8], at: usize) -> bool {
    const SECTOR_BYTES: usize = 512;
    let first = (SECTOR_BYTES - at % SECTOR_BYTES).min(rest.len());
    let (head, tail) = rest.split_at(first);
    std::iter::once(head)
        .chain(tail.chunks(SECTOR_BYTES))
        .any(|part| !part.is_empty() && part.iter().all(|b| *b == 0))
}

/// Whether a checkpoint record that checks stands somewhere in `rest`.
///
/// No entry of a ledger can imitate one: a line of an entry begins with `accord.`, `{` or a dash.
fn holds_checkpoint(rest: &[u8]) -> bool {
    const WORD: &[u8] = b"checkpoint ";
    let mut from = 0;
    while let Some(found) = rest[from..].windows(WORD.len()).position(|window| window == WORD) {
        let at = from + found;
        if let Ok(header) = Header::parse(&rest[at..]) {
            let body = rest[at + header.line_bytes..].get(..header.body_bytes);
            if body.is_some_and(|body| header.checks(body)) {
                return true;
            }
        }
        from = at + 1;
    }
    false
}
