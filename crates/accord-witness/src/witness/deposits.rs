//! Deposits of event notes: the witness says, signed, that it had the bytes, and since when.

use super::{Log, Turn, Witness, lock};
use crate::refusal::Refusal;
use crate::state::{LogState, StateError};
use accord_format::checkpoint::origin_of;
use accord_format::deposit::{Deposit, PAGE_MAX, to_page};
use accord_format::event::SignedEvent;
use accord_format::hash::{EventHash, LedgerId};
use accord_format::time::{Instant, Timestamp};
use std::collections::BTreeSet;

/// The most deposits kept for one ledger: 500 a day for more than two years.
const KEPT_MAX: usize = 400_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// What is known of one log's deposits.
pub(super) struct Deposits {
    known: BTreeSet<EventHash>,
    /// The day counted, in days since 1970.
    day: i64,
    /// Taken on that day by this process.
    today: u32,
}

impl Deposits {
    pub(super) fn open(state: &LogState) -> Result<Self, StateError> {
        Ok(Self { known: state.deposits()?, day: 0, today: 0 })
    }

    /// Whether one more may be taken.
    fn has_room(&mut self, now: Timestamp, per_day: u32) -> bool {
        let day = now.seconds().div_euclid(SECONDS_PER_DAY);
        if day != self.day {
            (self.day, self.today) = (day, 0);
        }
        self.today < per_day && self.known.len() < KEPT_MAX
    }
}

impl Witness {
    /// Takes the deposit of an event's note, and answers with the signed deposit. The same event
    /// again gets the first deposit.
    ///
    /// That the note is well formed and for a ledger that is known is all that is checked: who may
    /// sign what, the ledger's own record knows.
    pub fn deposit(&self, body: &[u8]) -> Result<String, Refusal> {
        match self.take_deposit(body) {
            Ok((log, event, note)) => {
                self.tell("deposited", Some(log), None, format!("event {event}"));
                Ok(note)
            }
            Err(refusal) => Err(self.tell_refusal(None, None, refusal)),
        }
    }

    fn take_deposit(&self, body: &[u8]) -> Result<(&Log, EventHash, String), Refusal> {
        if self.deposits_per_day == 0 || self.keys.depositaries().is_empty() {
            return Err(Refusal::NoDeposits);
        }
        let signed = SignedEvent::parse(body)?;
        let event = signed.event().hash();
        let ledger = signed.event().ledger.ok_or(Refusal::NoLedger)?;
        let log = self.log_of(&ledger).ok_or_else(|| Refusal::UnknownLedger(ledger.to_string()))?;
        let _turn = Turn::take(&log.depositing)?;
        let mut deposits = lock(&log.deposits)?;
        if deposits.known.contains(&event) {
            let note = log.state.deposit(&event).map_err(Refusal::State)?;
            return Ok((log, event, note));
        }
        let now = (self.clock)();
        if now.seconds() <= 0 {
            return Err(Refusal::Clock);
        }
        if !deposits.has_room(now, self.deposits_per_day) {
            return Err(Refusal::TooManyDeposits { per_day: self.deposits_per_day });
        }
        let deposit = Deposit { ledger, event, time: Instant::new(now) };
        let note = deposit.sign(&self.keys.depositaries());
        let note = note.map_err(|error| Refusal::Signing(error.to_string()))?.to_text();
        // Counted before it is written: an attempt that fails costs as much as one that succeeds.
        deposits.today = deposits.today.saturating_add(1);
        log.state.keep_deposit(&event, &note).map_err(|error| Refusal::State(error.into()))?;
        deposits.known.insert(event);
        Ok((log, event, note))
    }

    /// The deposit note of an event, if it was deposited here.
    pub fn deposited(
        &self,
        origin_hash: &str,
        event: &EventHash,
    ) -> Result<Option<String>, Refusal> {
        let Some(log) = self.logs.get(origin_hash) else { return Ok(None) };
        let known = lock(&log.deposits)?.known.contains(event);
        if !known {
            return Ok(None);
        }
        log.state.deposit(event).map(Some).map_err(Refusal::State)
    }

    /// The deposits whose events come after `after` in the order of their hashes, as a page; an
    /// empty one when there are no more.
    pub fn deposits_after(
        &self,
        origin_hash: &str,
        after: &EventHash,
    ) -> Result<Option<String>, Refusal> {
        use std::ops::Bound::{Excluded, Unbounded};
        let Some(log) = self.logs.get(origin_hash) else { return Ok(None) };
        let next: Vec<EventHash> = {
            let known = &lock(&log.deposits)?.known;
            known.range((Excluded(*after), Unbounded)).take(PAGE_MAX).copied().collect()
        };
        let notes = next.iter().map(|event| log.state.deposit(event));
        let notes: Vec<String> = notes.collect::<Result<_, _>>().map_err(Refusal::State)?;
        Ok(Some(to_page(notes.iter().map(String::as_str))))
    }

    /// The log of a ledger: the one whose origin ends in the beginning of the ledger's id.
    fn log_of(&self, ledger: &LedgerId) -> Option<&Log> {
        let ending = origin_of("", ledger);
        self.logs.values().find(|log| log.origin.ends_with(&ending))
    }
}
