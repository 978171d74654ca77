//! Payloads about who may sign: participants, their keys and what they lend.

use super::{is_false, payloads};
use accord_catalogue::unit::{At, Code, Text};
use accord_format::key::VKey;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a key was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// The holder has lost it.
    Lost,
    /// Somebody else has it.
    Compromised,
    /// It is no longer needed.
    Cessation,
}

payloads! {
    /// A participant was enrolled with its first key.
    ParticipantEnrolled {
        /// Code of the participant.
        participant: Code,
        /// What it is called.
        name: Text,
        /// What it is: party, guarantor, mission, civil society and so on.
        kind: Code,
        /// The roles that it holds from now on.
        roles: Vec<Code>,
        /// Its first key, `<participant>/<label>+…`.
        #[schemars(with = "String")]
        vkey: VKey,
        /// Proof of possession of that key.
        possession: String,
        /// True when this is the key of the head of the body, who may correct its records.
        #[serde(default, skip_serializing_if = "is_false")]
        head: bool,
    }

    /// A participant was given a role.
    ParticipantRoleGranted {
        /// The participant.
        participant: Code,
        /// The role.
        role: Code,
    }

    /// A role was taken from a participant.
    ParticipantRoleWithdrawn {
        /// The participant.
        participant: Code,
        /// The role.
        role: Code,
    }

    /// A participant left; what it recorded stays valid.
    ParticipantWithdrawn {
        /// The participant.
        participant: Code,
        /// Why.
        reason: Text,
    }

    /// A further key was added for a participant.
    KeyAdded {
        /// The participant.
        participant: Code,
        /// The key, `<participant>/<label>+…`.
        #[schemars(with = "String")]
        vkey: VKey,
        /// Its proof of possession.
        possession: String,
        /// True when this is the key of the head of the body.
        #[serde(default, skip_serializing_if = "is_false")]
        head: bool,
    }

    /// A key was replaced by its holder.
    KeyRotated {
        /// The participant.
        participant: Code,
        /// The key that retires, `<name>+<id>`; it signs this event.
        old_key: String,
        /// The key that takes its place.
        #[schemars(with = "String")]
        vkey: VKey,
        /// Proof of possession of the new key.
        possession: String,
    }

    /// A key was suspended.
    KeySuspended {
        /// The participant.
        participant: Code,
        /// The key, `<name>+<id>`.
        key: String,
        /// Why.
        reason: Text,
    }

    /// A suspended key was reinstated.
    KeyReinstated {
        /// The participant.
        participant: Code,
        /// The key, `<name>+<id>`.
        key: String,
    }

    /// A key was revoked for good.
    KeyRevoked {
        /// The participant.
        participant: Code,
        /// The key, `<name>+<id>`.
        key: String,
        /// Why.
        reason: RevocationReason,
        /// Entries that it signed and that were recorded at or after this instant are suspect.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        compromised_since: Option<At>,
    }

    /// A participant lent some of its power to another.
    DelegationGranted {
        /// Who receives it.
        to: Code,
        /// The role that may be used.
        role: Code,
        /// The event types it is good for.
        types: Vec<Code>,
        /// Until when.
        until: At,
    }

    /// A delegation was ended before its time.
    DelegationEnded {}
}
