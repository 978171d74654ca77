//! How many persons a side holds.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Count, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A source says how many persons a side held, as of the end of `occurred`.
///
/// The participant that signs first is the source. Tallies stand source by source and are never
/// added up across sources; a source that counts again declares again, one that made a mistake
/// corrects the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetentionTallyDeclared {
    /// Who holds them: a party, `third` or `undetermined`.
    pub side: Code,
    /// Category of persons, by the codes that exchanges use; absent when the source counts all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Code>,
    /// How many persons.
    pub count: Count,
    /// How the source came to the number, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Text>,
}

impl Payload for DetentionTallyDeclared {}
