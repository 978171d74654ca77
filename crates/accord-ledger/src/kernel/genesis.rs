//! What the genesis event fixes for good.

use super::judge::witnesses;
use super::types::{ClockPolicy, LedgerInitialised};
use crate::admission::Rejection;
use accord_charter::{Grants, Severity};
use accord_format::checkpoint::origin_of;
use accord_format::cosignature::Algorithm;
use accord_format::event::Event;
use accord_format::hash::LedgerId;
use accord_format::key::VKey;
use accord_format::log_key::LogVKey;
use accord_format::name;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest ledger name, in bytes.
const NAME_MAX: usize = 200;
/// The algorithms that every ledger uses.
pub const SUITES: [&str; 3] = ["ed25519", "blake3", "rfc6962-sha256"];
/// The suite of a ledger that is founded with a checkpoint key of ML-DSA-44 beside Ed25519.
pub const HYBRID_SUITE: &str = "ml-dsa-44";

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

/// The suites named are those that the genesis uses, in their order.
fn check_suites(suites: &[String], checkpoint: &[LogVKey]) -> Result<(), Rejection> {
    let hybrid = checkpoint.iter().any(|key| key.algorithm() == Algorithm::MlDsa44);
    let expected: Vec<&str> = SUITES.into_iter().chain(hybrid.then_some(HYBRID_SUITE)).collect();
    if suites == expected {
        return Ok(());
    }
    Err(invalid(format!(
        "suites must be {expected:?} with these checkpoint keys, found {suites:?}; a newer suite needs a newer accord"
    )))
}

fn invalid(detail: impl Into<String>) -> Rejection {
    Rejection::new("genesis-invalid", detail)
}

/// Checks a genesis event by itself: there is no state before it.
pub(super) fn check(event: &Event, payload: &LedgerInitialised) -> Result<(), Rejection> {
    if !is_ledger_name(&payload.name) {
        return Err(invalid("name must be a schema-less URL such as ledger.example/agreement"));
    }
    let witnesses = witnesses::policy(&payload.witness_policy)?;
    if let Some(problem) = payload.grants.problems().iter().find(|p| p.severity == Severity::Error)
    {
        return Err(invalid(format!("the grants: {problem}")));
    }
    let checkpoint = checkpoint_keys(&payload.name, &event.hash(), &payload.checkpoint_keys)?;
    check_authority(&payload.key_authority.keys, payload.key_authority.threshold)?;
    let named: Vec<&VKey> = payload.key_authority.keys.iter().chain([&payload.operator]).collect();
    check_suites(&payload.suites, &checkpoint)?;
    let event_keys = named.iter().map(|k| k.key().as_bytes().as_slice());
    let of_witnesses = witnesses.witnesses().iter().map(|w| w.vkey.key().as_bytes());
    let of_checkpoints = checkpoint.iter().map(LogVKey::key_bytes);
    let public: BTreeSet<&[u8]> = event_keys.chain(of_checkpoints).chain(of_witnesses).collect();
    if public.len() != named.len() + checkpoint.len() + witnesses.witnesses().len() {
        return Err(invalid(
            "operator, key authority, checkpoints and witnesses must all have different keys",
        ));
    }
    let ids: BTreeSet<String> = witnesses.witnesses().iter().map(|w| w.vkey.id_string()).collect();
    if let Some(key) = named.iter().map(|k| k.id_string()).find(|id| ids.contains(id)) {
        return Err(invalid(format!("{key} is the name and id of two keys")));
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
) -> Result<Vec<LogVKey>, Rejection> {
    if keys.is_empty() || keys.len() > 4 {
        return Err(invalid("there are 1 to 4 checkpoint keys"));
    }
    let origin = origin_of(name, ledger);
    let mut read: Vec<LogVKey> = Vec::with_capacity(keys.len());
    for key in keys {
        let vkey = LogVKey::from_typed_base64(&origin, key)
            .map_err(|e| invalid(format!("checkpoint key {key}: {e}")))?;
        // They all have one name: their ids alone tell their signature lines apart.
        if read.iter().any(|other| other.id() == vkey.id()) {
            return Err(Rejection::new("key-reused", format!("checkpoint key {key} is not alone")));
        }
        read.push(vkey);
    }
    // Receipts carry no other line, and every tool that follows tiled logs reads this one.
    if read.iter().all(|vkey| vkey.algorithm() != Algorithm::Ed25519) {
        return Err(invalid("at least one checkpoint key is an Ed25519 key (0x01)"));
    }
    Ok(read)
}

/// A host with an optional path, in lower case, without scheme, port or dot segments.
pub(super) fn is_ledger_name(text: &str) -> bool {
    text.len() <= NAME_MAX && text.split('/').all(name::is_code)
}
