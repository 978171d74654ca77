//! What stands in braces in a story, such as `{hash(case)}`, and what it stands for.

use super::cast::Cast;
use accord_format::hash::{ContentHash, EventHash, LedgerId};
use accord_format::possession;
use accord_tests::binary::repository;
use serde_json::Value;
use std::collections::BTreeMap;

/// An event that a step has made.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// Its hash.
    pub(super) hash: EventHash,
    /// Its stream.
    pub(super) stream: String,
    /// Its place in the ledger; nothing when it was refused.
    pub(super) seq: Option<u64>,
}

/// What the steps so far have made, by name.
pub(super) type Labels = BTreeMap<String, Vec<Made>>;

/// Fills what stands in braces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fill<'a> {
    /// Who takes part.
    pub(super) cast: &'a Cast,
    /// What was made.
    pub(super) labels: &'a Labels,
    /// The ledger.
    pub(super) ledger: LedgerId,
    /// Which repetition this is, from 1.
    pub(super) number: u32,
}

impl Fill<'_> {
    /// A payload as the event holds it.
    pub(super) fn payload(&self, table: &toml::Table) -> Result<Value, String> {
        let members = table.iter().map(|(name, value)| Ok((name.clone(), self.value(value)?)));
        Ok(Value::Object(members.collect::<Result<_, String>>()?))
    }

    fn value(&self, value: &toml::Value) -> Result<Value, String> {
        Ok(match value {
            toml::Value::Table(table) => self.payload(table)?,
            toml::Value::Array(items) => {
                let mut filled = Vec::new();
                for item in items {
                    match item.as_str().and_then(|text| braced(text, "hashes")) {
                        Some(names) => filled.extend(self.hashes(names)?),
                        None => filled.push(self.value(item)?),
                    }
                }
                Value::Array(filled)
            }
            toml::Value::String(text) => match braced(text, "seq") {
                Some(name) => self.seq(name)?.into(),
                None if text == "{n}" => self.number.into(),
                None => self.text(text)?.into(),
            },
            toml::Value::Datetime(when) => when.to_string().into(),
            toml::Value::Integer(number) => (*number).into(),
            toml::Value::Boolean(yes) => (*yes).into(),
            toml::Value::Float(float) => {
                return Err(format!("{float}: payloads hold no fractions"));
            }
        })
    }

    /// A text with everything in braces filled.
    pub(super) fn text(&self, text: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, after) =
                after.split_once('}').ok_or_else(|| format!("{text:?}: a brace is not closed"))?;
            filled.push_str(before);
            filled.push_str(&self.one(inside)?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn one(&self, inside: &str) -> Result<String, String> {
        if inside == "n" {
            return Ok(self.number.to_string());
        }
        let known = inside.strip_suffix(')').and_then(|text| text.split_once('('));
        let Some((what, of)) = known else {
            return Err(format!("{{{inside}}} stands for nothing"));
        };
        match what {
            "hash" => Ok(self.made(of)?.hash.to_string()),
            "stream" => Ok(self.made(of)?.stream.clone()),
            "seq" => Ok(self.seq(of)?.to_string()),
            "digest" => Ok(ContentHash::of(of.as_bytes()).to_string()),
            "file" => {
                let bytes = std::fs::read(repository().join(of)).map_err(|e| format!("{of}: {e}"));
                Ok(ContentHash::of(&bytes?).to_string())
            }
            "key" => Ok(self.cast.key(of)?.1.id_string()),
            "vkey" => Ok(self.cast.key(of)?.1.vkey().to_string()),
            "possession" => {
                let (code, key) = self.cast.key(of)?;
                Ok(possession::prove(&self.ledger, &code, &key))
            }
            _ => Err(format!("{{{inside}}} stands for nothing")),
        }
    }

    /// What a step made; of a step that is repeated, `name.3` is the third.
    pub(super) fn made(&self, name: &str) -> Result<&Made, String> {
        let unknown = || format!("no step above is called {name:?}");
        let (label, number) = match name.rsplit_once('.') {
            Some((label, number)) if self.labels.contains_key(label) => {
                (label, number.parse::<usize>().map_err(|_| unknown())?)
            }
            _ => (name, 1),
        };
        let made = self.labels.get(label).ok_or_else(unknown)?;
        number.checked_sub(1).and_then(|at| made.get(at)).ok_or_else(unknown)
    }

    fn seq(&self, name: &str) -> Result<u64, String> {
        self.made(name)?.seq.ok_or_else(|| format!("{name:?} is not in the ledger"))
    }

    /// The hashes of `name.2-5`.
    fn hashes(&self, names: &str) -> Result<Vec<Value>, String> {
        let range = names.rsplit_once('.').and_then(|(label, range)| {
            let (first, last) = range.split_once('-')?;
            Some((label, first.parse::<u32>().ok()?, last.parse::<u32>().ok()?))
        });
        let (label, first, last) =
            range.ok_or_else(|| format!("{names:?}: write {{hashes(name.1-12)}}"))?;
        let each = (first..=last).map(|number| self.made(&format!("{label}.{number}")));
        each.map(|made| Ok(made?.hash.to_string().into())).collect()
    }
}

/// `x` of `{what(x)}`, when that is the whole text.
fn braced<'a>(text: &'a str, what: &str) -> Option<&'a str> {
    text.strip_prefix('{')?.strip_prefix(what)?.strip_prefix('(')?.strip_suffix(")}")
}
