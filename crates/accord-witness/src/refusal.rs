//! Why a witness does not do what it is asked.

use crate::state::StateError;
use accord_format::event::EventError;
use accord_format::merkle::ProofError;
use accord_format::witnessing::{AddCheckpointError, SignSubtreeError};

/// Why there is no cosignature, or no deposit. Each has the status code that tlog-witness gives it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The body is no `add-checkpoint` request.
    #[error("{0}")]
    Malformed(#[from] AddCheckpointError),
    /// The body is no `sign-subtree` request.
    #[error("{0}")]
    MalformedSubtree(#[from] SignSubtreeError),
    /// No key here has cosigned the reference checkpoint.
    #[error("no key of this cosigner has cosigned the checkpoint; send it as it was answered here")]
    NotCosigned,
    /// The subtree is not shown to be of the checkpoint's tree.
    #[error("the subtree is not shown to be of the checkpoint's tree: {0}")]
    NotOfTree(ProofError),
    /// No key that can sign subtrees.
    #[error("this cosigner signs no subtrees; it has no ML-DSA-44 key")]
    NoSubtrees,
    /// The old size is beyond the new one.
    #[error("the old size {old} is larger than the checkpoint's, {size}")]
    OldBeyondNew {
        /// As given.
        old: u64,
        /// The checkpoint's.
        size: u64,
    },
    /// The log is none that this witness was set up for.
    #[error("the log {0:?} is none of those that this witness was set up for")]
    UnknownLog(String),
    /// No trusted key signed.
    #[error("no key that this witness trusts for the log has signed the checkpoint")]
    Unsigned,
    /// A trusted key's line does not verify.
    #[error("the signature line of {0} does not verify")]
    BadSignature(String),
    /// The old size is not the one last cosigned.
    #[error("the last checkpoint cosigned has size {held}")]
    Conflict {
        /// The size last cosigned, 0 for none.
        held: u64,
    },
    /// Size 0 with another root than the empty tree's.
    #[error("a checkpoint of size 0 has the root of the empty tree, this has another")]
    EmptyRoot,
    /// The proof does not show that the new tree goes on from the old one.
    #[error(
        "the checkpoint is not shown to go on from the one last cosigned, of size {held}: {why}"
    )]
    Inconsistent {
        /// The size last cosigned.
        held: u64,
        /// What is wrong with the proof.
        why: ProofError,
    },
    /// The log signed two roots for one size.
    #[error("another root was cosigned for size {0}; both checkpoints are kept as evidence")]
    Contradiction(u64),
    /// Too much to do.
    #[error("too many requests at once; ask again in a second")]
    Busy,
    /// The clock went back, or is not set.
    #[error("this witness's clock stands before its last cosignature; its operator must set it")]
    Clock,
    /// The record cannot be kept, so nothing may be answered.
    #[error("this witness cannot keep its record now")]
    State(#[source] StateError),
    /// An earlier request ended in the middle.
    #[error("this witness must be restarted")]
    Broken,
    /// A signature could not be made.
    #[error("this witness cannot sign: {0}")]
    Signing(String),
    /// The body is no event's note.
    #[error("not the note of an event: {0}")]
    NotAnEvent(#[from] EventError),
    /// A genesis event belongs to no ledger yet.
    #[error("the event names no ledger; the event that founds one is not deposited")]
    NoLedger,
    /// The event is for a ledger that this witness does not know.
    #[error("the ledger {0} is none of those that this witness was set up for")]
    UnknownLedger(String),
    /// No more deposits today.
    #[error("no more deposits are taken today; {per_day} a day are taken for each ledger")]
    TooManyDeposits {
        /// How many are taken.
        per_day: u32,
    },
    /// No key that can sign deposits.
    #[error("this witness takes no deposits")]
    NoDeposits,
}

impl Refusal {
    /// The HTTP status code.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed(_)
            | Self::MalformedSubtree(_)
            | Self::OldBeyondNew { .. }
            | Self::NotAnEvent(_)
            | Self::NoLedger => 400,
            Self::Unsigned | Self::BadSignature(_) | Self::NotCosigned => 403,
            Self::UnknownLog(_) | Self::UnknownLedger(_) | Self::NoDeposits | Self::NoSubtrees => {
                404
            }
            Self::Conflict { .. } => 409,
            Self::EmptyRoot
            | Self::Inconsistent { .. }
            | Self::Contradiction(_)
            | Self::NotOfTree(_) => 422,
            Self::Busy | Self::TooManyDeposits { .. } => 429,
            Self::State(_) | Self::Broken | Self::Signing(_) => 500,
            Self::Clock => 503,
        }
    }

    /// Stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) | Self::MalformedSubtree(_) => "malformed",
            Self::NotCosigned => "not-cosigned",
            Self::NotOfTree(_) => "subtree-inconsistent",
            Self::NoSubtrees => "subtrees-not-signed",
            Self::OldBeyondNew { .. } => "old-beyond-new",
            Self::UnknownLog(_) => "log-unknown",
            Self::Unsigned => "unsigned",
            Self::BadSignature(_) => "signature-invalid",
            Self::Conflict { .. } => "old-size-differs",
            Self::EmptyRoot => "empty-root",
            Self::Inconsistent { .. } => "inconsistent",
            Self::Contradiction(_) => "contradiction",
            Self::Busy => "busy",
            Self::Clock => "clock",
            Self::State(_) => "state",
            Self::Broken => "broken",
            Self::Signing(_) => "signing",
            Self::NotAnEvent(_) => "event-malformed",
            Self::NoLedger => "event-without-ledger",
            Self::UnknownLedger(_) => "ledger-unknown",
            Self::TooManyDeposits { .. } => "deposits-exhausted",
            Self::NoDeposits => "deposits-not-taken",
        }
    }
}
