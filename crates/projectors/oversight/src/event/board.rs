//! The board: its seats and rules, and how it resolves.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Digest, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most seats of a board.
pub const SEATS_MAX: usize = 64;

/// A seat of the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Its code.
    pub seat: Code,
    /// The group that it belongs to.
    pub group: Code,
    /// The participant that holds it; absent while it is vacant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Code>,
    /// Whether its vote against defeats a resolution; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub veto: bool,
}

/// How many seats must have voted, abstentions included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quorum {
    /// Of all seats.
    pub total: u16,
    /// Of the seats of each group.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, u16>")]
    pub per_group: BTreeMap<Code, u16>,
}

/// The share of the votes for and against that adopts: more than `num` of `den`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Majority {
    /// Numerator.
    pub num: u16,
    /// Denominator.
    pub den: u16,
}

/// What an equal number of votes for and against means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// The resolution fails.
    Fails,
    /// The chair's vote decides.
    ChairDecides,
}

/// The seats and rules of the board, as the charter provides them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardConstituted {
    /// Its seats.
    #[schemars(length(min = 1, max = 64))]
    pub seats: Vec<Seat>,
    /// The seat that chairs.
    pub chair: Code,
    /// How many must take part.
    pub quorum: Quorum,
    /// How many must be in favour.
    pub majority: Majority,
    /// What a tie means.
    pub tie: Tie,
    /// Whether a seat held by a party does not vote on a case against that party; left out when
    /// it does vote.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recusal: bool,
}

impl Payload for BoardConstituted {
    fn contradiction(&self) -> Option<String> {
        let seats: BTreeSet<_> = self.seats.iter().map(|s| &s.seat).collect();
        if self.seats.is_empty() || self.seats.len() > SEATS_MAX {
            return Some(format!("a board has 1 to {SEATS_MAX} seats"));
        }
        if seats.len() != self.seats.len() {
            return Some("a seat is named twice".to_owned());
        }
        if !seats.contains(&self.chair) {
            return Some(format!("the chair {} is not one of the seats", self.chair));
        }
        let holders: Vec<_> = self.seats.iter().filter_map(|s| s.holder.as_ref()).collect();
        if holders.iter().collect::<BTreeSet<_>>().len() != holders.len() {
            return Some("a participant holds two seats".to_owned());
        }
        let size = |group: &Code| self.seats.iter().filter(|s| s.group == *group).count();
        if usize::from(self.quorum.total) > self.seats.len() {
            return Some("the quorum is larger than the board".to_owned());
        }
        if let Some((group, _)) =
            self.quorum.per_group.iter().find(|(group, n)| usize::from(**n) > size(group))
        {
            return Some(format!("the quorum of group {group} is larger than the group"));
        }
        (self.majority.den == 0 || self.majority.num >= self.majority.den)
            .then(|| "a majority is less than the whole".to_owned())
    }
}

/// A resolution is put to the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardResolutionTabled {
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
