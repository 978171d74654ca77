//! The hotline: who was asked to stop, whether they answered, and fire returned after it failed.

use super::word::words;
use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Count, Digest, Label, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most observations that one call may name.
const OBSERVATIONS_MAX: usize = 256;

/// A side was called and asked to stop; the call was made when it occurred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HotlineCallLogged {
    /// The party that asked for the call; absent when the mission called by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Code>,
    /// The party that was called.
    pub to: Code,
    /// Area of the charter's area scheme that it was about.
    pub area: Label,
    /// What it was about, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Text>,
    /// Event hashes of the observations that it was about, at most 256.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<Digest>,
    /// When it was asked to have stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_to_stop_at: Option<At>,
}

impl Payload for HotlineCallLogged {
    fn contradiction(&self) -> Option<String> {
        if self.from.as_ref() == Some(&self.to) {
            return Some(format!("{} does not call itself", self.to));
        }
        let found = self.observations.len();
        (found > OBSERVATIONS_MAX)
            .then(|| format!("{found} observations are more than {OBSERVATIONS_MAX}"))
    }
}

words! {
    /// What the called party said.
    pub enum HotlineAnswer {
        /// That it will stop.
        WillStop = "will_stop",
        /// That it is not the one who fires.
        Denies = "denies",
        /// That it will find out.
        WillCheck = "will_check",
        /// That it will not stop.
        Refuses = "refuses",
    }
}

/// The called party answers; it did so when it occurred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HotlineAcknowledged {
    /// What it says.
    pub answer: HotlineAnswer,
    /// In its own words, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Text>,
}

impl Payload for HotlineAcknowledged {}

words! {
    /// How a call ended.
    pub enum CallOutcome {
        /// What it was about stopped.
        Stopped = "stopped",
        /// What it was about went on.
        Continued = "continued",
        /// Nobody was reached.
        NoContact = "no_contact",
        /// It was logged by mistake.
        LoggedInError = "logged_in_error",
    }
}

/// The end of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HotlineClosed {
    /// How it ended.
    pub outcome: CallOutcome,
    /// What more there is to say, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

impl Payload for HotlineClosed {}

/// A party gives notice that it returned fire; it opened fire when it occurred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnFireNotified {
    /// The hotline call that had failed before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<StreamRef>,
    /// The party's own reference of the order to return fire, without personal data.
    pub order: Text,
    /// Area of the charter's area scheme.
    pub area: Label,
    /// Against whom: a party, `third` or `undetermined`.
    pub against: Code,
    /// Class of weapon used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weapon: Option<Code>,
    /// Rounds fired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<Count>,
}

impl Payload for ReturnFireNotified {
    fn contradiction(&self) -> Option<String> {
        let other = self.call.as_ref().filter(|call| !call.as_str().starts_with("hotline/"));
        other.map(|stream| format!("{stream} is no hotline call"))
    }
}
