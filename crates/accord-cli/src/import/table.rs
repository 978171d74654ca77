//! A CSV file with a header, read row by row.

use super::{BadRow, ImportError, digest};
use accord_format::hash::ContentHash;
use csv::StringRecord;
use std::path::{Path, PathBuf};

/// A table in memory.
#[derive(Debug)]
pub(crate) struct Table {
    /// Where it came from.
    pub(crate) path: PathBuf,
    /// BLAKE3 of its bytes.
    pub(crate) digest: ContentHash,
    header: StringRecord,
    rows: Vec<(u64, StringRecord)>,
}

/// Counts lines along rising positions. The reader's own count is one short after CR LF, whose LF
/// it takes for the beginning of the next record.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, mut position: usize) -> u64 {
        while matches!(self.bytes.get(position), Some(b'\n' | b'\r')) {
            position += 1;
        }
        for byte in self.bytes.get(self.at..position).unwrap_or_default() {
            self.line += u64::from(*byte == b'\n');
        }
        self.at = self.at.max(position);
        self.line
    }
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    record: &'a StringRecord,
    line: u64,
    /// Its number, from 1 after the header.
    pub(crate) number: u64,
}

impl Table {
    /// Reads a table: UTF-8, one header, every row with as many fields as that.
    pub(crate) fn read(path: &Path, bytes: &[u8]) -> Result<Self, ImportError> {
        let wrong = |why: String| ImportError::Table { path: path.to_owned(), why };
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let header = reader.headers().map_err(|e| wrong(e.to_string()))?.clone();
        let mut seen = std::collections::BTreeSet::new();
        if let Some(twice) = header.iter().find(|name| !seen.insert(*name)) {
            return Err(wrong(format!("the header has column {twice:?} twice")));
        }
        if header.is_empty() {
            return Err(wrong("there is no header".to_owned()));
        }
        let mut lines = Lines { bytes, at: 0, line: 1 };
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| wrong(e.to_string()))?;
            let start = record.position().map_or(0, csv::Position::byte);
            rows.push((lines.at(usize::try_from(start).unwrap_or(usize::MAX)), record));
        }
        Ok(Self { path: path.to_owned(), digest: digest(bytes), header, rows })
    }

    /// All rows, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let rows = (1..).zip(&self.rows);
        rows.map(|(number, (line, record))| Row { table: self, record, line: *line, number })
    }

    /// Says so when there is no such column.
    pub(crate) fn check_column(&self, column: &str) -> Result<(), String> {
        if self.header.iter().any(|name| name == column) {
            return Ok(());
        }
        let names: Vec<&str> = self.header.iter().collect();
        Err(format!("the table has no column {column:?}; it has {}", names.join(", ")))
    }

    /// The file's name without its directories.
    pub(crate) fn name(&self) -> String {
        let name = self.path.file_name();
        name.map_or_else(|| self.path.display().to_string(), |n| n.to_string_lossy().into_owned())
    }
}

impl<'a> Row<'a> {
    /// The field in a column, without white space around it; empty where there is none.
    pub(crate) fn field(&self, column: &str) -> &'a str {
        let at = self.table.header.iter().position(|name| name == column);
        at.and_then(|at| self.record.get(at)).unwrap_or_default().trim()
    }

    /// The table that it is of.
    pub(crate) const fn table(&self) -> &'a Table {
        self.table
    }

    /// Why it does not become an event.
    pub(crate) fn bad(&self, column: &str, problem: impl Into<String>) -> BadRow {
        BadRow {
            file: self.table.name(),
            row: self.number,
            line: self.line,
            column: column.to_owned(),
            problem: problem.into(),
        }
    }
}
