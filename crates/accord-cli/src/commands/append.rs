//! `accord append`: signed notes into the ledger, one answer for each.

use super::ledger::WriteArgs;
use super::submit::{self, Counts, ReceiptArgs};
use crate::cli::Session;
use crate::compose::{self, Frame, SeenAt, Signer};
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::{self, Passphrase};
use crate::notes::Notes;
use crate::output::{self, Output};
use crate::witnesses::Network;
use crate::{catalogue, files};
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use accord_ledger::cosigners::Cosigners;
use accord_ledger::kernel::Kernel;
use accord_ledger::{Ledger, LedgerError, Outcome, Record, Submission, handle};
use clap::Args as ClapArgs;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;

/// Notes that may wait for the writer.
const QUEUE: usize = 1_024;

/// Append signed event notes; or draft, sign and append one event in one step
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    write: WriteArgs,
    /// Files with event notes, one or more in each; - for standard input
    #[arg(
        value_name = "FILE",
        required_unless_present = "event_type",
        conflicts_with = "event_type"
    )]
    files: Vec<PathBuf>,
    /// Draft, sign and append one event of this type
    #[arg(long = "type", value_name = "TYPE", requires = "payload", requires = "keys")]
    event_type: Option<String>,
    /// Its payload; degrees, money and dates may be written as people write them
    #[arg(long, value_name = "JSON", requires = "event_type")]
    payload: Option<String>,
    /// Key file of a signer; once for each, in the order of signing
    #[arg(short, long = "key", value_name = "FILE", requires = "event_type")]
    keys: Vec<PathBuf>,
    /// Role in which the keys sign [default: the one role that the participant holds]
    #[arg(long = "as", value_name = "ROLE", requires = "event_type")]
    roles: Vec<String>,
    /// The stream, for types that continue one
    #[arg(long, value_name = "STREAM", requires = "event_type")]
    stream: Option<String>,
    /// When it happened: an instant, a day, or FROM..UNTIL [default: when it is signed]
    #[arg(long, value_name = "WHEN", requires = "event_type")]
    occurred: Option<String>,
    /// When it is signed [default: --at, or now]
    #[arg(long, value_name = "INSTANT", requires = "event_type")]
    issued: Option<String>,
    /// When it is recorded; for ledgers with a simulated clock only
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    /// Ask the witnesses of the ledger's policy to cosign what is appended, and wait for them at
    /// the end; without, `accord checkpoint cosign` asks them
    #[arg(long)]
    cosign: bool,
    #[command(flatten)]
    receipts: ReceiptArgs,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let mut passphrase = Passphrase::new(&args.write.passphrase);
    let at = args.at.as_deref().map(|text| compose::human_instant("--at", text)).transpose()?;
    let one_step = args.event_type.is_some();
    let signers = args
        .keys
        .iter()
        .map(|path| keys::read(path, &mut passphrase))
        .collect::<Result<Vec<_>, _>>()?;
    let (ledger, _) = args.write.ledger(&mut passphrase)?;
    let network = || {
        let network = Network::new(super::ledger::SECONDS).within(&ledger.bench().kernel);
        network.with_entries(super::ledger::disk(&args.write.dir.dir))
    };
    let cosigners = args.cosign.then(|| Box::new(network()) as Box<dyn Cosigners>);
    let mut answers = Answers { receipts: &args.receipts, cosigners, counts: Counts::default() };
    if one_step {
        let note = draft(args, &ledger, &args.write.dir.record()?, &signers)?;
        let inputs: Vec<Box<dyn Read + Send>> = vec![Box::new(std::io::Cursor::new(note))];
        return feed(ledger, inputs, at, &mut answers, session);
    }
    let inputs = args.files.iter().map(|path| -> Result<Box<dyn Read + Send>, CliError> {
        if files::is_stdin(path) {
            return Ok(Box::new(std::io::stdin()));
        }
        Ok(Box::new(File::open(path).map_err(CliError::file("open", path))?))
    });
    let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
    feed(ledger, inputs, at, &mut answers, session)
}

