//! Fuzzing of every parser. See `targets` and `witnessed` for the formats, `upper` for what stands on them, and
//! `fuzz/README.md` for how to run.

pub mod targets;
pub mod upper;
pub mod witnessed;
