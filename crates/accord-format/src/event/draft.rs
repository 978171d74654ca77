//! Drafts: an event before it is signed, and the one line of JSON that becomes of it.

use super::{Event, EventError, Evidence, FIRST_LINE, Occurred, Relation, Seen};
use crate::hash::LedgerId;
use crate::time::Instant;
use serde_json::{Map, Value, json};

/// An event before it is signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The ledger; nothing for a genesis event.
    pub ledger: Option<LedgerId>,
    /// UUID v7.
    pub id: String,
    /// Event type.
    pub event_type: String,
    /// Payload version.
    pub version: u32,
    /// What the event is about.
    pub stream: String,
    /// Signers in order: key as `<name>+<id>`, and role.
    pub signers: Vec<(String, String)>,
    /// When it is signed.
    pub issued: Instant,
    /// When it happened.
    pub occurred: Occurred,
    /// The last checkpoint that the author verified.
    pub seen: Seen,
    /// Number of entries of the stream that the author has seen.
    pub expects: Option<u64>,
    /// Evidence.
    pub evidence: Vec<Evidence>,
    /// Relations.
    pub relates: Vec<Relation>,
    /// By type.
    pub payload: Value,
}

impl Draft {
    /// The JSON line, with members in the order of the format's table, checked as a parser would.
    pub fn to_line(&self) -> Result<String, EventError> {
        let mut parts = Vec::new();
        let mut member = |name: &str, value: Value| parts.push(format!("\"{name}\":{value}"));
        if let Some(ledger) = self.ledger {
            member("ledger", json!(ledger));
        }
        member("id", json!(self.id));
        member("type", json!(self.event_type));
        member("version", json!(self.version));
        member("stream", json!(self.stream));
        let signers = self.signers.iter().map(|(key, role)| json!({"key": key, "as": role}));
        member("signers", signers.collect());
        member("issued", json!(self.issued));
        member("occurred", self.occurred.to_value());
        member("seen", json!({"size": self.seen.size, "root": self.seen.root}));
        if let Some(expects) = self.expects {
            member("expects", json!(expects));
        }
        if !self.evidence.is_empty() {
            member("evidence", self.evidence.iter().map(Evidence::to_value).collect());
        }
        if !self.relates.is_empty() {
            let relates =
                self.relates.iter().map(|r| json!({"event": r.event, "rel": r.rel.as_str()}));
            member("relates", relates.collect());
        }
        member("payload", self.payload.clone());
        let line = format!("{{{}}}", parts.join(","));
        Event::parse(&format!("{FIRST_LINE}\n{line}\n"))?;
        Ok(line)
    }
}

impl Occurred {
    /// The member's value.
    pub fn to_value(&self) -> Value {
        let mut members = Map::new();
        members.insert("from".to_owned(), json!(self.from));
        if let Some(until) = self.until {
            members.insert("until".to_owned(), json!(until));
        }
        members.insert("precision".to_owned(), json!(self.precision.as_str()));
        Value::Object(members)
    }
}

impl Evidence {
    /// The item's value.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Open { blake3, bytes, media_type, name } => {
                json!({"blake3": blake3, "bytes": bytes, "media_type": media_type, "name": name})
            }
            Self::Sealed { commitment, bytes } => json!({"commitment": commitment, "bytes": bytes}),
        }
    }
}
