//! Where a case stands, and what it came to.

use crate::event::{Decision, Found};
use serde::{Deserialize, Serialize};

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

    /// For people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::UnderInvestigation => "under investigation",
            Self::NotVerified => "not verified",
            Self::UnableAccess => "no access",
            Self::NoAction => "no action",
            other => other.as_str(),
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

/// What a case came to, as far as it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing yet.
    Pending,
    /// The finding stands.
    Upheld,
    /// The finding stands with changes.
    Modified,
    /// The finding does not stand.
    Overturned,
    /// It could not be shown.
    NotVerified,
    /// It did not happen.
    Unfounded,
    /// The monitors could not get there.
    UnableAccess,
    /// Nothing will be done.
    NoAction,
    /// Not taken into the register.
    Declined,
    /// Taken back by the complainant.
    Withdrawn,
    /// Goes on in another case.
    Merged,
}

impl Outcome {
    /// Every outcome, in the order in which views list them.
    pub const ALL: [Self; 11] = [
        Self::Pending,
        Self::Upheld,
        Self::Modified,
        Self::Overturned,
        Self::NotVerified,
        Self::Unfounded,
        Self::UnableAccess,
        Self::NoAction,
        Self::Declined,
        Self::Withdrawn,
        Self::Merged,
    ];

    /// The word in views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Upheld => "upheld",
            Self::Modified => "modified",
            Self::Overturned => "overturned",
            Self::NotVerified => "not_verified",
            Self::Unfounded => "unfounded",
            Self::UnableAccess => "unable_access",
            Self::NoAction => "no_action",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Merged => "merged",
        }
    }

    /// For people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotVerified => "not verified",
            Self::UnableAccess => "no access",
            Self::NoAction => "no action",
            other => other.as_str(),
        }
    }

    /// True when the board decided on the finding.
    pub const fn is_decided(self) -> bool {
        matches!(self, Self::Upheld | Self::Modified | Self::Overturned)
    }

    /// True when the board let the finding stand, with changes or without.
    pub const fn is_upheld(self) -> bool {
        matches!(self, Self::Upheld | Self::Modified)
    }

    /// What a decision makes of the case; nothing when it sends the case back.
    pub(crate) const fn of_decision(decision: Decision) -> Option<Self> {
        match decision {
            Decision::Upheld => Some(Self::Upheld),
            Decision::Modified => Some(Self::Modified),
            Decision::Overturned => Some(Self::Overturned),
            Decision::Remitted => None,
        }
    }

    /// What a finding makes of the case when nobody goes on with it; nothing when it was verified.
    pub(crate) const fn of_finding(found: Found) -> Option<Self> {
        match found {
            Found::Verified => None,
            Found::NotVerified => Some(Self::NotVerified),
            Found::Unfounded => Some(Self::Unfounded),
            Found::UnableAccess => Some(Self::UnableAccess),
        }
    }
}
