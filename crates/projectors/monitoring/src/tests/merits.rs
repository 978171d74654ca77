//! Acts that are judged by their merits.

use super::declared;
use crate::Monitoring;
use accord_charter::Charter;
use accord_format::entry::Header;
use accord_format::event::SignedEvent;
use accord_format::hash::EntryHash;
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use accord_projection::resolution::RESOLUTION_ADOPTED;
use accord_projection::testing::{Log, adopted};
use accord_projection::{Basis, Engine, Facts};
use serde_json::{Value, json};

/// A board that has adopted one resolution.
struct Board;

impl Facts for Board {
    fn fact(&self, name: &str, subject: &str) -> Option<Value> {
        let subjects = match subject {
            "resolution/yes" => "weapons_line/mlrs",
            "resolution/elsewhere" => "weapons_line/mortars",
            _ => return None,
        };
        (name == RESOLUTION_ADOPTED).then(|| adopted(&[subjects], 1))
    }
}

fn charter() -> Charter {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../agreements/twelve-point.toml");
    Charter::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The code under which a line that these participants sign is refused.
fn line(signers: &[&str], payload: &Value) -> Option<&'static str> {
    let recorded = Timestamp::parse_seconds("2026-03-01T10:00:00Z").unwrap();
    let mut basis = Basis::default();
    basis.terms.adopt(0, recorded.plus_seconds(-60), charter(), false);
    let key = |participant: &&str| NoteSigner::from_seed(&format!("{participant}/a"), &[7; 32]);
    let keys: Vec<NoteSigner> = signers.iter().map(|s| key(s).unwrap()).collect();
    (declared("weapons_line.set").check)(payload).unwrap();
    let event = json!({
        "ledger": "00".repeat(32), "id": Log::id(1), "type": "weapons_line.set", "version": 1,
        "stream": "weapons_line/mlrs",
        "signers": keys.iter().map(|k| json!({"key": k.id_string(), "as": "x"})).collect::<Vec<_>>(),
        "issued": recorded.to_seconds_string(),
        "occurred": {"from": recorded.to_seconds_string(), "precision": "second"},
        "seen": {"size": 0, "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        "payload": payload,
    });
    let keys: Vec<&NoteSigner> = keys.iter().collect();
    let signed = SignedEvent::sign(&event.to_string(), &keys).unwrap();
    let header = Header { seq: 1, revision: 0, prev: EntryHash::ZERO, recorded };
    let engine = Engine::<Monitoring>::at(recorded);
    engine.judge(&header, signed.event(), &basis, &Board).err().map(|refusal| refusal.code)
}

#[test]
fn a_line_is_set_by_all_parties_or_by_the_board() {
    let charter = charter();
    let parties: Vec<&str> = charter.parties.values().map(|p| p.participant.as_str()).collect();
    let set = json!({"class": "mlrs", "distance_m": 70_000});
    let by = |resolution: &str| {
        let mut set = set.clone();
        set["resolution"] = resolution.into();
        set
    };
    assert_eq!(line(&parties, &set), None);
    assert_eq!(line(&parties[..1], &set), Some("resolution-missing"));
    assert_eq!(line(&["secretariat"], &set), Some("resolution-missing"));
    assert_eq!(line(&["secretariat"], &by("resolution/no")), Some("resolution-not-adopted"));
    let elsewhere = by("resolution/elsewhere");
    assert_eq!(line(&["secretariat"], &elsewhere), Some("resolution-elsewhere"));
    assert_eq!(line(&["secretariat"], &by("resolution/yes")), None);
}

#[test]
fn a_line_does_not_hold_for_the_past() {
    let charter = charter();
    let parties: Vec<&str> = charter.parties.values().map(|p| p.participant.as_str()).collect();
    let from = |at: &str| json!({"class": "mlrs", "distance_m": 70_000, "from": at});
    for (at, expected) in [
        ("2026-03-01T09:59:59Z", Some("effect-before-recorded")),
        ("2026-03-01T10:00:00Z", None),
        ("2026-03-01T10:00:01Z", None),
    ] {
        assert_eq!(line(&parties, &from(at)), expected, "{at}");
    }
}
