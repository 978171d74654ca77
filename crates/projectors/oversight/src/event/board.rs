//! The board: who holds its seats.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The seats of the board are filled, under the rules that the charter in force gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardConstituted {
    /// Who holds which seat: seat code to participant. A seat that is left out is vacant.
    #[schemars(with = "BTreeMap<String, String>", extend("examples" = [{"seat": "participant"}]))]
    pub holders: BTreeMap<Code, Code>,
    /// The adopted resolution by which the board is constituted anew; its subjects name the board's
    /// stream. The first constitution has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<StreamRef>,
}

impl Payload for BoardConstituted {
    fn contradiction(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        if self.holders.is_empty() {
            return Some("a board without members decides nothing".to_owned());
        }
        let twice = self.holders.values().find(|holder| !seen.insert(*holder))?;
        Some(format!("{twice} holds two seats"))
    }
}

/// A seat of the board gets a holder, or another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardSeatFilled {
    /// The seat.
    pub seat: Code,
    /// The participant that holds it from now on.
    pub holder: Code,
}

impl Payload for BoardSeatFilled {}

/// A seat of the board becomes vacant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardSeatVacated {
    /// The seat.
    pub seat: Code,
    /// Why, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Payload for BoardSeatVacated {}
