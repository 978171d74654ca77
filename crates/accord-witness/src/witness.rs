//! The witness itself, without any HTTP: it is asked to cosign, and does so for one history alone.

mod admit;
mod deposits;
mod keys;
mod pending;
mod subtree;

pub use keys::{SetupError, WitnessKeys};
pub use subtree::sign_subtree;

use crate::refusal::Refusal;
use crate::state::{LogState, State, StateError};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::log_key::LogVKey;
use accord_format::time::Timestamp;
use accord_format::witnessing::origin_hash;
use accord_store::disk::Disk;
use deposits::Deposits;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// Where a witness's time comes from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Who is told what happens.
pub type Journal = Arc<dyn Fn(&Happened) + Send + Sync>;

/// The machine's clock. One that stands before 1970 reads as 1970.
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let micros = since.map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX));
        Timestamp::from_micros(micros)
    })
}

/// Something that the operator of a witness may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Stable code: `cosigned`, `subtree-signed`, `deposited`, or that of the refusal.
    pub code: &'static str,
    /// The log's origin, once it is known to be one of ours.
    pub origin: Option<String>,
    /// The checkpoint's size, when there is one.
    pub size: Option<u64>,
    /// In words.
    pub detail: String,
}

/// How a witness is set up.
pub struct Setup {
    /// Its keys.
    pub keys: WitnessKeys,
    /// The keys of the logs; the key's name is the log's origin, and a log may have several keys.
    pub logs: Vec<LogVKey>,
    /// How many deposits are taken for each ledger in a day (UTC); 0 to take none.
    pub deposits_per_day: u32,
    /// Where time comes from.
    pub clock: Clock,
    /// Who is told what happens.
    pub journal: Journal,
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { keys, logs, deposits_per_day, clock: _, journal: _ } = self;
        f.debug_struct("Setup")
            .field("keys", keys)
            .field("logs", logs)
            .field("deposits_per_day", deposits_per_day)
            .finish_non_exhaustive()
    }
}

/// Requests for one log that may wait for their turn; more are told to come again.
const WAITING_MAX: usize = 8;

/// What is known of one log.
struct Log {
    origin: String,
    /// The keys trusted for it now.
    keys: Mutex<Arc<[LogVKey]>>,
    /// Compared, replaced and made durable under one lock.
    held: Mutex<Held>,
    /// Under a lock of its own, so that deposits do not hold up cosigning.
    deposits: Mutex<Deposits>,
    waiting: AtomicUsize,
    depositing: AtomicUsize,
    /// What monitors read: always something that was made durable.
    published: Mutex<Option<Arc<str>>>,
    state: LogState,
}

/// The last checkpoint cosigned.
struct Held {
    last: Option<Last>,
    /// The last few, that one included, as far as this process has seen them.
    recent: VecDeque<SignedCheckpoint>,
}

struct Last {
    note: SignedCheckpoint,
    /// The time that our lines say.
    time: u64,
    /// Whether this process made the record durable, rather than found it.
    durable: bool,
}

/// Keeps count of the requests that wait for one log.
struct Turn<'a>(&'a AtomicUsize);

