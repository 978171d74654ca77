//! The mirror: a verified copy of a ledger that somebody else keeps.
//!
//! A mirror follows a ledger from a directory or over HTTP, believes nothing of what it is given, and
//! stores only what it has verified: the ledger by its id, the checkpoint under the keys in force at
//! its size, every entry by its place, its chain and the tree that the checkpoint signs. What it
//! holds it serves as a tiled log, and cosigns as C2SP tlog-mirror has it: its line says that all of
//! this is here, durable, and can be read. What an operator signed and does not show, or shows in two
//! versions, it keeps as evidence.
//!
//! - [`source`]: where the ledger is read: a directory, or an address;
//! - [`mirror`]: the copy, and one round of following;
//! - [`found`]: what it finds wrong, and the evidence that it keeps;
//! - [`repair`]: a damaged ledger put right from a mirror;
//! - [`submission`]: checkpoints and entries that are handed in, as C2SP tlog-mirror has it;
//! - [`server`]: the copy over HTTP.

mod reading;
mod remote;

pub mod found;
pub mod mirror;
pub mod repair;
pub mod server;
pub mod source;
pub mod submission;
