//! Strict JSON: one value, one meaning, in every implementation.
//!
//! Refused beyond RFC 8259: duplicate members (compared after unescaping), numbers that are not
//! integers within ±(2^53−1), decoded control or bidirectional control characters, lone
//! surrogates, nesting deeper than [`DEPTH_MAX`] and white space other than the space (a line
//! holds no other).

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};
use std::fmt;

/// The deepest nesting of arrays and objects.
pub const DEPTH_MAX: usize = 16;
/// The largest magnitude of a number: 2^53 − 1, what every JSON reader holds exactly.
pub const INTEGER_MAX: i64 = 9_007_199_254_740_991;

/// Why a text is not strict JSON; says what and where.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(#[from] serde_json::Error);

/// Parses `text` as one strict JSON value.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    // All bytes at once, which takes less than to look for the first of them.
    if text.bytes().fold(false, |any, byte| any | byte.is_ascii_control())
        && let Some(at) = text.bytes().position(|byte| byte.is_ascii_control())
    {
        return Err(
            serde_json::Error::custom(format_args!("control character at byte {at}")).into()
        );
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0 }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// True for characters that no string of the ledger may hold: controls, and the bidirectional
/// controls that make a text read other than it is.
pub fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(&self) -> Result<Self, E> {
        if self.depth >= DEPTH_MAX {
            return Err(E::custom(format_args!("nested deeper than {DEPTH_MAX}")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

fn text<E: serde::de::Error>(value: &str) -> Result<(), E> {
    if value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(());
    }
    match value.chars().find(|c| is_forbidden(*c)) {
        Some(c) => {
            Err(E::custom(format_args!("forbidden character U+{:04X} in a string", u32::from(c))))
        }
        None => Ok(()),
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a strict JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > INTEGER_MAX.unsigned_abs() {
            return Err(E::custom(format_args!("{value} is beyond 2^53-1")));
        }
        Ok(value.into())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => Err(E::custom(format_args!("{value} is beyond 2^53-1"))),
        }
    }

    // serde_json hands over every fraction, exponent, `-0` and overlong integer as a float.
    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Value, E> {
        Err(E::custom(
            "a number must be an integer within 2^53-1, without fraction, exponent or -0",
        ))
    }

    // What has no escapes is borrowed, and the text holds no ASCII control.
    fn visit_borrowed_str<E: serde::de::Error>(self, value: &'de str) -> Result<Value, E> {
        if !value.is_ascii() {
            text(value)?;
        }
        Ok(Value::String(value.to_owned()))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        text(value)?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.deeper()?)? {
            items.push(item);
        }
        // An empty array is a level too.
        self.deeper::<A::Error>()?;
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            text(&key)?;
            match members.entry(key) {
                Entry::Occupied(known) => {
                    let twice = format_args!("member {:?} appears twice", known.key());
                    return Err(A::Error::custom(twice));
                }
                Entry::Vacant(place) => {
                    place.insert(map.next_value_seed(self.deeper()?)?);
                }
            }
        }
        self.deeper::<A::Error>()?;
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_plain_values() {
        for good in [
            "{}",
            "[]",
            r#"{"a":[1,-1,0,"x",true,null]}"#,
            "9007199254740991",
            "-9007199254740991",
            r#""\u00e9""#,
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn refuses_what_two_readers_could_read_apart() {
        for bad in [
            "",
            "{} {}",
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,"\u0061":2}"#,
            "1.0",
            "1e2",
            "-0",
            "01",
            "+1",
            "1.",
            "9007199254740992",
            "-9007199254740992",
            "18446744073709551616",
            "NaN",
            r#""\ud800""#,
            r#""\u0000""#,
            r#""\u202e""#,
            r#""\n""#,
            "\"\u{2066}\"",
            r#"{"\u200f":1}"#,
            "[1,]",
            "{'a':1}",
            "// x\n1",
            "\"\u{7f}\"",
            r#""\u0085""#,
            "[1,\t2]",
            "{}\n",
            "\r{}",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn forbidden_characters_are_those_of_the_format() {
        let forbidden: Vec<char> = ('\0'..=char::MAX).filter(|c| is_forbidden(*c)).collect();
        let ranges = [
            '\0'..='\u{1f}',
            '\u{7f}'..='\u{9f}',
            '\u{61c}'..='\u{61c}',
            '\u{200e}'..='\u{200f}',
            '\u{2028}'..='\u{202e}',
            '\u{2066}'..='\u{2069}',
        ];
        assert_eq!(forbidden, ranges.into_iter().flatten().collect::<Vec<_>>());
    }

    #[test]
    fn depth_is_limited() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(&nested(16)).is_ok());
        assert!(parse(&nested(17)).is_err());
        assert!(parse(&nested(100_000)).is_err());
        assert!(parse(&"[".repeat(50_000)).is_err());
    }
}
