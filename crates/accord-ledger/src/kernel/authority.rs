//! Who may sign what: keys, roles, delegations, the key authority's threshold, and grants.

use super::keys::KeyStatus;
use super::types::KernelPayload;
use super::{KEY_AUTHORITY, Kernel};
use crate::admission::Rejection;
use accord_charter::grants::{NoParties, Standing};
use accord_format::event::{Event, SignedEvent, SignerRef};
use accord_format::key::VKey;
use accord_format::time::Timestamp;
use std::collections::BTreeSet;

/// The power that a kernel type needs; families' types always need a grant.
enum Power {
    /// Anyone who is enrolled, in a role that it holds.
    Anyone,
    /// The threshold of the key authority.
    KeyAuthority,
    /// One key of the key authority, or the participant concerned.
    AuthorityOrSelf,
    /// The threshold of the key authority, or the participant concerned.
    ThresholdOrSelf,
    /// The operator alone.
    Operator,
    /// What the grants in force say.
    Grant,
    /// Decided where the payload is judged.
    Judged,
}

fn power(event_type: &str) -> Power {
    match event_type {
        "ledger.checkpoint_keys_rotated"
        | "ledger.operator_key_rotated"
        | "ledger.authority_changed"
        | "ledger.witness_policy_changed"
        | "participant.enrolled"
        | "participant.role_granted"
        | "participant.role_withdrawn"
        | "key.added"
        | "key.reinstated"
        | "key.revoked" => Power::KeyAuthority,
        "checkpoint.anchored" | "index.committed" => Power::Operator,
        "key.suspended" => Power::AuthorityOrSelf,
        "participant.withdrawn" => Power::ThresholdOrSelf,
        "charter.endorsed" | "charter.declined" | "record.disputed" | "record.endorsed" => {
            Power::Anyone
        }
        "ledger.initialised"
        | "key.rotated"
        | "delegation.granted"
        | "delegation.ended"
        | "record.corrected"
        | "record.retracted"
        | "record.reaffirmed"
        | "record.duplicate_marked" => Power::Judged,
        _ => Power::Grant,
    }
}

impl Kernel {
    /// Checks the signers of an event: keys in force, roles held, and the power that its type
    /// needs. The signatures themselves are checked before.
    pub fn check_signers(&self, event: &Event, at: Timestamp) -> Result<(), Rejection> {
        for signer in &event.signers {
            self.check_signer(signer, &event.event_type, at)?;
        }
        match power(&event.event_type) {
            Power::Anyone | Power::Judged => Ok(()),
            Power::AuthorityOrSelf => {
                if signs_for_itself(event) || authority_signers(event) > 0 {
                    return Ok(());
                }
                Err(Rejection::new(
                    "threshold-not-met",
                    "needs the participant itself or one key authority",
                ))
            }
            Power::ThresholdOrSelf if signs_for_itself(event) => Ok(()),
            Power::KeyAuthority | Power::ThresholdOrSelf => self.check_threshold(event),
            Power::Operator => self.check_operator(event),
            Power::Grant => self.check_grant(event),
        }
    }

    fn check_signer(
        &self,
        signer: &SignerRef,
        event_type: &str,
        at: Timestamp,
    ) -> Result<(), Rejection> {
        let refuse = |code, detail: String| Err(Rejection::new(code, detail));
        let Some(key) = self.keys.get(signer.key()) else {
            return refuse(
                "key-unknown",
                format!("{} is not enrolled in this ledger", signer.key()),
            );
        };
        match key.status_at(at) {
            KeyStatus::Active => {}
            KeyStatus::Suspended(until) => {
                let until = Timestamp::from_micros(until);
                return refuse(
                    "key-suspended",
                    format!("{} is suspended until {until}", signer.key()),
                );
            }
            KeyStatus::Retired => {
                return refuse(
                    "key-retired",
                    format!("{} was replaced by its holder", signer.key()),
                );
            }
            KeyStatus::Revoked => {
                return refuse("key-revoked", format!("{} was revoked", signer.key()));
            }
        }
        let code = signer.participant();
        let Some(participant) = self.participants.get(code) else {
            return refuse("participant-unknown", format!("{code} is not enrolled in this ledger"));
        };
        if participant.withdrawn.is_some() {
            return refuse("participant-withdrawn", format!("{code} has left this ledger"));
        }
        let role = signer.role();
        if participant.roles.contains(role) || self.is_delegated(code, role, event_type, at) {
            return Ok(());
        }
        let held: Vec<&str> = participant.roles.iter().map(String::as_str).collect();
        refuse("role-not-held", format!("{code} signs as {role} but holds: {}", held.join(", ")))
    }

