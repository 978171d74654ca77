//! The store on a disk that crashes, tears, loses and lies; see `simulation/run.rs` for the seeds.

#![expect(clippy::expect_used, clippy::panic, reason = "a test says what it expects by panicking")]

#[path = "simulation/check.rs"]
mod check;
#[path = "simulation/countdown.rs"]
mod countdown;
#[path = "simulation/index.rs"]
mod index;
#[path = "simulation/model.rs"]
mod model;
#[path = "simulation/run.rs"]
mod run;
#[path = "simulation/seeds.rs"]
mod seeds;
