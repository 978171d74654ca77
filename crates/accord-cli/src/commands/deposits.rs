//! `accord deposits`: what was deposited, and what of it the record does not answer.

use super::ledger::{DirArgs, admission};
use crate::cli::Session;
use crate::deposits::{self, HeldArgs, facts, word};
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::output::{Output, Style};
use accord_format::deposit::{self, Deposit};
use accord_format::event::{NOTE_MAX, SignedEvent};
use accord_format::hash::EventHash;
use accord_format::key::VKey;
use accord_format::refusal::Refusal;
use accord_ledger::Record;
use accord_ledger::deposits::{Answer, Docket, DocketError, depositaries};
use accord_witness::client;
use accord_witness::http::{Tls, Url};
use clap::Args as ClapArgs;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The most deposits that are looked at: as many as a witness keeps.
const DEPOSITS_MAX: usize = 400_000;

/// List what was deposited, and what of it the record does not answer
///
/// Reads deposits from files and folders, and from a witness or mirror at its address. Event notes
/// and signed refusals that lie in the folders are used too: without its event's note, a deposit
/// says only that something was there.
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    #[command(flatten)]
    held: HeldArgs,
    /// Files and folders with deposits, event notes and refusals
    #[arg(value_name = "PATH", required_unless_present = "at")]
    paths: Vec<PathBuf>,
    /// The monitoring prefix of the witness or mirror that is asked for all its deposits; its key is
    /// the first --witness
    #[arg(long, value_name = "URL", requires = "witness")]
    at: Option<Url>,
    /// Keep the deposits of --at in this folder, which must be there
    #[arg(long, value_name = "DIR", requires = "at")]
    save: Option<PathBuf>,
    /// List only what is not in the record
    #[arg(long)]
    open: bool,
    /// How long one answer of --at may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

/// What was found in files and at an address.
#[derive(Default)]
struct Collected {
    /// Deposit notes and where each came from.
    deposits: Vec<(String, Vec<u8>)>,
    events: BTreeMap<EventHash, SignedEvent>,
    refusals: Vec<(PathBuf, Vec<u8>)>,
    /// What could not be used, and why.
    unusable: Vec<(String, String)>,
}

/// A deposit by somebody known.
struct Known {
    deposit: Deposit,
    depositary: VKey,
}

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let mut collected = Collected::default();
    for path in &args.paths {
        collected.read(path)?;
    }
    let held = record(args, &collected)?;
    if let Some(at) = &args.at {
        ask(args, at, &held.record, &mut collected)?;
    }
    let wanted: BTreeSet<EventHash> = collected
        .deposits
        .iter()
        .filter_map(|(_, b)| Some(Deposit::read(b).ok()?.0.event))
        .collect();
    let docket = Docket::read(&held.record, Some(admission()?), &wanted).map_err(damaged)?;
    let keys = [args.held.keys(), depositaries(docket.kernel())].concat();
    let mut known = Vec::new();
    for (name, bytes) in std::mem::take(&mut collected.deposits) {
        match deposits::open(&bytes, &keys) {
            Ok((deposit, depositary)) => known.push(Known { deposit, depositary }),
            Err(why) => collected.unusable.push((name, why)),
        }
    }
    known.sort_by_key(|k| (k.deposit.time.timestamp(), k.deposit.event));
    let refusals = collected.refused(&docket);
    let mut found = false;
    let (mut all, mut missing) = (0_u64, 0_u64);
    for Known { deposit, depositary } in &known {
        let event = collected.events.get(&deposit.event);
        let answer = match docket.answer(deposit, event, &refusals) {
            Ok(answer) => answer,
            Err(why) => {
                collected.unusable.push((deposit.event.to_string(), why.to_string()));
                continue;
            }
        };
        all += 1;
        let is_there = matches!(answer, Answer::TakenIn { .. });
        missing += u64::from(!is_there);
        found |= answer.finding().is_some();
        if !(args.open && is_there && answer.finding().is_none()) {
            line(deposit, depositary, &answer, &mut session.out)?;
        }
    }
    unusable(&collected.unusable, &mut session.out)?;
    if !session.out.is_json() {
        let (size, reach) = (docket.size(), docket.reached());
        let reach = reach
            .map_or_else(|| "no time that anybody vouches for".to_owned(), |r| r.at.to_string());
        session.out.line(format_args!(
            "{all} deposits, {missing} of them not in the record of {size} entries, which reaches {reach}"
        ))?;
    }
    Ok(if found || !collected.unusable.is_empty() { Exit::Found } else { Exit::Fine })
}

fn damaged(error: DocketError) -> CliError {
    match error {
        DocketError::Record(error) => error.into(),
        error => CliError::Usage(error.to_string()),
    }
}

/// The record: that of --dir, or fetched; then the deposits say which ledger is meant.
fn record(args: &Args, collected: &Collected) -> Result<deposits::Held, CliError> {
    let named = || Some(Deposit::read(&collected.deposits.first()?.1).ok()?.0.ledger);
    match args.dir.ledger.or_else(named) {
        Some(ledger) => args.held.record(&args.dir, &ledger),
        None if args.held.is_remote() => {
            Err(CliError::Usage("say which ledger is to be fetched: --ledger ID".to_owned()))
        }
        None => args.held.record(&args.dir, &EventHash::from_bytes([0; 32])),
    }
}

