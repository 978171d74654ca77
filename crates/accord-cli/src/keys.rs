//! Key files: one private key each, in the form of Go's note package (`PRIVATE+KEY+…`), readable
//! by their owner alone, optionally encrypted with age under a passphrase.

mod kind;
mod passphrase;

pub(crate) use kind::{AnyKey, Kind, PrivateKey};
pub(crate) use passphrase::{Passphrase, PassphraseArgs};

use crate::exit::Exit;
use crate::files;
use accord_format::key::{KeyError, NoteSigner};
use accord_format::log_key::LogSigner;
use age::secrecy::SecretString;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The longest key file, in bytes; an encrypted key has some 500.
const FILE_MAX: u64 = 16 * 1024;
/// scrypt's cost as a power of two: 2^17 blocks of 1 KiB, about half a second on a laptop.
const WORK_FACTOR: u8 = 17;
/// The highest cost that a file may ask of us, 1 GiB.
const WORK_FACTOR_MAX: u8 = 20;
const ARMOUR_START: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const BINARY_START: &[u8] = b"age-encryption.org/v1";

/// Why a key file cannot be made or used. Never holds private material.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyFileError {
    /// Reading or writing failed.
    #[error("cannot {doing} key file {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// There is something of this name.
    #[error("{} exists; a key file is never replaced, choose another name", .0.display())]
    Exists(PathBuf),
    /// Not a file.
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// Others than the owner may read it.
    #[error("{} may be read by others (mode {mode:03o}); run: chmod 600 {}", path.display(), shell(path))]
    Permissions {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Larger than any key file.
    #[error("{} has more than {FILE_MAX} bytes, which is no key file", .0.display())]
    TooLarge(PathBuf),
    /// Neither a key nor an encrypted file.
    #[error("{} holds neither PRIVATE+KEY+… nor an age file: {why}", path.display())]
    Form {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        why: KeyError,
    },
    /// The passphrase does not open it, or the file is damaged.
    #[error("cannot decrypt {}: {why}", path.display())]
    Decrypt {
        /// Which file.
        path: PathBuf,
        /// As age says it.
        why: String,
    },
    /// Encryption failed.
    #[error("cannot encrypt the key: {0}")]
    Encrypt(String),
    /// No passphrase could be had.
    #[error("{0}")]
    Passphrase(String),
}

impl KeyFileError {
    /// How the process ends.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Form { .. } | Self::Passphrase(_) => Exit::Usage,
            _ => Exit::Environment,
        }
    }
}

fn shell(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> KeyFileError {
    let path = path.to_owned();
    move |source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyFileError::Exists(path),
        _ => KeyFileError::Io { doing, path, source },
    }
}

/// A fresh seed.
pub(crate) fn entropy() -> Result<Zeroizing<[u8; 32]>, crate::error::CliError> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut_slice()).map_err(crate::error::CliError::Entropy)?;
    Ok(seed)
}

/// A fresh key called `name`, which must be one that a note can carry.
pub(crate) fn generate(name: &str) -> Result<NoteSigner, crate::error::CliError> {
    NoteSigner::from_seed(name, &*entropy()?)
        .map_err(|e| crate::error::CliError::Usage(format!("key name {name:?}: {e}")))
}

/// Writes a key file that must not exist yet; encrypted when there is a passphrase.
pub(crate) fn write(
    path: &Path,
    signer: &dyn PrivateKey,
    passphrase: Option<&SecretString>,
) -> Result<(), KeyFileError> {
    write_all(path, &[signer], passphrase)
}

/// Writes several keys into one file, one a line.
pub(crate) fn write_all(
    path: &Path,
    signers: &[&dyn PrivateKey],
    passphrase: Option<&SecretString>,
) -> Result<(), KeyFileError> {
    let mut text = Zeroizing::new(String::new());
    for signer in signers {
        text.push_str(&signer.private_text());
        text.push('\n');
    }
    let bytes = match passphrase {
        None => Zeroizing::new(text.as_bytes().to_vec()),
        Some(passphrase) => {
            let mut recipient = age::scrypt::Recipient::new(passphrase.clone());
            recipient.set_work_factor(WORK_FACTOR);
            let armoured = age::encrypt_and_armor(&recipient, text.as_bytes())
                .map_err(|e| KeyFileError::Encrypt(e.to_string()))?;
            Zeroizing::new(armoured.into_bytes())
        }
    };
    files::create(path, &bytes, true).map_err(io_error("create", path))
}

