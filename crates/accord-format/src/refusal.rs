//! Signed refusals (`accord.refusal/v1`): the operator's word that it did not take an event in,
//! by which guard, and at which state of the ledger, so that anyone can judge it again.

use crate::hash::{EventHash, LedgerId, NodeHash};
use crate::key::{NoteSigner, VKey};
use crate::name;
use crate::note::{Note, NoteError};
use crate::wire;

const FIRST_LINE: &str = "accord.refusal/v1";

/// Why bytes are not a refusal, or not by this operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusalError {
    /// Not a signed note.
    #[error("not a signed note: {0}")]
    Note(#[from] NoteError),
    /// Not a refusal's five lines.
    #[error("not an {FIRST_LINE}: ledger, event, code and judged-at lines are expected")]
    Form,
    /// The operator did not sign it.
    #[error("not signed by {0}")]
    Signature(String),
}

/// What the operator refused, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The ledger.
    pub ledger: LedgerId,
    /// The event refused.
    pub event: EventHash,
    /// The guard's stable code.
    pub code: String,
    /// Number of entries that were judged against.
    pub size: u64,
    /// Root over them.
    pub root: NodeHash,
}

impl Refusal {
    /// The text that is signed.
    pub fn to_text(&self) -> String {
        let Self { ledger, event, code, size, root } = self;
        format!(
            "{FIRST_LINE}\nledger {ledger}\nevent {event}\ncode {code}\njudged-at {size} {root}\n"
        )
    }

    /// Reads the text.
    pub fn parse(text: &str) -> Result<Self, RefusalError> {
        Self::parse_lines(text).ok_or(RefusalError::Form)
    }

    fn parse_lines(text: &str) -> Option<Self> {
        let mut rest = text;
        if wire::take_line(&mut rest)? != FIRST_LINE {
            return None;
        }
        let ledger = wire::take_line(&mut rest)?.strip_prefix("ledger ")?.parse().ok()?;
        let event = wire::take_line(&mut rest)?.strip_prefix("event ")?.parse().ok()?;
        let code =
            wire::take_line(&mut rest)?.strip_prefix("code ").filter(|c| name::is_code(c))?;
        let (size, root) =
            wire::take_line(&mut rest)?.strip_prefix("judged-at ")?.split_once(' ')?;
        let (size, root) = (wire::decimal(size)?, root.parse().ok()?);
        rest.is_empty().then(|| Self { ledger, event, code: code.to_owned(), size, root })
    }

    /// Signs with the operator's event key.
    pub fn sign(&self, operator: &NoteSigner) -> Result<Note, RefusalError> {
        let text = self.to_text();
        Ok(Note::new(&text, &[operator.sign(&text)])?)
    }

    /// Reads a refusal note that `operator` signed. Lines of other keys are ignored; every line
    /// under the operator's name and key id must verify.
    pub fn open(bytes: &[u8], operator: &VKey) -> Result<Self, RefusalError> {
        let note = Note::parse(bytes)?;
        let refusal = Self::parse(note.text())?;
        let mut lines = note
            .signatures()
            .iter()
            .filter(|s| s.name == operator.name() && s.id == operator.id())
            .peekable();
        if lines.peek().is_none() || !lines.all(|line| operator.verify(note.text(), line)) {
            return Err(RefusalError::Signature(operator.id_string()));
        }
        Ok(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_and_is_bound_to_the_operator() {
        let operator = NoteSigner::from_seed("operator/main", &[1; 32]).unwrap();
        let other = NoteSigner::from_seed("operator/main", &[2; 32]).unwrap();
        let refusal = Refusal {
            ledger: LedgerId::from_bytes([1; 32]),
            event: EventHash::from_bytes([2; 32]),
            code: "role-not-held".into(),
            size: 5,
            root: NodeHash::from_bytes([3; 32]),
        };
        let note = refusal.sign(&operator).unwrap().to_text();
        assert_eq!(Refusal::open(note.as_bytes(), operator.vkey()), Ok(refusal));
        assert!(matches!(
            Refusal::open(note.as_bytes(), other.vkey()),
            Err(RefusalError::Signature(_))
        ));
        assert_eq!(
            Refusal::open(note.replace("code ", "kode ").as_bytes(), operator.vkey()),
            Err(RefusalError::Form)
        );
    }
}
