//! State from the record: projectors, two clocks, corrections and provenance.
//!
//! A [`Projector`] says what its events mean: which subjects they bear on, and how each changes a
//! subject's state. Everything else is here, once for all families: the order of folding, the two
//! clocks, what corrections and retractions do, timers, findings, digests, and which entries a
//! figure comes from. An [`Engine`] does it for one family.
//!
//! `State(K, T)` is the fold of the entries below size K (what was known), as corrected by
//! corrections below K, whose effect is at or before T (what had happened), in the order of
//! (effect, seq). An engine holds it for one T and any growing K; its state is that of a fold from
//! nothing, however the entries, their corrections and T arrived.
//!
//! Pure: no store, clock or network. Where an entry has to be read again, the caller's [`Source`]
//! gives it.

mod amend;
pub mod columns;
mod engine;
mod error;
mod facts;
mod finding;
pub mod instrument;
mod item;
pub mod named;
mod payloads;
mod projector;
mod provenance;
pub mod resolution;
mod scene;
pub mod signers;
mod states;
pub mod suspicion;
mod terms;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

/// The catalogue, for [`events!`].
pub use accord_catalogue as catalogue;
/// The JSON values, for [`events!`].
pub use serde_json as json;

pub use accord_catalogue::{Guard, Timer};
pub use amend::{Amendment, Amendments, Correction, Duplicate};
pub use engine::{Engine, Source};
pub use error::{ProjectionError, RegistryError};
pub use facts::{Declaration, Facts, NoFacts, order};
pub use finding::{Finding, OutOfOrder, Refusal, Remark};
pub use item::{HISTORICAL, Item};
pub use payloads::{Payloads, Reader, read};
pub use projector::Projector;
pub use provenance::{Provenance, Selector};
pub use scene::Scene;
pub use terms::{Basis, THIRD, Terms, UNDETERMINED};
