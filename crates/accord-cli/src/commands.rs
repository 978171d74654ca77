//! One file per command.

pub(crate) mod append;
pub(crate) mod bench;
pub(crate) mod charter;
pub(crate) mod check;
pub(crate) mod checkpoint;
pub(crate) mod completions;
mod demand;
pub(crate) mod demo;
pub(crate) mod deposits;
pub(crate) mod diff;
pub(crate) mod draft;
pub(crate) mod enrol;
pub(crate) mod import;
pub(crate) mod index;
pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod ledger;
pub(crate) mod log;
pub(crate) mod mirror;
pub(crate) mod pin;
pub(crate) mod prove;
pub(crate) mod repair;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod schema;
pub(crate) mod show;
pub(crate) mod sign;
pub(crate) mod state;
pub(crate) mod submit;
pub(crate) mod verify;
pub(crate) mod witness;

use crate::compose::{self, Signer};
use crate::error::CliError;
use crate::keys::{self, Passphrase};
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use clap::Args;
use std::path::PathBuf;

/// The keys that sign, and in which roles.
#[derive(Args, Clone, Debug)]
pub(crate) struct KeyArgs {
    /// Key file of a signer; once for each, in the order of signing
    #[arg(short, long = "key", value_name = "FILE")]
    pub(crate) keys: Vec<PathBuf>,
    /// Role in which the keys sign; once for all of them, or once for each
    #[arg(long = "as", value_name = "ROLE")]
    pub(crate) roles: Vec<String>,
}

impl KeyArgs {
    /// Opens the key files.
    pub(crate) fn load(&self, passphrase: &mut Passphrase) -> Result<Vec<NoteSigner>, CliError> {
        if self.keys.is_empty() {
            return Err(CliError::Usage("say who signs: --key FILE, once for each".to_owned()));
        }
        self.keys.iter().map(|path| keys::read(path, passphrase).map_err(CliError::from)).collect()
    }

    /// Opens the key files, and names their signers.
    pub(crate) fn signers(
        &self,
        passphrase: &mut Passphrase,
    ) -> Result<(Vec<NoteSigner>, Vec<Signer>), CliError> {
        let keys = self.load(passphrase)?;
        let signers = compose::signers(&keys, &self.roles)?;
        Ok((keys, signers))
    }
}

/// When an event is signed: the given instant, or now.
pub(crate) fn issued(given: Option<&str>) -> Result<Timestamp, CliError> {
    given.map_or_else(crate::files::now, |text| compose::human_instant("--issued", text))
}
