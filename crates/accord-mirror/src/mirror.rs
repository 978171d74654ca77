//! The copy, and one round of following.

mod contradiction;
mod cosign;
mod extend;
mod index;
mod names;
mod rollback;
mod rounds;
mod setup;
mod upload;
mod witnessed;

pub(crate) use index::statement_file;
pub use names::NameTaken;
pub(crate) use rounds::Standing;
pub use setup::{Clock, Setup, SetupError, ledger_of};
pub use upload::{Took, UploadError};

use crate::found::{self, Problem};
use crate::reading::Reading;
use crate::remote::Failure;
use crate::source::{Source, Unreachable};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::completeness::StatementError;
use accord_format::cosignature::{CosignatureError, CosignerSigner};
use accord_format::hash::{LedgerId, NodeHash};
use accord_format::log_key::LogVKey;
use accord_ledger::evidence::KeyHistory;
use accord_store::disk::Disk;
use accord_store::replica::Replica;
use accord_store::{StoreError, View};
use index::Vouching;
use std::fmt;
use std::sync::Arc;

/// As many bundles as are usually taken over in one step.
pub const STEP_BUNDLES: usize = 32;
/// Why a round has not brought the copy up to what the source shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FollowError {
    /// The source does not answer; nothing is known of the ledger.
    #[error("no answer from {0}")]
    Unreachable(#[from] Unreachable),
    /// The source answers with something that is wrong. The copy stays as it was.
    #[error("{0}")]
    Found(Box<Problem>),
    /// The copy cannot be written or read; it must be opened again.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No cosignature can be made.
    #[error("cannot cosign: {0}")]
    Cosigning(#[from] CosignatureError),
    /// No statement about the index can be made.
    #[error("cannot vouch for the index: {0}")]
    Vouching(#[from] StatementError),
    /// The ledger's policy knows another cosigner of the mirror's name.
    #[error(transparent)]
    Name(#[from] NameTaken),
    /// The pending checkpoint cannot be kept.
    #[error("the pending checkpoint: {0}")]
    Pending(String),
    /// Something ended in the middle.
    #[error("an earlier request ended in the middle; start the mirror again")]
    Broken,
    /// The clock stands before 1970.
    #[error("the clock stands before 1970; set it first")]
    Clock,
}

impl FollowError {
    /// Stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Found(problem) => problem.code,
            Self::Store(_) => "store",
            Self::Cosigning(_) => "cosigning",
            Self::Vouching(_) => "vouching",
            Self::Name(_) => "key-name",
            Self::Pending(_) => "pending",
            Self::Broken => "broken",
            Self::Clock => "clock",
        }
    }
}

impl From<Failure> for FollowError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unreachable(error) => Self::Unreachable(error),
            Failure::Found(problem) => Self::Found(problem),
        }
    }
}

impl From<Problem> for FollowError {
    fn from(problem: Problem) -> Self {
        Self::Found(Box::new(problem))
    }
}

/// What came of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Stable code: `advanced`; `published` when what was here already has met its quorum since;
    /// `unchanged`; or `stale` when the source shows less than it had published before.
    pub code: &'static str,
    /// Entries held before.
    pub from: u64,
    /// Entries held now.
    pub to: u64,
    /// Size of the checkpoint that the source shows.
    pub shown: u64,
    /// What is wrong all the same: hash tiles that do not fit the entries, commitments to an index
    /// that is not theirs.
    pub problems: Vec<Problem>,
}

/// A copy of one ledger, kept by following it.
pub struct Mirror {
    ledger: LedgerId,
    replica: Replica,
    reading: Reading,
    /// The reading behind full bundles that were handed in, and are stored beyond the checkpoint.
    uploaded: Option<Reading>,
    cosigners: Arc<[CosignerSigner]>,
    vouching: Option<Vouching>,
    step: usize,
    clock: Clock,
}

impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mirror").field("ledger", &self.ledger).finish_non_exhaustive()
    }
}

impl Mirror {
    /// The ledger that is copied.
    pub const fn ledger(&self) -> &LedgerId {
        &self.ledger
    }

