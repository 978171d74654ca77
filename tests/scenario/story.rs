//! The form of a scenario file: a story in steps, and what is to be known at its end.

use super::when::{Span, When};
use accord_format::time::Timestamp;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;
use toml::Spanned;

/// Most times that a step can be repeated.
const REPEAT_MAX: u32 = 20_000;

/// A scenario as its file says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    story: String,
    source: String,
    #[serde(default)]
    synthetic: bool,
    charter: String,
    #[serde(default)]
    change: toml::Table,
    opens: When,
    crucial: Vec<String>,
    #[serde(default)]
    founding: Founding,
    #[serde(default)]
    participants: Vec<Participant>,
    #[serde(default)]
    step: Vec<Spanned<Step>>,
    #[serde(default)]
    question: Vec<Spanned<Question>>,
}

/// The charter's own words for the roles without which no ledger begins.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Founding {
    /// Who enrols participants.
    pub(super) authority: String,
    /// Who runs the ledger.
    pub(super) operator: String,
    /// Who adopts the charter.
    pub(super) party: String,
}

impl Default for Founding {
    fn default() -> Self {
        let [authority, operator, party] =
            ["key_authority", "operator", "party"].map(str::to_owned);
        Self { authority, operator, party }
    }
}

/// Somebody whom the charter does not name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Participant {
    /// Its code.
    pub(super) code: String,
    /// What it is called.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: String,
    /// The roles that it holds.
    pub(super) roles: Vec<String>,
}

/// Something that somebody says, or a table that is imported.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// When it is signed and recorded.
    pub(super) at: When,
    /// By what name other steps and questions speak of it.
    pub(super) name: Option<String>,
    /// Who signs: `participant`, `participant/role`, either followed by ` with <key>`.
    pub(super) who: Vec<String>,
    /// The type of what is said.
    pub(super) says: Option<String>,
    /// The earlier step that opened the stream which this one continues.
    pub(super) about: Option<String>,
    /// When it happened; else at that second.
    pub(super) occurred: Option<Span>,
    /// What is said.
    #[serde(default)]
    pub(super) payload: toml::Table,
    /// The texts that it rests on, each shown as a file of its own.
    #[serde(default)]
    pub(super) evidence: Vec<String>,
    /// The table to import in place of saying something, relative to the repository; its mapping
    /// stands beside it.
    pub(super) import: Option<String>,
    /// The report whose figures are issued; the payload then only says what is otherwise in it.
    pub(super) report: Option<Report>,
    /// How often, numbered from 1: `{n}`.
    pub(super) repeat: Option<u32>,
    /// How many seconds apart.
    #[serde(default)]
    pub(super) every_seconds: u32,
    /// `accepted`, `refused(code)`, `finding(code)`; several findings as a list.
    #[serde(default)]
    pub(super) expect: Listed,
}

/// A report that the tool writes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    /// Its number.
    pub(super) number: String,
    /// Its period, as `accord report --period` takes it.
    pub(super) period: String,
    /// The moment of which it speaks; else the end of the period, or now.
    pub(super) as_of: Option<When>,
    /// The figures that it freezes, as `view:key`, or `view:` with the beginning of keys.
    pub(super) freeze: Vec<String>,
}

/// One or several.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(try_from = "toml::Value")]
pub(super) struct Listed(pub(super) Vec<String>);

impl TryFrom<toml::Value> for Listed {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        let text = |value: toml::Value| match value {
            toml::Value::String(text) => Ok(text),
            other => Err(format!("{other} is no text")),
        };
        match value {
            toml::Value::Array(items) => items.into_iter().map(text).collect::<Result<_, _>>(),
            other => text(other).map(|one| vec![one]),
        }
        .map(Self)
    }
}

/// Something that the board asks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    /// The view.
    pub(super) ask: String,
    /// The moment asked about; else that of the last step before the question.
    pub(super) as_of: Option<When>,
    /// What was known: a step's name or an instant; else the last step before the question.
    pub(super) known_at: Option<String>,
    /// The figure's key.
    pub(super) figure: Option<String>,
    /// In place of a figure, a cell: `table/row/column`; the column `marks` is what the row bears.
    pub(super) cell: Option<String>,
    /// A number, `about 8000`, `at least 15800`, words, or `absent`.
    pub(super) equals: toml::Value,
    /// How many entries the figure comes from.
    pub(super) entries: Option<u64>,
}

