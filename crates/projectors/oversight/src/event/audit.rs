//! Opinions of auditors.

use accord_catalogue::Payload;
use accord_catalogue::unit::Digest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An auditor's conclusion.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    /// In order.
    Unqualified,
    /// In order but for what the findings name.
    Qualified,
    /// Not in order.
    Adverse,
    /// The auditor could not form an opinion.
    Disclaimed,
}

impl Opinion {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unqualified => "unqualified",
            Self::Qualified => "qualified",
            Self::Adverse => "adverse",
            Self::Disclaimed => "disclaimed",
        }
    }
}

/// An auditor's opinion on a stretch of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditOpinionRecorded {
    /// First entry of the stretch.
    pub from_seq: u64,
    /// Its last entry.
    pub to_seq: u64,
    /// The conclusion.
    pub opinion: Opinion,
    /// BLAKE3 of the findings.
    pub findings_digest: Digest,
}

impl Payload for AuditOpinionRecorded {
    fn contradiction(&self) -> Option<String> {
        (self.from_seq > self.to_seq).then(|| "the stretch ends before it begins".to_owned())
    }
}
