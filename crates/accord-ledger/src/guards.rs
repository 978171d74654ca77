//! What keeps an event out, whatever the families say: the codes of the ledger's own refusals.

use accord_catalogue::Guard;

const fn guard(code: &'static str, types: &'static [&'static str], words: &'static str) -> Guard {
    Guard { code, types, words }
}

const EVERY: &[&str] = &[];
const GENESIS: &[&str] = &["ledger.initialised"];
const KEYS: &[&str] =
    &["key.added", "key.rotated", "key.suspended", "key.reinstated", "key.revoked"];
const NEW_KEYS: &[&str] = &[
    "participant.enrolled",
    "key.added",
    "key.rotated",
    "ledger.checkpoint_keys_rotated",
    "ledger.operator_key_rotated",
    "ledger.authority_changed",
    "ledger.witness_policy_changed",
];
const POLICIES: &[&str] = &["ledger.initialised", "ledger.witness_policy_changed"];
const ANCHORS: &[&str] = &["checkpoint.anchored"];
const OPERATOR: &[&str] = &["checkpoint.anchored", "index.committed"];
const PARTICIPANTS: &[&str] = &[
    "key.added",
    "participant.role_granted",
    "participant.role_withdrawn",
    "participant.withdrawn",
    "delegation.granted",
];
const CHARTERS: &[&str] =
    &["charter.endorsed", "charter.declined", "charter.adopted", "charter.amended"];
const IN_FORCE: &[&str] = &["charter.adopted", "charter.amended"];
const TARGETS: &[&str] = &[
    "record.corrected",
    "record.retracted",
    "record.disputed",
    "record.duplicate_marked",
    "record.redacted",
    "record.reaffirmed",
    "record.endorsed",
];
const OWN: &[&str] = &["record.corrected", "record.retracted", "record.duplicate_marked"];

const INDEX: &[&str] = &["index.committed"];
const UNDOING: &[&str] = &["record.retracted", "record.duplicate_marked"];

/// Every code, those for all events first.
pub const REFUSALS: &[Guard] = &[
    guard(
        "signature-invalid",
        EVERY,
        "A signature does not fit the text and the key named for it.",
    ),
    guard("id-conflict", EVERY, "The first signer's participant has used the id for another text."),
    guard("ledger-wrong", EVERY, "The event is for another ledger."),
    guard("genesis-missing", EVERY, "The ledger has no genesis yet."),
    guard(
        "seen-elsewhere",
        EVERY,
        "The author has seen another history than this ledger's; both are kept.",
    ),
    guard("issued-in-future", EVERY, "It claims to have been issued later than the limit allows."),
    guard("occurred-in-future", EVERY, "It claims to have occurred later than the limit allows."),
    guard(
        "expects-mismatch",
        EVERY,
        "The stream has more or fewer entries than its author expects.",
    ),
    guard("key-unknown", EVERY, "The key is none of the participant's."),
    guard("key-suspended", EVERY, "The key is suspended."),
    guard("key-retired", EVERY, "The key has been rotated away."),
    guard("key-revoked", EVERY, "The key was revoked."),
    guard("participant-unknown", EVERY, "The participant is not enrolled."),
    guard("participant-withdrawn", EVERY, "The participant has left the ledger."),
    guard("role-not-held", EVERY, "A signer does not hold the role it signs as."),
    guard("not-granted", EVERY, "No alternative of the grant for the type is met by its signers."),
    guard("type-unknown", EVERY, "The ledger knows no such type in that version."),
    guard("payload-invalid", EVERY, "The payload is not one of its type."),
    guard("stream-wrong", EVERY, "The stream is not the one that its type, id and payload make."),
    guard("stream-unknown", EVERY, "No event has opened the stream that it continues."),
    guard("stream-exists", EVERY, "Another event has opened the stream that it would open."),
    guard("genesis-invalid", GENESIS, "The genesis contradicts itself."),
    guard("genesis-repeated", GENESIS, "A ledger is initialised once."),
    guard("key-authority-invalid", GENESIS, "Threshold and keys of the key authority do not fit."),
    guard("threshold-not-met", NEW_KEYS, "Fewer members of the key authority sign than it takes."),
    guard("key-reused", NEW_KEYS, "The key, or its name and id, has been used before."),
    guard("key-name", NEW_KEYS, "The key is not named after the participant."),
    guard("possession-invalid", NEW_KEYS, "The new key has not signed a proof of possession."),
    guard(
        "operator-lacks-key",
        NEW_KEYS,
        "The operator does not have the private half of a key that it would have to sign with.",
    ),
    guard("key-status", KEYS, "The key is not in the state from which this leads on."),
    guard(
        "signer-wrong",
        &["key.rotated", "delegation.granted", "delegation.ended"],
        "Somebody else than the one concerned signs.",
    ),
    guard(
        "rotated-too-often",
        &["key.rotated"],
        "The participant has rotated its keys as often as a year allows.",
    ),
    guard(
        "witness-policy-invalid",
        POLICIES,
        "The lines are no witness policy that a ledger can have, or the one in force.",
    ),
    guard("anchor-invalid", ANCHORS, "What it holds is no checkpoint signed by this log."),
    guard("anchor-beyond", ANCHORS, "The checkpoint covers entries that do not lie below it."),
    guard(
        "anchor-not-newer",
        ANCHORS,
        "A checkpoint of that size, or of a larger one, was anchored before.",
    ),
    guard("anchor-elsewhere", ANCHORS, "The checkpoint is of another history than this one."),
    guard(
        "anchor-quorum",
        ANCHORS,
        "The checkpoint did not meet the witness quorum that was in force.",
    ),
    guard("participant-exists", &["participant.enrolled"], "The code is taken."),
    guard("role-missing", &["participant.enrolled"], "It names no role."),
    guard("role-held", &["participant.role_granted"], "The participant holds the role already."),
    guard(
        "role-not-in-charter",
        PARTICIPANTS,
        "The charter does not let the participant hold the role.",
    ),
    guard(
        "role-reserved",
        PARTICIPANTS,
        "The role belongs to the genesis and cannot be given or lent.",
    ),
    guard(
        "delegation-exceeds",
        &["delegation.granted"],
        "It lends what the signer does not sign as.",
    ),
    guard("delegation-self", &["delegation.granted"], "It lends a role to its own holder."),
    guard(
        "delegation-ended",
        &["delegation.granted", "delegation.ended"],
        "It has ended, or would end in the past.",
    ),
    guard("charter-invalid", &["charter.proposed"], "The charter does not pass its check."),
    guard("charter-missing", CHARTERS, "There is no charter that it could be about."),
    guard(
        "charter-in-force",
        IN_FORCE,
        "The proposal has come into force before, or another charter is in force.",
    ),
    guard("charter-changed", IN_FORCE, "The charter that it amends is not the one in force."),
    guard("rulebook-unknown", &["rules.adopted"], "There is no such rulebook."),
    guard("rulebook-older", &["rules.adopted"], "A later rulebook is in force."),
    guard("target-unknown", TARGETS, "No entry holds the event that it names."),
    guard("target-retracted", TARGETS, "What it names was taken back."),
    guard("target-is-act", OWN, "What it names is an act, which another act answers."),
    guard(
        "target-continued",
        UNDOING,
        "What it names opened a stream that has gone on since; the procedure has its own end.",
    ),
    guard(
        "not-the-author",
        OWN,
        "Neither its signers nor the head of their body signed what it names.",
    ),
    guard(
        "patch-invalid",
        &["record.corrected"],
        "A patch does not apply, or leaves no valid event.",
    ),
    guard(
        "corrections-exhausted",
        &["record.corrected"],
        "The record has been corrected as often as one may be.",
    ),
    guard(
        "not-last-correction",
        &["record.retracted"],
        "Later corrections build on the one that it takes back.",
    ),
    guard("duplicate-type", &["record.duplicate_marked"], "The two are of different types."),
    guard(
        "duplicate-circular",
        &["record.duplicate_marked"],
        "The one that is to count is itself a duplicate.",
    ),
    guard(
        "canonical-retracted",
        &["record.duplicate_marked"],
        "The one that is to count was taken back.",
    ),
    guard("commitment-unknown", &["record.redacted"], "The event holds no such commitment."),
    guard("redacted-before", &["record.redacted"], "The commitment was redacted before."),
    guard("dispute-settled", &["record.dispute_settled"], "The dispute has been settled before."),
    guard("target-not-suspect", &["record.reaffirmed"], "What it names is under no suspicion."),
    guard("not-operator", OPERATOR, "Somebody else than the operator signs it."),
    guard("index-size", INDEX, "It is not about exactly the entries before it."),
    guard(
        "index-root",
        INDEX,
        "The entries before it have another index; verification names it wherever it stands.",
    ),
];

#[cfg(test)]
mod tests {
    use super::REFUSALS;
    use crate::kernel::types;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Codes that stand in the sources as the first argument of a refusal.
    fn codes_below(directory: &Path, codes: &mut BTreeSet<String>) {
        for item in std::fs::read_dir(directory).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                codes_below(&path, codes);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for call in ["Rejection::new(", "refuse("] {
                for rest in source.split(call).skip(1) {
                    let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
                    codes.extend(rest.split('"').next().map(str::to_owned));
                }
            }
        }
    }

    #[test]
    fn every_code_is_declared_once_and_is_used() {
        let mut used = BTreeSet::new();
        codes_below(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut used);
        // Examples in comments.
        used.retain(|code| REFUSALS.iter().any(|g| g.code == code) || !code.contains(' '));
        let declared: BTreeSet<String> = REFUSALS.iter().map(|g| g.code.to_owned()).collect();
        assert_eq!(declared.len(), REFUSALS.len());
        let left: Vec<_> = used.symmetric_difference(&declared).collect();
        assert_eq!(left, Vec::<&String>::new());
    }

    #[test]
    fn codes_are_about_types_that_there_are() {
        for name in REFUSALS.iter().flat_map(|g| g.types) {
            assert!(types::TYPES.iter().any(|t| t.name == *name), "{name}");
        }
    }
}
