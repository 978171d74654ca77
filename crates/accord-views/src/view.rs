//! Views: what the board reads, as data.
//!
//! A view holds tables, a table rows, a row cells, and a cell that is a figure says its value as
//! its source meant it, its unit and the entries that it comes from. [`text::render`] writes one
//! for a terminal; everything else is for whoever shows it.

pub mod access;
pub mod board;
pub mod ceasefire;
pub mod civilians;
pub mod docket;
pub mod evidence;
pub mod exchanges;
mod figure;
pub mod imports;
pub mod integrity;
pub mod line;
mod observations;
mod overdue;
pub mod overview;
pub mod party;
pub mod reports;
mod score;
pub mod scorecard;
mod span;
pub mod text;
pub mod weapons;

pub use reports::NAME as REPORTS;

pub use figure::{Cell, Column, Figure, Restatement, Row, Table, View, When};

use crate::replay::Snapshot;

/// A view that can be asked for by name.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Name on the command line.
    pub name: &'static str,
    /// Title.
    pub title: &'static str,
    /// Makes it.
    pub make: fn(&Snapshot) -> View,
}

/// Every view, in the order in which they are listed.
pub const VIEWS: &[Kind] = &[
    Kind { name: "overview", title: "Overview", make: overview::view },
    Kind { name: "scorecard", title: "Scorecard", make: scorecard::view },
    Kind { name: "ceasefire", title: "Ceasefire", make: ceasefire::view },
    Kind { name: "line", title: "Line", make: line::view },
    Kind { name: "access", title: "Access", make: access::view },
    Kind { name: "weapons", title: "Weapons", make: weapons::view },
    Kind { name: "civilians", title: "Civilians", make: civilians::view },
    Kind { name: "violations", title: "Violations", make: docket::view },
    Kind { name: "parties", title: "Parties", make: party::view },
    Kind { name: "exchanges", title: "Exchanges", make: exchanges::view },
    Kind { name: "board", title: "Board", make: board::view },
    Kind { name: "evidence", title: "Evidence", make: evidence::view },
    Kind { name: "imports", title: "Imports", make: imports::view },
    Kind { name: "reports", title: "Reports", make: reports::view },
    Kind { name: "integrity", title: "Integrity", make: integrity::view },
];

/// The view of this name.
pub fn view(name: &str, snapshot: &Snapshot) -> Option<View> {
    VIEWS.iter().find(|kind| kind.name == name).map(|kind| (kind.make)(snapshot))
}
