//! `accord sign`: a draft becomes a note; a note that several sign gets a further signature.

use super::KeyArgs;
use super::ledger::admission;
use crate::cli::Session;
use crate::compose::{self, Defaults, SeenAt};
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::{Passphrase, PassphraseArgs};
use crate::pinning::{self, PinArgs, Purpose};
use crate::{files, output};
use accord_format::event::{self, Event, FIRST_LINE, SignerRef};
use accord_format::hash::{LedgerId, NodeHash};
use accord_format::key::NoteSigner;
use accord_format::note::{Note, NoteSignature};
use accord_ledger::Record;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The largest draft, in bytes: an event's limit, with room for indentation.
const DRAFT_MAX: u64 = 1024 * 1024;

/// Turn a draft into a signed event note.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The draft (JSON), or a note that lacks signatures; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    signing: KeyArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    /// Directory of a copy of the ledger: takes the ledger's id and the checkpoint from there
    #[arg(long, value_name = "DIR", conflicts_with_all = ["ledger", "seen"])]
    dir: Option<PathBuf>,
    #[command(flatten)]
    pins: PinArgs,
    /// Id of the ledger, when the draft does not say it
    #[arg(long, value_name = "ID")]
    ledger: Option<LedgerId>,
    /// Size and root of the checkpoint last verified, SIZE:ROOT
    #[arg(long, value_name = "SIZE:ROOT")]
    seen: Option<String>,
    /// When the event is signed [default: now]
    #[arg(long, value_name = "INSTANT")]
    issued: Option<String>,
    /// File to write, which must not exist [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let text = files::read_text(&args.file, DRAFT_MAX)?;
    let keys = args.signing.load(&mut Passphrase::new(&args.passphrase))?;
    let (text, present) = if text.starts_with(FIRST_LINE) {
        verbatim(&text)?
    } else {
        (drafted(&text, args, &keys)?, Vec::new())
    };
    let signed = sign(&text, &present, &keys)?;
    for key in &signed.missing {
        output::note(format_args!("{key} has yet to sign: accord sign FILE --key KEYFILE"));
    }
    if let Some(path) = &args.out {
        files::create(path, signed.note.as_bytes(), false)
            .map_err(CliError::file("create", path))?;
    }
    if session.out.is_json() {
        session.out.document(&json!({
            "accord": "signed/1",
            "event": signed.event.hash().to_string(),
            "id": signed.event.id,
            "type": signed.event.event_type,
            "stream": signed.event.stream,
            "missing": signed.missing,
            "note": signed.note,
        }))?;
    } else if args.out.is_none() {
        session.out.raw(&signed.note)?;
    } else {
        session.out.line(format_args!("event {}", signed.event.hash()))?;
    }
    Ok(Exit::Fine)
}

fn drafted(text: &str, args: &Args, keys: &[NoteSigner]) -> Result<String, CliError> {
    // A draft that names its signers needs no --as.
    let signers = if args.signing.roles.is_empty() {
        Vec::new()
    } else {
        compose::signers(keys, &args.signing.roles)?
    };
    let named = !signers.is_empty();
    let (ledger, seen) = if let Some(dir) = &args.dir {
        head_of(dir, &args.pins)?
    } else {
        let seen = args.seen.as_deref().map_or_else(|| Ok(SeenAt::nothing()), seen)?;
        (args.ledger, seen)
    };
    let defaults =
        Defaults { ledger, seen, issued: super::issued(args.issued.as_deref())?, signers };
    let composed = compose::from_draft(text, defaults)?;
    composed.notes.iter().for_each(output::note);
    let envelope = composed.envelope;
    if envelope.signers.is_empty() && !named {
        return Err(CliError::Usage("say in which role the keys sign: --as ROLE".to_owned()));
    }
    if envelope.ledger.is_none() && envelope.event_type != "ledger.initialised" {
        return Err(CliError::Usage("say which ledger the event is for: --ledger ID".to_owned()));
    }
    envelope.to_text()
}

/// The id of the ledger in a directory, and its head, seen to be signed by the keys in force.
fn head_of(dir: &Path, pins: &PinArgs) -> Result<(Option<LedgerId>, SeenAt), CliError> {
    let record = Record::open(dir)?;
    pinning::observe(&record, pins, Purpose::Read)?;
    let kernel = record.kernel(Some(admission()?))?;
    let head = record.head()?;
    let size = head.checkpoint().size;
    head.verify(&kernel.origin(), kernel.checkpoint_keys(size)).map_err(|e| {
        CliError::Usage(format!("the head of {} does not verify: {e}", dir.display()))
    })?;
    Ok((kernel.ledger(), SeenAt::new(size, head.checkpoint().root)))
}

fn seen(text: &str) -> Result<SeenAt, CliError> {
    let parts = text.split_once(':');
    let parts = parts.and_then(|(s, r)| Some((s.parse().ok()?, r.parse::<NodeHash>().ok()?)));
    let (size, root) = parts.ok_or_else(|| {
        CliError::Usage(format!("--seen {text:?}: write SIZE:ROOT, the root as 64 hex digits"))
    })?;
    Ok(SeenAt::new(size, root))
}

/// The signed text of a note as it stands, and the signature lines that it has.
fn verbatim(note: &str) -> Result<(String, Vec<NoteSignature>), CliError> {
    // A text without any signature yet is welcome too.
    if !note.contains("\n\n") {
        return Ok((note.to_owned(), Vec::new()));
    }
    let note = Note::parse(note.as_bytes()).map_err(event::EventError::from)?;
    Ok((note.text().to_owned(), note.signatures().to_vec()))
}

/// A note, perhaps with signatures missing.
struct Signed {
    event: Event,
    note: String,
    missing: Vec<String>,
}

/// Adds the signatures of `keys` to those present, in the order of the signers.
fn sign(text: &str, present: &[NoteSignature], keys: &[NoteSigner]) -> Result<Signed, CliError> {
    let event = Event::parse(text)?;
    let is_signer =
        |name: &str, id| event.signers.iter().any(|s| s.key_name() == name && s.key_id() == id);
    if let Some(stranger) = keys.iter().find(|k| !is_signer(k.vkey().name(), k.vkey().id())) {
        let named: Vec<&str> = event.signers.iter().map(SignerRef::key).collect();
        return Err(CliError::Usage(format!(
            "{} is no signer of this event; its signers are {}",
            stranger.id_string(),
            named.join(", ")
        )));
    }
    if let Some(stranger) = present.iter().find(|line| !is_signer(&line.name, line.id)) {
        return Err(CliError::Usage(format!(
            "the note has a signature by {}+{}, who is no signer of it",
            stranger.name, stranger.id
        )));
    }
    let mut note = format!("{text}\n");
    let mut missing = Vec::new();
    for signer in &event.signers {
        let own = keys.iter().find(|k| k.id_string() == signer.key()).map(|k| k.sign(text));
        let line = own.or_else(|| {
            present.iter().find(|l| l.name == signer.key_name() && l.id == signer.key_id()).cloned()
        });
        match line {
            Some(line) => note.push_str(&line.to_line()),
            None => missing.push(signer.key().to_owned()),
        }
    }
    if missing.is_empty() {
        event::SignedEvent::parse(note.as_bytes())?;
    }
    Ok(Signed { event, note, missing })
}
