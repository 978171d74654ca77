//! C2SP tlog-checkpoint v1.0.0, without extension lines.

use crate::hash::{LedgerId, NodeHash};
use crate::key::{NoteSigner, VKey};
use crate::note::{Note, NoteError};
use crate::wire;

/// The largest checkpoint note read, in bytes: room for a hundred cosignatures with ML-DSA-44.
pub const NOTE_MAX: usize = 512 * 1024;

/// Why a note is not a checkpoint, or does not count as one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Longer than [`NOTE_MAX`].
    #[error("the checkpoint has {0} bytes, the limit is {NOTE_MAX}")]
    TooLong(usize),
    /// Not a signed note.
    #[error("not a signed note: {0}")]
    Note(#[from] NoteError),
    /// Not origin, size and root, each on its line.
    #[error("a checkpoint is three lines: origin, size, base64 root; this is not")]
    Form,
    /// A line below the root.
    #[error("extension lines are not used: no ML-DSA cosignature covers them")]
    Extension,
    /// Size 0 with another root than that of the empty tree.
    #[error("size 0 with a root that is not that of the empty tree")]
    EmptyRoot,
    /// Another log's.
    #[error("the checkpoint is of {found:?}, not of {expected:?}")]
    Origin {
        /// The log asked for.
        expected: String,
        /// The log named.
        found: String,
    },
    /// A key that is required did not sign, or its line does not verify.
    #[error("no valid signature by {0}")]
    Unsigned(String),
}

/// The head of a log: how many entries it has, and the root over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: NodeHash,
}

/// The origin of a ledger's log: `<name>/<first 32 hex of the ledger id>`.
pub fn origin_of(name: &str, ledger: &LedgerId) -> String {
    let id = ledger.to_string();
    format!("{name}/{}", id.get(..32).unwrap_or_default())
}

impl Checkpoint {
    /// Reads the text of a checkpoint note.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut rest = text;
        let mut line = || wire::take_line(&mut rest).ok_or(CheckpointError::Form);
        let (origin, size, root) = (line()?, line()?, line()?);
        if !rest.is_empty() {
            return Err(CheckpointError::Extension);
        }
        let size = wire::decimal(size).ok_or(CheckpointError::Form)?;
        let root = wire::from_base64(root).and_then(|r| <[u8; 32]>::try_from(r).ok());
        let root = NodeHash::from_bytes(root.ok_or(CheckpointError::Form)?);
        if origin.is_empty() {
            return Err(CheckpointError::Form);
        }
        if size == 0 && root != crate::merkle::empty_root() {
            return Err(CheckpointError::EmptyRoot);
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// The text that is signed.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, wire::to_base64(self.root.as_bytes()))
    }

    /// Signs with each of `keys`.
    pub fn sign(self, keys: &[&NoteSigner]) -> Result<SignedCheckpoint, CheckpointError> {
        let text = self.to_text();
        let lines: Vec<_> = keys.iter().map(|key| key.sign(&text)).collect();
        let note = Note::new(&text, &lines)?;
        SignedCheckpoint::of(note)
    }
}

/// A checkpoint and its note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// Parses a checkpoint note; its signatures are checked by [`SignedCheckpoint::verify`].
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        if bytes.len() > NOTE_MAX {
            return Err(CheckpointError::TooLong(bytes.len()));
        }
        Self::of(Note::parse(bytes)?)
    }

    fn of(note: Note) -> Result<Self, CheckpointError> {
        Ok(Self { checkpoint: Checkpoint::parse(note.text())?, note })
    }

    /// What it says.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note.
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// The note's bytes.
    pub fn to_text(&self) -> String {
        self.note.to_text()
    }

    /// Checks the origin and that every one of `keys` signed. Lines of unknown keys are ignored,
    /// as signed-note asks; a line under a known name and id must verify.
    pub fn verify(&self, origin: &str, keys: &[VKey]) -> Result<&Checkpoint, CheckpointError> {
        if self.checkpoint.origin != origin {
            return Err(CheckpointError::Origin {
                expected: origin.to_owned(),
                found: self.checkpoint.origin.clone(),
            });
        }
        let unsigned = |key: &VKey| CheckpointError::Unsigned(key.id_string());
        for key in keys {
            let mut lines = self
                .note
                .signatures()
                .iter()
                .filter(|s| s.name == key.name() && s.id == key.id())
                .peekable();
            if lines.peek().is_none() || !lines.all(|line| key.verify(self.note.text(), line)) {
                return Err(unsigned(key));
            }
        }
        if keys.is_empty() {
            Err(CheckpointError::Unsigned("any key".to_owned()))
        } else {
            Ok(&self.checkpoint)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_verifies() {
        let key = NoteSigner::from_seed("ledger.example/ab", &[3; 32]).unwrap();
        let other = NoteSigner::from_seed("ledger.example/ab", &[4; 32]).unwrap();
        let head = Checkpoint {
            origin: "ledger.example/ab".into(),
            size: 7,
            root: NodeHash::from_bytes([5; 32]),
        };
        let signed = head.clone().sign(&[&key]).unwrap();
        let parsed = SignedCheckpoint::parse(signed.to_text().as_bytes()).unwrap();
        assert_eq!(parsed.verify("ledger.example/ab", &[key.vkey().clone()]), Ok(&head));
        assert!(matches!(
            parsed.verify("x", &[key.vkey().clone()]),
            Err(CheckpointError::Origin { .. })
        ));
        assert!(matches!(
            parsed.verify("ledger.example/ab", &[other.vkey().clone()]),
            Err(CheckpointError::Unsigned(_))
        ));
        assert!(parsed.verify("ledger.example/ab", &[]).is_err());
    }

    #[test]
    fn the_text_has_one_spelling() {
        let root = wire::to_base64(&[5; 32]);
        for (bad, error) in [
            (format!("o\n07\n{root}\n"), CheckpointError::Form),
            (format!("\n7\n{root}\n"), CheckpointError::Form),
            (format!("o\n7\n{root}\next\n"), CheckpointError::Extension),
            (format!("o\n0\n{root}\n"), CheckpointError::EmptyRoot),
            ("o\n7\nAAAA\n".to_owned(), CheckpointError::Form),
            ("o\n7\n".to_owned(), CheckpointError::Form),
        ] {
            assert_eq!(Checkpoint::parse(&bad), Err(error), "{bad}");
        }
    }
}
