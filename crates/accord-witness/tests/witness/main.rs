//! The witness and its client, against each other and against others.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper that fails fails its test"
)]

mod client;
mod crashes;
mod deposits;
mod https;
mod kit;
mod races;
mod restarts;
mod statuses;
mod strangers;
mod subtrees;
