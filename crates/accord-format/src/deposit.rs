//! Deposits (`accord.deposit/v1`): a witness's or mirror's word that an event's note was handed to
//! it by a certain moment, so that an event that is neither taken in nor refused cannot be said
//! never to have been submitted.
//!
//! ```text
//! accord.deposit/v1
//! ledger <ledger id>
//! event <event hash>
//! time 2026-03-01T05:00:00Z
//! ```
//!
//! It says that bytes of this hash, well formed as an event of this ledger, were there at that time.
//! It says nothing of who signed them: a witness does not know the authors' keys.

use crate::bundle;
use crate::cosignature::{CosignerKey, CosignerVKey};
use crate::hash::{EventHash, LedgerId};
use crate::key::{NoteSigner, VKey};
use crate::note::{Note, NoteError};
use crate::time::Instant;
use crate::wire;

/// The first line.
pub const FIRST_LINE: &str = "accord.deposit/v1";
/// The most deposits of a page.
pub const PAGE_MAX: usize = 100;
/// The longest page, in bytes: each deposit stands behind a line with its length.
pub const PAGE_BYTES: usize = PAGE_MAX * (NOTE_MAX + 16);
/// The longest deposit note read, in bytes: four lines and a few signature lines.
pub const NOTE_MAX: usize = 4096;

/// Why bytes are not a deposit, or not one by this depositary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DepositError {
    /// Longer than [`NOTE_MAX`].
    #[error("the deposit has {0} bytes, the limit is {NOTE_MAX}")]
    TooLong(usize),
    /// Not a signed note.
    #[error("not a signed note: {0}")]
    Note(#[from] NoteError),
    /// Not a deposit's four lines.
    #[error("not an {FIRST_LINE}: ledger, event and time lines are expected")]
    Form,
    /// Not a page of deposits.
    #[error("not a page of at most {PAGE_MAX} deposits, each behind its line \"deposit <bytes>\"")]
    Page,
    /// The depositary did not sign it.
    #[error("not signed by {0}")]
    Signature(String),
}

/// The key that verifies the deposits of a cosigner: its name and Ed25519 key under the plain
/// signature type. Nothing for an ML-DSA-44 key, which has no plain type.
pub fn depositary(cosigner: &CosignerVKey) -> Option<VKey> {
    match cosigner.key() {
        CosignerKey::Ed25519(key) => VKey::new(cosigner.name(), key.clone()).ok(),
        CosignerKey::MlDsa44(_) => None,
    }
}

/// What was deposited, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// The ledger that the event is for.
    pub ledger: LedgerId,
    /// The event.
    pub event: EventHash,
    /// When the depositary first had it, by its own clock.
    pub time: Instant,
}

impl Deposit {
    /// The text that is signed.
    pub fn to_text(&self) -> String {
        let Self { ledger, event, time } = self;
        format!("{FIRST_LINE}\nledger {ledger}\nevent {event}\ntime {time}\n")
    }

    /// Reads the text.
    pub fn parse(text: &str) -> Result<Self, DepositError> {
        Self::parse_lines(text).ok_or(DepositError::Form)
    }

    fn parse_lines(text: &str) -> Option<Self> {
        let mut rest = text;
        if wire::take_line(&mut rest)? != FIRST_LINE {
            return None;
        }
        let ledger = wire::take_line(&mut rest)?.strip_prefix("ledger ")?.parse().ok()?;
        let event = wire::take_line(&mut rest)?.strip_prefix("event ")?.parse().ok()?;
        let time = wire::take_line(&mut rest)?.strip_prefix("time ")?.parse().ok()?;
        rest.is_empty().then_some(Self { ledger, event, time })
    }

    /// Signs with the depositary's keys: plain Ed25519 lines, whose key ids differ from those of
    /// its cosignatures.
    pub fn sign(&self, depositary: &[&NoteSigner]) -> Result<Note, DepositError> {
        let text = self.to_text();
        let lines: Vec<_> = depositary.iter().map(|key| key.sign(&text)).collect();
        Ok(Note::new(&text, &lines)?)
    }

    /// Reads a deposit's note, whoever signed it.
    pub fn read(bytes: &[u8]) -> Result<(Self, Note), DepositError> {
        if bytes.len() > NOTE_MAX {
            return Err(DepositError::TooLong(bytes.len()));
        }
        let note = Note::parse(bytes)?;
        Ok((Self::parse(note.text())?, note))
    }

    /// Reads a deposit's note that `depositary` signed. Lines of other keys are ignored; every line
    /// under the depositary's name and key id must verify.
    pub fn open(bytes: &[u8], depositary: &VKey) -> Result<Self, DepositError> {
        let (deposit, note) = Self::read(bytes)?;
        let mut lines = note
            .signatures()
            .iter()
            .filter(|s| s.name == depositary.name() && s.id == depositary.id())
            .peekable();
        if lines.peek().is_none() || !lines.all(|line| depositary.verify(note.text(), line)) {
            return Err(DepositError::Signature(depositary.id_string()));
        }
        Ok(deposit)
    }
}

/// Puts deposits one behind the other, as a depositary lists them.
pub fn to_page<'a>(notes: impl IntoIterator<Item = &'a str>) -> String {
    let mut page = String::new();
    for note in notes {
        page.extend(["deposit ", &note.len().to_string(), "\n", note]);
    }
    page
}

