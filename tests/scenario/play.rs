//! Plays a story over the real binary.

use super::cast::Cast;
use super::expect::{Answer, Shown};
use super::fill::{Fill, Labels, Made};
use super::stage::{Saying, Stage, find};
use super::story::{Placed, Question, Report, Step, Story};
use super::when::When;
use accord_format::event::SignedEvent;
use accord_format::time::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What came of a story.
#[derive(Debug)]
pub(super) struct Played {
    /// The answers to each step, one for each repetition; none to a step that was withheld.
    pub(super) answers: Vec<Vec<Answer>>,
    /// What each question found, and from how many entries.
    pub(super) found: Vec<(Shown, Option<u64>)>,
}

/// Where the story stands after a step.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// Number of entries.
    size: u64,
    at: Timestamp,
}

/// Plays `story`, leaving out the steps named in `withheld`: they are signed, and other steps may
/// speak of them, but they are never handed in.
pub(super) fn play(story: &Story, withheld: &BTreeSet<String>) -> Result<Played, String> {
    let cast = Cast::of(story)?;
    let stage = Stage::open(&cast, story.opens)?;
    let mut play = Play { cast: &cast, stage, labels: Labels::new(), marks: Vec::new() };
    play.marks.push(Mark { size: play.stage.events(0)?.len() as u64, at: story.opens });
    let mut answers = Vec::new();
    for Placed { line, it } in &story.steps {
        let is_withheld = it.name.as_ref().is_some_and(|name| withheld.contains(name));
        let answer = play.step(it, is_withheld);
        answers.push(answer.map_err(|why| format!("{}:{line}: {why}", story.file))?);
    }
    play.stage.close()?;
    play.stage.verify()?;
    let mut views = BTreeMap::new();
    let mut found = Vec::new();
    for (before, Placed { line, it }) in &story.questions {
        let shown = play.ask(story, it, *before, &mut views);
        found.push(shown.map_err(|why| format!("{}:{line}: {why}", story.file))?);
    }
    Ok(Played { answers, found })
}

struct Play<'a> {
    cast: &'a Cast,
    stage: Stage,
    labels: Labels,
    /// After the founding, and after each step.
    marks: Vec<Mark>,
}

