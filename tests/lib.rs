//! What the end-to-end tests share; the tests are in `main.rs`, one file a theme.
//!
//! - [`files`]: a ledger's directory in memory, to damage and to read through the store's own door;
//! - [`world`]: one ledger with everything in it that verification must tell apart;
//! - [`forge`]: whole directories made without the ledger's writer, as an operator with bad
//!   intentions would;
//! - [`domain`]: the small family of events that both use;
//! - [`binary`]: the tool `accord`, run as its users run it.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a kit that fails fails its test"
)]

#[path = "kit/binary.rs"]
pub mod binary;
#[path = "kit/domain.rs"]
pub mod domain;
#[path = "kit/files.rs"]
pub mod files;
#[path = "kit/forge.rs"]
pub mod forge;
#[path = "kit/world.rs"]
pub mod world;
