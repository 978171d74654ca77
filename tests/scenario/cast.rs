//! Who takes part in a story: everybody whom the charter names, and whom the story adds.

use super::story::{Founding, Participant, Story};
use accord_charter::Charter;
use accord_format::hash::ContentHash;
use accord_format::key::NoteSigner;
use accord_tests::binary::repository;
use std::collections::BTreeMap;

/// The label of the key that everybody begins with.
const LABEL: &str = "desk";

/// The participants, and the charter under which they act.
#[derive(Debug)]
pub(super) struct Cast {
    /// The charter, with what the story changes in it.
    pub(super) charter: Charter,
    /// What the charter calls those who begin.
    pub(super) founding: Founding,
    /// Everybody but those who only run the ledger, by code.
    pub(super) participants: BTreeMap<String, Participant>,
}

/// One signer of one step.
#[derive(Debug)]
pub(super) struct Signer {
    /// The key.
    pub(super) key: NoteSigner,
    /// In which role.
    pub(super) role: String,
}

impl Cast {
    /// Reads the charter and makes the story's changes to it.
    pub(super) fn of(story: &Story) -> Result<Self, String> {
        let path = repository().join("agreements").join(&story.charter);
        let text =
            std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut table: toml::Table = toml::from_str(&text).map_err(|e| e.to_string())?;
        change(&mut table, &story.change);
        let charter = Charter::from_toml(&table.to_string()).map_err(|problems| {
            let each: Vec<_> = problems.iter().map(ToString::to_string).collect();
            format!("{}: the charter as changed: {}", story.file, each.join("; "))
        })?;
        let named = charter.participants.iter().map(|(code, p)| Participant {
            code: code.clone(),
            name: p.name.clone(),
            kind: serde_json::json!(p.kind).as_str().unwrap_or_default().to_owned(),
            roles: p.roles.clone(),
        });
        let participants = named
            .chain(story.participants.iter().cloned())
            .filter(|p| p.roles.iter().any(|role| *role != story.founding.operator))
            .map(|p| (p.code.clone(), p))
            .collect();
        Ok(Self { charter, founding: story.founding.clone(), participants })
    }

    /// The codes of those who hold a role.
    pub(super) fn holders(&self, role: &str) -> Vec<&str> {
        let holds = |p: &&Participant| p.roles.iter().any(|held| held == role);
        self.participants.values().filter(holds).map(|p| p.code.as_str()).collect()
    }

    /// `participant`, or `participant with label`: the participant's code and its key.
    pub(super) fn key(&self, who: &str) -> Result<(String, NoteSigner), String> {
        let (code, label) = who.split_once(" with ").unwrap_or((who, LABEL));
        if !self.participants.contains_key(code) {
            return Err(format!("nobody called {code:?} takes part"));
        }
        let name = format!("{code}/{label}");
        let seed = ContentHash::of(format!("a key of a scenario: {name}").as_bytes());
        let key = NoteSigner::from_seed(&name, seed.as_bytes()).map_err(|e| e.to_string())?;
        Ok((code.to_owned(), key))
    }

    /// `participant` or `participant/role`, either followed by ` with label`. Who holds one role
    /// need not name it.
    pub(super) fn signer(&self, who: &str) -> Result<Signer, String> {
        let (who, label) = who.split_once(" with ").unwrap_or((who, LABEL));
        let (code, role) = who.split_once('/').map_or((who, None), |(c, r)| (c, Some(r)));
        let (_, key) = self.key(&format!("{code} with {label}"))?;
        let held = self.participants.get(code).map(|p| p.roles.as_slice()).unwrap_or_default();
        match (role, held) {
            (Some(role), _) => Ok(Signer { key, role: role.to_owned() }),
            (None, [only]) => Ok(Signer { key, role: only.clone() }),
            (None, several) => {
                let named = several.join(", ");
                Err(format!("{code} holds {named}: say which, as {code}/<role>"))
            }
        }
    }
}

/// Puts what `other` says in the place of what stood there.
fn change(table: &mut toml::Table, other: &toml::Table) {
    for (name, value) in other {
        match (table.get_mut(name), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(value)) => change(below, value),
            _ => drop(table.insert(name.clone(), value.clone())),
        }
    }
}
