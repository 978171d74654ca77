//! For the tests of projectors: a record in memory, signed events in entries without a ledger; and
//! that a family says the codes that it declares.

mod codes;

pub use codes::check_codes;

use crate::engine::Source;
use accord_catalogue::{EventType, StreamRule};
use accord_format::entry::{Entry, Header};
use accord_format::event::SignedEvent;
use accord_format::hash::EntryHash;
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use serde_json::{Value, json};

/// An event to be written.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Participant that signs.
    pub author: String,
    /// Type.
    pub event_type: String,
    /// Version of its payload.
    pub version: u32,
    /// Stream.
    pub stream: String,
    /// `occurred`.
    pub occurred: Value,
    /// Payload.
    pub payload: Value,
}

/// The fact about a resolution on these streams that was tabled by the entry `tabled` and adopted
/// by the next.
pub fn adopted(subjects: &[&str], tabled: u64) -> Value {
    json!(crate::resolution::Adopted {
        kind: "any".to_owned(),
        subjects: subjects.iter().map(|subject| (*subject).to_owned()).collect(),
        effective_at: None,
        tabled,
        declared: tabled.saturating_add(1),
    })
}

/// A record in memory.
#[derive(Clone, Debug)]
pub struct Log {
    entries: Vec<Entry>,
    now: Timestamp,
    /// Evidence of the next event.
    evidence: Vec<Value>,
    /// Participants that sign the next event after its author.
    co_signers: Vec<String>,
}

impl Default for Log {
    fn default() -> Self {
        let now = Timestamp::from_seconds(1_767_225_600);
        Self { entries: Vec::new(), now, evidence: Vec::new(), co_signers: Vec::new() }
    }
}

impl Log {
    /// Sets the clock, `2026-03-01T05:00:00Z`.
    ///
    /// # Panics
    /// On another form.
    #[expect(clippy::expect_used, reason = "a mistake in a test")]
    pub fn at(&mut self, now: &str) -> &mut Self {
        self.now = Timestamp::parse_seconds(now).expect("an instant");
        self
    }

    /// Has the next event refer to this evidence: `{"blake3": …}` or `{"commitment": …}`.
    pub fn attach(&mut self, evidence: Value) -> &mut Self {
        self.evidence.push(evidence);
        self
    }

    /// Has this participant sign the next event after its author.
    pub fn co_sign(&mut self, participant: &str) -> &mut Self {
        self.co_signers.push(participant.to_owned());
        self
    }

    /// The clock.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Id of the event that comes at `seq`.
    pub fn id(seq: u64) -> String {
        format!("0198f3c2-0000-7000-8000-{seq:012x}")
    }

    /// Writes an event of a declared type, a second after the last, in the stream that its rule
    /// determines or else in `stream`; it occurred when it was recorded. Gives its seq.
    pub fn write(
        &mut self,
        author: &str,
        declared: &EventType,
        stream: &str,
        payload: Value,
    ) -> u64 {
        let now = self.now.plus_seconds(1).to_seconds_string();
        self.write_of(
            author,
            declared,
            stream,
            json!({"from": now, "precision": "second"}),
            payload,
        )
    }

    /// The same, with its own `occurred`.
    ///
    /// # Panics
    /// When the payload is not one of the type.
    #[expect(clippy::panic, reason = "a mistake in a test")]
    pub fn write_of(
        &mut self,
        author: &str,
        declared: &EventType,
        stream: &str,
        occurred: Value,
        payload: Value,
    ) -> u64 {
        if let Err(error) = (declared.check)(&payload) {
            panic!("{}: {error}", declared.name);
        }
        let id = Self::id(self.entries.len() as u64);
        let stream = match declared.stream {
            StreamRule::Continues(_) => stream.to_owned(),
            rule => rule.determined(&id, &payload).unwrap_or_default(),
        };
        let (author, event_type) = (author.to_owned(), declared.name.to_owned());
        let version = declared.version;
        self.push(&Draft { author, event_type, version, stream, occurred, payload })
    }

    /// Writes an event, a second after the last, and gives its seq.
    ///
    /// # Panics
    /// When the draft is no event.
    #[expect(clippy::expect_used, reason = "a mistake in a test")]
    pub fn push(&mut self, draft: &Draft) -> u64 {
        self.now = self.now.plus_seconds(1);
        let seq = self.entries.len() as u64;
        let key_of = |participant: &str| {
            NoteSigner::from_seed(&format!("{participant}/test"), &[7; 32]).expect("key")
        };
        let mut keys = vec![key_of(&draft.author)];
        keys.extend(self.co_signers.drain(..).map(|participant| key_of(&participant)));
        let signers: Vec<Value> =
            keys.iter().map(|key| json!({"key": key.id_string(), "as": "author"})).collect();
        let mut event = json!({
            "ledger": "00".repeat(32),
            "id": Self::id(seq),
            "type": draft.event_type,
            "version": draft.version,
            "stream": draft.stream,
            "signers": signers,
            "issued": self.now.to_seconds_string(),
            "occurred": draft.occurred,
            "seen": {"size": 0, "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
            "payload": draft.payload,
        });
        let evidence: Vec<Value> = self.evidence.drain(..).collect();
        if !evidence.is_empty() {
            event["evidence"] = evidence.into();
        }
        let keys: Vec<&NoteSigner> = keys.iter().collect();
        let signed = SignedEvent::sign(&event.to_string(), &keys).expect("an event");
        let prev = self.entries.last().map_or(EntryHash::ZERO, Entry::hash);
        let header = Header { seq, revision: 0, prev, recorded: self.now };
        self.entries.push(Entry::new(header, signed));
        seq
    }

    /// Takes the last entry back, as if it had been refused.
    pub fn take_back(&mut self) {
        self.entries.pop();
    }

    /// The entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The event hash at `seq`, in hex; empty when there is none.
    pub fn hash(&self, seq: u64) -> String {
        self.entry(seq).map_or_else(String::new, |e| e.event().hash().to_string())
    }
}

impl Source for Log {
    fn entry(&self, seq: u64) -> Option<Entry> {
        self.entries.get(usize::try_from(seq).ok()?).cloned()
    }
}
