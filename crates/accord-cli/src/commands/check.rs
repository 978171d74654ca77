//! `accord check`: what somebody hands over, checked offline: what it proves, and by whose word.

mod complete;
mod deposit;
mod evidence;
mod proof;
mod refusal;
mod seen;
mod withheld;

use super::checkpoint::quorum_document;
use super::demand::DemandArgs;
use super::ledger::{DirArgs, admission};
use crate::cli::Session;
use crate::deposits::HeldArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::output::{Output, Style};
use accord_format::bundle::Bundle;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::completeness::Proof;
use accord_format::event::{NOTE_MAX, SignedEvent};
use accord_format::hash::LedgerId;
use accord_format::key::VKey;
use accord_format::log_key::LogVKey;
use accord_format::policy::Quorum;
use accord_format::tlog_proof::TlogProof;
use accord_ledger::kernel::{AHEAD_DEFAULT, Kernel};
use accord_ledger::{LedgerError, Record};
use accord_store::StoreError;
use clap::Args as ClapArgs;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The largest file that is read.
const FILE_MAX: u64 = 64 << 20;

/// Check what somebody hands over
///
/// Bundles, proofs of completeness, fraud proofs, rollbacks and evidence of what was withheld or
/// misdated need only --ledger. Receipts, other tlog-proofs and checkpoints are checked under the keys of the
/// ledger in --dir, which can be any verified copy, or under those given with --vkey; refusals and
/// events need --dir. A deposit is held against the record in --dir or at --url, or against one
/// --bundle or --receipt.
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// The file to check
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The event note that a receipt or deposit was given for, or that a refusal refuses
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
    #[command(flatten)]
    held: HeldArgs,
    /// For a deposit, or evidence that its event was withheld: the operator's signed refusal of the
    /// event (may be repeated)
    #[arg(long, value_name = "FILE")]
    refusal: Vec<PathBuf>,
    /// For a deposit: a bundle of its event, in place of the record
    #[arg(long, value_name = "FILE", conflicts_with_all = ["url", "refusal", "receipt"])]
    bundle: Option<PathBuf>,
    /// For a deposit: the receipt of its event, in place of the record; with --event
    #[arg(long, value_name = "FILE", conflicts_with_all = ["url", "refusal"])]
    receipt: Option<PathBuf>,
    /// For a deposit: where to write evidence that its event was withheld; by default it is kept
    /// beside what is remembered of ledgers
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    demand: DemandArgs,
}

/// What was found, or why the file does not convince; an outer error when it could not be judged.
type Judged = Result<Result<Value, String>, CliError>;

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let bytes = files::read(&args.file, FILE_MAX)?;
    let first_line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let demanded = demanded(args, &bytes)?;
    if first_line == complete::FIRST_LINE {
        if let Some(Err(why)) = demanded {
            not_valid(&why, &mut session.out)?;
            return Ok(Exit::Found);
        }
        return complete::run(args, &bytes, session);
    }
    let result = match first_line {
        b"accord.bundle/v1" => proof::bundle(args, &bytes)?,
        b"accord.fraud/v1" => evidence::fraud(args, &bytes)?,
        b"accord.rollback/v1" => evidence::rollback(args, &bytes)?,
        b"accord.misdated/v1" => evidence::misdated(args, &bytes)?,
        b"c2sp.org/tlog-proof@v1" => proof::tlog_proof(args, &bytes)?,
        b"accord.refusal/v1" => refusal::check(args, &bytes)?,
        b"accord.deposit/v1" => deposit::check(args, &bytes)?,
        b"accord.withheld/v1" => withheld::check(args, &bytes)?,
        b"accord.event/v1" => seen::check(args, &bytes)?,
        _ => checkpoint(args, &bytes)?,
    };
    let result = result.and_then(|facts| match demanded {
        None => Ok(facts),
        Some(demanded) => demanded.map(|met| with(facts, &met)),
    });
    let out = &mut session.out;
    match result {
        Ok(facts) => {
            // What a file shows can be that something is wrong elsewhere.
            let finding = facts.get("finding").and_then(Value::as_str).map(str::to_owned);
            if out.is_json() {
                out.document(&json!({"accord": "check/1", "valid": true, "facts": facts}))?;
            } else {
                match &finding {
                    Some(code) => {
                        let found = format!("FOUND {code}");
                        out.line(out.paint(Style::Bad, &found))?;
                    }
                    None => out.line(out.paint(Style::Good, "VALID"))?,
                }
                for (name, value) in facts.as_object().into_iter().flatten() {
                    if ["says", "finding"].contains(&name.as_str()) {
                        continue;
                    }
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    out.line(format_args!("  {name:<12} {value}"))?;
                }
                if let Some(says) = facts.get("says").and_then(Value::as_str) {
                    out.line(says)?;
                }
            }
            Ok(if finding.is_some() { Exit::Found } else { Exit::Fine })
        }
        Err(why) => {
            not_valid(&why, out)?;
            Ok(Exit::Found)
        }
    }
}

