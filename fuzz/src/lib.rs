//! Fuzzing of every parser of the formats. See `targets`, and `fuzz/README.md` for how to run.

pub mod targets;
