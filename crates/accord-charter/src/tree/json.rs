//! From JSON, where there are no places.

use super::{Member, Node, Value};

/// Takes over a JSON value. Its depth is what serde_json let through.
pub(crate) fn from_json(value: serde_json::Value) -> Node {
    use serde_json::Value as Json;
    let value = match value {
        Json::Null => Value::Foreign("null"),
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None if number.is_f64() => Value::Foreign("a fraction"),
            None => Value::Foreign("a number beyond 64 bits"),
        },
        Json::String(text) => Value::Text(text),
        Json::Array(items) => Value::List(items.into_iter().map(from_json).collect()),
        Json::Object(members) => Value::Table(
            members
                .into_iter()
                .map(|(key, value)| Member { key, key_span: None, node: from_json(value) })
                .collect(),
        ),
    };
    Node { value, span: None }
}
