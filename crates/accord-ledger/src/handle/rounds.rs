//! Asking witnesses beside the writer, one round at a time.

use crate::cosigners::{Asking, Collected, Cosigners};
use crate::error::LedgerError;
use crate::writer::Ledger;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long to wait after a round that did not meet the quorum.
const AGAIN_AFTER: Duration = Duration::from_secs(30);

type Round = JoinHandle<(Box<dyn Cosigners>, Asking, Collected)>;

/// Rounds of asking. There is nobody to ask while one is under way.
#[derive(Default)]
pub(super) struct Rounds {
    cosigners: Option<Box<dyn Cosigners>>,
    under_way: Option<Round>,
    /// From when on another round is wanted.
    next: Option<Instant>,
}

impl Rounds {
    pub(super) fn new(cosigners: Option<Box<dyn Cosigners>>) -> Self {
        Self { cosigners, ..Self::default() }
    }

    /// There is something new to be cosigned.
    pub(super) fn want(&mut self) {
        if self.cosigners.is_some() || self.under_way.is_some() {
            self.next = Some(Instant::now());
        }
    }

    /// True while the writer has to look after a round now and then.
    pub(super) const fn are_due(&self) -> bool {
        self.under_way.is_some() || self.next.is_some()
    }

    /// Takes in what a round has brought, and begins the next when it is time.
    pub(super) fn turn(&mut self, ledger: &mut Ledger) -> Result<(), LedgerError> {
        if self.under_way.as_ref().is_some_and(JoinHandle::is_finished) {
            self.finish(ledger)?;
        }
        if self.under_way.is_none() && self.next.is_some_and(|at| at <= Instant::now()) {
            self.next = None;
            self.begin(ledger)?;
        }
        Ok(())
    }

    /// The last round, about the last head.
    pub(super) fn last(&mut self, ledger: &mut Ledger) -> Result<(), LedgerError> {
        self.finish(ledger)?;
        ledger.publish()?;
        if ledger.is_published() {
            return Ok(());
        }
        self.begin(ledger)?;
        self.finish(ledger)
    }

    fn begin(&mut self, ledger: &mut Ledger) -> Result<(), LedgerError> {
        let Some(asking) = ledger.asking()? else { return Ok(()) };
        let Some(mut cosigners) = self.cosigners.take() else { return Ok(()) };
        self.under_way = Some(std::thread::spawn(move || {
            let collected = asking.run(&mut *cosigners);
            (cosigners, asking, collected)
        }));
        Ok(())
    }

    /// Waits for a round; how long that takes at most is for those to say who ask.
    fn finish(&mut self, ledger: &mut Ledger) -> Result<(), LedgerError> {
        let Some(round) = self.under_way.take() else { return Ok(()) };
        // Whoever panicked while asking asks no more; the ledger goes on, and its head waits.
        let Ok((cosigners, asking, collected)) = round.join() else { return Ok(()) };
        self.cosigners = Some(cosigners);
        match ledger.take_in(asking.note(), &collected) {
            Ok(taken) if taken.published => {}
            Ok(_) => self.next = self.next.or_else(|| Instant::now().checked_add(AGAIN_AFTER)),
            // Superseded meanwhile.
            Err(LedgerError::Cosignature(_)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