/// Reads the key file of an event key, asking `passphrase` only when it is encrypted.
pub(crate) fn read(path: &Path, passphrase: &mut Passphrase) -> Result<NoteSigner, KeyFileError> {
    read_as(path, passphrase, NoteSigner::parse)
}

/// Reads a key file of one key, of the kind that `parse` reads.
pub(crate) fn read_as<K>(
    path: &Path,
    passphrase: &mut Passphrase,
    parse: impl FnOnce(&str) -> Result<K, KeyError>,
) -> Result<K, KeyFileError> {
    let clear = read_clear(path, passphrase)?;
    let form = |why| KeyFileError::Form { path: path.to_owned(), why };
    let text = std::str::from_utf8(&clear).map_err(|_| form(KeyError::Form))?;
    parse(text.trim_end_matches(['\n', '\r'])).map_err(form)
}

/// Reads a file with one private key a line, such as an operator's.
pub(crate) fn read_all(
    path: &Path,
    passphrase: &mut Passphrase,
) -> Result<Vec<LogSigner>, KeyFileError> {
    let clear = read_clear(path, passphrase)?;
    let form = |why| KeyFileError::Form { path: path.to_owned(), why };
    let text = std::str::from_utf8(&clear).map_err(|_| form(KeyError::Form))?;
    text.lines().map(|line| LogSigner::parse(line.trim_end()).map_err(form)).collect()
}

fn read_clear(
    path: &Path,
    passphrase: &mut Passphrase,
) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let bytes = read_private(path)?;
    if is_encrypted(&bytes) { decrypt(path, &bytes, passphrase) } else { Ok(bytes) }
}

/// True when the file at `path` is an age file. Says nothing about whether it opens.
pub(crate) fn is_encrypted_file(path: &Path) -> Result<bool, KeyFileError> {
    read_private(path).map(|bytes| is_encrypted(&bytes))
}

fn is_encrypted(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(ARMOUR_START.as_bytes()) || bytes.starts_with(BINARY_START)
}

fn decrypt(
    path: &Path,
    bytes: &[u8],
    passphrase: &mut Passphrase,
) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let secret = passphrase.open(path)?;
    let mut identity = age::scrypt::Identity::new(secret);
    identity.set_max_work_factor(WORK_FACTOR_MAX);
    let why = |e: age::DecryptError| KeyFileError::Decrypt {
        path: path.to_owned(),
        why: match e {
            age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys => {
                "the passphrase is not the one it was encrypted with".to_owned()
            }
            other => other.to_string(),
        },
    };
    age::decrypt(&identity, bytes).map(Zeroizing::new).map_err(why)
}

/// Reads a file that nobody but its owner may read.
fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    // Judged by the open file, so that it cannot be exchanged in between.
    let file = File::open(path).map_err(io_error("open", path))?;
    let metadata = file.metadata().map_err(io_error("read", path))?;
    if !metadata.is_file() {
        return Err(KeyFileError::NotAFile(path.to_owned()));
    }
    check_mode(path, &metadata)?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(io_error("read", path))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > FILE_MAX {
        return Err(KeyFileError::TooLarge(path.to_owned()));
    }
    Ok(bytes)
}

#[cfg(unix)]
fn check_mode(path: &Path, metadata: &std::fs::Metadata) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    let of_others = mode & 0o077;
    if of_others == 0 {
        Ok(())
    } else {
        Err(KeyFileError::Permissions { path: path.to_owned(), mode })
    }
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &std::fs::Metadata) -> Result<(), KeyFileError> {
    Ok(())
}

#[cfg(test)]
mod tests;
