//! What the family's state consists of. Instants are in microseconds since the epoch.

use crate::event::{Opinion, Outcome, Target, Vote};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state of one subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OversightState {
    /// Nothing yet.
    #[default]
    Empty,
    /// The board.
    Board(Board),
    /// A resolution.
    Resolution(Box<Resolution>),
    /// A stipulation.
    Stipulation(Box<Stipulation>),
    /// A deposited instrument.
    Instrument(Instrument),
    /// An imported file.
    File(Box<ImportedFile>),
    /// An audit opinion.
    Audit(Audit),
}

/// The board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// When it was constituted.
    pub since: i64,
    /// Seat to the participant that holds it.
    pub holders: BTreeMap<String, String>,
}

/// A vote that was cast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cast {
    /// The vote.
    pub vote: Vote,
    /// The participant.
    pub by: String,
    /// When.
    pub at: i64,
}

/// A declared result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The result.
    pub outcome: Outcome,
    /// When.
    pub at: i64,
}

/// A resolution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resolution {
    /// Its kind.
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// BLAKE3 of its text.
    pub text_digest: String,
    /// Streams that it decides on.
    pub subjects: Vec<String>,
    /// Who tabled it.
    pub tabled_by: String,
    /// When.
    pub tabled_at: i64,
    /// Votes by seat.
    pub votes: BTreeMap<String, Cast>,
    /// The result.
    pub declared: Option<Declared>,
}

/// What was registered of a stipulation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    /// The provision that it is part of.
    pub provision: String,
    /// What has to be done.
    pub title: String,
    /// Who has to do it.
    pub responsible: Vec<String>,
    /// The end of the UTC day by which it has to be done.
    pub due: Option<i64>,
    /// What it is measured against.
    pub target: Option<Target>,
    /// When it was registered.
    pub at: i64,
}

/// A score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// From 0 to 3.
    pub score: u8,
    /// End of the period that it is for.
    pub until: i64,
    /// The entry.
    pub seq: u64,
}

/// A stipulation and the latest score of each coder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stipulation {
    /// What was registered; absent for scores of what nobody registered.
    pub registered: Option<Registered>,
    /// Participant to its latest score.
    pub scores: BTreeMap<String, Score>,
}

/// A deposited instrument.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instrument {
    /// Whose it is.
    pub party: String,
    /// The type that it stands for.
    pub stands_for: String,
    /// BLAKE3 of the text that it accepts.
    pub text_digest: String,
    /// The depositary.
    pub depositary: String,
    /// When it was deposited.
    pub at: i64,
}

/// An imported file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportedFile {
    /// What it is.
    pub source: String,
    /// Rows that become events.
    pub rows: u64,
    /// BLAKE3 of the mapping.
    pub mapping_digest: Option<String>,
    /// Under which licence.
    pub licence: String,
    /// Who imports it.
    pub by: String,
    /// Event hash of the batch.
    pub event: String,
    /// The entry.
    pub seq: u64,
    /// When it began.
    pub at: i64,
    /// Entries that resumed it.
    pub resumed: Vec<u64>,
}

/// An audit opinion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// First entry.
    pub from_seq: u64,
    /// Last entry.
    pub to_seq: u64,
    /// The conclusion.
    pub opinion: Opinion,
    /// The auditor.
    pub by: String,
    /// When.
    pub at: i64,
}
