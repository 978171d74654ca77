//! C2SP tlog-tiles v0.1.0: where tiles and entry bundles lie, and what is in a bundle.

use crate::wire;

/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u64 = 256;
/// Tree levels that a tile covers.
pub const TILE_HEIGHT: u32 = 8;
/// The highest tile level.
pub const LEVEL_MAX: u32 = 63;

/// Why a path or a bundle is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// Not a path of C2SP tlog-tiles.
    #[error("{0:?} is not a tile path")]
    Path(String),
    /// An entry is longer than its 16-bit length can say.
    #[error("entry {at} of the bundle has {bytes} bytes, the limit is 65535")]
    EntryTooLong {
        /// Position in the bundle.
        at: usize,
        /// Its length.
        bytes: usize,
    },
    /// A bundle breaks off inside an entry.
    #[error("the bundle breaks off in entry {at}, at byte {byte}")]
    Truncated {
        /// Position in the bundle.
        at: usize,
        /// Byte offset of the entry's length.
        byte: usize,
    },
    /// A bundle holds another number of entries.
    #[error("the bundle holds {found} entries, not {expected}")]
    Count {
        /// As its path says.
        expected: u64,
        /// As found.
        found: usize,
    },
}

/// A tile of hashes, or a bundle of entries.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord)]
pub struct TilePath {
    /// Tile level, or nothing for an entry bundle.
    pub level: Option<u32>,
    /// Index at this level.
    pub index: u64,
    /// Number of hashes or entries, 1 to 256; below 256 it is partial.
    pub width: u16,
}

impl TilePath {
    /// The hash tile (`level`, `index`) with `width` hashes.
    pub const fn tile(level: u32, index: u64, width: u16) -> Self {
        Self { level: Some(level), index, width }
    }

    /// The entry bundle `index` with `width` entries.
    pub const fn bundle(index: u64, width: u16) -> Self {
        Self { level: None, index, width }
    }

    /// The width of the tile (`level`, `index`) in a tree of `size` leaves; 0 if there is none.
    pub fn width_at(level: u32, index: u64, size: u64) -> u16 {
        let hashes = size.checked_shr(TILE_HEIGHT.saturating_mul(level)).unwrap_or(0);
        let before = index.saturating_mul(TILE_WIDTH);
        u16::try_from(hashes.saturating_sub(before).min(TILE_WIDTH)).unwrap_or(0)
    }

    /// Reads `tile/<level>/<index>[.p/<width>]` or `tile/entries/…`.
    pub fn parse(path: &str) -> Result<Self, TileError> {
        Self::parse_parts(path).ok_or_else(|| TileError::Path(path.chars().take(80).collect()))
    }

    fn parse_parts(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let level = match level {
            "entries" => None,
            level => Some(u32::try_from(wire::decimal(level)?).ok().filter(|l| *l <= LEVEL_MAX)?),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => {
                let width = u16::try_from(wire::decimal(width)?).ok()?;
                (index, Some(width).filter(|w| (1..256).contains(w))?)
            }
            None => (rest, 256),
        };
        let parsed = Self { level, index: parse_index(index)?, width };
        (parsed.to_string() == path).then_some(parsed)
    }
}

/// `x001/x234/067`: groups of three digits, all but the last with an `x`.
fn parse_index(text: &str) -> Option<u64> {
    let mut groups = text.split('/').rev();
    let last = groups.next().filter(|g| is_group(g))?;
    let mut index: u64 = last.parse().ok()?;
    let mut unit: u64 = 1000;
    for group in groups {
        let digits = group.strip_prefix('x').filter(|g| is_group(g))?;
        index = index.checked_add(digits.parse::<u64>().ok()?.checked_mul(unit)?)?;
        unit = unit.saturating_mul(1000);
    }
    Some(index)
}

fn is_group(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit())
}

impl std::fmt::Display for TilePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.level {
            Some(level) => write!(f, "tile/{level}/")?,
            None => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![format!("{:03}", self.index % 1000)];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(format!("x{:03}", rest % 1000));
            rest /= 1000;
        }
        groups.reverse();
        f.write_str(&groups.join("/"))?;
        if u64::from(self.width) < TILE_WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

/// Writes entries as a bundle: each behind its length in 16 bits, big-endian.
pub fn encode_bundle<'a>(
    entries: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<u8>, TileError> {
    let mut out = Vec::new();
    for (at, entry) in entries.into_iter().enumerate() {
        let length = u16::try_from(entry.len())
            .map_err(|_| TileError::EntryTooLong { at, bytes: entry.len() })?;
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(entry);
    }
    Ok(out)
}

/// Reads every entry of a bundle.
pub fn parse_bundle(bytes: &[u8]) -> Result<Vec<&[u8]>, TileError> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let truncated = TileError::Truncated { at: entries.len(), byte: bytes.len() - rest.len() };
        let (length, after) = rest.split_first_chunk::<2>().ok_or_else(|| truncated.clone())?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after.split_at_checked(length).ok_or(truncated)?;
        entries.push(entry);
        rest = after;
    }
    Ok(entries)
}

/// Reads a bundle that must hold exactly `count` entries.
pub fn parse_bundle_of(bytes: &[u8], count: u64) -> Result<Vec<&[u8]>, TileError> {
    let entries = parse_bundle(bytes)?;
    if entries.len() as u64 == count {
        Ok(entries)
    } else {
        Err(TileError::Count { expected: count, found: entries.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths_follow_the_size() {
        // The example of C2SP tlog-tiles: size 70,000.
        assert_eq!(TilePath::width_at(0, 272, 70_000), 256);
        assert_eq!(TilePath::width_at(0, 273, 70_000), 112);
        assert_eq!(TilePath::width_at(0, 274, 70_000), 0);
        assert_eq!(TilePath::width_at(1, 1, 70_000), 17);
        assert_eq!(TilePath::width_at(2, 0, 70_000), 1);
        assert_eq!(TilePath::width_at(9, 0, u64::MAX), 0);
        assert_eq!(TilePath::width_at(u32::MAX, u64::MAX, u64::MAX), 0);
    }

    #[test]
    fn broken_bundles_are_refused() {
        assert_eq!(parse_bundle(&[0]), Err(TileError::Truncated { at: 0, byte: 0 }));
        assert_eq!(parse_bundle(&[0, 1, 9, 0, 2, 1]), Err(TileError::Truncated { at: 1, byte: 3 }));
        assert_eq!(parse_bundle_of(&[0, 1, 9], 2), Err(TileError::Count { expected: 2, found: 1 }));
        assert!(encode_bundle([vec![0; 65_536].as_slice()]).is_err());
    }

    proptest! {
        #[test]
        fn paths_round_trip(level in proptest::option::of(0u32..64), index: u64, width in 1u16..=256) {
            let path = TilePath { level, index, width };
            prop_assert_eq!(TilePath::parse(&path.to_string()), Ok(path));
        }

        #[test]
        fn bundles_round_trip(entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..50), 0..20)) {
            let bytes = encode_bundle(entries.iter().map(Vec::as_slice)).unwrap();
            prop_assert_eq!(parse_bundle(&bytes).unwrap(), entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }
    }
}
