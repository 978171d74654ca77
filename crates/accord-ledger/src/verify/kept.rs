//! What a sound verification keeps for the next one to go on from.
//!
//! ```text
//! accord.kept/v1
//! <whose it is, as JSON on one line>
//! sections: length (8 bytes, little-endian), bytes, BLAKE3 over the two lines, its number and its bytes
//! ```
//!
//! The sections are what is carried over, what new entries are compared with, the kernel's state and
//! the domain's. Whoever goes on from it believes whoever wrote it; a digest shows when it has rotted,
//! and the first lines say which entries it is of and which software understands it.

use super::Report;
use crate::RULEBOOK;
use crate::admission::Admission;
use crate::judge::Bench;
use crate::kernel::{Kernel, STATE_VERSION};
use crate::packed::{self, PackedError};
use crate::seen::Seen;
use accord_format::hash::{EntryHash, LedgerId, NodeHash};
use accord_format::key::VKey;
use accord_format::log_key::LogVKey;
use accord_store::disk::{Disk, DiskError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

const FORM: &str = "accord.kept/v1\n";
/// Longest second line.
const HEAD_MAX: usize = 4_096;
/// Bytes that are read at once.
const PIECE: usize = 1 << 20;
const LENGTH: u64 = 8;
const DIGEST: u64 = 32;

/// Which entries something was kept of, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptOf {
    /// The ledger.
    pub ledger: LedgerId,
    /// Number of entries.
    pub size: u64,
    /// The root over them.
    pub root: NodeHash,
    /// When the verification was that kept it, RFC 3339 with microseconds.
    pub when: String,
    /// When what that took over from others was verified, at the earliest; `when` if it verified all.
    pub since: String,
    /// Version of the software that kept it.
    pub software: String,
    /// The version of the kernel's state.
    pub kernel: u32,
    /// The newest rulebook that the software knew.
    pub rulebook: u32,
    /// Whether the domain's rules were judged.
    pub judged: bool,
}

/// Why what was kept is of no use.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// It cannot be read.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// It is not of this form, or cut short.
    #[error("it is not a kept verification of this form: {0}")]
    Form(&'static str),
    /// It has rotted, or was changed.
    #[error("it has another digest than it says")]
    Digest,
    /// Other software kept it.
    #[error("{0} kept it, whose judgement may be another")]
    Other(String),
    /// It is of more entries than there are.
    #[error("it is of {kept} entries, here are {size}")]
    Larger {
        /// Entries that it is of.
        kept: u64,
        /// Entries that there are.
        size: u64,
    },
    /// A state in it cannot be taken back.
    #[error("a state in it cannot be taken back: {0}")]
    State(String),
}

impl From<PackedError> for KeptError {
    fn from(error: PackedError) -> Self {
        Self::State(error.to_string())
    }
}

/// What of the entries themselves is carried over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Carried {
    /// Hash of the last entry.
    pub(super) prev: EntryHash,
    /// When it was recorded, in microseconds since the epoch.
    pub(super) recorded: i64,
    /// Checkpoint keys, each from the size on at which they count.
    pub(super) checkpoint_keys: Vec<(u64, Vec<LogVKey>)>,
    /// Every event key that an entry names.
    pub(super) keys: Vec<VKey>,
    pub(super) signatures: u64,
    pub(super) findings: BTreeMap<String, u64>,
    pub(super) uninterpreted: BTreeMap<String, u64>,
}

/// What a verification found, and what it can keep for the next one.
#[derive(Debug)]
pub struct Examined {
    /// What it found.
    pub report: Report,
    pub(super) bench: Bench,
    pub(super) seen: Seen,
    pub(super) carried: Option<Carried>,
}

impl Examined {
    /// The kernel's state behind the last entry.
    pub const fn kernel(&self) -> &Kernel {
        &self.bench.kernel
    }

    /// The report and the kernel's state.
    pub fn into_parts(self) -> (Report, Kernel) {
        (self.report, self.bench.kernel)
    }

