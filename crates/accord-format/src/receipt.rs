//! Receipts: a tlog-proof whose `extra` is the entry's two header lines, so that whoever holds
//! the event it submitted can rebuild the entry and check its place.

use crate::entry::{Entry, EntryError, Header};
use crate::event::SignedEvent;
use crate::log_key::LogVKey;
use crate::tlog_proof::{TlogProof, TlogProofError};

/// Why a receipt does not hold.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The proof.
    #[error(transparent)]
    Proof(#[from] TlogProofError),
    /// It carries no header, so it is a tlog-proof but not a receipt.
    #[error("the proof has no entry header in its extra line")]
    NoHeader,
    /// The header in it.
    #[error("the entry header: {0}")]
    Header(#[from] EntryError),
    /// Header and proof name different positions.
    #[error("the header is of seq {header}, the proof of index {proof}")]
    Position {
        /// In the header.
        header: u64,
        /// In the proof.
        proof: u64,
    },
}

/// A receipt: header, proof and checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    header: Header,
    proof: TlogProof,
}

impl Receipt {
    /// Puts the header of `entry` into `proof`.
    pub fn new(header: Header, mut proof: TlogProof) -> Self {
        proof.extra = Some(header.to_text().into_bytes());
        Self { header, proof }
    }

    /// Reads a receipt.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptError> {
        let proof = TlogProof::parse(bytes)?;
        let extra = proof.extra.as_deref().ok_or(ReceiptError::NoHeader)?;
        let extra = std::str::from_utf8(extra).map_err(|_| EntryError::Utf8)?;
        let (header, rest) = Header::parse(extra)?;
        if !rest.is_empty() {
            return Err(EntryError::Header.into());
        }
        if header.seq != proof.index {
            return Err(ReceiptError::Position { header: header.seq, proof: proof.index });
        }
        Ok(Self { header, proof })
    }

    /// What the ledger added to the event.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The proof with its checkpoint.
    pub const fn proof(&self) -> &TlogProof {
        &self.proof
    }

    /// The file's bytes.
    pub fn to_text(&self) -> String {
        self.proof.to_text()
    }

    /// Checks that `signed` was taken in at this place, and gives the entry back. A receipt's
    /// checkpoint is its own and signed with Ed25519; of `keys`, only those must have signed.
    pub fn verify(
        &self,
        signed: SignedEvent,
        origin: &str,
        keys: &[LogVKey],
    ) -> Result<Entry, ReceiptError> {
        let entry = Entry::new(self.header, signed);
        self.proof.verify_ed25519(&entry.to_bytes(), origin, keys)?;
        Ok(entry)
    }
}
