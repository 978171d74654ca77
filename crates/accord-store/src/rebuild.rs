//! Makes hash tiles anew from the entry bundles.

use crate::disk::Disk;
use crate::error::{Corruption, StoreError, StoreResult, What};
use crate::files::{Placer, remove_if_there};
use crate::layout;
use crate::recovery::covering;
use crate::tail::Image;
use crate::tree::{Edge, FullTile};
use crate::view::View;
use accord_format::merkle::leaf_hash;
use accord_format::tile::TILE_WIDTH;
use std::sync::Arc;

/// Recomputes the tree from the bundles below the tail. If it has the root that the tail's
/// checkpoint says, tiles that disagree with it are replaced; their number is returned.
///
/// # Errors
/// [`StoreError::Corrupt`] if the bundles do not give that root: then the entries themselves are
/// damaged, and nothing was changed.
pub(crate) fn rebuild_tiles(disk: &Arc<dyn Disk>, image: &Image) -> StoreResult<u64> {
    let (size, full) = (image.size(), image.base());
    let view = View { disk: &**disk, image: Some(image), edge: None, size, full, published: 0 };
    // One pass to check, one to write: nothing is replaced before the root is known to be right.
    let mut frontier = build(&view, full, |_| Ok(()))?.frontier();
    for leaf in image.leaves() {
        frontier.push(*leaf);
    }
    let head = covering(image)?;
    if frontier.root() != head.root {
        let corruption = Corruption::new(What::Root, layout::TAIL, head.root, frontier.root());
        return Err(corruption.into());
    }
    remove_if_there(&**disk, layout::PUBLIC_TEMP).map_err(StoreError::of_write)?;
    let mut placer = Placer::new(Arc::clone(disk));
    let mut rebuilt = 0;
    build(&view, full, |tile| {
        if view.read_tile(tile.path).is_ok_and(|hashes| hashes == tile.hashes) {
            return Ok(());
        }
        let bytes: Vec<u8> = tile.hashes.iter().flat_map(|hash| *hash.as_bytes()).collect();
        placer.place(&layout::tile(tile.path), &bytes).map_err(StoreError::of_write)?;
        rebuilt += 1;
        Ok(())
    })?;
    placer.settle().map_err(StoreError::of_write)?;
    Ok(rebuilt)
}

/// Hashes the bundles below `full`, handing over each full tile as it comes about.
fn build(
    view: &View<'_>,
    full: u64,
    mut tile: impl FnMut(FullTile) -> StoreResult<()>,
) -> StoreResult<Edge> {
    let mut edge = Edge::default();
    for index in 0..full / TILE_WIDTH {
        let batch = view.batch(index)?;
        let leaves = batch.iter().map(|(_, entry)| leaf_hash(entry)).collect();
        edge.push(leaves).into_iter().try_for_each(&mut tile)?;
    }
    Ok(edge)
}
