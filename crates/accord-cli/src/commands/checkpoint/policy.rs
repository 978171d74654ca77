//! `accord checkpoint policy`: the witness policy in force, or the payload that changes it.

use crate::cli::Session;
use crate::commands::ledger::{DirArgs, admission};
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::output;
use accord_format::policy::{POLICY_MAX, Policy};
use accord_ledger::quorum;
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Which ledger, or which policy.
#[derive(ClapArgs, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// Check the policy in this file, and print the payload of ledger.witness_policy_changed that
    /// puts it into force
    #[arg(value_name = "FILE", conflicts_with = "dir")]
    file: Option<PathBuf>,
}

/// Runs it. What is printed of a ledger names its log, and serves `accord verify --policy`.
pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    if let Some(path) = &args.file {
        out.document(&json!({"witness_policy": lines(path)?.1}))?;
        return Ok(Exit::Fine);
    }
    let record = args.dir.record()?;
    let kernel = record.kernel(Some(admission()?))?;
    let logs = kernel.checkpoint_keys(record.size()).iter();
    let mut lines: Vec<String> = logs.map(|key| format!("log {key}\n")).collect();
    let policy = kernel.policies().at(record.size());
    lines.push(policy.map_or_else(|| "quorum none\n".to_owned(), Policy::to_text));
    let text = lines.concat();
    if out.is_json() {
        out.document(&json!({"accord": "checkpoint-policy/1", "policy": text}))?;
    } else {
        out.raw(&text)?;
    }
    Ok(Exit::Fine)
}

/// Reads a policy that a ledger can have, and gives its lines in their plainest form.
pub(crate) fn lines(path: &Path) -> Result<(Policy, Vec<String>), CliError> {
    let wrong = |why: String| CliError::Usage(format!("{}: {why}", path.display()));
    let policy = Policy::parse_bytes(&files::read(path, POLICY_MAX as u64)?)
        .map_err(|e| wrong(e.to_string()))?;
    let lines: Vec<String> = policy.to_text().lines().map(str::to_owned).collect();
    quorum::parse(&lines).map_err(|e| wrong(e.to_string()))?;
    if policy.fork_bound() == Some(0) {
        output::note(format_args!(
            "warning: two quorums {} of this policy need not share a witness: honest witnesses alone could bear out two histories. Ask for more than half of each group",
            policy.quorum()
        ));
    }
    Ok((policy, lines))
}
