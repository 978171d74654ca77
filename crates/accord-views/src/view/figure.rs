//! What views consist of.

use crate::replay::Snapshot;
use accord_catalogue::unit::{Count, Qualifier};
use accord_format::json::INTEGER_MAX;
use accord_format::time::Timestamp;
use accord_projection::{Provenance, Selector};
use serde::Serialize;
use serde_json::Value;

/// What the board reads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View {
    /// Name on the command line.
    pub name: &'static str,
    /// Title.
    pub title: &'static str,
    /// K: number of entries known.
    pub known: u64,
    /// When the last of them was recorded.
    pub recorded: String,
    /// T: as of when.
    pub as_of: String,
    /// True when whoever appends sets the ledger's clock.
    pub simulated: bool,
    /// What a reader has to know about the figures.
    pub notes: Vec<String>,
    /// The tables.
    pub tables: Vec<Table>,
}

impl View {
    pub(crate) fn new(name: &'static str, title: &'static str, snapshot: &Snapshot) -> Self {
        Self {
            name,
            title,
            known: snapshot.size(),
            recorded: snapshot.kernel().recorded().to_seconds_string(),
            as_of: snapshot.as_of().to_seconds_string(),
            simulated: snapshot.kernel().is_simulated(),
            notes: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// Every figure, in order.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.tables
            .iter()
            .flat_map(|table| &table.rows)
            .flat_map(|row| &row.cells)
            .filter_map(|cell| if let Cell::Figure(figure) = cell { Some(&**figure) } else { None })
    }

    /// The figure with this key.
    pub fn figure(&self, key: &str) -> Option<&Figure> {
        self.figures().find(|figure| figure.key == key)
    }
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Its key within the view.
    pub key: &'static str,
    /// Title.
    pub title: String,
    /// What stands above each cell of a row.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Vec<Row>,
    /// How many more there are, where only some are shown.
    #[serde(skip_serializing_if = "is_none")]
    pub left_out: usize,
}

impl Table {
    pub(crate) fn new(
        key: &'static str,
        title: impl Into<String>,
        columns: &[(&'static str, &'static str)],
    ) -> Self {
        let columns = columns.iter().map(|(key, title)| Column { key, title }).collect();
        Self { key, title: title.into(), columns, rows: Vec::new(), left_out: 0 }
    }

    pub(crate) fn row(
        &mut self,
        key: impl Into<String>,
        label: impl Into<String>,
        mut cells: Vec<Cell>,
    ) {
        cells.iter_mut().for_each(Cell::bound);
        let marks = Vec::new();
        self.rows.push(Row { key: key.into(), label: label.into(), cells, marks, when: None });
    }

    /// Says of what time the last row tells.
    pub(crate) fn of(&mut self, when: When) {
        if let Some(row) = self.rows.last_mut() {
            row.when = Some(when);
        }
    }
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its key within the table.
    pub key: &'static str,
    /// Title.
    pub title: &'static str,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Its key within the table.
    pub key: String,
    /// Label.
    pub label: String,
    /// One cell for each column.
    pub cells: Vec<Cell>,
    /// Words that hold for the whole row, such as `baseline` and `restated`.
    pub marks: Vec<&'static str>,
    /// Of what time it tells, where it tells of one.
    #[serde(skip)]
    pub when: Option<When>,
}

/// A time, in microseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// First instant.
    pub from: i64,
    /// First instant after it; the end of time for what goes on.
    pub until: i64,
}

impl When {
    /// From an instant on, to the end where there is one.
    pub(crate) fn since(from: i64, until: Option<i64>) -> Self {
        // What is over at once has its place all the same.
        let until = until.unwrap_or(i64::MAX).max(from.saturating_add(1));
        Self { from, until }
    }

    /// The year `2026` or the month `2026-03`.
    pub(crate) fn of_time(time: &str) -> Option<Self> {
        let (year, month) = match time.split_once('-') {
            None => (time, None),
            Some((year, month)) => (year, Some(month.parse::<u8>().ok()?)),
        };
        let year = year.parse::<i64>().ok()?;
        let next = match month {
            None | Some(12) => (year.checked_add(1)?, 1),
            Some(month) => (year, month.checked_add(1)?),
        };
        let start = |year, month| Some(Timestamp::from_date(year, month, 1)?.micros());
        Some(Self { from: start(year, month.unwrap_or(1))?, until: start(next.0, next.1)? })
    }

