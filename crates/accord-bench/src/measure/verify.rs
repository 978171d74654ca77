//! Checking a whole record: every byte, signature and judgement.

use super::bounds::Machine;
use super::ledger::Measured;
use super::timing::{fastest, number, rate};
use super::{Bench, Better, Figure, Scale, memory};
use crate::error::BenchError;
use accord_ledger::verify::{Options, Verdict};
use accord_views::Families;
use std::path::Path;

pub(super) fn measure(
    bench: &Bench<'_>,
    measured: &Measured,
    scale: &Scale,
    machine: &Machine,
    figures: &mut Vec<Figure>,
) -> Result<(), BenchError> {
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
    let args = ["verify", "--no-pin", "--dir"].map(Path::new);
    let args = [&args[..], &[measured.dir.as_path()]].concat();
    if let Some(peak) = memory::of_tool(bench.tool, &args)? {
        figures.push(Figure::new("verify, most memory of the tool", peak, "MiB"));
    }
    Ok(())
}