    /// Number of entries held.
    pub fn size(&self) -> u64 {
        self.replica.size()
    }

    /// The root over them.
    pub fn root(&self) -> NodeHash {
        self.reading.root()
    }

    /// The log's origin, once the genesis is known.
    pub fn origin(&self) -> Option<String> {
        Some(self.reading.keys()?.origin())
    }

    /// The log's keys that count at the size held; none before the genesis is known.
    pub fn log_keys(&self) -> &[LogVKey] {
        self.reading.keys().map(|keys| keys.keys_at(self.size())).unwrap_or_default()
    }

    /// The log's keys that count or have counted, as far as the record is held.
    pub fn log_keys_ever(&self) -> Vec<LogVKey> {
        self.reading.keys().map(KeyHistory::keys_ever).unwrap_or_default()
    }

    /// The checkpoint under which everything stands that is held.
    pub fn checkpoint(&self) -> Option<SignedCheckpoint> {
        SignedCheckpoint::parse(self.replica.published()?.note.as_bytes()).ok()
    }

    /// The keys that it cosigns with.
    pub const fn cosigners(&self) -> &Arc<[CosignerSigner]> {
        &self.cosigners
    }

    /// Entries and hashes that it holds.
    pub fn view(&self) -> View<'_> {
        self.replica.view()
    }

    fn disk(&self) -> &Arc<dyn Disk> {
        self.replica.disk()
    }

    /// Brings the copy up to what the source shows, if all of that is in order, and cosigns it.
    ///
    /// # Errors
    /// The copy is as it was before; what a problem shows is kept as evidence. After
    /// [`FollowError::Store`] the mirror must be opened again.
    pub fn follow(&mut self, source: &mut dyn Source) -> Result<Round, FollowError> {
        let outcome = self.round(source);
        let code = match &outcome {
            Ok(round) => round.code,
            Err(error) => error.code(),
        };
        found::note_last(&**self.disk(), code, (self.clock)(), self.size())?;
        outcome
    }

    /// Forgets what was handed in and not cosigned.
    fn forget_uploads(&mut self) {
        self.uploaded = None;
        self.replica.reset();
    }

    /// Keeps what a failure shows.
    fn keep(
        &self,
        mut failed: FollowError,
        source: &dyn Source,
        shown: Option<&SignedCheckpoint>,
    ) -> Result<FollowError, FollowError> {
        if let FollowError::Found(problem) = &mut failed {
            problem.size = shown.map(|shown| shown.checkpoint().size);
            self.keep_problem(problem, &source.name(), shown)?;
        }
        Ok(failed)
    }

    fn keep_problem(
        &self,
        problem: &mut Problem,
        source: &str,
        shown: Option<&SignedCheckpoint>,
    ) -> Result<(), FollowError> {
        if problem.evidence.is_none() {
            let (disk, now) = (&**self.disk(), (self.clock)());
            problem.evidence = found::keep(disk, &self.ledger, source, now, shown, problem)?;
        }
        Ok(())
    }

    /// Fails unless the checkpoint is signed with the keys in force, as far as the record was read.
    fn check_signed(&self, shown: &SignedCheckpoint) -> Result<(), FollowError> {
        let verdict = self.reading.keys().map(|keys| keys.verify(shown));
        match verdict {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(unsigned(shown, &error.to_string()).into()),
            None => Err(unsigned(shown, "no key is known").into()),
        }
    }
}

/// That a proof of a fork is here.
fn forked(path: String) -> Problem {
    let why = "this ledger's operator has signed two histories; nothing more is taken from it until somebody has looked into that and moved the proof away";
    Problem { evidence: Some(path), ..Problem::new("forked", why) }
}

/// A checkpoint that the ledger's keys have not signed, which anybody can have made.
fn unsigned(shown: &SignedCheckpoint, why: &str) -> Problem {
    let problem = Problem::new("checkpoint-unsigned", why);
    problem.at("checkpoint").came(shown.to_text().into_bytes())
}
