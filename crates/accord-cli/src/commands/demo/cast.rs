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

/// Further keys of some participants, by role and label: one that is stolen and one that takes the
/// place of another.
const FURTHER: [(&str, &str); 2] = [(MISSION, FIELD), (AUDITOR, RENEWED)];
/// The role that has a second desk.
pub(super) const MISSION: &str = "mission";
/// The label of its key.
pub(super) const FIELD: &str = "field";
/// The role that renews its key.
pub(super) const AUDITOR: &str = "auditor";
/// The label of the new one.
pub(super) const RENEWED: &str = "desk-2";

/// A key, and the role in which it signs.
#[derive(Clone, Copy)]
pub(super) struct By<'a> {
    pub(super) key: &'a NoteSigner,
    pub(super) role: &'a str,
}

/// The participants' keys.
pub(super) struct Cast {
    /// Seats of the key authority.
    pub(super) authorities: Vec<NoteSigner>,
    /// Everybody else but the operator, by code.
    pub(super) others: BTreeMap<String, NoteSigner>,
    /// Further keys, by participant and label.
    further: BTreeMap<(String, &'static str), NoteSigner>,
}

impl Cast {
    /// Makes a key for everyone whom `charter` names, and writes it to `dir`.
    pub(super) fn make(charter: &Charter, dir: &Path) -> Result<Self, CliError> {
        std::fs::create_dir_all(dir).map_err(CliError::file("create", dir))?;
        let (authorities, others) = (Vec::new(), BTreeMap::new());
        let mut cast = Self { authorities, others, further: BTreeMap::new() };
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
        for (role, label) in FURTHER {
            let code = cast.holder(charter, role)?.0.to_owned();
            let key = keys::generate(&format!("{code}/{label}"))?;
            keys::write(&dir.join(format!("{code}-{label}.key")), &key, None)?;
            cast.further.insert((code, label), key);
        }
        Ok(cast)
    }

    /// A further key of a participant.
    pub(super) fn further(&self, code: &str, label: &'static str) -> Result<&NoteSigner, CliError> {
        self.further.get(&(code.to_owned(), label)).ok_or_else(|| {
            CliError::Usage(format!("{code} has no key {label}, which is needed here"))
        })
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
