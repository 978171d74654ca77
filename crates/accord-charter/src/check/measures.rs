//! Clocks, areas and targets.

use super::Checker;
use crate::charter::{Clock, ClockEnd, ClockStart, SUBMISSION, Target, offset_of};
use crate::problem::ProblemCode;
use crate::tree::{Path, shown};

/// The longest amount in digits that `i128` always holds.
const AMOUNT_DIGITS: usize = 38;

impl Checker<'_> {
    pub(super) fn measures(&mut self) {
        for (code, clock) in &self.charter.clocks {
            let path = Path::from("clocks").then(code);
            self.clock_parts(clock, &path);
            self.submission(code, clock, &path);
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

    /// The clock of deposits is judged by whoever holds a record, a deposit and no more: it runs
    /// from the time that a depositary signed, and to the second.
    fn submission(&mut self, code: &str, clock: &Clock, path: &Path) {
        let deposited = clock.starts == ClockStart::Deposited;
        if code == SUBMISSION && !deposited {
            let what = format!("{SUBMISSION} runs from the time of a deposit");
            let to_do = "write starts = \"deposited\"";
            self.add(ProblemCode::BadSubmission, &path.then("starts"), what, to_do);
        } else if code != SUBMISSION && deposited {
            let what = format!("only the clock {SUBMISSION} runs from the time of a deposit");
            let to_do = "start it with something that the record tells";
            self.add(ProblemCode::BadSubmission, &path.then("starts"), what, to_do);
        }
        if code == SUBMISSION && clock.end != ClockEnd::Exact {
            let what = format!("{SUBMISSION} ends to the second");
            let to_do = "remove end and zone";
            self.add(ProblemCode::BadSubmission, &path.then("end"), what, to_do);
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
