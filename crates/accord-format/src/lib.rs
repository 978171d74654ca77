//! The bytes of an Accord ledger, and nothing else.
//!
//! This crate is the trusted base that an auditor reads first: how a note, an event, an entry, a
//! Merkle tree, a checkpoint and a proof look as bytes, and how each is checked. There is no I/O
//! here, no clock, no randomness, no async and no state: every function is a total function of its
//! arguments. What it is *not*: it does not know who may sign what (that is the ledger's), where
//! bytes are kept (the store's) or what an event means (the projectors').
//!
//! The normative text is `docs/format.md`; module names follow its sections.
//!
//! ```
//! use accord_format::{event::SignedEvent, key::NoteSigner};
//!
//! let key = NoteSigner::from_seed("mission/field-3", &[7; 32]).unwrap();
//! let line = format!(
//!     r#"{{"ledger":"{}","id":"0198f3c2-0000-7000-8000-000000000001","type":"violation.alleged","version":1,"stream":"violation/0198f3c2-0000-7000-8000-000000000001","signers":[{{"key":"{}","as":"mission"}}],"issued":"2026-03-01T05:00:00Z","occurred":{{"from":"2026-03-01T04:00:00Z","precision":"hour"}},"seen":{{"size":0,"root":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}},"payload":{{}}}}"#,
//!     "00".repeat(32),
//!     key.id_string(),
//! );
//! let event = SignedEvent::sign(&line, &[&key]).unwrap();
//! let again = SignedEvent::parse(event.note().as_bytes()).unwrap();
//! assert_eq!(again.event().hash(), event.event().hash());
//! ```

#![forbid(unsafe_code)]

mod as_text;
pub mod bundle;
pub mod canonical;
pub mod checkpoint;
pub mod commitment;
pub mod completeness;
pub mod cosignature;
pub mod deposit;
pub mod digest;
pub mod entry;
pub mod event;
pub mod fraud;
pub mod hash;
pub mod head;
pub mod json;
pub mod key;
pub mod log_key;
pub mod merkle;
pub mod mirroring;
pub mod misdated;
pub mod mldsa;
pub mod name;
pub mod note;
pub mod policy;
pub mod possession;
pub mod prepared;
pub mod receipt;
pub mod refusal;
pub mod rollback;
pub mod tile;
pub mod time;
pub mod tlog_proof;
pub mod varint;
mod wire;
pub mod withheld;
pub mod witnessing;
