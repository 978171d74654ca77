//! A resolution of the board.

use crate::event::{Outcome, Vote};
use accord_projection::resolution::Adopted;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A vote that was cast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cast {
    /// The vote.
    pub vote: Vote,
    /// The participant.
    pub by: String,
    /// When.
    pub at: i64,
}

/// A seat that takes no part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recused {
    /// The participant that declared it.
    pub by: String,
    /// When.
    pub at: i64,
}

/// A declared result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The entry.
    pub seq: u64,
    /// The result.
    pub outcome: Outcome,
    /// When.
    pub at: i64,
    /// When it takes effect, if it was adopted.
    pub effective_at: Option<i64>,
}

/// A dissent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dissent {
    /// The seat for which it speaks.
    pub seat: String,
    /// The participant.
    pub by: String,
    /// BLAKE3 of its text.
    pub text_digest: String,
    /// When.
    pub at: i64,
}

/// How a resolution ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rescinded {
    /// The resolution that says so.
    pub by_resolution: String,
    /// When.
    pub at: i64,
}

/// Where a resolution stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResolutionStatus {
    /// Nobody has voted.
    Tabled,
    /// Somebody has.
    Voting,
    /// Adopted, to take effect later.
    Adopted,
    /// Not enough in favour.
    Failed,
    /// A seat with a veto was against.
    Vetoed,
    /// Not enough took part.
    NoQuorum,
    /// In effect.
    InEffect,
    /// Adopted once, and rescinded.
    Rescinded,
}

impl ResolutionStatus {
    /// Each, in the order of a resolution's life.
    pub const ALL: [Self; 8] = [
        Self::Tabled,
        Self::Voting,
        Self::Adopted,
        Self::Failed,
        Self::Vetoed,
        Self::NoQuorum,
        Self::InEffect,
        Self::Rescinded,
    ];

    /// The word in attributes and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tabled => "tabled",
            Self::Voting => "voting",
            Self::Adopted => "adopted",
            Self::Failed => "failed",
            Self::Vetoed => "vetoed",
            Self::NoQuorum => "no_quorum",
            Self::InEffect => "in_effect",
            Self::Rescinded => "rescinded",
        }
    }
}

/// A resolution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resolution {
    /// Its kind.
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// BLAKE3 of its text.
    pub text_digest: String,
    /// Streams that it decides on.
    pub subjects: Vec<String>,
    /// The meeting at which it is decided.
    pub meeting: Option<String>,
    /// The entry that put it to the board.
    pub tabled: u64,
    /// Who tabled it.
    pub tabled_by: String,
    /// When.
    pub tabled_at: i64,
    /// When votes are no longer taken, where the charter sets a time.
    pub voting_ends: Option<i64>,
    /// That time has come.
    pub voting_over: bool,
    /// Votes by seat.
    pub votes: BTreeMap<String, Cast>,
    /// Seats that take no part, by their own word or the chair's.
    pub recusals: BTreeMap<String, Recused>,
    /// Dissents, oldest first.
    pub dissents: Vec<Dissent>,
    /// The result.
    pub declared: Option<Declared>,
    /// It was adopted and its effect has begun.
    pub effective: bool,
    /// It holds no longer.
    pub rescinded: Option<Rescinded>,
}

impl Resolution {
    /// Where it stands.
    pub fn status(&self) -> ResolutionStatus {
        match &self.declared {
            _ if self.rescinded.is_some() => ResolutionStatus::Rescinded,
            None if self.votes.is_empty() => ResolutionStatus::Tabled,
            None => ResolutionStatus::Voting,
            Some(declared) => match declared.outcome {
                Outcome::Adopted if self.effective => ResolutionStatus::InEffect,
                Outcome::Adopted => ResolutionStatus::Adopted,
                Outcome::Failed => ResolutionStatus::Failed,
                Outcome::Vetoed => ResolutionStatus::Vetoed,
                Outcome::NoQuorum => ResolutionStatus::NoQuorum,
            },
        }
    }

    /// The declared outcome, or `open`.
    pub fn outcome(&self) -> &'static str {
        self.declared.as_ref().map_or("open", |d| d.outcome.as_str())
    }

    /// True while it binds: adopted, in effect and not rescinded.
    pub fn is_in_effect(&self) -> bool {
        self.status() == ResolutionStatus::InEffect
    }

    /// What other families read of it.
    pub(crate) fn to_fact(&self) -> Option<Adopted> {
        let declared = self.declared.filter(|_| self.is_in_effect())?;
        Some(Adopted {
            kind: self.kind.clone(),
            subjects: self.subjects.clone(),
            effective_at: declared.effective_at,
            tabled: self.tabled,
            declared: declared.seq,
        })
    }

    /// When the vote closes or the effect begins, whichever comes next.
    pub(crate) fn deadline(&self) -> Option<i64> {
        match &self.declared {
            None => self.voting_ends.filter(|_| !self.voting_over),
            Some(declared) => {
                declared.effective_at.filter(|_| !self.effective && self.rescinded.is_none())
            }
        }
    }

    pub(crate) fn fire(&mut self) {
        match self.declared {
            None => self.voting_over = true,
            Some(_) => self.effective = true,
        }
    }
}
