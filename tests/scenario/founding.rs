//! What comes before a story: everybody is enrolled, and the charter is adopted.

use super::cast::Cast;
use super::stage::{Saying, Stage, find};
use super::story::Participant;
use accord_format::possession;
use accord_format::time::Timestamp;
use accord_ledger::kernel::KEY_AUTHORITY;
use serde_json::{Value, json};

/// The seats of the key authority are there from the genesis on; whatever else the charter
/// makes of them, they give themselves.
pub(super) fn enrol(stage: &mut Stage, cast: &Cast, at: Timestamp) -> Result<(), String> {
    let seats = cast.holders(&cast.founding.authority);
    let signer = |code: &&str| cast.signer(&format!("{code}/{KEY_AUTHORITY}"));
    let signers = seats.iter().map(signer).collect::<Result<Vec<_>, _>>()?;
    for participant in cast.participants.values() {
        let Participant { code, name, kind, roles } = participant;
        if seats.contains(&code.as_str()) {
            for role in roles.iter().filter(|role| *role != KEY_AUTHORITY) {
                let payload = json!({"participant": code, "role": role});
                let declared = find("participant.role_granted")?;
                stage.must(&Saying::new(declared, at, payload), &signers)?;
            }
            continue;
        }
        let (_, key) = cast.key(code)?;
        let payload = json!({
            "participant": code, "name": name, "kind": kind, "roles": roles,
            "vkey": key.vkey().to_string(),
            "possession": possession::prove(&stage.ledger(), code, &key), "head": true,
        });
        stage.must(&Saying::new(find("participant.enrolled")?, at, payload), &signers)?;
    }
    Ok(())
}

/// Has all parties propose and adopt the charter together.
pub(super) fn adopt(stage: &mut Stage, cast: &Cast, at: Timestamp) -> Result<(), String> {
    let party = &cast.founding.party;
    let signer = |code: &str| cast.signer(&format!("{code}/{party}"));
    let parties = cast.charter.parties.values().map(|p| signer(&p.participant));
    let parties = parties.collect::<Result<Vec<_>, _>>()?;
    let proposal = json!({"charter": cast.charter});
    let stream = stage.must(&Saying::new(find("charter.proposed")?, at, proposal), &parties)?;
    let adoption = Saying::new(find("charter.adopted")?, at, json!({}));
    stage.must(&Saying { about: Some(&stream), ..adoption }, &parties).map(drop)
}

/// Who may propose and adopt the charter; everything further is for the charter to grant.
pub(super) fn bootstrap(cast: &Cast) -> Value {
    let by = |count: usize| json!([{"all": [{"role": cast.founding.party, "count": count}]}]);
    json!([
        {"types": ["charter.proposed"], "co_signers": "allowed", "any_of": by(1)},
        {"types": ["charter.adopted"], "co_signers": "allowed",
         "any_of": by(cast.charter.parties.len())},
    ])
}
