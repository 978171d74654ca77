//! Statements (`accord.index/v1`): whoever holds the entries says that it has computed their index.

use crate::hash::{IndexHash, LedgerId, NodeHash};
use crate::key::{NoteSigner, VKey};
use crate::note::{Note, NoteError};
use crate::wire;

const FIRST_LINE: &str = "accord.index/v1";
/// How the name of a key that signs statements ends.
const KEY_SUFFIX: &str = "/index";

/// True for the name of a key that may sign statements; such a key signs nothing else.
pub fn is_index_key(name: &str) -> bool {
    name.strip_suffix(KEY_SUFFIX).is_some_and(|owner| !owner.is_empty())
}

/// Why bytes are not a statement, or do not count as one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Not a signed note.
    #[error("not a signed note: {0}")]
    Note(#[from] NoteError),
    /// Not a statement's four lines.
    #[error("not an {FIRST_LINE}: ledger, tree and index lines are expected")]
    Form,
    /// A key whose name says that it signs other things.
    #[error("a key that signs statements about the index is named <name>{KEY_SUFFIX}, not {0}")]
    KeyName(String),
    /// A key that is asked for did not sign, or its line does not verify.
    #[error("no valid signature by {0}")]
    Unsigned(String),
}

/// That a ledger's entries have this index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The ledger.
    pub ledger: LedgerId,
    /// Number of entries.
    pub size: u64,
    /// Root of the ledger's tree over them.
    pub tree: NodeHash,
    /// The index root.
    pub index: IndexHash,
}

impl Statement {
    /// The text that is signed.
    pub fn to_text(&self) -> String {
        let Self { ledger, size, tree, index } = self;
        format!("{FIRST_LINE}\nledger {ledger}\ntree {size} {tree}\nindex {index}\n")
    }

    /// Reads the text.
    pub fn parse(text: &str) -> Result<Self, StatementError> {
        Self::parse_lines(text).ok_or(StatementError::Form)
    }

    fn parse_lines(text: &str) -> Option<Self> {
        let mut rest = text;
        if wire::take_line(&mut rest)? != FIRST_LINE {
            return None;
        }
        let ledger = wire::take_line(&mut rest)?.strip_prefix("ledger ")?.parse().ok()?;
        let (size, tree) = wire::take_line(&mut rest)?.strip_prefix("tree ")?.split_once(' ')?;
        let (size, tree) = (wire::decimal(size)?, tree.parse().ok()?);
        let index = wire::take_line(&mut rest)?.strip_prefix("index ")?.parse().ok()?;
        rest.is_empty().then_some(Self { ledger, size, tree, index })
    }

    /// Signs. The caller must have computed the index from the entries.
    pub fn sign(&self, key: &NoteSigner) -> Result<Note, StatementError> {
        if !is_index_key(key.vkey().name()) {
            return Err(StatementError::KeyName(key.vkey().name().to_owned()));
        }
        let text = self.to_text();
        Ok(Note::new(&text, &[key.sign(&text)])?)
    }
}

/// A statement and its note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedStatement {
    statement: Statement,
    note: Note,
}

impl SignedStatement {
    /// Parses a statement's note; its signatures are checked by [`SignedStatement::verify`].
    pub fn parse(bytes: &[u8]) -> Result<Self, StatementError> {
        let note = Note::parse(bytes)?;
        Ok(Self { statement: Statement::parse(note.text())?, note })
    }

    /// What it says.
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The note's bytes.
    pub fn to_text(&self) -> String {
        self.note.to_text()
    }

    /// Checks that `key` signed. Lines of other keys are ignored; every line under its name and id
    /// must verify.
    pub fn verify(&self, key: &VKey) -> Result<(), StatementError> {
        if !is_index_key(key.name()) {
            return Err(StatementError::KeyName(key.name().to_owned()));
        }
        let own = |s: &&crate::note::NoteSignature| s.name == key.name() && s.id == key.id();
        let mut lines = self.note.signatures().iter().filter(own).peekable();
        if lines.peek().is_none() || !lines.all(|line| key.verify(self.note.text(), line)) {
            return Err(StatementError::Unsigned(key.id_string()));
        }
        Ok(())
    }
}
