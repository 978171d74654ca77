//! Judging events about keys: new ones, and what becomes of those that are there.

use super::{Judge, Judgement, genesis, refuse};
use crate::admission::Rejection;
use crate::kernel::Participant;
use crate::kernel::authority::signs_for_itself;
use crate::kernel::keys::{KeyStatus, ROTATION_SPAN, ROTATIONS_MAX};
use crate::kernel::types::{KeyAdded, KeyRevoked, KeyRotated, KeySuspended};
use accord_format::key::VKey;
use accord_format::log_key::LogVKey;
use accord_format::time::Timestamp;
use accord_format::{name, possession};

impl Judge<'_> {
    pub(super) fn checkpoint_keys(&self, keys: &[String]) -> Judgement {
        let Some(genesis) = &self.kernel.genesis else {
            return refuse("genesis-missing", "no genesis");
        };
        let new = genesis::checkpoint_keys(&genesis.name, &genesis.ledger, keys)?;
        let in_use = |key: &&LogVKey| {
            let same = |old: &LogVKey| old.id() == key.id();
            self.kernel.public_keys.contains(&key.typed_base64())
                || self.kernel.keys.contains_key(&key.id_string())
                || self.kernel.serves_a_witness(&key.id_string(), key.key_bytes())
                || self.kernel.checkpoint_keys.iter().flat_map(|k| &k.keys).any(same)
        };
        match new.iter().find(in_use) {
            Some(used) => refuse("key-reused", format!("{} was used before", used.id_string())),
            None => Ok(()),
        }
    }

    fn is_used(&self, vkey: &VKey) -> bool {
        self.kernel.public_keys.contains(&vkey.typed_base64())
            || self.kernel.keys.contains_key(&vkey.id_string())
            || self.kernel.serves_a_witness(&vkey.id_string(), vkey.key().as_bytes())
    }

    pub(super) fn new_key(&self, vkey: &VKey, participant: &str, proof: &str) -> Judgement {
        if !name::is_pair(vkey.name()) || name::participant_of(vkey.name()) != participant {
            return refuse(
                "key-name",
                format!("the key must be named {participant}/label, not {}", vkey.name()),
            );
        }
        if self.is_used(vkey) {
            return refuse(
                "key-reused",
                format!("{} or its public key was used before", vkey.id_string()),
            );
        }
        let ledger = self.kernel.ledger().unwrap_or_else(|| self.event.hash());
        possession::verify(proof, &ledger, participant, vkey)
            .map_err(|e| Rejection::new("possession-invalid", e.to_string()))
    }

    pub(super) fn added_key(&self, p: &KeyAdded) -> Judgement {
        self.present(p.participant.as_str())?;
        self.new_key(&p.vkey, p.participant.as_str(), &p.possession)
    }

    /// One signature suspends a key once. When that has run out, it takes the holder or the
    /// threshold: else one member could keep all the others from acting for good.
    pub(super) fn suspension(&self, p: &KeySuspended) -> Judgement {
        let participant = p.participant.as_str();
        self.key_status(&p.key, participant, |s| s == KeyStatus::Active)?;
        let again = self
            .kernel
            .keys
            .get(&p.key)
            .is_some_and(|k| matches!(k.status, KeyStatus::Suspended(_)));
        if again && !signs_for_itself(self.event) {
            return self.kernel.check_threshold(self.event);
        }
        Ok(())
    }

    /// A key is revoked once; that it was in other hands earlier than was known can be added.
    pub(super) fn revocation(&self, p: &KeyRevoked) -> Judgement {
        let known = self.kernel.keys.get(&p.key).filter(|k| k.status == KeyStatus::Revoked);
        let since = p.compromised_since.as_ref().map(|at| at.timestamp().micros());
        match (known, since) {
            (Some(key), Some(since)) if key.compromised_since.is_none_or(|known| since < known) => {
                self.key_status(&p.key, p.participant.as_str(), |_| true)
            }
            (Some(key), Some(_)) => {
                let known = Timestamp::from_micros(key.compromised_since.unwrap_or_default());
                let detail = format!(
                    "{} is revoked, compromised since {known}; another revocation can only name an earlier instant",
                    p.key
                );
                refuse("key-status", detail)
            }
            _ => self.key_status(&p.key, p.participant.as_str(), |s| s != KeyStatus::Revoked),
        }
    }

    pub(super) fn rotation(&self, p: &KeyRotated) -> Judgement {
        if self.kernel.operator.as_ref().is_some_and(|k| k.id_string() == p.old_key) {
            return refuse(
                "role-reserved",
                "the operator's key is replaced by ledger.operator_key_rotated",
            );
        }
        self.key_status(&p.old_key, p.participant.as_str(), |s| s == KeyStatus::Active)?;
        if !matches!(self.event.signers.as_slice(), [only] if only.key() == p.old_key) {
            return refuse("signer-wrong", format!("{} alone signs its own rotation", p.old_key));
        }
        self.rotation_pace(p.participant.as_str())?;
        self.new_key(&p.vkey, p.participant.as_str(), &p.possession)
    }

    fn rotation_pace(&self, participant: &str) -> Judgement {
        let since = self.at.micros().saturating_sub(ROTATION_SPAN);
        let known = self.kernel.participants.get(participant);
        let within = |p: &Participant| p.rotations.iter().filter(|at| **at > since).count();
        if known.map_or(0, within) < ROTATIONS_MAX {
            return Ok(());
        }
        let detail = format!(
            "{participant} has rotated its keys {ROTATIONS_MAX} times within a year; the key authority can add a key with key.added"
        );
        refuse("rotated-too-often", detail)
    }

    pub(super) fn key_status(
        &self,
        key: &str,
        participant: &str,
        allowed: fn(KeyStatus) -> bool,
    ) -> Judgement {
        let found = self.kernel.keys.get(key).filter(|k| k.participant == participant);
        match found {
            None => refuse("key-unknown", format!("{participant} has no key {key}")),
            Some(k) if allowed(k.status_at(self.at)) => Ok(()),
            Some(k) => refuse(
                "key-status",
                format!("{key} is {}, which does not allow this step", k.status_at(self.at)),
            ),
        }
    }
}
