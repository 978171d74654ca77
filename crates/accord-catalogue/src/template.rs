//! Templates: what an author fills in, made from the schema.

use schemars::Schema;
use serde_json::{Map, Value, json};

/// The deepest nesting a template follows.
const DEPTH_MAX: usize = 12;

/// A payload with every member present and a value of the right kind in each, taken from the
/// schema's examples where there are any. What is written only when true is left out.
pub fn template(schema: &Schema) -> Value {
    let root = schema.as_value();
    fill(root, root, 0)
}

fn fill(root: &Value, schema: &Value, depth: usize) -> Value {
    if depth > DEPTH_MAX {
        return Value::Null;
    }
    if let Some(example) = schema.get("examples").and_then(|e| e.get(0)) {
        return example.clone();
    }
    for fixed in ["const", "default"] {
        if let Some(value) = schema.get(fixed).filter(|v| !v.is_null()) {
            return value.clone();
        }
    }
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let found = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        return found.map_or(Value::Null, |found| fill(root, found, depth + 1));
    }
    if let Some(first) = schema.get("enum").and_then(|e| e.get(0)) {
        return first.clone();
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        if let Some(first) = schema.get(choice).and_then(|c| c.get(0)) {
            return fill(root, first, depth + 1);
        }
    }
    match kind_of(schema) {
        "object" => object(root, schema, depth),
        "array" => schema
            .get("items")
            .map_or_else(|| json!([]), |item| json!([fill(root, item, depth + 1)])),
        "integer" | "number" => {
            schema.get("minimum").filter(|m| m.is_i64()).cloned().unwrap_or_else(|| json!(0))
        }
        "boolean" => json!(false),
        _ => json!(""),
    }
}

fn kind_of(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            kinds.iter().find_map(|k| k.as_str().filter(|k| *k != "null")).unwrap_or_default()
        }
        _ if schema.get("properties").is_some() => "object",
        _ => "",
    }
}

fn object(root: &Value, schema: &Value, depth: usize) -> Value {
    let mut members = Map::new();
    let all_required = schema.get("required").and_then(Value::as_array);
    let required = |name: &String| {
        all_required.is_some_and(|all| all.iter().any(|r| r.as_str() == Some(name)))
    };
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for (name, member) in properties {
            if !required(name) && member.get("type") == Some(&Value::from("boolean")) {
                continue;
            }
            members.insert(name.clone(), fill(root, member, depth + 1));
        }
    }
    Value::Object(members)
}
