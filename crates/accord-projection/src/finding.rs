//! What a reader should know that keeps nothing out, and what does keep an act out.

use accord_format::event::Event;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Something worth a reader's attention about an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Remark {
    /// Stable code, such as `does_not_add_up`.
    pub code: &'static str,
    /// In words.
    pub detail: String,
}

impl Remark {
    /// A remark with a stable code.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// A remark and the entry that it is about. Derived from the record, never stored in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// The entry.
    pub seq: u64,
    /// Stable code, such as `does_not_add_up`.
    pub code: Cow<'static, str>,
    /// In words.
    pub detail: String,
}

impl Finding {
    /// `remark` about the entry at `seq`.
    pub fn new(seq: u64, remark: Remark) -> Self {
        Self { seq, code: Cow::Borrowed(remark.code), detail: remark.detail }
    }
}

/// An event that makes no sense in the state that it meets, in the order of (effect, seq). It
/// leaves the state as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct OutOfOrder {
    /// Code of the refusal when it is a candidate act.
    pub code: &'static str,
    /// What the event needs, and what it met.
    pub detail: String,
}

impl OutOfOrder {
    /// An event that the state leaves no place for.
    pub fn new(detail: impl Into<String>) -> Self {
        Self::coded("wrong-state", detail)
    }

    /// An event that needs its stream in another state than it is in.
    pub fn needs(event: &Event, wanted: &str, found: &str) -> Self {
        let Event { event_type, stream, .. } = event;
        Self::new(format!("{event_type} needs {wanted}; {stream} is {found}"))
    }

    /// The same, refused under a code of its own.
    pub fn coded(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// Why an act is not admitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Refusal {
    /// Stable code of the guard, such as `wrong-state`.
    pub code: &'static str,
    /// What was expected, what was found, and what to do.
    pub detail: String,
}

impl From<OutOfOrder> for Refusal {
    fn from(out_of_order: OutOfOrder) -> Self {
        Self::new(out_of_order.code, out_of_order.detail)
    }
}

impl Refusal {
    /// A refusal by the guard `code`.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}
