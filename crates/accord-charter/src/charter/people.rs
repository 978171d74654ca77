//! Parties, participants and roles.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A party to the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// The participant that stands for it.
    pub participant: String,
}

/// A participant that the agreement names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ParticipantKind,
    /// The roles that it may hold. Which of them it does hold, and since when, is in the ledger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

/// What a participant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParticipantKind {
    /// A state.
    State,
    /// An organisation of states.
    Organisation,
    /// A body that the agreement creates.
    Body,
    /// A bank, fund, register, court or office with a mandate of its own.
    Institution,
    /// A humanitarian or civil-society organisation.
    CivilSociety,
    /// Anything armed that is no state.
    ArmedGroup,
}

/// A role: the capacity in which a participant signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What the role is for.
    pub words: String,
    /// True where participants that the charter does not name may be enrolled in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub open: bool,
}

// serde hands a reference to `skip_serializing_if`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_false(value: &bool) -> bool {
    !*value
}
