//! `accord init`: a ledger is founded.

use super::checkpoint::policy_lines;
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::genesis::{self, Founded, Founding};
use crate::keys::{self, Passphrase, PassphraseArgs};
use crate::{compose, output};
use accord_charter::Grants;
use accord_format::key::NoteSigner;
use accord_format::name;
use accord_ledger::kernel::types::ClockPolicy;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The largest file of grants, in bytes.
const GRANTS_MAX: u64 = 64 * 1024;

/// Found a ledger
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The ledger's directory
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Schema-less URL under which the ledger is known, such as ledger.example/agreement
    #[arg(long, value_name = "URL")]
    name: String,
    /// Key file of the operator; without it a key operator/main is made
    #[arg(long, value_name = "FILE")]
    operator: Option<PathBuf>,
    /// Key file of a seat of the key authority; once for each
    #[arg(long = "authority", value_name = "FILE")]
    authorities: Vec<PathBuf>,
    /// Make a new key for a seat of the key authority, participant/label; once for each
    #[arg(long = "new-authority", value_name = "NAME", requires = "keys")]
    new_authorities: Vec<String>,
    /// Directory for the key files of new seats, outside the ledger
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// How many seats of the key authority must sign together [default: more than half]
    #[arg(long, value_name = "N")]
    threshold: Option<u16>,
    /// How many parties must sign together to adopt the first charter
    #[arg(long, value_name = "N", default_value_t = 2, conflicts_with = "grants")]
    parties: u16,
    /// File with the bootstrap grants as JSON, in place of those for adopting a charter
    #[arg(long, value_name = "FILE")]
    grants: Option<PathBuf>,
    /// File with the witness policy (C2SP tlog-policy without log lines): checkpoints are published
    /// once they have met its quorum
    #[arg(long, value_name = "FILE")]
    witness_policy: Option<PathBuf>,
    /// For how many hours one signature can suspend a key
    #[arg(long, value_name = "HOURS", default_value_t = 72)]
    suspension_hours: u32,
    /// Whoever appends sets the clock; for demonstrations and scenarios, and every output says so
    #[arg(long)]
    simulated_clock: bool,
    /// When the genesis is recorded, with a simulated clock
    #[arg(long, value_name = "INSTANT", requires = "simulated_clock")]
    at: Option<String>,
    /// Sign checkpoints with ML-DSA-44 too, which a quantum computer does not forge; both
    /// signatures are then demanded of every checkpoint
    #[arg(long)]
    hybrid: bool,
    /// Write new keys unencrypted
    #[arg(long, conflicts_with = "passphrase_file")]
    no_encrypt: bool,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let dir = &args.dir;
    refuse_second(dir)?;
    let mut passphrase = Passphrase::new(&args.passphrase);
    let mut authorities = Vec::new();
    for path in &args.authorities {
        authorities.push(keys::read(path, &mut passphrase)?);
    }
    let operator = args.operator.as_ref().map(|path| keys::read(path, &mut passphrase));
    let operator = operator.transpose()?;
    check_names(&args.new_authorities)?;
    if authorities.is_empty() && args.new_authorities.is_empty() {
        return Err(CliError::Usage(
            "a ledger needs a key authority: --authority FILE, or --new-authority NAME and --keys DIR"
                .to_owned(),
        ));
    }
    let secret = if args.no_encrypt { None } else { Some(passphrase.set()?) };
    let mut made = Vec::new();
    for name in &args.new_authorities {
        let key = keys::generate(name)?;
        let directory = args.keys.as_deref().unwrap_or_else(|| Path::new("."));
        std::fs::create_dir_all(directory).map_err(CliError::file("create", directory))?;
        let path = directory.join(format!("{}.key", name.replace('/', "-")));
        keys::write(&path, &key, secret.as_ref())?;
        made.push(path);
        authorities.push(key);
    }
    let founding = founding(args, operator, &authorities)?;
    let threshold = founding.threshold;
    let founded = match genesis::found(dir, founding, secret.as_ref()) {
        Ok(founded) => founded,
        Err(error) => {
            // Keys of a ledger that was not founded.
            for path in &made {
                drop(std::fs::remove_file(path));
            }
            return Err(error);
        }
    };
    print(args, &founded, threshold, &made, session)?;
    founded.ledger.close()?;
    Ok(Exit::Fine)
}

