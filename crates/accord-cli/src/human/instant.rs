//! Days, instants and spans of time.

use super::{Form, Input, digits};
use accord_format::event::Precision;
use accord_format::time::Timestamp;
use serde_json::{Value, json};

const HOW: &str = "write 2026-03-01 05:00 (UTC), 2026-03-01T05:00:00Z or 2026-03-01T05:00+02:00";

/// Reads a calendar day, `2026-03-01`.
pub(crate) fn day(text: &str) -> Form<Timestamp> {
    date(text.trim()).ok_or_else(|| "is no day; write it as 2026-03-01".to_owned())
}

fn date(text: &str) -> Option<Timestamp> {
    let [year, month, day] = fields(text, '-', &[4, 2, 2])?.try_into().ok()?;
    Timestamp::from_date(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// Reads an instant, with the precision that its spelling has. Without a zone it is UTC.
pub(crate) fn instant(text: &str) -> Form<(Timestamp, Precision)> {
    let text = text.trim();
    let not = || format!("is no instant; {HOW}");
    if date(text).is_some() {
        return Err(format!("is a day without a time; {HOW}"));
    }
    let (day, rest) = text.split_once(['T', ' ']).ok_or_else(not)?;
    let day = date(day).ok_or_else(not)?;
    let (clock, offset) = zone(rest.trim()).ok_or_else(not)?;
    let (seconds, precision) = time(clock).ok_or_else(not)?;
    Ok((day.plus_seconds(seconds - offset), precision))
}

/// Splits a time of day from its zone; the offset in seconds east of UTC.
fn zone(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some((clock.trim_end(), 0));
    }
    if let Some(clock) = text.strip_suffix("UTC") {
        return Some((clock.trim_end(), 0));
    }
    let Some(at) = text.find(['+', '-', '\u{2212}']) else { return Some((text, 0)) };
    let (clock, offset) = text.split_at_checked(at)?;
    let west = !offset.starts_with('+');
    let [hours, minutes] =
        fields(offset.trim_start_matches(['+', '-', '\u{2212}']), ':', &[2, 2])?.try_into().ok()?;
    let seconds = (hours <= 14 && minutes < 60).then_some(hours * 3600 + minutes * 60)?;
    Some((clock.trim_end(), if west { -seconds } else { seconds }))
}

fn time(text: &str) -> Option<(i64, Precision)> {
    let (parts, precision) = match fields(text, ':', &[2, 2]) {
        Some(parts) => (parts, Precision::Minute),
        None => (fields(text, ':', &[2, 2, 2])?, Precision::Second),
    };
    let mut parts = parts.into_iter();
    let (hour, minute) = (parts.next()?, parts.next()?);
    let second = parts.next().unwrap_or(0);
    (hour < 24 && minute < 60 && second < 60)
        .then_some((hour * 3600 + minute * 60 + second, precision))
}

/// Numbers of fixed widths between separators.
fn fields(text: &str, separator: char, widths: &[usize]) -> Option<Vec<i64>> {
    let parts: Vec<&str> = text.split(separator).collect();
    let fits = parts.len() == widths.len()
        && parts.iter().zip(widths).all(|(part, width)| part.len() == *width);
    fits.then(|| parts.into_iter().map(digits).collect()).flatten()
}

/// One bound of a span: an instant, a day, a month or a year.
pub(crate) fn bound(text: &str) -> Form<(Timestamp, Precision)> {
    let text = text.trim();
    if let Some(day) = date(text) {
        return Ok((day, Precision::Day));
    }
    let month = fields(text, '-', &[4, 2])
        .and_then(|f| Timestamp::from_date(*f.first()?, u8::try_from(*f.get(1)?).ok()?, 1));
    if let Some(month) = month {
        return Ok((month, Precision::Month));
    }
    if let Some(year) =
        fields(text, '-', &[4]).and_then(|f| Timestamp::from_date(*f.first()?, 1, 1))
    {
        return Ok((year, Precision::Year));
    }
    instant(text).map_err(|_| {
        format!("is no time; write a day 2026-03-01, a month 2026-03, a year 2026, or {HOW}")
    })
}

/// An instant as a command takes it: like a bound, a day meaning its start.
pub(crate) fn moment(text: &str) -> Form<Timestamp> {
    bound(text).map(|(at, _)| at)
}

/// Reads when something happened, as the members of `occurred`.
///
/// `2026-03-01` is that day, `2026-03` that month, `2026-03-01 05:00` that minute;
/// `2019-02-11..2019-02-25` ends before the second bound, `2019-02-11..=2019-02-24` with the end
/// of it.
pub(crate) fn span(text: &str) -> Form<Value> {
    let Some((from, until)) = text.split_once("..") else {
        let (from, precision) = bound(text)?;
        return Ok(occurred(from, None, precision));
    };
    let (from, precision) = bound(from)?;
    let until = match until.strip_prefix('=') {
        None => bound(until)?.0,
        Some(last) => end_of(bound(last)?),
    };
    if until <= from {
        return Err("ends before it begins".to_owned());
    }
    Ok(occurred(from, Some(until), precision))
}

/// The first instant after the unit that begins at `from`.
pub(crate) fn end_of((from, precision): (Timestamp, Precision)) -> Timestamp {
    let span = accord_format::event::Occurred {
        from: accord_format::time::Instant::new(from),
        until: None,
        precision,
    };
    match precision {
        // The end of a second is the next one.
        Precision::Second | Precision::Unknown => from.plus_seconds(1),
        _ => span.end(),
    }
}

/// The members of `occurred`.
pub(crate) fn occurred(from: Timestamp, until: Option<Timestamp>, precision: Precision) -> Value {
    let mut span = json!({"from": from.to_seconds_string(), "precision": precision.as_str()});
    if let (Some(until), Some(members)) = (until, span.as_object_mut()) {
        members.insert("until".to_owned(), until.to_seconds_string().into());
    }
    span
}

/// Reads `occurred` from a draft: a span as text, or its members with instants as people write
/// them.
pub(crate) fn occurred_of(input: &Input) -> Result<Value, super::HumanError> {
    let wrong =
        |at: &str, found: &str, problem: String| super::HumanError::value(at, found, problem);
    match input {
        Input::Text(text) => span(text).map_err(|problem| wrong("/occurred", text, problem)),
        Input::Members(members) => {
            let mut out = serde_json::Map::new();
            for (name, value) in members {
                let at = format!("/occurred/{name}");
                let value = match (name.as_str(), value.as_text()) {
                    ("from" | "until", Some(text)) => bound(text)
                        .map_err(|problem| wrong(&at, text, problem))?
                        .0
                        .to_seconds_string()
                        .into(),
                    _ => value.plain(&at)?,
                };
                out.insert(name.clone(), value);
            }
            Ok(Value::Object(out))
        }
        other => Err(wrong("/occurred", &other.spelled(), format!("is no time; {HOW}"))),
    }
}
