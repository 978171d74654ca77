//! What the family's state consists of. Instants are in microseconds since the epoch.

use crate::event::{CopyKind, Origin, VerificationResult};
use accord_catalogue::unit::Digest;
use serde::{Deserialize, Serialize};

/// Beginning of the subjects that are items.
pub(crate) const ITEMS: &str = "evidence/";

/// Subject of everything with this digest or commitment.
pub(crate) fn content(digest: &Digest) -> String {
    format!("content/{digest}")
}

accord_projection::states! {
    /// The state of one subject.
    pub enum EvidenceState {
        /// An item.
        Item(Box<ItemState>) = item: ItemState;
        /// The items of one content, in the order in which they were registered.
        Content(Vec<String>) = content: Vec<String>;
        /// A disclosure.
        Disclosure(Box<Disclosure>) = disclosure: Disclosure;
    }
}

/// Whether an item is what was registered, as far as anybody looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has looked.
    Unverified,
    /// The last who looked found it intact.
    Intact,
    /// The last who looked found something else.
    Mismatch,
    /// The last who looked did not find it.
    Missing,
}

impl Status {
    /// Every status, in order.
    pub const ALL: [Self; 4] = [Self::Unverified, Self::Intact, Self::Mismatch, Self::Missing];

    /// The word in states and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::Intact => "intact",
            Self::Mismatch => "mismatch",
            Self::Missing => "missing",
        }
    }
}

/// A link of the chain of custody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custody {
    /// Who keeps the item.
    pub custodian: String,
    /// Since when.
    pub since: i64,
    /// The entry that says so.
    pub seq: u64,
    /// Whether the custodian signed that entry.
    pub signed: bool,
}

/// A verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What it came to.
    pub result: VerificationResult,
    /// Who looked.
    pub by: String,
    /// Whether that was the custodian at the time.
    pub by_custodian: bool,
    /// When it was recorded.
    pub at: i64,
    /// The entry.
    pub seq: u64,
}

/// An item of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemState {
    /// Digest or commitment.
    pub content: String,
    /// Whether only a commitment is public.
    pub sealed: bool,
    /// Length in bytes; padded when sealed.
    pub bytes: u64,
    /// Media type, when the content is open.
    pub media_type: Option<String>,
    /// Name, when the content is open.
    pub name: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
    /// Original or working copy.
    pub copy: CopyKind,
    /// The item that a working copy was made of.
    pub original: Option<String>,
    /// Who collected it.
    pub collector: String,
    /// When it was captured.
    pub captured: i64,
    /// Who registered it.
    pub registered_by: String,
    /// When.
    pub at: i64,
    /// The entry that registered it.
    pub seq: u64,
    /// Who has kept it, the last one still.
    pub custody: Vec<Custody>,
    /// How often the custodian let somebody at it.
    pub accesses: u64,
    /// Verifications, in order.
    pub checks: Vec<Check>,
    /// How often its content was disclosed.
    pub disclosures: u64,
}

impl ItemState {
    /// Who keeps it.
    pub fn custodian(&self) -> &str {
        self.custody.last().map_or("", |link| &link.custodian)
    }

    /// What the last verification says.
    pub fn status(&self) -> Status {
        match self.checks.last().map(|check| check.result) {
            None => Status::Unverified,
            Some(VerificationResult::Intact) => Status::Intact,
            Some(VerificationResult::Mismatch) => Status::Mismatch,
            Some(VerificationResult::Missing) => Status::Missing,
        }
    }
}

/// A disclosure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// The stream of what was disclosed.
    pub target: String,
    /// The commitment.
    pub commitment: Option<String>,
    /// Who received it.
    pub recipient: String,
    /// What entitles it.
    pub legal_basis: String,
    /// What for.
    pub purpose: String,
    /// Who disclosed it.
    pub by: String,
    /// When it was recorded.
    pub at: i64,
}
