//! Folding a whole record into the state of every family.

use super::ledger::Measured;
use super::timing::{fastest, length, millis, rate};
use super::{Better, Figure, Scale};
use crate::error::BenchError;
use accord_format::entry::Entry;
use accord_format::time::Timestamp;
use accord_projection::Source;
use accord_views::{Families, Known, Replay, Snapshot};

/// Entries in memory.
pub(super) struct Entries(pub(super) Vec<Entry>);

impl Entries {
    /// The bytes of every entry.
    pub(super) fn bytes(measured: &Measured) -> Result<Vec<Vec<u8>>, BenchError> {
        let record = measured.record()?;
        let mut all = Vec::new();
        for batch in record.view().batches(0) {
            all.extend(batch?.iter().map(|(_, bytes)| bytes.to_vec()));
        }
        Ok(all)
    }

    pub(super) fn parse(bytes: &[Vec<u8>]) -> Result<Self, BenchError> {
        let parsed = bytes.iter().map(|bytes| Entry::parse(bytes));
        let parsed = parsed.collect::<Result<Vec<_>, _>>();
        parsed.map(Self).map_err(|e| BenchError::Wrong(e.to_string()))
    }

    pub(super) fn last(&self) -> Timestamp {
        self.0.last().map_or(Timestamp::MIN, |entry| entry.header.recorded)
    }
}

impl Source for Entries {
    fn entry(&self, seq: u64) -> Option<Entry> {
        self.0.get(usize::try_from(seq).ok()?).cloned()
    }
}

pub(super) fn measure(
    measured: &Measured,
    scale: &Scale,
    figures: &mut Vec<Figure>,
) -> Result<(), BenchError> {
    let bytes = Entries::bytes(measured)?;
    let entries = Entries::parse(&bytes)?;
    let number = length(&bytes);
    let parse = fastest(scale.rounds, || {
        for bytes in &bytes {
            let parsed = Entry::parse(bytes).map_err(|e| BenchError::Wrong(e.to_string()))?;
            std::hint::black_box(parsed);
        }
        Ok::<_, BenchError>(())
    })?;
    let fold = fastest(scale.rounds, || fold(&entries, |_| false).map(drop))?;
    let parsing = rate(number, parse);
    let whole = Figure::new("replay/parse and fold", rate(number, parse + fold), "entries/s");
    figures.push(whole.clone().beside("300,000/s", 300_000.0).to_be(Better::More, 1.0));
    let slower = "replay/parse and fold, beside parsing";
    let whole = Figure { name: slower.to_owned(), ..whole };
    figures.push(whole.beside("parse alone", parsing).to_be(Better::More, 0.5));
    let figure = Figure::new("replay/fold alone", rate(number, fold), "entries/s");
    figures.push(figure.beside("parse alone", parsing));
    let kernel = |entry: &Entry| !accord_ledger::kernel::owns(entry.event());
    let time = fastest(scale.rounds, || self::fold(&entries, kernel).map(drop))?;
    let figure = Figure::new("replay/the kernel alone in effect", millis(time), "ms");
    figures.push(figure.beside("all families", millis(fold)));
    for declared in Families::new()?.declarations() {
        let own = |entry: &Entry| declared.types.iter().any(|t| t.name == entry.event().event_type);
        let kernels = |entry: &Entry| accord_ledger::kernel::owns(entry.event());
        // All others have a place and no effect.
        let others = |entry: &Entry| !own(entry) && !kernels(entry);
        let time = fastest(scale.rounds, || self::fold(&entries, others).map(drop))?;
        let name = format!("replay/{} alone in effect", declared.family);
        figures.push(Figure::new(name, millis(time), "ms").beside("all families", millis(fold)));
    }
    Ok(())
}

/// The state after all entries, of which those that `void` names have no effect.
fn fold(entries: &Entries, void: impl Fn(&Entry) -> bool) -> Result<Snapshot, BenchError> {
    let mut replay = Replay::new(Known::All, entries.last())?;
    for entry in &entries.0 {
        replay.entry(entry, void(entry), entries)?;
    }
    Ok(std::hint::black_box(replay.finish(entries)?))
}
