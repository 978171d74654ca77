//! States kept along the way, so that a reading need not begin at the first entry.
//!
//! A saved state is a convenience and never evidence. [`Replay::new`] and verification know nothing
//! of them; whoever goes on from one with [`Replay::resume`] chooses to believe it, and
//! [`Shelf::wrong`] says, from the entries alone, which ones are not what the record makes. A key
//! says what a state is the state of, so that one of another history, another fold or another
//! rulebook is not taken for this one, and a digest shows when one has rotted.

use crate::error::ViewError;
use crate::families::{Clock, Families};
use crate::positions::Positions;
use crate::replay::{Known, Replay, Snapshot};
use accord_format::canonical::to_canonical;
use accord_format::entry::Entry;
use accord_format::hash::{ContentHash, EntryHash, NodeHash};
use accord_format::time::Timestamp;
use accord_ledger::kernel::Kernel;
use accord_projection::Source;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a saved state is the state of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Number of entries.
    pub size: u64,
    /// Root over them.
    pub root: NodeHash,
    /// Hash of the last of them.
    pub head: EntryHash,
    /// When that was recorded, in microseconds since the epoch.
    pub recorded: i64,
    /// T, in microseconds since the epoch.
    pub as_of: i64,
    /// The rulebook in force behind it.
    pub rulebook: u32,
    /// Each family and the version of its fold.
    pub folds: BTreeMap<String, u32>,
}

/// The state of the first entries of a record, as of some T, with all that a replay goes on from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// What it is the state of.
    pub key: Key,
    /// BLAKE3 over the key and the state, each as RFC 8785 JSON with its LF.
    pub digest: ContentHash,
    families: Value,
    kernel: Value,
    positions: Value,
}

impl Saved {
    fn content(&self) -> Result<ContentHash, ViewError> {
        let key = serde_json::to_value(&self.key).map_err(unusable)?;
        let mut text = String::new();
        for part in [&key, &self.families, &self.kernel, &self.positions] {
            text.push_str(&to_canonical(part).map_err(unusable)?);
            text.push('\n');
        }
        Ok(ContentHash::of(text.as_bytes()))
    }

    /// Gives it the digest of what it holds.
    pub fn seal(&mut self) -> Result<(), ViewError> {
        self.digest = self.content()?;
        Ok(())
    }

    /// Fails unless this software makes such states and this one is as it was saved.
    fn check(&self) -> Result<(), ViewError> {
        if self.key.folds != folds()? {
            return Err(ViewError::Unusable("it is of other families or folds".to_owned()));
        }
        if self.content()? != self.digest {
            return Err(ViewError::Unusable("it has another digest than it says".to_owned()));
        }
        Ok(())
    }
}

impl Replay {
    /// Saves the state after the entries so far; `root` is the tree's over them.
    pub fn save(&mut self, root: NodeHash, source: &dyn Source) -> Result<Saved, ViewError> {
        let (snapshot, positions) = self.parts(source)?;
        let size = snapshot.size();
        let head = snapshot.head().ok_or(ViewError::Empty)?;
        let recorded = snapshot.kernel().recorded().micros();
        let rulebook = snapshot.families().basis().terms.rulebook(size);
        let as_of = snapshot.as_of().micros();
        let key = Key { size, root, head, recorded, as_of, rulebook, folds: folds()? };
        let mut saved = Saved {
            key,
            digest: ContentHash::of(b""),
            families: snapshot.families().saved(),
            kernel: serde_json::to_value(snapshot.kernel()).map_err(unusable)?,
            positions: serde_json::to_value(positions).map_err(unusable)?,
        };
        saved.seal()?;
        Ok(saved)
    }