/// Says that there is a ledger before keys and passphrases are asked for.
fn refuse_second(dir: &Path) -> Result<(), CliError> {
    if dir.join(accord_store::layout::TAIL).exists() {
        return Err(accord_store::StoreError::AlreadyInitialised.into());
    }
    Ok(())
}

fn check_names(names: &[String]) -> Result<(), CliError> {
    match names.iter().find(|n| !name::is_pair(n)) {
        Some(bad) => Err(CliError::Usage(format!(
            "{bad:?} is no key name; write participant/label, such as authority-a/seat"
        ))),
        None => Ok(()),
    }
}

fn founding<'a>(
    args: &'a Args,
    operator: Option<NoteSigner>,
    authorities: &'a [NoteSigner],
) -> Result<Founding<'a>, CliError> {
    let at = args.at.as_deref().map(|t| compose::human_instant("--at", t)).transpose()?;
    let half = u16::try_from(authorities.len() / 2 + 1).unwrap_or(u16::MAX);
    Ok(Founding {
        name: &args.name,
        operator: operator.map_or_else(|| keys::generate("operator/main"), Ok)?,
        authorities,
        threshold: args.threshold.unwrap_or(half),
        clock_policy: if args.simulated_clock {
            ClockPolicy::Simulated
        } else {
            ClockPolicy::System
        },
        suspension_hours: args.suspension_hours,
        hybrid: args.hybrid,
        witness_policy: args
            .witness_policy
            .as_deref()
            .map_or_else(|| Ok(Vec::new()), |path| policy_lines(path).map(|(_, lines)| lines))?,
        grants: args
            .grants
            .as_deref()
            .map_or_else(|| genesis::bootstrap_grants(args.parties), grants)?,
        issued: at.map_or_else(files::now, Ok)?,
        at,
    })
}

fn grants(path: &Path) -> Result<Grants, CliError> {
    let text = files::read_text(path, GRANTS_MAX)?;
    let wrong = |why: String| CliError::Usage(format!("{}: {why}", path.display()));
    let grants: Grants = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    match grants.problems().into_iter().find(|p| p.severity == accord_charter::Severity::Error) {
        Some(problem) => Err(wrong(problem.to_string())),
        None => Ok(grants),
    }
}

fn print(
    args: &Args,
    founded: &Founded,
    threshold: u16,
    made: &[PathBuf],
    session: &mut Session,
) -> Result<(), CliError> {
    let kernel = &founded.ledger.bench().kernel;
    let operator_key = args.dir.join(super::ledger::OPERATOR_KEY);
    let out = &mut session.out;
    if out.is_json() {
        return out.document(&json!({
            "accord": "init/1",
            "ledger": founded.id.to_string(),
            "origin": founded.origin,
            "simulated_clock": kernel.is_simulated(),
            "operator": kernel.operator().map(ToString::to_string),
            "operator_key": operator_key.display().to_string(),
            "checkpoint_keys": kernel.checkpoint_keys(1).iter().map(ToString::to_string).collect::<Vec<_>>(),
            "threshold": threshold,
            "keys": made.iter().map(|p| p.display().to_string()).collect::<Vec<_>>(),
        }));
    }
    if kernel.is_simulated() {
        output::note("The clock of this ledger is simulated: times are set by whoever appends.");
    }
    out.line(format_args!("ledger         {}", founded.id))?;
    out.line(format_args!("origin         {}", founded.origin))?;
    out.line(format_args!("key authority  {threshold} signatures needed"))?;
    out.line(format_args!("operator keys  {}", operator_key.display()))?;
    for path in made {
        out.line(format_args!("new key        {}", path.display()))?;
    }
    out.line("Give the ledger id to everyone who is to check this ledger: it is its identity.")
}
