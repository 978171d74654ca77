//! Who signs in a made-up record: everyone whom the charter names, and more, with keys that follow
//! from the seed. Whoever knows the seed has all of them.

use crate::dice;
use crate::error::BenchError;
use accord_charter::Charter;
use accord_format::cosignature::Algorithm;
use accord_format::key::NoteSigner;
use accord_format::log_key::LogSigner;
use accord_ledger::kernel::{KEY_AUTHORITY, OPERATOR};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The role that reports most.
pub(crate) const MISSION: &str = "mission";
/// The role of those whom the charter does not name.
pub(crate) const OBSERVER: &str = "observer";

/// A key, and the role in which it signs.
#[derive(Clone)]
pub(crate) struct By {
    pub(crate) key: Arc<NoteSigner>,
    pub(crate) role: &'static str,
}

/// Everybody's keys.
pub(crate) struct Cast {
    pub(crate) operator: Arc<NoteSigner>,
    pub(crate) authorities: Vec<Arc<NoteSigner>>,
    /// Everybody whom the charter names but the operator and the authorities, by code.
    pub(crate) named: BTreeMap<String, Arc<NoteSigner>>,
    /// Further keys of the mission, by which it reports.
    pub(crate) fields: Vec<Arc<NoteSigner>>,
    /// Participants whom the charter does not name, by code.
    pub(crate) observers: BTreeMap<String, Arc<NoteSigner>>,
}

fn key(seed: u64, name: &str) -> Result<Arc<NoteSigner>, BenchError> {
    Ok(Arc::new(NoteSigner::from_seed(name, &dice::bytes(seed, name))?))
}

/// The checkpoint key under this name.
pub(crate) fn checkpoint(seed: u64, name: &str) -> Result<LogSigner, BenchError> {
    Ok(LogSigner::from_seed(name, Algorithm::Ed25519, &dice::bytes(seed, "checkpoint"))?)
}

impl Cast {
    pub(crate) fn of(
        charter: &Charter,
        seed: u64,
        fields: u16,
        observers: u16,
    ) -> Result<Self, BenchError> {
        let mut cast = Self {
            operator: key(seed, "operator/main")?,
            authorities: Vec::new(),
            named: BTreeMap::new(),
            fields: Vec::new(),
            observers: BTreeMap::new(),
        };
        for (code, participant) in &charter.participants {
            let holds = |role: &str| participant.roles.iter().any(|r| r == role);
            if holds(OPERATOR) {
                continue;
            }
            let key = key(seed, &format!("{code}/desk"))?;
            if holds(KEY_AUTHORITY) {
                cast.authorities.push(key);
            } else {
                cast.named.insert(code.clone(), key);
            }
        }
        let mission = holder(charter, MISSION)?.to_owned();
        for nth in 0..fields {
            cast.fields.push(key(seed, &format!("{mission}/field-{nth}"))?);
        }
        for nth in 0..observers {
            let code = format!("{OBSERVER}-{nth}");
            let key = key(seed, &format!("{code}/desk"))?;
            cast.observers.insert(code, key);
        }
        Ok(cast)
    }

    /// The key of somebody whom the charter names.
    pub(crate) fn key(&self, code: &str) -> Result<Arc<NoteSigner>, BenchError> {
        self.named.get(code).cloned().ok_or(BenchError::Charter("participant who holds that seat"))
    }
}

/// The first participant that holds `role`.
pub(crate) fn holder<'c>(charter: &'c Charter, role: &'static str) -> Result<&'c str, BenchError> {
    let mut all = charter.participants.iter();
    let found = all.find(|(_, p)| p.roles.iter().any(|r| r == role));
    found.map(|(code, _)| code.as_str()).ok_or(BenchError::Charter(role))
}
