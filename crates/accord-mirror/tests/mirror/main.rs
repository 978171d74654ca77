//! The mirror against honest, forgetful and lying origins.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    unreachable_pub,
    reason = "what fails while a test is set up fails the test, and the kit is shared with others"
)]

#[path = "../../../../tests/kit/domain.rs"]
mod domain;
#[path = "../../../../tests/kit/files.rs"]
mod files;
#[path = "../../../../tests/kit/forge.rs"]
mod forge;
#[path = "../../../../tests/kit/world.rs"]
mod world;

mod crashes;
mod following;
mod forks;
mod index;
mod kit;
mod names;
mod pending;
mod repair;
mod strangers;
mod submission;
mod withheld;
