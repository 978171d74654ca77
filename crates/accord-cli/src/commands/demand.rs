//! A policy of one's own that a checkpoint must meet.

use crate::error::CliError;
use crate::files;
use accord_charter::Seconds;
use accord_format::policy::{POLICY_MAX, Policy};
use accord_ledger::demand::Demand;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// What a checkpoint must have.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct DemandArgs {
    /// Policy file (C2SP tlog-policy) that the checkpoint must meet, whatever the ledger's own asks
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How long ago the policy's quorum may have cosigned it at most, such as 24h or 7d
    #[arg(long, value_name = "LENGTH", requires = "policy", value_parser = length)]
    max_age: Option<u64>,
}

fn length(text: &str) -> Result<u64, String> {
    Seconds::parse(text).map(Seconds::get).map_err(|e| e.to_string())
}

impl DemandArgs {
    /// Reads the policy.
    pub(super) fn read(&self) -> Result<Option<Demand>, CliError> {
        let Some(path) = &self.policy else { return Ok(None) };
        let policy = Policy::parse_bytes(&files::read(path, POLICY_MAX as u64)?)
            .map_err(|e| CliError::Usage(format!("{}: {e}", path.display())))?;
        Ok(Some(Demand { policy, max_age: self.max_age, now: files::now()? }))
    }
}
