//! `accord mirror follow`: one round, or one after the other.

use crate::cli::Session;
use crate::commands::ledger::disk;
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::{self, Passphrase, PassphraseArgs};
use crate::output::Output;
use crate::signals;
use accord_format::cosignature::CosignerSigner;
use accord_format::hash::LedgerId;
use accord_mirror::found::Problem;
use accord_mirror::mirror::{FollowError, Mirror, Round, STEP_BUNDLES, Setup, ledger_of};
use accord_mirror::server;
use accord_mirror::source::{Dir, Http, Source};
use accord_mirror::submission::Submissions;
use accord_store::disk::Disk;
use accord_witness::http::Tls;
use accord_witness::server::{Limits, Server};
use accord_witness::witness::{Setup as DepositarySetup, Witness, WitnessKeys, system_clock};
use clap::Args as ClapArgs;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Where deposits are kept, below the mirror's directory.
const DEPOSITS: &str = "mirror/deposits";
/// Where the pending checkpoint is kept.
const PENDING: &str = "mirror/pending";
/// How long a round under way may still take when it is told to stop: an end at any moment costs
/// nothing but the round.
const LAST_ROUND: Duration = Duration::from_secs(10);

/// Follow a ledger: fetch, verify, store, cosign, and serve what is held
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// The ledger: an address with its public files below it, a ledger's directory, or a copy of its
    /// public files
    #[arg(long, value_name = "URL|DIR")]
    from: String,
    /// The mirror's own directory
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// The ledger's id; once the mirror has begun it is known
    #[arg(long, value_name = "ID")]
    ledger: Option<LedgerId>,
    /// Key file to cosign with, made by `accord key new --kind`, of a name that no witness has; once
    /// for each key
    #[arg(short, long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// Key file to vouch with for the index that the operator commits to; the key is named NAME/index
    /// and signs nothing else
    #[arg(long, value_name = "FILE")]
    index_key: Option<PathBuf>,
    /// One round, and no more
    #[arg(long, conflicts_with = "listen")]
    once: bool,
    /// Seconds from one round to the next
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
    /// Address and port to serve the copy on, without TLS: put a reverse proxy before it
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Deposits of event notes taken in a day, where there is an Ed25519 key to sign them with; 0
    /// takes none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    deposits_per_day: u32,
    /// How long one answer may take to its last byte, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// Runs it: to the end of the round, or until it is told to stop.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let mut source = source(&args.from, args.timeout)?;
    // Key files are opened for the mirror and for its depositary; a passphrase is asked for once.
    let mut passphrase = Passphrase::new(&args.passphrase);
    let mut mirror = open(args, &mut passphrase)?;
    let out = &mut session.out;
    if args.once {
        let outcome = mirror.follow(&mut *source);
        say(&mirror, &outcome, out)?;
        return exit(outcome);
    }
    let (stop, stopped) = sync_channel(1);
    signals::on_stop(move || {
        // A round may be under way that does not listen.
        let _told = stop.send(());
        std::thread::sleep(LAST_ROUND);
        std::process::exit(i32::from(Exit::Fine.code()));
    })?;
    if args.listen.is_some() && mirror.size() == 0 {
        // Whose deposits are taken, the ledger's genesis says.
        let outcome = mirror.follow(&mut *source);
        say(&mirror, &outcome, out)?;
    }
    let depositary = match args.listen {
        Some(_) => depositary(args, &mirror, &mut passphrase)?,
        None => None,
    };
    let mut keeper = keeper(args, mirror)?;
    let server = args.listen.map(|at| serve(args, &keeper, depositary.as_ref(), at)).transpose()?;
    keeper.with(|mirror| listening(mirror, server.as_ref(), out))??;
    let ended = rounds(args, &mut keeper, &mut *source, &stopped, out);
    if let Some(server) = server {
        server.stop();
    }
    ended
}

/// Who has the copy: this loop alone, or the server too, which takes what is handed in.
enum Keeper {
    Alone(Box<Mirror>),
    Shared(Arc<Submissions>),
}

