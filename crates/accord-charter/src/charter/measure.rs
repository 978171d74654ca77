//! Clocks, areas, targets and limits.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::length::Seconds;

/// A clock: how long something may take.
///
/// It ends at its start plus `length`, in UTC with days of 86,400 s, or where `end` says so at the
/// end of that day in `zone`. An act at the end instant is late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// What has to happen before it ends, or what its end brings about.
    pub words: String,
    /// How long it runs.
    pub length: Seconds,
    /// When it starts.
    pub starts: ClockStart,
    /// Where in the day it ends.
    #[serde(default, skip_serializing_if = "ClockEnd::is_exact")]
    pub end: ClockEnd,
    /// The time zone of the day's end: `UTC`, or how far its clocks are ahead of UTC or behind it,
    /// `+02:00`. No names of zones: what they mean is decided elsewhere, and changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

impl Clock {
    /// How many seconds the zone's clocks are ahead of UTC; 0 without a zone.
    pub fn offset(&self) -> i64 {
        self.zone.as_deref().and_then(offset_of).unwrap_or(0)
    }
}

/// Reads `UTC`, `+02:00` or `-03:30` as seconds ahead of UTC, at most 14 hours either way.
pub(crate) fn offset_of(zone: &str) -> Option<i64> {
    if zone == "UTC" {
        return Some(0);
    }
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |text: &str| -> Option<i64> {
        let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let seconds = hours * 3_600 + minutes * 60;
    (minutes < 60 && seconds <= 14 * 3_600 && seconds > 0).then_some(sign * seconds)
}

/// The code of the clock within which what was deposited is to be recorded or refused.
pub const SUBMISSION: &str = "submission";

/// The code of the clock within which a checkpoint that witnesses cosigned is to be put into the
/// record.
pub const ANCHORING: &str = "anchoring";

/// The instant from which a clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockStart {
    /// When the ledger recorded the event: for notices.
    Recorded,
    /// The start of what the event says occurred.
    OccurredFrom,
    /// The end of what the event says occurred.
    OccurredUntil,
    /// The start of the breach, invoked or not: for guarantees.
    Breach,
    /// The date that the event's payload gives.
    Payload,
    /// The time that a witness or mirror signed when an event was deposited with it: for
    /// [`SUBMISSION`] alone.
    Deposited,
    /// The time at which a quorum of witnesses had cosigned a checkpoint: for [`ANCHORING`] alone.
    Cosigned,
}

/// Where in the day a clock ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockEnd {
    /// At the exact instant.
    #[default]
    Exact,
    /// At the end of the day in which the exact instant lies.
    EndOfDay,
}

impl ClockEnd {
    // serde hands a reference to `skip_serializing_if`.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    fn is_exact(&self) -> bool {
        *self == Self::Exact
    }
}

/// The authority for the codes of areas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaScheme {
    /// The scheme's name.
    pub title: String,
    /// What each code starts with.
    pub prefix: String,
    /// How many digits follow the prefix.
    pub digits: u8,
    /// Areas outside the scheme that reports use, by code, with what they mean.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub named: BTreeMap<String, String>,
}

impl AreaScheme {
    /// True for a code of the scheme and for an area named beside it.
    pub fn accepts(&self, area: &str) -> bool {
        let coded = area.strip_prefix(self.prefix.as_str()).is_some_and(|digits| {
            digits.len() == usize::from(self.digits) && digits.bytes().all(|b| b.is_ascii_digit())
        });
        coded || self.named.contains_key(area)
    }
}

/// A sum of money aimed at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What it is.
    pub title: String,
    /// The amount in minor units, in digits.
    pub amount: String,
    /// The currency by its ISO 4217 code.
    pub currency: String,
    /// The provision under which it stands.
    pub provision: String,
}

impl Target {
    /// The amount in minor units; `None` where it is not plain digits or beyond `i128`.
    pub fn minor_units(&self) -> Option<i128> {
        let plain = !self.amount.is_empty() && self.amount.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| self.amount.parse().ok()).flatten()
    }
}

/// The most that [`Limits::ahead`] may be, in seconds: evidence of a wrong time, which cannot show that
/// no charter was left out of it, counts on no charter letting clocks differ by more.
pub const AHEAD_MAX: u64 = 3_600;

/// Limits and tolerances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How far after its recording an event may claim to have been issued or to have occurred.
    pub ahead: Seconds,
    /// The longest plausible time between two entries: a writer whose clock is further ahead of
    /// the last one asks first whether it is right.
    pub silence: Seconds,
    /// Recorded this long after it occurred, or later, an event is marked late.
    pub late_after: Seconds,
    /// Allegations by one participant on one day beyond which further ones are marked.
    #[schemars(range(min = 1))]
    pub allegations_per_day: u32,
    /// Rows that one imported batch may hold.
    #[schemars(range(min = 1))]
    pub import_rows: u32,
    /// Counts of persons below this are not shown.
    pub small_cell: u32,
}
