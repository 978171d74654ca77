//! Where pins lie: a directory of the reader's own, one folder for each ledger.
//!
//! ```text
//! pins/<ledger id>/<size>-<root>.pin        a head that was verified
//! pins/<ledger id>/<size>-<root>.verified   what a verification of that root found
//! pins/<ledger id>/<size>-<root>.kept       what the next verification can go on from
//! evidence/<name>                           fraud proofs, rollbacks and misdated entries
//! ```
//!
//! Every head has a file of its own, written whole beside its name and then given it, so that two
//! readers at once can lose nothing: the larger head wins, and two heads that contradict each other
//! both stay to be compared.

mod kept;

use super::{Pin, PinError};
use accord_format::hash::{LedgerId, NodeHash};
use accord_format::time::Timestamp;
use accord_store::disk::{Access, Disk, DiskError, DiskFile, DiskResult, Kind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Heads kept of one ledger. The newest counts; older ones tell how far a stale copy agrees.
pub const HEADS_MAX: usize = 16;
/// Ledgers kept. Simulated ones make room for others; of the rest none is forgotten unasked, or
/// whoever can show a reader many ledgers could make it forget the one that matters.
pub const LEDGERS_MAX: usize = 1_000;
/// Results of verification kept of one ledger.
const VERIFIED_MAX: usize = 4;

const PINS: &str = "pins";
const EVIDENCE: &str = "evidence";
const FILE_MAX: u64 = 64 << 20;

/// What a verification found of the entries below a root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// Entries.
    pub size: u64,
    /// The root over them.
    pub root: NodeHash,
    /// When, RFC 3339 with microseconds.
    pub when: String,
    /// When what it took over from earlier ones was verified, at the earliest; nothing if it verified
    /// all itself.
    #[serde(default)]
    pub since: Option<String>,
    /// Version of the software that verified.
    pub software: String,
    /// The verdict on bytes, chain, tree and signatures.
    pub integrity: String,
    /// The verdict on keys, roles and thresholds.
    pub authority: String,
    /// The verdict on the rules of the domain.
    pub admission: String,
    /// Problems of integrity.
    pub problems: u64,
    /// Entries without effect.
    pub void: u64,
    /// The first entry from which on authority is not established.
    pub not_established: Option<u64>,
}

/// The reader's pins.
#[derive(Clone, Debug)]
pub struct Pins {
    disk: Arc<dyn Disk>,
    /// Ledgers that there is room for.
    room: usize,
}

/// What was remembered of a ledger.
#[derive(Debug, Default)]
pub struct Remembered {
    /// Heads by rising size.
    pub pins: Vec<Pin>,
    /// Files that are no pins, and why.
    pub damaged: Vec<(String, PinError)>,
}

impl Pins {
    /// The pins below the root of a disk, which must exist.
    pub const fn new(disk: Arc<dyn Disk>) -> Self {
        Self { disk, room: LEDGERS_MAX }
    }

    /// The same with room for another number of ledgers than [`LEDGERS_MAX`].
    #[must_use]
    pub const fn with_room(mut self, ledgers: usize) -> Self {
        self.room = ledgers;
        self
    }

