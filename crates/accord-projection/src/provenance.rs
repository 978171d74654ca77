//! Which entries a figure comes from.

use accord_format::hash::ContentHash;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// First line of what a provenance digest is made over.
const FIRST_LINE: &str = "accord.provenance/v1";

/// Says which entries a figure comes from: those that bear on certain subjects of a family. Asked
/// at the same (K, T) it gives the same entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Selector {
    /// The family.
    pub family: &'static str,
    /// A subject, or the beginning of several when it ends with `*`.
    pub subject: String,
    /// The last subject of a range that begins with `subject`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Only subjects with these attributes, each with one of the values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<&'static str, BTreeSet<String>>,
    /// Only events of these types; all when empty.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub types: BTreeSet<&'static str>,
}

impl Selector {
    /// All that bears on `subject`, or on every subject with that beginning when it ends with `*`.
    pub fn new(family: &'static str, subject: impl Into<String>) -> Self {
        let (attributes, types) = (BTreeMap::new(), BTreeSet::new());
        Self { family, subject: subject.into(), to: None, attributes, types }
    }

    /// All subjects from `from` to `to`, both included, in the order of their names.
    pub fn range(family: &'static str, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self { to: Some(to.into()), ..Self::new(family, from) }
    }

    /// Narrowed to subjects with this value of an attribute.
    #[must_use]
    pub fn with(self, attribute: &'static str, value: impl Into<String>) -> Self {
        self.with_any(attribute, [value.into()])
    }

    /// Narrowed to subjects with one of these values of an attribute.
    #[must_use]
    pub fn with_any(
        mut self,
        attribute: &'static str,
        values: impl IntoIterator<Item = String>,
    ) -> Self {
        self.attributes.insert(attribute, values.into_iter().collect());
        self
    }

    /// Narrowed to events of a type.
    #[must_use]
    pub fn of_type(mut self, name: &'static str) -> Self {
        self.types.insert(name);
        self
    }
}

/// `family:subject`, then what narrows it: `[status=verified][violation.alleged]`.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.family, self.subject)?;
        if let Some(to) = &self.to {
            write!(f, "..{to}")?;
        }
        for (name, values) in &self.attributes {
            let values: Vec<_> = values.iter().map(String::as_str).collect();
            write!(f, "[{name}={}]", values.join("|"))?;
        }
        for name in &self.types {
            write!(f, "[{name}]")?;
        }
        Ok(())
    }
}

/// How many entries a figure comes from, and a digest by which two readers compare which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// What enumerates them.
    pub selector: Selector,
    /// How many they are, corrections included.
    pub count: usize,
    /// BLAKE3 over the line `accord.provenance/v1` and the seqs in rising order, each in decimal on
    /// a line of its own, every line with its LF.
    pub digest: ContentHash,
}

impl Provenance {
    /// Of `seqs`, which are in rising order without repetition.
    pub fn new(selector: Selector, seqs: &[u64]) -> Self {
        Self { selector, count: seqs.len(), digest: digest(seqs) }
    }
}

fn digest(seqs: &[u64]) -> ContentHash {
    use std::fmt::Write as _;
    let mut text = format!("{FIRST_LINE}\n");
    for seq in seqs {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{seq}");
    }
    ContentHash::of(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_over_plain_lines() {
        let expected = ContentHash::of(b"accord.provenance/v1\n3\n17\n");
        let provenance = Provenance::new(Selector::new("x", "a/*"), &[3, 17]);
        assert_eq!((provenance.count, provenance.digest), (2, expected));
    }

    #[test]
    fn a_selector_has_a_spelling() {
        let selector =
            Selector::new("violations", "violation/*").with("status", "verified").of_type("a.b");
        assert_eq!(selector.to_string(), "violations:violation/*[status=verified][a.b]");
        let range = Selector::range("x", "day/1", "day/7").with_any("k", ["b".into(), "a".into()]);
        assert_eq!(range.to_string(), "x:day/1..day/7[k=a|b]");
    }
}
