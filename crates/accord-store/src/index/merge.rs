//! Several runs that follow on each other become one.

use super::record::Table;
use super::run::{Footer, Run, Writer};
use crate::disk::Disk;
use crate::error::{StoreError, StoreResult};
use std::ops::Range;
use std::sync::Arc;

/// Which runs are to be merged, given how many entries each has, if any are: those at the end of
/// which at least `fan` are small beside the one that they make. `least` is what the smallest have.
pub(super) fn due(sizes: &[u64], least: u64, fan: usize) -> Option<Range<usize>> {
    let level = |size: u64| {
        let (mut level, mut units) = (0_u32, size / least.max(1));
        while units >= fan as u64 {
            units /= fan as u64;
            level += 1;
        }
        level
    };
    let highest = sizes.iter().map(|size| level(*size)).max()?;
    let mut due: Option<Range<usize>> = None;
    for at in 0..=highest {
        let before = sizes.iter().rposition(|size| level(*size) > at).map_or(0, |at| at + 1);
        let same = sizes.iter().skip(before).filter(|size| level(**size) == at).count();
        // What is merged at a level is one more at the next, so both are done at once.
        let merged = due.clone().and_then(|range| sizes.get(range));
        let merged = merged.is_some_and(|merged| level(merged.iter().sum()) == at);
        if same + usize::from(merged) >= fan {
            due = Some(before..sizes.len());
        }
    }
    due
}

/// Writes one run with all rows of `runs`, which follow on each other, to a new file. Of each it
/// holds some blocks at a time.
pub(super) fn merge(disk: &Arc<dyn Disk>, runs: &[Arc<Run>], path: &str) -> StoreResult<Run> {
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
        return Err(StoreError::Index("there are no runs to be merged".to_owned()));
    };
    let mut counts = [0_u64; Table::ALL.len()];
    for run in runs {
        for (sum, count) in counts.iter_mut().zip(run.footer().counts()) {
            *sum = sum.saturating_add(count);
        }
    }
    let footer = Footer::new(first.footer().from(), last.footer().to(), counts);
    let footer = footer.ok_or_else(|| StoreError::Index("the runs are too long".to_owned()))?;
    let mut writer = Writer::create(Arc::clone(disk), path.to_owned(), footer)?;
    for table in Table::ALL {
        let mut sources = Vec::with_capacity(runs.len());
        for run in runs {
            sources.push(missed(disk, run, Source::of(run, table))?);
        }
        loop {
            // There are few, so a heap would save nothing.
            let next = sources
                .iter_mut()
                .filter(|source| source.row().is_some())
                .min_by(|one, other| one.row().cmp(&other.row()));
            let Some(source) = next else { break };
            writer.push_to(table, source.row().unwrap_or_default())?;
            let run = source.run;
            missed(disk, run, source.advance())?;
        }
    }
    writer.finish()
}

/// Removes a run that turns out to be damaged, so that it is missed at the next opening.
fn missed<T>(disk: &Arc<dyn Disk>, run: &Run, read: StoreResult<T>) -> StoreResult<T> {
    if let Err(StoreError::IndexDamaged(_)) = &read {
        drop(disk.remove_file(run.path()));
    }
    read
}

/// The rows of a table of one run, one after the other.
struct Source<'a> {
    run: &'a Arc<Run>,
    blocks: super::run::Blocks<'a>,
    width: usize,
    block: Vec<u8>,
    at: usize,
}

impl<'a> Source<'a> {
    fn of(run: &'a Arc<Run>, table: Table) -> StoreResult<Self> {
        let blocks = run.blocks(table.at());
        let mut source = Self { run, blocks, width: table.width(), block: Vec::new(), at: 0 };
        source.refill()?;
        Ok(source)
    }

    fn row(&self) -> Option<&[u8]> {
        self.block.get(self.at..self.at + self.width)
    }

    fn advance(&mut self) -> StoreResult<()> {
        self.at += self.width;
        if self.at >= self.block.len() { self.refill() } else { Ok(()) }
    }

    fn refill(&mut self) -> StoreResult<()> {
        self.at = 0;
        self.block.clear();
        let Some(block) = self.blocks.next()? else { return Ok(()) };
        if block.is_empty() || block.len() % self.width != 0 {
            return Err(self.run.damaged("has half a row"));
        }
        self.block.extend_from_slice(block);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::due;

    #[test]
    fn runs_are_merged_when_enough_of_a_size_are_there() {
        assert_eq!(due(&[], 10, 3), None);
        assert_eq!(due(&[10, 10], 10, 3), None);
        assert_eq!(due(&[10, 10, 10], 10, 3), Some(0..3));
        // One that is large already is left alone.
        assert_eq!(due(&[90, 10, 10], 10, 3), None);
        assert_eq!(due(&[90, 10, 10, 10], 10, 3), Some(1..4));
        assert_eq!(due(&[90, 30, 30, 10, 10], 10, 3), None);
        // Into the largest at once.
        assert_eq!(due(&[90, 30, 30, 10, 10, 10], 10, 3), Some(1..6));
        assert_eq!(due(&[90, 90, 30, 30, 10, 10, 10], 10, 3), Some(0..7));
        // And not further than that is.
        assert_eq!(due(&[90, 90, 10, 10, 10], 10, 3), Some(2..5));
        // Smaller than the smallest, as when the index is made anew.
        assert_eq!(due(&[1, 1, 1], 10, 3), Some(0..3));
    }

    #[test]
    fn there_are_never_many_and_none_is_merged_often() {
        for (fan, levels) in [(2_usize, 13), (4, 7), (8, 5)] {
            let (mut sizes, mut written) = (Vec::new(), 0);
            for _ in 0..5_000 {
                sizes.push(10_u64);
                while let Some(range) = due(&sizes, 10, fan) {
                    let sum = sizes.drain(range.clone()).sum();
                    written += sum;
                    sizes.insert(range.start, sum);
                }
                assert!(
                    sizes.len() <= (fan - 1) * usize::try_from(levels).unwrap(),
                    "{fan}: {sizes:?}"
                );
                assert!(written <= 50_000 * levels, "{fan}: {written}");
            }
            assert_eq!(sizes.iter().sum::<u64>(), 50_000);
        }
    }
}
