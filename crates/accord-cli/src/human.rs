//! Values as people write them, made into what is signed.
//!
//! An author writes `48.0159`, `12.50 USD`, `2026-03-01 05:00` or `over 15,800`; the signed event
//! holds integers and one spelling of each instant. The payload's JSON Schema says by its
//! `format`s where which form may stand. What could be meant in two ways is refused, with what to
//! write instead. All arithmetic is on integers.

pub(crate) mod angle;
pub(crate) mod count;
mod input;
pub(crate) mod instant;
pub(crate) mod money;
mod walk;

pub(crate) use input::{Input, parse};
pub(crate) use walk::{Conversion, convert};

/// Why a value cannot be taken as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HumanError {
    /// Not JSON.
    #[error("not JSON: {0}")]
    Json(String),
    /// Nested deeper than any payload.
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    /// One member twice.
    #[error("{}: member {member:?} appears twice", place(at))]
    Duplicate {
        /// Where.
        at: String,
        /// The member.
        member: String,
    },
    /// A value whose meaning is not clear.
    #[error("{}: {found:?} {problem}", place(at))]
    Value {
        /// RFC 6901 pointer, or the name of an option or a column.
        at: String,
        /// As written.
        found: String,
        /// What is wrong with it and what to write.
        problem: String,
    },
}

fn place(at: &str) -> &str {
    if at.is_empty() { "the value" } else { at }
}

impl HumanError {
    fn value(at: &str, found: &str, problem: impl Into<String>) -> Self {
        let found = found.chars().take(80).collect();
        Self::Value { at: at.to_owned(), found, problem: problem.into() }
    }
}

/// What a form says of one text: the value, or what to write instead.
pub(crate) type Form<T> = Result<T, String>;

/// At most 18 decimal digits as a number, so that it fits an `i64`.
fn digits(text: &str) -> Option<i64> {
    ((1..=18).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests;
