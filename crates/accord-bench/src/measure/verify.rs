//! Checking a whole record: every byte, signature and judgement.

use super::bounds::Machine;
use super::ledger::Measured;
use super::timing::{fastest, number, rate};
use super::{Better, Figure, Scale, memory};
use crate::error::BenchError;
use accord_ledger::verify::{Options, Verdict};
use accord_views::Families;

pub(super) fn measure(
    measured: &Measured,
    scale: &Scale,
    machine: &Machine,
    figures: &mut Vec<Figure>,
) -> Result<(), BenchError> {
    let before = memory::restart();
    let time = fastest(scale.rounds, || {
        let record = measured.record()?;
        let options = Options { admission: Some(Box::new(Families::new()?)), ..Options::default() };
        let (report, _) = record.verify(options, &mut ());
        let verdicts = [report.integrity(), report.authority(), report.admission()];
        if verdicts == [Verdict::Holds; 3] && report.voids.is_empty() {
            return Ok(());
        }
        Err(BenchError::Wrong(format!("the made-up ledger does not verify: {:?}", report.problems)))
    })?;
    let figure = Figure::new("verify", rate(number(scale.entries), time), "entries/s");
    figures.push(figure.beside("cores × S", machine.all_cores()).to_be(Better::More, 1.7));
    if let (Some(before), Some(peak)) = (before, memory::peak()) {
        figures.push(Figure::new("verify, memory beyond what was there", peak - before, "MiB"));
    }
    Ok(())
}
