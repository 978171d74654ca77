//! Counts with the source's own word: `over 15,800`, `about 300`, `close to 19 700`.

use super::{Form, digits};
use accord_catalogue::unit::Qualifier;
use serde_json::{Value, json};

/// Words and what they mean. What a source called "over 15,800" was at least that many; what it
/// called "almost 11,000" was about that many, for it does not say how far below.
const WORDS: &[(&str, Qualifier)] = &[
    ("exact", Qualifier::Exact),
    ("exactly", Qualifier::Exact),
    ("over", Qualifier::AtLeast),
    ("more than", Qualifier::AtLeast),
    ("at least", Qualifier::AtLeast),
    ("no fewer than", Qualifier::AtLeast),
    ("no less than", Qualifier::AtLeast),
    ("about", Qualifier::About),
    ("around", Qualifier::About),
    ("close to", Qualifier::About),
    ("almost", Qualifier::About),
    ("nearly", Qualifier::About),
    ("approximately", Qualifier::About),
    ("at most", Qualifier::AtMost),
    ("up to", Qualifier::AtMost),
    ("no more than", Qualifier::AtMost),
    ("fewer than", Qualifier::AtMost),
    ("less than", Qualifier::AtMost),
    ("unknown", Qualifier::Unknown),
];

/// The meaning of a source's word.
pub(crate) fn qualifier(word: &str) -> Form<Qualifier> {
    let lower = word.trim().to_lowercase();
    WORDS.iter().find(|(known, _)| *known == lower).map(|(_, q)| *q).ok_or_else(|| {
        let known: Vec<&str> = WORDS.iter().map(|(known, _)| *known).collect();
        format!("is not a known word for a count; known are {}", known.join(", "))
    })
}

/// Reads a whole number, with or without separators between groups of three digits.
pub(crate) fn number(text: &str) -> Form<i64> {
    let text = text.trim();
    if text.contains('.') {
        return Err("holds a point, which is read in two ways; write 15,800 or 15800".to_owned());
    }
    let separator = |c: char| matches!(c, ',' | ' ' | '\u{a0}' | '\u{202f}' | '\'');
    let groups: Vec<&str> = text.split(separator).collect();
    let grouped = groups.len() == 1
        || groups.first().is_some_and(|g| (1..=3).contains(&g.len()))
            && groups.iter().skip(1).all(|g| g.len() == 3);
    let mut used = text.chars().filter(|c| separator(*c));
    let first = used.next();
    if !grouped || used.any(|c| Some(c) != first) {
        return Err("is no whole number; write 15,800 or 15800".to_owned());
    }
    let value = digits(&groups.concat()).filter(|v| *v <= accord_format::json::INTEGER_MAX);
    value.ok_or_else(|| "is no whole number; write 15,800 or 15800".to_owned())
}

/// Reads `over 15,800` into a count's members; a number alone is exact.
pub(crate) fn parse(text: &str) -> Form<Value> {
    let text = text.trim();
    let start =
        text.find(|c: char| c.is_ascii_digit()).ok_or("holds no number; write about 300")?;
    let (word, value) = text.split_at(start);
    let word = word.trim();
    let value = number(value)?;
    if word.is_empty() { Ok(members(value, Qualifier::Exact, None)) } else { of(value, word) }
}

/// A count of `value` that its source qualified with `word`.
pub(crate) fn of(value: i64, word: &str) -> Form<Value> {
    let qualifier = qualifier(word)?;
    // "exact" and "unknown" are how tables mark the absence of a word.
    let plain = matches!(qualifier, Qualifier::Exact | Qualifier::Unknown);
    Ok(members(value, qualifier, (!plain).then_some(word.trim())))
}

/// The members of a count.
pub(crate) fn members(value: i64, qualifier: Qualifier, word: Option<&str>) -> Value {
    let mut count = json!({"value": value, "qualifier": qualifier});
    if let (Some(word), Some(members)) = (word, count.as_object_mut()) {
        members.insert("word".to_owned(), word.into());
    }
    count
}
