//! `accord key`: key files.

use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::{self, AnyKey, Kind, Passphrase, PassphraseArgs};
use accord_format::hash::LedgerId;
use accord_format::key::NoteSigner;
use accord_format::{name, possession};
use clap::Subcommand;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Make, show and prove keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a key and write it to a new file that only its owner may read
    New {
        /// Name of the key: participant/label, such as mission/field-3, for a key that signs
        /// events
        name: String,
        /// What the key is for
        #[arg(long, value_enum, default_value_t)]
        kind: Kind,
        /// File to write [default: participant-label.key]
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Write the key unencrypted
        #[arg(long, conflicts_with = "passphrase_file")]
        no_encrypt: bool,
        #[command(flatten)]
        passphrase: PassphraseArgs,
    },
    /// Print the public half of a key
    Show {
        /// The key file
        file: PathBuf,
        #[command(flatten)]
        passphrase: PassphraseArgs,
    },
    /// Print the proof that the holder of a key has it, for participant.enrolled or key.added
    Prove {
        /// The key file
        file: PathBuf,
        /// Id of the ledger that the key is to be enrolled in
        #[arg(long, value_name = "ID")]
        ledger: LedgerId,
        #[command(flatten)]
        passphrase: PassphraseArgs,
    },
}

/// Runs it.
pub(crate) fn run(command: Command, session: &mut Session) -> Result<Exit, CliError> {
    match command {
        Command::New { name, kind, out, no_encrypt, passphrase } => {
            new(&name, kind, out, no_encrypt, &passphrase, session)
        }
        Command::Show { file, passphrase } => {
            let signer = keys::read_as(&file, &mut Passphrase::new(&passphrase), AnyKey::parse)?;
            show(&signer, &file, keys::is_encrypted_file(&file)?, session)
        }
        Command::Prove { file, ledger, passphrase } => {
            let signer = keys::read(&file, &mut Passphrase::new(&passphrase))?;
            prove(&signer, &ledger, session)
        }
    }
}

fn new(
    key_name: &str,
    kind: Kind,
    out: Option<PathBuf>,
    no_encrypt: bool,
    args: &PassphraseArgs,
    session: &mut Session,
) -> Result<Exit, CliError> {
    kind.check_name(key_name)?;
    let path = out.unwrap_or_else(|| PathBuf::from(format!("{}.key", file_stem(key_name))));
    // Before anybody thinks up a passphrase.
    if path.symlink_metadata().is_ok() {
        return Err(keys::KeyFileError::Exists(path).into());
    }
    let passphrase = if no_encrypt { None } else { Some(Passphrase::new(args).set()?) };
    let signer = kind.generate(key_name)?;
    keys::write(&path, &signer, passphrase.as_ref())?;
    show(&signer, &path, passphrase.is_some(), session)
}

/// A file name for any key name: of a log or cosigner it can hold what no file name should.
fn file_stem(key_name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    key_name.chars().map(|c| if plain(c) { c } else { '-' }).collect()
}

fn show(
    signer: &AnyKey,
    path: &Path,
    encrypted: bool,
    session: &mut Session,
) -> Result<Exit, CliError> {
    // Only keys of events belong to a participant of a ledger.
    let is_event_key = matches!(signer, AnyKey::Note(_)) && name::is_pair(signer.name());
    let participant = is_event_key.then(|| name::participant_of(signer.name()));
    let out = &mut session.out;
    if out.is_json() {
        out.document(&json!({
            "accord": "key/1",
            "file": path.display().to_string(),
            "encrypted": encrypted,
            "participant": participant,
            "type": signer.signature_type(),
            "key": signer.id_string(),
            "vkey": signer.vkey(),
        }))?;
    } else {
        out.line(format_args!("key          {}", signer.id_string()))?;
        match participant {
            Some(participant) => out.line(format_args!("participant  {participant}"))?,
            None => out.line(format_args!("type         {}", signer.signature_type()))?,
        }
        out.line(format_args!("public       {}", signer.vkey()))?;
        let how = if encrypted { "encrypted with a passphrase" } else { "not encrypted" };
        out.line(format_args!("file         {} ({how})", path.display()))?;
    }
    Ok(Exit::Fine)
}

fn prove(signer: &NoteSigner, ledger: &LedgerId, session: &mut Session) -> Result<Exit, CliError> {
    let vkey = signer.vkey();
    let participant = name::participant_of(vkey.name());
    let proof = possession::prove(ledger, participant, signer);
    if session.out.is_json() {
        session.out.document(&json!({
            "accord": "possession/1",
            "ledger": ledger.to_string(),
            "participant": participant,
            "vkey": vkey.to_string(),
            "possession": proof,
        }))?;
    } else {
        session.out.line(proof)?;
    }
    Ok(Exit::Fine)
}
