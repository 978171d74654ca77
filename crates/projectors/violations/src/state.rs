//! What the family's state consists of. Instants are in microseconds since the epoch.

use crate::event::{
    CaseEvent, Confidence, Decision, Determination, Found, Intent, ProofStandard, Stance,
};
use accord_projection::Item;
use serde::{Deserialize, Serialize};

/// The state of one subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViolationsState {
    /// Nothing yet.
    #[default]
    Empty,
    /// A case.
    Case(Box<Case>),
    /// What one participant alleged on one day.
    Day(AllegationDay),
}

impl ViolationsState {
    /// The case, when it is one.
    pub fn case(&self) -> Option<&Case> {
        match self {
            Self::Case(case) => Some(case),
            _ => None,
        }
    }
}

/// What one participant alleged on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllegationDay {
    /// How many allegations.
    pub count: u64,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Alleged, not yet looked at.
    Alleged,
    /// Taken into the register.
    Registered,
    /// Not taken.
    Declined,
    /// A team is on it.
    UnderInvestigation,
    /// It happened.
    Verified,
    /// It could not be shown.
    NotVerified,
    /// It did not happen.
    Unfounded,
    /// The monitors could not get there.
    UnableAccess,
    /// It happened, and it is said who is responsible.
    Attributed,
    /// The finding stands.
    Upheld,
    /// The finding stands with changes.
    Modified,
    /// The finding does not stand.
    Overturned,
    /// Back with the mission.
    Remitted,
    /// Nothing will be done.
    NoAction,
    /// Closed.
    Closed,
    /// Taken back by the complainant.
    Withdrawn,
    /// Goes on in another case.
    Merged,
}

impl Status {
    /// The word in states and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alleged => "alleged",
            Self::Registered => "registered",
            Self::Declined => "declined",
            Self::UnderInvestigation => "under_investigation",
            Self::Verified => "verified",
            Self::NotVerified => "not_verified",
            Self::Unfounded => "unfounded",
            Self::UnableAccess => "unable_access",
            Self::Attributed => "attributed",
            Self::Upheld => "upheld",
            Self::Modified => "modified",
            Self::Overturned => "overturned",
            Self::Remitted => "remitted",
            Self::NoAction => "no_action",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Merged => "merged",
        }
    }

    /// True while something can still happen to the case itself.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Withdrawn | Self::Merged)
    }

    /// True before the investigation has come to a finding, and again when the case came back.
    pub const fn is_before_finding(self) -> bool {
        matches!(self, Self::Alleged | Self::Registered | Self::UnderInvestigation | Self::Remitted)
    }

    /// True before a decision.
    pub const fn is_undecided(self) -> bool {
        self.is_open()
            && !matches!(self, Self::Upheld | Self::Modified | Self::Overturned | Self::NoAction)
    }
}

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

/// A case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Where it stands.
    pub status: Status,
    /// Category, as alleged or as registered.
    pub category: String,
    /// Against whom.
    pub against: String,
    /// Where.
    pub area: Option<String>,
    /// Who alleged it.
    pub alleged_by: String,
    /// When it was alleged.
    pub alleged_at: i64,
    /// Start of the incident.
    pub occurred_from: i64,
    /// End of the incident, not included.
    pub occurred_until: i64,
    /// The incident lies before the agreement.
    pub historical: bool,
    /// When it must have been registered.
    pub registration_due: Option<i64>,
    /// It was not registered in time.
    pub overdue: bool,
    /// When it was registered or declined.
    pub registered_at: Option<i64>,
    /// From 1 to 4.
    pub severity: Option<u8>,
    /// Who leads it.
    pub lead: Option<String>,
    /// When the accused must have answered.
    pub reply_due: Option<i64>,
    /// The accused has not answered, and the time for it is over.
    pub no_response: bool,
    /// The investigation.
    pub investigation: Option<Investigation>,
    /// The finding.
    pub finding: Option<Finding>,
    /// The attribution.
    pub attribution: Option<Attribution>,
    /// Answers.
    pub responses: Vec<Response>,
    /// The decision.
    pub decision: Option<Decided>,
    /// When it was closed, withdrawn, merged, or decided that nothing will be done.
    pub ended_at: Option<i64>,
    /// The case that it goes on in.
    pub merged_into: Option<String>,
    /// Cases that go on in it.
    pub merged_from: Vec<String>,
}

impl Case {
    /// The next instant at which something is overdue.
    pub(crate) fn deadline(&self) -> Option<i64> {
        let registration =
            self.registration_due.filter(|_| self.status == Status::Alleged && !self.overdue);
        let answered = self.responses.iter().any(|r| r.accused);
        let reply =
            self.reply_due.filter(|_| self.status.is_undecided() && !answered && !self.no_response);
        registration.into_iter().chain(reply).min()
    }

    pub(crate) fn fire(&mut self, at: i64) {
        if self.status == Status::Alleged && self.registration_due.is_some_and(|due| due <= at) {
            self.overdue = true;
        }
        let answered = self.responses.iter().any(|r| r.accused);
        if self.status.is_undecided() && !answered && self.reply_due.is_some_and(|due| due <= at) {
            self.no_response = true;
        }
    }
}

/// Subject that counts a participant's allegations of the day on which `item` was recorded.
pub(crate) fn day_of(item: &Item<'_, CaseEvent>) -> String {
    let (year, month, day) = item.recorded.date();
    format!("allegations/{year:04}-{month:02}-{day:02}/{}", item.event.author())
}
