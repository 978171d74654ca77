//! Made-up ledgers of any size, and how fast this machine is with them.
//!
//! - [`Recipe`] founds a ledger and [`Story`] fills it, deterministically from a seed;
//! - [`fill`] appends a story through the ledger's own writer, [`generate`] makes a whole directory;
//! - [`measure`] says how fast what is, beside what bounds it.
//!
//! A made-up ledger's keys follow from a number, so its clock is always simulated, which every
//! output says. Nothing here knows the parties or areas of any one agreement: the charter does.

#![forbid(unsafe_code)]

mod cast;
mod dice;
mod error;
mod found;
pub mod measure;
mod story;

#[cfg(test)]
mod tests;

pub use error::BenchError;
pub use found::Recipe;
pub use measure::{generate, write_keys};
pub use story::{Made, Story};

use accord_ledger::{Ledger, Outcome, Submission};

/// Events of one batch while a ledger is filled.
const BATCH: u64 = 1_024;

/// Appends the story until the ledger holds `entries`; `done` hears how many it holds.
pub fn fill(
    ledger: &mut Ledger,
    story: &mut Story<'_>,
    entries: u64,
    done: &mut dyn FnMut(u64),
) -> Result<(), BenchError> {
    while ledger.size() < entries {
        let mut batch = Vec::new();
        for _ in 0..BATCH.min(entries - ledger.size()) {
            batch.push(story.next_event()?);
        }
        let submissions: Vec<Submission> = batch.iter().map(|m| m.submission.clone()).collect();
        let outcomes = ledger.append(&submissions)?;
        for (made, outcome) in batch.iter().zip(outcomes) {
            taken(made.event_type, outcome)?;
        }
        story.saw(ledger.size(), ledger.root());
        done(ledger.size());
    }
    Ok(())
}

/// An error unless the event was taken in, for the first time.
pub(crate) fn taken(event_type: &str, outcome: Outcome) -> Result<(), BenchError> {
    let (code, detail) = match outcome {
        Outcome::Accepted { .. } => return Ok(()),
        Outcome::Repeated { .. } => ("repeated".to_owned(), "it is in the ledger".to_owned()),
        Outcome::Refused { rejection, .. } => (rejection.code.to_owned(), rejection.detail),
        Outcome::Malformed(error) => ("malformed".to_owned(), error.to_string()),
    };
    Err(BenchError::Refused { event_type: event_type.to_owned(), code, detail })
}
