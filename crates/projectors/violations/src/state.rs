//! What the family's state consists of. Instants are in microseconds since the epoch.

mod case;
mod determined;
mod remedy;
mod status;
mod step;

pub use case::Case;
pub use determined::{Kind, Lapse, Provisional, Standing};
pub use remedy::{Completion, Remedy};
pub use status::{Outcome, Status};
pub use step::{Attribution, Decided, Finding, Investigation, Reopening, Response, Visits};

use crate::event::CaseEvent;
use accord_projection::Item;
use serde::{Deserialize, Serialize};

accord_projection::states! {
    /// The state of one subject.
    pub enum ViolationsState {
        /// A case.
        Case(Box<Case>) = case: Case;
        /// What one participant alleged on one day.
        Day(AllegationDay) = day: AllegationDay;
    }
}

/// What one participant alleged on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllegationDay {
    /// How many allegations.
    pub count: u64,
}

/// Subject that counts a participant's allegations of the day on which `item` was recorded.
pub(crate) fn day_of(item: &Item<'_, CaseEvent>) -> String {
    format!("allegations/{}/{}", item.recorded.to_day_string(), item.event.author())
}
