//! The kernel's event types and their payloads.

use accord_catalogue::patch::Patch;
use accord_catalogue::unit::{At, Code, Digest, Text};
use accord_catalogue::{EventType, Kind, Payload, PayloadError, StreamRule, decode};
use accord_charter::{Charter, Grants};
use accord_format::hash::EventHash;
use accord_format::key::VKey;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
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

/// Where `recorded` comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockPolicy {
    /// The operator's system clock.
    #[default]
    System,
    /// A clock that whoever appends sets, for demonstrations and scenarios; every output says so.
    Simulated,
}

payloads! {
    /// The key authority: who enrols, and how many of them it takes.
    KeyAuthority {
        /// Event keys of the authority, each of a participant of its own.
        #[schemars(with = "Vec<String>")]
        keys: Vec<VKey>,
        /// How many of them must sign.
        threshold: u16,
    }

    /// The ledger was initialised.
    LedgerInitialised {
        /// Schema-less URL under which the ledger is known.
        #[schemars(example = "ledger.example/agreement")]
        name: String,
        /// Checkpoint keys, each base64 of type byte and public key; their key name is the origin.
        checkpoint_keys: Vec<String>,
        /// The operator's event key.
        #[schemars(with = "String")]
        operator: VKey,
        /// Who enrols participants and keys.
        key_authority: KeyAuthority,
        /// Algorithms in use.
        suites: Vec<String>,
        /// Where `recorded` comes from.
        clock_policy: ClockPolicy,
        /// How long one signature can suspend a key, in hours.
        suspension_hours: u32,
        /// C2SP tlog-policy, a line an item; empty when no witness is required.
        witness_policy: Vec<String>,
        /// Who may sign what until a charter says so.
        grants: Grants,
    }

    /// The checkpoint keys were replaced, from the next checkpoint on.
    LedgerCheckpointKeysRotated {
        /// The new keys, each base64 of type byte and public key.
        checkpoint_keys: Vec<String>,
    }

    /// The operator's event key was replaced.
    LedgerOperatorKeyRotated {
        /// The new key.
        #[schemars(with = "String")]
        vkey: VKey,
        /// Its proof of possession.
        possession: String,
    }

    /// The key authority was replaced.
    LedgerAuthorityChanged {
        /// The new authority.
        key_authority: KeyAuthority,
        /// Proofs of possession of its keys, in the same order.
        possessions: Vec<String>,
    }

    /// A participant was enrolled with its first key.
    ParticipantEnrolled {
        /// Code of the participant.
        participant: Code,
        /// What it is called.
        name: Text,
        /// What it is: party, guarantor, mission, civil society and so on.
        kind: Code,
        /// The roles that it holds from now on.
        roles: Vec<Code>,
        /// Its first key, `<participant>/<label>+…`.
        #[schemars(with = "String")]
        vkey: VKey,
        /// Proof of possession of that key.
        possession: String,
        /// True when this is the key of the head of the body, who may correct its records.
        #[serde(default, skip_serializing_if = "is_false")]
        head: bool,
    }

    /// A participant was given a role.
    ParticipantRoleGranted {
        /// The participant.
        participant: Code,
        /// The role.
        role: Code,
    }

    /// A role was taken from a participant.
    ParticipantRoleWithdrawn {
        /// The participant.
        participant: Code,
        /// The role.
        role: Code,
    }

    /// A participant left; what it recorded stays valid.
    ParticipantWithdrawn {
        /// The participant.
        participant: Code,
        /// Why.
        reason: Text,
    }

    /// A further key was added for a participant.
    KeyAdded {
        /// The participant.
        participant: Code,
        /// The key, `<participant>/<label>+…`.
        #[schemars(with = "String")]
        vkey: VKey,
        /// Its proof of possession.
        possession: String,
        /// True when this is the key of the head of the body.
        #[serde(default, skip_serializing_if = "is_false")]
        head: bool,
    }

    /// A key was replaced by its holder.
    KeyRotated {
        /// The participant.
        participant: Code,
        /// The key that retires, `<name>+<id>`; it signs this event.
        old_key: String,
        /// The key that takes its place.
        #[schemars(with = "String")]
        vkey: VKey,
        /// Proof of possession of the new key.
        possession: String,
    }

    /// A key was suspended.
    KeySuspended {
        /// The participant.
        participant: Code,
        /// The key, `<name>+<id>`.
        key: String,
        /// Why.
        reason: Text,
    }

    /// A suspended key was reinstated.
    KeyReinstated {
        /// The participant.
        participant: Code,
        /// The key, `<name>+<id>`.
        key: String,
    }

    /// A key was revoked for good.
    KeyRevoked {
        /// The participant.
        participant: Code,
        /// The key, `<name>+<id>`.
        key: String,
        /// Why.
        reason: RevocationReason,
        /// Entries that it signed and that were recorded at or after this instant are suspect.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        compromised_since: Option<At>,
    }

    /// A participant lent some of its power to another.
    DelegationGranted {
        /// Who receives it.
        to: Code,
        /// The role that may be used.
        role: Code,
        /// The event types it is good for.
        types: Vec<Code>,
        /// Until when.
        until: At,
    }

    /// A delegation was ended before its time.
    DelegationEnded {}

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

    /// A rulebook was adopted: the version of judges and folds in force from the next entry on.
    RulesAdopted {
        /// Its number.
        rulebook: u32,
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
        /// On what ground.
        ground: Text,
    }

    /// A dispute was settled.
    RecordDisputeSettled {
        /// How.
        outcome: Text,
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

// serde passes a reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Why a key was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// The holder has lost it.
    Lost,
    /// Somebody else has it.
    Compromised,
    /// It is no longer needed.
    Cessation,
}

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
}

/// The families that the kernel owns.
pub const FAMILIES: [&str; 7] =
    ["ledger", "participant", "key", "delegation", "charter", "rules", "record"];

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
