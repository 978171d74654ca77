//! The event log: kernel authority, append, verification and proofs.

pub mod admission;
pub mod judge;
pub mod kernel;
pub mod keyring;

/// The newest rulebook that this software knows.
pub const RULEBOOK: u32 = 1;
