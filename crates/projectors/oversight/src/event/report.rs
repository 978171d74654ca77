//! Reports that are issued, whose figures are frozen, and what is acknowledged of them later.

use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Digest, Qualifier, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most figures that one report freezes; about as many fit into one event.
pub const FIGURES_MAX: usize = 512;
/// The most state digests, formulas and files that it names.
const NAMED_MAX: usize = 64;

/// A figure's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// The number.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub value: u64,
    /// How it is meant, when its source said anything but exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<Qualifier>,
}

impl Amount {
    fn contradiction(&self) -> Option<String> {
        (self.qualifier == Some(Qualifier::Exact))
            .then(|| format!("{} is exact: leave its qualifier out", self.value))
    }
}

/// A figure as a report prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatedFigure {
    /// The view that it is in.
    pub view: Code,
    /// Its key within the view.
    pub key: Text,
    /// Its value.
    pub amount: Amount,
}

/// The digest of a family's state, as of the report's moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatedDigest {
    /// The family.
    pub family: Code,
    /// Version of its fold.
    pub fold_version: u32,
    /// The digest, as `accord replay` prints it.
    pub digest: Digest,
}

/// Under which version of its formulas a view was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatedFormula {
    /// The view.
    pub view: Code,
    /// Version of its formulas.
    pub version: u32,
}

/// A form in which a report is published.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReportForm {
    /// A single HTML file.
    Html,
    /// Markdown.
    Markdown,
    /// PDF, made from one of the others.
    Pdf,
}

/// A file that a report was published as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportFile {
    /// Its form; each once.
    pub form: ReportForm,
    /// BLAKE3 of it.
    pub digest: Digest,
}

/// A report is issued: its figures are frozen as they stand at one point of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportIssued {
    /// Its number, which no other report has, such as `2026-q1`.
    pub number: Code,
    /// First instant of the period that it is about.
    pub from: At,
    /// First instant after that period.
    pub until: At,
    /// Seq of the last entry that it knows of.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub at_seq: u64,
    /// The moment as of which it speaks, within the period or at its end.
    pub as_of: At,
    /// Digests of the state that it was made from; each family once.
    #[schemars(length(min = 1, max = 64))]
    pub digests: Vec<StatedDigest>,
    /// Versions of the formulas of every view that a figure is in, each once.
    #[schemars(length(min = 1, max = 64))]
    pub formulas: Vec<StatedFormula>,
    /// Its figures; each once.
    #[schemars(length(min = 1, max = 512))]
    pub figures: Vec<StatedFigure>,
    /// The files that it was published as.
    #[schemars(length(min = 1, max = 64))]
    pub files: Vec<ReportFile>,
}

impl Payload for ReportIssued {
    fn contradiction(&self) -> Option<String> {
        let (from, until) = (self.from.timestamp(), self.until.timestamp());
        let as_of = self.as_of.timestamp();
        if from >= until {
            return Some("the period ends before it begins".to_owned());
        }
        if as_of <= from || as_of > until {
            return Some(format!(
                "as_of {} is not within the period from {} until {}",
                self.as_of, self.from, self.until
            ));
        }
        self.lengths()
            .or_else(|| self.repetition())
            .or_else(|| self.formulas_differ())
            .or_else(|| self.figures.iter().find_map(|figure| figure.amount.contradiction()))
    }
}

impl ReportIssued {
    fn lengths(&self) -> Option<String> {
        for (what, length, most) in [
            ("digests", self.digests.len(), NAMED_MAX),
            ("formulas", self.formulas.len(), NAMED_MAX),
            ("figures", self.figures.len(), FIGURES_MAX),
            ("files", self.files.len(), NAMED_MAX),
        ] {
            if length == 0 || length > most {
                return Some(format!("{length} {what}, where one to {most} are expected"));
            }
        }
        None
    }

    fn repetition(&self) -> Option<String> {
        let families = first_twice(self.digests.iter().map(|d| d.family.as_str()));
        let views = first_twice(self.formulas.iter().map(|f| f.view.as_str()));
        let figures = first_twice(self.figures.iter().map(|f| (f.view.as_str(), f.key.as_str())));
        let forms = first_twice(self.files.iter().map(|f| f.form));
        families
            .map(|family| format!("two digests of family {family}"))
            .or_else(|| views.map(|view| format!("two formula versions of view {view}")))
            .or_else(|| figures.map(|(view, key)| format!("figure {key} of {view} stands twice")))
            .or_else(|| forms.map(|form| format!("two files of the form {form:?}")))
    }

