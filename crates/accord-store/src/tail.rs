//! The tail: acknowledged entries that are not yet in a full bundle, with their checkpoints.
//!
//! # The file `private/tail` (normative)
//!
//! Text headers, each one line ended by LF, and opaque bytes in lengths that the headers give. One
//! space between fields. `<n>` is a decimal without sign or leading zeros below 2^64; `<hash>` is 64
//! lower-case hex digits.
//!
//! ```text
//! accord.tail/v1
//! base <seq> <prev> <checksum>
//! frame <seq> <count> <bytes> <prev> <checksum>
//! …<bytes> bytes: the body
//! checkpoint <size> <bytes> <checksum>
//! …<bytes> bytes: the note
//! ```
//!
//! - The first two lines are always there, once. The base is the seq of the first entry of the
//!   tail, a multiple of 256: everything below lies in full bundles. `prev` is the hash of the entry
//!   before the base, 64 zeros if the base is 0.
//! - After them come groups: one or more frames, then one checkpoint record; the first group may
//!   have no frame, when the checkpoint's size is the base.
//! - A frame holds `count` ≥ 1 entries from `seq` on; `seq` continues the frame before it, or is the
//!   base; `prev` is the hash (BLAKE3) of the entry before. The body is a C2SP entry bundle: each
//!   entry behind its length in 16 bits, big-endian. At most 4,096 entries and 16 MiB.
//! - A checkpoint record's `size` is the seq after the last entry so far, and larger than that of
//!   the record before it. The note is the signed checkpoint of that size.
//! - `checksum` is BLAKE3 in `derive_key` mode with context `accord tail v1`, over the record's
//!   header up to and without the space before the checksum, then its body or note.
//!
//! The entries below the last checkpoint record were acknowledged. A commit appends one frame, makes
//! it durable, then appends its checkpoint record and makes that durable; so what a crash can leave
//! behind the last checkpoint record is one frame, whole or torn, and perhaps its torn checkpoint
//! record. [`scan`] accepts that and nothing else as [`Ending::Dropped`]; see there for how a tear is
//! told from damage.

mod encode;
mod header;
mod image;
mod scan;
#[cfg(test)]
mod tests;

pub use encode::{base, checkpoint, file, frame};
pub use image::Image;
pub use scan::{Dropped, Ending, Scan, scan};

/// The first line.
pub const FIRST_LINE: &str = "accord.tail/v1";
/// Most entries in a frame.
pub const FRAME_ENTRIES_MAX: usize = 4096;
/// Most bytes of a frame's body.
pub const FRAME_BYTES_MAX: usize = 16 << 20;
/// Longest file read: promotion keeps the remainder below 256 entries of 64 KiB and lets at most
/// 4,096 entries or 8 MiB and one frame gather, each entry perhaps with a checkpoint of its own.
pub const FILE_BYTES_MAX: u64 = 256 << 20;
/// Longest header line with its LF: `frame`, three numbers of 20 digits, two hashes.
pub(crate) const HEADER_BYTES_MAX: usize = 5 + 3 * 21 + 2 * 65 + 1;

/// The checksum of a record: `header` is its line without the checksum.
fn checksum(header: &[u8], body: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("accord tail v1");
    hasher.update(header);
    hasher.update(body);
    *hasher.finalize().as_bytes()
}
