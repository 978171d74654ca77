//! Stories from real life, each told in a file of its own in `scenarios/` that needs no programmer
//! to read it, and played over the real binary. How to write one is in `scenarios/README.md`.

#[path = "scenario/cast.rs"]
mod cast;
#[path = "scenario/expect.rs"]
mod expect;
#[path = "scenario/fill.rs"]
mod fill;
#[path = "scenario/form.rs"]
mod form;
#[path = "scenario/founding.rs"]
mod founding;
#[path = "scenario/play.rs"]
mod play;
#[path = "scenario/stage.rs"]
mod stage;
#[path = "scenario/story.rs"]
mod story;
#[path = "scenario/trial.rs"]
mod trial;
#[path = "scenario/trial_tests.rs"]
mod trial_tests;
#[path = "scenario/when.rs"]
mod when;
#[path = "scenario/writer.rs"]
mod writer;

use accord_tests::binary::repository;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn directory() -> PathBuf {
    repository().join("tests/scenarios")
}

macro_rules! stories {
    ($($name:ident)+) => {
        const STORIES: &[&str] = &[$(stringify!($name)),+];

        $(#[test]
        fn $name() {
            let path = directory().join(concat!(stringify!($name), ".toml"));
            let story = story::Story::read(&path).unwrap_or_else(|why| panic!("{why}"));
            if let Err(why) = trial::try_story(&story) {
                panic!("\n{why}\n");
            }
        })+
    };
}

stories! {
    all_for_all
    allegation_flood
    ceasefire_of_2020
    entry_into_force
    group_quorum
    hotline
    import_twice
    late_casualty
    list_of_630
    mission_closes
    own_case
    remains
    restatement
    stolen_key
    swapped_digits
    valley
}

/// A story that nobody names here would never be played.
#[test]
fn every_story_is_played() {
    let told = std::fs::read_dir(directory()).unwrap().filter_map(|item| {
        let name = item.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".toml").map(str::to_owned)
    });
    let played = STORIES.iter().map(|name| (*name).to_owned());
    assert_eq!(told.collect::<BTreeSet<_>>(), played.collect::<BTreeSet<_>>());
}