/// Asks a depositary for all its deposits, page by page.
fn ask(args: &Args, at: &Url, record: &Record, collected: &mut Collected) -> Result<(), CliError> {
    let Some(key) = args.held.keys().into_iter().next() else { return Ok(()) };
    let origin = record.head()?.checkpoint().origin.clone();
    let time = Duration::from_secs(args.timeout);
    let mut after = EventHash::from_bytes([0; 32]);
    loop {
        let page = client::deposits_after(at, &origin, &after, &key, &Tls::system(), time)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = last.event;
        for (deposit, note) in page {
            if let Some(folder) = &args.save {
                let path = folder.join(format!("{}.deposit", deposit.event));
                files::place(&path, note.as_bytes(), files::Place::Keep)?;
            }
            collected.take(format!("{at}: {}", deposit.event), note.into_bytes());
        }
        if collected.deposits.len() >= DEPOSITS_MAX {
            return Err(CliError::Usage(format!(
                "more than {DEPOSITS_MAX} deposits: look at some of them, as files"
            )));
        }
    }
}

impl Collected {
    /// Reads a file, or the files in a folder.
    fn read(&mut self, path: &Path) -> Result<(), CliError> {
        if !path.is_dir() {
            return self.file(path);
        }
        let items = std::fs::read_dir(path).map_err(CliError::file("list", path))?;
        let mut paths = Vec::new();
        for item in items {
            paths.push(item.map_err(CliError::file("list", path))?.path());
        }
        paths.sort();
        paths.iter().filter(|path| path.is_file()).try_for_each(|path| self.file(path))
    }

    fn file(&mut self, path: &Path) -> Result<(), CliError> {
        let bytes = match files::read(path, NOTE_MAX as u64) {
            Err(error @ CliError::TooLarge { .. }) => {
                self.unusable.push((path.display().to_string(), error.to_string()));
                return Ok(());
            }
            read => read?,
        };
        let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        match first {
            _ if first == deposit::FIRST_LINE.as_bytes() => {
                self.take(path.display().to_string(), bytes);
            }
            b"accord.event/v1" => match SignedEvent::parse(&bytes) {
                Ok(signed) => {
                    self.events.insert(signed.event().hash(), signed);
                }
                Err(why) => self.unusable.push((path.display().to_string(), why.to_string())),
            },
            b"accord.refusal/v1" => self.refusals.push((path.to_owned(), bytes)),
            _ => {
                let why = "neither deposit, event note nor refusal".to_owned();
                self.unusable.push((path.display().to_string(), why));
            }
        }
        Ok(())
    }

    fn take(&mut self, name: String, bytes: Vec<u8>) {
        self.deposits.push((name, bytes));
    }

    /// The refusals that the operator signed; what is none is not usable.
    fn refused(&mut self, docket: &Docket) -> Vec<Refusal> {
        let mut all = Vec::new();
        for (path, bytes) in &self.refusals {
            match docket.refusal(bytes) {
                Ok(refusal) if Some(refusal.ledger) == docket.kernel().ledger() => {
                    all.push(refusal);
                }
                Ok(refusal) => {
                    let why = format!("it is of ledger {}", refusal.ledger);
                    self.unusable.push((path.display().to_string(), why));
                }
                Err(why) => self.unusable.push((path.display().to_string(), why.to_string())),
            }
        }
        all
    }
}

fn line(
    deposit: &Deposit,
    depositary: &VKey,
    answer: &Answer,
    out: &mut Output,
) -> Result<(), CliError> {
    if out.is_json() {
        let mut facts = facts(deposit, depositary, answer);
        facts["accord"] = "deposited/1".into();
        return out.record(&facts);
    }
    let found = answer.finding();
    let word = format!("{:<13}", found.unwrap_or_else(|| word(answer)));
    let style = if found.is_some() { Style::Bad } else { Style::Good };
    let word = out.paint(style, &word);
    let (time, event) = (deposit.time, deposit.event);
    let more = match answer {
        Answer::TakenIn { seq, .. } => format!("entry {seq}"),
        Answer::Refused(refusal) => format!("by {}", refusal.code),
        Answer::NotOwed(why) => why.clone(),
        Answer::NoLimit => String::new(),
        Answer::NotDue { due, .. } | Answer::Withheld { due, .. } => format!("due {}", due.at),
    };
    out.line(format_args!("{time}  {event}  {word}  {more}  ({})", depositary.name()))
}

fn unusable(all: &[(String, String)], out: &mut Output) -> Result<(), CliError> {
    for (name, why) in all {
        if out.is_json() {
            out.record(
                &json!({"accord": "deposited/1", "answer": "unusable", "file": name, "why": why}),
            )?;
        } else {
            let word = out.paint(Style::Bad, "NOT USABLE");
            out.line(format_args!("{word}  {}: {}", name.escape_debug(), why.escape_debug()))?;
        }
    }
    Ok(())
}
