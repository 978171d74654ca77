//! A proof of completeness as a file (`accord.completeness/v1`).
//!
//! ```text
//! accord.completeness/v1
//! key <key>
//! size <N>
//! found | empty | other <key hash> <count> <list root>
//! map <hashes>
//! <base64 hash, one a line>
//! tree <hashes>
//! <base64 hash, one a line>
//! checkpoint <bytes>
//! <signed checkpoint>
//! vouched <bytes>
//! <signed statement, or nothing>
//! key-entry | entry <seq> <bytes>
//! <entry bytes>
//! …
//! ```

use super::answer::SIBLINGS_MAX;
use super::key::KeyHash;
use super::{Absent, Part, Proof, ProofError, SignedStatement};
use crate::checkpoint::{NOTE_MAX, SignedCheckpoint};
use crate::entry::{ENTRY_MAX, Entry};
use crate::hash::{IndexHash, NodeHash, from_hex, to_hex};
use crate::wire;
use std::fmt::Write as _;

const FIRST_LINE: &str = "accord.completeness/v1";
/// The longest file, in bytes.
pub const FILE_MAX: usize = 64 << 20;
/// The most entries of a file.
pub const ENTRIES_MAX: usize = 100_000;
/// The longest header line, its LF not counted.
const LINE_MAX: usize = 199;
/// The shortest line of a hash: how many can stand in a file at most.
const HASH_LINE: usize = 45;

impl Proof {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let checkpoint = self.checkpoint.to_text();
        let statement = self.statement.as_ref().map(SignedStatement::to_text).unwrap_or_default();
        let mut head = format!("{FIRST_LINE}\nkey {}\nsize {}\n", self.key, self.size);
        head.push_str(&absent_line(self.absent.as_ref()));
        hash_lines(&mut head, "map", self.siblings.iter().map(IndexHash::as_bytes));
        hash_lines(&mut head, "tree", self.hashes.iter().map(NodeHash::as_bytes));
        head.extend(["checkpoint ", &checkpoint.len().to_string(), "\n", &checkpoint]);
        head.extend(["vouched ", &statement.len().to_string(), "\n", &statement]);
        let mut out = head.into_bytes();
        for Part { entry, is_key_history } in &self.parts {
            let word = if *is_key_history { "key-entry" } else { "entry" };
            let bytes = entry.to_bytes();
            let line = format!("{word} {} {}\n", entry.header.seq, bytes.len());
            out.extend_from_slice(line.as_bytes());
            out.extend_from_slice(&bytes);
        }
        out
    }

    /// Reads a proof. What it shows is checked by [`Proof::verify`]; whose keys count is for the
    /// ledger to derive from the key history in it.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofError> {
        if bytes.len() > FILE_MAX {
            return Err(ProofError::TooLong(bytes.len()));
        }
        let mut lines = Lines { rest: bytes, at: 0 };
        if lines.line("").ok() != Some(FIRST_LINE) {
            return Err(ProofError::FirstLine);
        }
        let key = lines.read("a key of the index", |l| l.strip_prefix("key ")?.parse().ok())?;
        let size = lines.read("a size", |l| wire::decimal(l.strip_prefix("size ")?))?;
        let absent = lines.absent()?;
        let siblings = lines.hashes("map ", SIBLINGS_MAX)?;
        let hashes = lines.hashes("tree ", FILE_MAX / HASH_LINE)?;
        let checkpoint = SignedCheckpoint::parse(lines.body("checkpoint ", NOTE_MAX)?)?;
        let statement = match lines.body("vouched ", NOTE_MAX)? {
            [] => None,
            note => Some(SignedStatement::parse(note)?),
        };
        Ok(Self {
            key,
            size,
            absent,
            siblings: siblings.into_iter().map(IndexHash::from_bytes).collect(),
            hashes: hashes.into_iter().map(NodeHash::from_bytes).collect(),
            checkpoint,
            statement,
            parts: lines.parts()?,
        })
    }
}

fn absent_line(absent: Option<&Absent>) -> String {
    match absent {
        None => "found\n".to_owned(),
        Some(Absent::Empty) => "empty\n".to_owned(),
        Some(Absent::Other { key, count, root }) => {
            format!("other {} {count} {root}\n", to_hex(key.as_bytes()))
        }
    }
}

