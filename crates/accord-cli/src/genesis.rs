//! Founding a ledger: its genesis event, and the operator's keys on disk.

use crate::catalogue;
use crate::commands::ledger::{OPERATOR_KEY, disk, options};
use crate::compose::{Frame, SeenAt, Signer};
use crate::error::CliError;
use crate::keys::{self, PrivateKey};
use accord_charter::Grants;
use accord_format::checkpoint::origin_of;
use accord_format::cosignature::Algorithm;
use accord_format::event::SignedEvent;
use accord_format::hash::LedgerId;
use accord_format::key::NoteSigner;
use accord_format::log_key::LogSigner;
use accord_format::time::Timestamp;
use accord_ledger::kernel::types::{ClockPolicy, KeyAuthority, LedgerInitialised};
use accord_ledger::kernel::{HYBRID_SUITE, KEY_AUTHORITY, OPERATOR, SUITES};
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
    /// Whether checkpoints are signed with ML-DSA-44 beside Ed25519.
    pub(crate) hybrid: bool,
    /// How long one signature can suspend a key.
    pub(crate) suspension_hours: u32,
    /// C2SP tlog-policy, a line an item; empty when no witness is required.
    pub(crate) witness_policy: Vec<String>,
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
    let seeds = CheckpointSeeds::new(founding.hybrid)?;
    let unnamed = seeds.keys("checkpoint")?;
    let genesis = genesis(&founding, &unnamed)?;
    let id = LedgerId::from(genesis.event().hash());
    let origin = origin_of(founding.name, &id);
    let checkpoint = seeds.keys(&origin)?;
    private_directory(dir)?;
    let path = dir.join(OPERATOR_KEY);
    let mut operator = vec![LogSigner::from(founding.operator)];
    operator.extend(checkpoint);
    let written: Vec<&dyn PrivateKey> = operator.iter().map(|key| key as _).collect();
    keys::write_all(&path, &written, passphrase)?;
    let keys = OperatorKeys::new(operator);
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

/// The checkpoint keys before they have their name: the origin holds the ledger id, which is known
/// when the genesis that names their public halves is signed.
struct CheckpointSeeds(Vec<(Algorithm, Zeroizing<[u8; 32]>)>);

impl CheckpointSeeds {
    fn new(hybrid: bool) -> Result<Self, CliError> {
        let algorithms = [Some(Algorithm::Ed25519), hybrid.then_some(Algorithm::MlDsa44)];
        let seed = |algorithm| keys::entropy().map(|seed| (algorithm, seed));
        algorithms.into_iter().flatten().map(seed).collect::<Result<_, _>>().map(Self)
    }

    fn keys(&self, name: &str) -> Result<Vec<LogSigner>, CliError> {
        let named = |(algorithm, seed): &(Algorithm, Zeroizing<[u8; 32]>)| {
            LogSigner::from_seed(name, *algorithm, seed)
                .map_err(|e| CliError::Usage(format!("{name:?} cannot name a ledger: {e}")))
        };
        self.0.iter().map(named).collect()
    }
}

fn genesis(founding: &Founding<'_>, checkpoint: &[LogSigner]) -> Result<SignedEvent, CliError> {
    let suites = SUITES.into_iter().chain(founding.hybrid.then_some(HYBRID_SUITE));
    let payload = LedgerInitialised {
        name: founding.name.to_owned(),
        checkpoint_keys: checkpoint.iter().map(|key| key.vkey().typed_base64()).collect(),
        operator: founding.operator.vkey().clone(),
        key_authority: KeyAuthority {
            keys: founding.authorities.iter().map(|k| k.vkey().clone()).collect(),
            threshold: founding.threshold,
        },
        suites: suites.map(str::to_owned).collect(),
        clock_policy: founding.clock_policy,
        suspension_hours: founding.suspension_hours,
        witness_policy: founding.witness_policy.clone(),
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
