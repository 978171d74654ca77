//! Every key that the record names, for checking signatures.
//!
//! Whether a key *may* sign is the kernel's question. Whether a signature is what it claims to be
//! does not depend on that: it is checked under the key that the record itself names by this id.

use accord_format::event::{Event, SignedEvent};
use accord_format::key::VKey;
use serde_json::Value;
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

/// The event keys that an event names; values that are no vkeys are passed over.
fn named(event: &Event) -> Vec<VKey> {
    let authority = || event.payload.get("key_authority").and_then(|a| a.get("keys"));
    let (lists, single) = match (event.event_type.as_str(), event.version) {
        ("ledger.initialised", 1) => (authority(), event.payload.get("operator")),
        ("ledger.authority_changed", 1) => (authority(), None),
        (
            "ledger.operator_key_rotated" | "participant.enrolled" | "key.added" | "key.rotated",
            1,
        ) => (None, event.payload.get("vkey")),
        _ => (None, None),
    };
    let values = lists.and_then(Value::as_array).into_iter().flatten().chain(single);
    values.filter_map(|value| value.as_str()?.parse().ok()).collect()
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

    /// Takes in the event keys that an event names, whatever else is in its payload: that is for
    /// those to judge who judge its author.
    pub fn learn(&mut self, event: &Event) {
        for vkey in named(event) {
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
