//! Where everything lies below the ledger's directory.

use accord_format::tile::TilePath;

/// A valid C2SP tiled log as it stands; any static server can serve it.
pub const PUBLIC: &str = "public";
/// What only the operator reads, mode 0700.
pub const PRIVATE: &str = "private";
/// Acknowledged entries that are not yet in a full bundle; see [`crate::tail`].
pub const TAIL: &str = "private/tail";
/// The tail being rewritten.
pub const TAIL_TEMP: &str = "private/tail.tmp";
/// Locked by the one writer.
pub const LOCK: &str = "private/lock";
/// The rebuildable index: sorted files, and sled for what is recent.
pub const INDEX: &str = "private/index";
/// Folded states that the index keeps in files of their own.
pub const STATES: &str = "private/states";
/// The latest published checkpoint.
pub const CHECKPOINT: &str = "public/checkpoint";
/// Under a quorum policy: the operator's newer head, waiting for cosignatures.
pub const CHECKPOINT_PENDING: &str = "public/checkpoint.pending";
/// The directory of checkpoints that met their quorum, each named by its size.
pub const WITNESSED: &str = "public/witnessed";
/// The directory of bundles and tiles.
pub const TILES: &str = "public/tile";
/// The one public file being written; the writer is alone, so one name is enough.
pub const PUBLIC_TEMP: &str = "public/incoming.tmp";

/// The file of a tile or bundle.
pub fn tile(path: TilePath) -> String {
    format!("{PUBLIC}/{path}")
}

/// The file of the checkpoint of `size` that met its quorum.
pub fn witnessed(size: u64) -> String {
    format!("{WITNESSED}/{size}")
}

/// The directory of the partial versions of the full tile or bundle `full`.
pub fn partials_of(full: TilePath) -> String {
    format!("{PUBLIC}/{full}.p")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_lie_where_a_static_server_finds_them() {
        assert_eq!(tile(TilePath::bundle(1_234_067, 256)), "public/tile/entries/x001/x234/067");
        assert_eq!(tile(TilePath::tile(1, 0, 7)), "public/tile/1/000.p/7");
        assert_eq!(partials_of(TilePath::tile(0, 3, 256)), "public/tile/0/003.p");
    }
}
