//! Writes the records of the tail.

use super::{FIRST_LINE, FRAME_BYTES_MAX, FRAME_ENTRIES_MAX, Image, checksum};
use crate::error::{StoreError, StoreResult};
use accord_format::entry::ENTRY_MAX;
use accord_format::hash::{EntryHash, to_hex};

/// The base record.
pub fn base(seq: u64, prev: &EntryHash) -> Vec<u8> {
    record(&format!("base {seq} {prev}"), &[])
}

/// The frame of `entries` from `seq` on, behind the entry with hash `prev`.
///
/// # Errors
/// [`StoreError::EmptyBatch`], [`StoreError::EntryTooLong`] or [`StoreError::BatchTooLarge`].
pub fn frame<B: AsRef<[u8]>>(seq: u64, prev: &EntryHash, entries: &[B]) -> StoreResult<Vec<u8>> {
    let mut bytes: usize = 0;
    for (at, entry) in entries.iter().enumerate() {
        let length = entry.as_ref().len();
        if length > ENTRY_MAX {
            return Err(StoreError::EntryTooLong { at, bytes: length, max: ENTRY_MAX });
        }
        bytes = bytes.saturating_add(2 + length);
    }
    if entries.is_empty() {
        return Err(StoreError::EmptyBatch);
    }
    if entries.len() > FRAME_ENTRIES_MAX || bytes > FRAME_BYTES_MAX {
        return Err(StoreError::BatchTooLarge {
            entries: entries.len(),
            bytes,
            max_entries: FRAME_ENTRIES_MAX,
            max_bytes: FRAME_BYTES_MAX,
        });
    }
    // The body is built in its place and the checksum filled in, so that no entry is copied twice.
    let header = frame_header(seq, entries.len(), bytes, prev);
    let body_at = header.len() + 1 + 64 + 1;
    let mut out = Vec::with_capacity(body_at + bytes);
    out.extend_from_slice(header.as_bytes());
    out.resize(body_at, b' ');
    for entry in entries {
        let entry = entry.as_ref();
        // The length was checked above.
        let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(entry);
    }
    let sum = to_hex(&checksum(header.as_bytes(), &out[body_at..]));
    out[header.len() + 1..body_at - 1].copy_from_slice(sum.as_bytes());
    out[body_at - 1] = b'\n';
    Ok(out)
}

/// The checkpoint record of `size` with the signed `note`.
pub fn checkpoint(size: u64, note: &str) -> Vec<u8> {
    record(&format!("checkpoint {size} {}", note.len()), note.as_bytes())
}

/// The whole file that holds what `image` holds.
pub fn file(image: &Image) -> Vec<u8> {
    let mut out = format!("{FIRST_LINE}\n").into_bytes();
    out.extend_from_slice(&base(image.base(), &image.prev()));
    let (mut seq, mut prev) = (image.base(), image.prev());
    while seq < image.size() {
        let end = frame_end(image, seq);
        let body = image.encoded(seq, end);
        let count = usize::try_from(end - seq).unwrap_or(usize::MAX);
        out.extend(record(&frame_header(seq, count, body.len(), &prev), body));
        prev = image.entry(end - 1).map_or(prev, accord_format::entry::entry_hash);
        seq = end;
    }
    out.extend_from_slice(&checkpoint(image.size(), image.note()));
    out
}

/// How far one frame from `seq` on can reach.
fn frame_end(image: &Image, seq: u64) -> u64 {
    let mut end = image.size().min(seq + FRAME_ENTRIES_MAX as u64);
    while end > seq + 1 && image.encoded(seq, end).len() > FRAME_BYTES_MAX {
        end = seq + (end - seq) / 2;
    }
    end
}

fn frame_header(seq: u64, count: usize, bytes: usize, prev: &EntryHash) -> String {
    format!("frame {seq} {count} {bytes} {prev}")
}

fn record(header: &str, body: &[u8]) -> Vec<u8> {
    let sum = to_hex(&checksum(header.as_bytes(), body));
    let mut out = Vec::with_capacity(header.len() + 66 + body.len());
    out.extend_from_slice(header.as_bytes());
    out.push(b' ');
    out.extend_from_slice(sum.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(body);
    out
}
