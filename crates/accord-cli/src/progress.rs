//! Progress on standard error, for whoever waits at a terminal or asks for it.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_millis(200);

/// A counter on one line that is rewritten in place.
#[derive(Debug)]
pub(crate) struct Progress {
    what: &'static str,
    total: Option<u64>,
    done: u64,
    started: Instant,
    shown: Option<Instant>,
    enabled: bool,
    in_place: bool,
}

impl Progress {
    /// Counts `what`, out of `total` when that is known; shown on a terminal, or when `forced`.
    pub(crate) fn new(what: &'static str, total: Option<u64>, forced: bool) -> Self {
        let in_place = io::stderr().is_terminal();
        let enabled = in_place || forced;
        Self { what, total, done: 0, started: Instant::now(), shown: None, enabled, in_place }
    }

    /// `done` of them are done.
    pub(crate) fn set(&mut self, done: u64) {
        self.done = done;
        let due = self.shown.is_none_or(|at| at.elapsed() >= INTERVAL);
        if self.enabled && due {
            self.shown = Some(Instant::now());
            self.show(false);
        }
    }

    /// One more is done.
    pub(crate) fn step(&mut self) {
        self.set(self.done.saturating_add(1));
    }

    /// Shows the last count.
    pub(crate) fn finish(&mut self) {
        if self.enabled {
            self.show(true);
        }
    }

    fn show(&self, last: bool) {
        let line = render(self.what, self.done, self.total, self.started.elapsed());
        let (start, end) = match (self.in_place, last) {
            (true, false) => ("\r\u{1b}[K", ""),
            (true, true) => ("\r\u{1b}[K", "\n"),
            (false, _) => ("", "\n"),
        };
        let mut stderr = io::stderr().lock();
        drop(write!(stderr, "{start}{line}{end}"));
        drop(stderr.flush());
    }
}

fn render(what: &str, done: u64, total: Option<u64>, elapsed: Duration) -> String {
    let millis = elapsed.as_millis().max(1);
    let rate = u128::from(done) * 1000 / millis;
    match total {
        Some(total) if total > 0 => {
            let percent = u128::from(done.min(total)) * 100 / u128::from(total);
            let left = total.saturating_sub(done);
            let time = match u128::from(left) * millis / 1000 / u128::from(done.max(1)) {
                _ if done == 0 || left == 0 => String::new(),
                seconds if seconds < 60 => format!(", {seconds} s left"),
                seconds if seconds < 3_600 => format!(", {} min left", seconds.div_ceil(60)),
                seconds => format!(", {} h {} min left", seconds / 3_600, seconds % 3_600 / 60),
            };
            format!("{what}: {done} of {total} ({percent} %), {rate}/s{time}")
        }
        _ => format!("{what}: {done}, {rate}/s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_and_rate() {
        let second = Duration::from_secs(1);
        let quarter = "rows: 50 of 200 (25 %), 50/s, 3 s left";
        assert_eq!(render("rows", 50, Some(200), second), quarter);
        let minutes = "rows: 1 of 121 (0 %), 1/s, 2 min left";
        assert_eq!(render("rows", 1, Some(121), second), minutes);
        let hours = "rows: 1 of 7382 (0 %), 1/s, 2 h 3 min left";
        assert_eq!(render("rows", 1, Some(7_382), second), hours);
        assert_eq!(render("rows", 0, Some(5), second), "rows: 0 of 5 (0 %), 0/s");
        assert_eq!(render("rows", 5, Some(5), second), "rows: 5 of 5 (100 %), 5/s");
        assert_eq!(render("rows", 3, None, 2 * second), "rows: 3, 1/s");
        assert_eq!(render("rows", 0, Some(0), Duration::ZERO), "rows: 0, 0/s");
        assert_eq!(render("rows", 9, Some(3), second), "rows: 9 of 3 (100 %), 9/s");
    }
}
