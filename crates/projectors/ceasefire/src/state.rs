//! What the family's state consists of. Instants are in microseconds since the epoch.

mod ceasefire;
mod conduct;
mod line;
mod window;

pub use ceasefire::{Acceptance, Ceasefire, Ended, Ending, Force, Notice, Status, Suspension};
pub use conduct::{Discipline, Order};
pub use line::{Baseline, Committed, Halts, Movement, Movements};
pub use window::{Breach, Closed, Window, WindowStatus};

use std::collections::BTreeMap;

accord_projection::states! {
    /// The state of one subject.
    pub enum CeasefireState {
        /// A ceasefire.
        Ceasefire(Box<Ceasefire>) = ceasefire: Ceasefire;
        /// Orders that parties gave for a ceasefire, by seq.
        Orders(BTreeMap<u64, Order>) = orders: BTreeMap<u64, Order>;
        /// What was done about those responsible in a case.
        Discipline(Discipline) = discipline: Discipline;
        /// Who committed itself to stop on a line.
        Halts(Halts) = halts: Halts;
        /// A line.
        Line(Box<Baseline>) = baseline: Baseline;
        /// How a line moved on one day.
        Movements(Movements) = movements: Movements;
        /// A silence window.
        Window(Box<Window>) = window: Window;
    }
}
