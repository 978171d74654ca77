//! The ceasefire in force: how it begins, pauses, is renewed and ends.

use super::elsewhere;
use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Digest, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// It is certified that all conditions are met and the ceasefire enters into force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CeasefireEnteredIntoForce {
    /// When it does, not before this is recorded.
    pub effective_at: At,
}

impl Payload for CeasefireEnteredIntoForce {}

/// Parties commit themselves to the ceasefire again. Counters keep running, and notices of
/// denunciation that its signers have given are withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CeasefireRecommitted {
    /// From when, not before this is recorded.
    pub effective_at: At,
    /// BLAKE3 of what they say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement_digest: Option<Digest>,
}

impl Payload for CeasefireRecommitted {}

/// The ceasefire is suspended by a resolution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CeasefireSuspended {
    /// The adopted resolution that this carries out.
    pub resolution: StreamRef,
    /// When the suspension ends by itself; absent when another resolution has to end it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<At>,
}

impl Payload for CeasefireSuspended {
    fn contradiction(&self) -> Option<String> {
        elsewhere(&self.resolution, "resolution", "a resolution")
    }
}

/// A suspension ends by a resolution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CeasefireResumed {
    /// The adopted resolution that this carries out.
    pub resolution: StreamRef,
}

impl Payload for CeasefireResumed {
    fn contradiction(&self) -> Option<String> {
        elsewhere(&self.resolution, "resolution", "a resolution")
    }
}

/// A party gives notice that it will no longer keep to the ceasefire. Never refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CeasefireDenounced {
    /// BLAKE3 of the notice.
    pub notice_digest: Digest,
    /// When it wants the ceasefire to end; it does not end before the charter's time of notice is
    /// over.
    pub effective_at: At,
}

impl Payload for CeasefireDenounced {}

/// The ceasefire ends by a resolution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CeasefireTerminated {
    /// The adopted resolution that this carries out.
    pub resolution: StreamRef,
    /// Why, without personal data.
    pub reason: Text,
}

impl Payload for CeasefireTerminated {
    fn contradiction(&self) -> Option<String> {
        elsewhere(&self.resolution, "resolution", "a resolution")
    }
}
