//! One submission on its way into the batch.

use super::{Ledger, Prepared};
use crate::admission::{Candidate, Finding, History as _, Rejection};
use crate::error::LedgerError;
use crate::forks;
use crate::history::Below;
use crate::judge::Judged;
use crate::kernel::Kernel;
use crate::keyring::Keyring;
use crate::operator::OperatorKeys;
use accord_format::entry::{Entry, Header};
use accord_format::event::{Event, EventError, SignedEvent};
use accord_format::hash::{EntryHash, EventHash};
use accord_format::merkle;
use accord_format::refusal::Refusal;
use accord_format::time::{MICROS_PER_SECOND, Timestamp};
use std::sync::Arc;

/// What becomes of a submission once the batch is durable.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It is in the batch.
    Accepted { header: Header, findings: Vec<Finding> },
    /// It is in the ledger, or earlier in the batch.
    Repeated(Header),
    /// It is refused, after `size` entries, those of the batch before it included.
    Refused { event: EventHash, rejection: Rejection, size: u64 },
    /// It is no event.
    Malformed(EventError),
}

/// The header that an event gets, or why it gets none.
type Judgement = Result<(Header, Judged), Rejection>;

impl Ledger {
    /// Judges a submission and, if it is let in, adds it to the batch.
    pub(super) fn consider(&mut self, prepared: Prepared) -> Result<Verdict, LedgerError> {
        let signed = match prepared.signed {
            Ok(signed) => signed,
            Err(error) => return Ok(Verdict::Malformed(error)),
        };
        let event = signed.event().hash();
        if let Some(first) = self.mending(|ledger| ledger.find(&event))? {
            return Ok(Verdict::Repeated(first));
        }
        let recorded = self.recorded(&signed, prepared.at)?;
        let verified = prepared.verified;
        match self.mending(|ledger| ledger.judge(&signed, verified, recorded))? {
            Ok((header, judged)) => {
                let entry = Arc::new(Entry::new(header, signed));
                Keyring::learn_shared(&mut self.keyring, entry.event());
                self.recent.push(Arc::clone(&entry));
                let below = Below::new(self.store.view(), &*self.index, &self.recent);
                self.bench.apply(&entry, &judged.findings, &below);
                below.settle()?;
                Ok(Verdict::Accepted { header: entry.header, findings: judged.findings })
            }
            Err(rejection) => {
                // Of somebody who may sign at all: a revoked key is no witness.
                let witness = || self.bench.kernel.check_signers(signed.event(), recorded).is_ok();
                if rejection.code == "seen-elsewhere" && witness() {
                    forks::keep(&*self.disk, &event, signed.note(), self.store.head_checkpoint())?;
                }
                let size = self.recent.end();
                Ok(Verdict::Refused { event, rejection, size })
            }
        }
    }

    fn find(&self, event: &EventHash) -> Result<Option<Header>, LedgerError> {
        let below = Below::new(self.store.view(), &*self.index, &self.recent);
        let found = below.seq_of(event).and_then(|seq| below.entry(seq));
        below.settle()?;
        Ok(found.map(|entry| entry.header))
    }

    /// When the entry is recorded: never before the one above it.
    fn recorded(
        &self,
        signed: &SignedEvent,
        at: Option<Timestamp>,
    ) -> Result<Timestamp, LedgerError> {
        let last =
            self.recent.last().map_or_else(|| self.bench.kernel.recorded(), |e| e.header.recorded);
        if self.bench.kernel.is_simulated() {
            // Without a word from the caller, a simulated clock follows the authors'.
            return Ok(at.unwrap_or_else(|| signed.event().issued.timestamp()).max(last));
        }
        let now = self.clock.now();
        if now.micros() < last.micros() - MICROS_PER_SECOND {
            return Err(LedgerError::ClockBehind { now, recorded: last });
        }
        let gap = now.seconds() - last.seconds();
        if gap > self.bench.silence() && !self.accept_gap {
            return Err(LedgerError::ClockAhead { now, days: gap / 86_400 });
        }
        Ok(now.max(last))
    }

    fn judge(
        &mut self,
        signed: &SignedEvent,
        verified: bool,
        recorded: Timestamp,
    ) -> Result<Judgement, LedgerError> {
        let below = Below::new(self.store.view(), &*self.index, &self.recent);
        let event = signed.event();
        let header = Header {
            seq: self.recent.end(),
            revision: below.revision(&event.stream),
            prev: self.recent.last().map_or_else(|| self.store.last_entry_hash(), Entry::hash),
            recorded,
        };
        let judged = check_id(&below, signed)
            .and_then(|()| {
                let checked = if verified { Ok(()) } else { self.keyring.verify(signed) };
                checked.map_err(|e| Rejection::new("signature-invalid", e.to_string()))
            })
            .and_then(|()| {
                let candidate = Candidate { header: &header, event };
                let judged =
                    self.bench.judge(&candidate, &below, &below).map_err(|t| t.rejection)?;
                if judged.interpreted {
                    return can_go_on(&self.bench.kernel, &self.keys, event).map(|()| judged);
                }
                let detail = format!(
                    "this ledger knows no type {} version {}",
                    event.event_type, event.version
                );
                Err(Rejection::new("type-unknown", detail))
            });
        below.settle()?;
        Ok(match judged {
            Ok(judged) => self.check_index(event)?.map(|()| (header, judged)),
            Err(rejection) => Err(rejection),
        })
    }

    /// Signs a refusal, once the batch is durable: it names the root over all that was judged
    /// against, so that whoever judges again finds the same.
    pub(super) fn sign_refusal(
        &self,
        event: EventHash,
        code: &str,
        size: u64,
    ) -> Result<String, LedgerError> {
        let kernel = &self.bench.kernel;
        let operator = self.keys.event_key(kernel)?;
        let refusal = Refusal {
            ledger: kernel.ledger().unwrap_or(event),
            event,
            code: code.to_owned(),
            size,
            root: merkle::root(&self.store.view(), size)?,
        };
        let note = refusal.sign(operator);
        note.map(|n| n.to_text())
            .map_err(|e| LedgerError::Unreadable { seq: refusal.size, why: e.to_string() })
    }
}

/// Refuses keys that the operator does not have: the very batch that brought them into force could
/// not be signed for, and nothing after it. Others cannot judge this again; what they have is that
/// the operator says so under its signature.
fn can_go_on(kernel: &Kernel, keys: &OperatorKeys, event: &Event) -> Result<(), Rejection> {
    let new = kernel.operator_keys_in(event);
    match new.iter().find(|vkey| !keys.holds(vkey)) {
        None => Ok(()),
        Some(vkey) => {
            let detail = format!(
                "{} would be in force, and the operator does not have its private half; give it to the operator first",
                vkey.id_string()
            );
            Err(Rejection::new("operator-lacks-key", detail))
        }
    }
}

fn check_id(below: &Below<'_>, signed: &SignedEvent) -> Result<(), Rejection> {
    let event = signed.event();
    match below.event_by_id(event.author(), &event.id) {
        Some(other) if other != event.hash() => {
            let detail = format!(
                "{} used id {} before, for event {other}; give this one a new id",
                event.author(),
                event.id
            );
            Err(Rejection::new("id-conflict", detail))
        }
        _ => Ok(()),
    }
}

/// The header of the genesis entry.
pub(super) fn genesis_header(recorded: Timestamp) -> Header {
    Header { seq: 0, revision: 0, prev: EntryHash::ZERO, recorded }
}
