//! The witness: what keeps a ledger to one history.
//!
//! A witness is run by somebody else than the ledger's operator. It is shown each new checkpoint with
//! a proof that it goes on from the one before, remembers it durably, and only then cosigns it; so an
//! operator who shows two histories finds a quorum of witnesses for one of them at most. This crate
//! has both sides of C2SP tlog-witness:
//!
//! - [`witness`]: the witness proper, which cosigns or refuses, and takes deposits of event notes;
//! - [`state`]: what it must not forget, as files;
//! - [`server`]: the witness over HTTP;
//! - [`client`]: collecting cosignatures for a checkpoint, from many witnesses at once;
//! - [`http`]: the small HTTP client underneath.
//!
//! It knows bytes and proofs alone: nothing of what a ledger's entries say, and no ledger's files.

pub mod client;
pub mod http;
mod refusal;
pub mod server;
pub mod state;
pub mod witness;

pub use refusal::Refusal;
