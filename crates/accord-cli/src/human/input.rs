//! JSON as people write it: like JSON, but every number keeps its spelling, so that `48.0159`
//! never passes through a binary fraction.

use super::HumanError;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;

/// The deepest nesting.
const DEPTH_MAX: usize = 32;
/// The largest magnitude of a signed number.
const INTEGER_MAX: i64 = accord_format::json::INTEGER_MAX;

/// A JSON value whose numbers are still text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as spelled.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Self>),
    /// An object, in the order of its members.
    Members(Vec<(String, Self)>),
}

impl Input {
    /// The member of an object.
    pub(crate) fn get(&self, member: &str) -> Option<&Self> {
        match self {
            Self::Members(members) => members.iter().find(|(m, _)| m == member).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The text of a string.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As written, for messages.
    pub(crate) fn spelled(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(text) | Self::Text(text) => text.clone(),
            Self::List(_) => "[…]".to_owned(),
            Self::Members(_) => "{…}".to_owned(),
        }
    }

    /// The value without any conversion; numbers must be integers that may be signed.
    pub(crate) fn plain(&self, at: &str) -> Result<Value, HumanError> {
        Ok(match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(text) => integer(text, at)?.into(),
            Self::Text(text) => Value::String(text.clone()),
            Self::List(items) => {
                let items = items.iter().enumerate();
                items.map(|(n, v)| v.plain(&format!("{at}/{n}"))).collect::<Result<_, _>>()?
            }
            Self::Members(members) => {
                let member = |(name, value): &(String, Self)| {
                    Ok((name.clone(), value.plain(&pointer(at, name))?))
                };
                Value::Object(members.iter().map(member).collect::<Result<_, HumanError>>()?)
            }
        })
    }
}

/// `at` extended by a member name, as RFC 6901 spells it.
pub(super) fn pointer(at: &str, member: &str) -> String {
    format!("{at}/{}", member.replace('~', "~0").replace('/', "~1"))
}

/// An integer in the one spelling that a signed event allows.
pub(super) fn integer(text: &str, at: &str) -> Result<i64, HumanError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits == "0" && text != "-0"
        || !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    let value = text.parse::<i64>().ok().filter(|v| v.unsigned_abs() <= INTEGER_MAX.unsigned_abs());
    value.filter(|_| plain).ok_or_else(|| {
        HumanError::value(at, text, "is no integer within 2^53-1; fractions are not signed")
    })
}

/// Reads a text as JSON, keeping the spelling of numbers.
pub(crate) fn parse(text: &str) -> Result<Input, HumanError> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|e| HumanError::Json(e.to_string()))?;
    read(raw.get(), "", 0)
}

fn read(raw: &str, at: &str, depth: usize) -> Result<Input, HumanError> {
    if depth > DEPTH_MAX {
        return Err(HumanError::TooDeep(DEPTH_MAX));
    }
    let json = |e: serde_json::Error| HumanError::Json(format!("{e} at {}", super::place(at)));
    Ok(match raw.as_bytes().first() {
        Some(b'{') => {
            let mut members: Vec<(String, Input)> = Vec::new();
            let mut names = std::collections::BTreeSet::new();
            for (member, value) in raw_members(raw).map_err(json)? {
                if !names.insert(member.clone()) {
                    return Err(HumanError::Duplicate { at: at.to_owned(), member });
                }
                let value = read(value.get(), &pointer(at, &member), depth + 1)?;
                members.push((member, value));
            }
            Input::Members(members)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).map_err(json)?;
            let items = items.iter().enumerate();
            let item = |(n, v): (usize, &&RawValue)| read(v.get(), &format!("{at}/{n}"), depth + 1);
            Input::List(items.map(item).collect::<Result<_, _>>()?)
        }
        Some(b'"') => Input::Text(serde_json::from_str(raw).map_err(json)?),
        Some(b't' | b'f') => Input::Bool(raw == "true"),
        Some(b'n') => Input::Null,
        _ => Input::Number(raw.to_owned()),
    })
}

fn raw_members(raw: &str) -> Result<Vec<(String, &RawValue)>, serde_json::Error> {
    struct Pairs;
    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, &'de RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
    use serde::Deserializer as _;
    serde_json::Deserializer::from_str(raw).deserialize_map(Pairs)
}
