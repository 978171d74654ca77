//! The board: seats, quorum, majority, veto, recusal and ties.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the board is made up and how it decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// Its name.
    pub title: String,
    /// The seat that chairs it.
    pub chair: String,
    /// The majority by which it decides.
    pub majority: Majority,
    /// Other majorities, by kind of resolution.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub majorities: BTreeMap<String, Majority>,
    /// The kind of resolution that an act has to carry out, by the act's type; without it the kind
    /// with the easiest majority would do for everything.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<String, String>,
    /// The seats that must be present.
    pub quorum: Quorum,
    /// Seats whose vote against defeats a resolution.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub veto_seats: Vec<String>,
    /// Who does not vote.
    pub recusal: Recusal,
    /// What happens when votes for and against are equal.
    pub tie: TieRule,
    /// Groups of seats, by group code.
    pub groups: BTreeMap<String, Group>,
    /// Seats, by seat code.
    pub seats: BTreeMap<String, Seat>,
}

/// How many votes adopt a resolution. Abstentions are not votes cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Majority {
    /// More votes for than against.
    Simple,
    /// Votes for by more than half of all seats.
    Absolute,
    /// At least two thirds of the votes cast.
    TwoThirds,
    /// At least one vote for and none against.
    Unanimous,
}

/// The seats that must be present for a vote to count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quorum {
    /// In all.
    #[schemars(range(min = 1))]
    pub total: u32,
    /// In all, however many are recused; where fewer are left, nothing is decided. Without it, one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub least: Option<u32>,
    /// Of each group named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub per_group: BTreeMap<String, u32>,
}

/// Who does not vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recusal {
    /// Every seat votes on everything.
    None,
    /// A seat held by the complained-of party or by a complainant does not vote on that case.
    OwnCase,
    /// A seat held by the complained-of party does not vote on that case.
    Accused,
}

/// What happens when votes for and against are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TieRule {
    /// The resolution fails.
    Fails,
    /// The chair's vote decides.
    ChairDecides,
}

/// A group of seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its name.
    pub title: String,
}

/// A seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Its group.
    pub group: String,
    /// The participant that fills it from the start; a seat without one waits to be filled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
}
