//! What the family's state consists of. Instants are in microseconds since the epoch.

mod ceasefire;
mod conduct;
mod line;
mod window;

pub use ceasefire::{Acceptance, Ceasefire, Ended, Ending, Force, Notice, Status, Suspension};
pub use conduct::{Discipline, Order};
pub use line::{Baseline, Committed, Halts, Movement, Movements};
pub use window::{Breach, Closed, Window, WindowStatus};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state of one subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CeasefireState {
    /// Nothing yet.
    #[default]
    Empty,
    /// A ceasefire.
    Ceasefire(Box<Ceasefire>),
    /// Orders that parties gave for a ceasefire, by seq.
    Orders(BTreeMap<u64, Order>),
    /// What was done about those responsible in a case.
    Discipline(Discipline),
    /// Who committed itself to stop on a line.
    Halts(Halts),
    /// A line.
    Line(Box<Baseline>),
    /// How a line moved on one day.
    Movements(Movements),
    /// A silence window.
    Window(Box<Window>),
}

impl CeasefireState {
    /// The ceasefire, when it is one.
    pub fn ceasefire(&self) -> Option<&Ceasefire> {
        match self {
            Self::Ceasefire(ceasefire) => Some(ceasefire),
            _ => None,
        }
    }

    /// The baseline of a line, when it is one.
    pub fn baseline(&self) -> Option<&Baseline> {
        match self {
            Self::Line(baseline) => Some(baseline),
            _ => None,
        }
    }

    /// Who committed itself to stop on a line, when it is that.
    pub const fn halts(&self) -> Option<&Halts> {
        match self {
            Self::Halts(halts) => Some(halts),
            _ => None,
        }
    }

    /// How a line moved on one day, when it is that.
    pub const fn movements(&self) -> Option<&Movements> {
        match self {
            Self::Movements(movements) => Some(movements),
            _ => None,
        }
    }

    /// The silence window, when it is one.
    pub fn window(&self) -> Option<&Window> {
        match self {
            Self::Window(window) => Some(window),
            _ => None,
        }
    }
}