    /// True when the two have an instant in common.
    pub fn meets(&self, other: &Self) -> bool {
        self.from < other.until && other.from < self.until
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_none(number: &usize) -> bool {
    *number == 0
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// The record does not say.
    Empty,
    /// Words.
    Text(String),
    /// A figure.
    Figure(Box<Figure>),
    /// A count of persons too small to be shown.
    Suppressed {
        /// It is below this.
        below: u64,
    },
}

/// A figure and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Its key within the view.
    pub key: String,
    /// The number.
    pub value: u64,
    /// How it was meant, when a source said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<Qualifier>,
    /// The source's own word for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// What is counted.
    pub unit: &'static str,
    /// The entries that it comes from; absent for counts of the whole record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// What it was before, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restated: Vec<Restatement>,
    /// True when an entry that it comes from was signed with a key in other hands.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub suspect: bool,
}

/// A correction of a figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Restatement {
    /// The entry that corrects.
    pub by: u64,
    /// Who signed it.
    pub author: String,
    /// When it was recorded.
    pub recorded: String,
    /// Why.
    pub reason: String,
    /// What was corrected.
    pub pointer: String,
    /// What stood there.
    pub old: Option<Value>,
    /// What stands there instead.
    pub new: Option<Value>,
}

impl Cell {
    /// Keeps a figure within what can be signed and what every reader of JSON reads alike: where
    /// reports add up to more, it says at least so much.
    fn bound(&mut self) {
        const MAX: u64 = INTEGER_MAX.unsigned_abs();
        if let Self::Figure(figure) = self
            && figure.value > MAX
        {
            (figure.value, figure.qualifier) = (MAX, Some(Qualifier::AtLeast));
        }
    }
}

/// A number with its unit and the entries that it comes from.
pub(crate) fn figure(
    snapshot: &Snapshot,
    key: impl Into<String>,
    value: u64,
    unit: &'static str,
    selector: Selector,
) -> Cell {
    let seqs = snapshot.families().enumerate(&selector);
    let suspects = snapshot.families().basis().amendments.suspects();
    let suspect = seqs.iter().any(|seq| suspects.contains(seq));
    Cell::Figure(Box::new(Figure {
        key: key.into(),
        value,
        qualifier: None,
        word: None,
        unit,
        provenance: Some(Provenance::new(selector, &seqs)),
        restated: Vec::new(),
        suspect,
    }))
}

/// A count of the whole record.
pub(crate) fn total(key: impl Into<String>, value: u64, unit: &'static str) -> Cell {
    Cell::Figure(Box::new(Figure {
        key: key.into(),
        value,
        qualifier: None,
        word: None,
        unit,
        provenance: None,
        restated: Vec::new(),
        suspect: false,
    }))
}

/// A count as its source meant it, from the entry at `seq`, whose corrections of the payload
/// member `member` are shown.
pub(crate) fn reported(
    snapshot: &Snapshot,
    key: String,
    count: Option<&Count>,
    unit: &'static str,
    selector: Selector,
    (seq, member): (u64, &str),
) -> Cell {
    let Some(count) = count else { return Cell::Empty };
    let mut cell = figure(snapshot, key, count.value, unit, selector);
    if let Cell::Figure(figure) = &mut cell {
        figure.qualifier = Some(count.qualifier);
        figure.word = count.word.as_ref().map(ToString::to_string);
        figure.restated = restatements(snapshot, seq, member);
    }
    cell
}

fn restatements(snapshot: &Snapshot, seq: u64, member: &str) -> Vec<Restatement> {
    let root = format!("/payload/{member}");
    let reaches = |pointer: &str| {
        pointer.strip_prefix(&root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let corrections = snapshot.families().basis().amendments.corrections(seq);
    corrections
        .flat_map(|c| c.patches.iter().map(move |patch| (c, patch)))
        .filter(|(_, patch)| reaches(&patch.pointer))
        .map(|(c, patch)| Restatement {
            by: c.by,
            author: c.author.clone(),
            recorded: Timestamp::from_micros(c.recorded).to_seconds_string(),
            reason: c.reason.clone(),
            pointer: patch.pointer.clone(),
            old: patch.old.clone(),
            new: patch.new.clone(),
        })
        .collect()
}

/// `2019-02-11`, the UTC day of an instant in microseconds.
pub(crate) fn day(micros: i64) -> String {
    let (year, month, day) = Timestamp::from_micros(micros).date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// A word, or nothing.
pub(crate) fn words(text: Option<impl Into<String>>) -> Cell {
    text.map_or(Cell::Empty, |text| Cell::Text(text.into()))
}