/// Drafts and signs the one event.
fn draft(
    args: &Args,
    ledger: &Ledger,
    record: &Record,
    keys: &[NoteSigner],
) -> Result<Vec<u8>, CliError> {
    let declared = catalogue::find(args.event_type.as_deref().unwrap_or_default(), None)?;
    let conversion = compose::payload(declared, args.payload.as_deref().unwrap_or_default())?;
    conversion.notes.iter().for_each(output::note);
    let kernel = &ledger.bench().kernel;
    let signers = if args.roles.is_empty() {
        keys.iter().map(|key| only_role(kernel, key)).collect::<Result<Vec<_>, _>>()?
    } else {
        compose::signers(keys, &args.roles)?
    };
    let seen = record
        .published()?
        .map_or_else(SeenAt::nothing, |c| SeenAt::new(c.checkpoint().size, c.checkpoint().root));
    // Where the caller sets the clock, what is recorded at an instant is signed then, too.
    let issued = args.issued.as_deref().or(args.at.as_deref());
    let mut frame = Frame::new(kernel.ledger(), seen, super::issued(issued)?, signers);
    frame.stream.clone_from(&args.stream);
    frame.occurred = args.occurred.as_deref().map(compose::human_span).transpose()?;
    let envelope = frame.around(declared, conversion.value)?;
    let signed = envelope.sign(&keys.iter().collect::<Vec<_>>())?;
    // Whoever answers or continues it needs these.
    output::note(format_args!("event {} in {}", signed.event().hash(), signed.event().stream));
    Ok(signed.note().as_bytes().to_vec())
}

fn only_role(kernel: &Kernel, key: &NoteSigner) -> Result<Signer, CliError> {
    let code = accord_format::name::participant_of(key.vkey().name());
    let participant = kernel.participant(code).ok_or_else(|| {
        CliError::Usage(format!("{code} is not enrolled in this ledger; `accord enrol` enrols it"))
    })?;
    let roles: Vec<&str> = participant.roles.iter().map(String::as_str).collect();
    match roles.as_slice() {
        [only] => Ok(Signer { key: key.id_string(), role: (*only).to_owned() }),
        several => Err(CliError::Usage(format!(
            "{code} holds {}: say which with --as",
            several.join(", ")
        ))),
    }
}

/// Feeds every note of `inputs` to the ledger and says what becomes of each, in order.
fn feed(
    ledger: Ledger,
    inputs: Vec<Box<dyn Read + Send>>,
    at: Option<Timestamp>,
    answers: &mut Answers<'_>,
    session: &mut Session,
) -> Result<Exit, CliError> {
    let (handle, writer) = handle::spawn_cosigned(ledger, QUEUE, answers.cosigners.take());
    let (queued, mut waiting) = tokio::sync::mpsc::channel(QUEUE);
    // Reads while earlier notes are being written; the channel holds it back.
    let reader = std::thread::spawn(move || -> Result<(), CliError> {
        for input in inputs {
            for note in Notes::new(BufReader::new(input)) {
                let note =
                    note.map_err(CliError::file("read", std::path::Path::new("the notes")))?;
                // A writer that has stopped says why when it is joined.
                let Ok(pending) = handle.submit_blocking(Submission { note, at }) else {
                    return Ok(());
                };
                if queued.blocking_send(pending).is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    });
    let mut said = Ok(());
    while let Some(pending) = waiting.blocking_recv() {
        match pending.answer_blocking() {
            Ok(outcome) if said.is_ok() => said = answers.say(&outcome, &mut session.out),
            Ok(_) => {}
            Err(error) => return Err(stop(error, writer)),
        }
    }
    drop(waiting);
    let read = reader
        .join()
        .unwrap_or_else(|_| Err(CliError::Usage("the reading thread failed".to_owned())));
    writer.join()?;
    read?;
    said?;
    Ok(answers.counts.exit())
}

/// The reason for which the writer stopped, which it knows best.
fn stop(error: Arc<LedgerError>, writer: handle::Writer) -> CliError {
    if error.is_passing() {
        return Arc::try_unwrap(error).map_or_else(
            |shared| CliError::Ledger(LedgerError::Stopped(shared.to_string())),
            CliError::Ledger,
        );
    }
    match writer.join() {
        Err(cause) => CliError::Ledger(cause),
        Ok(()) => CliError::Ledger(LedgerError::Stopped(error.to_string())),
    }
}

/// Says what became of each note.
struct Answers<'a> {
    receipts: &'a ReceiptArgs,
    /// Whom to ask for cosignatures meanwhile.
    cosigners: Option<Box<dyn Cosigners>>,
    counts: Counts,
}

impl Answers<'_> {
    fn say(&mut self, outcome: &Outcome, out: &mut Output) -> Result<(), CliError> {
        self.counts.count(outcome);
        submit::keep(outcome, self.receipts)?;
        submit::print(outcome, out)
    }
}
