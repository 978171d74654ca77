//! What is determined of an armed attack or another breach, for the time being or for good.

use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Digest, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The time of a breach, half-open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Breach {
    /// When it began; guarantee clocks run from here.
    pub from: At,
    /// When it ended; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<At>,
}

/// What is determined for guarantees and for the return of restrictions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Determination {
    /// Whether it was an armed attack.
    pub armed_attack: bool,
    /// Who is responsible: a party or `third`.
    pub responsible: Code,
    /// Whom it was directed against: a party or `third`.
    pub victim: Code,
    /// When.
    pub breach: Breach,
}

impl Determination {
    /// Says so when the members contradict each other.
    pub(crate) fn contradiction(&self) -> Option<String> {
        if self.responsible == self.victim {
            return Some("the same party is responsible and victim".to_owned());
        }
        let Breach { from, until } = &self.breach;
        until
            .as_ref()
            .is_some_and(|until| until.timestamp() <= from.timestamp())
            .then(|| "the breach ends before it begins".to_owned())
    }

    /// True when both say the same of who attacked whom.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        self.armed_attack == other.armed_attack
            && self.responsible == other.responsible
            && self.victim == other.victim
    }
}

/// A determination for the time being, before the full procedure.
///
/// It expires by the charter's clock unless the board's decision confirms it. What depended on it
/// while it ran stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationProvisionallyDetermined {
    /// What is determined.
    pub determination: Determination,
    /// What it rests on, without personal data.
    pub basis: Text,
    /// BLAKE3 of a longer account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Digest>,
}

impl Payload for ViolationProvisionallyDetermined {
    fn contradiction(&self) -> Option<String> {
        self.determination.contradiction()
    }
}
