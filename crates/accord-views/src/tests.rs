//! Families, replay and views over a record that the kernel follows as well.

mod board;
mod cases;
mod catalogue;
mod clocks;
mod data;
mod imports;
mod suspicion;
mod world;