impl Play<'_> {
    fn fill(&self, number: u32) -> Fill<'_> {
        Fill { cast: self.cast, labels: &self.labels, ledger: self.stage.ledger(), number }
    }

    fn step(&mut self, step: &Step, is_withheld: bool) -> Result<Vec<Answer>, String> {
        let signers = step.who.iter().map(|who| self.cast.signer(who));
        let signers = signers.collect::<Result<Vec<_>, _>>()?;
        let mut mark = Mark { size: self.size(), at: step.at.start() };
        let mut answers = Vec::new();
        if let Some(table) = &step.import {
            if !is_withheld {
                answers.push(match self.stage.import(table, &signers, mark.at)? {
                    Ok(()) => Answer::Accepted(BTreeSet::new()),
                    Err(code) => Answer::Refused(code),
                });
                let rows = self.stage.events(mark.size)?;
                mark.size += rows.len() as u64;
                // The first is the batch; `name.3` is the third row of the table.
                let rows = rows.into_iter().skip(1).collect();
                if let Some(name) = &step.name {
                    self.labels.insert(name.clone(), rows);
                }
            }
            self.marks.push(mark);
            return Ok(answers);
        }
        let declared = find(step.says.as_deref().unwrap_or_default())?;
        let mut events = Vec::new();
        for number in 1..=step.repeat.unwrap_or(1) {
            let after = i64::from(number - 1) * i64::from(step.every_seconds);
            mark.at = step.at.start().plus_seconds(after);
            let fill = self.fill(number);
            let about = step.about.as_deref().map(|name| fill.made(name).map(|m| m.stream.clone()));
            let (about, said) = (about.transpose()?, fill.payload(&step.payload)?);
            let payload = match &step.report {
                Some(report) => self.report(report, &said)?,
                None => said,
            };
            let occurred = step.occurred.as_ref().map(|span| span.0);
            let (at, about, evidence) = (mark.at, about.as_deref(), step.evidence.as_slice());
            let saying = Saying { declared, at, about, occurred, evidence, payload };
            events.push(self.stage.sign(&saying, &signers)?);
        }
        let said = if is_withheld { Vec::new() } else { self.stage.submit(&events)? };
        for answer in &said {
            answers.push(Answer::of(answer)?);
            mark.size = mark.size.max(answer["seq"].as_u64().map_or(0, |seq| seq + 1));
        }
        self.remember(step, &events, &said);
        self.marks.push(mark);
        Ok(answers)
    }

    /// What the tool writes to be issued of what is known now, with whatever `otherwise` says in
    /// the place of what it wrote.
    fn report(&self, report: &Report, otherwise: &Value) -> Result<Value, String> {
        let freeze = report.freeze.iter().map(|figure| self.fill(1).text(figure));
        let freeze = freeze.collect::<Result<Vec<_>, _>>()?;
        let mut payload = self.stage.report(report, &freeze, self.size().saturating_sub(1))?;
        if let (Some(payload), Some(otherwise)) = (payload.as_object_mut(), otherwise.as_object()) {
            payload.extend(otherwise.clone());
        }
        Ok(payload)
    }

    fn size(&self) -> u64 {
        self.marks.last().map_or(0, |mark| mark.size)
    }

    fn remember(&mut self, step: &Step, events: &[SignedEvent], said: &[Value]) {
        let Some(name) = &step.name else { return };
        let made = events.iter().enumerate().map(|(at, signed)| Made {
            hash: signed.event().hash(),
            stream: signed.event().stream.clone(),
            seq: said.get(at).and_then(|answer| answer["seq"].as_u64()),
        });
        self.labels.insert(name.clone(), made.collect());
    }

    /// Asks a question that stands below `before` steps.
    fn ask(
        &self,
        story: &Story,
        question: &Question,
        before: usize,
        views: &mut BTreeMap<(String, String, Timestamp), Value>,
    ) -> Result<(Shown, Option<u64>), String> {
        let here = self.marks.get(before).ok_or("no step stands above")?;
        let as_of = question.as_of.map_or(here.at, When::start);
        let known_at = match &question.known_at {
            None => last_of(here),
            Some(name) => self.known(story, name)?,
        };
        let key = (question.ask.clone(), known_at, as_of);
        if !views.contains_key(&key) {
            let view = self.stage.view(&key.0, &key.1, as_of)?;
            views.insert(key.clone(), view);
        }
        let view = views.get(&key).ok_or("no view")?;
        let fill = |text: &String| self.fill(1).text(text);
        match (&question.figure, &question.cell) {
            (Some(figure), None) => figure_of(view, &fill(figure)?),
            (None, Some(cell)) => cell_of(view, &fill(cell)?),
            _ => Err("a question is about a figure, or about a cell".to_owned()),
        }
    }

    /// K of a step's name or of an instant.
    fn known(&self, story: &Story, name: &str) -> Result<String, String> {
        let is_called = |step: &Placed<Step>| step.it.name.as_deref() == Some(name);
        if let Some(at) = story.steps.iter().position(is_called) {
            return self.marks.get(at + 1).map(last_of).ok_or_else(|| "no such step".to_owned());
        }
        let when = When::parse(name);
        when.map(|when| when.start().to_seconds_string())
            .map_err(|why| format!("no step is called so, and {why}"))
    }
}

/// The seq of the last entry known.
fn last_of(mark: &Mark) -> String {
    mark.size.saturating_sub(1).to_string()
}

fn items<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn figure_of(view: &Value, key: &str) -> Result<(Shown, Option<u64>), String> {
    let rows = items(view, "tables").iter().flat_map(|table| items(table, "rows"));
    let figures = rows.flat_map(|row| items(row, "cells")).map(|cell| &cell["figure"]);
    match figures.into_iter().find(|figure| figure["key"] == key) {
        Some(figure) => Ok((Shown::of_figure(figure)?, figure["provenance"]["count"].as_u64())),
        None => Ok((Shown::Absent, None)),
    }
}

fn cell_of(view: &Value, place: &str) -> Result<(Shown, Option<u64>), String> {
    let parts = place.split_once('/').and_then(|(table, rest)| {
        let (row, column) = rest.rsplit_once('/')?;
        Some((table, row, column))
    });
    let (table, row, column) = parts.ok_or_else(|| format!("{place:?} is not table/row/column"))?;
    let absent = Ok((Shown::Absent, None));
    let Some(table) = items(view, "tables").iter().find(|t| t["key"] == table) else {
        return absent;
    };
    let Some(row) = items(table, "rows").iter().find(|r| r["key"] == row) else { return absent };
    if column == "marks" {
        let marks: Vec<_> = items(row, "marks").iter().filter_map(Value::as_str).collect();
        let shown = if marks.is_empty() { Shown::Absent } else { Shown::Words(marks.join(", ")) };
        return Ok((shown, None));
    }
    let at = items(table, "columns").iter().position(|c| c["key"] == column);
    let cell = at.and_then(|at| items(row, "cells").get(at));
    let cell = cell.ok_or_else(|| format!("the table has no column {column:?}"))?;
    Ok((Shown::of_cell(cell)?, cell["figure"]["provenance"]["count"].as_u64()))
}