    /// What was remembered of a ledger.
    pub fn of(&self, ledger: &LedgerId) -> DiskResult<Remembered> {
        let mut remembered = Remembered::default();
        let folder = format!("{PINS}/{ledger}");
        for name in self.names(&folder)? {
            if kind(&name) != Some("pin") {
                continue;
            }
            let path = format!("{folder}/{name}");
            match self.disk.read(&path, FILE_MAX) {
                Ok(bytes) => match Pin::parse(&bytes) {
                    Ok(pin) if is_of(&pin, ledger) && name == name_of(&pin) => {
                        remembered.pins.push(pin);
                    }
                    Ok(_) => remembered.damaged.push((path, PinError::Form)),
                    Err(error) => remembered.damaged.push((path, error)),
                },
                // Another reader had no more use for it.
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        remembered.pins.sort_by_key(|pin| pin.head.size());
        Ok(remembered)
    }

    /// Every ledger of which something was remembered.
    pub fn ledgers(&self) -> DiskResult<Vec<LedgerId>> {
        Ok(self.names(PINS)?.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// Remembers a head, durably. False if there is no room for another ledger.
    pub fn remember(&self, ledger: &LedgerId, pin: &Pin) -> DiskResult<bool> {
        let folder = format!("{PINS}/{ledger}");
        if self.disk.kind(&folder)?.is_none() && !self.make_room()? {
            return Ok(false);
        }
        self.folder(PINS)?;
        self.folder(&folder)?;
        self.write(&folder, &name_of(pin), &pin.to_bytes())?;
        self.thin(ledger)?;
        Ok(true)
    }

    /// Keeps what a verification found, beside the pins.
    pub fn keep_verified(&self, ledger: &LedgerId, found: &Verified) -> DiskResult<()> {
        let folder = format!("{PINS}/{ledger}");
        if self.disk.kind(&folder)?.is_none() {
            // Of a ledger that is not remembered nothing else is, either.
            return Ok(());
        }
        let bytes = serde_json::to_vec_pretty(found).unwrap_or_default();
        self.write(&folder, &name(found.size, &found.root, "verified"), &bytes)?;
        let kept: Vec<String> = self.verified_names(&folder)?;
        for name in kept.iter().rev().skip(VERIFIED_MAX) {
            self.remove(&format!("{folder}/{name}"))?;
        }
        Ok(())
    }

    /// What verifications found of a ledger, by rising size.
    pub fn verified(&self, ledger: &LedgerId) -> DiskResult<Vec<Verified>> {
        let folder = format!("{PINS}/{ledger}");
        let mut all = Vec::new();
        for name in self.verified_names(&folder)? {
            if let Ok(bytes) = self.disk.read(&format!("{folder}/{name}"), FILE_MAX) {
                all.extend(serde_json::from_slice::<Verified>(&bytes));
            }
        }
        Ok(all)
    }

    /// Forgets a ledger; false if nothing was remembered of it.
    pub fn forget(&self, ledger: &LedgerId) -> DiskResult<bool> {
        let folder = format!("{PINS}/{ledger}");
        if self.disk.kind(&folder)?.is_none() {
            return Ok(false);
        }
        for name in self.names(&folder)? {
            self.remove(&format!("{folder}/{name}"))?;
        }
        self.disk.remove_dir(&folder)?;
        self.disk.sync_dir(PINS)?;
        Ok(true)
    }

    /// Keeps evidence under a name, in place of the same evidence; gives its path.
    pub fn keep_evidence(&self, name: &str, bytes: &[u8]) -> DiskResult<String> {
        self.folder(EVIDENCE)?;
        self.write(EVIDENCE, name, bytes)?;
        Ok(format!("{EVIDENCE}/{name}"))
    }

    fn verified_names(&self, folder: &str) -> DiskResult<Vec<String>> {
        Ok(self.names(folder)?.into_iter().filter(|name| kind(name) == Some("verified")).collect())
    }

    /// The names in a folder, sorted; none if there is no such folder.
    fn names(&self, folder: &str) -> DiskResult<Vec<String>> {
        match self.disk.kind(folder)? {
            Some(Kind::Dir) => self.disk.list(folder),
            _ => Ok(Vec::new()),
        }
    }

    fn folder(&self, path: &str) -> DiskResult<()> {
        if self.disk.kind(path)?.is_some() {
            return Ok(());
        }
        match self.disk.create_dir(path, Access::Private) {
            // Another reader was faster.
            Err(error) if self.disk.kind(path).ok().flatten().is_none() => Err(error),
            _ => self.disk.sync_dir(path.rsplit_once('/').map_or("", |(parent, _)| parent)),
        }
    }

    fn write(&self, folder: &str, name: &str, bytes: &[u8]) -> DiskResult<()> {
        self.write_with(folder, name, |file| file.append(bytes))
    }

    /// Writes a file whole beside its name and then gives it that.
    fn write_with<E: From<DiskError>>(
        &self,
        folder: &str,
        name: &str,
        write: impl FnOnce(&mut dyn DiskFile) -> Result<(), E>,
    ) -> Result<(), E> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let beside = format!("{folder}/{name}.{}-{count}.tmp", std::process::id());
        let written = self.create(&beside, write).and_then(|()| {
            self.disk.rename(&beside, &format!("{folder}/{name}"))?;
            Ok(self.disk.sync_dir(folder)?)
        });
        if written.is_err() {
            // It would be in the way of a process that is given this one's number.
            drop(self.disk.remove_file(&beside));
        }
        written
    }

    fn create<E: From<DiskError>>(
        &self,
        path: &str,
        write: impl FnOnce(&mut dyn DiskFile) -> Result<(), E>,
    ) -> Result<(), E> {
        self.remove(path)?;
        let mut file = self.disk.create(path, Access::Private)?;
        write(&mut *file)?;
        Ok(file.sync_data()?)
    }

    fn remove(&self, path: &str) -> DiskResult<()> {
        match self.disk.remove_file(path) {
            Err(error) if !DiskError::is_not_found(&error) => Err(error),
            _ => Ok(()),
        }
    }

    /// Lets go of older heads: the newest stays, and so does the first; between them those go whose
    /// neighbours are close for their age.
    fn thin(&self, ledger: &LedgerId) -> DiskResult<()> {
        let mut pins = self.of(ledger)?.pins;
        while pins.len() > HEADS_MAX {
            let newest = pins.last().map_or(0, |pin| pin.head.size());
            let gap = |at: usize| -> Option<(u128, u128)> {
                let size = |at: usize| pins.get(at).map(|pin| u128::from(pin.head.size()));
                let width = size(at + 1)?.saturating_sub(size(at.checked_sub(1)?)?);
                Some((width, u128::from(newest).saturating_sub(size(at)?) + 1))
            };
            let closer = |a: (u128, u128), b: (u128, u128)| a.0 * b.1 < b.0 * a.1;
            let mut least: Option<(usize, (u128, u128))> = None;
            for at in 1..pins.len().saturating_sub(1) {
                if let Some(gap) = gap(at).filter(|g| least.is_none_or(|(_, l)| closer(*g, l))) {
                    least = Some((at, gap));
                }
            }
            let Some((at, _)) = least else { break };
            let pin = pins.remove(at);
            self.remove(&format!("{PINS}/{ledger}/{}", name_of(&pin)))?;
        }
        Ok(())
    }

    /// True when another ledger can be remembered, if need be in place of a simulated one.
    fn make_room(&self) -> DiskResult<bool> {
        let ledgers = self.ledgers()?;
        if ledgers.len() < self.room {
            return Ok(true);
        }
        let mut oldest: Option<(Timestamp, LedgerId)> = None;
        for ledger in ledgers {
            let remembered = self.of(&ledger)?;
            let Some(newest) = remembered.pins.last().filter(|pin| pin.is_simulated()) else {
                continue;
            };
            if oldest.is_none_or(|(seen, _)| newest.seen < seen) {
                oldest = Some((newest.seen, ledger));
            }
        }
        oldest.map_or(Ok(false), |(_, ledger)| self.forget(&ledger))
    }
}

fn is_of(pin: &Pin, ledger: &LedgerId) -> bool {
    pin.head.keys.first().is_some_and(|genesis| genesis.entry.event().hash() == *ledger)
}

fn name_of(pin: &Pin) -> String {
    let head = pin.head.checkpoint.checkpoint();
    name(head.size, &head.root, "pin")
}

/// What a file is by its name.
fn kind(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, kind)| kind)
}

/// Sizes in twenty digits, so that names sort as sizes do.
fn name(size: u64, root: &NodeHash, kind: &str) -> String {
    let root = root.to_string();
    format!("{size:020}-{}.{kind}", root.get(..16).unwrap_or_default())
}
