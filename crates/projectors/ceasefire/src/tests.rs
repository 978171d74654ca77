//! The family by itself: payloads, and its fold and judge over a record in memory.

mod bench;
mod codes;
mod conduct;
mod consent;
mod force;
mod line;
mod payloads;
mod suspicion;
mod total;
mod window;
