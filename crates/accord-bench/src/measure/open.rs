//! One run of the tool: it opens a ledger, takes one event in, and ends.

use super::ledger::{Measured, generate};
use super::timing::{median, millis, timed};
use super::{Bench, Better, Figure, Scale, remove};
use crate::cast::MISSION;
use crate::error::BenchError;
use crate::found::Recipe;
use accord_format::key::NoteSigner;
use accord_format::log_key::LogSigner;
use serde_json::json;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Runs before those that count: the first finds nothing remembered of the ledger.
const BEFORE: u32 = 2;
/// Runs whose median counts.
const RUNS: u32 = 7;

pub(super) fn measure(
    bench: &Bench<'_>,
    scale: &Scale,
    figures: &mut Vec<Figure>,
    hear: &mut dyn FnMut(&str),
) -> Result<(), BenchError> {
    let mut smallest = None;
    for size in &scale.opened {
        hear(&format!("making a ledger of {size} entries, and appending one event by the tool"));
        let time = millis(run_at(bench, *size)?);
        let figure = Figure::new(format!("open and append one/{size} entries"), time, "ms");
        figures.push(match &smallest {
            None => figure,
            Some((first, of)) => {
                figure.beside(format!("at {first} entries"), *of).to_be(Better::Less, 1.5)
            }
        });
        smallest = smallest.or(Some((*size, time)));
    }
    Ok(())
}

fn run_at(bench: &Bench<'_>, size: u64) -> Result<Duration, BenchError> {
    let dir = bench.path("opened");
    let recipe = Recipe::new(bench.charter, bench.seed);
    generate(&recipe, &dir, size, &mut |_| {})?;
    let measured = Measured { dir };
    write_keys(&recipe, &measured.dir)?;
    let record = measured.record()?;
    let last = record.entry(record.size().saturating_sub(1))?.header.recorded;
    drop(record);
    let mut times = Vec::new();
    for nth in 0..BEFORE + RUNS {
        let at = last.plus_seconds(i64::from(nth) + 1).to_seconds_string();
        let (time, done) = timed(|| append(bench, &measured.dir, &at));
        done?;
        if nth >= BEFORE {
            times.push(time);
        }
    }
    remove(&measured.dir)?;
    Ok(median(times))
}

/// Writes the key files that the tool asks for, unencrypted: everybody can make these keys.
pub fn write_keys(recipe: &Recipe<'_>, dir: &Path) -> Result<(), BenchError> {
    let operator = recipe.operator()?;
    let lines: Vec<_> = operator.iter().map(LogSigner::to_private_text).collect();
    let lines: Vec<&str> = lines.iter().map(|line| line.as_str()).collect();
    write(&dir.join("private/operator.key"), &format!("{}\n", lines.join("\n")))?;
    let cast = recipe.cast()?;
    let keys = dir.join("keys");
    std::fs::create_dir(&keys).map_err(BenchError::file("create", &keys))?;
    let others = cast.named.values().chain(&cast.fields).chain(cast.observers.values());
    for key in others.chain(&cast.authorities) {
        let name = NoteSigner::vkey(key).name().replace('/', "-");
        write(&keys.join(format!("{name}.key")), &format!("{}\n", *key.to_private_text()))?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), BenchError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(BenchError::file("write", path))
}

/// Runs the tool once, with what it remembers of ledgers kept beside the ledger.
fn append(bench: &Bench<'_>, dir: &Path, at: &str) -> Result<(), BenchError> {
    let area = bench.charter.areas.as_ref().and_then(|scheme| scheme.named.keys().next());
    let payload = json!({
        "area": area, "kind": "shot", "means": "camera", "side": "undetermined",
        "count": {"value": 1, "qualifier": "exact"},
        "position": {"lat": 48_000_000, "lon": 37_000_000},
    });
    let mission = crate::cast::holder(bench.charter, MISSION)?;
    let output = Command::new(bench.tool)
        .arg("append")
        .arg("--dir")
        .arg(dir)
        .args(["--type", "observation.recorded", "--as", MISSION, "--json", "--at", at])
        .args(["--payload", &payload.to_string()])
        .arg("-k")
        .arg(dir.join("keys").join(format!("{mission}-field-0.key")))
        .env("ACCORD_STATE", dir.join("state"))
        .stdin(Stdio::null())
        .output()
        .map_err(BenchError::file("run", bench.tool))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(BenchError::Tool { status: output.status.to_string(), said })
}
