//! Texts, words and numbers.

use accord_format::json::is_forbidden;
use serde_json::Value as Json;

use super::Shape;
use crate::length::{LengthError, SCHEMA_FORMAT, Seconds};
use crate::problem::ProblemCode;
use crate::tree::{Node, Value, shown};

/// The largest whole number that every JSON reader keeps exactly: 2^53 − 1.
const LARGEST: i64 = (1 << 53) - 1;

impl Shape<'_> {
    pub(super) fn fit_word(&mut self, node: &Node, words: &[&str]) -> Option<Json> {
        let Value::Text(text) = &node.value else {
            self.wrong_type("string", &node.value);
            return None;
        };
        if words.contains(&text.as_str()) {
            return Some(Json::String(text.clone()));
        }
        self.findings.add(
            ProblemCode::UnknownValue,
            &self.path,
            format!("{} is not a word for this", shown(text)),
            format!("use one of: {}", words.join(", ")),
        );
        None
    }

    /// A text with a forbidden character is reported and handed on, so that the rest is checked.
    pub(super) fn fit_text(&mut self, text: &str) -> Json {
        if let Some(found) = text.chars().find(|c| is_forbidden(*c)) {
            let to_do = match found {
                '\n' | '\r' => "write it as one line; in TOML a backslash joins lines",
                _ => "remove it",
            };
            self.findings.add(
                ProblemCode::ControlCharacter,
                &self.path,
                format!("the text holds the control character U+{:04X}", u32::from(found)),
                to_do.to_owned(),
            );
        }
        Json::String(text.to_owned())
    }

    pub(super) fn fit_integer(&mut self, value: &Value, schema: &Json) -> Option<Json> {
        let length = schema.get("format").and_then(Json::as_str) == Some(SCHEMA_FORMAT);
        match value {
            Value::Integer(number) => self.in_range(*number, schema, length),
            Value::Text(text) if length && self.lengths_as_text => self.fit_length(text),
            other => {
                self.wrong_type(if length { LENGTH } else { "integer" }, other);
                None
            }
        }
    }

    fn fit_length(&mut self, text: &str) -> Option<Json> {
        match Seconds::parse(text) {
            Ok(seconds) => Some(Json::from(seconds.get())),
            Err(error) => {
                let code = match error {
                    LengthError::Zero => ProblemCode::LengthNotPositive,
                    LengthError::Form | LengthError::TooLong => ProblemCode::BadLength,
                };
                self.findings.add(
                    code,
                    &self.path,
                    format!("{} is not a length of time: {error}", shown(text)),
                    format!("write {LENGTH}"),
                );
                None
            }
        }
    }

    fn in_range(&mut self, number: i64, schema: &Json, length: bool) -> Option<Json> {
        let bound = |name: &str| schema.get(name).and_then(Json::as_i64);
        let least = bound("minimum").unwrap_or(-LARGEST);
        let most = bound("maximum").unwrap_or_else(|| match schema.get("format") {
            Some(Json::String(format)) if format == "uint32" => i64::from(u32::MAX),
            _ => LARGEST,
        });
        if (least..=most).contains(&number) {
            return Some(Json::from(number));
        }
        let code = match () {
            () if length && number <= 0 => ProblemCode::LengthNotPositive,
            () if length => ProblemCode::BadLength,
            () => ProblemCode::OutOfRange,
        };
        self.findings.add(
            code,
            &self.path,
            format!("{number} is out of range"),
            format!("write a number from {least} to {most}"),
        );
        None
    }
}

const LENGTH: &str = "a length such as 72h or 30d, or a whole number of seconds";
