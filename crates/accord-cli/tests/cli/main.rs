//! The binary as its users meet it: words in, words, files and exit codes out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "whatever fails while a test is set up fails the test"
)]

mod authoring;
mod bench;
mod completeness;
mod demo;
mod importing;
mod kit;
mod ledger;
mod reports;
mod resuming;
mod states;
