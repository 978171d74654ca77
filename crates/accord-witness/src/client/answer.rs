//! What became of asking a witness.

use crate::http::{HttpError, Response, UrlError};
use accord_format::witnessing::AnswerError;
use std::sync::Arc;
use std::time::Duration;

/// What became of one witness of the policy.
#[derive(Debug)]
pub struct Report {
    /// What the policy calls it.
    pub witness: String,
    /// Its address, if the policy has one.
    pub url: Option<String>,
    /// The size that it holds, as far as it has said so, or as its cosignature shows.
    pub size: Option<u64>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of asking a witness, or why it was not asked.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Outcome {
    /// It cosigned.
    #[error("cosigned")]
    Cosigned {
        /// When, in seconds since 1970, by its own clock.
        time: u64,
    },
    /// It had cosigned before.
    #[error("had cosigned already")]
    Already {
        /// When, in seconds since 1970, by its own clock.
        time: u64,
    },
    /// The policy gives no address.
    #[error("the policy gives no address")]
    NoUrl,
    /// The policy's address is none that can be asked.
    #[error(transparent)]
    BadUrl(UrlError),
    /// No answer.
    #[error("{0}")]
    Unreachable(Arc<HttpError>),
    /// Time was up for all of them.
    #[error("no answer within {} ms, the time for all witnesses", .0.as_millis())]
    OutOfTime(Duration),
    /// The quorum was met without it.
    #[error("not waited for any longer, since the others suffice")]
    NotNeeded,
    /// It has cosigned more of this log than we know.
    #[error(
        "it has cosigned size {0}, more than is asked for: another copy of this log may be ahead"
    )]
    Ahead(u64),
    /// It goes on naming another size.
    #[error("it says that it holds size {0}, and denies it when asked from there")]
    Unsteady(u64),
    /// The proof from its size cannot be made.
    #[error("no proof from the size that it holds, {size}: {why}")]
    NoProof {
        /// The size that it holds.
        size: u64,
        /// Why not.
        why: String,
    },
    /// 404: it does not know the log.
    #[error("it was not set up for this log (404): {0}")]
    LogUnknown(String),
    /// 403: it trusts none of the keys that signed.
    #[error("it trusts none of the keys that signed (403): {0}")]
    NotTrusted(String),
    /// 422: what it has cosigned and this cannot both be.
    #[error(
        "it refuses the proof (422): it has cosigned another history of this log, or the proof is \
         wrong: {0}"
    )]
    Inconsistent(String),
    /// 429 or 503: later.
    #[error("it asks to come again later ({status})")]
    Busy {
        /// The status code.
        status: u16,
    },
    /// Any other status.
    #[error("it answers {status}: {excerpt}")]
    Refused {
        /// The status code.
        status: u16,
        /// The start of the body.
        excerpt: String,
    },
    /// 409 without a size.
    #[error("it names no size where it should (409)")]
    NoSize,
    /// It took the checkpoint and no entries: it is a witness without the key, or a mirror that does
    /// not take what it is handed.
    #[error(
        "it took the checkpoint, gave no line of the key that the policy names, and does not take the entries: {0}"
    )]
    NoMirror(String),
    /// Our own entries.
    #[error("no entries to hand in: {0}")]
    NoEntries(String),
    /// A mirror that does not get on.
    #[error("it goes on asking for entries from {next} on, of {size}")]
    NoProgress {
        /// The first entry that it says is missing.
        next: u64,
        /// The size of the checkpoint.
        size: u64,
    },
    /// 200 with something else than signature lines.
    #[error("its answer is no cosignature: {0}")]
    NotCosignatures(AnswerError),
    /// No line of the policy's key.
    #[error("its answer has no line of the key that the policy names")]
    NoLine,
    /// A line of the policy's key that is not valid for this checkpoint.
    #[error("its line does not verify for this checkpoint")]
    BadLine,
    /// A line that says no time.
    #[error("its line says no time")]
    Undated,
    /// A time that cannot be.
    #[error("its line is dated {time}, {seconds} seconds from our own clock")]
    WrongTime {
        /// In seconds since 1970.
        time: u64,
        /// The distance from ours.
        seconds: u64,
    },
}

impl Outcome {
    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cosigned { .. } => "cosigned",
            Self::Already { .. } => "cosigned-already",
            Self::NoUrl => "no-url",
            Self::BadUrl(_) => "bad-url",
            Self::OutOfTime(_) => "timed-out",
            Self::Unreachable(error) => match **error {
                HttpError::TimedOut(_) => "timed-out",
                _ => "unreachable",
            },
            Self::NotNeeded => "not-needed",
            Self::Ahead(_) => "ahead",
            Self::Unsteady(_) => "unsteady",
            Self::NoProof { .. } => "no-proof",
            Self::LogUnknown(_) => "log-unknown",
            Self::NotTrusted(_) => "not-trusted",
            Self::Inconsistent(_) => "inconsistent",
            Self::Busy { .. } => "busy",
            Self::Refused { .. } => "refused",
            Self::NoMirror(_) => "no-mirror",
            Self::NoEntries(_) => "no-entries",
            Self::NoProgress { .. } => "no-progress",
            Self::NoSize => "no-size",
            Self::NotCosignatures(_) => "not-cosignatures",
            Self::NoLine => "no-line",
            Self::BadLine => "bad-line",
            Self::Undated => "undated",
            Self::WrongTime { .. } => "wrong-time",
        }
    }

    /// Whether there is a valid line of this witness.
    pub const fn is_cosigned(&self) -> bool {
        matches!(self, Self::Cosigned { .. } | Self::Already { .. })
    }

    /// Whether what the witness has cosigned shows another history, or more of it, than ours: what
    /// an operator must look into before it goes on.
    pub const fn is_alarming(&self) -> bool {
        matches!(self, Self::Ahead(_) | Self::Inconsistent(_))
    }

    /// What an answer that is neither 200 nor 409 means.
    pub(super) fn of_status(response: &Response) -> Self {
        let excerpt = response.excerpt();
        match response.status {
            403 => Self::NotTrusted(excerpt),
            404 => Self::LogUnknown(excerpt),
            422 => Self::Inconsistent(excerpt),
            status @ (429 | 503) => Self::Busy { status },
            status => Self::Refused { status, excerpt },
        }
    }
}
