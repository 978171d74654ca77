//! Making and opening a ledger for writing.

use super::{Ledger, batch::genesis_header, commit::Waiting, nodes::Known};
use crate::admission::{Admission, Candidate};
use crate::clock::Clock;
use crate::completeness::Tracker;
use crate::error::LedgerError;
use crate::history::{Below, Nothing};
use crate::judge::Bench;
use crate::kernel::STATE_VERSION;
use crate::keyring::Keyring;
use crate::operator::OperatorKeys;
use crate::recent::Recent;
use accord_format::entry::Entry;
use accord_format::event::SignedEvent;
use accord_format::merkle;
use accord_format::time::Timestamp;
use accord_store::disk::Disk;
use accord_store::index::{Index, Reflects, Snapshot};
use accord_store::{Recovered, Store};
use std::sync::Arc;

/// Name of the state snapshot in the index.
const SNAPSHOT: &str = "bench";
/// Entries by which a kept state may be behind.
const SAVE_EVERY: u64 = 256;

/// What a ledger is opened with.
pub struct Options {
    /// The domain's judges.
    pub admission: Option<Box<dyn Admission>>,
    /// The index; it may be empty or out of date.
    pub index: Box<dyn Index>,
    /// Where the time comes from.
    pub clock: Box<dyn Clock>,
    /// Append although the clock is more than a year ahead of the last entry.
    pub accept_gap: bool,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("accept_gap", &self.accept_gap).finish_non_exhaustive()
    }
}

/// What opening found.
#[derive(Debug)]
pub struct Opened {
    /// What the store had to recover.
    pub recovered: Recovered,
    /// Entries that the index did not reflect and now does.
    pub indexed: u64,
    /// True when the index was of no use and was made anew.
    pub index_rebuilt: bool,
    /// Entries replayed to rebuild the state.
    pub replayed: u64,
}

impl Ledger {
    /// Makes a ledger of a signed genesis event.
    ///
    /// # Errors
    /// If the event is not a valid genesis, if the operator's keys are not those it names, or if
    /// there is a ledger already.
    pub fn init(
        disk: Arc<dyn Disk>,
        genesis: SignedEvent,
        at: Option<Timestamp>,
        keys: OperatorKeys,
        options: Options,
    ) -> Result<Self, LedgerError> {
        let Options { admission, index, clock, accept_gap } = options;
        let mut bench = Bench::new(admission);
        let mut keyring = Keyring::default();
        keyring.learn(genesis.event());
        keyring.verify(&genesis).map_err(|e| LedgerError::Genesis(e.to_string()))?;
        let simulated = crate::kernel::types::is_simulated(genesis.event());
        let recorded = match (simulated, at) {
            (true, at) => at.unwrap_or_else(|| genesis.event().issued.timestamp()),
            (false, None) => clock.now(),
            (false, Some(_)) => return Err(LedgerError::NotSimulated),
        };
        let header = genesis_header(recorded);
        let entry = Entry::new(header, genesis);
        let nothing = Nothing;
        let candidate = Candidate { header: &header, event: entry.event() };
        let judged = bench
            .judge(&candidate, &nothing, &nothing)
            .map_err(|t| LedgerError::Genesis(t.rejection.to_string()))?;
        bench.apply(&entry, &judged.findings, &nothing);
        keys.event_key(&bench.kernel)?;
        let kernel = &bench.kernel;
        let mut sign = |size, root| Ok(keys.sign_checkpoint(kernel, size, root)?.to_text());
        let (store, _) = Store::init(Arc::clone(&disk), &entry.to_bytes(), &mut sign)?;
        let mut recent = Recent::from(0);
        recent.push(Arc::new(entry));
        let waiting = Waiting::from(recent.end());
        let mut ledger = Self {
            disk,
            store,
            index,
            bench,
            keyring: Arc::new(keyring),
            keys,
            clock,
            accept_gap,
            tracker: Tracker::default(),
            recent,
            known: Known::default(),
            waiting,
            confirmed: true,
            rival: None,
            stale: None,
        };
        ledger.publish()?;
        Ok(ledger)
    }

