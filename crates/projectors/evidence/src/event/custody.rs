//! What happens to an item while somebody keeps it.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Digest, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The custodian hands the item to another. The one who receives it should sign too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceTransferred {
    /// The participant that keeps it from now on.
    pub to: Code,
    /// Why, in words, without personal data.
    pub purpose: Text,
}

impl Payload for EvidenceTransferred {}

/// The custodian let somebody see, copy or examine the item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceAccessed {
    /// Code of the body that was let at it; never a person.
    pub to: Code,
    /// Why, in words, without personal data.
    pub purpose: Text,
}

impl Payload for EvidenceAccessed {}

/// What a verification came to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum VerificationResult {
    /// It is what was registered.
    Intact,
    /// It is something else than was registered.
    Mismatch,
    /// It is not there.
    Missing,
}

impl VerificationResult {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::Mismatch => "mismatch",
            Self::Missing => "missing",
        }
    }
}

/// Somebody compared the item with what was registered: its digest or its commitment. When is in
/// `occurred`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceVerified {
    /// What it came to.
    pub result: VerificationResult,
    /// BLAKE3, or commitment, of what was found in place of the registered content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Digest>,
    /// In words, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

impl Payload for EvidenceVerified {
    fn contradiction(&self) -> Option<String> {
        let other = self.found.is_some() && self.result != VerificationResult::Mismatch;
        other.then(|| {
            format!("other content was found, so the result is not {}", self.result.as_str())
        })
    }
}
