//! `accord witness`: the server.

use super::journal::{self, Journal, Line};
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::keys::{self, Passphrase, PassphraseArgs};
use crate::signals;
use accord_format::cosignature::CosignerSigner;
use accord_format::log_key::LogVKey;
use accord_format::policy::{POLICY_MAX, Policy};
use accord_store::disk::{Disk, RealDisk};
use accord_witness::server::{Options, Prefix, Server};
use accord_witness::witness::{Setup, Witness, WitnessKeys, system_clock};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// What a server needs to know.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Address and port to listen on, without TLS: put a reverse proxy before it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Directory of the witness's state, which must never be brought back from a backup
    #[arg(long, value_name = "DIR", required = true)]
    state: Option<PathBuf>,
    /// Begin a new state: this witness, under these keys, has never run before
    #[arg(long)]
    new: bool,
    /// Key file to cosign with, made by `accord key new --kind`; once for each key
    #[arg(short, long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    /// Key of a log to watch, whose name is the log's origin; once for each key
    #[arg(long = "log", value_name = "VKEY")]
    logs: Vec<LogVKey>,
    /// Policy file (C2SP tlog-policy) whose logs to watch
    #[arg(long = "logs", value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Path of the submission prefix
    #[arg(long, value_name = "PATH", default_value = "/")]
    submission_path: Prefix,
    /// Path of the monitoring prefix
    #[arg(long, value_name = "PATH", default_value = "/")]
    monitoring_path: Prefix,
    /// Deposits of event notes taken for each ledger in a day; 0 takes none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    deposits_per_day: u32,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// Runs it until it is told to stop.
pub(crate) fn run(args: &ServeArgs, session: &mut Session) -> Result<Exit, CliError> {
    let state = args.state.as_ref().ok_or_else(|| {
        CliError::Usage("say where the witness keeps its state: --state DIR".to_owned())
    })?;
    let logs = logs(args)?;
    let mut passphrase = Passphrase::new(&args.passphrase);
    let cosigners = args
        .keys
        .iter()
        .map(|path| keys::read_as(path, &mut passphrase, CosignerSigner::parse))
        .collect::<Result<Vec<_>, _>>()?;
    let (journal, lines) = Journal::new();
    let setup = Setup {
        keys: WitnessKeys::new(cosigners)?,
        logs,
        deposits_per_day: args.deposits_per_day,
        clock: system_clock(),
        journal: journal.listener(),
    };
    let disk: Arc<dyn Disk> = Arc::new(RealDisk::new(state));
    let witness = if args.new { Witness::begin(disk, setup)? } else { Witness::open(disk, setup)? };
    let witness = Arc::new(witness);
    // Before the first request can come in, so that none is cut off by an early signal.
    let stop = journal.sender();
    // Nobody to tell is nobody to stop.
    signals::on_stop(move || drop(stop.send(Line::Stop)))?;
    let options = Options {
        submission: args.submission_path.clone(),
        monitoring: args.monitoring_path.clone(),
        ..Options::default()
    };
    let server = Server::start(&[args.listen], Arc::clone(&witness), options)
        .map_err(CliError::file("listen on", args.listen.to_string().as_ref()))?;
    journal::listening(server.address(), &witness, &mut session.out);
    journal.follow(&lines, &mut session.out);
    server.stop();
    journal.stopped(&lines, &mut session.out);
    Ok(Exit::Fine)
}

fn logs(args: &ServeArgs) -> Result<Vec<LogVKey>, CliError> {
    let mut logs = args.logs.clone();
    if let Some(path) = &args.policy {
        let bytes = files::read(path, POLICY_MAX as u64)?;
        let policy = Policy::parse_bytes(&bytes)
            .map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))?;
        logs.extend(policy.logs().iter().map(|log| log.vkey.clone()));
    }
    Ok(logs)
}
