//! Events: what a participant signs (`accord.event/v1`).
//!
//! The signed text is two lines: the fixed first line and one line of JSON. It is signed, stored
//! and hashed verbatim; nothing ever re-serialises an event to verify it.

mod draft;
mod envelope;
mod members;

pub use draft::Draft;
pub use envelope::{Evidence, Occurred, Precision, Rel, Relation, Seen, SignerRef};

use crate::hash::{EventHash, LedgerId};
use crate::key::{NoteSigner, PublicKey};
use crate::note::{Note, NoteError, NoteSignature};
use crate::time::Instant;
use serde_json::Value;

/// First line of the signed text: domain separation.
pub const FIRST_LINE: &str = "accord.event/v1";
/// The longest event note, in bytes, so that any entry fits a C2SP bundle.
pub const NOTE_MAX: usize = 60_000;
/// The most signers of one event.
pub const SIGNERS_MAX: usize = 16;

/// Why bytes are not an event.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// Longer than [`NOTE_MAX`].
    #[error("the note has {0} bytes, the limit is {NOTE_MAX}")]
    TooLong(usize),
    /// Not a signed note.
    #[error("not a signed note: {0}")]
    Note(#[from] NoteError),
    /// The first line names another format or version.
    #[error("the first line is {0:?}, not \"{FIRST_LINE}\"; a newer format needs a newer accord")]
    FirstLine(String),
    /// Not exactly two lines.
    #[error("the signed text must be the first line and one line of JSON")]
    Lines,
    /// Not strict JSON.
    #[error("the JSON line: {0}")]
    Json(#[from] crate::json::JsonError),
    /// A member is missing, unknown or of the wrong form.
    #[error("member {member:?}: {why}")]
    Member {
        /// Path of the member.
        member: String,
        /// What is wrong and what would be right.
        why: String,
    },
    /// The signature lines are not those of `signers`.
    #[error("signature line {line}: {why}")]
    SignatureLine {
        /// From 1.
        line: usize,
        /// What is wrong.
        why: &'static str,
    },
}

impl EventError {
    fn member(member: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Member { member: member.into(), why: why.into() }
    }
}

/// An event: the signed text, read. Field meanings are those of the format's table of members.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    text: String,
    hash: EventHash,
    /// The ledger it is written for; absent in the genesis event only.
    pub ledger: Option<LedgerId>,
    /// UUID v7, canonical.
    pub id: String,
    /// Event type, such as `violation.alleged`.
    pub event_type: String,
    /// Version of the payload's schema, from 1.
    pub version: u32,
    /// What the event is about.
    pub stream: String,
    /// Who signs, and in which role.
    pub signers: Vec<SignerRef>,
    /// When the first signer signed, by its own clock.
    pub issued: Instant,
    /// When it happened.
    pub occurred: Occurred,
    /// The checkpoint that the first signer last verified.
    pub seen: Seen,
    /// Number of entries of the stream that the author has seen.
    pub expects: Option<u64>,
    /// Evidence outside the ledger.
    pub evidence: Vec<Evidence>,
    /// Relations to other events.
    pub relates: Vec<Relation>,
    /// By type; always an object.
    pub payload: Value,
}

impl Event {
    /// Parses the signed text (both lines, each with its LF).
    pub fn parse(text: &str) -> Result<Self, EventError> {
        if text.len() > NOTE_MAX {
            return Err(EventError::TooLong(text.len()));
        }
        let (first, rest) = text.split_once('\n').ok_or(EventError::Lines)?;
        if first != FIRST_LINE {
            return Err(EventError::FirstLine(first.chars().take(60).collect()));
        }
        let json =
            rest.strip_suffix('\n').filter(|j| !j.contains('\n')).ok_or(EventError::Lines)?;
        envelope::parse(text, json)
    }

    /// The signed text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// BLAKE3 of the signed text.
    pub const fn hash(&self) -> EventHash {
        self.hash
    }

    /// The participant of the first signer, within which `id` is unique.
    pub fn author(&self) -> &str {
        self.signers.first().map_or("", |s| s.participant())
    }

    /// The family of the event's type: what stands before the first dot.
    pub fn family(&self) -> &str {
        self.event_type.split('.').next().unwrap_or_default()
    }
}

/// The event hash of a signed text.
pub fn event_hash(text: &str) -> EventHash {
    EventHash::from_bytes(*blake3::hash(text.as_bytes()).as_bytes())
}

/// An event with exactly the signature lines of its signers. The signatures are checked by
/// [`SignedEvent::verify`], once the keys are known.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedEvent {
    event: Event,
    signatures: Vec<NoteSignature>,
    note: String,
}

impl SignedEvent {
    /// Parses a note and checks that its signature lines are those of `signers`, in that order.
    pub fn parse(bytes: &[u8]) -> Result<Self, EventError> {
        if bytes.len() > NOTE_MAX {
            return Err(EventError::TooLong(bytes.len()));
        }
        let note = Note::parse(bytes)?;
        let event = Event::parse(note.text())?;
        let lines = note.signatures();
        for (at, signer) in event.signers.iter().enumerate() {
            let wrong = |why| EventError::SignatureLine { line: at + 1, why };
            let line =
                lines.get(at).ok_or_else(|| wrong("missing; every signer signs, in order"))?;
            if line.name != signer.key_name() || line.id != signer.key_id() {
                return Err(wrong("is not the line of the signer at this position"));
            }
            if line.signature.len() != 64 {
                return Err(wrong("an Ed25519 signature has 64 bytes"));
            }
        }
        if lines.len() > event.signers.len() {
            let line = event.signers.len() + 1;
            return Err(EventError::SignatureLine { line, why: "belongs to no signer" });
        }
        let verbatim = std::str::from_utf8(bytes).map_err(|e| NoteError::Utf8(e.valid_up_to()))?;
        Ok(Self { event, signatures: note.into_signatures(), note: verbatim.to_owned() })
    }

    /// Signs one line of JSON with `keys`, which must be those of `signers`, in that order.
    pub fn sign(json: &str, keys: &[&NoteSigner]) -> Result<Self, EventError> {
        let text = format!("{FIRST_LINE}\n{json}\n");
        Event::parse(&text)?;
        let lines: String = keys.iter().map(|key| key.sign(&text).to_line()).collect();
        Self::parse(format!("{text}\n{lines}").as_bytes())
    }

    /// The event.
    pub const fn event(&self) -> &Event {
        &self.event
    }

    /// The note's bytes, verbatim.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Finds the first signer whose signature does not verify under the key that `key_of` gives;
    /// a signer without a key counts as failing.
    pub fn verify<'k>(
        &self,
        key_of: impl Fn(&SignerRef) -> Option<&'k PublicKey>,
    ) -> Result<(), usize> {
        for (at, signer) in self.event.signers.iter().enumerate() {
            if !key_of(signer).is_some_and(|key| self.is_signed_with(at, key)) {
                return Err(at);
            }
        }
        Ok(())
    }

    /// The signature of the signer at `position`, from 0: 64 bytes.
    pub fn signature(&self, position: usize) -> Option<&[u8]> {
        self.signatures.get(position).map(|line| line.signature.as_slice())
    }

    /// True when the signature of the signer at `position`, from 0, is valid under `key`.
    pub fn is_signed_with(&self, position: usize, key: &PublicKey) -> bool {
        let line = self.signatures.get(position);
        line.is_some_and(|line| key.verify(self.event.text.as_bytes(), &line.signature))
    }
}

#[cfg(test)]
mod tests;