/// The quorum that the policy given asks for, if the checkpoint in the file meets it, or why it does
/// not; nothing without a policy.
fn demanded(args: &Args, bytes: &[u8]) -> Result<Option<Result<Quorum, String>>, CliError> {
    let Some(demand) = args.demand.read()? else { return Ok(None) };
    let bundle = || Bundle::parse(bytes).ok().map(|bundle| bundle.checkpoint);
    let proof = || TlogProof::parse(bytes).ok().map(|proof| proof.checkpoint);
    let complete = || Proof::parse(bytes).ok().map(|proof| proof.checkpoint);
    let bare = || SignedCheckpoint::parse(bytes).ok();
    let note = bundle().or_else(proof).or_else(complete).or_else(bare).ok_or_else(|| {
        let which = "--policy asks for cosignatures under a checkpoint: it is for bundles, receipts and other tlog-proofs, proofs of completeness and checkpoints";
        CliError::Usage(which.to_owned())
    })?;
    let (quorum, lacking) = demand.judge(&note, "the checkpoint in it", AHEAD_DEFAULT);
    if lacking.is_empty() {
        return Ok(Some(Ok(quorum)));
    }
    let all: Vec<String> = lacking.into_iter().map(|lacking| lacking.detail).collect();
    Ok(Some(Err(all.join("; "))))
}

/// Facts, and that a policy is met beside them.
fn with(mut facts: Value, met: &Quorum) -> Value {
    if let Value::Object(facts) = &mut facts {
        let names: Vec<&str> = met.cosigned.iter().map(|c| c.witness.as_str()).collect();
        let says = facts.get("says").and_then(Value::as_str).unwrap_or_default();
        let says = format!(
            "{says} Its checkpoint meets the quorum {} of your policy, by {}.",
            met.rule,
            if names.is_empty() {
                "nobody, as it asks for none".to_owned()
            } else {
                names.join(", ")
            }
        );
        facts.insert("says".to_owned(), says.trim().into());
        facts.insert("by_policy".to_owned(), quorum_document(met));
    }
    facts
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
    Ok(record(args, " or, known from elsewhere, the log's keys by --vkey VKEY")?
        .kernel(Some(admission()?))?)
}

/// The ledger that a file is held against; `or` says what else there could be.
fn record(args: &Args, or: &str) -> Result<Record, CliError> {
    args.dir.record().map_err(|error| needed(error, or))
}

/// That a file is to be held against a ledger, where none is, is for whoever asks to put right.
fn needed(error: CliError, or: &str) -> CliError {
    match error {
        CliError::Ledger(LedgerError::Store(StoreError::NotALedger)) => CliError::Usage(format!(
            "this is held against a copy of the ledger, and there is none here: give --dir DIR{or}"
        )),
        error => error,
    }
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

/// True for the first line of a format of Accord's, whichever it is.
fn is_format(line: &str) -> bool {
    let parts = line.strip_prefix("accord.").and_then(|rest| rest.split_once("/v"));
    parts.is_some_and(|(name, version)| {
        line.len() < 64
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_lowercase())
            && !version.is_empty()
            && version.bytes().all(|b| b.is_ascii_digit())
    })
}

fn checkpoint(args: &Args, bytes: &[u8]) -> Judged {
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    if let Some(format) = std::str::from_utf8(first).ok().filter(|line| is_format(line)) {
        return Ok(Err(format!("this version of the software knows no {format}: a newer one may")));
    }
    let signed = match SignedCheckpoint::parse(bytes) {
        Ok(signed) => signed,
        Err(error) => {
            return Ok(Err(format!(
                "neither receipt, bundle, refusal, deposit, proof of completeness, evidence, event nor checkpoint: {error}"
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
