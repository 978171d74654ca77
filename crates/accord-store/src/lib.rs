//! Where the bytes live: one directory, its crash safety and its rebuildable index.
pub mod disk;
