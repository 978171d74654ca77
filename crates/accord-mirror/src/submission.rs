//! Checkpoints and entries that are handed in: the submission side of C2SP tlog-mirror.
//!
//! A checkpoint that the log signed, and that goes on from the one before, becomes the *pending* one
//! and is remembered durably before it is answered; this is what a witness does, but for the line. Its
//! entries follow, package by package. When all are here and durable, the mirror cosigns. Whatever
//! comes in is shared with the rounds of following: there is one copy, and one lock around it.

mod incoming;
mod routes;

pub use routes::{Limits, router};

use crate::found::Problem;
use crate::mirror::{Clock, FollowError, Mirror, Round};
use crate::source::Source;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::CosignerSigner;
use accord_format::merkle;
use accord_format::note::NoteSignature;
use accord_format::witnessing::SignSubtree;
use accord_store::disk::Disk;
use accord_witness::Refusal;
use accord_witness::state::State;
use accord_witness::witness::{Journal, Setup, SetupError, Witness, WitnessKeys, sign_subtree};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant};

/// How long a submission waits for the copy while a round of following has it.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(10);

/// A mirror that follows, and is handed things.
pub struct Submissions {
    mirror: Mutex<Mirror>,
    /// Where checkpoints that are not covered yet are kept.
    pending: Arc<Witness>,
    origin: String,
    cosigners: Arc<[CosignerSigner]>,
    /// Set when the copy cannot be written: it must be opened again.
    failed: AtomicBool,
}

impl fmt::Debug for Submissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submissions").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Why submissions cannot be taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BeginError {
    /// Nothing was copied yet, so that the log's keys are not known.
    #[error("the log's keys are not known before the ledger's first entry is here; follow it once")]
    NothingHeld,
    /// The pending checkpoint.
    #[error("the pending checkpoint: {0}")]
    Setup(#[from] SetupError),
    /// The copy.
    #[error(transparent)]
    Mirror(#[from] FollowError),
}

impl Submissions {
    /// Takes submissions for `mirror` from then on; `disk` is where the pending checkpoint is kept.
    pub fn begin(
        mirror: Mirror,
        disk: Arc<dyn Disk>,
        clock: Clock,
        journal: Journal,
    ) -> Result<Self, BeginError> {
        let origin = mirror.origin().ok_or(BeginError::NothingHeld)?;
        // A checkpoint that is kept may be signed by a key that was rotated away since.
        let logs = mirror.log_keys_ever();
        let setup = Setup { keys: WitnessKeys::none(), logs, deposits_per_day: 0, clock, journal };
        // That it is lost does no harm: nothing was cosigned that is not held.
        let begun = State::is_there(&*disk).map_err(SetupError::State)?;
        let pending =
            if begun { Witness::open(disk, setup)? } else { Witness::begin(disk, setup)? };
        let submissions = Self {
            cosigners: Arc::clone(mirror.cosigners()),
            mirror: Mutex::new(mirror),
            pending: Arc::new(pending),
            origin,
            failed: AtomicBool::new(false),
        };
        // A fork that shows is kept as evidence, and told of by every round from then on.
        let mirror = submissions.lock_at_once()?;
        drop(submissions.catch_up(&mirror)?);
        drop(mirror);
        Ok(submissions)
    }

    /// One round of following, after which what is held is pending at least.
    pub fn follow(&self, source: &mut dyn Source) -> Result<Round, FollowError> {
        let mut mirror = self.lock_at_once()?;
        let outcome = mirror.follow(source);
        if let Err(FollowError::Store(_)) = outcome {
            self.failed.store(true, Ordering::Release);
            return outcome;
        }
        if matches!(&outcome, Err(FollowError::Found(problem)) if problem.is_fork()) {
            return outcome;
        }
        // Also of a round that failed something may have been taken.
        match self.catch_up(&mirror)? {
            None => outcome,
            Some(problem) => Err(FollowError::Found(Box::new(problem))),
        }
    }

    /// Looks at the copy between two rounds.
    pub fn with_mirror<T>(&self, look: impl FnOnce(&Mirror) -> T) -> Result<T, FollowError> {
        Ok(look(&*self.lock_at_once()?))
    }

    /// Whether the copy failed while something was handed in, so that it must be opened again.
    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// Lets the keys of the record count, and makes pending what is held if that is more. A pending
    /// checkpoint that cannot be of the same history is a fork.
    fn catch_up(&self, mirror: &Mirror) -> Result<Option<Problem>, FollowError> {
        let keep = |error: Refusal| FollowError::Pending(error.to_string());
        self.pending.trust(&self.origin, mirror.log_keys()).map_err(keep)?;
        let Some(held) = mirror.checkpoint() else { return Ok(None) };
        let view = mirror.view();
        let other = self.pending.advance(&held, |size| merkle::root(&view, size)).map_err(keep)?;
        match other? {
            None => Ok(None),
            Some(other) => mirror.fork_pending(&other).map(Some),
        }
    }

    fn lock_at_once(&self) -> Result<MutexGuard<'_, Mirror>, FollowError> {
        self.mirror.lock().map_err(|_| FollowError::Broken)
    }

    /// The copy, as soon as nobody else has it; nothing if that takes too long.
    fn lock_patiently(&self) -> Result<Option<MutexGuard<'_, Mirror>>, FollowError> {
        let begun = Instant::now();
        loop {
            match self.mirror.try_lock() {
                Ok(mirror) => return Ok(Some(mirror)),
                Err(TryLockError::Poisoned(_)) => return Err(FollowError::Broken),
                Err(TryLockError::WouldBlock) if begun.elapsed() > PATIENCE => return Ok(None),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
        }
    }

    /// A checkpoint that is pending, or was among the last few.
    fn known(&self, size: u64) -> Result<Option<SignedCheckpoint>, Refusal> {
        self.pending.recent(&self.origin, size)
    }

    fn sign_subtree(&self, body: &[u8]) -> Result<Vec<NoteSignature>, Refusal> {
        let request = SignSubtree::parse(body)?;
        let origin = &request.checkpoint.checkpoint().origin;
        if *origin != self.origin {
            return Err(Refusal::UnknownLog(origin.clone()));
        }
        sign_subtree(&self.cosigners, &request)
    }
}
