//! When something is done or happened, as a story says it.

use accord_format::event::{Occurred, Precision};
use accord_format::time::{Instant, Timestamp};
use serde::Deserialize;

/// A day or an instant in UTC, as a date of TOML or as text.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "toml::Value")]
pub(super) struct When {
    start: Timestamp,
    precision: Precision,
}

impl When {
    /// The instant, or the start of the day.
    pub(super) const fn start(self) -> Timestamp {
        self.start
    }

    /// Reads `2020-07-27` or `2020-07-27T00:01:00Z`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Ok(start) = Timestamp::parse_seconds(&format!("{text}T00:00:00Z")) {
            return Ok(Self { start, precision: Precision::Day });
        }
        match Timestamp::parse_seconds(text) {
            Ok(start) => Ok(Self { start, precision: Precision::Second }),
            Err(_) => Err(format!("{text:?} is no time; write 2020-07-27 or 2020-07-27T00:01:00Z")),
        }
    }

    fn occurred(self, until: Option<Timestamp>) -> Occurred {
        let until = until.map(Instant::new);
        Occurred { from: Instant::new(self.start), until, precision: self.precision }
    }
}

impl TryFrom<toml::Value> for When {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        Self::parse(&words(&value)?)
    }
}

fn words(value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::Datetime(when) => Ok(when.to_string()),
        toml::Value::String(text) => Ok(text.clone()),
        other => Err(format!("{other} is no time")),
    }
}

/// When something happened: a day, an instant, or `first..=last` or `from..until` of either.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(try_from = "toml::Value")]
pub(super) struct Span(pub(super) Occurred);

impl TryFrom<toml::Value> for Span {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        let text = words(&value)?;
        let Some((from, until)) = text.split_once("..") else {
            return Ok(Self(When::parse(&text)?.occurred(None)));
        };
        let until = match until.strip_prefix('=') {
            Some(last) => When::parse(last)?.occurred(None).end(),
            None => When::parse(until)?.start(),
        };
        let span = When::parse(from)?.occurred(Some(until));
        if until <= span.from.timestamp() {
            return Err(format!("{text}: ends before it begins"));
        }
        Ok(Self(span))
    }
}
