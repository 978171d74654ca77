//! How much memory this process has had at most, as Linux says.

use super::timing::number;

/// MiB in a line of `/proc/self/status`; nothing on other systems.
fn status(member: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(member))?;
    let kib: u64 = line.trim_start_matches(':').split_whitespace().next()?.parse().ok()?;
    Some(number(kib) / 1_024.0)
}

/// The most so far, in MiB, since [`restart`].
pub(super) fn peak() -> Option<f64> {
    status("VmHWM")
}

/// Forgets what was the most; gives what there is now, and nothing where that is not possible.
pub(super) fn restart() -> Option<f64> {
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    status("VmRSS")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "whatever fails fails the test")]

    #[test]
    fn the_peak_is_what_is_held_at_most() {
        let Some(before) = super::restart() else { return };
        let held = vec![1_u8; 64 << 20];
        std::hint::black_box(&held);
        drop(held);
        let peak = super::peak().unwrap();
        assert!(peak > before + 48.0, "{before} {peak}");
    }
}
