//! Angles: decimal degrees or degrees, minutes and seconds, made into micro-degrees.

use super::{Form, digits};

const PER_DEGREE: i64 = 1_000_000;
const DECIMALS: usize = 6;
const HOW: &str = "write degrees as 48.0159, 48°00'57\"N or -37.5";

/// Which angle of a position is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    /// North and south.
    Latitude,
    /// East and west.
    Longitude,
    /// Not known; any letter will do.
    Any,
}

impl Axis {
    /// By the member's usual name.
    pub(crate) fn of(member: &str) -> Self {
        match member {
            "lat" | "latitude" => Self::Latitude,
            "lon" | "lng" | "longitude" => Self::Longitude,
            _ => Self::Any,
        }
    }

    const fn limit(self) -> i64 {
        match self {
            Self::Latitude => 90 * PER_DEGREE,
            Self::Longitude | Self::Any => 180 * PER_DEGREE,
        }
    }

    const fn takes(self, letter: char) -> bool {
        match self {
            Self::Latitude => matches!(letter, 'N' | 'S'),
            Self::Longitude => matches!(letter, 'E' | 'W'),
            Self::Any => true,
        }
    }
}

/// Reads a JSON integer, which is already in micro-degrees unless it looks like whole degrees.
pub(crate) fn from_integer(value: i64, axis: Axis) -> Form<i64> {
    if value != 0 && value.abs() <= 180 {
        return Err(format!(
            "could be degrees or micro-degrees; write {value}.0 for degrees, or {} for micro-degrees",
            decimal(value)
        ));
    }
    within(value, axis)
}

/// Reads degrees, in micro-degrees. Seconds of arc are rounded to the nearest micro-degree (some
/// 11 cm); decimals beyond the sixth are refused, because cutting them is for the author to do.
pub(crate) fn parse(text: &str, axis: Axis) -> Form<i64> {
    let (body, letter) = hemisphere(text.trim())?;
    let signed = body.starts_with(['-', '+', '\u{2212}']);
    let (negative, body) = match body.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, body.strip_prefix('+').unwrap_or(body)),
    };
    if let Some(letter) = letter {
        if signed {
            return Err(format!("has both a sign and {letter}; write one of them"));
        }
        if !axis.takes(letter) {
            return Err(format!("ends in {letter}, which is not how this angle is measured"));
        }
    }
    let size = if body.contains(['°', 'º', '\'', '\u{2032}', '\u{2019}', '"']) {
        sexagesimal(body)?
    } else {
        fixed(body, DECIMALS)?
    };
    let negative = negative || matches!(letter, Some('S' | 'W'));
    within(if negative { -size } else { size }, axis)
}

fn hemisphere(text: &str) -> Form<(&str, Option<char>)> {
    let letter = text.chars().last().filter(char::is_ascii_alphabetic);
    match letter {
        None => Ok((text, None)),
        Some(c @ ('N' | 'S' | 'E' | 'W')) => {
            Ok((text.strip_suffix(c).unwrap_or(text).trim_end(), Some(c)))
        }
        Some(_) => Err(format!("is no angle; {HOW}")),
    }
}

/// `48°00'57"`, `48°00.95'` or `48.5°`; all but the last part are whole.
fn sexagesimal(text: &str) -> Form<i64> {
    let not = || format!("is no angle; {HOW}");
    let (degrees, rest) = text.split_once(['°', 'º']).ok_or_else(not)?;
    let rest = rest.trim();
    if rest.is_empty() {
        return fixed(degrees.trim(), DECIMALS);
    }
    let (minutes, rest) = rest.split_once(['\'', '\u{2032}', '\u{2019}']).ok_or_else(not)?;
    let rest = rest.trim();
    let whole = |part: &str, limit: i64| digits(part.trim()).filter(|v| *v < limit).ok_or_else(not);
    let degrees = whole(degrees, 181)? * PER_DEGREE;
    if rest.is_empty() {
        let minutes = fixed(minutes.trim(), DECIMALS)?;
        return if minutes < 60 * PER_DEGREE {
            Ok(degrees + rounded(minutes, 60))
        } else {
            Err(format!("has 60 minutes or more; {HOW}"))
        };
    }
    let seconds = rest.strip_suffix(['"', '\u{2033}', '\u{201d}']).ok_or_else(not)?;
    let seconds = fixed(seconds.trim(), DECIMALS)?;
    if seconds >= 60 * PER_DEGREE {
        return Err(format!("has 60 seconds or more; {HOW}"));
    }
    let minutes = whole(minutes, 60)?;
    Ok(degrees + rounded(minutes * 60 * PER_DEGREE + seconds, 3600))
}

/// A decimal number without sign, times 10^`places`.
pub(super) fn fixed(text: &str, places: usize) -> Form<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if text.contains(',') {
        return Err(format!("holds a comma, which is read in two ways; {HOW}"));
    }
    if text.ends_with('.') {
        return Err("ends in a point".to_owned());
    }
    let significant = fraction.trim_end_matches('0');
    if significant.len() > places {
        return Err(format!("has more than {places} decimals; round it to {places}"));
    }
    let not = || format!("is no angle; {HOW}");
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not());
    }
    // Longer than any angle or count of minor units that is read here.
    let whole = digits(whole).filter(|w| *w < 1_000_000_000).ok_or_else(not)?;
    let padded = format!("{significant:0<places$}");
    let fraction = if places == 0 { 0 } else { digits(&padded).ok_or_else(not)? };
    let scale = 10_i64.checked_pow(u32::try_from(places).unwrap_or(u32::MAX)).ok_or_else(not)?;
    whole.checked_mul(scale).and_then(|w| w.checked_add(fraction)).ok_or_else(not)
}

/// `value / by` for what is not negative, half up.
const fn rounded(value: i64, by: i64) -> i64 {
    (value + by / 2) / by
}

fn within(value: i64, axis: Axis) -> Form<i64> {
    let limit = axis.limit();
    if value.abs() <= limit {
        Ok(value)
    } else {
        Err(format!("is beyond ±{} degrees", limit / PER_DEGREE))
    }
}

/// Micro-degrees as decimal degrees.
pub(crate) fn decimal(value: i64) -> String {
    let (sign, size) = (if value < 0 { "-" } else { "" }, value.abs());
    format!("{sign}{}.{:06}", size / PER_DEGREE, size % PER_DEGREE)
}
