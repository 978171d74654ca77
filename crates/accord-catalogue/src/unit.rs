//! Units of measure and small value types. Integers only: money in minor units, positions in
//! micro-degrees, so that every reader adds them up to the same sum.
//!
//! The `format` in each schema tells the command line how people write the value
//! (`48.0159`, `12.50 USD`), which it turns into the form that is signed.

use accord_format::name;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, de};
use std::borrow::Cow;
use std::fmt;

/// The longest text inside a payload, in bytes; longer texts are evidence, named by digest.
pub const TEXT_MAX: usize = 4_000;

macro_rules! checked_string {
    ($(#[$doc:meta])* $name:ident, $rule:expr, $why:literal, $schema:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Hash, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks and wraps `text`.
            pub fn new(text: impl Into<String>) -> Result<Self, UnitError> {
                let text = text.into();
                let rule: fn(&str) -> bool = $rule;
                if rule(&text) { Ok(Self(text)) } else { Err(UnitError { found: text, expected: $why }) }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(d)?).map_err(de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

/// Why a text is not a value of its unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not {expected}")]
pub struct UnitError {
    found: String,
    expected: &'static str,
}

checked_string! {
    /// A code: 1 to 64 of `[a-z0-9._-]`.
    Code, name::is_code, "a code of 1 to 64 of [a-z0-9._-], starting with a letter or digit",
    json_schema!({"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$", "examples": ["code"]})
}
checked_string! {
    /// A code that may have capitals, as the charter's provisions, categories and areas do:
    /// 1 to 64 of `[A-Za-z0-9._-]`.
    Label, |t| name::is_code(&t.to_ascii_lowercase()), "a code of 1 to 64 of [A-Za-z0-9._-], starting with a letter or digit",
    json_schema!({"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", "examples": ["code"]})
}
checked_string! {
    /// A stream, `prefix/id`: how one event names the case that another opened.
    StreamRef, name::is_pair, "a stream of the form prefix/id",
    json_schema!({"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*$", "examples": ["violation/0198f3c2-0000-7000-8000-000000000001"]})
}
checked_string! {
    /// A text for people, without personal data, of at most 4,000 bytes.
    Text, |t| !t.trim().is_empty() && t.len() <= TEXT_MAX, "a text of 1 to 4000 bytes",
    json_schema!({"type": "string", "minLength": 1, "maxLength": 4000, "examples": ["text"]})
}
checked_string! {
    /// A BLAKE3 digest, an event hash or a commitment: 64 lower-case hex characters.
    Digest, |t| t.parse::<accord_format::hash::ContentHash>().is_ok(), "64 lower-case hex characters",
    json_schema!({"type": "string", "pattern": "^[0-9a-f]{64}$", "examples": ["0000000000000000000000000000000000000000000000000000000000000000"]})
}
checked_string! {
    /// A UTC calendar day, `2026-03-01`.
    Day, |t| t.len() == 10 && start_of(t).is_some(), "a day of the form 2026-03-01",
    json_schema!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples": ["2026-03-01"]})
}
checked_string! {
    /// An instant in UTC with whole seconds, `2026-03-01T05:00:00Z`.
    At, |t| accord_format::time::Timestamp::parse_seconds(t).is_ok(), "an instant of the form 2026-03-01T05:00:00Z",
    json_schema!({"type": "string", "format": "date-time", "examples": ["2026-03-01T05:00:00Z"]})
}
checked_string! {
    /// An ISO 4217 currency code.
    Currency, |t| t.len() == 3 && t.bytes().all(|b| b.is_ascii_uppercase()), "a currency code of three capital letters",
    json_schema!({"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"]})
}
checked_string! {
    /// An amount in minor units, as a decimal string: `1250` is 12.50 USD. No sign, no leading
    /// zeros, at most 30 digits.
    MinorUnits, |t| (1..=30).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit()) && (t == "0" || !t.starts_with('0')),
    "an amount in minor units: digits only, without leading zeros",
    json_schema!({"type": "string", "format": "minor-units", "pattern": "^(0|[1-9][0-9]{0,29})$", "examples": ["1250"]})
}

impl Day {
    /// Midnight UTC at its start.
    pub fn start(&self) -> accord_format::time::Timestamp {
        start_of(&self.0).unwrap_or(accord_format::time::Timestamp::MIN)
    }

    /// Midnight UTC at its end.
    pub fn end(&self) -> accord_format::time::Timestamp {
        self.start().plus_seconds(86_400)
    }
}

impl At {
    /// As a timestamp.
    pub fn timestamp(&self) -> accord_format::time::Timestamp {
        accord_format::time::Timestamp::parse_seconds(&self.0)
            .unwrap_or(accord_format::time::Timestamp::MIN)
    }
}

impl MinorUnits {
    /// As a number; at most 30 digits always fit.
    pub fn value(&self) -> u128 {
        self.0.parse().unwrap_or(0)
    }
}

fn start_of(day: &str) -> Option<accord_format::time::Timestamp> {
    accord_format::time::Timestamp::parse_seconds(&format!("{day}T00:00:00Z")).ok()
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// In minor units of the currency.
    pub amount: MinorUnits,
    /// ISO 4217.
    pub currency: Currency,
}

/// An angle in millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MicroDegrees(pub i32);

impl JsonSchema for MicroDegrees {
    fn schema_name() -> Cow<'static, str> {
        "MicroDegrees".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "format": "micro-degrees", "minimum": -180_000_000, "maximum": 180_000_000, "examples": [48_015_900]})
    }
}

/// A place on the Earth, WGS 84.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Latitude, ±90,000,000.
    pub lat: MicroDegrees,
    /// Longitude, ±180,000,000.
    pub lon: MicroDegrees,
    /// What the place is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
}

impl Position {
    /// Says so when the angles are beyond what there is.
    pub fn contradiction(&self) -> Option<String> {
        let beyond = |angle: MicroDegrees, limit: u32| angle.0.unsigned_abs() > limit;
        if beyond(self.lat, 90_000_000) {
            Some(format!("latitude {} is beyond ±90 degrees", self.lat.0))
        } else if beyond(self.lon, 180_000_000) {
            Some(format!("longitude {} is beyond ±180 degrees", self.lon.0))
        } else {
            None
        }
    }
}

/// How a number was meant.
#[derive(
    Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// Exactly this many.
    Exact,
    /// This many or more: "over", "more than".
    AtLeast,
    /// "About", "around", "close to", "almost".
    About,
    /// This many or fewer.
    AtMost,
    /// The source does not say how it was meant.
    Unknown,
}

/// A count as its source gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// How many.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub value: u64,
    /// How it was meant.
    pub qualifier: Qualifier,
    /// The source's own word for it, such as "close to".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<Text>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_have_one_spelling() {
        assert!(
            Day::new("2024-02-29").is_ok()
                && Day::new("2023-02-29").is_err()
                && Day::new("2024-2-29").is_err()
        );
        assert_eq!(MinorUnits::new("1250").map(|m| m.value()), Ok(1250));
        for bad in ["", "01", "-1", "1.5", "1e3", &"9".repeat(31)] {
            assert!(MinorUnits::new(bad).is_err(), "{bad}");
        }
        assert!(
            Label::new("P01").is_ok() && Label::new("P 1").is_err() && Code::new("P01").is_err()
        );
        assert!(
            Text::new(" ").is_err() && Currency::new("usd").is_err() && Digest::new("AB").is_err()
        );
        let place = Position { lat: MicroDegrees(90_000_001), lon: MicroDegrees(0), name: None };
        assert!(place.contradiction().is_some());
    }
}
