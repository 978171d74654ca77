//! A disk in memory that crashes, tears, loses and lies the way real ones do, repeatably.
//!
//! What is modelled, all from one seed:
//! - **Power cut**: of the bytes not synced, each 512-byte sector is found at any version it had
//!   since, zeros where nothing reached the platter, and the length anywhere in between; of the
//!   names not synced, any subset. (Stale garbage in place of zeros is not modelled: no journalling
//!   file system in its default mode shows it.)
//! - **Process killed**: the page cache survives, handles and locks do not; clean pages may have
//!   been evicted.
//! - **Failing calls**: any chosen calls fail with EIO or ENOSPC; an append may have written a part.
//! - **Failed sync**: either the pages stay dirty, or they are marked clean while the cache goes on
//!   showing bytes that the next power cut loses. A failed directory sync has done all or nothing.
//! - **Crash inside a call**: the chosen call takes effect wholly, partly or not, and everything
//!   after it fails until [`SimDisk::restart`].

mod device;
mod inode;
mod names;
pub mod random;

use super::path::{check, parent};
use super::{DiskError, DiskResult, Operation};
use inode::Inode;
use names::{Names, Node};
use random::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How the machine stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The process dies at once; the operating system and its page cache live on.
    Kill,
    /// Everything that is not on the platter is lost.
    PowerCut,
}

/// A simulated disk; clones share it.
#[derive(Clone, Debug)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Debug)]
struct State {
    names: Names,
    inodes: BTreeMap<u64, Inode>,
    next_inode: u64,
    locks: BTreeSet<String>,
    random: Random,
    calls: u64,
    failures: u64,
    fail_at: BTreeSet<u64>,
    crash_at: Option<u64>,
    /// The call at which the crash came.
    crashed: Option<(Operation, String)>,
    /// Counts restarts, so that handles from before are known.
    epoch: u64,
}

/// What a call shall do besides its work.
enum Plan {
    Work,
    Fail,
    Crash,
}

