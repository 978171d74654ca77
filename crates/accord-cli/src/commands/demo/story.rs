//! Two years, made up: what parties, mission, board and intermediaries of the charter do in them.
//!
//! Nothing here takes a side: whatever one party does, every other does too, in the same numbers.
//! There are no real units, no persons, and no place finer than a region that the charter names.

mod board;
mod cases;
mod ceasefire;
mod courses;
mod decisions;
mod evidence;
mod exchanges;
mod monitoring;
mod observations;
mod provisions;
mod records;
mod remains;
mod weapons;

use super::script::Script;
use crate::error::CliError;

/// The day on which the ceasefire begins, counted like every day here from the founding.
const CEASEFIRE: i64 = 79;
/// The day after the last that is told of.
const END: i64 = 729;

/// Writes the whole story.
pub(super) fn write(script: &mut Script<'_>) -> Result<(), CliError> {
    board::constitute(script)?;
    let ceasefires = ceasefire::write(script)?;
    let told = observations::write(script)?;
    monitoring::write(script)?;
    weapons::write(script)?;
    cases::write(script, &told)?;
    exchanges::write(script)?;
    remains::write(script)?;
    provisions::write(script)?;
    evidence::write(script)?;
    board::meetings(script, &ceasefires)?;
    records::write(script, &told)
}

#[cfg(test)]
mod tests;
