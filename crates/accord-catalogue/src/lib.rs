//! How event types are declared.
//!
//! A type is a Rust struct for its payload and one [`EventType`] line beside it. From the two
//! come the strict decoding of payloads, the JSON Schema, the templates for authors and the
//! catalogue in the documentation. What a type *does* is not here: the ledger's kernel and the
//! projectors give it meaning.
//!
//! ```
//! use accord_catalogue::{EventType, Kind, Payload, StreamRule};
//!
//! /// A hotline call was made.
//! #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! struct CallLogged {
//!     /// Whom it asked to stop.
//!     to: accord_catalogue::unit::Code,
//! }
//! impl Payload for CallLogged {}
//!
//! const CALL_LOGGED: EventType =
//!     EventType::new::<CallLogged>("hotline.call_logged", Kind::Report, StreamRule::Opens("hotline"));
//!
//! assert!((CALL_LOGGED.check)(&serde_json::json!({"to": "mission"})).is_ok());
//! assert!((CALL_LOGGED.check)(&serde_json::json!({"to": "mission", "name": "x"})).is_err());
//! ```

pub mod patch;
mod payload;
mod template;
pub mod unit;

pub use payload::{Payload, PayloadError, decode};
pub use template::template;

use schemars::Schema;
use serde_json::Value;

/// What an event of a type claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something happened in the world. A competent author's report is always admitted; what is
    /// wrong with it becomes a finding.
    Report,
    /// A step in a procedure, which may be refused when the procedure does not allow it.
    Act,
}

/// Which stream an event of a type belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamRule {
    /// It opens `<prefix>/<own id>`, so that authors offline from each other never collide.
    Opens(&'static str),
    /// It continues a stream `<prefix>/…` that another event opened.
    Continues(&'static str),
    /// `<prefix>/<the code in this payload member>`, such as `participant/mission`.
    Named(&'static str, &'static str),
    /// The one stream `<prefix>/main` of the ledger.
    Single(&'static str),
}

impl StreamRule {
    /// What stands before the slash.
    pub const fn prefix(&self) -> &'static str {
        match self {
            Self::Opens(prefix)
            | Self::Continues(prefix)
            | Self::Named(prefix, _)
            | Self::Single(prefix) => prefix,
        }
    }

    /// The stream that follows from id and payload, when the rule leaves no choice.
    pub fn determined(&self, id: &str, payload: &Value) -> Option<String> {
        match self {
            Self::Opens(prefix) => Some(format!("{prefix}/{id}")),
            Self::Continues(_) => None,
            Self::Named(prefix, member) => {
                Some(format!("{prefix}/{}", payload.get(member)?.as_str()?))
            }
            Self::Single(prefix) => Some(format!("{prefix}/main")),
        }
    }

    /// True when `stream` is one that this rule allows; whether a continued stream exists is for
    /// the ledger to say.
    pub fn allows(&self, stream: &str, id: &str, payload: &Value) -> bool {
        match self {
            Self::Continues(prefix) => stream.split('/').next() == Some(prefix),
            _ => self.determined(id, payload).as_deref() == Some(stream),
        }
    }
}

/// The instant at which an event takes effect in valid time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The end of `occurred`.
    Occurred,
    /// When the ledger recorded it.
    Recorded,
    /// An instant in this payload member.
    Payload(&'static str),
}

/// A stable code that a judgement may answer with, for whoever reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The code, such as `resolution-not-adopted`.
    pub code: &'static str,
    /// The types that it is about; every type of whoever declares it when empty.
    pub types: &'static [&'static str],
    /// When, in one sentence.
    pub words: &'static str,
}

impl Guard {
    /// A code about these types, with its words.
    pub const fn new(
        code: &'static str,
        types: &'static [&'static str],
        words: &'static str,
    ) -> Self {
        Self { code, types, words }
    }
}

/// Something that happens when time has passed, without an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer {
    /// The charter's clock; nothing when an event sets the end itself.
    pub clock: Option<&'static str>,
    /// The types that start it.
    pub types: &'static [&'static str],
    /// What happens, in one sentence.
    pub words: &'static str,
}

/// The declaration of one event type in one payload version.
#[derive(Clone, Copy, Debug)]
pub struct EventType {
    /// Such as `violation.alleged`.
    pub name: &'static str,
    /// Payload version, from 1.
    pub version: u32,
    /// Report or act.
    pub kind: Kind,
    /// Its stream.
    pub stream: StreamRule,
    /// When it takes effect: reports at the end of `occurred`, acts when recorded, unless said
    /// otherwise.
    pub effect: Effect,
    /// True for allegations, denials, objections, dissents and the like: beyond syntax,
    /// signature, id and size nothing may keep them out.
    pub always_heard: bool,
    /// The JSON Schema of its payload.
    pub schema: fn() -> Schema,
    /// Decodes a payload strictly and drops it.
    pub check: fn(&Value) -> Result<(), PayloadError>,
}

impl EventType {
    /// Declares version 1 of a type whose payload is `P`.
    pub const fn new<P: Payload>(name: &'static str, kind: Kind, stream: StreamRule) -> Self {
        let effect = match kind {
            Kind::Report => Effect::Occurred,
            Kind::Act => Effect::Recorded,
        };
        Self {
            name,
            version: 1,
            kind,
            stream,
            effect,
            always_heard: false,
            schema: payload::schema::<P>,
            check: payload::check::<P>,
        }
    }

    /// The same type with another effect instant.
    #[must_use]
    pub const fn with_effect(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }

    /// The same type, to be heard whatever the state of its procedure.
    #[must_use]
    pub const fn always_heard(self) -> Self {
        Self { always_heard: true, ..self }
    }

    /// The same type with another payload version.
    #[must_use]
    pub const fn with_version(self, version: u32) -> Self {
        Self { version, ..self }
    }

    /// The declaration with this name.
    ///
    /// # Panics
    /// At compile time, when there is none.
    #[must_use]
    #[expect(clippy::panic, reason = "it stops the compiler, not a program")]
    pub const fn named(name: &str, among: &'static [Self]) -> Self {
        let mut at = 0;
        while at < among.len() {
            if equal(among[at].name.as_bytes(), name.as_bytes()) {
                return among[at];
            }
            at += 1;
        }
        panic!("an older version of a type that is not declared")
    }

    /// The same type in an older version, whose payload was `P`.
    ///
    /// # Panics
    /// At compile time, when it is not older.
    #[must_use]
    pub const fn older<P: Payload>(self, version: u32) -> Self {
        assert!(version > 0 && version < self.version, "an older version has a lower number");
        Self { version, schema: payload::schema::<P>, check: payload::check::<P>, ..self }
    }

    /// What stands before the first dot.
    pub fn family(&self) -> &'static str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// The first sentence of the payload's documentation.
    pub fn title(&self) -> String {
        let schema = (self.schema)();
        let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        text.lines().next().unwrap_or_default().to_owned()
    }
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}
