//! The form of scenario files: what it does not hold is refused, with file and line.

use super::expect::{Answer, Shown};
use super::story::{Listed, Story};
use super::when::{Span, When};
use accord_format::time::Timestamp;

/// A file that is in order.
const SOUND: &str = r#"title = "A title (made up)"
story = "A story."
source = "Nobody."
synthetic = true
charter = "twelve-point.toml"
opens = 2026-01-01
crucial = ["one"]

[[step]]
at = 2026-01-02T08:00:00Z
name = "one"
who = ["mission"]
says = "mission.status_changed"

[[question]]
ask = "integrity"
figure = "record/entries"
equals = 1

[[step]]
at = 2026-01-02T08:00:00Z
who = ["mission"]
import = "examples/data/osce_smm_biweekly_series.csv"
"#;

fn refusal(text: &str) -> String {
    Story::parse("x.toml".to_owned(), text).map(drop).unwrap_err()
}

#[test]
fn a_question_stands_between_the_steps_around_it() {
    let story = Story::parse("x.toml".to_owned(), SOUND).unwrap();
    assert_eq!(story.steps.iter().map(|s| s.line).collect::<Vec<_>>(), [9, 20]);
    assert_eq!((story.questions[0].0, story.questions[0].1.line), (1, 15));
}

#[test]
fn what_a_file_may_not_say_is_refused_with_its_line() {
    for (what, instead, line, why) in [
        ("story = ", "stroy = ", 2, "unknown field `stroy`"),
        ("who = ", "whom = ", 12, "unknown field `whom`"),
        ("figure = ", "figures = ", 17, "unknown field `figures`"),
        ("equals = 1", "", 15, "missing field `equals`"),
        ("opens = 2026-01-01", "opens = 2026-01", 6, "TOML parse error"),
        ("at = 2026-01-02T08:00:00Z", "at = \"yesterday\"", 10, "is no time"),
        ("at = 2026-01-02T08:00:00Z", "at = 2026-01-03", 20, "comes before the one above"),
        ("says = \"mission.status_changed\"", "", 9, "either says something or imports"),
        ("who = [\"mission\"]", "who = [\"mission\"]\nrepeat = 0", 9, "repeat is 1 to"),
        (
            "who = [\"mission\"]",
            "who = [\"mission\"]\nevery_seconds = 3",
            9,
            "only what is repeated",
        ),
    ] {
        let text = SOUND.replacen(what, instead, 1);
        assert_ne!(text, SOUND, "{what}");
        let said = refusal(&text);
        assert!(said.contains(why), "{what}: {said}");
        let place = [format!("line {line}, "), format!("x.toml:{line}: ")];
        assert!(said.starts_with("x.toml:") && place.iter().any(|p| said.contains(p)), "{said}");
    }
}

#[test]
fn a_story_asks_something_names_what_matters_and_says_when_it_is_made_up() {
    let question = SOUND.find("[[question]]").unwrap()..SOUND.rfind("[[step]]").unwrap();
    let mut silent = SOUND.to_owned();
    silent.replace_range(question, "");
    for (text, why) in [
        (silent, "a story that asks nothing shows nothing"),
        (SOUND.replace("crucial = [\"one\"]", "crucial = []"), "no step is crucial"),
        (SOUND.replace("crucial = [\"one\"]", "crucial = [\"two\"]"), "no step is called \"two\""),
        (SOUND.replace("synthetic = true\n", ""), "(made up)"),
        (SOUND.replace(" (made up)", ""), "marked synthetic"),
        (SOUND.replace("A story.", " "), "the story says nothing"),
    ] {
        let said = refusal(&text);
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn expectations_have_one_spelling() {
    let listed = |words: &[&str]| Listed(words.iter().map(|w| (*w).to_owned()).collect());
    let parsed = |words: &[&str]| Answer::parse(&listed(words)).map(|a| a.to_string());
    for words in [&[][..], &["accepted"]] {
        assert_eq!(parsed(words).unwrap(), "accepted");
    }
    assert_eq!(parsed(&["refused(wrong-state)"]).unwrap(), "refused(wrong-state)");
    assert_eq!(parsed(&["finding(b)", "finding(a)"]).unwrap(), "finding(a), finding(b)");
    for words in
        [&["refused"][..], &["finding()"], &["refused(a)", "finding(b)"], &["accepted", "accepted"]]
    {
        assert!(parsed(words).is_err(), "{words:?}");
    }
    let shown = |text: &str| Shown::parse(&toml::Value::String(text.to_owned())).unwrap();
    assert_eq!(shown("at least 15800"), Shown::Qualified("at least".to_owned(), 15_800));
    assert_eq!(shown("absent"), Shown::Absent);
    assert_eq!(shown("about time"), Shown::Words("about time".to_owned()));
    assert!(Shown::parse(&toml::Value::Integer(-1)).is_err());
    for shown in [shown("about 3"), Shown::Absent, Shown::Number(0), shown("in force")] {
        let others = shown.others();
        assert!(!others.contains(&shown) && !others.is_empty(), "{shown}: {others:?}");
    }
}

#[test]
fn times_are_days_instants_and_stretches() {
    let at = |text: &str| Timestamp::parse_seconds(text).unwrap();
    let day = When::parse("2020-07-27").unwrap();
    assert_eq!(day.start(), at("2020-07-27T00:00:00Z"));
    let span = |text: &str| Span::try_from(toml::Value::String(text.to_owned()));
    let end = |text: &str| span(text).map(|span| span.0.end());
    assert_eq!(end("2020-07-27"), Ok(at("2020-07-28T00:00:00Z")));
    assert_eq!(end("2020-07-13..=2020-07-26"), Ok(at("2020-07-27T00:00:00Z")));
    assert_eq!(end("2020-07-13..2020-07-26"), Ok(at("2020-07-26T00:00:00Z")));
    assert!(end("2020-07-13..2020-07-13").is_err() && When::parse("27 July").is_err());
}
