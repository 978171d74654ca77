//! Checking a charter: first its shape, then what its parts say of each other.

mod board;
mod families;
mod grants;
mod measures;
mod people;
mod provisions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use accord_format::name::is_code;
use serde_json::Value as Json;

pub use families::KERNEL_PREFIXES;

use crate::charter::Charter;
use crate::code::is_label;
use crate::findings::{Findings, line_and_column};
use crate::grants::Grants;
use crate::problem::{MAX_JSON_BYTES, MAX_TOML_BYTES, Problem, ProblemCode, Report, Severity};
use crate::shape;
use crate::tree::{self, Node, Path, TomlError, shown};

/// What the software at hand interprets: family code to event types. Composition knows it; a
/// charter is right or wrong without it, so that it only gives rise to warnings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Event types by family code.
    pub families: BTreeMap<String, BTreeSet<String>>,
}

/// Checks a charter written as TOML.
pub fn check(text: &str) -> Report {
    check_with(text, None)
}

/// Checks a charter written as TOML, and warns of what `catalogue` does not know.
pub fn check_with(text: &str, catalogue: Option<&Catalogue>) -> Report {
    if text.len() > MAX_TOML_BYTES {
        return unread(vec![too_large(text.len())]);
    }
    match tree::from_toml(text) {
        Ok(tree) => judge(&tree, Some(text), catalogue),
        Err(errors) => unread(errors.into_iter().map(|error| unreadable(text, error)).collect()),
    }
}

impl Charter {
    /// Reads a charter from TOML.
    ///
    /// # Errors
    /// Every problem found, warnings included, if one of them is an error.
    pub fn from_toml(text: &str) -> Result<Self, Vec<Problem>> {
        let report = check(text);
        report.charter.ok_or(report.problems)
    }

    /// Reads a charter from the JSON of an event, under the same rules; lengths are numbers here.
    ///
    /// # Errors
    /// Every problem found, warnings included, if one of them is an error.
    pub fn from_json(value: Json) -> Result<Self, Vec<Problem>> {
        let report = judge(&tree::from_json(value), None, None);
        report.charter.ok_or(report.problems)
    }

    /// Everything wrong with a charter that came by other means than [`Charter::from_toml`] and
    /// [`Charter::from_json`]: the same checks, of its shape and of what its parts say.
    pub fn problems(&self) -> Vec<Problem> {
        match serde_json::to_value(self) {
            Ok(json) => judge(&tree::from_json(json), None, None).problems,
            Err(error) => {
                let mut findings = Findings::default();
                unfit(&error, &mut findings);
                findings.into_problems(None)
            }
        }
    }
}

impl Grants {
    /// Everything wrong with grants by themselves: patterns, duplicates, empty lists, and needs
    /// that no event can meet. For grants outside a charter, such as those of a genesis event.
    pub fn problems(&self) -> Vec<Problem> {
        let mut findings = Findings::default();
        grants::check_alone(self, &Path::default(), &mut findings);
        findings.into_problems(None)
    }
}

/// Errors of shape that leave enough to check how the parts relate.
const HARMLESS: &[ProblemCode] = &[ProblemCode::UnknownMember, ProblemCode::ControlCharacter];

fn judge(tree: &Node, text: Option<&str>, catalogue: Option<&Catalogue>) -> Report {
    let mut findings = Findings::default();
    let fitted = shape::fit(tree, schema(), text.is_some(), &mut findings);
    let sound = findings.are_only(HARMLESS);
    let charter = fitted.filter(|_| sound).and_then(|json| read(json, &mut findings));
    let mut json_bytes = None;
    if let Some(charter) = &charter {
        relate(charter, catalogue, &mut findings);
        json_bytes = charter.to_json().ok().map(|json| json.len());
    }
    let problems = findings.into_problems(text.map(|text| (tree, text)));
    let fine = problems.iter().all(|problem| problem.severity != Severity::Error);
    Report { problems, json_bytes, complete: charter.is_some(), charter: charter.filter(|_| fine) }
}

/// The schema of a charter, with its definitions.
fn schema() -> &'static Json {
    static SCHEMA: OnceLock<Json> = OnceLock::new();
    SCHEMA.get_or_init(|| schemars::schema_for!(Charter).into())
}

fn read(json: Json, findings: &mut Findings) -> Option<Charter> {
    match serde_json::from_value(json) {
        Ok(charter) => Some(charter),
        Err(error) => {
            unfit(&error, findings);
            None
        }
    }
}

fn unfit(error: &serde_json::Error, findings: &mut Findings) {
    findings.add(
        ProblemCode::WrongType,
        &Path::default(),
        format!("the charter is not data of its form: {error}"),
        "correct that member".to_owned(),
    );
}

/// Checks what the parts of a charter say of each other.
fn relate(charter: &Charter, catalogue: Option<&Catalogue>, findings: &mut Findings) {
    let mut checker = Checker { charter, findings };
    checker.codes();
    checker.people();
    checker.provisions();
    checker.families();
    checker.grants();
    checker.board();
    checker.measures();
    checker.size();
    if let Some(catalogue) = catalogue {
        checker.interpreted(catalogue);
    }
}