impl Keeper {
    fn follow(&mut self, source: &mut dyn Source) -> Result<Round, FollowError> {
        match self {
            Self::Alone(mirror) => mirror.follow(source),
            Self::Shared(submissions) => submissions.follow(source),
        }
    }

    fn with<T>(&self, look: impl FnOnce(&Mirror) -> T) -> Result<T, CliError> {
        match self {
            Self::Alone(mirror) => Ok(look(mirror)),
            Self::Shared(submissions) => Ok(submissions.with_mirror(look)?),
        }
    }
}

/// Things are handed in only where there is a server, a key to answer with, and it is known whose
/// checkpoints count.
fn keeper(args: &Args, mirror: Mirror) -> Result<Keeper, CliError> {
    if args.listen.is_none() || args.keys.is_empty() || mirror.origin().is_none() {
        return Ok(Keeper::Alone(Box::new(mirror)));
    }
    let state: Arc<dyn Disk> = disk(&args.to.join(PENDING));
    let submissions = Submissions::begin(mirror, state, system_clock(), Arc::new(|_| {}))?;
    Ok(Keeper::Shared(Arc::new(submissions)))
}

fn serve(
    args: &Args,
    keeper: &Keeper,
    depositary: Option<&Arc<Witness>>,
    listen: SocketAddr,
) -> Result<Server, CliError> {
    let submissions = match keeper {
        Keeper::Alone(_) => None,
        Keeper::Shared(submissions) => Some(submissions),
    };
    server::start(&[listen], disk(&args.to), depositary, submissions, Limits::default())
        .map_err(CliError::file("listen on", listen.to_string().as_ref()))
}

/// Who takes deposits: nobody, unless there are keys to sign them with and it is known whose events
/// they are.
fn depositary(
    args: &Args,
    mirror: &Mirror,
    passphrase: &mut Passphrase,
) -> Result<Option<Arc<Witness>>, CliError> {
    if args.keys.is_empty() || args.deposits_per_day == 0 || mirror.log_keys().is_empty() {
        return Ok(None);
    }
    let state: Arc<dyn Disk> = disk(&args.to.join(DEPOSITS));
    let setup = DepositarySetup {
        keys: WitnessKeys::new(cosigners(args, passphrase)?)?,
        logs: mirror.log_keys().to_vec(),
        deposits_per_day: args.deposits_per_day,
        clock: system_clock(),
        journal: Arc::new(|_| {}),
    };
    let begun = state.kind("")?.is_some();
    let depositary =
        if begun { Witness::open(state, setup)? } else { Witness::begin(state, setup)? };
    Ok(Some(Arc::new(depositary)))
}

fn cosigners(args: &Args, passphrase: &mut Passphrase) -> Result<Vec<CosignerSigner>, CliError> {
    let read = |path: &PathBuf| keys::read_as(path, passphrase, CosignerSigner::parse);
    Ok(args.keys.iter().map(read).collect::<Result<Vec<_>, _>>()?)
}

/// One round after the other. What comes out like the round before is not said again.
fn rounds(
    args: &Args,
    keeper: &mut Keeper,
    source: &mut dyn Source,
    stopped: &Receiver<()>,
    out: &mut Output,
) -> Result<Exit, CliError> {
    let mut last = String::new();
    loop {
        let outcome = keeper.follow(source);
        let told = match &outcome {
            Ok(round) if matches!(round.code, "advanced" | "published") => String::new(),
            Ok(round) => round.code.to_owned(),
            Err(error) => format!("{}: {error}", error.code()),
        };
        if told.is_empty() || told != last {
            keeper.with(|mirror| say(mirror, &outcome, out))??;
        }
        last = told;
        // What is held is not known any longer.
        if let Err(error @ FollowError::Store(_)) = outcome {
            return Err(error.into());
        }
        match stopped.recv_timeout(Duration::from_secs(args.every)) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(Exit::Fine),
        }
    }
}

