//! Where the figures of a report come from: one numbered reference for each selector.

use crate::replay::Snapshot;
use crate::view::View;
use accord_format::hash::ContentHash;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many entries a reference lists; its command enumerates all.
pub const LISTED_MAX: usize = 24;

/// Where figures come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Its number in the report, from 1.
    pub number: usize,
    /// What enumerates the entries.
    pub selector: String,
    /// How many they are.
    pub count: usize,
    /// Digest by which two readers compare which.
    pub digest: ContentHash,
    /// The first of them.
    pub seqs: Vec<u64>,
    /// The view of the first figure that comes from them.
    pub view: String,
    /// Its key.
    pub figure: String,
}

impl Reference {
    /// How many entries are not listed.
    pub const fn unlisted(&self) -> usize {
        self.count.saturating_sub(self.seqs.len())
    }

    /// The view and the key by which `accord replay` lists all of them.
    pub fn figure(&self) -> String {
        format!("{} {}", Quoted(&self.view), Quoted(&self.figure))
    }
}

/// A word of a command, quoted for a shell where it has to be.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

impl std::fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,=+@%".contains(c);
        if !self.0.is_empty() && !self.0.starts_with('-') && self.0.chars().all(plain) {
            f.write_str(self.0)
        } else {
            write!(f, "'{}'", self.0.replace('\'', r"'\''"))
        }
    }
}

/// References under construction, numbered in the order in which figures need them.
pub(super) struct References<'a> {
    snapshot: &'a Snapshot,
    all: Vec<Reference>,
    known: BTreeMap<String, usize>,
}

impl<'a> References<'a> {
    pub(super) const fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, all: Vec::new(), known: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, view: &View) {
        for figure in view.figures() {
            let Some(provenance) = &figure.provenance else { continue };
            let selector = provenance.selector.to_string();
            if self.known.contains_key(&selector) {
                continue;
            }
            let mut seqs = self.snapshot.families().enumerate(&provenance.selector);
            seqs.truncate(LISTED_MAX);
            let number = self.all.len() + 1;
            self.known.insert(selector.clone(), number);
            self.all.push(Reference {
                number,
                selector,
                count: provenance.count,
                digest: provenance.digest,
                seqs,
                view: view.name.to_owned(),
                figure: figure.key.clone(),
            });
        }
    }

    /// The references, and their numbers by selector.
    pub(super) fn finish(self) -> (Vec<Reference>, BTreeMap<String, usize>) {
        (self.all, self.known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_more_into_it() {
        for (word, quoted) in [
            ("status/alleged", "status/alleged"),
            ("a b", "'a b'"),
            ("$(rm)", "'$(rm)'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("--help", "'--help'"),
            ("a\nb", "'a\nb'"),
        ] {
            assert_eq!(Quoted(word).to_string(), quoted);
        }
    }
}
