//! Imports: the file that a series of events was made from.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Digest, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A file is being imported; its rows follow as events of their own that name its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportBatchRecorded {
    /// What the file is and where it comes from.
    pub source: Text,
    /// BLAKE3 of the file.
    pub file_digest: Digest,
    /// Rows that become events.
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_u64))]
    pub rows: u64,
    /// BLAKE3 of the mapping by which rows become events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping_digest: Option<Digest>,
    /// Under which licence, and whom to credit.
    pub licence: Text,
    /// Event hash of the batch that this one resumes: the same file, mapping and number of rows,
    /// by the same participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumes: Option<Digest>,
}

impl Payload for ImportBatchRecorded {
    fn contradiction(&self) -> Option<String> {
        (self.rows == 0).then(|| "an import has at least one row".to_owned())
    }
}
