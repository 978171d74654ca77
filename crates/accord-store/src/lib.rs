//! Where the bytes live: one directory, its crash safety and its rebuildable index.
//!
//! The store keeps opaque entries in order, durably, and the tree over them; it knows nothing of
//! what an entry says, who may write it, or whether a checkpoint's signature is right. Its promise:
//! once [`Store::commit`] has returned, the entries are there after every crash, byte for byte,
//! under the checkpoint that was returned.
//!
//! - [`disk`]: the trait through which files are reached, the real disk and the simulated one;
//! - [`layout`]: what lies where; [`tail`]: the file of entries not yet in a bundle (normative);
//! - [`Store`]: the writer (commit, promotion, publication) and [`Recovered`], its opening;
//! - [`Reader`] and [`View`]: entries, bundles and hashes, beside a writer or without one;
//! - [`witnessed`]: the checkpoint that waits for cosignatures, and those that met their quorum;
//! - [`replica`]: a copy of the public part, grown from what somebody else serves;
//! - [`repair`]: damaged files put right from entries that are known to be the ledger's own;
//! - [`index`]: where to find an entry, rebuildable and never evidence.
//!
//! ```
//! use accord_store::{Reader, Store, disk::SimDisk};
//! use std::sync::Arc;
//!
//! // A signer is the caller's; this one makes a note in form, with a signature that is none.
//! let mut sign = |size: u64, root: accord_format::hash::NodeHash| {
//!     let checkpoint = accord_format::checkpoint::Checkpoint { origin: "example".into(), size, root };
//!     Ok(format!("{}\n— example AAAAAAAA\n", checkpoint.to_text()))
//! };
//! let disk = Arc::new(SimDisk::new(1));
//! let (mut store, _) = Store::init(disk.clone(), b"the first entry", &mut sign)?;
//! let committed = store.commit(&[b"the second"], &mut sign)?;
//! assert_eq!(committed.size, 2);
//! assert_eq!(Reader::open(disk)?.view().entry(1)?, b"the second");
//! # Ok::<(), accord_store::StoreError>(())
//! ```

#![forbid(unsafe_code)]

pub mod disk;
mod error;
mod files;
pub mod index;
mod init;
pub mod layout;
mod nearby;
mod promote;
mod publish;
mod reader;
mod rebuild;
mod recovery;
pub mod repair;
pub mod replica;
pub mod tail;
mod tree;
mod view;
pub mod witnessed;
mod writer;

pub use error::{Corruption, RecordError, SignError, StoreError, StoreResult, What};
pub use nearby::Nearby;
pub use reader::{Reader, TailState};
pub use recovery::Recovered;
pub use view::{Batch, View};
pub use writer::{Committed, Flight, Landed, Published, Sign, Store};
