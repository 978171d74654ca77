//! A made-up ledger on a real disk, to be measured.

use super::Bench;
use crate::error::BenchError;
use crate::fill;
use crate::found::Recipe;
use crate::story::Story;
use accord_ledger::clock::SystemClock;
use accord_ledger::{Ledger, Options, Record};
use accord_store::disk::RealDisk;
use accord_store::index::SortedIndex;
use accord_store::layout;
use accord_views::Families;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A ledger that is there.
pub(super) struct Measured {
    pub(super) dir: PathBuf,
}

impl Measured {
    /// Makes a ledger of so many entries.
    pub(super) fn make(bench: &Bench<'_>, name: &str, entries: u64) -> Result<Self, BenchError> {
        let dir = bench.path(name);
        let recipe = Recipe::new(bench.charter, bench.seed);
        generate(&recipe, &dir, entries, &mut |_| {})?;
        Ok(Self { dir })
    }

    pub(super) fn record(&self) -> Result<Record, BenchError> {
        Ok(Record::open(&self.dir)?)
    }
}

/// Founds a ledger in `dir`, which is made if it is not there, with an index as the tool has it.
pub(super) fn found(recipe: &Recipe<'_>, dir: &Path) -> Result<Ledger, BenchError> {
    let index = dir.join(layout::INDEX);
    std::fs::create_dir_all(&index).map_err(BenchError::file("create", &index))?;
    let options = Options {
        admission: Some(Box::new(Families::new()?)),
        index: Box::new(SortedIndex::open(&index)?.0),
        clock: Box::new(SystemClock),
        accept_gap: false,
    };
    recipe.found(Arc::new(RealDisk::new(dir)), options)
}

/// Makes a ledger of so many entries in `dir`, and closes it; `done` hears how many it holds.
pub fn generate(
    recipe: &Recipe<'_>,
    dir: &Path,
    entries: u64,
    done: &mut dyn FnMut(u64),
) -> Result<(), BenchError> {
    let mut ledger = found(recipe, dir)?;
    let mut story = Story::of(recipe)?;
    fill(&mut ledger, &mut story, entries, done)?;
    Ok(ledger.close()?)
}
