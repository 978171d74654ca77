//! One row made into a payload and the time that it tells of.

use super::BadRow;
use super::mapping::{As, Blank, Field, Mapping, OccurredRule};
use super::table::Row;
use crate::human::{angle, count, instant};
use accord_format::event::{Occurred, Precision};
use accord_format::time::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The payload that a row makes.
pub(super) fn payload(mapping: &Mapping, row: &Row<'_>) -> Result<Value, BadRow> {
    let mut payload = Value::Object(Map::new());
    for field in &mapping.field {
        if let Some(value) = value(field, row)? {
            put(&mut payload, &field.into, value)
                .map_err(|problem| row.bad(&field.into, problem))?;
        }
    }
    Ok(payload)
}

/// The value of one member; nothing where it is left out.
pub(super) fn value(field: &Field, row: &Row<'_>) -> Result<Option<Value>, BadRow> {
    match field.how {
        As::Constant => {
            let value = field.value.as_ref().map(constant).transpose();
            return value.map_err(|problem| row.bad(&field.into, problem));
        }
        As::Tally => return tally(field, row),
        As::SourceRow => {
            let file = row.table().digest.to_string();
            return Ok(Some(json!({"file": file, "row": row.number})));
        }
        _ => {}
    }
    let column = field.column.as_deref().unwrap_or_default();
    let text = row.field(column);
    if text.is_empty() {
        return match field.blank {
            Blank::Skip => Ok(None),
            Blank::Error => Err(row.bad(column, "is blank; a value is needed here")),
        };
    }
    let bad = |problem: String| row.bad(column, format!("{text:?} {problem}"));
    let value = match field.how {
        As::Integer => integer(text).map_err(bad)?.into(),
        As::Count => counted(field, row, text)?,
        As::Date => {
            let day = day(text).map_err(bad)?.to_seconds_string();
            day.chars().take(10).collect::<String>().into()
        }
        As::Instant => instant::instant(text).map_err(bad)?.0.to_seconds_string().into(),
        As::MicroDegrees => {
            let axis = angle::Axis::of(field.into.rsplit('/').next().unwrap_or_default());
            angle::parse(text, axis).map_err(bad)?.into()
        }
        As::Words => word(&field.words, text).map_err(bad)?.into(),
        As::Text | As::Constant | As::Tally | As::SourceRow => {
            text.split_whitespace().collect::<Vec<_>>().join(" ").into()
        }
    };
    Ok(Some(value))
}

fn counted(field: &Field, row: &Row<'_>, text: &str) -> Result<Value, BadRow> {
    let column = field.column.as_deref().unwrap_or_default();
    let number =
        count::number(text).map_err(|problem| row.bad(column, format!("{text:?} {problem}")))?;
    let (place, word) = match (&field.qualifier, &field.value) {
        (Some(qualifier), _) => (qualifier.as_str(), row.field(qualifier)),
        (None, Some(value)) => (column, value.as_str().unwrap_or_default()),
        // A column without a word beside it tells how many, not how it was meant.
        (None, None) => (column, "unknown"),
    };
    let counted = count::of(number, if word.is_empty() { "unknown" } else { word });
    counted.map_err(|problem| row.bad(place, format!("{word:?} {problem}")))
}

fn tally(field: &Field, row: &Row<'_>) -> Result<Option<Value>, BadRow> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for part in &field.parts {
        let text = row.field(&part.column);
        let number = integer(text)
            .and_then(|n| if n < 0 { Err("is negative".to_owned()) } else { Ok(n) })
            .map_err(|problem| row.bad(&part.column, format!("{text:?} {problem}")))?;
        if number == 0 {
            continue;
        }
        let name = row.field(&part.of);
        let code = word(&field.words, name)
            .map_err(|problem| row.bad(&part.of, format!("{name:?} {problem}")))?;
        let sum = sums.entry(code).or_default();
        *sum = sum.saturating_add(number);
    }
    Ok((!sums.is_empty()).then(|| json!(sums)))
}

