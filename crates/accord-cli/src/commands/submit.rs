//! Handing notes to the ledger and giving their authors the answers.

use super::KeyArgs;
use super::ledger::WriteArgs;
use crate::cli::Session;
use crate::compose::{self, Frame, SeenAt};
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::Passphrase;
use crate::output::{self, Output, Style};
use crate::{catalogue, files};
use accord_format::event::SignedEvent;
use accord_format::time::Timestamp;
use accord_ledger::handle::{self, Handle, Writer};
use accord_ledger::{Ledger, LedgerError, Outcome, Submission};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::mpsc;

/// Most submissions that wait for their answers.
const IN_FLIGHT: usize = 4_096;

/// Where answers are kept.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ReceiptArgs {
    /// Keep every receipt (SEQ.tlog-proof) and refusal (EVENT.refusal) as a file in DIR
    #[arg(long, value_name = "DIR")]
    pub(crate) receipts: Option<PathBuf>,
}

/// A ledger behind its asynchronous handle.
pub(crate) struct Submitter {
    handle: Handle,
    writer: Writer,
}

impl Submitter {
    /// Gives the ledger a thread of its own.
    pub(crate) fn new(ledger: Ledger) -> Self {
        let (handle, writer) = handle::spawn(ledger, IN_FLIGHT);
        Self { handle, writer }
    }

    /// Submits what `source` gives while earlier submissions are under way, and hands `each` the
    /// answers in order.
    pub(crate) fn run(
        &self,
        source: impl Iterator<Item = Result<Submission, CliError>> + Send,
        mut each: impl FnMut(Outcome) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let (sender, answers) = mpsc::sync_channel(IN_FLIGHT);
        let handle = self.handle.clone();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for submission in source {
                    let pending =
                        submission.and_then(|s| Ok(handle.submit_blocking(s).map_err(failed)?));
                    let stop = pending.is_err();
                    if sender.send(pending).is_err() || stop {
                        break;
                    }
                }
            });
            for pending in answers {
                let outcome = pending?.answer_blocking().map_err(failed)?;
                each(outcome)?;
            }
            Ok(())
        })
    }

    /// Publishes and closes the ledger.
    pub(crate) fn finish(self) -> Result<(), CliError> {
        drop(self.handle);
        Ok(self.writer.join()?)
    }
}

fn failed(error: std::sync::Arc<LedgerError>) -> LedgerError {
    std::sync::Arc::try_unwrap(error)
        .unwrap_or_else(|shared| LedgerError::Stopped(shared.to_string()))
}

/// How many submissions ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) accepted: u64,
    pub(crate) repeated: u64,
    pub(crate) refused: u64,
    pub(crate) malformed: u64,
}

impl Counts {
    /// Counts one answer.
    pub(crate) const fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Accepted { .. } => self.accepted += 1,
            Outcome::Repeated { .. } => self.repeated += 1,
            Outcome::Refused { .. } => self.refused += 1,
            Outcome::Malformed(_) => self.malformed += 1,
        }
    }

    /// How the process ends: the worst that happened.
    pub(crate) const fn exit(self) -> Exit {
        if self.refused + self.malformed > 0 { Exit::Refused } else { Exit::Fine }
    }
}

/// Keeps the answer as a file, where that was asked for.
pub(crate) fn keep(outcome: &Outcome, args: &ReceiptArgs) -> Result<(), CliError> {
    let Some(dir) = &args.receipts else { return Ok(()) };
    let (name, text) = match outcome {
        Outcome::Accepted { receipt, .. } | Outcome::Repeated { receipt } => {
            (format!("{}.tlog-proof", receipt.header().seq), receipt.to_text())
        }
        Outcome::Refused { event, note: Some(note), .. } => {
            (format!("{event}.refusal"), note.clone())
        }
        Outcome::Refused { note: None, .. } | Outcome::Malformed(_) => return Ok(()),
    };
    std::fs::create_dir_all(dir).map_err(CliError::file("create", dir))?;
    let path = dir.join(name);
    match files::create(&path, text.as_bytes(), false) {
        // An earlier receipt of the same entry proves the same.
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(CliError::file("create", &path)),
    }
}

/// Says what became of a submission.
pub(crate) fn print(outcome: &Outcome, out: &mut Output) -> Result<(), CliError> {
    if out.is_json() {
        return out.record(&document(outcome));
    }
    match outcome {
        Outcome::Accepted { receipt, findings } => {
            let header = receipt.header();
            let word = out.paint(Style::Good, "accepted");
            let size = receipt.proof().checkpoint.checkpoint().size;
            out.line(format_args!(
                "{word}  entry {}  recorded {}  under the checkpoint of size {size}",
                header.seq, header.recorded
            ))?;
            for finding in findings {
                let code = out.paint(Style::Warn, finding.code);
                out.line(format_args!("  finding {code}: {}", finding.detail))?;
            }
        }
        Outcome::Repeated { receipt } => {
            let header = receipt.header();
            out.line(format_args!(
                "repeated  entry {}  recorded {}: this text is in the ledger",
                header.seq, header.recorded
            ))?;
        }
        Outcome::Refused { event, rejection, .. } => {
            let word = out.paint(Style::Bad, "refused ");
            out.line(format_args!("{word}  {}: {}", rejection.code, rejection.detail))?;
            out.line(format_args!("  event {event}"))?;
        }
        Outcome::Malformed(error) => {
            let word = out.paint(Style::Bad, "malformed");
            out.line(format_args!("{word} {error}"))?;
        }
    }
    out.flush()
}

