//! Provisions and what bears on them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pattern::Pattern;

/// A commitment of the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provision {
    /// Its title.
    pub title: String,
    /// What is committed.
    pub text: String,
    /// Who has to do it: codes of parties, participants or roles. At least one.
    pub responsible: Vec<String>,
    /// Event types that bear on it, each an exact name or `prefix.*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Stream prefixes that bear on it: `violation` for `violation/0198…`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub streams: Vec<String>,
    /// Clocks that run under it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<String>,
}

impl Provision {
    /// True where an event of this type, in this stream, bears on the provision.
    pub fn bears(&self, event_type: &str, stream: &str) -> bool {
        let prefix = stream.split_once('/').map_or(stream, |(prefix, _)| prefix);
        self.streams.iter().any(|own| own == prefix)
            || self
                .types
                .iter()
                .filter_map(|text| Pattern::parse(text))
                .any(|pattern| pattern.covers(event_type))
    }
}

/// A family of event types that the charter enables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// The first parts of its event types: `violation` for `violation.alleged`.
    pub prefixes: Vec<String>,
}

/// A text of the agreement that records refer to as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// The text, on one line.
    pub text: String,
    /// The provisions that it serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provisions: Vec<String>,
}

/// A category of violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// What falls under it.
    pub title: String,
    /// The provisions that such a violation breaks.
    pub provisions: Vec<String>,
}
