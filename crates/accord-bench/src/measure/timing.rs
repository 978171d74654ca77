//! Clocks, and numbers of what they say.

use std::time::{Duration, Instant};

/// A whole number as one with a fraction; beyond 2^53 the nearest.
pub(super) fn number(n: u64) -> f64 {
    let half = |n: u64| f64::from(u32::try_from(n & 0xffff_ffff).unwrap_or(u32::MAX));
    half(n >> 32) * 4_294_967_296.0 + half(n)
}

/// The same of a length.
pub(super) fn length<T>(all: &[T]) -> f64 {
    number(u64::try_from(all.len()).unwrap_or(u64::MAX))
}

/// So many in this time, each second.
pub(super) fn rate(n: f64, time: Duration) -> f64 {
    n / time.as_secs_f64().max(1e-9)
}

/// Milliseconds.
pub(super) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// How long it takes, and what it gives.
pub(super) fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let made = run();
    (start.elapsed(), made)
}

/// The shortest of `rounds` runs: what others do on the machine only makes it longer.
pub(super) fn fastest<E>(
    rounds: u32,
    mut run: impl FnMut() -> Result<(), E>,
) -> Result<Duration, E> {
    let mut best = Duration::MAX;
    for _ in 0..rounds.max(1) {
        let (time, done) = timed(&mut run);
        done?;
        best = best.min(time);
    }
    Ok(best)
}

/// The middle one; nothing of nothing.
pub(super) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_value() {
        for n in [0, 1, 4_294_967_295, 4_294_967_296, 9_007_199_254_740_991] {
            assert_eq!(format!("{:.0}", number(n)), n.to_string());
        }
    }

    #[test]
    fn the_median_is_not_moved_by_outliers() {
        let times = [9, 1, 2, 1_000, 3].map(Duration::from_millis).to_vec();
        assert_eq!(median(times), Duration::from_millis(3));
        assert_eq!(median(Vec::new()), Duration::ZERO);
    }
}
