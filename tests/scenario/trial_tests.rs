//! A story that is told wrongly fails, and says where.

use super::directory;
use super::story::Story;
use super::trial::try_story;

/// What is said of a story in which `what` reads `instead`.
fn said(what: &str, instead: &str) -> String {
    let told = std::fs::read_to_string(directory().join("mission_closes.toml")).unwrap();
    let text = told.replacen(what, instead, 1);
    assert_ne!(text, told, "{what}");
    let story = Story::parse("told.toml".to_owned(), &text).unwrap();
    try_story(&story).unwrap_err()
}

#[test]
fn a_story_told_wrongly_fails_where_it_is_wrong() {
    for (what, instead, why) in [
        ("equals = 2", "equals = 3", "types/mission.status_changed was to be 3, but is 2"),
        (
            "expect = \"refused(payload-invalid)\"",
            "expect = \"accepted\"",
            "mission.status_changed was to be accepted, but is refused(payload-invalid)",
        ),
        (
            "expect = \"refused(payload-invalid)\"",
            "expect = \"refused(wrong-state)\"",
            "was to be refused(wrong-state), but is refused(payload-invalid)",
        ),
        ("equals = 2", "equals = 2\nentries = 3", "was to come from 3 entries, but has 2"),
        ("\"mission.status_changed\"", "\"mission.changed\"", "there is no event type"),
        ("who = [\"mission\"]", "who = [\"nobody\"]", "nobody called \"nobody\" takes part"),
        ("who = [\"mission\"]", "who = [\"ua\"]", "say which, as ua/<role>"),
        ("ask = \"integrity\"", "ask = \"nothing\"", "exit code 2"),
        ("\"secretariat\"", "\"{hash(gone)}\"", "no step above is called \"gone\""),
    ] {
        let said = said(what, instead);
        assert!(said.starts_with("told.toml:") && said.contains(why), "{what}: {said}");
    }
}

#[test]
fn a_step_that_does_not_matter_is_not_crucial() {
    let said = said(
        "crucial = [\"closed\"]",
        "crucial = [\"late\"]\n[[step]]\nname = \"late\"\nat = 2026-01-06\nwho = [\"secretariat\"]\nsays = \"stipulation.registered\"\npayload = { code = \"x\", provision = \"P01\", title = \"x\", responsible = [\"ua\"] }",
    );
    assert_eq!(said, "told.toml: nobody would notice that \"late\" is missing");
}
