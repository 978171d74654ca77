//! The payload by which the operator puts cosigned checkpoints into the record.

use super::payloads;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

payloads! {
    /// Checkpoints of this ledger that met their quorum were put into the record: everything from
    /// here on was recorded after they were cosigned.
    CheckpointAnchored {
        /// Checkpoint notes, verbatim, each as its lines in order, without line ends; 1 to 16, of
        /// rising sizes.
        checkpoints: Vec<Vec<String>>,
    }
}
