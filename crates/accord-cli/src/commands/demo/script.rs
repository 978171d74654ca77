//! What is said in the demonstration: who says what and when, before anybody has signed it.

use super::cast::{By, Cast};
use crate::error::CliError;
use crate::{catalogue, uuid7};
use accord_charter::Charter;
use accord_format::event::Precision;
use accord_format::hash::{ContentHash, LedgerId};
use accord_format::time::Timestamp;
use serde_json::{Value, json};

/// What stands wherever a text of the story can say so.
pub(super) const MADE_UP: &str = "Made up for this demonstration.";
/// Seconds of an hour.
pub(super) const HOUR: i64 = 3_600;
/// Seconds of a day.
pub(super) const DAY: i64 = 24 * HOUR;
/// The hour of the day at which the story begins.
const FIRST_HOUR: i64 = 8;
/// Stands before the id of an event whose hash is not known until it is signed.
const HASH_OF: &str = "hash of ";

/// Seconds from the beginning to that hour of the day so many days later.
pub(super) const fn at(day: i64, hour: i64) -> i64 {
    day * DAY + (hour - FIRST_HOUR) * HOUR
}

/// BLAKE3 of words that stand for a text outside the record.
pub(super) fn digest(words: &str) -> String {
    ContentHash::of(words.as_bytes()).to_string()
}

/// An exact count.
pub(super) fn count(value: u64) -> Value {
    json!({"value": value, "qualifier": "exact"})
}

/// An event that is to be said.
pub(super) struct Line<'a> {
    /// Seconds from the beginning.
    pub(super) after: i64,
    pub(super) event_type: &'static str,
    pub(super) by: Vec<By<'a>>,
    pub(super) payload: Value,
    pub(super) id: String,
    pub(super) stream: Option<String>,
    pub(super) occurred: Option<Value>,
    pub(super) evidence: Option<Value>,
}

/// An event that will have been said.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// Its stream.
    pub(super) stream: String,
    id: String,
}

impl Said {
    /// Stands for its hash in the payload of a later line.
    pub(super) fn hash(&self) -> String {
        format!("{HASH_OF}{}", self.id)
    }
}

/// Puts hashes, which `of` gives by event id, where they were stood for.
pub(super) fn put_hashes(value: &mut Value, of: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(hash) = text.strip_prefix(HASH_OF).and_then(of) {
                *text = hash;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| put_hashes(item, of)),
        Value::Object(members) => members.values_mut().for_each(|member| put_hashes(member, of)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A party, who signs for it, and the party that everything here is mirrored with.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) code: &'a str,
    pub(super) by: By<'a>,
    pub(super) other: &'a str,
    pub(super) other_by: By<'a>,
}

/// Everything that is to be said, in the order in which it was thought of.
pub(super) struct Script<'a> {
    pub(super) charter: &'a Charter,
    pub(super) cast: &'a Cast,
    pub(super) ledger: LedgerId,
    begin: Timestamp,
    made: u64,
    lines: Vec<Line<'a>>,
}

impl<'a> Script<'a> {
    /// An empty script of a story that begins at `begin`.
    pub(super) const fn new(
        charter: &'a Charter,
        cast: &'a Cast,
        ledger: LedgerId,
        begin: Timestamp,
    ) -> Self {
        Self { charter, cast, ledger, begin, made: 0, lines: Vec::new() }
    }

