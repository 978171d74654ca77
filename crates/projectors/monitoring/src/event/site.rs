//! Storage sites for withdrawn weapons: what a party says is there, and what inspectors found.

use super::word::words;
use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Day, Digest, Label, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most classes or seals that one report of a site may list.
const ITEMS_MAX: usize = 256;

words! {
    /// What kind of site it is.
    pub enum SiteKind {
        /// Weapons stay there for good.
        PermanentStorage = "permanent_storage",
        /// Weapons are held there behind their line.
        HoldingArea = "holding_area",
    }
}

/// A party names a site at which it keeps withdrawn weapons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StorageSiteRegistered {
    /// The party whose site it is; the signer's own.
    pub party: Code,
    /// Area of the charter's area scheme.
    pub area: Label,
    /// What kind it is.
    pub kind: SiteKind,
}

impl Payload for StorageSiteRegistered {}

/// Weapons of one class at a site, as their holder declares them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InventoryItem {
    /// Class of weapon.
    pub class: Code,
    /// How many.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub count: u64,
    /// Commitment to their serial numbers, which stay in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serials: Option<Digest>,
}

/// A party declares all that is at its site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InventoryDeclared {
    /// The day that the inventory tells of.
    pub as_of: Day,
    /// What is there, each class once, at most 256; a class that is not listed is not there.
    pub items: Vec<InventoryItem>,
    /// Why there is less than before, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Text>,
}

impl Payload for InventoryDeclared {
    fn contradiction(&self) -> Option<String> {
        each_once("class", self.items.iter().map(|item| &item.class))
    }
}

words! {
    /// What came of an inspection.
    pub enum InspectionOutcome {
        /// Everything could be inspected.
        Conducted = "conducted",
        /// A part could be inspected.
        Partial = "partial",
        /// The inspectors were not let in.
        Refused = "refused",
    }
}

/// Weapons of one class, as inspectors found them. What they found and what they did not and could
/// not find are together what the holder had declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectedItem {
    /// Class of weapon.
    pub class: Code,
    /// How many were there.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub present: u64,
    /// How many were not there.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub missing: u64,
    /// How many could be neither found nor ruled out.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub unable_to_verify: u64,
}

/// A seal, as inspectors found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// Its own code; a new seal has a new one.
    pub seal: Code,
    /// Whether it was whole.
    pub intact: bool,
}

/// Monitors inspected a storage site, or were not let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectionRecorded {
    /// What came of it.
    pub outcome: InspectionOutcome,
    /// What was found, each class once, at most 256.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<InspectedItem>,
    /// Seals that were looked at, each once, at most 256.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seals: Vec<Seal>,
    /// How many inspectors there were.
    pub inspectors: u32,
    /// What was refused, and with what reason, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

impl Payload for InspectionRecorded {
    fn contradiction(&self) -> Option<String> {
        let nothing = self.items.is_empty() && self.seals.is_empty();
        match self.outcome {
            InspectionOutcome::Refused if !nothing => {
                return Some("a refused inspection has found nothing; say partial".to_owned());
            }
            InspectionOutcome::Conducted | InspectionOutcome::Partial if nothing => {
                return Some("an inspection says what it found: items, seals or both".to_owned());
            }
            _ => {}
        }
        each_once("class", self.items.iter().map(|item| &item.class))
            .or_else(|| each_once("seal", self.seals.iter().map(|seal| &seal.seal)))
    }
}

fn each_once<'a>(what: &str, codes: impl ExactSizeIterator<Item = &'a Code>) -> Option<String> {
    if codes.len() > ITEMS_MAX {
        return Some(format!("{} of {what} are more than {ITEMS_MAX}", codes.len()));
    }
    let mut seen = BTreeSet::new();
    let twice = codes.into_iter().find(|code| !seen.insert(*code))?;
    Some(format!("{what} {twice} is there twice"))
}
