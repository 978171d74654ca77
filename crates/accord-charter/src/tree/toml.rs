//! From TOML.

use std::ops::Range;

use ::toml::Spanned;
use ::toml::de::{DeInteger, DeTable, DeValue};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::{Member, Node, Value};

/// Brackets and dots within each other; a charter needs seven.
const DEEPEST: usize = 16;

/// Why a text is not read as TOML.
#[derive(Debug)]
pub(crate) enum TomlError {
    /// Not TOML.
    Syntax { message: String, at: usize },
    /// Nested too deeply to be read safely.
    TooDeep { at: usize },
}

/// Reads TOML; every syntax error that the parser can tell apart.
pub(crate) fn from_toml(text: &str) -> Result<Node, Vec<TomlError>> {
    bound_depth(text).map_err(|error| vec![error])?;
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(table_node(table.get_ref(), table.span()));
    }
    Err(errors
        .iter()
        .map(|error| TomlError::Syntax {
            message: error.message().to_owned(),
            at: error.span().map_or(0, |span| span.start),
        })
        .collect())
}

/// Refuses a text whose brackets and dotted keys nest deeper than [`DEEPEST`], by the parser's own
/// lexer. The parser's limits for arrays and for dotted keys each hold alone, but multiply, and the
/// tree that it makes is dropped by recursion.
fn bound_depth(text: &str) -> Result<(), TomlError> {
    let mut open: Vec<(TokenKind, usize)> = Vec::new();
    let (mut depth, mut dots) = (0_usize, 0_usize);
    for token in Source::new(text).lex() {
        let at = token.span().start();
        match token.kind() {
            kind @ (TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket) => {
                open.push((kind, dots));
                depth += dots + 1;
                dots = 0;
            }
            kind @ (TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket) => {
                let wanted = match kind {
                    TokenKind::RightSquareBracket => TokenKind::LeftSquareBracket,
                    _ => TokenKind::LeftCurlyBracket,
                };
                let Some((_, before)) = open.pop().filter(|(opener, _)| *opener == wanted) else {
                    let message = "a bracket closes that was not opened".to_owned();
                    return Err(TomlError::Syntax { message, at });
                };
                depth -= before + 1;
                dots = 0;
            }
            TokenKind::Dot => dots += 1,
            TokenKind::Comma | TokenKind::Newline => dots = 0,
            _ => {}
        }
        if depth + dots > DEEPEST {
            return Err(TomlError::TooDeep { at });
        }
    }
    Ok(())
}

fn table_node(table: &DeTable<'_>, span: Range<usize>) -> Node {
    let members = table
        .iter()
        .map(|(key, value)| Member {
            key: key.get_ref().clone().into_owned(),
            key_span: Some(key.span()),
            node: value_node(value),
        })
        .collect();
    Node { value: Value::Table(members), span: Some(span) }
}

fn value_node(value: &Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    let value = match value.get_ref() {
        DeValue::Table(table) => return table_node(table, span),
        DeValue::Array(items) => Value::List(items.iter().map(value_node).collect()),
        DeValue::String(text) => Value::Text(text.clone().into_owned()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Integer(number) => integer(number),
        DeValue::Float(_) => Value::Foreign("a fraction"),
        DeValue::Datetime(_) => Value::Foreign("a date or time"),
    };
    Node { value, span: Some(span) }
}

fn integer(number: &DeInteger<'_>) -> Value {
    i64::from_str_radix(number.as_str(), number.radix())
        .map_or(Value::Foreign("a number beyond 64 bits"), Value::Integer)
}
