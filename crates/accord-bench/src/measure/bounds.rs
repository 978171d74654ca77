//! What this machine can do at most, measured without a ledger.

use super::Bench;
use super::timing::{fastest, length, median, number, rate, timed};
use crate::error::BenchError;
use crate::found::Recipe;
use crate::story::Story;
use accord_format::entry::{Entry, Header};
use accord_format::event::SignedEvent;
use accord_format::hash::EntryHash;
use accord_format::key::{NoteSigner, VKey};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::convert::Infallible;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

/// Events that the rates are measured over.
const EVENTS: usize = 1_024;
/// Keys that sign them.
const KEYS: usize = 32;
/// How often each is measured; the fastest counts.
const ROUNDS: u32 = 5;
/// Syncs whose median is F.
const SYNCS: usize = 64;
/// Bytes of one write before a sync: a batch of four events.
const WRITE: usize = 4_096;
/// Bytes written to measure the disk's bandwidth.
const BULK: usize = 32 << 20;

/// The machine's own bounds.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Cores that this process may use.
    pub cores: u64,
    /// S: signatures checked each second on one core, with `verify_strict`.
    pub signatures: f64,
    /// F: milliseconds until 4 KiB appended to a file are durable, the median.
    pub sync_ms: f64,
    /// MB each second that are made durable, in one piece.
    pub disk_mb: f64,
    /// MB each second of event JSON that `serde_json` reads into values on one core.
    pub json_mb: f64,
    /// Entries parsed strictly each second on one core.
    pub entries: f64,
    /// MB each second through SHA-256 on one core, in pieces of an entry.
    pub sha256_mb: f64,
    /// The same through BLAKE3.
    pub blake3_mb: f64,
    /// Bytes of the entry that rates are measured with, on average.
    pub entry_bytes: f64,
}

impl Machine {
    /// cores × S.
    pub fn all_cores(&self) -> f64 {
        number(self.cores) * self.signatures
    }

    pub(super) fn measure(bench: &Bench<'_>) -> Result<Self, BenchError> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let sample = Sample::make(bench)?;
        let bytes: usize = sample.entries.iter().map(Vec::len).sum();
        let mb = |time| rate(number(u64::try_from(bytes).unwrap_or(u64::MAX)), time) / 1e6;
        let per_second = |time| rate(length(&sample.entries), time);
        Ok(Self {
            cores: u64::try_from(cores).unwrap_or(1),
            signatures: per_second(sample.signatures()?),
            sync_ms: super::timing::millis(sync(&bench.path("sync"))?),
            disk_mb: bandwidth(&bench.path("bulk"))?,
            json_mb: {
                let lines: usize = sample.lines.iter().map(String::len).sum();
                let lines = number(u64::try_from(lines).unwrap_or(u64::MAX));
                rate(lines, sample.json()?) / 1e6
            },
            entries: per_second(sample.parse()?),
            sha256_mb: mb(sample.each(|bytes| {
                std::hint::black_box(Sha256::digest(bytes));
            })),
            blake3_mb: mb(sample.each(|bytes| {
                std::hint::black_box(blake3::hash(bytes));
            })),
            entry_bytes: number(u64::try_from(bytes).unwrap_or(u64::MAX))
                / length(&sample.entries).max(1.0),
        })
    }
}

/// Events as a ledger has them.
struct Sample {
    signed: Vec<SignedEvent>,
    keys: Vec<VKey>,
    lines: Vec<String>,
    entries: Vec<Vec<u8>>,
}

impl Sample {
    fn make(bench: &Bench<'_>) -> Result<Self, BenchError> {
        let fields = u16::try_from(KEYS).unwrap_or(u16::MAX);
        let recipe = Recipe { fields, observers: 0, ..Recipe::new(bench.charter, bench.seed) };
        let mut story = Story::of(&recipe)?;
        let fields: Vec<VKey> =
            recipe.cast()?.fields.iter().map(|key| NoteSigner::vkey(key).clone()).collect();
        let mut sample =
            Self { signed: Vec::new(), keys: Vec::new(), lines: Vec::new(), entries: Vec::new() };
        for (nth, key) in fields.iter().cycle().take(EVENTS).enumerate() {
            let made = story.observation(nth)?;
            let signed = SignedEvent::parse(&made.submission.note)?;
            let seq = u64::try_from(nth).unwrap_or(u64::MAX);
            let recorded = made.submission.at.unwrap_or_else(Recipe::begin);
            let header = Header { seq, revision: 0, prev: EntryHash::ZERO, recorded };
            sample.lines.push(signed.event().text().lines().nth(1).unwrap_or_default().to_owned());
            sample.entries.push(Entry::new(header, signed.clone()).to_bytes());
            sample.signed.push(signed);
            sample.keys.push(key.clone());
        }
        Ok(sample)
    }

    /// One core, one at a time, by the one rule.
    fn signatures(&self) -> Result<Duration, BenchError> {
        fastest(ROUNDS, || {
            for (signed, key) in self.signed.iter().zip(&self.keys) {
                if !signed.is_signed_with(0, key.key()) {
                    return Err(BenchError::Wrong("a made-up signature does not hold".to_owned()));
                }
            }
            Ok(())
        })
    }

    fn json(&self) -> Result<Duration, BenchError> {
        fastest(ROUNDS, || {
            for line in &self.lines {
                std::hint::black_box(serde_json::from_str::<Value>(line)?);
            }
            Ok(())
        })
    }

    fn parse(&self) -> Result<Duration, BenchError> {
        fastest(ROUNDS, || {
            for entry in &self.entries {
                let parsed = Entry::parse(entry);
                std::hint::black_box(parsed.map_err(|e| BenchError::Wrong(e.to_string()))?);
            }
            Ok(())
        })
    }

    fn each(&self, mut run: impl FnMut(&[u8])) -> Duration {
        let all = fastest(ROUNDS, || {
            self.entries.iter().for_each(|bytes| run(bytes));
            Ok::<(), Infallible>(())
        });
        all.unwrap_or_default()
    }
}

/// F: how long until what is appended to a growing file is durable.
pub(super) fn sync(path: &Path) -> Result<Duration, BenchError> {
    let mut file = File::create_new(path).map_err(BenchError::file("create", path))?;
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let (time, done) = timed(|| file.write_all(&[7; WRITE]).and_then(|()| file.sync_data()));
        done.map_err(BenchError::file("write", path))?;
        times.push(time);
    }
    drop(file);
    std::fs::remove_file(path).map_err(BenchError::file("remove", path))?;
    Ok(median(times))
}

/// MB each second.
fn bandwidth(path: &Path) -> Result<f64, BenchError> {
    let bulk = vec![7_u8; BULK];
    let time = fastest(3, || {
        let mut file = File::create(path)?;
        file.write_all(&bulk)?;
        file.sync_data()
    });
    let time = time.map_err(BenchError::file("write", path))?;
    std::fs::remove_file(path).map_err(BenchError::file("remove", path))?;
    Ok(rate(length(&bulk), time) / 1e6)
}
