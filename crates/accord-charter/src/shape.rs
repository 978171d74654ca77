//! Shape: whether a tree has the members, types and words that a charter has.
//!
//! The tree is held against the JSON Schema of the very types that it becomes, so that the shape
//! is written down once. What fits is handed on as JSON.

mod scalar;

use serde_json::{Map, Value as Json};

use crate::findings::Findings;
use crate::problem::ProblemCode;
use crate::tree::{Member, Node, Path, Step, Value, shown};

/// Holds `node` against `schema`, a schema with its definitions. `lengths_as_text` admits `72h`.
pub(crate) fn fit(
    node: &Node,
    schema: &Json,
    lengths_as_text: bool,
    findings: &mut Findings,
) -> Option<Json> {
    let mut shape = Shape { root: schema, lengths_as_text, findings, path: Path::default() };
    shape.fit(node, schema)
}

struct Shape<'a> {
    root: &'a Json,
    /// Whether `72h` is read as a length, as in TOML.
    lengths_as_text: bool,
    findings: &'a mut Findings,
    path: Path,
}

impl<'a> Shape<'a> {
    /// The JSON of `node` where it has the shape of `schema`; unknown members are left out.
    fn fit(&mut self, node: &Node, schema: &'a Json) -> Option<Json> {
        let schema = self.resolve(schema);
        if let Some(words) = words(schema) {
            return self.fit_word(node, &words);
        }
        match (type_of(schema), &node.value) {
            ("object", Value::Table(members)) => self.fit_table(members, schema),
            ("array", Value::List(items)) => self.fit_list(items, schema),
            ("string", Value::Text(text)) => Some(self.fit_text(text)),
            ("boolean", Value::Bool(value)) => Some(Json::Bool(*value)),
            ("integer", value) => self.fit_integer(value, schema),
            (expected, found) => {
                self.wrong_type(expected, found);
                None
            }
        }
    }

    /// Follows references and takes the branch of an optional member that is not null.
    fn resolve(&self, mut schema: &'a Json) -> &'a Json {
        loop {
            if let Some(name) = schema.get("$ref").and_then(Json::as_str) {
                let pointer = name.trim_start_matches('#');
                match self.root.pointer(pointer) {
                    Some(found) => schema = found,
                    None => return schema,
                }
            } else if let Some(branches) = schema.get("anyOf").and_then(Json::as_array) {
                match branches.iter().find(|branch| type_of(branch) != "null") {
                    Some(found) => schema = found,
                    None => return schema,
                }
            } else {
                return schema;
            }
        }
    }

    fn fit_table(&mut self, members: &[Member], schema: &'a Json) -> Option<Json> {
        let known = schema.get("properties").and_then(Json::as_object);
        let others = schema.get("additionalProperties").filter(|others| others.is_object());
        let mut fitted = Some(Map::new());
        for member in members {
            let own = known.and_then(|known| known.get(&member.key)).or(others);
            self.path.0.push(Step::Key(member.key.clone()));
            match own {
                None => self.unknown_member(&member.key, known),
                Some(own) => match (self.fit(&member.node, own), &mut fitted) {
                    (Some(value), Some(fitted)) => {
                        fitted.insert(member.key.clone(), value);
                    }
                    _ => fitted = None,
                },
            }
            self.path.0.pop();
        }
        let required = schema.get("required").and_then(Json::as_array);
        for name in required.into_iter().flatten().filter_map(Json::as_str) {
            if !members.iter().any(|member| member.key == name) {
                self.missing_member(name);
                fitted = None;
            }
        }
        fitted.map(Json::Object)
    }

    fn fit_list(&mut self, items: &[Node], schema: &'a Json) -> Option<Json> {
        let own = schema.get("items")?;
        let mut fitted = Some(Vec::new());
        for (index, item) in items.iter().enumerate() {
            self.path.0.push(Step::Index(index));
            match (self.fit(item, own), &mut fitted) {
                (Some(value), Some(fitted)) => fitted.push(value),
                _ => fitted = None,
            }
            self.path.0.pop();
        }
        fitted.map(Json::Array)
    }

    fn unknown_member(&mut self, key: &str, known: Option<&Map<String, Json>>) {
        let names: Vec<&str> = known.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        self.findings.add_on_key(
            ProblemCode::UnknownMember,
            &self.path,
            format!("there is no member {}", shown(key)),
            format!("remove it, or use one of: {}", names.join(", ")),
        );
    }

    fn missing_member(&mut self, name: &str) {
        self.findings.add(
            ProblemCode::MissingMember,
            &self.path,
            format!("the member {name} is missing"),
            format!("add {name}"),
        );
    }

    fn wrong_type(&mut self, expected: &str, found: &Value) {
        let expected = match expected {
            "object" => "a table",
            "array" => "a list",
            "string" => "a text",
            "boolean" => "true or false",
            "integer" => "a whole number",
            other => other,
        };
        self.findings.add(
            ProblemCode::WrongType,
            &self.path,
            format!("this is {}", found.kind()),
            format!("write {expected}"),
        );
    }
}

/// The words of an enumeration; `None` for any other schema.
fn words(schema: &Json) -> Option<Vec<&str>> {
    if let Some(list) = schema.get("enum").and_then(Json::as_array) {
        return Some(list.iter().filter_map(Json::as_str).collect());
    }
    let branches = schema.get("oneOf").and_then(Json::as_array)?;
    branches.iter().map(|branch| branch.get("const").and_then(Json::as_str)).collect()
}

/// The type that a schema names, null aside.
fn type_of(schema: &Json) -> &str {
    match schema.get("type") {
        Some(Json::String(name)) => name,
        Some(Json::Array(names)) => {
            names.iter().filter_map(Json::as_str).find(|name| *name != "null").unwrap_or("null")
        }
        _ => "",
    }
}
