//! Whether a story came out as it says, and whether its file would notice if it had not.

use super::expect::{Answer, Shown};
use super::play::{Played, play};
use super::story::{Placed, Story};
use std::collections::BTreeSet;

/// Everything that a story's file expects.
#[derive(Clone, Debug)]
struct Expected {
    answers: Vec<Answer>,
    /// What each question is to find, and from how many entries where it says so.
    found: Vec<(Shown, Option<u64>)>,
}

impl Expected {
    fn of(story: &Story) -> Result<Self, String> {
        let answers = story.steps.iter().map(|Placed { line, it }| {
            Answer::parse(&it.expect).map_err(|why| format!("{}:{line}: {why}", story.file))
        });
        let found = story.questions.iter().map(|(_, Placed { line, it })| {
            let shown = Shown::parse(&it.equals);
            let shown = shown.map_err(|why| format!("{}:{line}: {why}", story.file))?;
            Ok((shown, it.entries))
        });
        let answers = answers.collect::<Result<_, _>>()?;
        Ok(Self { answers, found: found.collect::<Result<_, String>>()? })
    }

    /// Where what came is not what was expected.
    fn differences(&self, story: &Story, played: &Played) -> Vec<String> {
        let file = &story.file;
        let mut all = Vec::new();
        let steps = story.steps.iter().zip(&self.answers).zip(&played.answers);
        for ((Placed { line, it }, expected), answers) in steps {
            let what = it.says.as_deref().unwrap_or("the import");
            for (number, answer) in (1..).zip(answers).filter(|(_, answer)| *answer != expected) {
                let number: u32 = number;
                let which =
                    if it.repeat.is_some() { format!(" no. {number}") } else { String::new() };
                all.push(format!(
                    "{file}:{line}: {what}{which} was to be {expected}, but is {answer}"
                ));
            }
        }
        let questions = story.questions.iter().zip(&self.found).zip(&played.found);
        for (((_, Placed { line, it }), (expected, entries)), (shown, rests_on)) in questions {
            let place = it.figure.as_ref().or(it.cell.as_ref()).map_or("", String::as_str);
            let what = format!("{file}:{line}: {} {place}", it.ask);
            if shown != expected {
                all.push(format!("{what} was to be {expected}, but is {shown}"));
            }
            if entries.is_some() && entries != rests_on {
                let of = |n: &Option<u64>| n.map_or("no".to_owned(), |n| n.to_string());
                let (expected, found) = (of(entries), of(rests_on));
                all.push(format!("{what} was to come from {expected} entries, but has {found}"));
            }
        }
        all
    }

    /// Every way in which one expectation could be another, with where it stands.
    fn mutants(&self) -> Vec<(String, Self)> {
        let mut mutants = Vec::new();
        for (at, answer) in self.answers.iter().enumerate() {
            for other in answer.others() {
                let mut mutant = self.clone();
                let what = format!("step {}: {other}", at + 1);
                if let Some(place) = mutant.answers.get_mut(at) {
                    *place = other;
                }
                mutants.push((what, mutant));
            }
        }
        for (at, (shown, entries)) in self.found.iter().enumerate() {
            let more = entries.map(|n| (shown.clone(), Some(n + 1)));
            let others = shown.others().into_iter().map(|other| (other, *entries)).chain(more);
            for other in others {
                let mut mutant = self.clone();
                let what = format!("question {}: {}", at + 1, other.0);
                if let Some(place) = mutant.found.get_mut(at) {
                    *place = other;
                }
                mutants.push((what, mutant));
            }
        }
        mutants
    }
}

/// Plays a story, then asks of its file whether it would have noticed: if any one expectation were
/// another, and if the crucial steps had never been handed in.
pub(super) fn try_story(story: &Story) -> Result<(), String> {
    let expected = Expected::of(story)?;
    let played = play(story, &BTreeSet::new())?;
    let differences = expected.differences(story, &played);
    if !differences.is_empty() {
        return Err(differences.join("\n"));
    }
    for (what, mutant) in expected.mutants() {
        if mutant.differences(story, &played).is_empty() {
            return Err(format!("{}: nobody would notice another {what}", story.file));
        }
    }
    for name in &story.crucial {
        let withheld = play(story, &BTreeSet::from([name.clone()]));
        if withheld.is_ok_and(|played| expected.differences(story, &played).is_empty()) {
            return Err(format!("{}: nobody would notice that {name:?} is missing", story.file));
        }
    }
    Ok(())
}
