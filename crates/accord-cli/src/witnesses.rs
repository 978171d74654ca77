//! Asking witnesses, over the network or from files, on behalf of the ledger.

use crate::error::CliError;
use crate::files;
use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_format::hash::NodeHash;
use accord_format::merkle;
use accord_format::policy::{Policy, PolicyWitness};
use accord_format::tile::TILE_WIDTH;
use accord_ledger::clock::{Clock as _, SystemClock};
use accord_ledger::cosigners::{Answer, Collected, Cosigners, Prove, Without};
use accord_ledger::kernel::Kernel;
use accord_store::Reader;
use accord_store::disk::Disk;
use accord_witness::client::{self, Entries, Limits, Outcome};
use accord_witness::http::{Tls, Url};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Witnesses at the addresses that the ledger's policy gives.
#[derive(Debug)]
pub(crate) struct Network {
    tls: Tls,
    limits: Limits,
    /// The size that each witness is thought to hold.
    known: BTreeMap<String, u64>,
    /// The ledger's own entries, for mirrors.
    entries: Option<Arc<dyn Entries>>,
}

impl Network {
    /// Asks with the system's certificate authorities, waiting `seconds` for each answer.
    pub(crate) fn new(seconds: u64) -> Self {
        let request = Duration::from_secs(seconds);
        let limits = Limits { request, overall: request * 5 / 2, ..Limits::default() };
        Self { tls: Tls::system(), limits, known: BTreeMap::new(), entries: None }
    }

    /// Takes no cosignature whose time lies farther from ours than clocks may differ by this ledger's
    /// charter, and longer than it takes to ask: the entries behind it would look misdated.
    pub(crate) fn within(mut self, kernel: &Kernel) -> Self {
        let skew = Duration::from_secs(kernel.skew().unsigned_abs());
        self.limits.clock_skew = skew.saturating_add(self.limits.overall);
        self
    }

    /// Hands the entries of the ledger on `disk` to mirrors among those that are asked.
    pub(crate) fn with_entries(mut self, disk: Arc<dyn Disk>) -> Self {
        self.entries = Some(Arc::new(OwnEntries(disk)));
        self
    }

    fn latest(
        &self,
        origin: &str,
        witness: &PolicyWitness,
    ) -> Result<Option<SignedCheckpoint>, String> {
        let url = witness.url.as_deref().ok_or("the policy gives no address")?;
        let url: Url = url.parse().map_err(|e| format!("{url}: {e}"))?;
        let answer = client::latest(&url, origin, &witness.vkey, &self.tls, self.limits.request);
        answer.map_err(|e| e.to_string())
    }
}

/// The entries of a ledger, read beside its writer.
struct OwnEntries(Arc<dyn Disk>);

impl fmt::Debug for OwnEntries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnEntries")
    }
}

impl OwnEntries {
    fn reader(&self) -> Result<Reader, String> {
        Reader::open(Arc::clone(&self.0)).map_err(|error| error.to_string())
    }
}

impl Entries for OwnEntries {
    fn entries(&self, range: Range<u64>) -> Result<Vec<Vec<u8>>, String> {
        let reader = self.reader()?;
        let batch = reader.view().batch(range.start / TILE_WIDTH).map_err(|e| e.to_string())?;
        let entry = |seq| batch.entry(seq).map(<[u8]>::to_vec);
        let entries: Option<Vec<_>> = range.map(entry).collect();
        entries.ok_or_else(|| "they are beyond the end".to_owned())
    }

    fn proof(&self, subtree: Range<u64>, size: u64) -> Result<Vec<NodeHash>, String> {
        let reader = self.reader()?;
        merkle::subtree_proof(&reader.view(), (subtree.start, subtree.end), size)
            .map_err(|error| error.to_string())
    }
}

impl Cosigners for Network {
    fn collect(
        &mut self,
        note: &SignedCheckpoint,
        policy: &Policy,
        prove: &Prove<'_>,
    ) -> Collected {
        let now = u64::try_from(SystemClock.now().seconds()).unwrap_or(0);
        let request = client::Request {
            checkpoint: note,
            policy,
            known: &self.known,
            now,
            tls: &self.tls,
            limits: self.limits,
            entries: self.entries.as_ref(),
        };
        let collected = match client::collect(&request, prove) {
            Ok(collected) => collected,
            Err(error) => {
                let without = |w: &PolicyWitness| Without {
                    witness: w.name.clone(),
                    why: error.to_string(),
                    alarming: false,
                };
                let without = policy.witnesses().iter().map(without).collect();
                return Collected { without, ..Collected::default() };
            }
        };
        self.known.extend(collected.known());
        let mut out = Collected { lines: collected.added, ..Collected::default() };
        for report in collected.reports.iter().filter(|report| !report.outcome.is_cosigned()) {
            if matches!(report.outcome, Outcome::NotNeeded) {
                continue;
            }
            let (witness, why) = (report.witness.clone(), report.outcome.to_string());
            // What it holds instead may show another copy of the ledger at work.
            let named = policy.witnesses().iter().find(|w| w.name == witness);
            if let Some(named) = named.filter(|_| report.outcome.is_alarming()) {
                let held = self.latest(&note.checkpoint().origin, named);
                out.others.extend(held.ok().flatten());
            }
            let alarming = report.outcome.is_alarming();
            out.without.push(Without { witness, why, alarming });
        }
        out
    }

    fn newest(&mut self, origin: &str, policy: &Policy) -> Vec<Answer> {
        let network = &*self;
        std::thread::scope(|scope| {
            let ask = |witness| (witness, scope.spawn(move || network.latest(origin, witness)));
            let asked: Vec<_> = policy.witnesses().iter().map(ask).collect();
            let answer =
                |(witness, answer): (&PolicyWitness, std::thread::ScopedJoinHandle<'_, _>)| {
                    let newest =
                        answer.join().unwrap_or_else(|_| Err("asking it failed".to_owned()));
                    Answer { witness: witness.name.clone(), newest }
                };
            asked.into_iter().map(answer).collect()
        })
    }
}

/// Reads checkpoints that came from witnesses, each as the answer of every witness of the policy
/// whose cosignature it bears.
pub(crate) fn answers(files: &[PathBuf], policy: &Policy) -> Result<Vec<Answer>, CliError> {
    let mut answers = Vec::new();
    for path in files {
        let note = SignedCheckpoint::parse(&files::read(path, NOTE_MAX as u64)?)
            .map_err(|e| CliError::Usage(format!("{}: {e}", path.display())))?;
        let cosigned = |w: &&PolicyWitness| {
            note.note().signatures().iter().any(|l| w.vkey.verify(note.checkpoint(), l).is_some())
        };
        let before = answers.len();
        answers.extend(policy.witnesses().iter().filter(cosigned).map(|witness| Answer {
            witness: witness.name.clone(),
            newest: Ok(Some(note.clone())),
        }));
        if answers.len() == before {
            let why = "bears no valid cosignature of a witness of this ledger";
            return Err(CliError::Usage(format!("{}: {why}", path.display())));
        }
    }
    Ok(answers)
}
