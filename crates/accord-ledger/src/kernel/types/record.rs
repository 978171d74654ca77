//! Payloads of the marks that records put on records.

use super::payloads;
use accord_catalogue::patch::Patch;
use accord_catalogue::unit::{Digest, StreamRef, Text};
use accord_format::hash::EventHash;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU64;

/// Why a report was corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionReason {
    /// A slip of the pen.
    Typing,
    /// Information that came later.
    LateInfo,
    /// Another way of counting.
    Method,
    /// Something was counted twice.
    Duplicate,
    /// A translation was wrong.
    Translation,
}

/// Why content was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RedactionBasis {
    /// The person concerned asked for it.
    SubjectRequest,
    /// A court ordered it.
    Court,
    /// It endangered somebody.
    Safety,
}

payloads! {
    /// The row of an imported file.
    SourceRow {
        /// BLAKE3 of the file.
        file: Digest,
        /// The row, from 1.
        row: NonZeroU64,
    }

    /// A report was corrected.
    RecordCorrected {
        /// The report.
        #[schemars(with = "String")]
        target: EventHash,
        /// What stands where what stood.
        patches: Vec<Patch>,
        /// Why.
        reason: CorrectionReason,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
        /// The row of the imported file that it was made from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<SourceRow>,
    }

    /// A report, or a correction, was taken back by its author.
    RecordRetracted {
        /// What is taken back.
        #[schemars(with = "String")]
        target: EventHash,
        /// Why.
        reason: Text,
    }

    /// A record was disputed.
    RecordDisputed {
        /// What is disputed.
        #[schemars(with = "String")]
        target: EventHash,
        /// On what ground, in words, without personal data.
        ground: Text,
    }

    /// A dispute was settled.
    RecordDisputeSettled {
        /// How, in words, without personal data.
        outcome: Text,
        /// The adopted resolution that settles it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolution: Option<StreamRef>,
    }

    /// A record was marked as a duplicate of another.
    RecordDuplicateMarked {
        /// The one that no longer counts.
        #[schemars(with = "String")]
        target: EventHash,
        /// The one that counts.
        #[schemars(with = "String")]
        canonical: EventHash,
    }

    /// What a commitment of a record stood for was erased.
    RecordRedacted {
        /// The record.
        #[schemars(with = "String")]
        target: EventHash,
        /// The commitment whose content and salt are gone.
        commitment: Digest,
        /// On what ground.
        basis: RedactionBasis,
    }

    /// Records of a revoked key were confirmed by their author.
    RecordReaffirmed {
        /// The suspect records that stand.
        #[schemars(with = "Vec<String>")]
        targets: Vec<EventHash>,
    }

    /// A participant stood behind another's record.
    RecordEndorsed {
        /// The record.
        #[schemars(with = "String")]
        target: EventHash,
    }
}
