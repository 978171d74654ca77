//! The same views of another agreement.

use super::{EFFECTIVE, at, digest, enter, say, text, value};
use crate::tests::provenance;
use crate::tests::world::World;
use accord_charter::Charter;
use serde_json::json;

#[test]
fn a_local_ceasefire_of_two_councils() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/local-ceasefire.toml");
    let charter = Charter::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut world = World::at("2026-03-05T00:00:00Z");
    world.adopt(&charter);
    let proposal = json!({
        "scope": "local", "area": "bridge", "text_digest": digest(2), "effective_at": EFFECTIVE,
    });
    let stream = say(&mut world, "elder", "ceasefire.proposed", "", proposal);
    let accepted = json!({"text_digest": digest(2)});
    say(&mut world, "upper-council", "ceasefire.accepted", &stream, accepted.clone());
    let view = world.view("ceasefire");
    assert_eq!(text(&view, "ceasefires", &stream, "state"), "partly accepted");
    let said = |party: &str| text(&view, "acceptances", &format!("{stream}/{party}"), "said");
    assert_eq!((said("upper").split(',').next(), said("lower").as_str()), {
        (Some("accepted under its own key"), "nothing")
    });
    say(&mut world, "lower-council", "ceasefire.accepted", &stream, accepted);
    enter(&mut world, &stream);
    let notice = json!({"notice_digest": digest(1), "effective_at": EFFECTIVE});
    world.log.at("2026-03-12T00:00:00Z");
    say(&mut world, "upper-council", "ceasefire.denounced", &stream, notice);
    let view = at(&world, "ceasefire", "2026-03-25T00:00:00Z");
    assert_eq!(text(&view, "ceasefires", &stream, "state"), "notice");
    assert_eq!(text(&view, "ceasefires", &stream, "ends"), "2026-03-26");
    assert_eq!(value(&view, &format!("{stream}/days_in_force")), 15);
    let view = at(&world, "ceasefire", "2026-04-01T00:00:00Z");
    assert_eq!(text(&view, "ceasefires", &stream, "state"), "terminated: denounced");
    assert_eq!(value(&view, &format!("{stream}/days_in_force")), 16);
    let note = view.notes.iter().find(|n| n.contains("weighs")).unwrap();
    assert!(note.starts_with("A case of severity 2 or more weighs on the ceasefire for 7 days"));
    provenance::check(&world, "ceasefire");
    world.check_replay();
}