fn document(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Accepted { receipt, findings } => json!({
            "accord": "append/1", "outcome": "accepted",
            "seq": receipt.header().seq, "recorded": receipt.header().recorded.to_string(),
            "size": receipt.proof().checkpoint.checkpoint().size,
            "findings": findings, "receipt": receipt.to_text(),
        }),
        Outcome::Repeated { receipt } => json!({
            "accord": "append/1", "outcome": "repeated",
            "seq": receipt.header().seq, "recorded": receipt.header().recorded.to_string(),
            "size": receipt.proof().checkpoint.checkpoint().size,
            "receipt": receipt.to_text(),
        }),
        Outcome::Refused { event, rejection, note } => json!({
            "accord": "append/1", "outcome": "refused", "event": event.to_string(),
            "code": rejection.code, "detail": rejection.detail, "refusal": note,
        }),
        Outcome::Malformed(error) => json!({
            "accord": "append/1", "outcome": "malformed", "detail": error.to_string(),
        }),
    }
}

/// Submits one event and says what became of it.
pub(crate) fn one(
    ledger: Ledger,
    signed: &SignedEvent,
    at: Option<Timestamp>,
    receipts: &ReceiptArgs,
    out: &mut Output,
) -> Result<Exit, CliError> {
    simulated(&ledger, out);
    let submission = Submission { note: signed.note().as_bytes().to_vec(), at };
    // One event needs no queue; the head is published when the ledger is closed.
    let mut ledger = ledger;
    let outcomes = ledger.append(&[submission])?;
    let mut counts = Counts::default();
    for outcome in &outcomes {
        counts.count(outcome);
        keep(outcome, receipts)?;
        print(outcome, out)?;
    }
    ledger.close()?;
    Ok(counts.exit())
}

/// Says that a ledger's clock is simulated.
pub(crate) fn simulated(ledger: &Ledger, out: &Output) {
    if ledger.bench().kernel.is_simulated() && !out.is_json() {
        output::note("The clock of this ledger is simulated: times were set by whoever appended.");
    }
}

/// The head that the open ledger has.
pub(crate) fn head(ledger: &Ledger) -> SeenAt {
    SeenAt::new(ledger.size(), ledger.root())
}

/// When an event is signed that is appended at once: the instant given, with a simulated clock
/// the time of the last entry, and else now.
pub(crate) fn now_in(ledger: &Ledger, at: Option<Timestamp>) -> Result<Timestamp, CliError> {
    let kernel = &ledger.bench().kernel;
    match at {
        Some(at) => Ok(at),
        None if kernel.is_simulated() => Ok(kernel.recorded()),
        None => files::now(),
    }
}

/// Signs and appends an event of a type with the keys and options that many commands share.
pub(super) struct Step<'a> {
    /// The ledger.
    pub(super) write: &'a WriteArgs,
    /// Who signs.
    pub(super) keys: &'a KeyArgs,
    /// When it is recorded.
    pub(super) at: Option<&'a str>,
    /// Where the answer is kept.
    pub(super) receipts: &'a ReceiptArgs,
}

impl Step<'_> {
    /// Appends an event whose payload `make` gives, knowing the open ledger.
    pub(super) fn append(
        &self,
        name: &str,
        stream: Option<&str>,
        passphrase: &mut Passphrase,
        session: &mut Session,
        make: impl FnOnce(&Ledger) -> Result<Value, CliError>,
    ) -> Result<Exit, CliError> {
        let at = self.at.map(|t| compose::human_instant("--at", t)).transpose()?;
        let declared = catalogue::find(name, None)?;
        let (keys, signers) = self.keys.signers(passphrase)?;
        let (ledger, _) = self.write.ledger(passphrase)?;
        let payload = make(&ledger)?;
        let issued = now_in(&ledger, at)?;
        let frame = Frame {
            stream: stream.map(str::to_owned),
            ..Frame::new(ledger.bench().kernel.ledger(), head(&ledger), issued, signers)
        };
        let envelope = frame.around(declared, payload)?;
        let signed: SignedEvent = envelope.sign(&keys.iter().collect::<Vec<_>>())?;
        if !session.out.is_json() {
            session.out.line(format_args!("event     {}", signed.event().hash()))?;
            session.out.line(format_args!("stream    {}", signed.event().stream))?;
        }
        one(ledger, &signed, at, self.receipts, &mut session.out)
    }
}
