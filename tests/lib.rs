//! End-to-end tests over the real binary; see `main.rs`.
