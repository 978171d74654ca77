//! Problems as they are found, before they are given their places.

use crate::problem::{Problem, ProblemCode};
use crate::tree::{Node, Path};

/// Problems beyond this many are not listed: nobody works through more at a time.
const MOST: usize = 500;

/// A problem by its path.
#[derive(Debug)]
struct Finding {
    code: ProblemCode,
    path: Path,
    on_key: bool,
    what: String,
    to_do: String,
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    /// Adds a problem with the value at `path`.
    pub(crate) fn add(&mut self, code: ProblemCode, path: &Path, what: String, to_do: String) {
        self.push(Finding { code, path: path.clone(), on_key: false, what, to_do });
    }

    /// Adds a problem with the key at `path`.
    pub(crate) fn add_on_key(
        &mut self,
        code: ProblemCode,
        path: &Path,
        what: String,
        to_do: String,
    ) {
        self.push(Finding { code, path: path.clone(), on_key: true, what, to_do });
    }

    fn push(&mut self, finding: Finding) {
        if self.0.len() < MOST {
            self.0.push(finding);
        }
    }

    /// True where every problem so far is one of `codes`.
    pub(crate) fn are_only(&self, codes: &[ProblemCode]) -> bool {
        self.0.iter().all(|finding| codes.contains(&finding.code))
    }

    /// The problems with their places in `text`, in the order of the text.
    pub(crate) fn into_problems(self, placed: Option<(&Node, &str)>) -> Vec<Problem> {
        let mut problems: Vec<(usize, Problem)> = self
            .0
            .into_iter()
            .map(|finding| {
                let at = placed.and_then(|(tree, text)| {
                    tree.locate(&finding.path, finding.on_key).map(|at| (at, text))
                });
                let place = at.map(|(at, text)| line_and_column(text, at));
                let problem = Problem {
                    code: finding.code,
                    severity: finding.code.severity(),
                    line: place.map(|(line, _)| line),
                    column: place.map(|(_, column)| column),
                    path: finding.path.to_string(),
                    what: finding.what,
                    to_do: finding.to_do,
                };
                (at.map_or(0, |(at, _)| at), problem)
            })
            .collect();
        problems.sort_by_key(|(at, _)| *at);
        problems.into_iter().map(|(_, problem)| problem).collect()
    }
}

/// Line and column, from 1, of a byte offset; the column in characters.
pub(crate) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let mut end = at.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}
