//! Disclosure: who was given what a commitment stands for.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Digest, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Salt and content behind a commitment were handed to somebody entitled to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisclosureRecorded {
    /// The stream of the record that holds the commitment, such as an item of evidence.
    pub target: StreamRef,
    /// The commitment, where the record holds more than one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Digest>,
    /// The body that received it, without personal data.
    pub recipient: Text,
    /// What entitles it.
    pub legal_basis: Text,
    /// What for, without personal data.
    pub purpose: Text,
}

impl Payload for DisclosureRecorded {}
