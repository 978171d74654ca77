//! Proofs of completeness, and how they are checked.

use super::key::Key;
use super::statement::{SignedStatement, StatementError};
use super::{Absent, Answer, Commitment, End};
use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::entry::{Entry, EntryError};
use crate::hash::{IndexHash, LedgerId, NodeHash};
use crate::merkle;

/// Why bytes are not a proof of completeness, or do not hold.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// Longer than the limit.
    #[error("the file has {0} bytes, the limit is {limit}", limit = super::FILE_MAX)]
    TooLong(usize),
    /// Not the first line.
    #[error("the first line is not \"accord.completeness/v1\"")]
    FirstLine,
    /// A line that is not what must stand there.
    #[error("line {line} is not {expected}")]
    Line {
        /// From 1, entries and notes counted as they stand.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// The checkpoint.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The statement about the index.
    #[error("the statement about the index: {0}")]
    Statement(#[from] StatementError),
    /// An entry.
    #[error("entry {seq}: {error}")]
    Entry {
        /// Its position, as the file says.
        seq: u64,
        /// What is wrong.
        error: EntryError,
    },
    /// An entry's bytes are not those of its position.
    #[error("the entry said to be at {expected} names seq {found}")]
    Position {
        /// As the file says.
        expected: u64,
        /// As the entry says.
        found: u64,
    },
    /// The entries do not ascend.
    #[error("entry {0} is out of order: entries stand by rising seq, each once")]
    Order(u64),
    /// An entry that has no business here.
    #[error(
        "entry {0} is neither of the key history, nor under the key and below the size, nor the commitment"
    )]
    Superfluous(u64),
    /// The tree.
    #[error("the places of the entries: {0}")]
    Tree(#[from] merkle::ProofError),
    /// The tree of another checkpoint.
    #[error("the entries and hashes lead to root {found}, the checkpoint has {expected}")]
    Root {
        /// The checkpoint's.
        expected: NodeHash,
        /// What follows from the file.
        found: NodeHash,
    },
    /// There is no commitment where it must be.
    #[error("entry {0} is not in the file, or is no index.committed of this ledger for that size")]
    Commitment(u64),
    /// The file says that there are entries and has none, or the other way round.
    #[error("the file has {listed} entries under {key} below {size}, which is not what it says")]
    Listed {
        /// Entries in the file.
        listed: u64,
        /// The key.
        key: Key,
        /// The size.
        size: u64,
    },
    /// The index does not say so.
    #[error(
        "under {key}, these are not all entries below {size}: they lead to index root {found}, committed is {expected}"
    )]
    Incomplete {
        /// The key.
        key: Key,
        /// The size.
        size: u64,
        /// The committed root.
        expected: IndexHash,
        /// The root to which entries and hashes lead.
        found: IndexHash,
    },
    /// The path ends at a key that does not stand there.
    #[error("the path through the index does not end where {0} would stand")]
    Path(Key),
    /// A statement about something else.
    #[error("the statement says {found}, this proof is about {expected}")]
    OtherIndex {
        /// What follows from the proof.
        expected: String,
        /// What the statement says.
        found: String,
    },
}

/// An entry of a proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The entry.
    pub entry: Entry,
    /// True for one that says which checkpoint keys count, or who decides on that.
    pub is_key_history: bool,
}

/// That the entries in it are all entries under a key below a size.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// What the entries stand under.
    pub key: Key,
    /// Number of entries of the ledger that were looked through.
    pub size: u64,
    /// Why there is none; nothing when there are some.
    pub absent: Option<Absent>,
    /// Hashes of the index: the other child at each depth, that below the root first.
    pub siblings: Vec<IndexHash>,
    /// Hashes of the ledger's tree.
    pub hashes: Vec<NodeHash>,
    /// The checkpoint under which everything stands.
    pub checkpoint: SignedCheckpoint,
    /// Who has computed the index.
    pub statement: Option<SignedStatement>,
    /// Key history, entries under the key, and the commitment, by rising seq.
    pub parts: Vec<Part>,
}

/// What a proof shows, if the checkpoint's keys are those of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Root of the ledger's tree at the proof's size.
    pub tree: NodeHash,
    /// What the operator committed to there.
    pub index: IndexHash,
}