    /// Whose it is that would be kept by `software` at the instant `when`; nothing if the record is not
    /// such that a later verification could go on from it. It must be sound in every respect, and
    /// nothing taken over on somebody else's word.
    pub fn keeps(&self, software: &str, when: &str) -> Option<KeptOf> {
        let report = &self.report;
        let own = report.trusted == report.resumed.as_ref().map(|of| of.size);
        if !own || !report.is_sound() || report.not_established.is_some() {
            return None;
        }
        self.carried.as_ref()?;
        Some(KeptOf {
            ledger: report.ledger?,
            size: report.size,
            root: report.root?,
            when: when.to_owned(),
            since: report.resumed.as_ref().map_or(when, |of| &of.since).to_owned(),
            software: software.to_owned(),
            kernel: STATE_VERSION,
            rulebook: RULEBOOK,
            judged: report.domain_judged,
        })
    }

    /// Writes what is kept, piece by piece. Afterwards nothing is left of it in memory.
    pub fn keep(
        self,
        of: &KeptOf,
        out: &mut dyn FnMut(&[u8]) -> Result<(), DiskError>,
    ) -> Result<(), KeptError> {
        let Self { bench, mut seen, carried, .. } = self;
        let head = serde_json::to_string(of).map_err(|e| KeptError::State(e.to_string()))?;
        let head = format!("{FORM}{head}\n");
        out(head.as_bytes())?;
        let carried = packed::to_bytes(&carried.ok_or(KeptError::Form("nothing to keep"))?)?;
        section(&head, 0, &carried, out)?;
        let mut digest = Digest::of(&head, 1);
        out(&seen.bytes().to_le_bytes())?;
        seen.write(&mut |bytes: &[u8]| {
            digest.0.update(bytes);
            out(bytes)
        })?;
        out(&digest.finish())?;
        drop(seen);
        section(&head, 2, &packed::to_bytes(&bench.kernel)?, out)?;
        let domain = bench.admission().map(Admission::snapshot).unwrap_or_default();
        section(&head, 3, &domain, out)
    }
}

fn section(
    head: &str,
    number: u8,
    bytes: &[u8],
    out: &mut dyn FnMut(&[u8]) -> Result<(), DiskError>,
) -> Result<(), KeptError> {
    out(&(bytes.len() as u64).to_le_bytes())?;
    out(bytes)?;
    let mut digest = Digest::of(head, number);
    digest.0.update(bytes);
    Ok(out(&digest.finish())?)
}

struct Digest(blake3::Hasher);

impl Digest {
    fn of(head: &str, number: u8) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(head.as_bytes()).update(&[number]);
        Self(hasher)
    }

    fn finish(&self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }
}

/// A file in which a verification was kept.
#[derive(Debug)]
pub struct Kept {
    disk: Arc<dyn Disk>,
    path: String,
    len: u64,
    of: KeptOf,
    /// Its first two lines.
    head: String,
}

impl Kept {
    /// Opens such a file. Whether the rest is as it was written is seen when it is used.
    pub fn open(disk: Arc<dyn Disk>, path: &str) -> Result<Self, KeptError> {
        let len = disk.len(path)?;
        let most = FORM.len() + HEAD_MAX;
        let start = usize::try_from(len).map_or(most, |len| len.min(most));
        let bytes = disk.read_at(path, 0, start)?;
        let bad = KeptError::Form("its first two lines are others");
        let rest = bytes.strip_prefix(FORM.as_bytes());
        let line = rest.and_then(|rest| rest.split(|byte| *byte == b'\n').next());
        let line = line.filter(|line| line.len() < start.saturating_sub(FORM.len()));
        let Some(line) = line.and_then(|line| std::str::from_utf8(line).ok()) else {
            return Err(bad);
        };
        let of = serde_json::from_str(line).map_err(|_| bad)?;
        Ok(Self { disk, path: path.to_owned(), len, of, head: format!("{FORM}{line}\n") })
    }

    /// Which entries it is of.
    pub const fn of(&self) -> &KeptOf {
        &self.of
    }

