//! C2SP tlog-checkpoint v1.0.0, without extension lines.

use crate::cosignature::{Algorithm, CosignatureError};
use crate::hash::{LedgerId, NodeHash};
use crate::key::NoteSigner;
use crate::log_key::{LogSigner, LogVKey};
use crate::note::{Note, NoteError, NoteSignature};
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
    /// A line under the name and id of a known key that its key did not make.
    #[error("the line of {0} is not a valid signature of this checkpoint")]
    Invalid(String),
    /// A signature that cannot be made.
    #[error("not signed: {0}")]
    Cosignature(#[from] CosignatureError),
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
        let root = wire::node_hash(root).ok_or(CheckpointError::Form)?;
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

    /// Signs with each of `keys`, all Ed25519.
    pub fn sign(self, keys: &[&NoteSigner]) -> Result<SignedCheckpoint, CheckpointError> {
        let text = self.to_text();
        let lines: Vec<_> = keys.iter().map(|key| key.sign(&text)).collect();
        SignedCheckpoint::of(Note::new(&text, &lines)?)
    }

    /// Signs with each of `keys`, of either algorithm, as of `unix_seconds`; 0 leaves the time
    /// unsaid. Ed25519 lines carry no time.
    pub fn sign_at(
        self,
        keys: &[&LogSigner],
        unix_seconds: u64,
    ) -> Result<SignedCheckpoint, CheckpointError> {
        let lines: Result<Vec<_>, _> = keys.iter().map(|k| k.sign(&self, unix_seconds)).collect();
        SignedCheckpoint::of(Note::new(&self.to_text(), &lines?)?)
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

    /// The same checkpoint with `lines` below those it has, in their order; a line that is there
    /// already is not repeated. Whether a line verifies is for the caller to ask first.
    pub fn with_signatures(&self, lines: &[NoteSignature]) -> Result<Self, CheckpointError> {
        let mut all = self.note.signatures().to_vec();
        for line in lines {
            if !all.contains(line) {
                all.push(line.clone());
            }
        }
        self.with_lines(&all)
    }

    /// The same checkpoint with only its Ed25519 lines, the log's and cosignatures; at least one.
    pub fn ed25519_only(&self) -> Result<Self, CheckpointError> {
        let lines = self.note.signatures().iter().filter(|line| !line.is_ml_dsa()).cloned();
        self.with_lines(&lines.collect::<Vec<_>>())
    }

    fn with_lines(&self, lines: &[NoteSignature]) -> Result<Self, CheckpointError> {
        let note = Note::new(self.note.text(), lines)?;
        let bytes = note.to_text().len();
        if bytes > NOTE_MAX {
            return Err(CheckpointError::TooLong(bytes));
        }
        Ok(Self { checkpoint: self.checkpoint.clone(), note })
    }

    /// Checks the origin and that every one of `keys` signed. Lines of unknown keys are ignored,
    /// as signed-note asks; a line under a known name and id must verify.
    pub fn verify(&self, origin: &str, keys: &[LogVKey]) -> Result<&Checkpoint, CheckpointError> {
        self.verify_demanding(origin, keys, |_| true)
    }

    /// Like [`SignedCheckpoint::verify`], but of `keys` only the Ed25519 ones must have signed, as
    /// a receipt's checkpoint carries no others; what lines the others have must still verify.
    pub fn verify_ed25519(
        &self,
        origin: &str,
        keys: &[LogVKey],
    ) -> Result<&Checkpoint, CheckpointError> {
        self.verify_demanding(origin, keys, |key| key.algorithm() == Algorithm::Ed25519)
    }

    fn verify_demanding(
        &self,
        origin: &str,
        keys: &[LogVKey],
        demanded: impl Fn(&LogVKey) -> bool,
    ) -> Result<&Checkpoint, CheckpointError> {
        if self.checkpoint.origin != origin {
            return Err(CheckpointError::Origin {
                expected: origin.to_owned(),
                found: self.checkpoint.origin.clone(),
            });
        }
        if !keys.iter().any(&demanded) {
            return Err(CheckpointError::Unsigned("any key".to_owned()));
        }
        for key in keys {
            let signed = self.is_signed_by(key)?;
            if !signed && demanded(key) {
                return Err(CheckpointError::Unsigned(key.id_string()));
            }
        }
        Ok(&self.checkpoint)
    }

    /// True when `key` signed, false when no line bears its name and id. A line that bears them
    /// and does not verify is an error: such a note is malformed.
    pub fn is_signed_by(&self, key: &LogVKey) -> Result<bool, CheckpointError> {
        let mut signed = false;
        for line in self.note.signatures().iter().filter(|line| key.is_named_by(line)) {
            if !key.verify(&self.checkpoint, line) {
                return Err(CheckpointError::Invalid(key.id_string()));
            }
            signed = true;
        }
        Ok(signed)
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
        assert_eq!(parsed.verify("ledger.example/ab", &[key.vkey().clone().into()]), Ok(&head));
        assert!(matches!(
            parsed.verify("x", &[key.vkey().clone().into()]),
            Err(CheckpointError::Origin { .. })
        ));
        assert!(matches!(
            parsed.verify("ledger.example/ab", &[other.vkey().clone().into()]),
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