    /// Goes on from a saved state, to what is known at `known`, as of `as_of`, which may be earlier
    /// than that of the state. The entries from [`Key::size`] on follow.
    pub fn resume(
        saved: &Saved,
        known: Known,
        as_of: Timestamp,
        source: &dyn Source,
    ) -> Result<Self, ViewError> {
        saved.check()?;
        let mut families = Families::new()?;
        families.read_back(&saved.families).map_err(ViewError::Unusable)?;
        families.clock = Clock::Fixed(families.instant());
        let kernel = Kernel::deserialize(&saved.kernel).map_err(unusable)?;
        let Key { size, as_of: then, .. } = saved.key;
        if kernel.size() != size || families.instant().micros() != then {
            return Err(ViewError::Unusable("it is of another moment than it says".to_owned()));
        }
        let positions = Positions::deserialize(&saved.positions).map_err(unusable)?;
        let snapshot = Snapshot::of(families, kernel, saved.key.head);
        let mut replay = Self::from_parts(known, snapshot, positions);
        replay.advance(as_of, source)?;
        Ok(replay)
    }
}

/// Saved states of one record, by size.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    saved: BTreeMap<u64, Saved>,
}

impl Shelf {
    /// Keeps a saved state, in the place of another of the same size.
    pub fn put(&mut self, saved: Saved) {
        self.saved.insert(saved.key.size, saved);
    }

    /// The saved states, by rising size.
    pub fn all(&self) -> impl Iterator<Item = &Saved> {
        self.saved.values()
    }

    /// The largest one from which what is known at `known` is reached, if there is any of this
    /// history: `root` gives the root over so many entries.
    pub fn nearest(&self, known: Known, root: impl Fn(u64) -> Option<NodeHash>) -> Option<&Saved> {
        let within = |saved: &&Saved| match known {
            Known::All => true,
            Known::Size(size) => saved.key.size <= size,
            Known::At(at) => saved.key.recorded <= at.micros(),
        };
        let of_this = |saved: &&Saved| root(saved.key.size) == Some(saved.key.root);
        self.saved
            .values()
            .rev()
            .filter(within)
            .find(|saved| of_this(saved) && saved.check().is_ok())
    }

    /// The sizes of those that are not what the entries make: each is made again from the first
    /// entry on, and nothing of it is believed. The entries come each with whether it is void, as
    /// judging them says it; `tell` has the replay hear what else that says of the entry at a seq,
    /// see [`Replay::said`].
    pub fn wrong(
        &self,
        entries: impl IntoIterator<Item = (Entry, bool)>,
        tell: impl Fn(&mut Replay, u64),
        source: &dyn Source,
        root: impl Fn(u64) -> Option<NodeHash>,
    ) -> Result<Vec<u64>, ViewError> {
        let mut unseen: BTreeMap<u64, &Saved> =
            self.saved.iter().map(|(size, saved)| (*size, saved)).collect();
        let mut wrong = Vec::new();
        let mut replay: Option<Replay> = None;
        for (entry, void) in entries {
            let replay = match &mut replay {
                Some(replay) => replay,
                None => replay.insert(Replay::new(Known::All, entry.header.recorded)?),
            };
            tell(replay, entry.header.seq);
            if !replay.entry(&entry, void, source)? {
                break;
            }
            let size = entry.header.seq.saturating_add(1);
            let Some(saved) = unseen.remove(&size) else { continue };
            replay.advance(Timestamp::from_micros(saved.key.as_of), source)?;
            let made = match root(size) {
                Some(root) => replay.save(root, source)? == *saved,
                None => false,
            };
            if !made {
                wrong.push(size);
            }
        }
        wrong.extend(unseen.into_keys());
        Ok(wrong)
    }
}

/// The families of this software and the versions of their folds.
fn folds() -> Result<BTreeMap<String, u32>, ViewError> {
    let declarations = Families::new()?.declarations();
    Ok(declarations.iter().map(|d| (d.family.to_owned(), d.fold_version)).collect())
}

fn unusable(error: impl std::fmt::Display) -> ViewError {
    ViewError::Unusable(error.to_string())
}
