//! The payload by which the operator commits to the index over streams, types and signers.

use super::payloads;
use accord_format::hash::IndexHash;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

payloads! {
    /// The operator committed to the index of everything before this entry.
    IndexCommitted {
        /// Number of entries indexed: all below this entry, so its own position.
        size: u64,
        /// The index root over them, in hex.
        #[schemars(with = "String")]
        root: IndexHash,
    }
}
