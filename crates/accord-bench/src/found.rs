//! Founding a made-up ledger.

use crate::cast::{Cast, checkpoint};
use crate::dice;
use crate::error::BenchError;
use accord_charter::Charter;
use accord_format::checkpoint::origin_of;
use accord_format::event::{Draft, Occurred, Precision, Seen, SignedEvent};
use accord_format::hash::LedgerId;
use accord_format::key::NoteSigner;
use accord_format::log_key::LogSigner;
use accord_format::merkle;
use accord_format::time::{Instant, Timestamp};
use accord_ledger::kernel::types::{ClockPolicy, KeyAuthority, LedgerInitialised};
use accord_ledger::kernel::{KEY_AUTHORITY, OPERATOR, SUITES};
use accord_ledger::{Ledger, OperatorKeys, Options};
use accord_store::disk::Disk;
use serde_json::json;
use std::sync::Arc;

/// The name of every made-up ledger; example is a domain of nobody.
pub(crate) const NAME: &str = "bench.example/made-up";

/// What a made-up ledger is made from. All of it follows from this.
#[derive(Clone, Copy, Debug)]
pub struct Recipe<'c> {
    /// The agreement.
    pub charter: &'c Charter,
    /// Where keys, ids and everything that looks thrown come from.
    pub seed: u64,
    /// Keys by which the mission reports.
    pub fields: u16,
    /// Participants whom the charter does not name.
    pub observers: u16,
}

impl<'c> Recipe<'c> {
    /// A recipe with a mission of 32 teams and 32 observers.
    pub const fn new(charter: &'c Charter, seed: u64) -> Self {
        Self { charter, seed, fields: 32, observers: 32 }
    }

    /// The operator's private keys.
    pub fn operator(&self) -> Result<Vec<LogSigner>, BenchError> {
        let genesis = self.genesis()?;
        let origin = origin_of(NAME, &LedgerId::from(genesis.event().hash()));
        let event =
            NoteSigner::from_seed("operator/main", &dice::bytes(self.seed, "operator/main"))?;
        Ok(vec![LogSigner::from(event), checkpoint(self.seed, &origin)?])
    }

    /// When it begins, by its own clock.
    pub(crate) fn begin() -> Timestamp {
        Timestamp::from_seconds(1_767_225_600)
    }

    pub(crate) fn cast(&self) -> Result<Cast, BenchError> {
        Cast::of(self.charter, self.seed, self.fields, self.observers)
    }

    /// The genesis. Its clock is simulated, always: every output then says so, and nobody takes a
    /// record for real whose keys follow from a number.
    pub(crate) fn genesis(&self) -> Result<SignedEvent, BenchError> {
        let cast = self.cast()?;
        let issued = Instant::new(Self::begin());
        let parties = u16::try_from(self.charter.parties.len()).unwrap_or(u16::MAX);
        let grants = json!([
            {"types": ["charter.proposed"], "any_of": [{"all": [{"role": "secretariat"}]}]},
            {"types": ["charter.adopted"], "any_of": [{"all": [{"role": "party", "count": parties}]}]},
        ]);
        let authorities: Vec<&NoteSigner> = cast.authorities.iter().map(|key| &**key).collect();
        let payload = LedgerInitialised {
            name: NAME.to_owned(),
            checkpoint_keys: vec![checkpoint(self.seed, "checkpoint")?.vkey().typed_base64()],
            operator: cast.operator.vkey().clone(),
            key_authority: KeyAuthority {
                keys: authorities.iter().map(|key| key.vkey().clone()).collect(),
                threshold: 2,
            },
            suites: SUITES.into_iter().map(str::to_owned).collect(),
            clock_policy: ClockPolicy::Simulated,
            suspension_hours: 72,
            witness_policy: Vec::new(),
            grants: serde_json::from_value(grants)?,
        };
        let mut signers = vec![(cast.operator.id_string(), OPERATOR.to_owned())];
        signers.extend(authorities.iter().map(|k| (k.id_string(), KEY_AUTHORITY.to_owned())));
        let draft = Draft {
            ledger: None,
            id: dice::event_id(self.seed, 0, Self::begin()),
            event_type: "ledger.initialised".to_owned(),
            version: 1,
            stream: "ledger/main".to_owned(),
            signers,
            issued,
            occurred: Occurred { from: issued, until: None, precision: Precision::Second },
            seen: Seen { size: 0, root: merkle::empty_root() },
            expects: None,
            evidence: Vec::new(),
            relates: Vec::new(),
            payload: serde_json::to_value(payload)?,
        };
        let mut keys = vec![&*cast.operator];
        keys.extend(authorities);
        Ok(SignedEvent::sign(&draft.to_line()?, &keys)?)
    }

    /// Founds it on `disk`, which must hold no ledger.
    pub fn found(&self, disk: Arc<dyn Disk>, options: Options) -> Result<Ledger, BenchError> {
        let keys = OperatorKeys::new(self.operator()?);
        Ok(Ledger::init(disk, self.genesis()?, Some(Self::begin()), keys, options)?)
    }
}
