//! A charter of one party, which the tests of the ledger's own clocks adopt.

use accord_charter::Charter;

/// A charter under which clocks may differ by `ahead`, with one clock: its code, its length, and what it
/// runs from.
pub fn of_one_party(ahead: &str, clock: (&str, &str, &str)) -> Charter {
    let (code, length, starts) = clock;
    let text = format!(
        r#"
format = "accord.charter/v1"
code = "north"
version = 1
title = "An agreement of one party"
[limits]
ahead = "{ahead}"
late_after = "2d"
silence = "400d"
allegations_per_day = 100
import_rows = 1000
small_cell = 5
[parties.north]
name = "North"
participant = "north"
[roles.party]
words = "Signs for a party."
[roles.observer]
words = "Looks on."
open = true
[participants.north]
name = "North"
kind = "state"
roles = ["party"]
[families.violations]
prefixes = ["violation"]
[provisions.p1]
title = "Quiet"
text = "It is to be quiet."
responsible = ["north"]
streams = ["violation"]
[clocks.{code}]
words = "It is done in time."
length = "{length}"
starts = "{starts}"
[[grants]]
types = ["charter.*", "violation.*"]
any_of = [{{ all = [{{ role = "party" }}] }}]
"#
    );
    Charter::from_toml(&text).unwrap()
}
