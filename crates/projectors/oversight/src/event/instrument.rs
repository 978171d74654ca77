//! Texts deposited for a party that has no keys here.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Digest, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text was deposited that stands for an act of a party that has no keys here.
///
/// It is always shown as not signed by the party's own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstrumentDeposited {
    /// Whose text it is.
    pub party: Code,
    /// The type of the act that it stands for, such as `charter.endorsed`.
    pub stands_for: Code,
    /// BLAKE3 of the text that it accepts.
    pub text_digest: Digest,
    /// BLAKE3 of the instrument itself.
    pub instrument_digest: Digest,
    /// How the depositary made sure that it is genuine.
    pub verified_by: Text,
}

impl Payload for InstrumentDeposited {
    fn contradiction(&self) -> Option<String> {
        (!accord_format::name::is_event_type(self.stands_for.as_str()))
            .then(|| format!("{} is not an event type", self.stands_for))
    }
}
