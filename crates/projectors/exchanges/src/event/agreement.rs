//! The way to an agreement: the proposal, the lists, their checks, and the agreement itself.

use super::Counts;
use super::bounds::{self, CATEGORIES_MAX, LISTS_MAX, PARTIES_MAX};
use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Count, Day, Digest, Qualifier};
use accord_format::merkle;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many are exchanged for how many.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    /// As many for as many.
    NForN,
    /// Different numbers.
    NForM,
    /// All in the categories named, however many each side holds.
    AllForAll,
    /// One side releases, and asks for nobody.
    Unilateral,
}

impl Formula {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NForN => "n_for_n",
            Self::NForM => "n_for_m",
            Self::AllForAll => "all_for_all",
            Self::Unilateral => "unilateral",
        }
    }
}

/// An exchange is proposed. Opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeProposed {
    /// How many for how many.
    pub formula: Formula,
    /// The parties concerned: each party that is to release or to receive persons, from 2 to 32.
    /// Wherever both sides have to agree, these have to.
    #[schemars(length(min = 2, max = 32))]
    pub parties: Vec<Code>,
    /// Categories of persons, such as `pow` or `civilian`, from 1 to 64.
    #[schemars(length(min = 1, max = 64))]
    pub categories: Vec<Code>,
    /// How many persons each party is to release; absent for a party where it is not said.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Count>", extend("examples" = [{"party": {"value": 0, "qualifier": "exact"}}]))]
    pub planned: BTreeMap<Code, Count>,
    /// BLAKE3 of the text of the proposal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_digest: Option<Digest>,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl ExchangeProposed {
    /// Two numbers that are not the same, where they have to be.
    fn unequal(&self) -> Option<String> {
        let mut exact = self.planned.iter().filter(|(_, n)| n.qualifier == Qualifier::Exact);
        let (first, n) = exact.next()?;
        let (other, m) = exact.find(|(_, m)| m.value != n.value)?;
        Some(format!(
            "{first} is to release {} and {other} {}, as many for as many",
            n.value, m.value
        ))
    }
}

impl Payload for ExchangeProposed {
    fn contradiction(&self) -> Option<String> {
        let Self { parties, categories, planned, .. } = self;
        if parties.len() < 2 {
            return Some(
                "an exchange has at least two parties, who releases and who receives".to_owned(),
            );
        }
        if categories.is_empty() {
            return Some("there is no category of persons".to_owned());
        }
        if let Some(party) = planned.keys().find(|party| !parties.contains(party)) {
            return Some(format!("{party} is to release persons and is not among the parties"));
        }
        if self.formula == Formula::Unilateral && planned.len() != 1 {
            return Some("planned names the one party that releases unilaterally".to_owned());
        }
        bounds::too_many("parties", parties.len(), PARTIES_MAX)
            .or_else(|| bounds::too_many("categories", categories.len(), CATEGORIES_MAX))
            .or_else(|| bounds::repeated("party", parties))
            .or_else(|| bounds::repeated("category", categories))
            .or_else(|| (self.formula == Formula::NForN).then(|| self.unequal()).flatten())
    }
}

/// What a party says of the persons on its list.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ListRole {
    /// It will release them.
    ToRelease,
    /// It asks for them.
    ToReceive,
}

impl ListRole {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToRelease => "to_release",
            Self::ToReceive => "to_receive",
        }
    }
}

/// A party hands in a list of persons as the root over commitments to them, in random order. The
/// list itself goes to whoever checks it, and never into the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeListSubmitted {
    /// The party's own code for the list.
    pub list: Code,
    /// Version of the list, from 1; a later one takes the place of the party's earlier one.
    #[schemars(range(min = 1))]
    pub version: u32,
    /// Whether the party will release these persons or asks for them.
    pub role: ListRole,
    /// Category of the persons.
    pub category: Code,
    /// How many leaves the tree has, one for each person.
    pub count: u64,
    /// RFC 6962 root with SHA-256 over the commitments, one salt for each leaf. Names the list
    /// from here on.
    pub root: Digest,
}

