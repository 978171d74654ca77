//! What the end-to-end tests share; the tests are in `main.rs`, one file a theme.
//!
//! - [`ahead`]: the operator's tool, which looks at no clock;
//! - [`files`]: a ledger's directory in memory, to damage and to read through the store's own door;
//! - [`world`]: one ledger with everything in it that verification must tell apart;
//! - [`forge`]: whole directories made without the ledger's writer, as an operator with bad
//!   intentions would;
//! - [`charter`]: a charter of one party with a clock of the ledger's own;
//! - [`domain`]: the small family of events that both use;
//! - [`binary`]: the tool `accord`, run as its users run it;
//! - [`process`]: its servers, as processes that run until they are killed;
//! - [`proxy`]: a network between them that can be cut;
//! - [`site`]: a ledger on its operator's machine, and somebody who reads it from another.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a kit that fails fails its test"
)]

#[path = "kit/ahead.rs"]
pub mod ahead;
#[path = "kit/binary.rs"]
pub mod binary;
#[path = "kit/charter.rs"]
pub mod charter;
#[path = "kit/domain.rs"]
pub mod domain;
#[path = "kit/files.rs"]
pub mod files;
#[path = "kit/forge.rs"]
pub mod forge;
#[path = "kit/process.rs"]
pub mod process;
#[path = "kit/proxy.rs"]
pub mod proxy;
#[path = "kit/site.rs"]
pub mod site;
#[path = "kit/world.rs"]
pub mod world;
