//! `accord enrol`: a participant is enrolled with its first key, or gets a further one.

use super::KeyArgs;
use super::ledger::WriteArgs;
use super::submit::{ReceiptArgs, Step};
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::{self, Passphrase};
use accord_format::key::VKey;
use accord_format::{name, possession};
use accord_ledger::Ledger;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Enrol a participant, or a further key of one; signed by the key authority
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    keys: KeyArgs,
    /// What the participant is called; for the first key only
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// What it is: state, body, institution, civil_society, …
    #[arg(long, value_name = "CODE", default_value = "body")]
    kind: String,
    /// A role that it holds; once for each
    #[arg(long = "role", value_name = "ROLE")]
    held: Vec<String>,
    /// Public half of the key, from `accord key show`
    #[arg(long, value_name = "VKEY", requires = "possession", conflicts_with = "key_file")]
    vkey: Option<VKey>,
    /// Proof that its holder has it, from `accord key prove`
    #[arg(long, value_name = "BASE64")]
    possession: Option<String>,
    /// The key's own file, in place of --vkey and --possession
    #[arg(long, value_name = "FILE", required_unless_present = "vkey")]
    key_file: Option<PathBuf>,
    /// The key is that of the head of the body, who may correct its records
    #[arg(long)]
    head: bool,
    /// When it is recorded, for ledgers with a simulated clock
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    #[command(flatten)]
    receipts: ReceiptArgs,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let mut passphrase = Passphrase::new(&args.write.passphrase);
    let own = args.key_file.as_ref().map(|f| keys::read(f, &mut passphrase)).transpose()?;
    let further = args.name.is_none() && args.held.is_empty();
    if !further && (args.name.is_none() || args.held.is_empty()) {
        return Err(CliError::Usage(
            "a participant is enrolled with --name and at least one --role; leave both out to add \
             a key to one that is enrolled"
                .to_owned(),
        ));
    }
    let event_type = if further { "key.added" } else { "participant.enrolled" };
    // The authority signs as what it is, unless told otherwise.
    let mut signing = args.keys.clone();
    if signing.roles.is_empty() {
        signing.roles.push(accord_ledger::kernel::KEY_AUTHORITY.to_owned());
    }
    let step = Step {
        write: &args.write,
        keys: &signing,
        at: args.at.as_deref(),
        receipts: &args.receipts,
    };
    step.append(event_type, None, &mut passphrase, session, |ledger| {
        let (vkey, proof) = match (&own, &args.vkey, &args.possession) {
            (Some(own), _, _) => {
                let participant = name::participant_of(own.vkey().name());
                (own.vkey().clone(), possession::prove(&id(ledger)?, participant, own))
            }
            (None, Some(vkey), Some(proof)) => (vkey.clone(), proof.clone()),
            _ => return Err(CliError::Usage("give --key-file, or --vkey and --possession".into())),
        };
        Ok(payload(args, &vkey, &proof, further))
    })
}

fn id(ledger: &Ledger) -> Result<accord_format::hash::LedgerId, CliError> {
    let id = ledger.bench().kernel.ledger();
    id.ok_or_else(|| CliError::Usage("the ledger has no genesis".to_owned()))
}

fn payload(args: &Args, vkey: &VKey, proof: &str, further: bool) -> Value {
    let mut payload = Map::new();
    let mut put = |name: &str, value: Value| payload.insert(name.to_owned(), value);
    put("participant", name::participant_of(vkey.name()).into());
    put("vkey", json!(vkey));
    put("possession", proof.into());
    if args.head {
        put("head", true.into());
    }
    if !further {
        put("name", json!(args.name));
        put("kind", json!(args.kind));
        put("roles", json!(args.held));
    }
    Value::Object(payload)
}