impl Payload for ExchangeListSubmitted {
    fn contradiction(&self) -> Option<String> {
        if self.version == 0 {
            return Some("versions are counted from 1".to_owned());
        }
        let empty = self.root.as_str() == merkle::empty_root().to_string();
        if empty != (self.count == 0) {
            return Some(format!(
                "count is {}, and the root is{} that of a tree without leaves",
                self.count,
                if empty { "" } else { " not" }
            ));
        }
        None
    }
}

/// Entries of a list that are not as they should be, each counted under one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListErrors {
    /// Persons who are on it more than once: the entries beyond the first.
    pub duplicate: u64,
    /// Persons who were released before.
    pub already_released: u64,
    /// Persons who are not of the list's category, such as civilians on a list of prisoners.
    pub wrong_category: u64,
    /// Names, dates of birth and the like that are wrong.
    pub identity_error: u64,
}

impl ListErrors {
    /// All of them.
    pub const fn total(&self) -> u64 {
        self.duplicate
            .saturating_add(self.already_released)
            .saturating_add(self.wrong_category)
            .saturating_add(self.identity_error)
    }

    /// Each kind with its word.
    pub const fn by_kind(&self) -> [(&'static str, u64); 4] {
        [
            ("duplicate", self.duplicate),
            ("already_released", self.already_released),
            ("wrong_category", self.wrong_category),
            ("identity_error", self.identity_error),
        ]
    }

    /// Adds the errors of another list.
    pub const fn add(&mut self, more: &Self) {
        self.duplicate = self.duplicate.saturating_add(more.duplicate);
        self.already_released = self.already_released.saturating_add(more.already_released);
        self.wrong_category = self.wrong_category.saturating_add(more.wrong_category);
        self.identity_error = self.identity_error.saturating_add(more.identity_error);
    }
}

/// An intermediary or another party has gone through a list. Matched, unmatched and errors
/// together are the list; a later check by the same participant takes the place of its earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeListChecked {
    /// Root of the list that was checked.
    pub root: Digest,
    /// Entries that are as they should be.
    pub matched: u64,
    /// Entries to which nobody could be found.
    pub unmatched: u64,
    /// Entries that are not as they should be.
    pub errors: ListErrors,
}

impl Payload for ExchangeListChecked {}

/// When the persons are to be handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Day,
}

/// At what kind of place persons are handed over; never which one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PlaceClass {
    /// On the line between the parties' forces.
    Line,
    /// At a border between two parties.
    Border,
    /// In or through another state.
    ThirdState,
    /// Elsewhere.
    Other,
}

/// The parties concerned agree on lists and numbers, all under one text. What an earlier agreement
/// on the same exchange said gives way to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeAgreed {
    /// Roots of the lists agreed on, from 1 to 256.
    #[schemars(length(min = 1, max = 256))]
    pub lists: Vec<Digest>,
    /// How many persons each party releases, by category.
    #[schemars(with = "BTreeMap<String, BTreeMap<String, u64>>", extend("examples" = [{"party": {"category": 0}}]))]
    pub counts: BTreeMap<Code, Counts>,
    /// When they are to be handed over; left out while that has to stay secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// At what kind of place; left out while that has to stay secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_class: Option<PlaceClass>,
}

impl Payload for ExchangeAgreed {
    fn contradiction(&self) -> Option<String> {
        if self.lists.is_empty() {
            return Some("there is no list to agree on".to_owned());
        }
        if self.counts.is_empty() {
            return Some("no party releases anybody".to_owned());
        }
        if let Some(window) = self.window.as_ref().filter(|w| w.until < w.from) {
            return Some(format!(
                "the window ends on {}, before it begins on {}",
                window.until, window.from
            ));
        }
        bounds::too_many("lists", self.lists.len(), LISTS_MAX)
            .or_else(|| bounds::too_many("parties", self.counts.len(), PARTIES_MAX))
            .or_else(|| self.counts.values().find_map(bounds::categories))
    }
}
