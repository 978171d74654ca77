//! What can go wrong.

/// Why a state could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    /// An entry that was folded before is not there any more.
    #[error("the state needs entry {seq} again, and the record does not have it")]
    EntryMissing {
        /// Its seq.
        seq: u64,
    },
    /// The state does not become JSON.
    #[error("the state of family {family} has no JSON form: {why}")]
    Unwritable {
        /// The family.
        family: &'static str,
        /// Why.
        why: String,
    },
    /// A saved state is not one of this software's.
    #[error("the saved state of family {family} cannot be read: {why}")]
    Unreadable {
        /// The family.
        family: String,
        /// Why.
        why: String,
    },
}

/// Why families do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// Two families have one name.
    #[error("family {0} is there twice")]
    FamilyTwice(&'static str),
    /// Two families declare one type in one version.
    #[error("type {name} version {version} is declared by {first} and by {second}")]
    TypeTwice {
        /// The type.
        name: &'static str,
        /// Its version.
        version: u32,
        /// One family.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// Two families publish one fact.
    #[error("fact {fact} is published by {first} and by {second}")]
    PublishedTwice {
        /// The fact.
        fact: &'static str,
        /// One family.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A family reads what nobody publishes.
    #[error("family {family} reads fact {fact}, which no family publishes")]
    Unpublished {
        /// Who reads it.
        family: &'static str,
        /// The fact.
        fact: &'static str,
    },
    /// Families wait for each other's facts.
    #[error("families {} read each other's facts in a circle", .0.join(", "))]
    Cycle(Vec<&'static str>),
}
