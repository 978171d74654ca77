//! What certifies does not rest on a key in other hands.

use super::bench::{Bench, enter, prepare};
use accord_projection::Amendment;

#[test]
fn entry_into_force_rests_on_nothing_suspect() {
    // The proposal is 1; then for each party acceptance and halt; the baseline is 6.
    for suspect in 1..=6 {
        let mut bench = Bench::at("2026-03-05T00:00:00Z");
        let stream = prepare(&mut bench);
        bench.basis.amendments.apply(Amendment::Suspicion { target: suspect });
        let outcome = enter(&mut bench, &stream, "2026-03-10T00:00:00Z");
        assert_eq!(outcome, Err("rests-on-suspect"), "{suspect}");
        bench.basis.amendments.apply(Amendment::Reaffirmation { target: suspect });
        assert_eq!(enter(&mut bench, &stream, "2026-03-10T00:00:00Z"), Ok(vec![]));
    }
}
