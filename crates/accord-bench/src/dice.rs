//! Whatever looks thrown, the same in every run from the same seed.

use accord_format::hash::ContentHash;
use accord_format::time::Timestamp;

/// 32 bytes that follow from a seed and what they are for.
pub(crate) fn bytes(seed: u64, what: &str) -> [u8; 32] {
    *ContentHash::of(format!("accord bench {seed} {what}").as_bytes()).as_bytes()
}

/// The same in hex, as the digest of a text that nobody has written.
pub(crate) fn digest(seed: u64, what: &str) -> String {
    accord_format::hash::to_hex(&bytes(seed, what))
}

/// The id of the event made as the `nth`: UUID version 7.
pub(crate) fn event_id(seed: u64, nth: u64, at: Timestamp) -> String {
    let millis = u64::try_from(at.micros() / 1_000).unwrap_or(0) & 0xffff_ffff_ffff;
    let all = bytes(seed, &format!("event {nth}"));
    let thrown = u128::from_be_bytes(all.first_chunk().copied().unwrap_or_default());
    let (random, variant) = (thrown & 0x0fff, (thrown >> 12) & 0x3fff | 0x8000);
    let rest = (thrown >> 26) & 0xffff_ffff_ffff;
    let (high, low) = (millis >> 16, millis & 0xffff);
    format!("{high:08x}-{low:04x}-7{random:03x}-{variant:04x}-{rest:012x}")
}

/// Numbers that look thrown (SplitMix64).
#[derive(Clone, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `limit`, or 0 where nothing is below it.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).checked_rem(limit).unwrap_or(0)
    }

    /// One of these; the default of its type where there is none.
    pub(crate) fn one_of<T: Clone + Default>(&mut self, all: &[T]) -> T {
        let place = self.below(u64::try_from(all.len()).unwrap_or(u64::MAX));
        usize::try_from(place).ok().and_then(|at| all.get(at)).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_holds_time_version_and_variant() {
        let at = Timestamp::from_micros(1_645_557_742_000_000);
        let id = event_id(1, 2, at);
        assert!(id.starts_with("017f22e2-79b0-7"), "{id}");
        assert!(id.as_bytes().get(19).is_some_and(|c| b"89ab".contains(c)), "{id}");
        assert_eq!(id, event_id(1, 2, at));
        assert_ne!(id, event_id(1, 3, at));
        assert_ne!(id, event_id(2, 2, at));
    }

    #[test]
    fn throws_repeat_and_stay_below() {
        let throw = |seed| {
            let mut dice = Dice(seed);
            (0..50).map(|_| dice.below(7)).collect::<Vec<_>>()
        };
        assert_eq!(throw(3), throw(3));
        assert_ne!(throw(3), throw(4));
        assert!(throw(3).iter().all(|n| *n < 7));
        assert_eq!(Dice(1).below(0), 0);
        assert_eq!(Dice(1).one_of::<u64>(&[]), 0);
    }
}
