//! `accord check`: what somebody hands over, checked offline: what it proves, and by whose word.

mod complete;
mod evidence;
mod proof;
mod refusal;
mod seen;

use super::ledger::{DirArgs, admission};
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::output::{Output, Style};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::event::{NOTE_MAX, SignedEvent};
use accord_format::hash::LedgerId;
use accord_format::key::VKey;
use accord_format::log_key::LogVKey;
use accord_ledger::kernel::Kernel;
use clap::Args as ClapArgs;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The largest file that is read.
const FILE_MAX: u64 = 64 << 20;

/// Check what somebody hands over
///
/// Bundles, proofs of completeness, fraud proofs and rollbacks need only --ledger. Receipts, other
/// tlog-proofs and checkpoints are checked under the keys of the ledger in --dir, which can be any
/// verified copy, or under those given with --vkey; refusals and events need --dir.
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// The file to check
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The event note that a receipt was given for, or that a refusal refuses
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
    /// The bytes of the entry that a plain tlog-proof is about
    #[arg(long, value_name = "FILE", conflicts_with = "event")]
    entry: Option<PathBuf>,
    /// A checkpoint key of the log, known from elsewhere, in place of a copy of the ledger; once
    /// for each that must have signed
    #[arg(long, value_name = "VKEY")]
    vkey: Vec<LogVKey>,
    /// For a proof of completeness: the key of somebody who must have computed the index again (may
    /// be repeated; all of them must)
    #[arg(long = "index-key", value_name = "VKEY")]
    index_keys: Vec<VKey>,
    /// Be content with the operator's own word that a proof of completeness leaves nothing out
    #[arg(long, conflicts_with = "index_keys")]
    operators_word: bool,
}

/// What was found, or why the file does not convince; an outer error when it could not be judged.
type Judged = Result<Result<Value, String>, CliError>;

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let bytes = files::read(&args.file, FILE_MAX)?;
    let first_line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    if first_line == complete::FIRST_LINE {
        return complete::run(args, &bytes, session);
    }
    let result = match first_line {
        b"accord.bundle/v1" => proof::bundle(args, &bytes)?,
        b"accord.fraud/v1" => evidence::fraud(args, &bytes)?,
        b"accord.rollback/v1" => evidence::rollback(args, &bytes)?,
        b"c2sp.org/tlog-proof@v1" => proof::tlog_proof(args, &bytes)?,
        b"accord.refusal/v1" => refusal::check(args, &bytes)?,
        b"accord.event/v1" => seen::check(args, &bytes)?,
        _ => checkpoint(args, &bytes)?,
    };
    let out = &mut session.out;
    match result {
        Ok(facts) => {
            if out.is_json() {
                out.document(&json!({"accord": "check/1", "valid": true, "facts": facts}))?;
            } else {
                out.line(out.paint(Style::Good, "VALID"))?;
                for (name, value) in facts.as_object().into_iter().flatten() {
                    if name == "says" {
                        continue;
                    }
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    out.line(format_args!("  {name:<12} {value}"))?;
                }
                if let Some(says) = facts.get("says").and_then(Value::as_str) {
                    out.line(says)?;
                }
            }
            Ok(Exit::Fine)
        }
        Err(why) => {
            not_valid(&why, out)?;
            Ok(Exit::Found)
        }
    }
}

fn not_valid(why: &str, out: &mut Output) -> Result<(), CliError> {
    if out.is_json() {
        out.document(&json!({"accord": "check/1", "valid": false, "why": why}))
    } else {
        out.line(format_args!("{}: {why}", out.paint(Style::Bad, "NOT VALID")))
    }
}

/// Whose checkpoints count.
enum Authority {
    /// Those that the keys in force in this ledger signed.
    Ledger(Box<Kernel>),
    /// Those that all of these keys signed.
    Given(String, Vec<LogVKey>),
}

impl Authority {
    /// The keys given or, without any, those of the ledger.
    fn of(args: &Args) -> Result<Self, CliError> {
        let Some(first) = args.vkey.first() else {
            return Ok(Self::Ledger(Box::new(kernel(args)?)));
        };
        let origin = first.name().to_owned();
        if args.vkey.iter().any(|key| key.name() != origin) {
            let all = "the keys given are of several logs: a checkpoint key's name is its log";
            return Err(CliError::Usage(all.to_owned()));
        }
        Ok(Self::Given(origin, args.vkey.clone()))
    }

    /// The log.
    fn origin(&self) -> String {
        match self {
            Self::Ledger(kernel) => kernel.origin(),
            Self::Given(origin, _) => origin.clone(),
        }
    }

    /// The keys that must have signed a checkpoint of this size.
    fn keys(&self, size: u64) -> &[LogVKey] {
        match self {
            Self::Ledger(kernel) => kernel.checkpoint_keys(size),
            Self::Given(_, keys) => keys,
        }
    }
}

fn kernel(args: &Args) -> Result<Kernel, CliError> {
    Ok(args.dir.record()?.kernel(Some(admission()?))?)
}

fn ledger_id(args: &Args, what: &str) -> Result<LedgerId, CliError> {
    args.dir.ledger.ok_or_else(|| {
        CliError::Usage(format!(
            "{what} is checked against a ledger id that you know from elsewhere: give --ledger ID"
        ))
    })
}

fn event(path: &Path) -> Result<Result<SignedEvent, String>, CliError> {
    let note = files::read(path, NOTE_MAX as u64)?;
    Ok(SignedEvent::parse(&note).map_err(|e| format!("{}: {e}", path.display())))
}

fn checkpoint(args: &Args, bytes: &[u8]) -> Judged {
    let signed = match SignedCheckpoint::parse(bytes) {
        Ok(signed) => signed,
        Err(error) => {
            return Ok(Err(format!(
                "neither receipt, bundle, refusal, fraud proof, rollback, event nor checkpoint: {error}"
            )));
        }
    };
    let authority = Authority::of(args)?;
    let verified = signed.verify(&authority.origin(), authority.keys(signed.checkpoint().size));
    Ok(verified.map_err(|e| e.to_string()).map(|head| {
        let says = format!(
            "The operator of {} signed that the log has {} entries under this root. What is in them, and that nobody was shown other ones, it does not show.",
            head.origin, head.size
        );
        json!({"kind": "checkpoint", "origin": head.origin, "size": head.size, "root": head.root, "says": says})
    }))
}
