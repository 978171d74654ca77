//! The figures as a table for people.

use crate::error::CliError;
use crate::output::{Output, Style};
use accord_bench::measure::{Better, Figure, Machine, Results, Verdict};

pub(super) fn print(results: &Results, out: &mut Output) -> Result<(), CliError> {
    machine(&results.machine, out)?;
    out.line("")?;
    let head = format!(
        "{:<46} {:>12} {:<10} {:>12}  {:>7}  {:<8}",
        "figure", "measured", "", "bound", "ratio", "target"
    );
    out.line(out.paint(Style::Bold, head))?;
    for figure in &results.figures {
        line(figure, out)?;
    }
    Ok(())
}

fn machine(machine: &Machine, out: &mut Output) -> Result<(), CliError> {
    out.line(out.paint(Style::Bold, "this machine's own bounds"))?;
    for (what, value, unit) in [
        ("S, verify_strict on one core", machine.signatures, "/s"),
        ("cores × S", machine.all_cores(), "/s"),
        ("F, fdatasync of 4 KiB, median", machine.sync_ms, "ms"),
        ("disk, in one piece", machine.disk_mb, "MB/s"),
        ("JSON into values, one core", machine.json_mb, "MB/s"),
        ("entries parsed strictly, one core", machine.entries, "/s"),
        ("SHA-256, one core", machine.sha256_mb, "MB/s"),
        ("BLAKE3, one core", machine.blake3_mb, "MB/s"),
        ("an entry", machine.entry_bytes, "bytes"),
    ] {
        out.line(format_args!("{what:<46} {:>12} {unit}", number(value)))?;
    }
    Ok(())
}

fn line(figure: &Figure, out: &mut Output) -> Result<(), CliError> {
    let bound = figure.bound.as_ref().map_or_else(String::new, |bound| number(bound.value));
    let ratio = figure.ratio().map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    let target = figure.target.map_or_else(String::new, |target| {
        let sign = if target.better == Better::More { "≥" } else { "≤" };
        format!("{sign} {}", target.ratio)
    });
    let verdict = match figure.verdict() {
        Some(Verdict::Met) => out.paint(Style::Good, "met"),
        Some(Verdict::Missed) => out.paint(Style::Bad, "MISSED"),
        None => String::new(),
    };
    let of = figure.bound.as_ref().map_or_else(String::new, |bound| format!("  of {}", bound.what));
    let text = format!(
        "{:<46} {:>12} {:<10} {bound:>12}  {ratio:>7}  {target:<8} {verdict}{of}",
        figure.name,
        number(figure.value),
        figure.unit
    );
    out.line(text.trim_end())
}

/// Three digits and more where there are more.
fn number(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 1.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.4}")
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn small_figures_keep_their_digits() {
        for (value, text) in [(12_345.6, "12346"), (4.26, "4.26"), (0.056_78, "0.0568")] {
            assert_eq!(number(value), text);
        }
    }
}
