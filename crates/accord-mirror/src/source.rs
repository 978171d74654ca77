//! Where a ledger is read: somebody else's files, by the paths of C2SP tlog-tiles.

mod dir;
mod http;

pub use dir::Dir;
pub use http::Http;

use std::fmt;

/// What came of asking for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The file.
    Bytes(Vec<u8>),
    /// There is none.
    Absent,
    /// Something that the file cannot be: longer than any, or a refusal.
    Unfit(String),
}

/// The source does not answer. That says nothing about what it holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{source_name}: {why}")]
pub struct Unreachable {
    /// Which source.
    pub source_name: String,
    /// Why not.
    pub why: String,
}

/// Somebody else's public files.
pub trait Source: fmt::Debug + Send {
    /// The file at `path`, of `max` bytes at most.
    fn fetch(&mut self, path: &str, max: usize) -> Result<Answer, Unreachable>;

    /// The sizes, from one on, of the checkpoints in `witnessed/`, as far as it tells which these are:
    /// a plain static server does not.
    fn witnessed(&mut self, from: u64) -> Result<Vec<u64>, Unreachable>;

    /// What it is called in messages.
    fn name(&self) -> String;
}

/// The sizes among lines or names that should each be one.
fn sizes<'a>(words: impl Iterator<Item = &'a str>) -> Vec<u64> {
    let size = |word: &str| word.parse::<u64>().ok().filter(|size| size.to_string() == word);
    words.filter_map(size).collect()
}
