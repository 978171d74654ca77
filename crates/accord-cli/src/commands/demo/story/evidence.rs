//! Evidence: it is registered, handed to the vault, looked at and verified.

use super::super::cast::By;
use super::super::script::{DAY, HOUR, MADE_UP, Said, Script, at};
use super::records::auditor;
use crate::error::CliError;
use serde_json::{Value, json};

/// Days from registering an item to its verification.
const VERIFIED_IN: i64 = 15;

/// Registers open evidence of those words, which `by` collected.
pub(super) fn register<'a>(
    script: &mut Script<'a>,
    after: i64,
    by: By<'a>,
    origin: &str,
    words: &str,
) -> Result<Said, CliError> {
    let open = Script::item(words);
    let payload = captured(script, after, by.role, origin, json!({"open": open}));
    script.say(after, "evidence.registered", &[by], payload)
}

fn captured(script: &Script<'_>, after: i64, by: &str, origin: &str, content: Value) -> Value {
    let mut payload = json!({
        "captured": {"at": script.time(after - HOUR), "method": "photograph", "device_kind": "camera"},
        "collector": by, "origin": origin, "copy": "original",
    });
    if let (Some(all), Value::Object(content)) = (payload.as_object_mut(), content) {
        all.extend(content);
    }
    payload
}

/// The item goes to the vault, which lets the board's secretariat see it; the auditor verifies it.
pub(super) fn keep<'a>(
    script: &mut Script<'a>,
    item: &Said,
    day: i64,
    by: By<'a>,
) -> Result<(), CliError> {
    let (code, vault) = script.cast.holder(script.charter, "vault_keeper")?;
    let vault = By { key: vault, role: "vault_keeper" };
    let payload = json!({"to": code, "purpose": MADE_UP});
    script.go_on(item, at(day, 17), "evidence.transferred", &[by, vault], payload)?;
    let payload = json!({"to": "secretariat", "purpose": MADE_UP});
    script.go_on(item, at(day + 2, 17), "evidence.accessed", &[vault], payload)?;
    let checked = day + VERIFIED_IN;
    let (by, payload) = (auditor(script, checked)?, json!({"result": "intact", "note": MADE_UP}));
    script.go_on(item, at(checked, 17), "evidence.verified", &[by], payload)?;
    Ok(())
}

/// What each party hands in, open and sealed, and what becomes of an item that nobody finds again.
pub(super) fn write(script: &mut Script<'_>) -> Result<(), CliError> {
    let secretariat = script.one("secretariat")?;
    for side in script.sides()? {
        let code = side.code;
        let day = 230;
        let open =
            register(script, at(day, 9), side.by, "party", &format!("Handed in by {code}."))?;
        keep(script, &open, day + 1, side.by)?;
        let commitment = super::super::script::digest(&format!("sealed {code} {MADE_UP}"));
        let sealed = json!({"sealed": {"commitment": commitment, "bytes": 65_536}});
        let payload = captured(script, at(day, 11), side.by.role, "party", sealed);
        let sealed = script.say(at(day, 11), "evidence.registered", &[side.by], payload)?;
        let payload = json!({
            "target": sealed.stream, "recipient": "The board.", "purpose": MADE_UP,
            "legal_basis": MADE_UP,
        });
        script.say(at(day + 20, 11), "disclosure.recorded", &[secretariat], payload)?;
    }
    let mission = script.one("mission")?;
    let lost = register(script, at(235, 9), mission, "open_source", "A recording.")?;
    let payload = json!({"result": "missing", "note": MADE_UP});
    let checked = 235 + VERIFIED_IN;
    let by = auditor(script, checked)?;
    script.go_on(&lost, at(checked, 9) + DAY, "evidence.verified", &[by], payload)?;
    Ok(())
}
