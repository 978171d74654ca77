//! Proof that whoever is enrolled holds the private key: `accord.possession/v1`.
//!
//! The new key signs a note whose text is fully determined by ledger, participant and key:
//!
//! ```text
//! accord.possession/v1
//! <ledger id>
//! <participant>
//! <vkey>
//! ```
//!
//! so a payload carries only what its signature line holds behind the name. The genesis event
//! needs no such proof: every event key that it names signs the genesis itself.

use crate::hash::LedgerId;
use crate::key::{KeyId, NoteSigner, VKey};
use crate::note::NoteSignature;
use crate::wire;

const FIRST_LINE: &str = "accord.possession/v1";

/// Why a proof of possession does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PossessionError {
    /// Not canonical base64 of a key id and a signature.
    #[error("the proof of possession is not base64 of a key id and a signature")]
    Form,
    /// Made for another ledger, participant or key, or by another key.
    #[error("the proof of possession was not made by this key for this ledger and participant")]
    Signature,
}

fn text(ledger: &LedgerId, participant: &str, vkey: &VKey) -> String {
    format!("{FIRST_LINE}\n{ledger}\n{participant}\n{vkey}\n")
}

/// The whole note, as any signed-note tool can check it.
pub fn note(proof: &str, ledger: &LedgerId, participant: &str, vkey: &VKey) -> String {
    format!("{}\n\u{2014} {} {proof}\n", text(ledger, participant, vkey), vkey.name())
}

/// Makes the proof for `signer` as a key of `participant` in `ledger`.
pub fn prove(ledger: &LedgerId, participant: &str, signer: &NoteSigner) -> String {
    let signature = signer.sign(&text(ledger, participant, signer.vkey()));
    wire::to_base64(&[signature.id.as_bytes().as_slice(), &signature.signature].concat())
}

/// Checks the proof.
pub fn verify(
    proof: &str,
    ledger: &LedgerId,
    participant: &str,
    vkey: &VKey,
) -> Result<(), PossessionError> {
    let bytes = wire::from_base64(proof).ok_or(PossessionError::Form)?;
    let (id, signature) = bytes.split_first_chunk::<4>().ok_or(PossessionError::Form)?;
    let line = NoteSignature {
        name: vkey.name().to_owned(),
        id: KeyId::from_bytes(*id),
        signature: signature.to_vec(),
    };
    if vkey.verify(&text(ledger, participant, vkey), &line) {
        Ok(())
    } else {
        Err(PossessionError::Signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Note;

    #[test]
    fn a_proof_holds_for_its_subject_only() {
        let signer = NoteSigner::from_seed("mission/a", &[1; 32]).unwrap();
        let other = NoteSigner::from_seed("mission/a", &[2; 32]).unwrap();
        let ledger = LedgerId::from_bytes([3; 32]);
        let proof = prove(&ledger, "mission", &signer);
        assert_eq!(verify(&proof, &ledger, "mission", signer.vkey()), Ok(()));
        let elsewhere = LedgerId::from_bytes([4; 32]);
        for failed in [
            verify(&proof, &ledger, "party", signer.vkey()),
            verify(&proof, &elsewhere, "mission", signer.vkey()),
            verify(&proof, &ledger, "mission", other.vkey()),
            verify(&prove(&ledger, "mission", &other), &ledger, "mission", signer.vkey()),
        ] {
            assert_eq!(failed, Err(PossessionError::Signature));
        }
        assert_eq!(verify("AAA=", &ledger, "mission", signer.vkey()), Err(PossessionError::Form));
        let note = Note::parse(note(&proof, &ledger, "mission", signer.vkey()).as_bytes()).unwrap();
        assert!(signer.vkey().verify(note.text(), &note.signatures()[0]));
    }
}
