//! Instants as text: RFC 3339 in UTC, with `Z`, in exactly one spelling.

use crate::as_text::serde_as_text;
use std::fmt;

/// Microseconds in a second.
pub const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// A day in microseconds; days in UTC have no leap seconds here.
pub const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;

/// Why a text is not an instant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an instant of the form {form}: {found:?}")]
pub struct TimeError {
    form: &'static str,
    found: String,
}

/// An instant in UTC, in microseconds since 1970-01-01T00:00:00Z, of the years 0001 to 9999.
#[derive(Clone, Copy, Hash, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800 * MICROS_PER_SECOND);
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self(253_402_300_800 * MICROS_PER_SECOND - 1);

    /// The instant `micros` microseconds after the epoch, held within [`Timestamp::MIN`] and
    /// [`Timestamp::MAX`].
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The instant `seconds` seconds after the epoch, held within the same bounds.
    pub fn from_seconds(seconds: i64) -> Self {
        Self::from_micros(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded towards the past.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// This instant moved by `seconds`, held within the bounds of the type.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_micros(self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)))
    }

    /// The same instant without its fraction of a second.
    #[must_use]
    pub fn floor_second(self) -> Self {
        Self::from_seconds(self.seconds())
    }

    /// Reads `2026-03-01T05:00:00Z`: whole seconds, no other spelling.
    pub fn parse_seconds(text: &str) -> Result<Self, TimeError> {
        parse(text, 20).ok_or_else(|| TimeError { form: "2026-03-01T05:00:00Z", found: clip(text) })
    }

    /// Reads `2026-03-01T05:00:00.123456Z`: exactly six decimals, no other spelling.
    pub fn parse_micros(text: &str) -> Result<Self, TimeError> {
        parse(text, 27)
            .ok_or_else(|| TimeError { form: "2026-03-01T05:00:00.123456Z", found: clip(text) })
    }

    /// Year, month (1 to 12) and day (1 to 31) in UTC.
    pub fn date(self) -> (i64, u8, u8) {
        civil_of_days(self.seconds().div_euclid(SECONDS_PER_DAY))
    }

    /// The UTC day, `2026-03-01`.
    pub fn to_day_string(self) -> String {
        let (year, month, day) = self.date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// The start of a UTC day, or nothing when there is no such day in the years 0001 to 9999.
    pub fn from_date(year: i64, month: u8, day: u8) -> Option<Self> {
        let valid = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && day <= days_in_month(year, month);
        valid.then(|| Self::from_seconds(days_of_civil(year, month, day) * SECONDS_PER_DAY))
    }

    /// The spelling with whole seconds; a fraction is cut off.
    pub fn to_seconds_string(self) -> String {
        let (year, month, day) = self.date();
        let second = self.seconds().rem_euclid(SECONDS_PER_DAY);
        format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }
}

/// The spelling with six decimals.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.to_seconds_string();
        let micros = self.0.rem_euclid(MICROS_PER_SECOND);
        write!(f, "{}.{micros:06}Z", seconds.trim_end_matches('Z'))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An instant in whole seconds, as `issued` and `occurred` carry it.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(Timestamp);

impl Instant {
    /// The instant with its fraction of a second cut off.
    pub fn new(timestamp: Timestamp) -> Self {
        Self(timestamp.floor_second())
    }

    /// As a timestamp.
    pub const fn timestamp(self) -> Timestamp {
        self.0
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_seconds_string())
    }
}

impl std::str::FromStr for Instant {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        Timestamp::parse_seconds(text).map(Self)
    }
}

serde_as_text!(Instant);

