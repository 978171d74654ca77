//! What the genesis event fixes for good.

use super::types::{ClockPolicy, LedgerInitialised};
use crate::admission::Rejection;
use accord_charter::{Grants, Severity};
use accord_format::checkpoint::origin_of;
use accord_format::event::Event;
use accord_format::hash::LedgerId;
use accord_format::key::VKey;
use accord_format::name;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest ledger name, in bytes.
const NAME_MAX: usize = 200;
/// The algorithms of this format.
pub(super) const SUITES: [&str; 3] = ["ed25519", "blake3", "rfc6962-sha256"];

/// What the genesis event says and nothing later changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Genesis {
    /// The ledger id.
    pub ledger: LedgerId,
    /// The ledger's schema-less URL.
    pub name: String,
    /// Where `recorded` comes from.
    pub clock_policy: ClockPolicy,
    /// How long one signature can suspend a key, in hours.
    pub suspension_hours: u32,
    /// Who may sign what until a charter says so.
    pub grants: Grants,
}

fn invalid(detail: impl Into<String>) -> Rejection {
    Rejection::new("genesis-invalid", detail)
}

/// Checks a genesis event by itself: there is no state before it.
pub(super) fn check(event: &Event, payload: &LedgerInitialised) -> Result<(), Rejection> {
    if !is_ledger_name(&payload.name) {
        return Err(invalid("name must be a schema-less URL such as ledger.example/agreement"));
    }
    if payload.suites != SUITES {
        return Err(invalid(format!(
            "suites must be {SUITES:?}; a newer suite needs a newer accord"
        )));
    }
    if !payload.witness_policy.is_empty() {
        return Err(invalid(
            "a witness policy needs an accord that collects cosignatures; leave it empty",
        ));
    }
    if let Some(problem) = payload.grants.problems().iter().find(|p| p.severity == Severity::Error)
    {
        return Err(invalid(format!("the grants: {problem}")));
    }
    let checkpoint = checkpoint_keys(&payload.name, &event.hash(), &payload.checkpoint_keys)?;
    check_authority(&payload.key_authority.keys, payload.key_authority.threshold)?;
    let named: Vec<&VKey> = payload.key_authority.keys.iter().chain([&payload.operator]).collect();
    let all = named.iter().copied().chain(&checkpoint);
    let public: BTreeSet<&[u8; 32]> = all.map(|k| k.key().as_bytes()).collect();
    if public.len() != named.len() + checkpoint.len() {
        return Err(invalid(
            "operator, key authority and checkpoints must all have different keys",
        ));
    }
    let operator = name::participant_of(payload.operator.name());
    if !name::is_pair(payload.operator.name()) {
        return Err(invalid("the operator's key must be named participant/label"));
    }
    if payload.key_authority.keys.iter().any(|k| name::participant_of(k.name()) == operator) {
        return Err(invalid("the operator must not hold a key of the key authority"));
    }
    let signed: BTreeSet<String> = event.signers.iter().map(|s| s.key().to_owned()).collect();
    let expected: BTreeSet<String> = named.iter().map(|k| k.id_string()).collect();
    if signed != expected {
        return Err(invalid(
            "exactly the operator and the keys of the key authority sign the genesis",
        ));
    }
    for signer in &event.signers {
        let is_operator = signer.key() == payload.operator.id_string();
        let role = if is_operator { super::OPERATOR } else { super::KEY_AUTHORITY };
        if signer.role() != role {
            return Err(invalid(format!("{} signs the genesis as {role}", signer.key())));
        }
    }
    Ok(())
}

/// A threshold that can be met, by keys of participants that are all different.
pub(super) fn check_authority(keys: &[VKey], threshold: u16) -> Result<(), Rejection> {
    let bad = |detail: &str| Err(Rejection::new("key-authority-invalid", detail));
    if keys.is_empty() || keys.len() > 15 {
        return bad("the key authority has 1 to 15 keys");
    }
    if threshold == 0 || usize::from(threshold) > keys.len() {
        return bad("the threshold is at least 1 and at most the number of keys");
    }
    if keys.iter().any(|k| !name::is_pair(k.name())) {
        return bad("keys are named participant/label");
    }
    let holders: BTreeSet<&str> = keys.iter().map(|k| name::participant_of(k.name())).collect();
    if holders.len() != keys.len() {
        return bad("each key of the key authority belongs to another participant");
    }
    Ok(())
}

/// Reads checkpoint keys under the origin of the ledger.
pub(super) fn checkpoint_keys(
    name: &str,
    ledger: &LedgerId,
    keys: &[String],
) -> Result<Vec<VKey>, Rejection> {
    if keys.is_empty() || keys.len() > 4 {
        return Err(invalid("there are 1 to 4 checkpoint keys"));
    }
    let origin = origin_of(name, ledger);
    let mut read: Vec<VKey> = Vec::with_capacity(keys.len());
    for key in keys {
        let vkey = VKey::from_typed_base64(&origin, key)
            .map_err(|e| invalid(format!("checkpoint key {key}: {e}")))?;
        // They all have one name: their ids alone tell their signature lines apart.
        if read.iter().any(|other| other.id() == vkey.id()) {
            return Err(Rejection::new("key-reused", format!("checkpoint key {key} is not alone")));
        }
        read.push(vkey);
    }
    Ok(read)
}

/// A host with an optional path, in lower case, without scheme, port or dot segments.
pub(super) fn is_ledger_name(text: &str) -> bool {
    text.len() <= NAME_MAX && text.split('/').all(name::is_code)
}
