//! The remains of the dead, batch by batch. Containers are not persons: the parts of one person
//! may come in several, and those of several in one.
//!
//! Every report counts what is new since the reports before it; one that was wrong is corrected.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Count};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A party handed over remains. The party is the one that the signer stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemainsHandedOver {
    /// Code of the batch, the same for everybody who reports on it.
    pub batch: Code,
    /// The party to which they went.
    pub to: Code,
    /// Containers.
    pub containers: Count,
    /// Whose dead they are said to be: a party, `third` or `undetermined`.
    pub claimed_side: Code,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl Payload for RemainsHandedOver {}

/// A party received remains. The party is the one that the signer stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemainsReceived {
    /// Code of the batch.
    pub batch: Code,
    /// The party from which they came.
    pub from: Code,
    /// Containers.
    pub containers: Count,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl Payload for RemainsReceived {}

/// Containers were examined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemainsExamined {
    /// Code of the batch.
    pub batch: Code,
    /// Containers examined.
    pub containers: u64,
    /// Genetic profiles found that were not known from the batch before: the persons in it.
    pub profiles: u64,
    /// Containers with the parts of more than one person.
    pub multi_person: u64,
}

impl Payload for RemainsExamined {}

/// Persons were identified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemainsIdentified {
    /// Code of the batch.
    pub batch: Code,
    /// Persons.
    pub persons: Count,
}

impl Payload for RemainsIdentified {}

/// Persons of whom it is certain that they cannot be identified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemainsUnidentifiable {
    /// Code of the batch.
    pub batch: Code,
    /// Persons.
    pub persons: Count,
}

impl Payload for RemainsUnidentifiable {}

/// Persons turned out to be another side's dead than was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemainsMisattributed {
    /// Code of the batch.
    pub batch: Code,
    /// Persons.
    pub persons: Count,
    /// Whose dead they are: a party, `third` or `undetermined`.
    pub belongs_to: Code,
}

impl Payload for RemainsMisattributed {}

/// Persons were sent back to the side whose dead they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemainsSentBack {
    /// Code of the batch.
    pub batch: Code,
    /// Persons.
    pub persons: Count,
    /// The side to which they went.
    pub belongs_to: Code,
}

impl Payload for RemainsSentBack {}
