//! Where a passphrase comes from: a terminal, a file or a file descriptor, never the command line.

use super::KeyFileError;
use age::secrecy::{ExposeSecret as _, SecretString};
use clap::Args;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The longest passphrase, in bytes.
const PASSPHRASE_MAX: usize = 1024;

/// Where passphrases of encrypted key files come from.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct PassphraseArgs {
    /// Read the passphrase from the first line of FILE (/dev/fd/N for a file descriptor) instead
    /// of asking at the terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// A passphrase that is asked for at most once.
#[derive(Debug)]
pub(crate) struct Passphrase {
    file: Option<PathBuf>,
    known: Option<SecretString>,
}

impl Passphrase {
    /// From the command line's options.
    pub(crate) fn new(args: &PassphraseArgs) -> Self {
        Self { file: args.passphrase_file.clone(), known: None }
    }

    /// The passphrase that opens `path`. One passphrase serves all key files of a command.
    pub(super) fn open(&mut self, path: &Path) -> Result<SecretString, KeyFileError> {
        if let Some(known) = &self.known {
            return Ok(known.clone());
        }
        let secret = match &self.file {
            Some(file) => from_file(file)?,
            None => prompt(&format!("Passphrase for {}: ", path.display()))?,
        };
        self.known = Some(secret.clone());
        Ok(secret)
    }

    /// A new passphrase: from the file, or asked for twice.
    pub(crate) fn set(&mut self) -> Result<SecretString, KeyFileError> {
        let secret = if let Some(file) = &self.file {
            from_file(file)?
        } else {
            let first = prompt("New passphrase: ")?;
            let second = prompt("The same passphrase again: ")?;
            if first.expose_secret() != second.expose_secret() {
                return Err(KeyFileError::Passphrase("the two passphrases differ".to_owned()));
            }
            first
        };
        self.known = Some(secret.clone());
        Ok(secret)
    }
}

fn prompt(question: &str) -> Result<SecretString, KeyFileError> {
    let answer = rpassword::prompt_password(question).map_err(|e| {
        KeyFileError::Passphrase(format!(
            "a passphrase is needed and there is no terminal to ask at ({e}); \
             use --passphrase-file FILE"
        ))
    })?;
    checked(&Zeroizing::new(answer))
}

fn from_file(path: &Path) -> Result<SecretString, KeyFileError> {
    let file = std::fs::File::open(path).map_err(super::io_error("open", path))?;
    let metadata = file.metadata().map_err(super::io_error("read", path))?;
    // A pipe or a terminal has no mode that would matter.
    if metadata.is_file() {
        super::check_mode(path, &metadata)?;
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let limit = u64::try_from(PASSPHRASE_MAX + 2).unwrap_or(u64::MAX);
    file.take(limit).read_to_end(&mut bytes).map_err(super::io_error("read", path))?;
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| {
        KeyFileError::Passphrase(format!("the passphrase in {} is not UTF-8", path.display()))
    })?;
    checked(text)
}

fn checked(text: &str) -> Result<SecretString, KeyFileError> {
    match text.len() {
        0 => Err(KeyFileError::Passphrase("the passphrase is empty".to_owned())),
        length if length > PASSPHRASE_MAX => Err(KeyFileError::Passphrase(format!(
            "the passphrase is longer than {PASSPHRASE_MAX} bytes"
        ))),
        _ => Ok(SecretString::from(text.to_owned())),
    }
}
