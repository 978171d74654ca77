//! Clocks, areas and targets.

use super::Checker;
use crate::charter::{
    AHEAD_MAX, ANCHORING, Clock, ClockEnd, ClockStart, SUBMISSION, Target, offset_of,
};
use crate::problem::ProblemCode;
use crate::tree::{Path, shown};

/// The longest amount in digits that `i128` always holds.
const AMOUNT_DIGITS: usize = 38;

/// A clock that the ledger itself gives its start.
struct OwnClock {
    code: &'static str,
    starts: ClockStart,
    /// As it is written.
    word: &'static str,
    /// In words.
    from: &'static str,
    problem: ProblemCode,
}

const OWN_CLOCKS: [OwnClock; 2] = [
    OwnClock {
        code: SUBMISSION,
        starts: ClockStart::Deposited,
        word: "deposited",
        from: "the time of a deposit",
        problem: ProblemCode::BadSubmission,
    },
    OwnClock {
        code: ANCHORING,
        starts: ClockStart::Cosigned,
        word: "cosigned",
        from: "the time at which witnesses cosigned a checkpoint",
        problem: ProblemCode::BadAnchoring,
    },
];

impl Checker<'_> {
    pub(super) fn measures(&mut self) {
        let ahead = self.charter.limits.ahead.get();
        if ahead > AHEAD_MAX {
            let what = format!("clocks may differ by {AHEAD_MAX} seconds at most, not {ahead}");
            let to_do = "write at most 1h";
            self.add(ProblemCode::OutOfRange, &Path::from("limits").then("ahead"), what, to_do);
        }
        for (code, clock) in &self.charter.clocks {
            let path = Path::from("clocks").then(code);
            self.clock_parts(clock, &path);
            self.own_clocks(code, clock, &path);
        }
        for (code, target) in &self.charter.targets {
            self.target(target, &Path::from("targets").then(code));
        }
        let Some(areas) = &self.charter.areas else {
            return;
        };
        let path = Path::from("areas");
        self.text(&areas.title, &path.then("title"));
        for (code, words) in &areas.named {
            let path = path.then("named").then(code);
            self.code(code, &path, true);
            self.text(words, &path);
        }
    }

    fn clock_parts(&mut self, clock: &Clock, path: &Path) {
        self.text(&clock.words, &path.then("words"));
        match (clock.end, &clock.zone) {
            (ClockEnd::EndOfDay, Some(zone)) if offset_of(zone).is_some() => {}
            (ClockEnd::EndOfDay, Some(zone)) => {
                let what = format!("{} is not a time zone", shown(zone));
                let to_do = "write UTC, or the zone's distance from it, such as +02:00";
                self.add(ProblemCode::BadZone, &path.then("zone"), what, to_do);
            }
            (ClockEnd::EndOfDay, None) => {
                let what = "the end of a day depends on a time zone".to_owned();
                self.add(ProblemCode::BadZone, path, what, "add zone, for instance UTC");
            }
            (ClockEnd::Exact, Some(_)) => {
                let what = "an exact end has no time zone".to_owned();
                let to_do = "remove zone, or add end = \"end_of_day\"";
                self.add(ProblemCode::BadZone, &path.then("zone"), what, to_do);
            }
            (ClockEnd::Exact, None) => {}
        }
    }

    /// The ledger's own clocks are judged by whoever holds a record, and what a depositary or
    /// witnesses signed: they run from that time, and to the second.
    fn own_clocks(&mut self, code: &str, clock: &Clock, path: &Path) {
        for own in &OWN_CLOCKS {
            let starts = clock.starts == own.starts;
            if code == own.code && !starts {
                let what = format!("{} runs from {}", own.code, own.from);
                let to_do = format!("write starts = \"{}\"", own.word);
                self.add(own.problem, &path.then("starts"), what, &to_do);
            } else if code != own.code && starts {
                let what = format!("only the clock {} runs from {}", own.code, own.from);
                let to_do = "start it with something that the record tells";
                self.add(own.problem, &path.then("starts"), what, to_do);
            }
            if code == own.code && clock.end != ClockEnd::Exact {
                let what = format!("{} ends to the second", own.code);
                let to_do = "remove end and zone";
                self.add(own.problem, &path.then("end"), what, to_do);
            }
        }
    }

    fn target(&mut self, target: &Target, path: &Path) {
        self.text(&target.title, &path.then("title"));
        let digits = &target.amount;
        let plain = (1..=AMOUNT_DIGITS).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'));
        if !plain {
            let what = format!("{} is not an amount in minor units", shown(digits));
            let to_do = "write the digits of the smallest unit, without separators";
            self.add(ProblemCode::BadAmount, &path.then("amount"), what, to_do);
        }
        let currency = &target.currency;
        if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
            let what = format!("{} is not a currency", shown(currency));
            let to_do = "use the three capitals of ISO 4217";
            self.add(ProblemCode::BadCurrency, &path.then("currency"), what, to_do);
        }
        if !self.charter.provisions.contains_key(&target.provision) {
            let (code, path) = (ProblemCode::UnknownProvision, path.then("provision"));
            self.unknown(&target.provision, &path, code, "provision");
        }
    }
}
