//! The kernel: what the ledger itself knows of participants, keys, roles and the charter.

/// Kernel state just before an entry.
#[derive(Clone, Debug, Default)]
pub struct Kernel {}
