//! The charter itself.

mod board;
mod measure;
mod people;
mod provision;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use board::{Board, Group, Majority, Quorum, Recusal, Seat, TieRule};
pub(crate) use measure::offset_of;
pub use measure::{
    AHEAD_MAX, ANCHORING, AreaScheme, Clock, ClockEnd, ClockStart, Limits, SUBMISSION, Target,
};
pub use people::{Participant, ParticipantKind, Party, Role};
pub use provision::{Category, Clause, Family, Provision};

use crate::grants::{GrantRefusal, Grants, Standing};

/// The form of a charter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Format {
    /// The form described here.
    #[serde(rename = "accord.charter/v1")]
    V1,
}

/// An agreement in its machine form. Pure data: it is written as TOML and carried, as JSON, in the
/// member `charter` of a `charter.proposed` event.
///
/// Every map is keyed by code. An absent optional member, an empty list and an empty map are not
/// written, so that the JSON of a charter that was read from JSON is the same again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Charter {
    /// The form of this charter: `accord.charter/v1`.
    pub format: Format,
    /// The code of the agreement.
    pub code: String,
    /// The version of this charter, from 1; an amendment raises it.
    #[schemars(range(min = 1))]
    pub version: u32,
    /// The agreement's title.
    pub title: String,
    /// What the agreement is about, and what this charter takes for granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Enforceable limits and tolerances.
    pub limits: Limits,
    /// The parties, by party code.
    pub parties: BTreeMap<String, Party>,
    /// The roles, by role code.
    pub roles: BTreeMap<String, Role>,
    /// The participants that the agreement names, by participant code.
    pub participants: BTreeMap<String, Participant>,
    /// Which parties take which part: binding code to party codes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bindings: BTreeMap<String, Vec<String>>,
    /// The enabled families, by family code.
    pub families: BTreeMap<String, Family>,
    /// The provisions, by provision code.
    pub provisions: BTreeMap<String, Provision>,
    /// Texts that records must repeat or that no record can change, by clause code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clauses: BTreeMap<String, Clause>,
    /// Categories of violation, by category code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub categories: BTreeMap<String, Category>,
    /// Who may sign what.
    pub grants: Grants,
    /// The board, where the agreement has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board: Option<Board>,
    /// The clocks, by clock code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clocks: BTreeMap<String, Clock>,
    /// How areas are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub areas: Option<AreaScheme>,
    /// Sums of money aimed at, by target code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, Target>,
    /// Numbers that families count against, by count code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, u32>,
    /// Choices between two readings of the agreement, by rule code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, bool>,
}

impl Charter {
    /// Judges whether `signers`, as (participant, role), may sign an event of `event_type`.
    /// That each signer holds its role is for the caller to establish.
    ///
    /// # Errors
    /// The reason, with the alternative that came nearest and what it lacks.
    pub fn permits(&self, event_type: &str, signers: &[(&str, &str)]) -> Result<(), GrantRefusal> {
        self.grants.permits(event_type, signers, self)
    }

    /// True where the charter lets `participant` hold `role`: it says so of the participant, or the
    /// role is open and the participant is not one that the charter names.
    pub fn may_hold(&self, participant: &str, role: &str) -> bool {
        match self.participants.get(participant) {
            Some(named) => named.roles.iter().any(|held| held == role),
            None => self.roles.get(role).is_some_and(|role| role.open),
        }
    }

    /// The party that `participant` stands for.
    pub fn party_of(&self, participant: &str) -> Option<&str> {
        self.parties
            .iter()
            .find(|(_, party)| party.participant == participant)
            .map(|(code, _)| code.as_str())
    }

    /// The family that owns `event_type`; `None` for kernel types and unknown ones.
    pub fn family_of(&self, event_type: &str) -> Option<&str> {
        let head = event_type.split_once('.').map_or(event_type, |(head, _)| head);
        self.families
            .iter()
            .find(|(_, family)| family.prefixes.iter().any(|prefix| prefix == head))
            .map(|(code, _)| code.as_str())
    }

    /// The provisions on which an event of this type, in this stream, bears.
    pub fn provisions_of<'a>(
        &'a self,
        event_type: &'a str,
        stream: &'a str,
    ) -> impl Iterator<Item = &'a str> {
        self.provisions
            .iter()
            .filter(move |(_, provision)| provision.bears(event_type, stream))
            .map(|(code, _)| code.as_str())
    }

    /// A clock by its code.
    pub fn clock(&self, code: &str) -> Option<&Clock> {
        self.clocks.get(code)
    }

    /// True where `party` is among the parties of `binding`.
    pub fn is_bound(&self, binding: &str, party: &str) -> bool {
        self.bindings.get(binding).is_some_and(|parties| parties.iter().any(|code| code == party))
    }

    /// The charter as the one line of JSON that an event carries.
    ///
    /// # Errors
    /// Never for a charter that was read; serde_json's error otherwise.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

impl Standing for Charter {
    fn parties(&self, binding: Option<&str>) -> Option<Vec<&str>> {
        match binding {
            None => Some(self.parties.values().map(|party| party.participant.as_str()).collect()),
            Some(binding) => {
                let codes = self.bindings.get(binding)?;
                let bound = codes.iter().filter_map(|code| self.parties.get(code));
                Some(bound.map(|party| party.participant.as_str()).collect())
            }
        }
    }
}
