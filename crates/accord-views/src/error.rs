//! What can go wrong.

use accord_projection::{ProjectionError, RegistryError};

/// Why families, a replay or a digest could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// The families do not fit together.
    #[error("the families do not fit together: {0}")]
    Registry(#[from] RegistryError),
    /// A state could not be made.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// The record was not read from its start, in order.
    #[error("entry {found} came where entry {expected} was to come")]
    Gap {
        /// The seq that was to come.
        expected: u64,
        /// The seq that came.
        found: u64,
    },
    /// A saved state is not one that this software can go on from.
    #[error("the saved state cannot be used: {0}; it is made anew from the record")]
    Unusable(String),
    /// There is no genesis, so that a state has no ledger to belong to.
    #[error("the record is empty")]
    Empty,
    /// A state has no canonical form.
    #[error("the state of family {family} has no canonical form: {why}")]
    Canonical {
        /// The family.
        family: &'static str,
        /// Why.
        why: String,
    },
}