/// A step or a question, and the line on which it stands.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    /// The line in the file.
    pub(super) line: usize,
    /// The step or question.
    pub(super) it: T,
}

/// A scenario.
#[derive(Debug)]
pub(super) struct Story {
    /// The file's name.
    pub(super) file: String,
    /// The charter's file in `agreements/`.
    pub(super) charter: String,
    /// What is otherwise in this agreement.
    pub(super) change: toml::Table,
    /// When the ledger is opened and the charter adopted.
    pub(super) opens: Timestamp,
    /// What the charter calls those who begin.
    pub(super) founding: Founding,
    /// Who takes part beside those whom the charter names.
    pub(super) participants: Vec<Participant>,
    /// The steps without which it must come out otherwise.
    pub(super) crucial: BTreeSet<String>,
    /// In order.
    pub(super) steps: Vec<Placed<Step>>,
    /// In order, each with the number of steps that stand before it in the file.
    pub(super) questions: Vec<(usize, Placed<Question>)>,
}

impl Story {
    /// Reads a scenario; the error names file and line.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).map_err(|e| format!("{file}: {e}"))?;
        Self::parse(file, &text)
    }

    /// Parses a scenario.
    pub(super) fn parse(file: String, text: &str) -> Result<Self, String> {
        let read: File = toml::from_str(text).map_err(|e| format!("{file}: {e}"))?;
        let steps = placed(text, read.step);
        let questions = placed(text, read.question).into_iter().map(|question| {
            let before = steps.iter().filter(|step| step.line < question.line).count();
            (before, question)
        });
        let questions = questions.collect();
        let story = Self {
            file,
            charter: read.charter,
            change: read.change,
            opens: read.opens.start(),
            founding: read.founding,
            participants: read.participants,
            crucial: read.crucial.into_iter().collect(),
            steps,
            questions,
        };
        story.check()?;
        for (what, words) in
            [("title", &read.title), ("story", &read.story), ("source", &read.source)]
        {
            if words.trim().is_empty() {
                return Err(format!("{}: the {what} says nothing", story.file));
            }
        }
        if read.synthetic != read.title.contains("(made up)") {
            let how = "a made-up story says so in its title, (made up), and is marked synthetic";
            return Err(format!("{}: {how}", story.file));
        }
        Ok(story)
    }

    fn check(&self) -> Result<(), String> {
        if self.questions.is_empty() {
            return Err(format!("{}: a story that asks nothing shows nothing", self.file));
        }
        let mut names = BTreeSet::new();
        let mut last = self.opens;
        for Placed { line, it } in &self.steps {
            let wrong = |why: String| format!("{}:{line}: {why}", self.file);
            if it.says.is_some() == it.import.is_some() {
                return Err(wrong("a step either says something or imports a table".to_owned()));
            }
            if it.import.is_some() && (it.repeat.is_some() || !it.payload.is_empty()) {
                return Err(wrong("an import has a file and who signs, nothing else".to_owned()));
            }
            if it.at.start() < last {
                return Err(wrong("a step comes before the one above it".to_owned()));
            }
            last = it.at.start();
            if let Some(repeat) = it.repeat {
                if !(1..=REPEAT_MAX).contains(&repeat) {
                    return Err(wrong(format!("repeat is 1 to {REPEAT_MAX}")));
                }
                last = last.plus_seconds(i64::from(repeat - 1) * i64::from(it.every_seconds));
            } else if it.every_seconds > 0 {
                return Err(wrong("only what is repeated comes every so many seconds".to_owned()));
            }
            if let Some(name) = &it.name
                && !names.insert(name.clone())
            {
                return Err(wrong(format!("a step above is called {name:?}, too")));
            }
        }
        match self.crucial.iter().find(|name| !names.contains(*name)) {
            Some(name) => Err(format!("{}: crucial: no step is called {name:?}", self.file)),
            None if self.crucial.is_empty() => Err(format!("{}: no step is crucial", self.file)),
            None => Ok(()),
        }
    }
}

fn placed<T>(text: &str, items: Vec<Spanned<T>>) -> Vec<Placed<T>> {
    let line = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
    items
        .into_iter()
        .map(|item| Placed { line: line(item.span().start), it: item.into_inner() })
        .collect()
}
