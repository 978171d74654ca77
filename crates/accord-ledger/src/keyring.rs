//! Every key that the record names, for checking signatures.
//!
//! Whether a key *may* sign is the kernel's question. Whether a signature is what it claims to be
//! does not depend on that: it is checked under the key that the record itself names by this id.

use accord_format::event::{Event, SignedEvent};
use accord_format::key::VKey;
use accord_format::prepared::{self, Check, PreparedKey};
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

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

/// How many signatures of a key are checked before its table is made, which costs as much as some
/// fifty of them.
const WORTH_A_TABLE: u32 = 64;
/// The most tables held: 30 MiB.
const TABLES_MAX: u32 = 1_024;
/// How many events are checked together: enough to share the inversion, few enough to share the work.
const TOGETHER: usize = 64;

/// A key, and the table that is made once it has signed much.
#[derive(Debug)]
struct Known {
    vkey: VKey,
    signatures: AtomicU32,
    table: OnceLock<PreparedKey>,
}

fn invalid(signed: &SignedEvent, at: usize) -> SignatureError {
    let key = signed.event().signers.get(at).map(|signer| signer.key().to_owned());
    SignatureError::Invalid(key.unwrap_or_default())
}

/// Keys by `<name>+<id>`. The first key under an id stays: the kernel refuses a second one.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    keys: BTreeMap<String, Arc<Known>>,
    tables: Arc<AtomicU32>,
}

impl Keyring {
    /// A keyring with the keys of a kernel.
    pub fn of(kernel: &crate::kernel::Kernel) -> Self {
        let mut keyring = Self::default();
        for record in kernel.keys().values() {
            keyring.add(record.vkey.clone());
        }
        keyring
    }

    /// A keyring with these keys.
    pub(crate) fn with(keys: impl IntoIterator<Item = VKey>) -> Self {
        let mut keyring = Self::default();
        keys.into_iter().for_each(|key| keyring.add(key));
        keyring
    }

    /// Its keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &VKey> {
        self.keys.values().map(|known| &known.vkey)
    }

    fn add(&mut self, vkey: VKey) {
        self.keys.entry(vkey.id_string()).or_insert_with(|| {
            Arc::new(Known { vkey, signatures: AtomicU32::new(0), table: OnceLock::new() })
        });
    }

    /// The key with this id.
    pub fn get(&self, id: &str) -> Option<&VKey> {
        self.keys.get(id).map(|known| &known.vkey)
    }

    /// Takes in the event keys that an event names, whatever else is in its payload: that is for
    /// those to judge who judge its author.
    pub fn learn(&mut self, event: &Event) {
        for vkey in named(event) {
            self.add(vkey);
        }
    }

    /// [`Keyring::learn`] for one that others may be reading, who go on with what they have.
    pub(crate) fn learn_shared(keyring: &mut Arc<Self>, event: &Event) {
        let named = named(event);
        if !named.is_empty() {
            let keyring = Arc::make_mut(keyring);
            for vkey in named {
                keyring.add(vkey);
            }
        }
    }

    /// Checks every signature of an event.
    pub fn verify(&self, signed: &SignedEvent) -> Result<(), SignatureError> {
        self.strangers(signed)?;
        let failing = signed.verify(|signer| self.get(signer.key()).map(VKey::key));
        failing.map_err(|at| invalid(signed, at))
    }

    /// Checks every signature of many events, on all cores: for each what [`Keyring::verify`] says of
    /// it, sooner for keys that have signed much.
    pub fn verify_all(&self, events: &[Option<&SignedEvent>]) -> Vec<Result<(), SignatureError>> {
        let together = events.par_chunks(TOGETHER).flat_map_iter(|some| self.verify_some(some));
        together.collect()
    }

    fn verify_some(&self, events: &[Option<&SignedEvent>]) -> Vec<Result<(), SignatureError>> {
        // The first position of each event whose signature fails.
        let mut failing: Vec<Option<usize>> = vec![None; events.len()];
        let mut fail = |at: usize, position: usize| {
            if let Some(first) = failing.get_mut(at) {
                *first = Some(first.map_or(position, |first| first.min(position)));
            }
        };
        let (mut checks, mut asked) = (Vec::new(), Vec::new());
        for (at, signed) in events.iter().enumerate() {
            let Some(signed) = signed else { continue };
            for (position, signer) in signed.event().signers.iter().enumerate() {
                let Some(known) = self.keys.get(signer.key()) else { continue };
                if let Some(key) = self.table(known) {
                    let signature = signed.signature(position).unwrap_or_default();
                    let message = signed.event().text().as_bytes();
                    checks.push(Check { key, message, signature });
                    asked.push((at, position));
                } else if !signed.is_signed_with(position, known.vkey.key()) {
                    fail(at, position);
                }
            }
        }
        for ((at, position), valid) in asked.into_iter().zip(prepared::verify_all(&checks)) {
            if !valid {
                fail(at, position);
            }
        }
        let verdict = |(signed, failing): (Option<&SignedEvent>, Option<usize>)| {
            let Some(signed) = signed else { return Ok(()) };
            self.strangers(signed)?;
            failing.map_or(Ok(()), |at| Err(invalid(signed, at)))
        };
        events.iter().copied().zip(failing).map(verdict).collect()
    }

    /// An error if a signer is named by no entry so far.
    fn strangers(&self, signed: &SignedEvent) -> Result<(), SignatureError> {
        let unknown = signed.event().signers.iter().find(|s| !self.keys.contains_key(s.key()));
        unknown.map_or(Ok(()), |s| Err(SignatureError::UnknownSigner(s.key().to_owned())))
    }

    /// The key's table, made when it is worth it and there is room for it.
    fn table<'k>(&self, known: &'k Known) -> Option<&'k PreparedKey> {
        if let Some(table) = known.table.get() {
            return Some(table);
        }
        let count = known.signatures.fetch_add(1, Ordering::Relaxed);
        // Just one of those who count gets here: the others go on without.
        if count != WORTH_A_TABLE || self.tables.fetch_add(1, Ordering::Relaxed) >= TABLES_MAX {
            return None;
        }
        Some(known.table.get_or_init(|| PreparedKey::new(known.vkey.key())))
    }
}

#[cfg(test)]
mod tests;
