//! Whole directories made without the ledger's writer: what somebody can do who has the operator's
//! keys and writes whatever suits.

use crate::files::Files;
use accord_format::checkpoint::Checkpoint;
use accord_format::entry::{Entry, Header, entry_hash};
use accord_format::event::SignedEvent;
use accord_format::hash::{EntryHash, NodeHash};
use accord_format::key::NoteSigner;
use accord_format::merkle::{leaf_hash, root_of};
use accord_format::tile::{TilePath, encode_bundle};
use accord_format::time::Timestamp;
use accord_store::layout;
use accord_store::tail::{self, Image};
use std::collections::BTreeMap;

const WIDTH: usize = 256;

/// An event note and when it is to be recorded; the rest of its header follows from its place,
/// unless it is said otherwise.
#[derive(Clone, Debug)]
pub struct Link {
    /// The note, which need not be one.
    pub note: String,
    /// When.
    pub recorded: Timestamp,
    /// Another position than its own.
    pub seq: Option<u64>,
    /// Another revision than its own.
    pub revision: Option<u64>,
    /// Another hash than that of the entry before.
    pub prev: Option<EntryHash>,
}

impl Link {
    /// A note recorded at a time.
    pub fn new(note: &str, recorded: Timestamp) -> Self {
        Self { note: note.to_owned(), recorded, seq: None, revision: None, prev: None }
    }

    /// The note and time of an entry.
    pub fn of(entry: &[u8]) -> Self {
        let entry = Entry::parse(entry).unwrap();
        Self::new(entry.signed().note(), entry.header.recorded)
    }
}

/// The links of a history.
pub fn links(entries: &[Vec<u8>]) -> Vec<Link> {
    entries.iter().map(|entry| Link::of(entry)).collect()
}

/// Chains notes into entries: a history as good as any.
pub fn chain(links: &[Link]) -> Vec<Vec<u8>> {
    let mut revisions: BTreeMap<String, u64> = BTreeMap::new();
    let mut prev = EntryHash::ZERO;
    let mut entries = Vec::with_capacity(links.len());
    for (seq, link) in (0..).zip(links) {
        let stream =
            SignedEvent::parse(link.note.as_bytes()).ok().map(|s| s.event().stream.clone());
        let mut revision = 0;
        if let Some(stream) = stream {
            let next = revisions.entry(stream).or_default();
            revision = *next;
            *next += 1;
        }
        let header = Header {
            seq: link.seq.unwrap_or(seq),
            revision: link.revision.unwrap_or(revision),
            prev: link.prev.unwrap_or(prev),
            recorded: link.recorded,
        };
        let mut bytes = header.to_text().into_bytes();
        bytes.extend_from_slice(link.note.as_bytes());
        prev = entry_hash(&bytes);
        entries.push(bytes);
    }
    entries
}

/// The signed checkpoint over the first entries.
pub fn checkpoint(entries: &[Vec<u8>], origin: &str, keys: &[&NoteSigner]) -> String {
    let leaves: Vec<NodeHash> = entries.iter().map(|e| leaf_hash(e)).collect();
    let size = entries.len() as u64;
    let head = Checkpoint { origin: origin.to_owned(), size, root: root_of(&leaves) };
    head.sign(keys).unwrap().to_text()
}

/// The directory of a ledger with these entries, all published under `keys`, as closing leaves it.
pub fn directory(entries: &[Vec<u8>], origin: &str, keys: &[&NoteSigner]) -> Files {
    let note = checkpoint(entries, origin, keys);
    let mut files = public(entries, &note);
    let base = entries.len() / WIDTH * WIDTH;
    files.put(layout::TAIL, tail(entries, base, &note));
    files
}

/// The public part alone, as a mirror holds it.
pub fn public(entries: &[Vec<u8>], note: &str) -> Files {
    let mut files = Files::default();
    files.put(layout::CHECKPOINT, note.as_bytes().to_vec());
    for (index, bundle) in (0..).zip(entries.chunks(WIDTH)) {
        let path = TilePath::bundle(index, width(bundle.len()));
        let bytes = encode_bundle(bundle.iter().map(Vec::as_slice)).unwrap();
        files.put(&layout::tile(path), bytes);
    }
    let mut hashes: Vec<NodeHash> = entries.iter().map(|e| leaf_hash(e)).collect();
    for level in 0.. {
        for (index, tile) in (0..).zip(hashes.chunks(WIDTH)) {
            let path = TilePath::tile(level, index, width(tile.len()));
            files.put(&layout::tile(path), tile.iter().flat_map(|h| *h.as_bytes()).collect());
        }
        hashes = hashes.chunks_exact(WIDTH).map(root_of).collect();
        if hashes.is_empty() {
            break;
        }
    }
    files
}

/// A tail that holds the entries from `base` on, under one checkpoint.
pub fn tail(entries: &[Vec<u8>], base: usize, note: &str) -> Vec<u8> {
    let prev = base.checked_sub(1).map_or(EntryHash::ZERO, |before| entry_hash(&entries[before]));
    let mut image = Image::empty(base as u64, prev);
    let held: Vec<&[u8]> = entries[base..].iter().map(Vec::as_slice).collect();
    let leaves: Vec<NodeHash> = held.iter().map(|e| leaf_hash(e)).collect();
    image.push(&held, &leaves);
    image.cover(note.to_owned());
    tail::file(&image)
}

fn width(len: usize) -> u16 {
    u16::try_from(len).unwrap()
}