struct Checker<'a> {
    charter: &'a Charter,
    findings: &'a mut Findings,
}

impl<'a> Checker<'a> {
    fn add(&mut self, code: ProblemCode, path: &Path, what: String, to_do: impl Into<String>) {
        self.findings.add(code, path, what, to_do.into());
    }

    /// The codes under which things stand.
    fn codes(&mut self) {
        let c = self.charter;
        self.code(&c.code, &"code".into(), false);
        self.keys("parties", c.parties.keys());
        self.keys("roles", c.roles.keys());
        self.keys("participants", c.participants.keys());
        self.keys("bindings", c.bindings.keys());
        self.keys("families", c.families.keys());
        self.keys("clauses", c.clauses.keys());
        self.keys("clocks", c.clocks.keys());
        self.keys("targets", c.targets.keys());
        self.keys("counts", c.counts.keys());
        self.keys("rules", c.rules.keys());
        self.labels("provisions", c.provisions.keys());
        self.labels("categories", c.categories.keys());
        self.text(&c.title, &"title".into());
    }

    fn keys(&mut self, map: &str, keys: impl Iterator<Item = &'a String>) {
        for key in keys {
            self.code(key, &Path::from(map).then(key), true);
        }
    }

    fn labels(&mut self, map: &str, keys: impl Iterator<Item = &'a String>) {
        for key in keys.filter(|key| !is_label(key)) {
            self.findings.add_on_key(
                ProblemCode::BadCode,
                &Path::from(map).then(key),
                format!("{} is not a code", shown(key)),
                "use up to 64 of A-Z a-z 0-9 . _ -, a letter or digit first".to_owned(),
            );
        }
    }

    fn code(&mut self, code: &str, path: &Path, on_key: bool) {
        if is_code(code) {
            return;
        }
        let what = format!("{} is not a code", shown(code));
        let to_do = "use up to 64 of a-z 0-9 . _ -, a letter or digit first".to_owned();
        if on_key {
            self.findings.add_on_key(ProblemCode::BadCode, path, what, to_do);
        } else {
            self.add(ProblemCode::BadCode, path, what, to_do);
        }
    }

    /// A text for people must say something.
    fn text(&mut self, text: &str, path: &Path) {
        if text.trim().is_empty() {
            self.add(ProblemCode::Empty, path, "the text is empty".to_owned(), "write it");
        }
    }

    /// Each of a list once.
    fn once(&mut self, items: &[String], path: &Path) {
        let mut seen = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            if !seen.insert(item) {
                let what = format!("{} is listed twice", shown(item));
                self.add(ProblemCode::Duplicate, &path.then(index), what, "remove one");
            }
        }
    }

    /// Each of a list is known, and there once.
    fn refer(
        &mut self,
        items: &[String],
        path: &Path,
        code: ProblemCode,
        kind: &str,
        known: impl Fn(&str) -> bool,
    ) {
        self.once(items, path);
        for (index, item) in items.iter().enumerate().filter(|(_, item)| !known(item)) {
            self.unknown(item, &path.then(index), code, kind);
        }
    }

    fn unknown(&mut self, item: &str, path: &Path, code: ProblemCode, kind: &str) {
        let what = format!("there is no {kind} {}", shown(item));
        self.add(code, path, what, format!("correct the code, or describe that {kind}"));
    }

    fn size(&mut self) {
        let Ok(json) = self.charter.to_json() else {
            return;
        };
        if json.len() > MAX_JSON_BYTES {
            self.add(
                ProblemCode::CharterTooLarge,
                &Path::default(),
                format!("the charter is {} bytes as JSON, of {MAX_JSON_BYTES} at most", json.len()),
                "shorten texts; annexes belong in evidence",
            );
        }
    }
}

fn unread(problems: Vec<Problem>) -> Report {
    Report { problems, json_bytes: None, complete: false, charter: None }
}

fn too_large(bytes: usize) -> Problem {
    let code = ProblemCode::TextTooLarge;
    Problem {
        code,
        severity: code.severity(),
        line: Some(1),
        column: Some(1),
        path: String::new(),
        what: format!("the text has {bytes} bytes, of {MAX_TOML_BYTES} at most"),
        to_do: "shorten it; annexes belong in evidence".to_owned(),
    }
}

fn unreadable(text: &str, error: TomlError) -> Problem {
    let (code, at, what, to_do) = match error {
        TomlError::Syntax { message, at } => {
            (ProblemCode::Syntax, at, message, "correct the TOML here")
        }
        TomlError::TooDeep { at } => (
            ProblemCode::TooDeep,
            at,
            "this nests deeper than any part of a charter".to_owned(),
            "close the brackets before it, or write fewer dots",
        ),
    };
    let (line, column) = line_and_column(text, at);
    Problem {
        code,
        severity: code.severity(),
        line: Some(line),
        column: Some(column),
        path: String::new(),
        what,
        to_do: to_do.to_owned(),
    }
}

#[cfg(test)]
mod tests;