/// Takes a page apart, whoever signed what is in it.
pub fn parse_page(bytes: &[u8]) -> Result<Vec<(Deposit, Note)>, DepositError> {
    let (mut rest, mut all) = (bytes, Vec::new());
    while !rest.is_empty() {
        let length = bundle::line(&mut rest).and_then(|line| line.strip_prefix("deposit "));
        let note =
            length.and_then(wire::decimal).and_then(|n| bundle::take(&mut rest, n, NOTE_MAX));
        if all.len() == PAGE_MAX {
            return Err(DepositError::Page);
        }
        all.push(Deposit::read(note.ok_or(DepositError::Page)?)?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cosignature::{Algorithm, CosignerSigner};
    use crate::time::Timestamp;
    use proptest::prelude::*;

    fn deposit() -> Deposit {
        Deposit {
            ledger: LedgerId::from_bytes([1; 32]),
            event: EventHash::from_bytes([2; 32]),
            time: "2026-03-01T05:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn round_trips_and_is_bound_to_the_depositary() {
        let key = NoteSigner::from_seed("witness.example/w", &[1; 32]).unwrap();
        let other = NoteSigner::from_seed("witness.example/w", &[2; 32]).unwrap();
        let note = deposit().sign(&[&key]).unwrap().to_text();
        assert_eq!(Deposit::open(note.as_bytes(), key.vkey()), Ok(deposit()));
        assert!(matches!(
            Deposit::open(note.as_bytes(), other.vkey()),
            Err(DepositError::Signature(_))
        ));
        // A second line under the same name and id that does not verify spoils the note.
        let forged = deposit().sign(&[&key, &key]).unwrap();
        let mut lines = forged.signatures().to_vec();
        lines[1].signature[5] ^= 1;
        let forged = Note::new(forged.text(), &lines).unwrap().to_text();
        assert!(Deposit::open(forged.as_bytes(), key.vkey()).is_err());
        let moved = note.replace("05:00:00", "04:00:00");
        assert!(matches!(
            Deposit::open(moved.as_bytes(), key.vkey()),
            Err(DepositError::Signature(_))
        ));
        let long = vec![b'a'; NOTE_MAX + 1];
        assert_eq!(Deposit::open(&long, key.vkey()), Err(DepositError::TooLong(NOTE_MAX + 1)));
    }

    #[test]
    fn a_cosigner_deposits_under_the_plain_type_of_its_key() {
        let cosigner =
            CosignerSigner::from_seed("w.example", Algorithm::Ed25519, &[1; 32]).unwrap();
        let signer = cosigner.note_signer().unwrap();
        assert_eq!(depositary(cosigner.vkey()).as_ref(), Some(signer.vkey()));
        assert_ne!(signer.vkey().id(), cosigner.vkey().id());
        let quantum = CosignerSigner::from_seed("w.example", Algorithm::MlDsa44, &[1; 32]).unwrap();
        assert_eq!(depositary(quantum.vkey()), None);
        assert!(quantum.note_signer().is_none());
    }

    #[test]
    fn a_page_holds_as_many_as_it_may() {
        let key = NoteSigner::from_seed("witness.example/w", &[1; 32]).unwrap();
        let note = deposit().sign(&[&key]).unwrap().to_text();
        let of = |count| to_page(std::iter::repeat_n(note.as_str(), count));
        for count in [0, 1, 2, PAGE_MAX] {
            let read = parse_page(of(count).as_bytes()).unwrap();
            assert_eq!(read.len(), count);
            assert!(read.iter().all(|(d, n)| *d == deposit() && n.to_text() == note));
        }
        let page = of(2);
        for bad in [
            of(PAGE_MAX + 1),
            page.replacen("deposit ", "deposit  ", 1),
            page.replacen("deposit ", "deposit 0", 1),
            page[..page.len() - 1].to_owned(),
            format!("{page}deposit 99999\n"),
        ] {
            assert!(parse_page(bad.as_bytes()).is_err());
        }
    }

    #[test]
    fn the_text_has_one_spelling() {
        let text = deposit().to_text();
        assert_eq!(Deposit::parse(&text), Ok(deposit()));
        for bad in [
            text.replace("accord.deposit/v1", "accord.deposit/v2"),
            text.replace("ledger ", "ledger  "),
            text.replace("event 02", "event 2"),
            text.replace("05:00:00Z", "05:00:00.000000Z"),
            text.replace("time ", "Time "),
            format!("{text}more\n"),
            text.trim_end().to_owned(),
        ] {
            assert_eq!(Deposit::parse(&bad), Err(DepositError::Form), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_deposit_round_trips(ledger: [u8; 32], event: [u8; 32], seconds in 0_i64..250_000_000_000) {
            let deposit = Deposit {
                ledger: LedgerId::from_bytes(ledger),
                event: EventHash::from_bytes(event),
                time: Instant::new(Timestamp::from_seconds(seconds)),
            };
            prop_assert_eq!(Deposit::parse(&deposit.to_text()), Ok(deposit));
        }

        #[test]
        fn anything_else_is_an_error(text in ".{0,200}") {
            prop_assert!(Deposit::parse(&text).is_err());
            let _ = Deposit::read(text.as_bytes()).is_ok();
        }
    }
}
