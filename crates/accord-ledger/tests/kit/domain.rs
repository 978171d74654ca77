//! The smallest domain there can be: one report, one act, one guard and one finding.

use accord_catalogue::unit::{Digest, Text};
use accord_catalogue::{EventType, Kind, Payload, StreamRule};
use accord_format::entry::Entry;
use accord_ledger::admission::{Admission, Candidate, Context, Finding, Rejection};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Something was counted.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reported {
    /// How many.
    count: u64,
    /// Of which kinds; they should add up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<u64>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<Text>,
    /// A picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    picture: Option<Digest>,
}

impl Payload for Reported {}

/// A report was certified.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Certified {}

impl Payload for Certified {}

const TYPES: [EventType; 2] = [
    EventType::new::<Reported>("test.reported", Kind::Report, StreamRule::Opens("test")),
    EventType::new::<Certified>("test.certified", Kind::Act, StreamRule::Continues("test")),
];

/// Streams that were certified: once is enough.
#[derive(Default)]
pub(crate) struct Domain {
    certified: BTreeSet<String>,
    gate: Option<(Sender<()>, Receiver<()>)>,
}

impl Domain {
    /// A domain that tells the receiver when it begins to judge, and goes on only once the sender
    /// says so or is gone.
    pub(crate) fn gated() -> (Self, Receiver<()>, Sender<()>) {
        let (entered, when_entered) = channel();
        let (open, opened) = channel();
        let gate = Some((entered, opened));
        (Self { gate, ..Self::default() }, when_entered, open)
    }
}

impl Admission for Domain {
    fn event_type(&self, name: &str, version: u32) -> Option<&EventType> {
        TYPES.iter().find(|t| t.name == name && t.version == version)
    }

    fn event_types(&self) -> Vec<&EventType> {
        TYPES.iter().collect()
    }

    fn judge(
        &mut self,
        candidate: &Candidate<'_>,
        _: &Context<'_>,
    ) -> Result<Vec<Finding>, Rejection> {
        if let Some((entered, opened)) = &self.gate
            && entered.send(()).is_ok()
        {
            opened.recv().ok();
        }
        let event = candidate.event;
        if event.event_type == "test.certified" {
            return if self.certified.contains(&event.stream) {
                Err(Rejection::new("certified-before", "once is enough"))
            } else {
                Ok(Vec::new())
            };
        }
        let parts = event.payload["parts"].as_array();
        let sum = parts.map(|parts| parts.iter().filter_map(Value::as_u64).sum::<u64>());
        if sum.is_some_and(|sum| Some(sum) != event.payload["count"].as_u64()) {
            return Ok(vec![Finding { code: "does_not_add_up", detail: format!("{sum:?}") }]);
        }
        Ok(Vec::new())
    }

    fn applied(&mut self, entry: &Entry, _: &Context<'_>) {
        if entry.event().event_type == "test.certified" {
            self.certified.insert(entry.event().stream.clone());
        }
    }

    fn snapshot(&self) -> Vec<u8> {
        accord_ledger::packed::to_bytes(&self.certified).unwrap()
    }

    fn restore(&mut self, snapshot: &[u8]) -> Result<(), String> {
        self.certified = accord_ledger::packed::from_bytes(snapshot).map_err(|e| e.to_string())?;
        Ok(())
    }
}
