//! What names what, and what changed since.

use accord_catalogue::{EventType, Kind};
use accord_format::entry::Entry;
use accord_format::hash::EventHash;
use accord_format::name;
use accord_projection::instrument::INSTRUMENT_DEPOSITED;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Type by which a resolution is put to the board.
const TABLED: &str = "board.resolution_tabled";
/// How many streams an instrument is held to bear on: those that named its text last.
const BEARS_ON_MAX: usize = 256;
/// Longest stream: two codes of 64 and a slash.
const NAME_MAX: usize = 129;
/// Length of an event hash in hex.
const HASH_LEN: usize = 64;

/// Why an entry names another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// It reports with reference to it.
    Report,
    /// It puts to the board what is to be decided about it.
    Tabling,
    /// It acts on it.
    Act,
    /// It acts on a text of which this is the digest.
    Text,
}

/// An entry that names another, or another's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Naming {
    pub(crate) seq: u64,
    /// When it was recorded, in microseconds since the epoch.
    pub(crate) recorded: i64,
    pub(crate) stream: String,
    pub(crate) role: Role,
}

/// How an entry changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    /// It says something else, or nothing any more.
    Changed,
    /// It was signed with a key in other hands.
    Suspected,
    /// Its author stands by it.
    Reaffirmed,
}

/// A change of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    /// The entry that changed.
    pub(crate) target: u64,
    /// Its stream.
    pub(crate) stream: String,
    /// Its event hash in hex.
    pub(crate) event: String,
    /// The entry that changed it.
    pub(crate) by: u64,
    pub(crate) how: How,
}

impl Change {
    pub(crate) fn of(target: &Entry, by: u64, how: How) -> Self {
        let event = target.event();
        let (stream, hash) = (event.stream.clone(), event.hash().to_string());
        Self { target: target.header.seq, stream, event: hash, by, how }
    }
}

/// What names what in the families' entries, and which entries changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Grounds {
    /// Stream, or event hash in hex, to the entries that name it, by rising seq.
    named: BTreeMap<String, Vec<Naming>>,
    changes: Vec<Change>,
}

impl Grounds {
    /// Takes note of what an entry names: streams with one of `prefixes`, and earlier events.
    pub(crate) fn learn(
        &mut self,
        entry: &Entry,
        declared: &EventType,
        prefixes: &BTreeSet<&'static str>,
        seq_of: impl Fn(&EventHash) -> Option<u64>,
    ) {
        let event = entry.event();
        let (mut names, mut texts) = (BTreeSet::new(), BTreeSet::new());
        gather(&event.payload, &mut |text| match text.split_once('/') {
            Some((prefix, _)) if prefixes.contains(prefix) && name::is_pair(text) => {
                names.insert(text);
            }
            None if text.len() == HASH_LEN => {
                let event = text.parse::<EventHash>().map(|hash| seq_of(&hash).is_some());
                match event {
                    Ok(true) => _ = names.insert(text),
                    Ok(false) => _ = texts.insert(text),
                    Err(_) => {}
                }
            }
            _ => {}
        });
        names.remove(event.stream.as_str());
        let role = match (declared.kind, declared.name) {
            (_, TABLED) => Role::Tabling,
            (Kind::Act, _) => Role::Act,
            (Kind::Report, _) => Role::Report,
        };
        let (seq, recorded) = (entry.header.seq, entry.header.recorded.micros());
        let naming = |stream: &str, role| Naming { seq, recorded, stream: stream.to_owned(), role };
        for named in names {
            let naming = naming(&event.stream, role);
            self.named.entry(named.to_owned()).or_default().push(naming);
        }
        for text in texts.iter().filter(|_| role == Role::Act) {
            let naming = naming(&event.stream, Role::Text);
            self.named.entry((*text).to_owned()).or_default().push(naming);
        }
        if declared.name == INSTRUMENT_DEPOSITED {
            // It says of which text it is, not of which proposal: it bears on all that were made.
            let streams: BTreeSet<&str> = texts.iter().flat_map(|text| self.using(text)).collect();
            let namings: Vec<_> =
                streams.into_iter().map(|stream| naming(stream, Role::Report)).collect();
            if !namings.is_empty() {
                self.named.entry(event.hash().to_string()).or_default().extend(namings);
            }
        }
    }

    /// The streams on which an act named a text last.
    fn using(&self, text: &str) -> impl Iterator<Item = &str> {
        let acts = self.naming(text).iter().rev().filter(|n| n.role == Role::Text);
        acts.map(|naming| naming.stream.as_str()).take(BEARS_ON_MAX)
    }

    pub(crate) fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(crate) fn changes(&self) -> &[Change] {
        &self.changes
    }

    pub(crate) fn naming(&self, name: &str) -> &[Naming] {
        self.named.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The texts in a payload that may be names: a stream, or an event hash in hex.
fn gather<'a>(value: &'a Value, take: &mut impl FnMut(&'a str)) {
    match value {
        Value::String(text) if text.len() <= NAME_MAX => take(text),
        Value::Array(items) => items.iter().for_each(|item| gather(item, take)),
        Value::Object(members) => members.values().for_each(|member| gather(member, take)),
        _ => {}
    }
}
