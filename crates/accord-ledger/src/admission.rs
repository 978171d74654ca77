//! Where the domain comes in: the trait by which events are judged beyond what the kernel knows.
//!
//! The ledger defines it, the composition of families implements it, and append and verify call
//! the same implementation. Without one, an event's domain rules are simply not judged.

use crate::kernel::Kernel;
use accord_catalogue::EventType;
use accord_format::entry::{Entry, Header};
use accord_format::event::Event;
use accord_format::hash::EventHash;
use std::any::Any;

/// An event about to be taken in (or judged again by verify), with the header it would get.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Position and recording time.
    pub header: &'a Header,
    /// The event.
    pub event: &'a Event,
}

/// Earlier entries, below the candidate's own position.
pub trait History {
    /// The entry at `seq`, or nothing when there is none below the candidate.
    fn entry(&self, seq: u64) -> Option<Entry>;

    /// The seq of the entry that holds this event.
    fn seq_of(&self, event: &EventHash) -> Option<u64>;

    /// The seqs of a stream's entries, in order.
    fn stream(&self, stream: &str) -> Vec<u64>;

    /// True when a stream has an entry; asked of every event, so it must not read long streams.
    fn has_stream(&self, stream: &str) -> bool {
        !self.stream(stream).is_empty()
    }
}

/// What a judge may read besides the candidate: the kernel's state and the record below it.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Participants, keys, roles, charter and rulebook, just before the candidate.
    pub kernel: &'a Kernel,
    /// Earlier entries.
    pub history: &'a dyn History,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("kernel", self.kernel).finish_non_exhaustive()
    }
}

/// Something worth a reader's attention that did not keep the event out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// Stable code, such as `does_not_add_up`.
    pub code: &'static str,
    /// In words.
    pub detail: String,
}

/// Why an event is not admitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Rejection {
    /// Stable code of the guard, such as `role-not-held`.
    pub code: &'static str,
    /// What was expected, what was found, and what to do.
    pub detail: String,
}

impl Rejection {
    /// A rejection by the guard `code`.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// The domain's judges and their state: the composition of families.
pub trait Admission: Any + Send {
    /// The declaration of a family's type in a version, or nothing when this software does not
    /// know it; such an event is integrity-checked and listed as not interpreted.
    fn event_type(&self, name: &str, version: u32) -> Option<&EventType>;

    /// Every declaration, in the order of the catalogue.
    fn event_types(&self) -> Vec<&EventType>;

    /// Judges a candidate whose signatures, authority, payload shape and stream are in order.
    fn judge(
        &mut self,
        candidate: &Candidate<'_>,
        context: &Context<'_>,
    ) -> Result<Vec<Finding>, Rejection>;

    /// What is to be said about a kernel event that is let in, in the light of the domain's state.
    /// Nothing is refused here.
    fn remark(&mut self, candidate: &Candidate<'_>, context: &Context<'_>) -> Vec<Finding> {
        let _ = (candidate, context);
        Vec::new()
    }

    /// Takes note of what was said of the entry at `seq` when it was let in, the kernel's findings
    /// included; [`Admission::applied`] follows with the entry. Judgement runs once, at the entry's
    /// own place, so that nobody could say it later.
    fn said(&mut self, seq: u64, findings: &[Finding]) {
        let _ = (seq, findings);
    }

    /// Takes note of an entry that is not void, kernel types included. The context is the state
    /// just after it.
    fn applied(&mut self, entry: &Entry, context: &Context<'_>);

    /// The state as bytes, to spare the next opening a replay; never trusted by verify.
    fn snapshot(&self) -> Vec<u8>;

    /// Takes a snapshot back, whole or, with an error, not at all: then the ledger replays.
    fn restore(&mut self, snapshot: &[u8]) -> Result<(), String>;
}
