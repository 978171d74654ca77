//! States kept along the way, so that a reading need not begin at the first entry.
//!
//! A saved state is a convenience and never evidence. [`Replay::new`] and verification know nothing
//! of them; whoever goes on from one with [`Replay::resume`] chooses to believe it, and
//! [`Shelf::wrong`] says, from the entries alone, which ones are not what the record makes. A key
//! says what a state is the state of, so that one of another history, another fold or another
//! rulebook is not taken for this one, and a digest shows when one has rotted.

use crate::error::ViewError;
use crate::families::{Clock, Families};
use crate::replay::{Known, Replay, Snapshot};
use accord_format::entry::Entry;
use accord_format::hash::{ContentHash, EntryHash, NodeHash};
use accord_format::time::Timestamp;
use accord_ledger::Reckoning;
use accord_ledger::judge::Bench;
use accord_ledger::kernel::{Kernel, STATE_VERSION};
use accord_ledger::places::Places;
use accord_projection::Source;
use serde::{Deserialize, Serialize};
use std::any::Any;
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
    /// The version of the kernel's state.
    pub kernel: u32,
    /// Each family and the version of its fold.
    pub folds: BTreeMap<String, u32>,
}

/// The state of the first entries of a record, as of some T, with all that a replay goes on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// What it is the state of.
    pub key: Key,
    /// BLAKE3 over everything else.
    digest: ContentHash,
    /// The kernel's state and the families', as [`Bench::to_bytes`] gives it.
    bench: Vec<u8>,
    /// Where events and streams are.
    places: Vec<u8>,
}

/// First line of a saved state in a file.
const FORM: &str = "accord.saved/v1\n";
/// Longest key of one.
const KEY_MAX: usize = 1 << 16;

impl Saved {
    /// What is known of a record so far: `root` is the tree's over its entries, `head` the hash of
    /// the last one.
    pub fn of(reckoning: &Reckoning, root: NodeHash, head: EntryHash) -> Result<Self, ViewError> {
        let families = families_of(reckoning.bench())?;
        let kernel = &reckoning.bench().kernel;
        let key = key(families, kernel, root, head);
        let bench = reckoning.bench().to_bytes().map_err(unusable)?;
        Ok(Self::sealed(key, bench, reckoning.places().to_bytes()))
    }

    /// The state as a [`Reckoning`], to judge on from: only of the time when the last entry was
    /// recorded.
    pub fn reckoning(&self) -> Result<Reckoning, ViewError> {
        self.check()?;
        if self.key.as_of != self.key.recorded {
            return Err(ViewError::Unusable("it is not of the time of its last entry".to_owned()));
        }
        let judges = Box::new(Families::new()?);
        Reckoning::restore(judges, &self.bench, &self.places, self.key.size).map_err(unusable)
    }

    fn sealed(key: Key, bench: Vec<u8>, places: Vec<u8>) -> Self {
        let digest = ContentHash::of(b"");
        let mut saved = Self { key, digest, bench, places };
        saved.digest = saved.content();
        saved
    }

    fn content(&self) -> ContentHash {
        let mut hasher = blake3::Hasher::new();
        // A key has text and numbers, which can be written.
        let key = serde_json::to_vec(&self.key).unwrap_or_default();
        for part in [&key, &self.bench, &self.places] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        ContentHash::from_bytes(*hasher.finalize().as_bytes())
    }

    /// Fails unless this software makes such states and this one is as it was saved.
    fn check(&self) -> Result<(), ViewError> {
        if self.key.kernel != STATE_VERSION || self.key.folds != Families::new()?.folds() {
            return Err(ViewError::Unusable("it is of other families, folds or kernel".to_owned()));
        }
        if self.content() != self.digest {
            return Err(ViewError::Unusable("it has another digest than it says".to_owned()));
        }
        Ok(())
    }

    /// One that says something else, with a digest that fits.
    #[cfg(test)]
    pub(crate) fn forged(&self, change: impl FnOnce(&mut Key, &mut Families)) -> Self {
        let (kernel, families) = Bench::parts(&self.bench).unwrap();
        let mut changed = Families::new().unwrap();
        changed.read_back(families).unwrap();
        let mut key = self.key.clone();
        change(&mut key, &mut changed);
        let bench = Bench::bytes_of(&kernel, &changed.saved().unwrap()).unwrap();
        Self::sealed(key, bench, self.places.clone())
    }