fn parse(text: &str, length: usize) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    if bytes.len() != length {
        return None;
    }
    for (at, expected) in
        [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (length - 1, b'Z')]
    {
        if bytes.get(at) != Some(&expected) {
            return None;
        }
    }
    let number = |from: usize, to: usize| -> Option<i64> {
        bytes.get(from..to)?.iter().try_fold(0, |value, digit| {
            digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0'))
        })
    };
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let micros = match length {
        27 if bytes.get(19) == Some(&b'.') => number(20, 26)?,
        27 => return None,
        _ => 0,
    };
    let (month, day) = (u8::try_from(number(5, 7)?).ok()?, u8::try_from(number(8, 10)?).ok()?);
    let date = Timestamp::from_date(number(0, 4)?, month, day)?;
    // No leap second: the ledger's clock does not have one.
    (hour < 24 && minute < 60 && second < 60).then(|| {
        let seconds = date.seconds() + hour * 3600 + minute * 60 + second;
        Timestamp::from_micros(seconds * MICROS_PER_SECOND + micros)
    })
}

fn clip(text: &str) -> String {
    text.chars().take(40).collect()
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date. The year is counted from March, so that
/// the leap day is its last day and month lengths follow one linear formula.
fn days_of_civil(year: i64, month: u8, day: u8) -> i64 {
    let march_year = if month <= 2 { year - 1 } else { year };
    let march_month = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * march_month + 2) / 5 + i64::from(day) - 1;
    let leap_days =
        march_year.div_euclid(4) - march_year.div_euclid(100) + march_year.div_euclid(400);
    march_year * 365 + leap_days + day_of_year - 719_468
}

fn civil_of_days(days: i64) -> (i64, u8, u8) {
    // 400 years have 146,097 days. The estimate is never late, and early by two years at most.
    let mut year = 1969 + (days * 400).div_euclid(146_097);
    while days_of_civil(year + 1, 1, 1) <= days {
        year += 1;
    }
    let mut day_of_year = days - days_of_civil(year, 1, 1);
    let mut month = 1;
    while day_of_year >= i64::from(days_in_month(year, month)) {
        day_of_year -= i64::from(days_in_month(year, month));
        month += 1;
    }
    (year, month, u8::try_from(day_of_year + 1).unwrap_or(31))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_spelling_only() {
        let at = Timestamp::parse_micros("2026-03-01T05:00:00.123456Z").unwrap();
        assert_eq!(at.to_string(), "2026-03-01T05:00:00.123456Z");
        assert_eq!(Timestamp::parse_seconds("1970-01-01T00:00:00Z").unwrap().micros(), 0);
        assert_eq!(
            Timestamp::parse_seconds("2000-02-29T00:00:00Z").unwrap().seconds(),
            951_782_400
        );
        for bad in [
            "2026-03-01T05:00:00.123Z",
            "2026-03-01 05:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T05:00:60Z",
            "0000-01-01T00:00:00Z",
            "2026-03-01T05:00:00z",
            "2026-03-01T05:00:00+00:00",
            "+026-03-01T05:00:00Z",
            "２026-03-01T05:00Z",
        ] {
            assert!(Timestamp::parse_seconds(bad).is_err(), "{bad}");
        }
        for bad in [
            "2026-03-01T05:00:00Z",
            "2026-03-01T05:00:00.12345Z",
            "2026-03-01T05:00:00.1234567Z",
            "2026-03-01T05:00:00,123456Z",
            "2026-03-01T05:00:00:123456Z",
            "2026-03-01T05:00:00.12345 Z",
            "2026-03-01T05:00:00.-23456Z",
            "2026-03-01T05:00:00.123456z",
            "2026-03-01 05:00:00.123456Z",
            "2026-03-01T05:00:60.000000Z",
        ] {
            assert!(Timestamp::parse_micros(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bounds_have_their_spelling() {
        assert_eq!(Timestamp::MIN.to_string(), "0001-01-01T00:00:00.000000Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999999Z");
        assert_eq!(Timestamp::from_seconds(i64::MAX), Timestamp::MAX);
    }

    proptest! {
        #[test]
        fn text_round_trips(micros in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let at = Timestamp::from_micros(micros);
            prop_assert_eq!(Timestamp::parse_micros(&at.to_string()), Ok(at));
            prop_assert_eq!(Timestamp::parse_seconds(&at.to_seconds_string()), Ok(at.floor_second()));
        }
    }
}
