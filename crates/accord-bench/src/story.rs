//! What is said in a made-up record, day after day without end.

mod cases;
mod days;
mod months;
mod opening;

use crate::cast::{By, Cast, MISSION, holder};
use crate::dice::{self, Dice};
use crate::error::BenchError;
use crate::found::Recipe;
use accord_catalogue::EventType;
use accord_charter::Charter;
use accord_format::event::{Draft, Occurred, Precision, Seen, SignedEvent};
use accord_format::hash::{EventHash, LedgerId, NodeHash};
use accord_format::key::NoteSigner;
use accord_format::merkle;
use accord_format::time::{Instant, Timestamp};
use accord_ledger::Submission;
use accord_ledger::kernel::types::TYPES;
use accord_views::Families;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

/// Seconds from one event to the next within a day.
const APART: i64 = 240;
/// Seconds of a day.
const DAY: i64 = 86_400;
/// How many observations are kept to be corrected.
const KEPT: usize = 256;

/// An event that has been said.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) stream: String,
    pub(crate) hash: EventHash,
}

/// An observation that may yet be corrected: its count, and who reported it.
pub(crate) struct Row {
    hash: EventHash,
    count: u64,
    field: usize,
}

/// An event, signed, that the ledger has not seen.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its type.
    pub event_type: &'static str,
    /// What is handed in.
    pub submission: Submission,
}

/// A story that never ends.
pub struct Story<'c> {
    charter: &'c Charter,
    cast: Cast,
    ledger: LedgerId,
    seed: u64,
    types: BTreeMap<&'static str, &'static EventType>,
    dice: Dice,
    seen: Seen,
    now: Timestamp,
    made: u64,
    day: i64,
    /// Which of the mission's keys reports next.
    field: usize,
    queue: VecDeque<Made>,
    rows: VecDeque<Row>,
}

impl std::fmt::Debug for Story<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Story").field("made", &self.made).finish_non_exhaustive()
    }
}

impl<'c> Story<'c> {
    /// The story of the ledger that the recipe founds, from its second entry on.
    pub fn of(recipe: &Recipe<'c>) -> Result<Self, BenchError> {
        let mut types: BTreeMap<_, _> =
            TYPES.iter().map(|declared| (declared.name, declared)).collect();
        // A later version takes the place of an earlier one.
        types.extend(Families::new()?.event_types().into_iter().map(|d| (d.name, d)));
        let mut story = Self {
            charter: recipe.charter,
            cast: recipe.cast()?,
            ledger: LedgerId::from(recipe.genesis()?.event().hash()),
            seed: recipe.seed,
            types,
            dice: Dice(recipe.seed),
            seen: Seen { size: 0, root: merkle::empty_root() },
            now: Recipe::begin(),
            made: 0,
            day: 0,
            field: 0,
            queue: VecDeque::new(),
            rows: VecDeque::new(),
        };
        story.open()?;
        Ok(story)
    }

    /// The authors have verified this head; what they say from now on names it.
    pub const fn saw(&mut self, size: u64, root: NodeHash) {
        self.seen = Seen { size, root };
    }

    /// The next event.
    pub fn next_event(&mut self) -> Result<Made, BenchError> {
        loop {
            if let Some(made) = self.queue.pop_front() {
                return Ok(made);
            }
            self.next_day()?;
        }
    }

    /// An observation by the key of the mission at that place, wrapped around; in no story.
    pub fn observation(&mut self, key: usize) -> Result<Made, BenchError> {
        self.field = key;
        let queued = std::mem::take(&mut self.queue);
        let said = self.observe();
        let made = std::mem::replace(&mut self.queue, queued).pop_back();
        said?;
        made.ok_or(BenchError::Charter("observation"))
    }

    /// The mission's key that reports, in its role.
    pub(crate) fn reporter(&mut self) -> By {
        let at = self.field.checked_rem(self.cast.fields.len()).unwrap_or(0);
        self.field = self.field.wrapping_add(1);
        let key = self.cast.fields.get(at).unwrap_or(&self.cast.operator).clone();
        By { key, role: MISSION }
    }

    /// Whoever holds `role`, in it.
    fn one(&self, role: &'static str) -> Result<By, BenchError> {
        Ok(By { key: self.cast.key(holder(self.charter, role)?)?, role })
    }

    /// The parties: code, and who signs for it.
    fn sides(&self) -> Result<Vec<(String, By)>, BenchError> {
        let side = |(code, party): (&String, &accord_charter::Party)| {
            Ok((code.clone(), By { key: self.cast.key(&party.participant)?, role: "party" }))
        };
        self.charter.parties.iter().map(side).collect()
    }

    /// The codes of the parties.
    fn codes(&self) -> Vec<String> {
        self.charter.parties.keys().cloned().collect()
    }

    /// The areas that the charter names.
    fn areas(&self) -> Vec<String> {
        self.charter.areas.iter().flat_map(|scheme| scheme.named.keys().cloned()).collect()
    }

    /// The digest of a text that nobody has written.
    fn digest(&self, what: &str) -> String {
        dice::digest(self.seed, &format!("{what} {}", self.made))
    }

    /// Says something about `stream`, or opens one; it occurred as it is said.
    fn say(
        &mut self,
        by: &[By],
        name: &'static str,
        stream: Option<&str>,
        payload: Value,
    ) -> Result<Said, BenchError> {
        let declared = *self.types.get(name).ok_or(BenchError::Charter(name))?;
        let wrong = |why: &dyn std::fmt::Display| BenchError::Wrong(format!("{name}: {why}"));
        (declared.check)(&payload).map_err(|why| wrong(&why))?;
        self.made = self.made.saturating_add(1);
        self.now = self.now.plus_seconds(APART);
        let id = dice::event_id(self.seed, self.made, self.now);
        let stream = match stream {
            Some(stream) => stream.to_owned(),
            None => declared
                .stream
                .determined(&id, &payload)
                .ok_or_else(|| wrong(&"it continues a stream"))?,
        };
        let issued = Instant::new(self.now);
        let draft = Draft {
            ledger: Some(self.ledger),
            id,
            event_type: name.to_owned(),
            version: declared.version,
            stream: stream.clone(),
            signers: by.iter().map(|by| (by.key.id_string(), by.role.to_owned())).collect(),
            issued,
            occurred: Occurred { from: issued, until: None, precision: Precision::Second },
            seen: self.seen,
            expects: None,
            evidence: Vec::new(),
            relates: Vec::new(),
            payload,
        };
        let keys: Vec<&NoteSigner> = by.iter().map(|by| &*by.key).collect();
        let signed = SignedEvent::sign(&draft.to_line()?, &keys)?;
        let hash = signed.event().hash();
        let submission = Submission { note: signed.note().as_bytes().to_vec(), at: Some(self.now) };
        self.queue.push_back(Made { event_type: declared.name, submission });
        Ok(Said { stream, hash })
    }
}

/// An exact count.
fn count(value: u64) -> Value {
    json!({"value": value, "qualifier": "exact"})
}
