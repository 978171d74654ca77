//! What a story expects, and whether it came.

use super::story::Listed;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// What becomes of something handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is in the ledger, with these findings.
    Accepted(BTreeSet<String>),
    /// It is not, for this reason.
    Refused(String),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted(findings) if findings.is_empty() => f.write_str("accepted"),
            Self::Accepted(findings) => {
                let each: Vec<_> = findings.iter().map(|code| format!("finding({code})")).collect();
                f.write_str(&each.join(", "))
            }
            Self::Refused(code) => write!(f, "refused({code})"),
        }
    }
}

impl Answer {
    /// Reads what a step expects.
    pub(super) fn parse(expected: &Listed) -> Result<Self, String> {
        let mut findings = BTreeSet::new();
        for word in &expected.0 {
            if let Some(code) = inside(word, "finding") {
                findings.insert(code.to_owned());
            } else if expected.0.len() == 1 && word == "accepted" {
                break;
            } else if let (1, Some(code)) = (expected.0.len(), inside(word, "refused")) {
                return Ok(Self::Refused(code.to_owned()));
            } else {
                let how = "accepted, refused(code), or one or several finding(code)";
                return Err(format!("{word:?} is not what can be expected: {how}"));
            }
        }
        Ok(Self::Accepted(findings))
    }

    /// Reads an answer of `accord append --json`.
    pub(super) fn of(document: &Value) -> Result<Self, String> {
        let code = |value: &Value| value["code"].as_str().map(str::to_owned);
        let read = match document["outcome"].as_str() {
            Some("accepted") => document["findings"]
                .as_array()
                .and_then(|all| all.iter().map(code).collect())
                .map(Self::Accepted),
            Some("refused") => code(document).map(Self::Refused),
            _ => None,
        };
        read.ok_or_else(|| format!("not an answer that a story can have: {document}"))
    }

    /// Everything else that could have been expected in its place.
    pub(super) fn others(&self) -> Vec<Self> {
        let mut others = vec![
            Self::Accepted(BTreeSet::new()),
            Self::Accepted(BTreeSet::from(["never_found".to_owned()])),
            Self::Refused("never-refused".to_owned()),
        ];
        if let Self::Accepted(findings) = self
            && let Some(first) = findings.first()
        {
            let more = findings.iter().cloned().chain(["never_found".to_owned()]);
            others.push(Self::Accepted(more.collect()));
            others.push(Self::Accepted(findings.iter().filter(|f| *f != first).cloned().collect()));
            others.push(Self::Refused(first.clone()));
        }
        others.retain(|other| other != self);
        others
    }
}

fn inside<'a>(word: &'a str, what: &str) -> Option<&'a str> {
    let code = word.strip_prefix(what)?.strip_prefix('(')?.strip_suffix(')')?;
    (!code.is_empty()).then_some(code)
}

/// What stands in a place of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing.
    Absent,
    /// A number that is meant exactly, or counted by the ledger itself.
    Number(u64),
    /// A number as its source meant it.
    Qualified(String, u64),
    /// Words.
    Words(String),
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Qualified(how, value) => write!(f, "{how} {value}"),
            Self::Words(words) => write!(f, "{words:?}"),
        }
    }
}

const QUALIFIERS: [&str; 4] = ["about", "at least", "at most", "unknown"];

impl Shown {
    /// Reads what a question expects.
    pub(super) fn parse(expected: &toml::Value) -> Result<Self, String> {
        match expected {
            toml::Value::Integer(value) => u64::try_from(*value)
                .map(Self::Number)
                .map_err(|_| format!("{value}: no figure is below zero")),
            toml::Value::String(text) if text == "absent" => Ok(Self::Absent),
            toml::Value::String(text) => {
                let qualified = text.rsplit_once(' ').and_then(|(how, value)| {
                    let how = QUALIFIERS.into_iter().find(|known| *known == how)?;
                    Some(Self::Qualified(how.to_owned(), value.parse().ok()?))
                });
                Ok(qualified.unwrap_or_else(|| Self::Words(text.clone())))
            }
            other => Err(format!("{other} is neither a number nor words")),
        }
    }

    /// Reads a figure of `accord replay --json`.
    pub(super) fn of_figure(figure: &Value) -> Result<Self, String> {
        let value = figure["value"].as_u64().ok_or_else(|| format!("no figure: {figure}"))?;
        Ok(match figure["qualifier"].as_str() {
            None | Some("exact") => Self::Number(value),
            Some(how) => Self::Qualified(how.replace('_', " "), value),
        })
    }

    /// Reads a cell of `accord replay --json`.
    pub(super) fn of_cell(cell: &Value) -> Result<Self, String> {
        match cell {
            Value::String(empty) if empty == "empty" => Ok(Self::Absent),
            cell if cell["figure"].is_object() => Self::of_figure(&cell["figure"]),
            cell if cell["suppressed"].is_object() => {
                Ok(Self::Words(format!("fewer than {}", cell["suppressed"]["below"])))
            }
            cell => {
                let words = cell["text"].as_str().map(|text| Self::Words(text.to_owned()));
                words.ok_or_else(|| format!("no cell: {cell}"))
            }
        }
    }

    /// What a mistaken question would expect in its place, off by one first.
    pub(super) fn others(&self) -> Vec<Self> {
        let mut others = vec![Self::Absent, Self::Number(0)];
        match self {
            Self::Absent => {}
            Self::Number(value) => {
                let near = [value.checked_add(1), value.checked_sub(1)];
                others.extend(near.into_iter().flatten().map(Self::Number));
                others.push(Self::Qualified("about".to_owned(), *value));
            }
            Self::Qualified(how, value) => {
                let near = [value.checked_add(1), value.checked_sub(1)];
                others.extend(
                    near.into_iter().flatten().map(|near| Self::Qualified(how.clone(), near)),
                );
                others.push(Self::Number(*value));
                others.extend(QUALIFIERS.map(|other| Self::Qualified(other.to_owned(), *value)));
            }
            Self::Words(words) => others.push(Self::Words(format!("not {words}"))),
        }
        others.retain(|other| other != self);
        others
    }
}
