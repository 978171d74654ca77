//! What is kept of one log.

use super::StateError;
use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_format::deposit;
use accord_format::hash::EventHash;
use accord_store::disk::{Access, Disk, DiskError, DiskResult, Kind};
use std::collections::BTreeSet;
use std::sync::Arc;

const CHECKPOINT: &str = "checkpoint";
const CHECKPOINT_NEW: &str = "checkpoint.new";
const DEPOSITS: &str = "deposits";
const DEPOSIT_NEW: &str = "deposit.new";
const EVIDENCE: &str = "evidence";
const EVIDENCE_NEW: &str = "evidence.new";
/// The most pieces of evidence kept of each kind, so that a log cannot fill the disk.
const EVIDENCE_MAX: usize = 64;

/// What a log signed that cannot stand beside what was cosigned before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Whether the two alone show that the log signed two histories.
    pub is_proof: bool,
    /// The name that tells it from other evidence: the sizes, and a hash of the new checkpoint.
    pub name: String,
    /// What was kept, by the ending of its file name.
    pub parts: Vec<(&'static str, String)>,
}

/// One log's directory.
#[derive(Debug)]
pub struct LogState {
    disk: Arc<dyn Disk>,
    dir: String,
}

impl LogState {
    pub(super) fn open(disk: Arc<dyn Disk>, dir: String) -> Result<Self, StateError> {
        let log = Self { disk, dir };
        for below in ["", DEPOSITS, EVIDENCE] {
            let path = log.path(below);
            if log.disk.kind(&path)?.is_none() {
                log.disk.create_dir(&path, Access::Private)?;
            }
        }
        for below in [EVIDENCE, DEPOSITS, ""] {
            log.disk.sync_dir(&log.path(below))?;
        }
        log.disk.sync_dir(super::LOGS)?;
        for left in [CHECKPOINT_NEW, DEPOSIT_NEW, EVIDENCE_NEW] {
            log.remove(left)?;
        }
        Ok(log)
    }

    fn path(&self, below: &str) -> String {
        if below.is_empty() { self.dir.clone() } else { format!("{}/{below}", self.dir) }
    }

    fn remove(&self, below: &str) -> DiskResult<()> {
        let path = self.path(below);
        if self.disk.kind(&path)?.is_some() {
            self.disk.remove_file(&path)?;
        }
        Ok(())
    }

    /// Puts a file in its place, durably; a crash leaves the old one or the new one.
    fn place(&self, temporary: &str, below: &str, bytes: &[u8]) -> DiskResult<()> {
        self.remove(temporary)?;
        let (from, to) = (self.path(temporary), self.path(below));
        let mut file = self.disk.create(&from, Access::Private)?;
        file.append(bytes)?;
        file.sync_data()?;
        self.disk.rename(&from, &to)?;
        self.disk.sync_dir(to.rsplit_once('/').map_or("", |(dir, _)| dir))
    }

    /// The last checkpoint cosigned, or nothing if there is none yet.
    pub fn checkpoint(&self) -> Result<Option<SignedCheckpoint>, StateError> {
        let path = self.path(CHECKPOINT);
        match self.disk.kind(&path)? {
            None => return Ok(None),
            Some(Kind::File) => {}
            Some(_) => return Err(self.damaged(CHECKPOINT, "it is no file".to_owned())),
        }
        let bytes = self.disk.read(&path, NOTE_MAX as u64)?;
        let parsed = SignedCheckpoint::parse(&bytes);
        parsed.map(Some).map_err(|error| self.damaged(CHECKPOINT, error.to_string()))
    }

    /// The error of a file that does not read.
    pub fn damaged(&self, below: &str, why: String) -> StateError {
        StateError::Damaged { path: self.path(below), why }
    }

    /// Keeps the checkpoint about to be answered for. Once this returns, no crash takes it back.
    pub fn keep_checkpoint(&self, note: &SignedCheckpoint) -> Result<(), DiskError> {
        self.place(CHECKPOINT_NEW, CHECKPOINT, note.to_text().as_bytes())
    }

    /// The events of which deposits are kept.
    pub fn deposits(&self) -> Result<BTreeSet<EventHash>, StateError> {
        let names = self.disk.list(&self.path(DEPOSITS))?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// The deposit note of an event that is among [`LogState::deposits`].
    pub fn deposit(&self, event: &EventHash) -> Result<String, StateError> {
        let below = format!("{DEPOSITS}/{event}");
        let bytes = self.disk.read(&self.path(&below), deposit::NOTE_MAX as u64)?;
        let read = deposit::Deposit::read(&bytes);
        let (_, note) = read.map_err(|error| self.damaged(&below, error.to_string()))?;
        Ok(note.to_text())
    }

    /// Keeps a deposit note about to be given out.
    pub fn keep_deposit(&self, event: &EventHash, note: &str) -> Result<(), DiskError> {
        self.place(DEPOSIT_NEW, &format!("{DEPOSITS}/{event}"), note.as_bytes())
    }

    /// Keeps evidence. Tells where, or nothing if there is enough of its kind.
    pub fn keep_evidence(&self, evidence: &Evidence) -> Result<Option<String>, DiskError> {
        let kind = if evidence.is_proof { "fork" } else { "unproven" };
        let stem = format!("{kind}-{}", evidence.name);
        let names = self.disk.list(&self.path(EVIDENCE))?;
        let of_kind = names.iter().filter_map(|name| name.split_once('.'));
        let of_kind = of_kind.filter(|(stem, _)| stem.starts_with(kind));
        let kept: BTreeSet<&str> = of_kind.map(|(stem, _)| stem).collect();
        if !kept.contains(stem.as_str()) && kept.len() >= EVIDENCE_MAX {
            return Ok(None);
        }
        for (ending, text) in &evidence.parts {
            let below = format!("{EVIDENCE}/{stem}.{ending}");
            // A crash may have left some of the parts.
            if self.disk.kind(&self.path(&below))?.is_none() {
                self.place(EVIDENCE_NEW, &below, text.as_bytes())?;
            }
        }
        Ok(Some(self.path(&format!("{EVIDENCE}/{stem}"))))
    }
}
