//! RFC 8785 JSON, for the integers and strings that states consist of.

use serde_json::Value;

/// Why a value has no canonical form here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// Fractions never occur in a state.
    #[error("the number {0} is not an integer")]
    NotAnInteger(String),
}

/// Writes `value` in RFC 8785 form; integers beyond ±(2^53−1) become strings.
pub fn to_canonical(value: &Value) -> Result<String, CanonicalError> {
    let mut out = String::new();
    write(value, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut String) -> Result<(), CanonicalError> {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => out.push_str(&value.to_string()),
        Value::Number(number) => {
            let wide =
                number.as_i128().ok_or_else(|| CanonicalError::NotAnInteger(number.to_string()))?;
            if wide.unsigned_abs() > crate::json::INTEGER_MAX.unsigned_abs().into() {
                out.push('"');
                out.push_str(&wide.to_string());
                out.push('"');
            } else {
                out.push_str(&wide.to_string());
            }
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            // RFC 8785 section 3.2.3: by UTF-16 code units, which differs from bytes beyond U+FFFF.
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (at, (key, member)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(member, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn follows_rfc_8785() {
        // Member order of RFC 8785 section 3.2.3, and its escapes.
        let value = json!({"\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis"});
        assert_eq!(
            to_canonical(&value).unwrap(),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"\u{f6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20ac}\":\"Euro Sign\",\"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"
        );
    }

    #[test]
    fn wide_integers_become_strings_and_fractions_are_refused() {
        assert_eq!(
            to_canonical(&json!([u64::MAX, -9_007_199_254_740_991_i64])).unwrap(),
            "[\"18446744073709551615\",-9007199254740991]"
        );
        assert!(to_canonical(&json!(1.5)).is_err());
    }
}
