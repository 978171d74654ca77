//! The board: its seats and rules, and how it resolves.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Digest, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The seats of the board are filled, under the rules that the charter in force gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardConstituted {
    /// Who holds which seat: seat code to participant. A seat that is left out is vacant.
    #[schemars(with = "BTreeMap<String, String>", extend("examples" = [{"seat": "participant"}]))]
    pub holders: BTreeMap<Code, Code>,
}

impl Payload for BoardConstituted {
    fn contradiction(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        if self.holders.is_empty() {
            return Some("a board without members decides nothing".to_owned());
        }
        let twice = self.holders.values().find(|holder| !seen.insert(*holder))?;
        Some(format!("{twice} holds two seats"))
    }
}

/// A seat of the board gets a holder, or another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardSeatFilled {
    /// The seat.
    pub seat: Code,
    /// The participant that holds it from now on.
    pub holder: Code,
}

impl Payload for BoardSeatFilled {}

/// A seat of the board becomes vacant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardSeatVacated {
    /// The seat.
    pub seat: Code,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Payload for BoardSeatVacated {}

/// A resolution is put to the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardResolutionTabled {
    /// Kind of resolution; the charter may ask another majority for some kinds.
    pub kind: Code,
    /// What it is about.
    pub title: Text,
    /// BLAKE3 of its text.
    pub text_digest: Digest,
    /// The streams that it decides on; each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub subjects: Vec<StreamRef>,
}

impl Payload for BoardResolutionTabled {
    fn contradiction(&self) -> Option<String> {
        let subjects = &self.subjects;
        if subjects.len() > 64 {
            return Some("more than 64 subjects".to_owned());
        }
        let repeated = subjects.iter().enumerate().any(|(at, s)| subjects[..at].contains(s));
        repeated.then(|| "a subject is named twice".to_owned())
    }
}

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
}

impl Payload for BoardResolutionDeclared {}
