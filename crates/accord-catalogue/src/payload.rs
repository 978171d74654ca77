//! Strict decoding: a payload is exactly what its type says, in exactly one spelling.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a payload is not one of its type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// A member is missing, unknown or of another type.
    #[error("the payload does not fit its type: {0}")]
    Shape(String),
    /// It can be read, but is not spelled as it would be written: an array in the place of an
    /// object, or a `null` in the place of an absent member.
    #[error("the payload is not in its one spelling; it would be written {expected}")]
    Spelling {
        /// The payload as it would be written.
        expected: String,
    },
    /// The members contradict each other.
    #[error("the payload contradicts itself: {0}")]
    Content(String),
}

/// The payload of an event type.
///
/// Derive `Serialize`, `Deserialize` with `deny_unknown_fields`, and `JsonSchema`; leave absent
/// options out with `skip_serializing_if`.
pub trait Payload: Serialize + DeserializeOwned + JsonSchema {
    /// Says what contradicts itself in the payload alone, whatever the state of the ledger.
    fn contradiction(&self) -> Option<String> {
        None
    }
}

/// Decodes a payload strictly.
pub fn decode<P: Payload>(value: &Value) -> Result<P, PayloadError> {
    let shape = |e: serde_json::Error| PayloadError::Shape(e.to_string());
    let payload = P::deserialize(value).map_err(shape)?;
    // Derived readers also take arrays for objects and null for absence; two spellings of one
    // payload would be two readings of one signature.
    let written = serde_json::to_value(&payload).map_err(shape)?;
    if written != *value {
        return Err(PayloadError::Spelling { expected: written.to_string() });
    }
    match payload.contradiction() {
        Some(why) => Err(PayloadError::Content(why)),
        None => Ok(payload),
    }
}

pub(crate) fn check<P: Payload>(value: &Value) -> Result<(), PayloadError> {
    decode::<P>(value).map(drop)
}

pub(crate) fn schema<P: Payload>() -> Schema {
    SchemaGenerator::default().into_root_schema_for::<P>()
}
