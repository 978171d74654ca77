//! Payloads about charters: how one comes into force and gives way to another.

use super::{is_false, payloads};
use accord_catalogue::unit::Text;
use accord_charter::Charter;
use accord_format::hash::EventHash;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

payloads! {
    /// A charter was proposed.
    CharterProposed {
        /// The whole charter.
        charter: Box<Charter>,
    }

    /// A participant endorsed a proposed charter.
    CharterEndorsed {}

    /// A participant declined a proposed charter.
    CharterDeclined {
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// A proposed charter came into force where none was.
    CharterAdopted {}

    /// A proposed charter took the place of the one in force.
    CharterAmended {
        /// The proposal of the charter that it replaces.
        #[schemars(with = "String")]
        from: EventHash,
        /// True when clocks that are running take the new lengths.
        #[serde(default, skip_serializing_if = "is_false")]
        running_clocks: bool,
    }
}
