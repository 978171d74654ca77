//! Scores of stipulations, and their review.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Count, Digest, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The highest score: complete.
pub const SCORE_MAX: u8 = 3;

/// A coder's score for a stipulation over the period of `occurred`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssessmentRecorded {
    /// Code of the stipulation.
    pub stipulation: Code,
    /// 0 not begun, 1 minimal, 2 intermediate, 3 complete.
    #[schemars(range(max = 3))]
    pub score: u8,
    /// How much of the stipulation's target is reached, in the target's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub achieved: Option<Count>,
    /// Why this score, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<Text>,
    /// BLAKE3 of a longer account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale_digest: Option<Digest>,
}

impl Payload for AssessmentRecorded {
    fn contradiction(&self) -> Option<String> {
        out_of_range(self.score)
    }
}

/// A second coder gives its own score for what an assessment scored: the same score confirms it,
/// another splits it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssessmentReviewed {
    /// Code of the stipulation.
    pub stipulation: Code,
    /// Event hash of the assessment.
    pub assessment: Digest,
    /// The second coder's own score, 0 to 3.
    #[schemars(range(max = 3))]
    pub score: u8,
    /// Why, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<Text>,
}

impl Payload for AssessmentReviewed {
    fn contradiction(&self) -> Option<String> {
        out_of_range(self.score)
    }
}

fn out_of_range(score: u8) -> Option<String> {
    (score > SCORE_MAX).then(|| format!("score {score} is not 0 to {SCORE_MAX}"))
}