impl<'a> Turn<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, Refusal> {
        let turn = Self(waiting);
        // The guard exists by now, so that the count goes down whatever happens.
        if waiting.fetch_add(1, Ordering::AcqRel) >= WAITING_MAX {
            Err(Refusal::Busy)
        } else {
            Ok(turn)
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A witness.
pub struct Witness {
    keys: WitnessKeys,
    logs: BTreeMap<String, Log>,
    deposits_per_day: u32,
    clock: Clock,
    journal: Journal,
    _state: State,
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Witness").field("keys", &self.keys).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, Refusal> {
    mutex.lock().map_err(|_| Refusal::Broken)
}

impl Witness {
    /// Makes the state of a witness that has never run, and stands ready. What is set up is judged
    /// first, so that a mistake there leaves nothing behind.
    pub fn begin(disk: Arc<dyn Disk>, setup: Setup) -> Result<Self, SetupError> {
        keys::check(&setup.keys, setup.logs.clone())?;
        State::create(&disk)?;
        Self::open(disk, setup)
    }

    /// Opens the state on `disk` and stands ready. Fails rather than go on from a state that does
    /// not read, or that none of the keys involved vouches for.
    pub fn open(disk: Arc<dyn Disk>, setup: Setup) -> Result<Self, SetupError> {
        let Setup { keys, logs, deposits_per_day, clock, journal } = setup;
        let by_origin = keys::check(&keys, logs)?;
        let state = State::open(disk)?;
        let mut logs = BTreeMap::new();
        for (origin, log_keys) in by_origin {
            let log = Log::open(&state, &keys, origin, log_keys)?;
            logs.insert(origin_hash(&log.origin), log);
        }
        for name in state.logs()? {
            if !logs.contains_key(&name) {
                let detail = format!("the state holds a log that is not set up: {name}");
                journal(&Happened { code: "log-not-set-up", origin: None, size: None, detail });
            }
        }
        Ok(Self { keys, logs, deposits_per_day, clock, journal, _state: state })
    }

    /// The witness's keys.
    pub const fn keys(&self) -> &WitnessKeys {
        &self.keys
    }

    /// The logs: origin, and the size last cosigned.
    pub fn logs(&self) -> Vec<(String, Option<u64>)> {
        let size = |log: &Log| {
            let held = log.held.lock().ok()?;
            held.last.as_ref().map(|last| last.note.checkpoint().size)
        };
        self.logs.values().map(|log| (log.origin.clone(), size(log))).collect()
    }

    /// What monitors are given: the last checkpoint cosigned of the log with this origin hash.
    pub fn checkpoint(&self, origin_hash: &str) -> Option<Arc<str>> {
        self.logs.get(origin_hash)?.published.lock().ok()?.clone()
    }

    fn tell(&self, code: &'static str, log: Option<&Log>, size: Option<u64>, detail: String) {
        let origin = log.map(|log| log.origin.clone());
        (self.journal)(&Happened { code, origin, size, detail });
    }
}

impl Log {
    fn open(
        state: &State,
        keys: &WitnessKeys,
        origin: String,
        log_keys: Vec<LogVKey>,
    ) -> Result<Self, SetupError> {
        let state = state.log(&origin)?;
        let last = match state.checkpoint()? {
            None => None,
            Some(note) => Some(recognise(&state, keys, &origin, &log_keys, note)?),
        };
        let published = last.as_ref().map(|last| Arc::from(last.note.to_text()));
        let recent = last.iter().map(|last| last.note.clone()).collect();
        Ok(Self {
            deposits: Mutex::new(Deposits::open(&state)?),
            held: Mutex::new(Held { last, recent }),
            published: Mutex::new(published),
            waiting: AtomicUsize::new(0),
            depositing: AtomicUsize::new(0),
            origin,
            keys: Mutex::new(log_keys.into()),
            state,
        })
    }
}

/// Judges a record that is found: it must be of this log, and a key of the log or of the witness
/// must vouch for every bit of it.
fn recognise(
    state: &LogState,
    keys: &WitnessKeys,
    origin: &str,
    log_keys: &[LogVKey],
    note: SignedCheckpoint,
) -> Result<Last, StateError> {
    let damaged = |why: &str| state.damaged("checkpoint", why.to_owned());
    let head = note.checkpoint();
    if head.origin != origin {
        return Err(damaged("it is another log's"));
    }
    let ours = keys.times(&note);
    let by_log = log_keys.iter().any(|key| note.is_signed_by(key) == Ok(true));
    if ours.is_empty() && !by_log {
        return Err(damaged(
            "neither a key of this witness nor one of the log, as they are set up, has signed it",
        ));
    }
    // Without a line of ours there is no time to stay behind.
    let time = ours.into_iter().max().unwrap_or(0);
    Ok(Last { note, time, durable: false })
}
