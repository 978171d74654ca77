//! Founding a ledger: its genesis event, and the operator's keys on disk.

use crate::commands::ledger::{OPERATOR_KEY, disk, options};
use crate::compose::{Frame, SeenAt, Signer};
use crate::error::CliError;
use crate::{catalogue, keys};
use accord_charter::Grants;
use accord_format::checkpoint::origin_of;
use accord_format::event::SignedEvent;
use accord_format::hash::LedgerId;
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use accord_ledger::kernel::types::{ClockPolicy, KeyAuthority, LedgerInitialised};
use accord_ledger::kernel::{KEY_AUTHORITY, OPERATOR};
use accord_ledger::{Ledger, OperatorKeys};
use accord_store::layout;
use age::secrecy::SecretString;
use serde_json::json;
use std::path::Path;
use zeroize::Zeroizing;

/// What a ledger is founded on.
#[derive(Debug)]
pub(crate) struct Founding<'a> {
    /// Schema-less URL.
    pub(crate) name: &'a str,
    /// The operator's event key.
    pub(crate) operator: NoteSigner,
    /// The key authority's keys.
    pub(crate) authorities: &'a [NoteSigner],
    /// How many of them must sign.
    pub(crate) threshold: u16,
    /// Where `recorded` comes from.
    pub(crate) clock_policy: ClockPolicy,
    /// How long one signature can suspend a key.
    pub(crate) suspension_hours: u32,
    /// Who may sign what until a charter says so.
    pub(crate) grants: Grants,
    /// When the genesis is signed.
    pub(crate) issued: Timestamp,
    /// When it is recorded, with a simulated clock.
    pub(crate) at: Option<Timestamp>,
}

/// A founded ledger.
#[derive(Debug)]
pub(crate) struct Founded {
    /// Open for writing.
    pub(crate) ledger: Ledger,
    /// Its id.
    pub(crate) id: LedgerId,
    /// The log's origin.
    pub(crate) origin: String,
}

/// The grants with which a charter can be proposed, endorsed and adopted by `parties` parties, and
/// nothing else be done: everything further is for the charter to grant.
pub(crate) fn bootstrap_grants(parties: u16) -> Result<Grants, CliError> {
    let grants = json!([
        {"types": ["charter.proposed"], "co_signers": "allowed",
         "any_of": [{"all": [{"role": "secretariat"}]}, {"all": [{"role": "party"}]}]},
        {"types": ["charter.adopted"], "co_signers": "allowed",
         "any_of": [{"all": [{"role": "party", "count": parties}]}]},
    ]);
    serde_json::from_value(grants).map_err(|e| CliError::Output(e.into()))
}

/// Founds a ledger in `dir`, which must not hold one. The operator's keys are written first:
/// without them a ledger could never be written again.
pub(crate) fn found(
    dir: &Path,
    founding: Founding<'_>,
    passphrase: Option<&SecretString>,
) -> Result<Founded, CliError> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut_slice()).map_err(CliError::Entropy)?;
    let unnamed = checkpoint_key("checkpoint", &seed)?;
    let genesis = genesis(&founding, &unnamed)?;
    let id = LedgerId::from(genesis.event().hash());
    let origin = origin_of(founding.name, &id);
    let checkpoint = checkpoint_key(&origin, &seed)?;
    private_directory(dir)?;
    let path = dir.join(OPERATOR_KEY);
    keys::write_all(&path, &[&founding.operator, &checkpoint], passphrase)?;
    let keys = OperatorKeys::new(vec![founding.operator, checkpoint]);
    let ledger = options(dir, false)
        .and_then(|options| Ok(Ledger::init(disk(dir), genesis, founding.at, keys, options)?));
    match ledger {
        Ok(ledger) => Ok(Founded { ledger, id, origin }),
        Err(error) => {
            // These keys are of no ledger; in the way of the next attempt they would only puzzle.
            drop(std::fs::remove_file(&path));
            Err(error)
        }
    }
}

fn checkpoint_key(name: &str, seed: &[u8; 32]) -> Result<NoteSigner, CliError> {
    NoteSigner::from_seed(name, seed)
        .map_err(|e| CliError::Usage(format!("{name:?} cannot name a ledger: {e}")))
}

fn genesis(founding: &Founding<'_>, checkpoint: &NoteSigner) -> Result<SignedEvent, CliError> {
    let payload = LedgerInitialised {
        name: founding.name.to_owned(),
        checkpoint_keys: vec![checkpoint.vkey().typed_base64()],
        operator: founding.operator.vkey().clone(),
        key_authority: KeyAuthority {
            keys: founding.authorities.iter().map(|k| k.vkey().clone()).collect(),
            threshold: founding.threshold,
        },
        suites: ["ed25519", "blake3", "rfc6962-sha256"].map(str::to_owned).to_vec(),
        clock_policy: founding.clock_policy,
        suspension_hours: founding.suspension_hours,
        witness_policy: Vec::new(),
        grants: founding.grants.clone(),
    };
    let payload = serde_json::to_value(payload).map_err(|e| CliError::Output(e.into()))?;
    let keys: Vec<&NoteSigner> =
        std::iter::once(&founding.operator).chain(founding.authorities).collect();
    let signers = keys.iter().enumerate().map(|(at, key)| Signer {
        key: key.id_string(),
        role: if at == 0 { OPERATOR } else { KEY_AUTHORITY }.to_owned(),
    });
    let frame = Frame::new(None, SeenAt::nothing(), founding.issued, signers.collect());
    frame.around(catalogue::find("ledger.initialised", None)?, payload)?.sign(&keys)
}

/// Makes `dir/private`, for its owner alone.
fn private_directory(dir: &Path) -> Result<(), CliError> {
    let private = dir.join(layout::PRIVATE);
    std::fs::create_dir_all(dir).map_err(CliError::file("create", dir))?;
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    match builder.create(&private) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(CliError::file("create", &private)),
    }
}
