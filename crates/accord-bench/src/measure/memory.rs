//! How much memory a process has had at most, as Linux says.

use super::timing::number;
use crate::error::BenchError;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How often a process is looked at. Its peak only rises, so only what comes after the last look
/// is missed.
const LOOK: Duration = Duration::from_millis(2);

/// MiB in the line of `/proc/<process>/status` that tells the peak; nothing on other systems.
fn peak_of(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(number(kib) / 1_024.0)
}

/// Runs the tool in a process of its own and gives the most memory that it had, in MiB: in this one
/// there is what other measurements have left.
pub(super) fn of_tool(tool: &Path, args: &[&Path]) -> Result<Option<f64>, BenchError> {
    let mut child = Command::new(tool)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(BenchError::file("run", tool))?;
    let mut peak = None;
    loop {
        peak = peak_of(child.id()).or(peak);
        if let Some(status) = child.try_wait().map_err(BenchError::file("wait for", tool))? {
            if status.success() {
                return Ok(peak);
            }
            return Err(BenchError::Tool { status: status.to_string(), said: String::new() });
        }
        std::thread::sleep(LOOK);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "whatever fails fails the test")]

    use super::*;

    #[test]
    fn the_peak_is_what_was_held_at_most() {
        let before = peak_of(std::process::id()).unwrap();
        let held = vec![1_u8; 256 << 20];
        std::hint::black_box(&held);
        drop(held);
        assert!(peak_of(std::process::id()).unwrap() >= before.max(256.0));
    }

    #[test]
    fn a_tool_that_fails_is_no_measurement() {
        let run = |command: &str| of_tool(Path::new(command), &[Path::new("0.05")]);
        assert!(run("sleep").unwrap().unwrap() > 0.0);
        assert!(matches!(run("false"), Err(BenchError::Tool { .. })));
        assert!(matches!(run("/no/such/tool"), Err(BenchError::File { .. })));
    }
}
