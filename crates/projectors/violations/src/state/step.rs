//! The steps that a case has taken.

use crate::event::{
    Access, Confidence, Decision, Determination, Found, Intent, ProofStandard, Stance,
};
use serde::{Deserialize, Serialize};

/// An investigation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Investigation {
    /// The team.
    pub team: String,
    /// Its standard of proof.
    pub standard: ProofStandard,
    /// When it opened.
    pub at: i64,
}

/// The visits of the investigators together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visits {
    /// How many.
    pub count: u64,
    /// To how many places.
    pub places: u64,
    /// Persons interviewed.
    pub interviews: u64,
    /// Persons who declined to be.
    pub refusals: u64,
    /// Visits on which the monitors got everywhere.
    pub full: u64,
    /// Visits on which they got to a part.
    pub partial: u64,
    /// Visits on which they got nowhere.
    pub none: u64,
    /// When the last was recorded.
    pub last: i64,
}

impl Visits {
    /// Adds a visit.
    pub(crate) fn add(&mut self, places: usize, asked: (u32, u32), access: Access, at: i64) {
        let more = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        more(&mut self.count, 1);
        more(&mut self.places, u64::try_from(places).unwrap_or(u64::MAX));
        more(&mut self.interviews, asked.0.into());
        more(&mut self.refusals, asked.1.into());
        match access {
            Access::Full => more(&mut self.full, 1),
            Access::Partial => more(&mut self.partial, 1),
            Access::None => more(&mut self.none, 1),
        }
        self.last = at;
    }
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it came to.
    pub result: Found,
    /// How sure the mission is.
    pub confidence: Confidence,
    /// When.
    pub at: i64,
}

/// Who is responsible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// Parties, `third` or `undetermined`.
    pub responsible: Vec<String>,
    /// Whether it was meant.
    pub intent: Intent,
    /// Provisions broken.
    pub provisions: Vec<String>,
    /// When.
    pub at: i64,
}

/// An answer to the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The participant.
    pub by: String,
    /// Whether that is the accused.
    pub accused: bool,
    /// What it says.
    pub stance: Stance,
    /// After the time for it.
    pub late: bool,
    /// When.
    pub at: i64,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// What became of the finding.
    pub decision: Decision,
    /// The resolution.
    pub resolution: String,
    /// What it determines.
    pub determination: Option<Determination>,
    /// When.
    pub at: i64,
}

/// A closed case was opened again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    /// Who opened it.
    pub by: String,
    /// When it had ended before.
    pub ended_at: Option<i64>,
    /// How many answers there were by then.
    pub responses: usize,
    /// When.
    pub at: i64,
}
