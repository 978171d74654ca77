//! Who takes part: everyone whom the charter names, each with a fresh key.

use crate::error::CliError;
use crate::keys;
use accord_charter::Charter;
use accord_format::key::NoteSigner;
use accord_ledger::kernel::{KEY_AUTHORITY, OPERATOR};
use std::collections::BTreeMap;
use std::path::Path;

/// Label of every key in the demonstration.
const LABEL: &str = "desk";

/// The participants' keys.
pub(super) struct Cast {
    /// Seats of the key authority.
    pub(super) authorities: Vec<NoteSigner>,
    /// Everybody else but the operator, by code.
    pub(super) others: BTreeMap<String, NoteSigner>,
}

impl Cast {
    /// Makes a key for everyone whom `charter` names, and writes it to `dir`.
    pub(super) fn make(charter: &Charter, dir: &Path) -> Result<Self, CliError> {
        std::fs::create_dir_all(dir).map_err(CliError::file("create", dir))?;
        let mut cast = Self { authorities: Vec::new(), others: BTreeMap::new() };
        for (code, participant) in &charter.participants {
            let holds = |role: &str| participant.roles.iter().any(|r| r == role);
            if holds(OPERATOR) {
                continue;
            }
            let key = keys::generate(&format!("{code}/{LABEL}"))?;
            keys::write(&dir.join(format!("{code}.key")), &key, None)?;
            if holds(KEY_AUTHORITY) {
                cast.authorities.push(key);
            } else {
                cast.others.insert(code.clone(), key);
            }
        }
        Ok(cast)
    }

    /// The key of a participant.
    pub(super) fn key(&self, code: &str) -> Result<&NoteSigner, CliError> {
        self.others.get(code).ok_or_else(|| {
            CliError::Usage(format!("the charter names no participant {code}, who is needed here"))
        })
    }

    /// The first participant that holds `role`, by code.
    pub(super) fn holder<'a>(
        &'a self,
        charter: &'a Charter,
        role: &str,
    ) -> Result<(&'a str, &'a NoteSigner), CliError> {
        let found = charter.participants.iter().find(|(_, p)| p.roles.iter().any(|r| r == role));
        let (code, _) = found.ok_or_else(|| {
            CliError::Usage(format!("the charter names nobody as {role}, who is needed here"))
        })?;
        Ok((code, self.key(code)?))
    }
}
