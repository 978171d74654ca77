//! The asking side: cosignatures for a checkpoint from many witnesses and mirrors at once, and deposits.
//!
//! A policy does not say which of its cosigners are mirrors. Whoever takes a checkpoint and answers
//! without the line that the policy asks for is handed the entries, as C2SP tlog-mirror has it.
//!
//! Nothing that a witness answers is taken on its word. A line counts when it verifies under the key
//! that the policy names, for this very checkpoint, with a time that can be; everything else is
//! reported with its reason. What is late, down or lying costs its deadline and holds up nobody.

mod answer;
mod asking;
mod single;
mod target;
mod upload;

pub use answer::{Outcome, Report};
pub use single::{AskError, deposit, deposited, deposits_after, latest, sign_subtree};
pub use upload::Entries;

use crate::http::{self, HttpError, Tls};
use accord_format::checkpoint::{CheckpointError, SignedCheckpoint};
use accord_format::hash::NodeHash;
use accord_format::note::NoteSignature;
use accord_format::policy::{Policy, Quorum};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long to wait, and what to believe.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For one request, from connecting to the last byte.
    pub request: Duration,
    /// For everything.
    pub overall: Duration,
    /// For further cosignatures once the quorum is met.
    pub grace: Duration,
    /// How far a cosignature's time may lie from ours.
    pub clock_skew: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(10),
            overall: Duration::from_secs(25),
            grace: Duration::from_millis(500),
            clock_skew: Duration::from_hours(1),
        }
    }
}

/// What to collect cosignatures for, and from whom.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The checkpoint, signed by its log. Witnesses whose valid lines it bears are not asked.
    pub checkpoint: &'a SignedCheckpoint,
    /// The witnesses, and how many suffice. Those with one address are asked once.
    pub policy: &'a Policy,
    /// The size that each witness is thought to have cosigned last, by its name in the policy. What
    /// is missing or wrong costs one more request.
    pub known: &'a BTreeMap<String, u64>,
    /// Now, in seconds since 1970.
    pub now: u64,
    /// Whom to believe for `https`.
    pub tls: &'a Tls,
    /// How long to wait.
    pub limits: Limits,
    /// The log's entries, for mirrors, which cosign what they hold; nothing to ask witnesses alone.
    pub entries: Option<&'a Arc<dyn Entries>>,
}

/// What came of it.
#[derive(Debug)]
pub struct Collected {
    /// The checkpoint with all lines that it had, and those that came in.
    pub checkpoint: SignedCheckpoint,
    /// The lines that came in, each of which verifies.
    pub added: Vec<NoteSignature>,
    /// What the policy says of the checkpoint now.
    pub quorum: Quorum,
    /// What became of each witness, in the policy's order.
    pub reports: Vec<Report>,
}

impl Collected {
    /// The size that each witness is known to hold, for the next [`Request::known`].
    pub fn known(&self) -> BTreeMap<String, u64> {
        let sizes = self.reports.iter().filter_map(|r| Some((r.witness.clone(), r.size?)));
        sizes.collect()
    }
}

/// Why nothing could be asked at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CollectError {
    /// The machine.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The checkpoint has no room for more lines.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Asks the policy's witnesses to cosign, all at once, until every one has answered, time is up, or
/// the quorum is met and [`Limits::grace`] over.
///
/// `prove` makes the consistency proof from an older size to the checkpoint; it is called on a thread
/// of this function's own, once for each size. When this returns, nothing that it started runs on,
/// but for the system's own looking up of a name.
pub fn collect<E: std::fmt::Display>(
    request: &Request<'_>,
    prove: impl FnMut(u64) -> Result<Vec<NodeHash>, E> + Send,
) -> Result<Collected, CollectError> {
    http::run(asking::collect(request, prove))?
}
