//! The walk over a payload along its schema.

use super::input::{integer, pointer};
use super::{HumanError, Input, angle, count, instant, money};
use serde_json::{Map, Value, json};

/// The longest chain of references between a place and its schema.
const REFERENCES_MAX: usize = 16;

/// A payload as it will be signed, with what was made of what the author wrote.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Conversion {
    /// The value.
    pub(crate) value: Value,
    /// One line for each value that is signed in another form than written.
    pub(crate) notes: Vec<String>,
}

/// Converts `input` by the schema `root`. What the schema does not know is passed on as it stands: the
/// type's own check says what is wrong with it.
pub(crate) fn convert(root: &Value, input: &Input) -> Result<Conversion, HumanError> {
    let mut walk = Walk { root, notes: Vec::new() };
    let value = walk.value(root, input, "")?;
    Ok(Conversion { value, notes: walk.notes })
}

struct Walk<'a> {
    root: &'a Value,
    notes: Vec<String>,
}

/// A schema without references and options, and the name that it was referred to by.
struct Resolved<'a> {
    schema: &'a Value,
    name: &'a str,
}

impl<'a> Walk<'a> {
    fn resolve(&self, mut schema: &'a Value) -> Resolved<'a> {
        let mut name = "";
        for _ in 0..REFERENCES_MAX {
            if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
                let Some(found) = target.strip_prefix('#').and_then(|p| self.root.pointer(p))
                else {
                    break;
                };
                name = target.rsplit('/').next().unwrap_or_default();
                schema = found;
            } else if let Some(only) = only_choice(schema) {
                schema = only;
            } else {
                break;
            }
        }
        Resolved { schema, name }
    }

    fn value(&mut self, schema: &'a Value, input: &Input, at: &str) -> Result<Value, HumanError> {
        let Resolved { schema, name } = self.resolve(schema);
        match (name, input) {
            ("Count", Input::Text(_) | Input::Number(_)) => return self.count(input, at),
            ("Money", Input::Text(text)) => return self.money(text, at),
            _ => {}
        }
        match (schema.get("format").and_then(Value::as_str), input) {
            (Some("micro-degrees"), Input::Text(_) | Input::Number(_)) => self.angle(input, at),
            (Some("date"), Input::Text(text)) => {
                let day = instant::day(text).map_err(|p| HumanError::value(at, text, p))?;
                let day = day.to_seconds_string().chars().take(10).collect::<String>();
                Ok(self.noted(at, text, day.into()))
            }
            (Some("date-time"), Input::Text(text)) => {
                let (instant, _) =
                    instant::instant(text).map_err(|p| HumanError::value(at, text, p))?;
                Ok(self.noted(at, text, instant.to_seconds_string().into()))
            }
            (Some("minor-units"), Input::Number(text)) if !text.contains('.') => {
                Err(HumanError::value(
                    at,
                    text,
                    format!(
                        "could be whole or minor units; write \"{text}.00\", or \"{text}\" in \
                         quotes for minor units"
                    ),
                ))
            }
            (_, Input::Members(members)) => self.members(schema, members, at),
            (_, Input::List(items)) => self.items(schema, items, at),
            _ => input.plain(at),
        }
    }

    fn members(
        &mut self,
        schema: &'a Value,
        members: &[(String, Input)],
        at: &str,
    ) -> Result<Value, HumanError> {
        let properties = schema.get("properties");
        let others = schema.get("additionalProperties").filter(|o| o.is_object());
        let mut out = Map::new();
        for (name, input) in members {
            let place = pointer(at, name);
            let schema = properties.and_then(|p| p.get(name)).or(others);
            let value = match schema {
                Some(schema) if self.is_minor_units(schema) => {
                    let currency = members.iter().find(|(n, _)| n == "currency");
                    self.minor_units(
                        input,
                        currency.and_then(|(_, c)| c.as_text()),
                        schema,
                        &place,
                    )?
                }
                Some(schema) => self.value(schema, input, &place)?,
                None => input.plain(&place)?,
            };
            out.insert(name.clone(), value);
        }
        Ok(Value::Object(out))
    }

