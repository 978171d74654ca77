//! What can go wrong in the store, and what to do about it.

use crate::disk::DiskError;
use accord_format::hash::HashError;
use accord_format::tile::TileError;
use std::fmt;

/// Anything the store refuses or fails at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The disk failed; nothing is known to be wrong with the ledger itself.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The directory may not be written.
    #[error("this ledger cannot be written: {0}; read it as it is, or work as its owner")]
    ReadOnly(#[source] DiskError),
    /// Another process writes.
    #[error(
        "another process is writing this ledger ({path} is locked); wait for it to finish, or stop it"
    )]
    Locked {
        /// The locked file.
        path: String,
    },
    /// The directory holds no ledger.
    #[error("there is no ledger here: neither private/ nor public/ exists; create one with init")]
    NotALedger,
    /// An init was interrupted.
    #[error(
        "a ledger was begun here and never finished; nothing was ever acknowledged: run init again"
    )]
    Incomplete,
    /// A ledger exists.
    #[error("there is a ledger here already; it was left as it is")]
    AlreadyInitialised,
    /// A part of the ledger's directory is gone.
    #[error("{part} is missing although {evidence} exists; {advice}")]
    MissingPart {
        /// The path that should exist.
        part: &'static str,
        /// The path that shows that it should.
        evidence: String,
        /// What to do next.
        advice: &'static str,
    },
    /// A file is in a format that this software does not know.
    #[error(
        "{path} says it is {found:?}; this software reads {known:?}: use a newer version of it"
    )]
    NewerFormat {
        /// The file.
        path: &'static str,
        /// Its first line.
        found: String,
        /// What is read here.
        known: &'static str,
    },
    /// Bytes that should be there in one form only are not.
    #[error(
        "{0}; nothing was changed. Reads go on for what checks; repair from a good copy or mirror"
    )]
    Corrupt(#[from] Box<Corruption>),
    /// An earlier write failed, so what is on disk is not known.
    #[error("an earlier write failed ({cause}); open the ledger again before writing more")]
    Poisoned {
        /// What failed.
        cause: String,
    },
    /// A commit without entries.
    #[error("a commit needs at least one entry")]
    EmptyBatch,
    /// A commit that does not fit one frame.
    #[error(
        "{entries} entries of {bytes} bytes are too many for one commit, the limits are {max_entries} and {max_bytes}; split them"
    )]
    BatchTooLarge {
        /// Entries given.
        entries: usize,
        /// Their bytes, lengths included.
        bytes: usize,
        /// Entries allowed.
        max_entries: usize,
        /// Bytes allowed.
        max_bytes: usize,
    },
    /// An entry that no bundle can hold.
    #[error("entry {at} of the batch has {bytes} bytes, the limit is {max}")]
    EntryTooLong {
        /// Position in the batch.
        at: usize,
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// The caller could not sign the checkpoint.
    #[error("the checkpoint of size {size} was not signed: {source}")]
    Sign {
        /// Number of entries it would have covered.
        size: u64,
        /// The signer's error.
        source: SignError,
    },
    /// A checkpoint given by the caller is not the one asked for.
    #[error("the checkpoint given does not fit: {0}")]
    WrongCheckpoint(String),
    /// An entry or hash beyond the end was asked for.
    #[error("{what} {index} is not there: the ledger has {size} entries")]
    OutOfRange {
        /// "entry", "bundle" or "tile".
        what: &'static str,
        /// Which.
        index: u64,
        /// Number of entries.
        size: u64,
    },
    /// The index failed; the entries are not affected.
    #[error(
        "the index failed: {0}; if the disk is full, make room first; then rebuild the index with `accord index rebuild`"
    )]
    Index(String),
    /// The index is damaged; the entries are not affected. Nothing of it is used until it was made
    /// anew, from [`clear`](crate::index::Index::clear) on.
    #[error("the index is damaged: {0}; make it anew with `accord index rebuild`")]
    IndexDamaged(String),
    /// Another process has the index open.
    #[error(
        "another process is writing this ledger (it has the index open); wait for it to finish, or stop it"
    )]
    IndexInUse,
}

