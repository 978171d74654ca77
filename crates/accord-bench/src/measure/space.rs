//! What a ledger takes on disk beside its entries.

use super::ledger::Measured;
use super::timing::number;
use super::{Better, Figure};
use crate::error::BenchError;
use accord_store::layout;
use std::path::Path;

/// Bytes of a megabyte, as disks are sold.
const MB: f64 = 1e6;

pub(super) fn measure(measured: &Measured, figures: &mut Vec<Figure>) -> Result<(), BenchError> {
    let mut entries = 0;
    for batch in measured.record()?.view().batches(0) {
        let batch = batch?;
        entries += batch.iter().map(|(_, bytes)| number_of(bytes)).sum::<u64>();
    }
    let entries = number(entries) / MB;
    // What the writer keeps of the state, to open by, counts as the index does.
    for (name, paths, ratio) in [
        ("space/tiles and bundles", &[layout::TILES][..], 1.1),
        ("space/index and kept state", &[layout::INDEX, layout::STATES], 0.25),
    ] {
        let taken = paths.iter().map(|path| below(&measured.dir.join(path)));
        let taken = number(taken.sum::<Result<u64, _>>()?) / MB;
        let figure = Figure::new(name, taken, "MB").beside("bytes of the entries", entries);
        figures.push(figure.to_be(Better::Less, ratio));
    }
    Ok(())
}

fn number_of(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// The lengths of all files below a directory.
fn below(dir: &Path) -> Result<u64, BenchError> {
    let mut all = 0;
    for item in std::fs::read_dir(dir).map_err(BenchError::file("list", dir))? {
        let item = item.map_err(BenchError::file("list", dir))?;
        let path = item.path();
        let metadata = item.metadata().map_err(BenchError::file("inspect", &path))?;
        all += if metadata.is_dir() { below(&path)? } else { metadata.len() };
    }
    Ok(all)
}
