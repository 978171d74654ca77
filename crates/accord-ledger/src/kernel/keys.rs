//! Keys and what became of them.

use accord_format::key::VKey;
use accord_format::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How often a participant may rotate its keys by their own signature within [`ROTATION_SPAN`].
/// Every proof of a head carries the rotations of the key authority's members, and one of them must
/// not be able to make it too long to be read.
pub(super) const ROTATIONS_MAX: usize = 24;
/// A year, in microseconds.
pub(super) const ROTATION_SPAN: i64 = 365 * 24 * 3_600 * 1_000_000;

/// Whether a key may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStatus {
    /// It may.
    Active,
    /// Not before this instant (microseconds since the epoch), unless reinstated earlier.
    Suspended(i64),
    /// Its holder replaced it.
    Retired,
    /// It was revoked for good.
    Revoked,
}

impl std::fmt::Display for KeyStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Active => f.write_str("active"),
            Self::Suspended(until) => {
                write!(f, "suspended until {}", Timestamp::from_micros(*until))
            }
            Self::Retired => f.write_str("retired"),
            Self::Revoked => f.write_str("revoked"),
        }
    }
}

/// A key that was enrolled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// The key.
    pub vkey: VKey,
    /// Whose it is.
    pub participant: String,
    /// Whether it may sign.
    pub status: KeyStatus,
    /// True for the key of the head of the body.
    pub head: bool,
    /// The seq that enrolled it.
    pub enrolled: u64,
    /// The first key of the line that rotations made of it; a correction by a later key of the
    /// line is a correction by the same signer.
    pub lineage: String,
    /// The seq that revoked it.
    pub revoked: Option<u64>,
    /// In microseconds since the epoch: what it signed from then on is suspect.
    pub compromised_since: Option<i64>,
}

impl KeyRecord {
    /// The status at an instant: a suspension ends by itself.
    pub fn status_at(&self, at: Timestamp) -> KeyStatus {
        match self.status {
            KeyStatus::Suspended(until) if at.micros() >= until => KeyStatus::Active,
            status => status,
        }
    }
}
