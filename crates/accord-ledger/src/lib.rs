//! The event log: kernel authority, append, verification and proofs.

pub mod admission;
pub mod kernel;
