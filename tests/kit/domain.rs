//! The smallest family of events there can be: one report.

use accord_catalogue::unit::{Digest, Text};
use accord_catalogue::{EventType, Kind, Payload, StreamRule};
use accord_format::entry::Entry;
use accord_ledger::admission::{Admission, Candidate, Context, Finding, Rejection};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something was counted.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reported {
    /// How many.
    count: u64,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<Text>,
    /// A picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    picture: Option<Digest>,
}

impl Payload for Reported {}

const REPORTED: EventType =
    EventType::new::<Reported>("test.reported", Kind::Report, StreamRule::Opens("test"));

/// The family's judge: a count of thirteen is never admitted.
#[derive(Debug, Default)]
pub struct Domain;

impl Admission for Domain {
    fn event_type(&self, name: &str, version: u32) -> Option<&EventType> {
        (REPORTED.name == name && REPORTED.version == version).then_some(&REPORTED)
    }

    fn event_types(&self) -> Vec<&EventType> {
        vec![&REPORTED]
    }

    fn judge(
        &mut self,
        candidate: &Candidate<'_>,
        _: &Context<'_>,
    ) -> Result<Vec<Finding>, Rejection> {
        match candidate.event.payload["count"].as_u64() {
            Some(13) => Err(Rejection::new("unlucky", "thirteen is never admitted")),
            _ => Ok(Vec::new()),
        }
    }

    fn applied(&mut self, _: &Entry, _: &Context<'_>) {}

    fn snapshot(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), String> {
        Ok(())
    }
}
