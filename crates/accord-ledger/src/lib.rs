//! The event log: kernel authority, append, verification and proofs.