/// What the caller's signer may answer with.
pub type SignError = Box<dyn std::error::Error + Send + Sync>;

/// The result of a store operation.
pub type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// Maps a failing write: a directory that may not be written is said so.
    pub(crate) fn of_write(error: DiskError) -> Self {
        if error.is_read_only() { Self::ReadOnly(error) } else { Self::Disk(error) }
    }

    /// Whether bytes on disk do not check, as opposed to a disk that failed.
    pub const fn is_corrupt(&self) -> bool {
        matches!(self, Self::Corrupt(_) | Self::MissingPart { .. })
    }
}

/// What does not check, where, and how it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corruption {
    /// What is wrong.
    pub what: What,
    /// The file, relative to the ledger's directory.
    pub path: String,
    /// Byte offset in the file, where that says something.
    pub offset: Option<u64>,
    /// Position of the entry in the ledger, where that says something.
    pub seq: Option<u64>,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl Corruption {
    pub(crate) fn new(
        what: What,
        path: impl Into<String>,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) -> Self {
        Self {
            what,
            path: path.into(),
            offset: None,
            seq: None,
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }

    pub(crate) const fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset as u64);
        self
    }

    pub(crate) const fn seq(mut self, seq: u64) -> Self {
        self.seq = Some(seq);
        self
    }
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.what, self.path)?;
        if let Some(offset) = self.offset {
            write!(f, " at byte {offset}")?;
        }
        if let Some(seq) = self.seq {
            write!(f, " (entry {seq})")?;
        }
        write!(f, ": expected {}, found {}", self.expected, self.found)
    }
}

impl std::error::Error for Corruption {}

impl From<Corruption> for StoreError {
    fn from(corruption: Corruption) -> Self {
        Self::Corrupt(Box::new(corruption))
    }
}

/// Kinds of corruption; the names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum What {
    /// The tail does not begin as a tail does.
    TailHeader,
    /// A record of the tail has no readable header.
    TailRecord,
    /// A record's bytes are not those that were written.
    TailChecksum,
    /// A frame does not continue the one before it.
    TailOrder,
    /// Entries of the tail that no checkpoint record covers, though one should.
    TailUncovered,
    /// The tail ends below what was published.
    TailShort,
    /// A checkpoint that is not one, or not of the size it is filed under.
    Checkpoint,
    /// The tree over the entries has another root than the checkpoint says.
    Root,
    /// An entry bundle that does not parse, or is missing.
    Bundle,
    /// A hash tile of the wrong length, or missing.
    Tile,
    /// A hash tile whose hashes are not those of the entries.
    TileHash,
}

impl What {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TailHeader => "tail_header",
            Self::TailRecord => "tail_record",
            Self::TailChecksum => "tail_checksum",
            Self::TailOrder => "tail_order",
            Self::TailUncovered => "tail_uncovered",
            Self::TailShort => "tail_short",
            Self::Checkpoint => "checkpoint",
            Self::Root => "root",
            Self::Bundle => "bundle",
            Self::Tile => "tile",
            Self::TileHash => "tile_hash",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TailHeader => "unreadable beginning",
            Self::TailRecord => "unreadable record",
            Self::TailChecksum => "wrong checksum",
            Self::TailOrder => "record out of order",
            Self::TailUncovered => "frames without a checkpoint record",
            Self::TailShort => "published entries missing",
            Self::Checkpoint => "bad checkpoint",
            Self::Root => "wrong root",
            Self::Bundle => "bad bundle",
            Self::Tile => "bad tile",
            Self::TileHash => "wrong hash",
        })
    }
}

/// Why a header of the tail is not one; joined into [`Corruption::found`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// No line end within the longest possible header.
    #[error("no line end within {0} bytes")]
    NoLine(usize),
    /// An unknown first word, or another number of fields.
    #[error("an unknown record")]
    Unknown,
    /// A number that is not a plain decimal of at most 20 digits.
    #[error("{0:?} in place of a number")]
    Number(String),
    /// A hash that is not one.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// More bytes announced than any record has.
    #[error("a record of {0} bytes")]
    TooLong(u64),
    /// A body that is not a bundle of as many entries.
    #[error(transparent)]
    Body(#[from] TileError),
}
