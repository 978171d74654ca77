//! One file per command.

pub(crate) mod append;
pub(crate) mod charter;
pub(crate) mod check;
pub(crate) mod checkpoint;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod draft;
pub(crate) mod index;
pub(crate) mod key;
pub(crate) mod ledger;
pub(crate) mod log;
pub(crate) mod prove;
pub(crate) mod replay;
pub(crate) mod schema;
pub(crate) mod show;
pub(crate) mod sign;
pub(crate) mod state;
pub(crate) mod verify;

use crate::compose;
use crate::error::CliError;
use crate::keys::{self, Passphrase, PassphraseArgs};
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use clap::Args;
use std::path::PathBuf;

/// The keys that sign, and in which roles.
#[derive(Args, Clone, Debug)]
pub(crate) struct SigningArgs {
    /// Key file of a signer; once for each, in the order of signing
    #[arg(short, long = "key", value_name = "FILE", required = true)]
    pub(crate) keys: Vec<PathBuf>,
    /// Role in which the keys sign; once for all of them, or once for each
    #[arg(long = "as", value_name = "ROLE")]
    pub(crate) roles: Vec<String>,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArgs,
}

impl SigningArgs {
    /// Opens the key files.
    pub(crate) fn load(&self) -> Result<Vec<NoteSigner>, CliError> {
        let mut passphrase = Passphrase::new(&self.passphrase);
        let load = |path: &PathBuf| keys::read(path, &mut passphrase).map_err(CliError::from);
        self.keys.iter().map(load).collect()
    }
}

/// When an event is signed: the given instant, or now.
pub(crate) fn issued(given: Option<&str>) -> Result<Timestamp, CliError> {
    given.map_or_else(crate::files::now, |text| compose::human_instant("--issued", text))
}
