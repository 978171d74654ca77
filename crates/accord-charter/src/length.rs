//! Lengths of time: whole seconds, written by people as `72h` or `30d`.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The `format` under which the JSON Schema marks a length.
pub(crate) const SCHEMA_FORMAT: &str = "seconds";

/// The longest length that may be written, in seconds: 1,000 years of 365 days.
pub const LONGEST: u64 = 1_000 * 365 * 86_400;

/// A length of time in whole seconds. In JSON always the number of seconds; in TOML also a number
/// and a unit: `s`, `m` (60 s), `h`, `d` (86,400 s), `w`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(pub u64);

/// Why a text is not a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LengthError {
    /// Not digits and one unit.
    #[error("a length is a whole number and one of s, m, h, d, w, such as 72h or 30d")]
    Form,
    /// No time at all.
    #[error("a length of nothing never runs")]
    Zero,
    /// Beyond [`LONGEST`].
    #[error("a length beyond 1,000 years")]
    TooLong,
}

const UNITS: [(char, u64); 5] =
    [('w', 7 * 86_400), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl Seconds {
    /// The number of seconds.
    pub fn get(self) -> u64 {
        self.0
    }

    /// Reads `72h`, `30d` and the like.
    ///
    /// # Errors
    /// [`LengthError`] for any other form, for zero and beyond [`LONGEST`].
    pub fn parse(text: &str) -> Result<Self, LengthError> {
        let unit = text.chars().next_back().ok_or(LengthError::Form)?;
        let (_, factor) = UNITS.into_iter().find(|(c, _)| *c == unit).ok_or(LengthError::Form)?;
        let digits = &text[..text.len() - unit.len_utf8()];
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if !plain || (digits.starts_with('0') && digits.len() > 1) {
            return Err(LengthError::Form);
        }
        let number: u64 = digits.parse().map_err(|_| LengthError::TooLong)?;
        match number.checked_mul(factor) {
            Some(0) => Err(LengthError::Zero),
            Some(seconds) if seconds <= LONGEST => Ok(Self(seconds)),
            _ => Err(LengthError::TooLong),
        }
    }
}

/// The form that people write, in the largest unit that divides it; days at most, because an
/// agreement that says 14 days does not say two weeks.
impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS[1..].iter().find(|(_, factor)| self.0.is_multiple_of(*factor));
        let (name, factor) = unit.copied().unwrap_or(('s', 1));
        write!(f, "{}{name}", self.0 / factor)
    }
}

impl JsonSchema for Seconds {
    fn schema_name() -> Cow<'static, str> {
        "Seconds".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "integer",
            "format": SCHEMA_FORMAT,
            "minimum": 1,
            "maximum": LONGEST,
            "description": "A length of time in whole seconds; in TOML also as text such as 72h."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_lengths() {
        for (text, seconds) in
            [("1s", 1), ("90m", 5_400), ("72h", 259_200), ("30d", 2_592_000), ("2w", 1_209_600)]
        {
            assert_eq!(Seconds::parse(text), Ok(Seconds(seconds)), "{text}");
        }
        for bad in ["", "h", "72", "72 h", "-1d", "+1d", "1.5h", "1h30m", "07d", "7D", "1é", "é"]
        {
            assert_eq!(Seconds::parse(bad), Err(LengthError::Form), "{bad}");
        }
        assert_eq!(Seconds::parse("0d"), Err(LengthError::Zero));
        assert_eq!(Seconds::parse("1001w"), Ok(Seconds(605_404_800)));
        assert_eq!(Seconds::parse("365001d"), Err(LengthError::TooLong));
        assert_eq!(Seconds::parse("99999999999999999999w"), Err(LengthError::TooLong));
        assert_eq!(Seconds::parse("9999999999999999999w"), Err(LengthError::TooLong));
    }

    #[test]
    fn shown_as_written() {
        for text in ["1s", "90m", "5h", "30d", "14d"] {
            assert_eq!(Seconds::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Seconds(259_200).to_string(), "3d");
    }
}
