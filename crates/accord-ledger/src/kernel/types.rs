//! The kernel's event types and their payloads.

mod charter;
mod checkpoint;
mod index;
mod ledger;
mod participant;
mod record;

pub use charter::{
    CharterAdopted, CharterAmended, CharterDeclined, CharterEndorsed, CharterProposed,
};
pub use checkpoint::CheckpointAnchored;
pub use index::IndexCommitted;
pub use ledger::{
    ClockPolicy, KeyAuthority, LedgerAuthorityChanged, LedgerCheckpointKeysRotated,
    LedgerInitialised, LedgerOperatorKeyRotated, LedgerWitnessPolicyChanged, RulesAdopted,
};
pub use participant::{
    DelegationEnded, DelegationGranted, KeyAdded, KeyReinstated, KeyRevoked, KeyRotated,
    KeySuspended, ParticipantEnrolled, ParticipantRoleGranted, ParticipantRoleWithdrawn,
    ParticipantWithdrawn, RevocationReason,
};
pub use record::{
    CorrectionReason, RecordCorrected, RecordDisputeSettled, RecordDisputed, RecordDuplicateMarked,
    RecordEndorsed, RecordReaffirmed, RecordRedacted, RecordRetracted, RedactionBasis, SourceRow,
};

use accord_catalogue::{EventType, Kind, Payload, PayloadError, StreamRule, decode};
use serde_json::Value;

macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            pub struct $name { $($(#[$field_doc])* pub $field: $type),* }
        )*
    };
}
use payloads;

// serde passes a reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

macro_rules! kernel_types {
    ($($variant:ident = $declaration:expr;)*) => {
        /// A kernel event's payload, decoded.
        #[derive(Clone, Debug, PartialEq)]
        #[expect(missing_docs, reason = "each variant is the payload type of its name")]
        pub enum KernelPayload { $($variant($variant)),* }

        impl KernelPayload {
            /// Decodes strictly; nothing when the kernel does not know the type in this version.
            pub fn decode(name: &str, version: u32, payload: &Value) -> Option<Result<Self, PayloadError>> {
                let at = TYPES.iter().position(|t| t.name == name && t.version == version)?;
                let readers: &[fn(&Value) -> Result<Self, PayloadError>] =
                    &[$(|value| decode::<$variant>(value).map(Self::$variant)),*];
                readers.get(at).map(|read| read(payload))
            }
        }

        $(impl Payload for $variant {})*

        /// Every kernel type, in the order of the catalogue.
        pub const TYPES: &[EventType] = &[$($declaration),*];
    };
}

const fn act<P: Payload>(name: &'static str, stream: StreamRule) -> EventType {
    EventType::new::<P>(name, Kind::Act, stream)
}

kernel_types! {
    LedgerInitialised = act::<LedgerInitialised>("ledger.initialised", StreamRule::Single("ledger"));
    LedgerCheckpointKeysRotated = act::<LedgerCheckpointKeysRotated>("ledger.checkpoint_keys_rotated", StreamRule::Single("ledger"));
    LedgerOperatorKeyRotated = act::<LedgerOperatorKeyRotated>("ledger.operator_key_rotated", StreamRule::Single("ledger"));
    LedgerAuthorityChanged = act::<LedgerAuthorityChanged>("ledger.authority_changed", StreamRule::Single("ledger"));
    LedgerWitnessPolicyChanged = act::<LedgerWitnessPolicyChanged>("ledger.witness_policy_changed", StreamRule::Single("ledger"));
    CheckpointAnchored = act::<CheckpointAnchored>("checkpoint.anchored", StreamRule::Single("checkpoint"));
    ParticipantEnrolled = act::<ParticipantEnrolled>("participant.enrolled", StreamRule::Named("participant", "participant"));
    ParticipantRoleGranted = act::<ParticipantRoleGranted>("participant.role_granted", StreamRule::Named("participant", "participant"));
    ParticipantRoleWithdrawn = act::<ParticipantRoleWithdrawn>("participant.role_withdrawn", StreamRule::Named("participant", "participant"));
    ParticipantWithdrawn = act::<ParticipantWithdrawn>("participant.withdrawn", StreamRule::Named("participant", "participant"));
    KeyAdded = act::<KeyAdded>("key.added", StreamRule::Named("participant", "participant"));
    KeyRotated = act::<KeyRotated>("key.rotated", StreamRule::Named("participant", "participant"));
    KeySuspended = act::<KeySuspended>("key.suspended", StreamRule::Named("participant", "participant"));
    KeyReinstated = act::<KeyReinstated>("key.reinstated", StreamRule::Named("participant", "participant"));
    KeyRevoked = act::<KeyRevoked>("key.revoked", StreamRule::Named("participant", "participant"));
    DelegationGranted = act::<DelegationGranted>("delegation.granted", StreamRule::Opens("delegation"));
    DelegationEnded = act::<DelegationEnded>("delegation.ended", StreamRule::Continues("delegation"));
    CharterProposed = act::<CharterProposed>("charter.proposed", StreamRule::Opens("charter"));
    CharterEndorsed = act::<CharterEndorsed>("charter.endorsed", StreamRule::Continues("charter"));
    CharterDeclined = act::<CharterDeclined>("charter.declined", StreamRule::Continues("charter")).always_heard();
    CharterAdopted = act::<CharterAdopted>("charter.adopted", StreamRule::Continues("charter"));
    CharterAmended = act::<CharterAmended>("charter.amended", StreamRule::Continues("charter"));
    RulesAdopted = act::<RulesAdopted>("rules.adopted", StreamRule::Single("rules"));
    RecordCorrected = act::<RecordCorrected>("record.corrected", StreamRule::Opens("record"));
    RecordRetracted = act::<RecordRetracted>("record.retracted", StreamRule::Opens("record"));
    RecordDisputed = act::<RecordDisputed>("record.disputed", StreamRule::Opens("record")).always_heard();
    RecordDisputeSettled = act::<RecordDisputeSettled>("record.dispute_settled", StreamRule::Continues("record"));
    RecordDuplicateMarked = act::<RecordDuplicateMarked>("record.duplicate_marked", StreamRule::Opens("record"));
    RecordRedacted = act::<RecordRedacted>("record.redacted", StreamRule::Opens("record"));
    RecordReaffirmed = act::<RecordReaffirmed>("record.reaffirmed", StreamRule::Opens("record"));
    RecordEndorsed = act::<RecordEndorsed>("record.endorsed", StreamRule::Opens("record")).always_heard();
    IndexCommitted = act::<IndexCommitted>("index.committed", StreamRule::Single("index"));
}

/// The families that the kernel owns.
pub const FAMILIES: [&str; 9] = [
    "ledger",
    "checkpoint",
    "participant",
    "key",
    "delegation",
    "charter",
    "rules",
    "record",
    "index",
];

/// The kernel's declaration of a type in a version.
pub fn event_type(name: &str, version: u32) -> Option<&'static EventType> {
    TYPES.iter().find(|t| t.name == name && t.version == version)
}

/// True when a genesis event asks for a simulated clock.
pub(crate) fn is_simulated(genesis: &accord_format::event::Event) -> bool {
    let payload = decode::<LedgerInitialised>(&genesis.payload);
    payload.is_ok_and(|p| p.clock_policy == ClockPolicy::Simulated)
}

/// True for a genesis event that can be decoded.
pub(crate) fn is_genesis(event: &accord_format::event::Event) -> bool {
    event.event_type == "ledger.initialised" && decode::<LedgerInitialised>(&event.payload).is_ok()
}
