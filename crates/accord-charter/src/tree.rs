//! The text of a charter as a tree that remembers where everything stands.

mod json;
mod toml;

use std::fmt;
use std::ops::Range;

pub(crate) use json::from_json;
pub(crate) use toml::{TomlError, from_toml};

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    /// The bytes of the text that it takes; `None` where there is no text.
    pub(crate) span: Option<Range<usize>>,
}

/// What can stand in a charter, and what cannot.
#[derive(Debug)]
pub(crate) enum Value {
    Bool(bool),
    Integer(i64),
    Text(String),
    List(Vec<Node>),
    Table(Vec<Member>),
    /// Anything else, by name: a float, a date, a number beyond 64 bits, null.
    Foreign(&'static str),
}

impl Value {
    /// The type as a message names it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Integer(_) => "a whole number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Foreign(name) => name,
        }
    }
}

/// A member of a table.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) key_span: Option<Range<usize>>,
    pub(crate) node: Node,
}

/// One step into the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<&String> for Step {
    fn from(key: &String) -> Self {
        Self::Key(key.clone())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A path into the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Path(pub(crate) Vec<Step>);

impl Path {
    /// The path one step further.
    pub(crate) fn then(&self, step: impl Into<Step>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into());
        Self(steps)
    }
}

impl From<&str> for Path {
    fn from(key: &str) -> Self {
        Self(vec![key.into()])
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    let dot = if i == 0 { "" } else { "." };
                    if crate::code::is_label(key) && !key.contains('.') {
                        write!(f, "{dot}{key}")?;
                    } else {
                        write!(f, "{dot}{}", shown(key))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A text from outside as a message shows it: quoted, escaped and not endless.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        None => format!("\"{}\"", text.escape_debug()),
        Some((end, _)) => format!("\"{}…\"", text[..end].escape_debug()),
    }
}

impl Node {
    /// Where `path` stands: the deepest part of it that is there. `on_key` asks for the member's
    /// key instead of its value.
    pub(crate) fn locate(&self, path: &Path, on_key: bool) -> Option<usize> {
        let mut at = self.span.as_ref().map(|span| span.start);
        let mut node = self;
        for (i, step) in path.0.iter().enumerate() {
            let (found, key_span) = match (&node.value, step) {
                (Value::List(items), Step::Index(index)) => (items.get(*index), None),
                (Value::Table(members), Step::Key(key)) => {
                    let member = members.iter().find(|member| member.key == *key);
                    (member.map(|m| &m.node), member.and_then(|m| m.key_span.as_ref()))
                }
                _ => (None, None),
            };
            let Some(found) = found else { break };
            node = found;
            let last = i + 1 == path.0.len();
            let span = key_span.filter(|_| last && on_key).or(node.span.as_ref());
            at = span.map(|span| span.start);
        }
        at
    }
}