    fn is_delegated(&self, to: &str, role: &str, event_type: &str, at: Timestamp) -> bool {
        self.delegations.values().any(|d| {
            let still_held = self
                .participants
                .get(&d.from)
                .is_some_and(|p| p.withdrawn.is_none() && p.roles.contains(&d.role));
            d.to == to
                && d.role == role
                && d.types.contains(event_type)
                && !d.ended
                && at.micros() < d.until
                && still_held
                && (self.reaffirmed.contains(&d.event)
                    || !self.was_stolen(&d.key, d.seq, d.recorded))
        })
    }

    pub(super) fn holds(&self, participant: &str, role: &str) -> bool {
        self.participants.get(participant).is_some_and(|p| p.roles.contains(role))
    }

    /// Checks that those signed who must, for an event about the key authority or the checkpoint
    /// keys, where nothing is known of anybody else: other signers are neither needed nor checked.
    pub(crate) fn check_key_history(
        &self,
        signed: &SignedEvent,
        payload: &KernelPayload,
        at: Timestamp,
    ) -> Result<(), Rejection> {
        let event = signed.event();
        let valid = |(position, signer): &(usize, &SignerRef)| {
            self.keys.get(signer.key()).is_some_and(|key| {
                key.status_at(at) == KeyStatus::Active
                    && signed.is_signed_with(*position, key.vkey.key())
            })
        };
        let valid: Vec<&SignerRef> =
            event.signers.iter().enumerate().filter(valid).map(|(_, signer)| signer).collect();
        let authorities = valid
            .iter()
            .filter(|s| s.role() == KEY_AUTHORITY && self.holds(s.participant(), KEY_AUTHORITY));
        let authorities = authorities.map(|s| s.participant()).collect::<BTreeSet<_>>().len();
        let vouched = match payload {
            KernelPayload::KeyRotated(p) => valid.iter().any(|s| s.key() == p.old_key),
            KernelPayload::KeySuspended(p) => {
                authorities > 0 || valid.iter().any(|s| s.participant() == p.participant.as_str())
            }
            _ => authorities >= self.authority_threshold,
        };
        if vouched {
            return Ok(());
        }
        let detail = format!("{} is not validly signed by those who must", event.event_type);
        Err(Rejection::new("threshold-not-met", detail))
    }

    fn check_operator(&self, event: &Event) -> Result<(), Rejection> {
        let operator = self.operator.as_ref().map(VKey::id_string);
        match event.signers.as_slice() {
            [only] if Some(only.key()) == operator.as_deref() => Ok(()),
            _ => {
                let detail = format!("the operator's key alone signs {}", event.event_type);
                Err(Rejection::new("not-operator", detail))
            }
        }
    }

    pub(super) fn check_threshold(&self, event: &Event) -> Result<(), Rejection> {
        let (found, needed) = (authority_signers(event), self.authority_threshold);
        if found >= needed {
            return Ok(());
        }
        let detail = format!(
            "{} needs {needed} signatures of the key authority, has {found}",
            event.event_type
        );
        Err(Rejection::new("threshold-not-met", detail))
    }

    /// Checks an event against the grants in force.
    pub(super) fn check_grant(&self, event: &Event) -> Result<(), Rejection> {
        let event_type = event.event_type.as_str();
        let Some(grants) = self.grants_for(event_type) else {
            let detail = format!("neither charter nor genesis grants {event_type} to anyone");
            return Err(Rejection::new("not-granted", detail));
        };
        let signers: Vec<(&str, &str)> =
            event.signers.iter().map(|s| (s.participant(), s.role())).collect();
        let judged = match self.charter() {
            Some(charter) => permits(grants, event_type, &signers, charter),
            None => permits(grants, event_type, &signers, &NoParties),
        };
        judged.map_err(|refusal| Rejection::new("not-granted", refusal))
    }
}

fn permits(
    grants: &accord_charter::Grants,
    event_type: &str,
    signers: &[(&str, &str)],
    standing: &impl Standing,
) -> Result<(), String> {
    grants.permits(event_type, signers, standing).map_err(|refusal| refusal.to_string())
}

/// True when the participant named in the payload signs, whoever else does.
pub(super) fn signs_for_itself(event: &Event) -> bool {
    let concerned = event.payload.get("participant").and_then(serde_json::Value::as_str);
    event.signers.iter().any(|s| Some(s.participant()) == concerned)
}

/// Distinct participants that sign as key authority.
fn authority_signers(event: &Event) -> usize {
    let signers = event.signers.iter().filter(|s| s.role() == KEY_AUTHORITY);
    signers.map(SignerRef::participant).collect::<BTreeSet<_>>().len()
}
