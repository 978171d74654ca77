//! Which tables are drawn, and what of them.

use crate::view::{Cell, Figure, Row, Table, View};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many bars a chart shows: the latest.
const BARS_MAX: usize = 48;

/// A table that is drawn as bars, one for each row.
struct Drawn {
    table: &'static str,
    /// The column that is drawn.
    column: &'static str,
    /// A column of words that tells rows apart which are not to stand in one chart.
    apart: Option<&'static str>,
    title: &'static str,
}

const DRAWN: &[Drawn] = &[
    Drawn {
        table: "periods",
        column: "ceasefire_violations",
        apart: Some("area"),
        title: "Ceasefire violations by period",
    },
    Drawn {
        table: "months",
        column: "civilians",
        apart: None,
        title: "Civilians killed in lethal events, by month",
    },
    Drawn {
        table: "casualties",
        column: "killed",
        apart: None,
        title: "Civilians killed, as the mission reported, uncorroborated ones included, by month",
    },
    Drawn {
        table: "casualties",
        column: "injured",
        apart: None,
        title: "Civilians injured, as the mission reported, uncorroborated ones included, by month",
    },
];

/// A chart of bars.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chart {
    /// Title.
    pub title: String,
    /// The table that it is drawn from.
    pub table: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// Bars, from left to right.
    pub bars: Vec<Bar>,
    /// How many earlier ones are left out.
    pub left_out: usize,
}

/// A bar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    /// What stands under it.
    pub label: String,
    /// The figure that it shows.
    pub figure: Figure,
    /// True for what lies before the agreement.
    pub baseline: bool,
}

impl Chart {
    /// The highest value.
    pub fn highest(&self) -> u64 {
        self.bars.iter().map(|bar| bar.figure.value).max().unwrap_or(0)
    }
}

/// The charts of a view; a table of fewer than two rows says as much without one.
pub(super) fn of(view: &View) -> Vec<Chart> {
    let mut charts = Vec::new();
    for table in &view.tables {
        for drawn in DRAWN.iter().filter(|drawn| drawn.table == table.key) {
            charts.extend(draw(table, drawn));
        }
    }
    charts
}

fn draw(table: &Table, drawn: &Drawn) -> Vec<Chart> {
    let column = |key: &str| table.columns.iter().position(|column| column.key == key);
    let Some(at) = column(drawn.column) else { return Vec::new() };
    let apart = drawn.apart.and_then(column);
    let mut groups: BTreeMap<String, Vec<Bar>> = BTreeMap::new();
    for row in &table.rows {
        let Some(Cell::Figure(figure)) = row.cells.get(at) else { continue };
        let group = match apart.and_then(|at| row.cells.get(at)) {
            Some(Cell::Text(text)) => text.clone(),
            _ => String::new(),
        };
        groups.entry(group).or_default().push(bar(row, figure));
    }
    groups.retain(|_, bars| bars.len() > 1);
    let chart = |(group, mut bars): (String, Vec<Bar>)| {
        let left_out = bars.len().saturating_sub(BARS_MAX);
        bars.drain(..left_out);
        let title = if group.is_empty() {
            drawn.title.to_owned()
        } else {
            format!("{}: {group}", drawn.title)
        };
        let unit = bars.first().map_or("", |bar| bar.figure.unit);
        Chart { title, table: table.key, unit, bars, left_out }
    };
    groups.into_iter().map(chart).collect()
}

fn bar(row: &Row, figure: &Figure) -> Bar {
    let baseline = row.marks.contains(&"baseline");
    Bar { label: row.label.clone(), figure: figure.clone(), baseline }
}