    /// The lines in the order in which they are said.
    pub(super) fn take(&mut self) -> Vec<Line<'a>> {
        let mut lines = std::mem::take(&mut self.lines);
        lines.sort_by_key(|line| line.after);
        lines
    }

    /// Adds an event.
    pub(super) fn say(
        &mut self,
        after: i64,
        event_type: &'static str,
        by: &[By<'a>],
        payload: Value,
    ) -> Result<Said, CliError> {
        self.add(after, event_type, by, None, payload)
    }

    /// Adds an event that continues a stream.
    pub(super) fn go_on(
        &mut self,
        about: &Said,
        after: i64,
        event_type: &'static str,
        by: &[By<'a>],
        payload: Value,
    ) -> Result<Said, CliError> {
        self.add(after, event_type, by, Some(about.stream.clone()), payload)
    }

    fn add(
        &mut self,
        after: i64,
        event_type: &'static str,
        by: &[By<'a>],
        stream: Option<String>,
        payload: Value,
    ) -> Result<Said, CliError> {
        self.made = self.made.saturating_add(1);
        let mut rest = [0; 10];
        let seed = blake3::hash(&self.made.to_be_bytes());
        rest.iter_mut().zip(seed.as_bytes()).for_each(|(to, from)| *to = *from);
        let id = uuid7::from_parts(self.instant(after), rest);
        let rule = catalogue::find(event_type, None)?.stream;
        let determined = stream.clone().or_else(|| rule.determined(&id, &payload));
        let said = Said { stream: determined.unwrap_or_default(), id: id.clone() };
        let by = by.to_vec();
        let (occurred, evidence) = (None, None);
        self.lines.push(Line { after, event_type, by, payload, id, stream, occurred, evidence });
        Ok(said)
    }

    /// The last event happened in the whole days from `from` until before `until`.
    pub(super) fn in_days(&mut self, from: i64, until: i64) {
        let midnight = |day| self.instant(at(day, 0)).to_seconds_string();
        let mut span = json!({"from": midnight(from), "precision": Precision::Day.as_str()});
        if until > from + 1 {
            span["until"] = midnight(until).into();
        }
        self.happened(span);
    }

    /// The last event happened at that instant.
    pub(super) fn at_instant(&mut self, after: i64) {
        let from = self.instant(after).to_seconds_string();
        self.happened(json!({"from": from, "precision": Precision::Minute.as_str()}));
    }

    fn happened(&mut self, occurred: Value) {
        if let Some(line) = self.lines.last_mut() {
            line.occurred = Some(occurred);
        }
    }

    /// The last event rests on open evidence of those words.
    pub(super) fn resting_on(&mut self, words: &str) {
        self.rests(&Self::item(words));
    }

    /// Open evidence of those words, as events name it.
    pub(super) fn item(words: &str) -> Value {
        let content = format!("{words} {MADE_UP}\n");
        json!({
            "blake3": digest(&content), "bytes": content.len(),
            "media_type": "text/plain", "name": "made-up.txt",
        })
    }

    /// The last event rests on sealed evidence; gives the commitment.
    pub(super) fn resting_on_sealed(&mut self, words: &str) -> String {
        let commitment = digest(&format!("{words} {MADE_UP} sealed"));
        self.rests(&json!({"commitment": commitment, "bytes": 4_096}));
        commitment
    }

    fn rests(&mut self, item: &Value) {
        if let Some(line) = self.lines.last_mut() {
            line.evidence = Some(json!([item]));
        }
    }

    /// An instant of the story.
    pub(super) fn instant(&self, after: i64) -> Timestamp {
        self.begin.plus_seconds(after)
    }

    /// The same, as an event says it.
    pub(super) fn time(&self, after: i64) -> String {
        self.instant(after).to_seconds_string()
    }

    /// A day of the story, as an event says it.
    pub(super) fn day(&self, day: i64) -> String {
        self.time(at(day, 0)).chars().take(10).collect()
    }

    /// Whoever holds `role`, signing in it.
    pub(super) fn one(&self, role: &'a str) -> Result<By<'a>, CliError> {
        let (_, key) = self.cast.holder(self.charter, role)?;
        Ok(By { key, role })
    }

    /// A witness that is neither a party nor on the board.
    pub(super) fn neutral_witness(&self) -> Result<By<'a>, CliError> {
        let seats = self.charter.board.iter().flat_map(|board| board.seats.values());
        let seated: Vec<_> = seats.filter_map(|seat| seat.holder.as_ref()).collect();
        let role = "witness";
        let mut all = self.charter.participants.iter();
        let found =
            all.find(|(code, p)| p.roles.iter().any(|r| r == role) && !seated.contains(code));
        let (code, _) = found.ok_or_else(|| {
            CliError::Usage("the charter names no witness without a seat on the board".to_owned())
        })?;
        Ok(By { key: self.cast.key(code)?, role })
    }

    /// Every party, each paired with the next.
    pub(super) fn sides(&self) -> Result<Vec<Side<'a>>, CliError> {
        let parties: Vec<_> = self.charter.parties.iter().collect();
        let others = parties.iter().cycle().skip(1);
        let signs = |participant: &str| -> Result<By<'a>, CliError> {
            Ok(By { key: self.cast.key(participant)?, role: "party" })
        };
        parties
            .iter()
            .zip(others)
            .map(|((code, party), (other, its))| {
                Ok(Side {
                    code,
                    by: signs(&party.participant)?,
                    other,
                    other_by: signs(&its.participant)?,
                })
            })
            .collect()
    }

    /// Every party's signature, for what they say together.
    pub(super) fn together(&self) -> Result<Vec<By<'a>>, CliError> {
        Ok(self.sides()?.into_iter().map(|side| side.by).collect())
    }

    /// Areas that the story plays in: regions that the charter names, never places.
    pub(super) fn areas(&self) -> Vec<&'a str> {
        let named = self.charter.areas.iter().flat_map(|scheme| scheme.named.keys());
        named.map(String::as_str).filter(|area| *area != super::data::AREA).collect()
    }
}

/// Numbers that look thrown and are the same in every run (SplitMix64).
#[derive(Clone)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// A number below `limit`, or 0 where nothing is below it.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).checked_rem(limit).unwrap_or(0)
    }

    /// One of these.
    pub(super) fn one_of<T: Copy, const N: usize>(&mut self, all: [T; N]) -> T {
        let limit = u64::try_from(N).unwrap_or(u64::MAX);
        let place = usize::try_from(self.below(limit)).unwrap_or(0);
        *all.get(place).unwrap_or(&all[0])
    }
}
