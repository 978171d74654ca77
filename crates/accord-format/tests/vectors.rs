//! The published test vectors, every case of them: each test counts its cases and asserts the
//! count, so that a file that is missing or a case that is skipped fails.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail loudly, as tests do")]

#[path = "vectors/blake3.rs"]
mod blake3;
#[path = "vectors/cosignature.rs"]
mod cosignature;
#[path = "vectors/ed25519.rs"]
mod ed25519;
#[path = "vectors/log.rs"]
mod log;
#[path = "vectors/merkle.rs"]
mod merkle;
#[path = "vectors/note.rs"]
mod note;
#[path = "vectors/support.rs"]
mod support;
#[path = "vectors/tile.rs"]
mod tile;
#[path = "vectors/tlog_proof.rs"]
mod tlog_proof;