fn read_other(line: &str) -> Option<Absent> {
    let (key, rest) = line.strip_prefix("other ")?.split_once(' ')?;
    let (count, root) = rest.split_once(' ')?;
    let key = KeyHash::from_bytes(from_hex(key).ok()?);
    Some(Absent::Other { key, count: wire::decimal(count)?, root: root.parse().ok()? })
}

fn hash_lines<'a>(
    out: &mut String,
    word: &str,
    hashes: impl ExactSizeIterator<Item = &'a [u8; 32]>,
) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{word} {}", hashes.len());
    for hash in hashes {
        out.push_str(&wire::to_base64(hash));
        out.push('\n');
    }
}

struct Lines<'a> {
    rest: &'a [u8],
    /// Lines taken so far.
    at: usize,
}

impl<'a> Lines<'a> {
    fn wrong(&self, expected: &'static str) -> ProofError {
        ProofError::Line { line: self.at, expected }
    }

    fn line(&mut self, expected: &'static str) -> Result<&'a str, ProofError> {
        self.at += 1;
        let end = self.rest.iter().take(LINE_MAX + 1).position(|b| *b == b'\n');
        let taken = end.and_then(|end| {
            let (line, after) = self.rest.split_at_checked(end)?;
            self.rest = after.get(1..)?;
            std::str::from_utf8(line).ok()
        });
        taken.ok_or_else(|| self.wrong(expected))
    }

    fn read<T>(
        &mut self,
        expected: &'static str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<T, ProofError> {
        let line = self.line(expected)?;
        read(line).ok_or_else(|| self.wrong(expected))
    }

    fn absent(&mut self) -> Result<Option<Absent>, ProofError> {
        let expected = "found, empty or other";
        match self.line(expected)? {
            "found" => Ok(None),
            "empty" => Ok(Some(Absent::Empty)),
            line => read_other(line).map(Some).ok_or_else(|| self.wrong(expected)),
        }
    }

    fn hashes(&mut self, word: &str, max: usize) -> Result<Vec<[u8; 32]>, ProofError> {
        let count = self.read("a number of hashes", |line| {
            let count = wire::decimal(line.strip_prefix(word)?)?;
            usize::try_from(count).ok().filter(|count| *count <= max)
        })?;
        // No more room is made than the rest of the file can fill.
        let mut hashes = Vec::with_capacity(count.min(self.rest.len() / HASH_LINE));
        for _ in 0..count {
            let read = |line| wire::from_base64(line)?.try_into().ok();
            hashes.push(self.read("a base64 hash", read)?);
        }
        Ok(hashes)
    }

    fn take(&mut self, length: u64, max: usize) -> Option<&'a [u8]> {
        let length = usize::try_from(length).ok().filter(|length| *length <= max)?;
        let (taken, after) = self.rest.split_at_checked(length)?;
        self.rest = after;
        self.at += taken.split(|b| *b == b'\n').count().saturating_sub(1);
        Some(taken)
    }

    fn body(&mut self, word: &str, max: usize) -> Result<&'a [u8], ProofError> {
        let expected = "a length, with as many bytes behind it";
        let length = self.read(expected, |line| wire::decimal(line.strip_prefix(word)?))?;
        self.take(length, max).ok_or_else(|| self.wrong(expected))
    }

    fn parts(&mut self) -> Result<Vec<Part>, ProofError> {
        let expected = "an entry's position and length, with as many bytes behind it";
        let mut parts: Vec<Part> = Vec::new();
        while !self.rest.is_empty() {
            if parts.len() == ENTRIES_MAX {
                return Err(self.wrong("the end: there are too many entries"));
            }
            let (is_key_history, seq, length) = self.read(expected, part_line)?;
            let bytes = self.take(length, ENTRY_MAX).ok_or_else(|| self.wrong(expected))?;
            let entry = Entry::parse(bytes).map_err(|error| ProofError::Entry { seq, error })?;
            if entry.header.seq != seq {
                return Err(ProofError::Position { expected: seq, found: entry.header.seq });
            }
            if parts.last().is_some_and(|last| last.entry.header.seq >= seq) {
                return Err(ProofError::Order(seq));
            }
            parts.push(Part { entry, is_key_history });
        }
        Ok(parts)
    }
}

fn part_line(line: &str) -> Option<(bool, u64, u64)> {
    let (word, numbers) = line.split_once(' ')?;
    let is_key_history = match word {
        "key-entry" => true,
        "entry" => false,
        _ => return None,
    };
    let (seq, length) = numbers.split_once(' ')?;
    Some((is_key_history, wire::decimal(seq)?, wire::decimal(length)?))
}
