//! `accord key`: key files.

use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::{self, Passphrase, PassphraseArgs};
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
        /// Name of the key, participant/label, such as mission/field-3
        name: String,
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
        Command::New { name, out, no_encrypt, passphrase } => {
            new(&name, out, no_encrypt, &passphrase, session)
        }
        Command::Show { file, passphrase } => {
            let signer = keys::read(&file, &mut Passphrase::new(&passphrase))?;
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
    out: Option<PathBuf>,
    no_encrypt: bool,
    args: &PassphraseArgs,
    session: &mut Session,
) -> Result<Exit, CliError> {
    if !name::is_pair(key_name) {
        return Err(CliError::Usage(format!(
            "{key_name:?} is no key name; write participant/label in [a-z0-9._-], such as \
             mission/field-3"
        )));
    }
    let path = out.unwrap_or_else(|| PathBuf::from(format!("{}.key", key_name.replace('/', "-"))));
    // Before anybody thinks up a passphrase.
    if path.symlink_metadata().is_ok() {
        return Err(keys::KeyFileError::Exists(path).into());
    }
    let passphrase = if no_encrypt { None } else { Some(Passphrase::new(args).set()?) };
    let signer = keys::generate(key_name)?;
    keys::write(&path, &signer, passphrase.as_ref())?;
    show(&signer, &path, passphrase.is_some(), session)
}

fn show(
    signer: &NoteSigner,
    path: &Path,
    encrypted: bool,
    session: &mut Session,
) -> Result<Exit, CliError> {
    let vkey = signer.vkey();
    let participant = name::participant_of(vkey.name());
    let out = &mut session.out;
    if out.is_json() {
        out.document(&json!({
            "accord": "key/1",
            "file": path.display().to_string(),
            "encrypted": encrypted,
            "participant": participant,
            "key": vkey.id_string(),
            "vkey": vkey.to_string(),
        }))?;
    } else {
        out.line(format_args!("key          {}", vkey.id_string()))?;
        out.line(format_args!("participant  {participant}"))?;
        out.line(format_args!("public       {vkey}"))?;
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