fn word<'a>(words: &'a BTreeMap<String, String>, text: &str) -> Result<&'a str, String> {
    words.get(text).map(String::as_str).ok_or_else(|| {
        let known: Vec<&str> = words.keys().map(String::as_str).collect();
        format!("is not among the mapping's words: {}", known.join(", "))
    })
}

fn integer(text: &str) -> Result<i64, String> {
    let value = text.parse::<i64>().ok();
    value
        .filter(|v| v.unsigned_abs() <= accord_format::json::INTEGER_MAX.unsigned_abs())
        .ok_or_else(|| "is no whole number within 2^53-1".to_owned())
}

/// A day, also when a time of midnight is written behind it.
fn day(text: &str) -> Result<Timestamp, String> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let midnight = time.trim_end_matches('Z').bytes().all(|b| matches!(b, b'0' | b':' | b'.'));
    if midnight {
        instant::day(date)
    } else {
        Err("has a time of day, where a day is expected".to_owned())
    }
}

fn constant(value: &toml::Value) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Boolean(truth) => (*truth).into(),
        toml::Value::Array(items) => items.iter().map(constant).collect::<Result<_, _>>()?,
        toml::Value::Table(members) => {
            let member = |(k, v): (&String, &toml::Value)| Ok((k.clone(), constant(v)?));
            Value::Object(members.iter().map(member).collect::<Result<_, String>>()?)
        }
        toml::Value::Float(_) => return Err("is a fraction, which is not signed".to_owned()),
        toml::Value::Datetime(_) => return Err("is a date; write it in quotes".to_owned()),
    })
}

/// Puts a value at a path, making the objects on the way.
fn put(payload: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let mut place = payload;
    for member in path.split('/') {
        let members = place.as_object_mut().ok_or_else(|| "lies inside a value".to_owned())?;
        place = members.entry(member).or_insert_with(|| Value::Object(Map::new()));
    }
    if place.as_object().is_some_and(Map::is_empty) {
        *place = value;
        Ok(())
    } else {
        Err("is made twice".to_owned())
    }
}

/// When what the row tells happened.
pub(super) fn occurred(rule: &OccurredRule, row: &Row<'_>) -> Result<Value, BadRow> {
    let precision = precision(rule, row)?;
    let bound = |column: &str| {
        let text = row.field(column);
        let parsed = match precision {
            Precision::Second | Precision::Minute | Precision::Hour => {
                instant::instant(text).map(|(at, _)| at)
            }
            _ => day(text),
        };
        parsed.map_err(|problem| row.bad(column, format!("{text:?} {problem}")))
    };
    let from = bound(&rule.from)?;
    let Some(column) = &rule.until else { return Ok(instant::occurred(from, None, precision)) };
    let last = bound(column)?;
    let until = match (rule.until_inclusive, precision) {
        (false, _) => last,
        (true, Precision::Second | Precision::Minute | Precision::Hour) => {
            instant::end_of((last, precision))
        }
        (true, _) => instant::end_of((last, Precision::Day)),
    };
    if until <= from {
        return Err(row.bad(column, format!("the span ends ({last}) before it begins ({from})")));
    }
    let span = instant::occurred(from, Some(until), precision);
    match Occurred::from_value(&span) {
        Ok(_) => Ok(span),
        Err(error) => Err(row.bad(column, error.to_string())),
    }
}

fn precision(rule: &OccurredRule, row: &Row<'_>) -> Result<Precision, BadRow> {
    let column = rule.precision.column.as_deref();
    let (place, name) = match (column, &rule.precision.constant) {
        (Some(column), _) => {
            let text = row.field(column);
            let meaning = word(&rule.precision.words, text);
            (column, meaning.map_err(|problem| row.bad(column, format!("{text:?} {problem}")))?)
        }
        (None, constant) => ("occurred.precision", constant.as_deref().unwrap_or_default()),
    };
    let probe = json!({"from": "2000-01-01T00:00:00Z", "precision": name});
    match Occurred::from_value(&probe) {
        Ok(span) => Ok(span.precision),
        Err(error) => Err(row.bad(place, error.to_string())),
    }
}