    /// Says which view has a figure and no formula, or a formula and no figure.
    fn formulas_differ(&self) -> Option<String> {
        let stated: BTreeSet<&str> = self.formulas.iter().map(|f| f.view.as_str()).collect();
        let used: BTreeSet<&str> = self.figures.iter().map(|f| f.view.as_str()).collect();
        let view = stated.symmetric_difference(&used).next()?;
        let (has, lacks) =
            if used.contains(view) { ("figures", "formula") } else { ("a formula", "figures") };
        Some(format!("view {view} has {has} and no {lacks}"))
    }
}

fn first_twice<T: Copy + Ord>(items: impl Iterator<Item = T>) -> Option<T> {
    let mut seen = BTreeSet::new();
    items.into_iter().find(|item| !seen.insert(*item))
}

/// It is acknowledged that a figure of an issued report is not what the record says by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportErratumIssued {
    /// Number of the report.
    pub report: Code,
    /// The view that the figure is in.
    pub view: Code,
    /// Its key within the view.
    pub key: Text,
    /// What the report says, or the erratum before this one; absent when that said that there is no
    /// such figure any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Amount>,
    /// What the record says by now of the same moment; absent when there is no such figure any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Amount>,
    /// Event hash of an entry that made the difference.
    pub cause: Digest,
}

impl Payload for ReportErratumIssued {
    fn contradiction(&self) -> Option<String> {
        if self.old == self.new {
            return Some("old and new are the same; there is nothing to acknowledge".to_owned());
        }
        [self.old, self.new].into_iter().flatten().find_map(|amount| amount.contradiction())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn report() -> Value {
        json!({
            "number": "2026-q1", "from": "2026-01-01T00:00:00Z", "until": "2026-04-01T00:00:00Z",
            "at_seq": 7, "as_of": "2026-04-01T00:00:00Z",
            "digests": [{"family": "x", "fold_version": 1, "digest": "ab".repeat(32)}],
            "formulas": [{"view": "v", "version": 1}],
            "figures": [{"view": "v", "key": "a/b", "amount": {"value": 1, "qualifier": "about"}}],
            "files": [{"form": "html", "digest": "cd".repeat(32)}],
        })
    }

    fn contradiction(report: Value) -> Option<String> {
        serde_json::from_value::<ReportIssued>(report).unwrap().contradiction()
    }

    #[test]
    fn a_report_that_contradicts_itself_is_told_so() {
        assert_eq!(contradiction(report()), None);
        let twice = |list: &str| {
            let mut report = report();
            let first = report[list][0].clone();
            report[list].as_array_mut().unwrap().push(first);
            report
        };
        let with = |member: &str, value: Value| {
            let mut report = report();
            report[member] = value;
            report
        };
        let mut exact = report();
        exact["figures"][0]["amount"]["qualifier"] = json!("exact");
        let many: Vec<Value> = (0..=FIGURES_MAX)
            .map(|at| json!({"view": "v", "key": at.to_string(), "amount": {"value": 1}}))
            .collect();
        for (wrong, says) in [
            (with("until", json!("2026-01-01T00:00:00Z")), "ends before"),
            (with("as_of", json!("2026-01-01T00:00:00Z")), "not within"),
            (with("as_of", json!("2026-04-01T00:00:01Z")), "not within"),
            (twice("digests"), "two digests of family x"),
            (twice("formulas"), "two formula versions of view v"),
            (twice("figures"), "figure a/b of v stands twice"),
            (twice("files"), "two files"),
            (with("digests", json!([])), "0 digests"),
            (with("files", json!([])), "0 files"),
            (with("figures", json!([])), "0 figures"),
            (with("figures", json!(many)), "513 figures"),
            (with("formulas", json!([{"view": "w", "version": 1}])), "view v has figures and no"),
            (exact, "1 is exact"),
        ] {
            let found = contradiction(wrong).unwrap();
            assert!(found.contains(says), "{found}");
        }
        assert_eq!(contradiction(with("as_of", json!("2026-01-01T00:00:01Z"))), None);
        let mut free = report();
        free["author"] = json!("a name");
        assert!(serde_json::from_value::<ReportIssued>(free).is_err());
    }

    #[test]
    fn an_erratum_changes_something() {
        let erratum = |old: Value, new: Value| {
            let mut erratum =
                json!({"report": "r", "view": "v", "key": "a", "cause": "ab".repeat(32)});
            erratum["old"] = old;
            erratum["new"] = new;
            serde_json::from_value::<ReportErratumIssued>(erratum).unwrap().contradiction()
        };
        let one = || json!({"value": 1});
        assert_eq!(erratum(one(), json!({"value": 2})), None);
        assert_eq!(erratum(one(), json!({"value": 1, "qualifier": "about"})), None);
        assert_eq!(erratum(one(), Value::Null), None);
        assert!(erratum(one(), one()).is_some());
        assert!(erratum(Value::Null, Value::Null).is_some());
        assert!(erratum(one(), json!({"value": 2, "qualifier": "exact"})).is_some());
    }
}