/// Where a ledger is read.
pub(crate) fn source(from: &str, seconds: u64) -> Result<Box<dyn Source>, CliError> {
    if from.starts_with("http://") || from.starts_with("https://") {
        let url = from.parse().map_err(|error| CliError::Usage(format!("--from: {error}")))?;
        return Ok(Box::new(Http::new(url, Tls::system(), Duration::from_secs(seconds))?));
    }
    Ok(Box::new(Dir::new(Path::new(from))))
}

fn open(args: &Args, passphrase: &mut Passphrase) -> Result<Mirror, CliError> {
    let disk = disk(&args.to);
    let known = ledger_of(&*disk)?.and_then(|id| id.parse().ok());
    let ledger = args.ledger.or(known).ok_or_else(|| {
        CliError::Usage(
            "say which ledger: --ledger ID, as somebody you trust gave it to you".into(),
        )
    })?;
    let cosigners = cosigners(args, passphrase)?;
    let index_key = args.index_key.as_ref().map(|path| keys::read(path, passphrase)).transpose()?;
    Ok(Mirror::open(
        disk,
        Setup { ledger, cosigners, index_key, step: STEP_BUNDLES, clock: system_clock() },
    )?)
}

/// How the only round ends the program.
fn exit(outcome: Result<Round, FollowError>) -> Result<Exit, CliError> {
    match outcome {
        Ok(round) if round.problems.is_empty() && round.code != "stale" => Ok(Exit::Fine),
        // It has been said.
        Ok(_) | Err(FollowError::Found(_)) => Ok(Exit::Found),
        Err(FollowError::Unreachable(_)) => Ok(Exit::Environment),
        Err(error) => Err(error.into()),
    }
}

fn now() -> String {
    system_clock()().to_seconds_string()
}

fn listening(mirror: &Mirror, server: Option<&Server>, out: &mut Output) -> Result<(), CliError> {
    let vkeys: Vec<String> = mirror.cosigners().iter().map(|key| key.vkey().to_string()).collect();
    let address = server.map(|server| server.address().to_string());
    if out.is_json() {
        return out.record(&json!({
            "accord": "mirror/1", "code": "listening", "at": now(), "ledger": mirror.ledger(),
            "address": address, "vkeys": vkeys, "size": mirror.size(),
        }));
    }
    if let Some(address) = address {
        out.line(format_args!("serves http://{address}"))?;
    }
    for vkey in vkeys {
        out.line(format_args!("cosigns as {vkey}"))?;
    }
    out.line(format_args!("goes on from {} entries", mirror.size()))?;
    out.flush()
}

fn problem(problem: &Problem) -> Value {
    let Problem { code, path, size, detail, evidence, .. } = problem;
    json!({"code": code, "path": path, "size": size, "detail": detail, "evidence": evidence})
}

/// Says how a round went.
fn say(
    mirror: &Mirror,
    outcome: &Result<Round, FollowError>,
    out: &mut Output,
) -> Result<(), CliError> {
    let (code, shown, problems, detail) = match outcome {
        Ok(round) => (round.code, Some(round.shown), round.problems.clone(), None),
        Err(FollowError::Found(found)) => (found.code, found.size, vec![(**found).clone()], None),
        Err(error) => (error.code(), None, Vec::new(), Some(error.to_string())),
    };
    if out.is_json() {
        let problems: Vec<Value> = problems.iter().map(problem).collect();
        return out.record(&json!({
            "accord": "mirror/1", "code": code, "at": now(), "ledger": mirror.ledger(),
            "origin": mirror.origin(), "size": mirror.size(), "root": mirror.root(),
            "shown": shown, "problems": problems, "detail": detail,
        }));
    }
    out.line(format_args!(
        "{} {code}: {} entries held, root {}",
        now(),
        mirror.size(),
        mirror.root()
    ))?;
    for problem in problems {
        // What the source sent may be quoted in it.
        out.line(format_args!("  {}", problem.to_string().escape_debug()))?;
    }
    if let Some(detail) = detail {
        out.line(format_args!("  {}", detail.escape_debug()))?;
    }
    out.flush()
}