impl SimDisk {
    /// An empty disk whose misfortunes follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                names: Names::default(),
                inodes: BTreeMap::new(),
                next_inode: 0,
                locks: BTreeSet::new(),
                random: Random::new(seed),
                calls: 0,
                failures: 0,
                fail_at: BTreeSet::new(),
                crash_at: None,
                crashed: None,
                epoch: 0,
            })),
        }
    }

    /// An independent copy of this disk as it stands, whose misfortunes follow from `seed`.
    #[must_use]
    pub fn fork(&self, seed: u64) -> Self {
        let mut state = self.lock_state().clone();
        state.random = Random::new(seed);
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// How many calls there have been.
    pub fn calls(&self) -> u64 {
        self.lock_state().calls
    }

    /// How many calls have failed because they were chosen to, or because the machine had stopped.
    pub fn failures(&self) -> u64 {
        self.lock_state().failures
    }

    /// Makes exactly the calls with these numbers fail, replacing earlier plans; the first call
    /// that ever happens is number 0, the next one is number [`SimDisk::calls`].
    pub fn fail_at(&self, calls: &[u64]) {
        self.lock_state().fail_at = calls.iter().copied().collect();
    }

    /// Makes the machine stop inside the call with this number.
    pub fn crash_at(&self, call: Option<u64>) {
        self.lock_state().crash_at = call;
    }

    /// The call in which the machine stopped, if it has.
    pub fn crashed(&self) -> Option<(Operation, String)> {
        self.lock_state().crashed.clone()
    }

    /// Whether a power cut now could lose something that reads show.
    pub fn is_unsynced(&self) -> bool {
        self.lock_state().names.is_unsynced()
    }

    /// Whether some file shows bytes that a failed sync has given up on.
    pub fn is_lying(&self) -> bool {
        self.lock_state().inodes.values().any(Inode::is_lying)
    }

    /// Stops the machine, if it has not stopped yet, and starts it again: locks and handles are
    /// gone, and of the files there is what `stop` leaves. Planned failures are forgotten.
    pub fn restart(&self, stop: Stop) {
        let mut guard = self.lock_state();
        let state = &mut *guard;
        state.locks.clear();
        state.fail_at.clear();
        state.crash_at = None;
        state.crashed = None;
        state.epoch += 1;
        for inode in state.inodes.values_mut() {
            match stop {
                Stop::PowerCut => inode.lose_power(&mut state.random),
                Stop::Kill if state.random.one_in(4) => inode.evict_clean(),
                Stop::Kill => {}
            }
        }
        if stop == Stop::PowerCut {
            state.names.lose_power(&mut state.random);
        }
    }

    /// Replaces a file's bytes, durably: damage done behind the store's back.
    pub fn overwrite(&self, path: &str, bytes: &[u8]) {
        let mut state = self.lock_state();
        let mut inode = Inode::default();
        inode.append(bytes);
        inode.sync();
        let id = state.add(inode);
        state.names.set(path, Node::File(id));
        state.names.sync(parent(path));
    }

    /// Removes a name, durably: damage done behind the store's back.
    pub fn erase(&self, path: &str) {
        let mut state = self.lock_state();
        state.names.unset(path);
        state.names.sync(parent(path));
    }

    /// The paths of all files, sorted.
    pub fn files(&self) -> Vec<String> {
        fn walk(names: &Names, dir: &str, out: &mut Vec<String>) {
            for name in names.inside(dir) {
                let path = if dir.is_empty() { name } else { format!("{dir}/{name}") };
                match names.get(&path) {
                    Some(Node::Dir) => walk(names, &path, out),
                    _ => out.push(path),
                }
            }
        }
        let mut out = Vec::new();
        walk(&self.lock_state().names, "", &mut out);
        out
    }

    fn lock_state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, inode: Inode) -> u64 {
        let id = self.next_inode;
        self.next_inode += 1;
        self.inodes.insert(id, inode);
        id
    }

    /// Counts a call and says what shall become of it.
    fn begin(&mut self, operation: Operation, path: &str) -> DiskResult<Plan> {
        check(operation, path)?;
        if self.crashed.is_some() {
            self.failures += 1;
            return Err(error(operation, path, io::ErrorKind::Other, "the machine has stopped"));
        }
        let call = self.calls;
        self.calls += 1;
        if self.crash_at == Some(call) {
            self.crashed = Some((operation, path.to_owned()));
            return Ok(Plan::Crash);
        }
        Ok(if self.fail_at.remove(&call) { Plan::Fail } else { Plan::Work })
    }

    /// The error of a call that was chosen to fail or to crash.
    fn misfortune(&mut self, operation: Operation, path: &str) -> DiskError {
        let writes = matches!(
            operation,
            Operation::Create | Operation::Append | Operation::CreateDir | Operation::Rename
        );
        self.failures += 1;
        if self.crashed.is_some() {
            error(operation, path, io::ErrorKind::Other, "the machine stops")
        } else if writes && self.random.one_in(2) {
            error(operation, path, io::ErrorKind::StorageFull, "no space left on device")
        } else {
            error(operation, path, io::ErrorKind::Other, "input/output error")
        }
    }

    /// Runs an all-or-nothing call under its plan.
    fn run<T>(
        &mut self,
        operation: Operation,
        path: &str,
        work: impl FnOnce(&mut Self) -> DiskResult<T>,
    ) -> DiskResult<T> {
        match self.begin(operation, path)? {
            Plan::Work => work(self),
            Plan::Fail => Err(self.misfortune(operation, path)),
            Plan::Crash => {
                if self.random.one_in(2) {
                    // Its result no longer reaches anyone.
                    drop(work(self));
                }
                Err(self.misfortune(operation, path))
            }
        }
    }

    fn file(&self, operation: Operation, path: &str) -> DiskResult<u64> {
        match self.names.get(path) {
            Some(Node::File(id)) => Ok(id),
            Some(Node::Dir) => {
                Err(error(operation, path, io::ErrorKind::IsADirectory, "a directory"))
            }
            None => Err(error(operation, path, io::ErrorKind::NotFound, "no such file")),
        }
    }

    fn bytes(&self, operation: Operation, path: &str) -> DiskResult<&[u8]> {
        let id = self.file(operation, path)?;
        Ok(self.inodes.get(&id).map_or(&[], Inode::data))
    }

    /// Refuses a new name without a directory to stand in.
    fn want_parent(&self, operation: Operation, path: &str) -> DiskResult<()> {
        if self.names.get(parent(path)) == Some(Node::Dir) {
            Ok(())
        } else {
            Err(error(operation, path, io::ErrorKind::NotFound, "no such directory"))
        }
    }

    fn want_free(&self, operation: Operation, path: &str) -> DiskResult<()> {
        if self.names.get(path).is_none() {
            Ok(())
        } else {
            Err(error(operation, path, io::ErrorKind::AlreadyExists, "exists already"))
        }
    }
}

fn error(operation: Operation, path: &str, kind: io::ErrorKind, reason: &str) -> DiskError {
    DiskError::new(operation, path, io::Error::new(kind, reason))
}
