//! State from the record: projectors, two clocks, corrections and provenance.

mod payloads;

/// The catalogue, for [`events!`].
pub use accord_catalogue as catalogue;
/// The JSON values, for [`events!`].
pub use serde_json as json;

pub use payloads::{Payloads, read};
