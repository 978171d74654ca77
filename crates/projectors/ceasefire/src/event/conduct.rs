//! What a party does on its own side: orders to its forces, and discipline.

use super::{consent, elsewhere};
use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Count, Digest, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A party's command has ordered its forces to keep the ceasefire; issued when it `occurred`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CeasefireOrderIssued {
    /// The ceasefire.
    pub ceasefire: StreamRef,
    /// The order's own number, without personal data.
    pub order_ref: Text,
    /// Codes of the measures that it orders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub measures: Vec<Code>,
    /// BLAKE3 of the public statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement_digest: Option<Digest>,
}

impl Payload for CeasefireOrderIssued {
    fn contradiction(&self) -> Option<String> {
        elsewhere(&self.ceasefire, "ceasefire", "a ceasefire")
            .or_else(|| consent::measures(&self.measures))
    }
}

/// What was done about those who are responsible.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DisciplinaryAction {
    /// They were warned.
    Warning,
    /// They were dismissed.
    Dismissal,
    /// They are prosecuted.
    Prosecution,
}

impl DisciplinaryAction {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Dismissal => "dismissal",
            Self::Prosecution => "prosecution",
        }
    }
}

/// A party says what it did about those on its side who are responsible for a violation. Persons
/// are counted and never named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisciplineReported {
    /// The case.
    pub case: StreamRef,
    /// What was done.
    pub action: DisciplinaryAction,
    /// To how many persons, beyond those reported before.
    pub persons: Count,
}

impl Payload for DisciplineReported {
    fn contradiction(&self) -> Option<String> {
        if self.persons.value == 0 {
            return Some("discipline of nobody".to_owned());
        }
        elsewhere(&self.case, "violation", "a case")
    }
}