    /// Fails unless this software could go on from it, with a record of `size` entries.
    pub(super) fn fits(&self, size: u64, judged: bool) -> Result<(), KeptError> {
        let of = &self.of;
        if of.kernel != STATE_VERSION || of.rulebook != RULEBOOK {
            return Err(KeptError::Other(format!("version {}", of.software)));
        }
        if of.judged != judged {
            let whose = if of.judged { "with" } else { "without" };
            return Err(KeptError::Other(format!(
                "a verification {whose} the rules of the domain"
            )));
        }
        if of.size > size || of.size == 0 {
            return Err(KeptError::Larger { kept: of.size, size });
        }
        Ok(())
    }

    pub(super) fn carried(&self) -> Result<Carried, KeptError> {
        Ok(packed::from_bytes(&self.whole(0)?)?)
    }

    pub(super) fn kernel(&self) -> Result<Kernel, KeptError> {
        let kernel: Kernel = packed::from_bytes(&self.whole(2)?)?;
        if kernel.size() != self.of.size || kernel.ledger() != Some(self.of.ledger) {
            return Err(KeptError::State("it is of other entries".to_owned()));
        }
        Ok(kernel)
    }

    pub(super) fn domain(&self) -> Result<Vec<u8>, KeptError> {
        let section = self.section(3)?;
        if section.at.saturating_add(section.left).saturating_add(DIGEST) != self.len {
            return Err(KeptError::Form("something stands behind its end"));
        }
        self.whole(3)
    }

    pub(super) fn seen(&self) -> Result<Seen, KeptError> {
        let mut section = self.section(1)?;
        let seen = Seen::read(self.of.size, section.left, |len| section.read(len))?;
        section.end()?;
        seen.ok_or(KeptError::Form("what entries are compared with is not in order"))
    }

    /// The bytes of a section, which are as they were written.
    fn whole(&self, number: u8) -> Result<Vec<u8>, KeptError> {
        let mut section = self.section(number)?;
        let mut bytes = Vec::new();
        while section.left > 0 {
            let some = usize::try_from(section.left).map_or(PIECE, |left| left.min(PIECE));
            bytes.extend_from_slice(&section.read(some)?);
        }
        section.end()?;
        Ok(bytes)
    }

    /// The section with this number.
    fn section(&self, number: u8) -> Result<Section<'_>, KeptError> {
        let mut at = self.head.len() as u64;
        let mut before = 0;
        loop {
            let left = self.length_at(at)?;
            let from = at.saturating_add(LENGTH);
            let end = from.checked_add(left).and_then(|end| end.checked_add(DIGEST));
            let end = end.filter(|end| *end <= self.len).ok_or(KeptError::Form("it ends early"))?;
            if before == number {
                return Ok(Section {
                    kept: self,
                    at: from,
                    left,
                    digest: Digest::of(&self.head, number),
                });
            }
            before += 1;
            at = end;
        }
    }

    fn length_at(&self, at: u64) -> Result<u64, KeptError> {
        if at.saturating_add(LENGTH) > self.len {
            return Err(KeptError::Form("it ends early"));
        }
        let bytes = self.disk.read_at(&self.path, at, usize::try_from(LENGTH).unwrap_or(0))?;
        Ok(bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes)))
    }
}

/// A section that is being read.
struct Section<'k> {
    kept: &'k Kept,
    at: u64,
    left: u64,
    digest: Digest,
}

impl Section<'_> {
    fn read(&mut self, len: usize) -> Result<Vec<u8>, KeptError> {
        let left = self.left.checked_sub(len as u64);
        self.left = left.ok_or(KeptError::Form("a part of it ends early"))?;
        let bytes = self.kept.disk.read_at(&self.kept.path, self.at, len)?;
        self.at = self.at.saturating_add(len as u64);
        self.digest.0.update(&bytes);
        Ok(bytes)
    }

    fn end(self) -> Result<(), KeptError> {
        if self.left > 0 {
            return Err(KeptError::Form("a part of it is too long"));
        }
        let said = self.kept.disk.read_at(&self.kept.path, self.at, 32)?;
        if said == self.digest.finish() { Ok(()) } else { Err(KeptError::Digest) }
    }
}