impl Proof {
    /// The entries that stand under the key below the size.
    pub fn listed(&self) -> impl Iterator<Item = &Entry> {
        let below = self.parts.iter().map(|part| &part.entry).filter(|e| e.header.seq < self.size);
        below.filter(|entry| self.key.holds(entry.event()))
    }

    /// The entry by which the operator committed to the index.
    pub fn commitment(&self) -> Option<&Entry> {
        self.parts.iter().map(|part| &part.entry).find(|e| e.header.seq == self.size)
    }

    /// The entries of the key history, genesis first.
    pub fn key_history(&self) -> impl Iterator<Item = &Entry> {
        self.parts.iter().filter(|part| part.is_key_history).map(|part| &part.entry)
    }

    /// Checks everything but who signed: that the entries stand where they say under the
    /// checkpoint, that the operator committed there to an index of `ledger`, that by this index
    /// they are all, and that a statement is about it.
    pub fn verify(&self, ledger: &LedgerId) -> Result<Shown, ProofError> {
        self.check_parts()?;
        let tree = self.tree()?;
        let size = self.size;
        let commitment = self
            .commitment()
            .map(Entry::event)
            .filter(|event| event.ledger == Some(*ledger))
            .and_then(Commitment::of)
            .filter(|commitment| commitment.size == size)
            .ok_or(ProofError::Commitment(size))?;
        let found = self.index()?;
        if found != commitment.root {
            let (key, expected) = (self.key.clone(), commitment.root);
            return Err(ProofError::Incomplete { key, size, expected, found });
        }
        let shown = Shown { tree, index: found };
        self.check_statement(ledger, &shown)?;
        Ok(shown)
    }

    /// Every entry is there for a reason.
    fn check_parts(&self) -> Result<(), ProofError> {
        for Part { entry, is_key_history } in &self.parts {
            let seq = entry.header.seq;
            let listed = seq < self.size && self.key.holds(entry.event());
            if !is_key_history && !listed && seq != self.size {
                return Err(ProofError::Superfluous(seq));
            }
        }
        Ok(())
    }

    /// The tree's root at the size, once that of the checkpoint is seen to be right.
    fn tree(&self) -> Result<NodeHash, ProofError> {
        let leaf = |part: &Part| (part.entry.header.seq, merkle::leaf_hash(&part.entry.to_bytes()));
        let shown: Vec<(u64, NodeHash)> = self.parts.iter().map(leaf).collect();
        let head = self.checkpoint.checkpoint();
        let (found, earlier) = merkle::batch_roots(&shown, self.size, head.size, &self.hashes)?;
        if found == head.root {
            Ok(earlier)
        } else {
            Err(ProofError::Root { expected: head.root, found })
        }
    }

    /// The index root to which the listed entries lead.
    fn index(&self) -> Result<IndexHash, ProofError> {
        let mut list = merkle::Frontier::default();
        for entry in self.listed() {
            list.push(merkle::leaf_hash(&entry.to_bytes()));
        }
        let count = list.size();
        let end = match self.absent {
            None if count > 0 => End::Found { count, root: list.root() },
            Some(absent) if count == 0 => End::Absent(absent),
            _ => {
                let (key, size) = (self.key.clone(), self.size);
                return Err(ProofError::Listed { listed: count, key, size });
            }
        };
        let answer = Answer { end, siblings: self.siblings.clone() };
        answer.root(&self.key.hash()).ok_or_else(|| ProofError::Path(self.key.clone()))
    }

    fn check_statement(&self, ledger: &LedgerId, shown: &Shown) -> Result<(), ProofError> {
        let Some(signed) = &self.statement else { return Ok(()) };
        let Shown { tree, index } = *shown;
        let expected = super::Statement { ledger: *ledger, size: self.size, tree, index };
        let found = signed.statement();
        if *found == expected {
            return Ok(());
        }
        let words = |s: &super::Statement| {
            format!(
                "index {} of ledger {} at size {} under root {}",
                s.index, s.ledger, s.size, s.tree
            )
        };
        Err(ProofError::OtherIndex { expected: words(&expected), found: words(found) })
    }
}