    /// The bytes of a file of it.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ViewError> {
        let key = serde_json::to_string(&self.key).map_err(unusable)?;
        let (bench, places) = (self.bench.len(), self.places.len());
        let head = format!("{FORM}{key}\n{} {bench} {places}\n", self.digest);
        Ok([head.as_bytes(), &self.bench, &self.places].concat())
    }

    /// Reads such a file. Whether the state is as it was saved is seen when it is used.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ViewError> {
        let bad = || ViewError::Unusable("it is no saved state of this form".to_owned());
        let rest = bytes.strip_prefix(FORM.as_bytes()).ok_or_else(bad)?;
        let (key, rest) = line(rest).ok_or_else(bad)?;
        let (parts, rest) = line(rest).ok_or_else(bad)?;
        let [digest, bench, places] =
            <[&str; 3]>::try_from(parts.split(' ').collect::<Vec<_>>()).map_err(|_| bad())?;
        let length = |text: &str| text.parse::<usize>().map_err(|_| bad());
        let (bench, behind) = rest.split_at_checked(length(bench)?).ok_or_else(bad)?;
        if behind.len() != length(places)? {
            return Err(bad());
        }
        Ok(Self {
            key: serde_json::from_str(key).map_err(unusable)?,
            digest: digest.parse().map_err(|_| bad())?,
            bench: bench.to_vec(),
            places: behind.to_vec(),
        })
    }
}

/// The first line, without its end, and what follows.
fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().take(KEY_MAX).position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at_checked(end)?;
    Some((std::str::from_utf8(line).ok()?, rest.get(1..)?))
}

fn key(families: &Families, kernel: &Kernel, root: NodeHash, head: EntryHash) -> Key {
    let size = kernel.size();
    Key {
        size,
        root,
        head,
        recorded: kernel.recorded().micros(),
        as_of: families.instant().micros(),
        rulebook: families.basis.terms.rulebook(size),
        kernel: STATE_VERSION,
        folds: families.folds(),
    }
}

/// The families of a bench that this crate has put there.
fn families_of(bench: &Bench) -> Result<&Families, ViewError> {
    let judges: Option<&dyn Any> = bench.admission().map(|judges| judges as &dyn Any);
    let families = judges.and_then(|judges| judges.downcast_ref());
    families.ok_or_else(other_judges)
}

fn other_judges() -> ViewError {
    ViewError::Unusable("it was judged by other judges".to_owned())
}

impl Replay {
    /// Saves the state after the entries so far; `root` is the tree's over them.
    pub fn save(&mut self, root: NodeHash, source: &dyn Source) -> Result<Saved, ViewError> {
        let (snapshot, places) = self.parts(source)?;
        let head = snapshot.head().ok_or(ViewError::Empty)?;
        let key = key(snapshot.families(), snapshot.kernel(), root, head);
        let families = snapshot.families().saved().map_err(unusable)?;
        let bench = Bench::bytes_of(snapshot.kernel(), &families).map_err(unusable)?;
        Ok(Saved::sealed(key, bench, places.to_bytes()))
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
        let (kernel, families) = Bench::parts(&saved.bench).map_err(unusable)?;
        let mut restored = Families::new()?;
        restored.read_back(families).map_err(ViewError::Unusable)?;
        restored.clock = Clock::Fixed(restored.instant());
        let Key { size, as_of: then, .. } = saved.key;
        if kernel.size() != size || restored.instant().micros() != then {
            return Err(ViewError::Unusable("it is of another moment than it says".to_owned()));
        }
        let places = Places::from_bytes(&saved.places);
        let places = places.ok_or_else(|| unusable("its places do not fit"))?;
        let snapshot = Snapshot::of(restored, kernel, saved.key.head);
        let mut replay = Self::from_parts(known, snapshot, places);
        replay.advance(as_of, source)?;
        Ok(replay)
    }

    /// A replay of what was judged so far, as of when the last entry was recorded; `head` is the hash
    /// of that. No entries follow.
    pub fn of(mut reckoning: Reckoning, head: EntryHash) -> Result<Self, ViewError> {
        let judges: Option<&mut dyn Any> =
            reckoning.bench_mut().admission_mut().map(|judges| judges as &mut dyn Any);
        let families = judges.and_then(|judges| judges.downcast_mut::<Families>());
        let mut families = std::mem::replace(families.ok_or_else(other_judges)?, Families::new()?);
        if let Some(failed) = families.failed {
            return Err(failed.into());
        }
        families.clock = Clock::Fixed(families.instant());
        let kernel = std::mem::take(&mut reckoning.bench_mut().kernel);
        let snapshot = Snapshot::of(families, kernel, head);
        Ok(Self::from_parts(Known::All, snapshot, Places::default()))
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

fn unusable(error: impl std::fmt::Display) -> ViewError {
    ViewError::Unusable(error.to_string())
}
