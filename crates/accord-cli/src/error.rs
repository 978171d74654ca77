//! What can go wrong in the tool, each with its exit code and a stable code for `--json`.

use crate::exit::Exit;
use crate::human::HumanError;
use crate::import::ImportError;
use crate::keys::KeyFileError;
use accord_format::event::EventError;
use accord_format::hash::LedgerId;
use std::io;
use std::path::{Path, PathBuf};

/// Any failure of a command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The command line does not make sense; the text says what to write.
    #[error("{0}")]
    Usage(String),
    /// A file could not be used.
    #[error("cannot {doing} {}: {source}", path.display())]
    File {
        /// What was tried.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// An input is larger than anything it could be.
    #[error("{} is larger than the {limit} bytes that are read of such a file", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
    /// Not UTF-8.
    #[error("{} is not UTF-8, first bad byte at {at}", path.display())]
    NotText {
        /// Which file.
        path: PathBuf,
        /// Position of the byte, from 0.
        at: usize,
    },
    /// Standard output does not take what it is given.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    /// The system gives no randomness.
    #[error("the system's random source failed: {0}")]
    Entropy(getrandom::Error),
    /// The system clock is not usable.
    #[error("the system clock stands before 1970; set it first")]
    Clock,
    /// No such event type.
    #[error("there is no event type {name:?}{}; `accord schema` lists them", near(nearest.as_deref()))]
    UnknownType {
        /// As asked for.
        name: String,
        /// The one that it most looks like.
        nearest: Option<String>,
    },
    /// The payload is not one of its type.
    #[error("{event_type}: {why}; `accord schema {event_type}` says what it takes")]
    Payload {
        /// The type.
        event_type: String,
        /// What is wrong.
        why: accord_catalogue::PayloadError,
    },
    /// What was composed is not an event.
    #[error("this would be no valid event: {0}")]
    Event(#[from] EventError),
    /// A key file.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// A value as people write it.
    #[error(transparent)]
    Human(#[from] HumanError),
    /// The ledger refused an event that a command needs to have in.
    #[error("the ledger refused {event_type}: {code}: {detail}")]
    Refused {
        /// Type of the event.
        event_type: String,
        /// By which guard.
        code: String,
        /// Why.
        detail: String,
    },
    /// The ledger shows another history than was verified here before.
    #[error(
        "FORK: {detail}. {}. Nothing was read; --no-pin reads it all the same",
        where_kept(evidence)
    )]
    Fork {
        /// Which two heads.
        detail: String,
        /// Where the fraud proof is, or why it could not be kept.
        evidence: Result<PathBuf, String>,
    },
    /// The ledger is not what was verified here before, though its keys have signed nothing else.
    #[error(
        "{0}. Whoever can write to this directory may have done that; run `accord verify --no-pin`"
    )]
    Contradicts(String),
    /// The directory holds another ledger than the one that was named.
    #[error("this is not ledger {expected}, by its first entry: {found}")]
    OtherLedger {
        /// The ledger that was named.
        expected: LedgerId,
        /// The id of what is there, or why it has none.
        found: String,
    },
    /// The ledger is older than what was verified here before.
    #[error("stale: {detail}{}", if *writing { " Appending to it would make a second history: restore the missing entries first, or give --no-pin" } else { "" })]
    Stale {
        /// By how much.
        detail: String,
        /// True when something was to be written.
        writing: bool,
    },
    /// The ledger could not be compared with what was verified here before.
    #[error("not compared with what was verified here before: {0}")]
    NotCompared(String),
    /// What was verified here before does not read any more. Reading on without it would hide a
    /// fork from whoever had it damaged.
    #[error(
        "{path}, which tells what was verified of this ledger here before, does not read: {why}; get it back from a backup of your own, or compare the ledger with a checkpoint that somebody else kept (accord verify --no-pin --against FILE) before you delete it"
    )]
    DamagedPin {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// A ledger as a whole.
    #[error(transparent)]
    Ledger(#[from] accord_ledger::LedgerError),
    /// Its store.
    #[error(transparent)]
    Store(#[from] accord_store::StoreError),
    /// The user's state directory.
    #[error("the state directory: {0}")]
    State(#[from] accord_store::disk::DiskError),
    /// The views.
    #[error(transparent)]
    View(#[from] accord_views::ViewError),
    /// An import.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A measurement.
    #[error(transparent)]
    Bench(#[from] accord_bench::BenchError),
    /// A witness cannot start.
    #[error(transparent)]
    Witness(#[from] accord_witness::witness::SetupError),
    /// A witness that was asked gave no good answer.
    #[error(transparent)]
    Asking(#[from] accord_witness::client::AskError),
    /// A mirror cannot be opened.
    #[error(transparent)]
    Mirror(#[from] accord_mirror::mirror::SetupError),
    /// A mirror cannot take what is handed in.
    #[error(transparent)]
    Submissions(#[from] accord_mirror::submission::BeginError),
    /// A mirror cannot go on.
    #[error(transparent)]
    Following(#[from] accord_mirror::mirror::FollowError),
    /// A repair that was not made, or not to its end.
    #[error(transparent)]
    Repair(#[from] accord_mirror::repair::RepairError),
    /// An address that cannot be asked.
    #[error(transparent)]
    Http(#[from] accord_witness::http::HttpError),
    /// The system does not pass on the signals that end a server.
    #[error("cannot wait for the signals that end it: {0}")]
    Signals(io::Error),
}

fn near(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(", did you mean {name}?"))
}

fn where_kept(evidence: &Result<PathBuf, String>) -> String {
    match evidence {
        Ok(path) => {
            format!("The proof is in {}: `accord check` convinces others with it", path.display())
        }
        Err(why) => format!("The proof could not be written: {why}"),
    }
}

impl CliError {
    /// Where evidence was kept that goes with the failure.
    pub(crate) fn evidence(&self) -> Option<&Path> {
        match self {
            Self::Fork { evidence, .. } => evidence.as_deref().ok(),
            _ => None,
        }
    }

    /// A [`CliError::File`].
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }

    /// True when the reader of our output has gone, which is no failure.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(e) if e.kind() == io::ErrorKind::BrokenPipe)
    }

    /// How the process ends.
    pub(crate) const fn exit(&self) -> Exit {
        use accord_ledger::LedgerError;
        use accord_mirror::mirror::{FollowError, SetupError as MirrorError};
        use accord_mirror::repair::RepairError;
        use accord_witness::client::AskError;
        use accord_witness::witness::SetupError;
        match self {
            Self::Refused { .. }
            | Self::Ledger(LedgerError::Genesis(_))
            | Self::Asking(AskError::Refused { .. }) => Exit::Refused,
            // What a witness answers is not what it must be; two copies of one ledger are what a
            // check looks for.
            Self::Asking(AskError::Deposit(_) | AskError::OtherEvent | AskError::NotSigned(_))
            | Self::Ledger(LedgerError::Rival { .. })
            | Self::Fork { .. }
            | Self::Contradicts(_)
            | Self::OtherLedger { .. }
            | Self::Stale { .. }
            | Self::NotCompared(_)
            | Self::DamagedPin { .. }
            | Self::Following(FollowError::Found(_))
            | Self::Repair(
                RepairError::Mirror(FollowError::Found(_))
                | RepairError::Entry(_)
                | RepairError::Unproven { .. }
                | RepairError::Contradiction { .. },
            ) => Exit::Found,
            Self::Usage(_)
            // The second: a time was given where none can be.
            | Self::Ledger(LedgerError::Cosignature(_) | LedgerError::NotSimulated)
            | Self::TooLarge { .. }
            | Self::NotText { .. }
            | Self::UnknownType { .. }
            | Self::Payload { .. }
            | Self::Event(_)
            | Self::Asking(AskError::NoDepositary(_))
            | Self::Following(FollowError::Name(_))
            | Self::Human(_) => Exit::Usage,
            Self::Witness(e) => match e {
                SetupError::State(_) => Exit::Environment,
                _ => Exit::Usage,
            },
            Self::Mirror(e) => match e {
                MirrorError::Store(_) => Exit::Environment,
                MirrorError::Entry(_) | MirrorError::Checkpoint(_) => Exit::Found,
                _ => Exit::Usage,
            },
            Self::File { .. }
            | Self::Submissions(_)
            | Self::Following(_)
            | Self::Repair(_)
            | Self::Http(_)
            | Self::Output(_)
            | Self::Entropy(_)
            | Self::Clock
            | Self::Signals(_)
            | Self::Asking(_)
            | Self::Ledger(_)
            | Self::Store(_)
            | Self::State(_)
            | Self::Bench(_)
            | Self::View(_) => Exit::Environment,
            Self::KeyFile(e) => e.exit(),
            Self::Import(e) => e.exit(),
        }
    }

    /// Stable code for programs.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::File { .. } => "file",
            Self::TooLarge { .. } => "too-large",
            Self::NotText { .. } => "not-text",
            Self::Output(_) => "output",
            Self::Entropy(_) => "entropy",
            Self::Clock => "clock",
            Self::UnknownType { .. } => "type-unknown",
            Self::Payload { .. } => "payload-invalid",
            Self::Event(_) => "event-invalid",
            Self::KeyFile(_) => "key-file",
            Self::Human(_) => "value-form",
            Self::Import(e) => e.code(),
            Self::Refused { .. } => "refused",
            Self::Ledger(accord_ledger::LedgerError::Rival { .. }) => "rival-copy",
            Self::Ledger(accord_ledger::LedgerError::Unconfirmed { .. }) => "unconfirmed",
            Self::Ledger(accord_ledger::LedgerError::Cosignature(_)) => "cosignature",
            Self::Fork { .. } => "fork",
            Self::Contradicts(_) => "contradicts-pin",
            Self::OtherLedger { .. } => "other-ledger",
            Self::Stale { .. } => "stale",
            Self::NotCompared(_) => "not-compared",
            Self::DamagedPin { .. } => "damaged-pin",
            Self::Ledger(_) => "ledger",
            Self::Store(_) => "store",
            Self::State(_) => "state",
            Self::View(_) => "view",
            Self::Witness(e) => e.code(),
            Self::Asking(_) => "witness",
            Self::Mirror(e) => e.code(),
            Self::Submissions(_) => "submissions",
            Self::Following(e) => e.code(),
            Self::Repair(e) => e.code(),
            Self::Http(_) => "http",
            Self::Signals(_) => "signals",
            Self::Bench(_) => "bench",
        }
    }
}
