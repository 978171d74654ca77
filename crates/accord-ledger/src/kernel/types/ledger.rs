//! Payloads about the ledger itself: its genesis, keys, authority and rulebook.

use super::payloads;
use accord_charter::Grants;
use accord_format::key::VKey;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where `recorded` comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockPolicy {
    /// The operator's system clock.
    #[default]
    System,
    /// A clock that whoever appends sets, for demonstrations and scenarios; every output says so.
    Simulated,
}

payloads! {
    /// The key authority: who enrols, and how many of them it takes.
    KeyAuthority {
        /// Event keys of the authority, each of a participant of its own.
        #[schemars(with = "Vec<String>")]
        keys: Vec<VKey>,
        /// How many of them must sign.
        threshold: u16,
    }

    /// The ledger was initialised.
    LedgerInitialised {
        /// Schema-less URL under which the ledger is known.
        #[schemars(example = "ledger.example/agreement")]
        name: String,
        /// Checkpoint keys, each base64 of type byte and public key; their key name is the origin.
        checkpoint_keys: Vec<String>,
        /// The operator's event key.
        #[schemars(with = "String")]
        operator: VKey,
        /// Who enrols participants and keys.
        key_authority: KeyAuthority,
        /// Algorithms in use.
        suites: Vec<String>,
        /// Where `recorded` comes from.
        clock_policy: ClockPolicy,
        /// How long one signature can suspend a key, in hours.
        suspension_hours: u32,
        /// C2SP tlog-policy without `log` lines, a line an item; empty when no witness is required.
        witness_policy: Vec<String>,
        /// Who may sign what until a charter says so.
        grants: Grants,
    }

    /// The checkpoint keys were replaced, from the next checkpoint on.
    LedgerCheckpointKeysRotated {
        /// The new keys, each base64 of type byte and public key.
        checkpoint_keys: Vec<String>,
    }

    /// The operator's event key was replaced.
    LedgerOperatorKeyRotated {
        /// The new key.
        #[schemars(with = "String")]
        vkey: VKey,
        /// Its proof of possession.
        possession: String,
    }

    /// The key authority was replaced.
    LedgerAuthorityChanged {
        /// The new authority.
        key_authority: KeyAuthority,
        /// Proofs of possession of its keys, in the same order.
        possessions: Vec<String>,
    }

    /// The witness policy was replaced. The first checkpoint that covers this meets the old quorum
    /// and the new one.
    LedgerWitnessPolicyChanged {
        /// C2SP tlog-policy without `log` lines, a line an item; empty when no witness is required
        /// any more.
        witness_policy: Vec<String>,
    }

    /// A rulebook was adopted: the version of judges and folds in force from the next entry on.
    RulesAdopted {
        /// Its number.
        rulebook: u32,
    }
}
