//! Every key that the record names, for checking signatures.
//!
//! Whether a key *may* sign is the kernel's question. Whether a signature is what it claims to be
//! does not depend on that: it is checked under the key that the record itself names by this id.

use crate::kernel::types::KernelPayload;
use accord_format::event::{Event, SignedEvent};
use accord_format::key::VKey;
use std::collections::BTreeMap;

/// Why an event's signatures do not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No entry so far names this key.
    #[error("signer {0} is named by no entry so far")]
    UnknownSigner(String),
    /// The signature is not valid under the signer's key.
    #[error("the signature of {0} is not valid")]
    Invalid(String),
}

/// Keys by `<name>+<id>`. The first key under an id stays: the kernel refuses a second one.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    keys: BTreeMap<String, VKey>,
}

impl Keyring {
    /// A keyring with the keys of a kernel.
    pub fn of(kernel: &crate::kernel::Kernel) -> Self {
        let keys = kernel.keys().iter().map(|(id, record)| (id.clone(), record.vkey.clone()));
        Self { keys: keys.collect() }
    }

    /// The key with this id.
    pub fn get(&self, id: &str) -> Option<&VKey> {
        self.keys.get(id)
    }

    /// Takes in the event keys that an event names.
    pub fn learn(&mut self, event: &Event) {
        use KernelPayload as P;
        if !crate::kernel::owns(event) {
            return;
        }
        let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
        let named: Vec<VKey> = match payload {
            Some(Ok(P::LedgerInitialised(p))) => {
                p.key_authority.keys.into_iter().chain([p.operator]).collect()
            }
            Some(Ok(P::LedgerAuthorityChanged(p))) => p.key_authority.keys,
            Some(Ok(P::LedgerOperatorKeyRotated(p))) => vec![p.vkey],
            Some(Ok(P::ParticipantEnrolled(p))) => vec![p.vkey],
            Some(Ok(P::KeyAdded(p))) => vec![p.vkey],
            Some(Ok(P::KeyRotated(p))) => vec![p.vkey],
            _ => Vec::new(),
        };
        for vkey in named {
            self.keys.entry(vkey.id_string()).or_insert(vkey);
        }
    }

    /// Checks every signature of an event.
    pub fn verify(&self, signed: &SignedEvent) -> Result<(), SignatureError> {
        let signers = &signed.event().signers;
        if let Some(unknown) = signers.iter().find(|s| !self.keys.contains_key(s.key())) {
            return Err(SignatureError::UnknownSigner(unknown.key().to_owned()));
        }
        let failing = signed.verify(|signer| self.keys.get(signer.key()).map(VKey::key));
        failing.map_err(|at| {
            SignatureError::Invalid(
                signers.get(at).map_or_else(String::new, |s| s.key().to_owned()),
            )
        })
    }
}
