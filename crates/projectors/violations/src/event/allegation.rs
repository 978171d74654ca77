//! How a case begins, what the accused says, and how it leaves before a decision.

use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Digest, Label, Position, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Somebody says that the agreement was broken. Opens a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationAlleged {
    /// What kind of breach: a category of the charter.
    pub category: Label,
    /// Whom it is alleged against: a party, `third` or `undetermined`.
    pub against: Code,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Position>,
    /// Area of the charter's area scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Label>,
    /// What happened, in words, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Text>,
    /// BLAKE3 of a longer account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary_digest: Option<Digest>,
    /// Event hashes of the observations that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 256))]
    pub observations: Vec<Digest>,
}

impl Payload for ViolationAlleged {
    fn contradiction(&self) -> Option<String> {
        if self.observations.len() > 256 {
            return Some("more than 256 observations; name the batch instead".to_owned());
        }
        self.place.as_ref().and_then(Position::contradiction)
    }
}

/// Whether the mission takes the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// It does.
    Accepted,
    /// It does not; the reason says why.
    Declined,
}

/// The mission takes the case into its register, or declines it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationRegistered {
    /// Taken or declined.
    pub outcome: Registration,
    /// Why it was declined, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// The category that the mission gives it, when it is not the one alleged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Label>,
    /// From 1 (slight) to 4 (gravest); a case that is taken has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4))]
    pub severity: Option<u8>,
    /// Who leads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<Code>,
    /// Until when the accused may answer in time; a response at that instant is late. Left out,
    /// the charter's clock for it runs from when this is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_due: Option<At>,
}

impl Payload for ViolationRegistered {
    fn contradiction(&self) -> Option<String> {
        if self.severity.is_some_and(|s| !(1..=4).contains(&s)) {
            return Some("severity is 1 to 4".to_owned());
        }
        match self.outcome {
            Registration::Accepted if self.severity.is_none() => {
                Some("a case that is accepted has a severity".to_owned())
            }
            Registration::Declined if self.reason.is_none() => {
                Some("a case that is declined has a reason".to_owned())
            }
            Registration::Declined if self.reply_due.is_some() => {
                Some("a case that is declined awaits no reply".to_owned())
            }
            _ => None,
        }
    }
}

/// What the accused says.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// It was so.
    Accept,
    /// It was not so.
    Deny,
    /// Some of it was so.
    Partial,
}

impl Stance {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Deny => "deny",
            Self::Partial => "partial",
        }
    }
}

/// A party answers to the case. Never refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationResponseFiled {
    /// Accepts, denies, or partly.
    pub stance: Stance,
    /// In words, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Text>,
    /// BLAKE3 of a longer statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_digest: Option<Digest>,
}

impl Payload for ViolationResponseFiled {}

/// The complainant takes the allegation back; the case stays listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationWithdrawn {
    /// Why, without personal data.
    pub reason: Text,
}

impl Payload for ViolationWithdrawn {}

/// The case is another case's matter and goes on there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationMerged {
    /// The case that it goes on in.
    pub into: StreamRef,
    /// Why, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Payload for ViolationMerged {
    fn contradiction(&self) -> Option<String> {
        (!self.into.as_str().starts_with("violation/"))
            .then(|| format!("{} is not a case (violation/…)", self.into))
    }
}