    fn items(&mut self, schema: &'a Value, items: &[Input], at: &str) -> Result<Value, HumanError> {
        let each = schema.get("items");
        let mut out = Vec::with_capacity(items.len());
        for (n, item) in items.iter().enumerate() {
            let place = format!("{at}/{n}");
            out.push(match each {
                Some(each) => self.value(each, item, &place)?,
                None => item.plain(&place)?,
            });
        }
        Ok(Value::Array(out))
    }

    fn is_minor_units(&self, schema: &'a Value) -> bool {
        self.resolve(schema).schema.get("format").is_some_and(|f| f == "minor-units")
    }

    fn minor_units(
        &mut self,
        input: &Input,
        currency: Option<&str>,
        schema: &'a Value,
        at: &str,
    ) -> Result<Value, HumanError> {
        let (Input::Text(text) | Input::Number(text)) = input else { return input.plain(at) };
        let is_signed_form =
            matches!(input, Input::Text(t) if t.bytes().all(|b| b.is_ascii_digit()));
        match (is_signed_form, currency) {
            (true, Some(currency)) => {
                if let Some(shown) = money::shown(text, currency).filter(|s| !s.starts_with(text)) {
                    self.notes.push(format!("{at}: {text} minor units are {shown}"));
                }
                Ok(text.as_str().into())
            }
            (true, None) => Ok(text.as_str().into()),
            (false, _) if matches!(input, Input::Number(n) if !n.contains('.')) => {
                self.value(schema, input, at)
            }
            (false, None) => Err(HumanError::value(
                at,
                text,
                "cannot be read without a currency beside it; write minor units, digits only",
            )),
            (false, Some(currency)) => {
                let minor = money::parse(text, currency)
                    .map_err(|problem| HumanError::value(at, text, problem))?;
                Ok(self.noted(at, text, minor.into()))
            }
        }
    }

    fn money(&mut self, text: &str, at: &str) -> Result<Value, HumanError> {
        let (amount, currency) = money::parse_with_currency(text)
            .map_err(|problem| HumanError::value(at, text, problem))?;
        Ok(self.noted(at, text, json!({"amount": amount, "currency": currency})))
    }

    fn angle(&mut self, input: &Input, at: &str) -> Result<Value, HumanError> {
        let axis = angle::Axis::of(at.rsplit('/').next().unwrap_or_default());
        let text = input.spelled();
        let is_integer = matches!(input, Input::Number(n) if !n.contains(['.', 'e', 'E']));
        let value = if is_integer {
            angle::from_integer(integer(&text, at)?, axis)
        } else {
            angle::parse(&text, axis)
        };
        let value = value.map_err(|problem| HumanError::value(at, &text, problem))?;
        Ok(self.noted(at, &text, value.into()))
    }

    fn count(&mut self, input: &Input, at: &str) -> Result<Value, HumanError> {
        let text = input.spelled();
        let value = count::parse(&text).map_err(|problem| HumanError::value(at, &text, problem))?;
        Ok(self.noted(at, &text, value))
    }

    fn noted(&mut self, at: &str, written: &str, signed: Value) -> Value {
        let shown = signed.as_str().map_or_else(|| signed.to_string(), str::to_owned);
        if shown != written {
            self.notes.push(format!("{}: {written} is signed as {shown}", super::place(at)));
        }
        signed
    }
}

/// The one schema behind an `anyOf` with null or an `allOf` of one.
fn only_choice(schema: &Value) -> Option<&Value> {
    ["anyOf", "oneOf", "allOf"].into_iter().find_map(|key| {
        let mut choices = schema
            .get(key)?
            .as_array()?
            .iter()
            .filter(|choice| choice.get("type").is_none_or(|t| t != "null"));
        let first = choices.next()?;
        choices.next().is_none().then_some(first)
    })
}
