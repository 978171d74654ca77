//! Recomputes from what a reader sees: entries, chain, tree, proofs, and every public file.

use crate::model::Model;
use accord_format::entry::entry_hash;
use accord_format::hash::{EntryHash, NodeHash};
use accord_format::merkle::{
    self, Frontier, consistency_proof, inclusion_proof, leaf_hash, verify_consistency,
    verify_inclusion,
};
use accord_format::tile::{TilePath, encode_bundle};
use accord_store::disk::{Disk, SimDisk};
use accord_store::{Reader, TailState, layout, witnessed};
use std::sync::Arc;

/// Checks what a reader sees against the model, whether or not the batch in flight is there.
/// Returns whether it is.
pub(crate) fn check(disk: &SimDisk, model: &Model) -> bool {
    let reader = Reader::open(Arc::new(disk.clone())).expect("readable");
    if let TailState::Damaged(error) = reader.tail() {
        panic!("a crash was taken for damage: {error}");
    }
    let view = reader.view();
    let extra = match &model.in_flight {
        Some((batch, _)) if view.size() == model.size() + batch.len() as u64 => batch.clone(),
        _ => Vec::new(),
    };
    assert_eq!(view.size(), model.size() + extra.len() as u64, "number of entries");

    let mut frontier = model.frontier.clone();
    let mut expected = model.settled;
    for batch in view.batches(model.settled) {
        for (seq, entry) in batch.expect("a whole batch").iter() {
            assert_eq!(seq, expected, "seq");
            let at = usize::try_from(seq).expect("small");
            if let Some(known) = model.entries.get(at) {
                assert!(known == entry, "acknowledged entry {seq} is another one now");
            } else {
                assert!(extra[at - model.entries.len()] == entry, "entry {seq} in flight");
                frontier.push(leaf_hash(entry));
            }
            expected += 1;
        }
    }
    assert_eq!(expected, view.size(), "entries read");
    let root = frontier.root();
    assert_eq!((reader.head().size, reader.head().root), (view.size(), root), "head");
    if let Some(note) = model.released.get(&view.size()) {
        assert_eq!(note, &reader.head().note, "released checkpoint");
    }

    let published = reader.published().map_or(0, |published| published.size);
    assert!(published >= model.published, "published {} are {published} now", model.published);
    if let Some(note) = reader.published() {
        let released = model.released.get(&published);
        assert!(released.is_none_or(|released| note.note.starts_with(released)));
        assert!(model.quorum || released.is_none_or(|released| *released == note.note));
        static_files(disk, model, published);
    }
    quorum(disk, model, reader.published().map(|published| published.note.as_str()), published);
    proofs(&view, model, published, &root);
    !extra.is_empty()
}

/// Nothing is published without cosignatures; those that were published under are all kept; what
/// waits has its files.
fn quorum(disk: &SimDisk, model: &Model, note: Option<&str>, published: u64) {
    let kept = |size| witnessed::read(disk, size).expect("a checkpoint");
    if model.quorum
        && let Some(note) = note
    {
        assert!(note.contains("— witness/"), "published without a quorum: {note}");
        let kept = kept(published).expect("published, and not in witnessed/").note;
        let first = note.lines().find(|line| line.starts_with("— witness/")).expect("a line");
        assert!(kept.contains(first), "published under a cosignature that is not kept");
    }
    for (size, lines) in &model.witnessed {
        let kept = kept(*size).unwrap_or_else(|| panic!("witnessed/{size} is gone")).note;
        assert!(lines.iter().all(|line| kept.contains(line)), "witnessed/{size} lost a line");
    }
    let sizes = witnessed::sizes(disk).expect("a list");
    assert!(model.quorum || sizes.is_empty());
    if let Some(pending) = witnessed::pending(disk).expect("readable") {
        assert!(model.quorum, "something waits where nothing has to");
        static_files(disk, model, pending.size);
    }
}

/// Recomputes chain, tree and head from nothing but what a reader sees.
pub(crate) fn verify(disk: &SimDisk) {
    let reader = Reader::open(Arc::new(disk.clone())).expect("readable");
    let (mut frontier, mut prev) = (Frontier::default(), EntryHash::ZERO);
    for batch in reader.view().batches(0) {
        for (seq, entry) in batch.expect("a whole batch").iter() {
            let text = std::str::from_utf8(entry).expect("text");
            assert!(text.starts_with(&format!("{seq} {prev} ")), "chain at {seq}");
            prev = entry_hash(entry);
            frontier.push(leaf_hash(entry));
        }
    }
    for head in [Some(reader.head()), reader.published()].into_iter().flatten() {
        let root = merkle::root(&reader.view(), head.size).expect("hashes");
        assert_eq!(root, head.root, "root of {}", head.size);
    }
    assert_eq!((frontier.size(), frontier.root()), (reader.size(), reader.head().root), "head");
}

/// Proofs made from what is on disk verify.
fn proofs(view: &accord_store::View<'_>, model: &Model, published: u64, root: &NodeHash) {
    let size = view.size();
    for seq in [0, size / 2, size / 256 * 256, size - 1] {
        if let Some(leaf) = model.leaves.get(usize::try_from(seq).expect("small")) {
            let proof = inclusion_proof(view, seq, size).expect("hashes");
            verify_inclusion(seq, size, *leaf, &proof, root).expect("an inclusion proof");
        }
    }
    if published > 0 {
        let old = merkle::root(view, published).expect("hashes");
        let proof = consistency_proof(view, published, size).expect("hashes");
        verify_consistency((published, &old), (size, root), &proof).expect("a consistency proof");
    }
}

/// What a static server needs for the published size is there, to the byte.
fn static_files(disk: &SimDisk, model: &Model, size: u64) {
    assert!(size <= model.size(), "published before it was acknowledged");
    let fetch = |path: TilePath| {
        let full = TilePath { width: 256, ..path };
        [path, full]
            .into_iter()
            .find_map(|path| disk.read(&layout::tile(path), u64::MAX - 1).ok().map(|b| (path, b)))
            .unwrap_or_else(|| panic!("{path} is missing for published size {size}"))
    };
    let range = |path: TilePath| {
        let start = usize::try_from(path.index * 256).expect("small");
        start..start + usize::from(path.width)
    };
    for index in model.settled / 256..size.div_ceil(256) {
        let width = TilePath::width_at(0, index, size);
        let (path, bytes) = fetch(TilePath::bundle(index, width));
        let entries = model.entries[range(path)].iter().map(Vec::as_slice);
        assert!(bytes == encode_bundle(entries).expect("a bundle"), "{path}");
    }
    for level in 0..3 {
        let hashes = model.level(level);
        for index in 0.. {
            let width = TilePath::width_at(level, index, size);
            if width == 0 {
                break;
            }
            let (path, bytes) = fetch(TilePath::tile(level, index, width));
            let expected: Vec<_> = hashes[range(path)].iter().map(NodeHash::as_bytes).collect();
            let (found, rest) = bytes.as_chunks::<32>();
            assert!(rest.is_empty() && found.iter().collect::<Vec<_>>() == expected, "{path}");
        }
    }
}
