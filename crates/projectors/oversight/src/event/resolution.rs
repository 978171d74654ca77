//! How the board resolves: a resolution is tabled, voted on, declared, perhaps rescinded.

use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Digest, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most streams that one resolution decides on.
const SUBJECTS_MAX: usize = 64;

/// A resolution is put to the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardResolutionTabled {
    /// Kind of resolution; the charter may ask another majority for some kinds.
    pub kind: Code,
    /// What it is about, without personal data.
    pub title: Text,
    /// BLAKE3 of its text.
    pub text_digest: Digest,
    /// The streams that it decides on; each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub subjects: Vec<StreamRef>,
    /// The meeting at which it is decided: who is there counts for the quorum. Without one, it is
    /// decided in writing and who votes is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<StreamRef>,
}

impl Payload for BoardResolutionTabled {
    fn contradiction(&self) -> Option<String> {
        let subjects = &self.subjects;
        if subjects.len() > SUBJECTS_MAX {
            return Some(format!("more than {SUBJECTS_MAX} subjects"));
        }
        let repeated = subjects.iter().enumerate().any(|(at, s)| subjects[..at].contains(s));
        repeated.then(|| "a subject is named twice".to_owned())
    }
}

/// A seat takes no part in a resolution: its vote is not counted, nor is it among the seats that
/// are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardRecusalDeclared {
    /// The seat.
    pub seat: Code,
    /// Why, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Payload for BoardRecusalDeclared {}

/// A vote.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    /// For.
    For,
    /// Against.
    Against,
    /// Neither.
    Abstain,
}

/// A seat of the board votes, by its holder's own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardVoteCast {
    /// The seat.
    pub seat: Code,
    /// Its vote.
    pub vote: Vote,
}

impl Payload for BoardVoteCast {}

/// How a vote came out.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Adopted.
    Adopted,
    /// Not enough in favour.
    Failed,
    /// A seat with a veto was against.
    Vetoed,
    /// Not enough took part.
    NoQuorum,
}

impl Outcome {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Adopted => "adopted",
            Self::Failed => "failed",
            Self::Vetoed => "vetoed",
            Self::NoQuorum => "no_quorum",
        }
    }
}

/// The result of a vote is declared; it must be what the votes make it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardResolutionDeclared {
    /// The result.
    pub outcome: Outcome,
    /// When an adopted resolution takes effect; at once when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_at: Option<At>,
    /// The meeting at which it was decided, the one that it was tabled for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<StreamRef>,
}

impl Payload for BoardResolutionDeclared {
    fn contradiction(&self) -> Option<String> {
        let idle = self.effective_at.is_some() && self.outcome != Outcome::Adopted;
        idle.then(|| format!("what is {} never takes effect", self.outcome.as_str()))
    }
}

/// A member puts on record that it does not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardDissentFiled {
    /// The seat for which it speaks.
    pub seat: Code,
    /// BLAKE3 of the dissent.
    pub text_digest: Digest,
}

impl Payload for BoardDissentFiled {}

/// A resolution that was adopted holds no longer, because another one says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardResolutionRescinded {
    /// The resolution in effect that says so; its subjects name this one.
    pub by_resolution: StreamRef,
}

impl Payload for BoardResolutionRescinded {}