    /// Opens a ledger: recovers the store, brings the index up to the head, and rebuilds the state
    /// from the last snapshot that fits, or from the start.
    pub fn open(
        disk: Arc<dyn Disk>,
        keys: OperatorKeys,
        options: Options,
    ) -> Result<(Self, Opened), LedgerError> {
        let (store, recovered) = Store::open(Arc::clone(&disk))?;
        let Options { admission, index, clock, accept_gap } = options;
        let (bench, keyring) = (Bench::new(admission), Arc::default());
        let recent = Recent::from(store.size());
        let waiting = Waiting::from(recent.end());
        let mut ledger = Self {
            disk,
            store,
            index,
            bench,
            keyring,
            keys,
            clock,
            accept_gap,
            tracker: Tracker::default(),
            recent,
            known: Known::default(),
            waiting,
            confirmed: false,
            rival: None,
            stale: None,
        };
        let mut opened = Opened { recovered, indexed: 0, index_rebuilt: false, replayed: 0 };
        ledger.catch_up(&mut opened)?;
        ledger.rebuild_state(&mut opened)?;
        if let Some(seq) = ledger.bench.kernel.not_established() {
            return Err(LedgerError::Newer { seq });
        }
        ledger.keys.event_key(&ledger.bench.kernel)?;
        if opened.replayed >= SAVE_EVERY {
            // There was none, or it was of no use: the next opening is to find this one.
            let reflects = Reflects { size: ledger.store.size(), root: ledger.store.root() };
            ledger.write_snapshot(reflects)?;
        }
        ledger.meet_kept()?;
        Ok((ledger, opened))
    }

    /// Brings the index up to the head, from scratch if it is not of this ledger's history.
    fn catch_up(&mut self, opened: &mut Opened) -> Result<(), LedgerError> {
        let size = self.store.size();
        let start = match self.index.reflects() {
            Ok(Some(reflects)) if self.is_of_this_history(&reflects) => reflects.size,
            Ok(Some(_)) | Err(_) => {
                self.index.clear()?;
                opened.index_rebuilt = true;
                0
            }
            Ok(None) => 0,
        };
        opened.indexed = size - start;
        self.mending(Self::index_entries)
    }

    /// True when an index or a snapshot was made of entries that this ledger has.
    fn is_of_this_history(&self, reflects: &Reflects) -> bool {
        reflects.size <= self.store.size()
            && merkle::root(&self.store.view(), reflects.size)
                .is_ok_and(|found| found == reflects.root)
    }

    pub(super) fn read(&self, seq: u64) -> Result<Entry, LedgerError> {
        let bytes = self.store.view().entry(seq)?;
        Entry::parse(&bytes).map_err(|e| LedgerError::Unreadable { seq, why: e.to_string() })
    }

    fn rebuild_state(&mut self, opened: &mut Opened) -> Result<(), LedgerError> {
        self.restore_snapshot();
        let start = self.bench.kernel.size();
        opened.replayed = self.store.size() - start;
        for seq in start..self.store.size() {
            let entry = self.read(seq)?;
            let candidate = Candidate { header: &entry.header, event: entry.event() };
            let judged = self.mending(|ledger| {
                let below = Below::new(ledger.store.view(), &*ledger.index, &ledger.recent);
                let below = below.before(seq);
                // Judged again, since an entry that another program put there may be void.
                let judged = ledger.bench.judge(&candidate, &below, &below);
                below.settle()?;
                Ok(judged)
            })?;
            let upto = Below::new(self.store.view(), &*self.index, &self.recent).before(seq + 1);
            match judged {
                Ok(judged) => self.bench.apply(&entry, &judged.findings, &upto),
                Err(_) => self.bench.pass(&entry),
            }
            upto.settle()?;
        }
        self.keyring = Arc::new(Keyring::of(&self.bench.kernel));
        Ok(())
    }

    fn restore_snapshot(&mut self) {
        // A snapshot that cannot be used costs a replay, nothing else.
        let Ok(Some(kept)) = self.index.snapshot(SNAPSHOT, STATE_VERSION) else { return };
        if !self.is_of_this_history(&kept.reflects) {
            return;
        }
        // It is whole, or as it was.
        let _unless_of_another_kind = self.bench.restore(&kept.bytes, kept.reflects.size);
    }

    /// Keeps the state for the next opening.
    pub(super) fn save_snapshot(&mut self) -> Result<(), LedgerError> {
        if self.stale.is_some() {
            return Ok(());
        }
        let reflects = Reflects { size: self.store.size(), root: self.store.root() };
        // To write a large state takes longer than to judge some entries again. Whether what is there
        // can be used, the next opening finds out.
        if let Ok(Some(kept)) = self.index.snapshot_reflects(SNAPSHOT, STATE_VERSION)
            && kept.size <= reflects.size
            && reflects.size - kept.size < SAVE_EVERY
            && self.is_of_this_history(&kept)
        {
            return Ok(());
        }
        self.write_snapshot(reflects)
    }

    fn write_snapshot(&mut self, reflects: Reflects) -> Result<(), LedgerError> {
        let Ok(bytes) = self.bench.to_bytes() else { return Ok(()) };
        Ok(self.index.put_snapshot(SNAPSHOT, STATE_VERSION, &Snapshot { reflects, bytes })?)
    }
}
