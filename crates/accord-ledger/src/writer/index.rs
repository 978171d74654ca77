//! Commitments to the index: how the operator makes one, and that no false one is taken in.

use super::{Ledger, Submission};
use crate::admission::Rejection;
use crate::error::LedgerError;
use accord_format::completeness::{COMMITMENT_TYPE, COMMITMENT_VERSION, Commitment};
use accord_format::event::{Draft, Event, Occurred, Precision, Seen, SignedEvent};
use accord_format::time::{Instant, Timestamp};
use serde_json::json;

/// The stream of all commitments.
const STREAM: &str = "index/main";

impl Ledger {
    /// A commitment to the index of everything so far, signed by the operator, with `id` as the
    /// event's id. It is right only as the next entry: append it before anything else.
    pub fn index_commitment(&mut self, id: &str) -> Result<Submission, LedgerError> {
        let (size, root) = (self.size(), self.root());
        let index = self.tracker.root(&self.store.view(), std::iter::empty())?;
        let kernel = &self.bench.kernel;
        let operator = self.keys.event_key(kernel)?;
        let issued = Instant::new(self.now());
        let draft = Draft {
            ledger: kernel.ledger(),
            id: id.to_owned(),
            event_type: COMMITMENT_TYPE.to_owned(),
            version: COMMITMENT_VERSION,
            stream: STREAM.to_owned(),
            signers: vec![(operator.id_string(), crate::kernel::OPERATOR.to_owned())],
            issued,
            occurred: Occurred { from: issued, until: None, precision: Precision::Second },
            seen: Seen { size, root },
            expects: None,
            evidence: Vec::new(),
            relates: Vec::new(),
            payload: json!({"size": size, "root": index}),
        };
        let signed = draft.to_line().and_then(|line| SignedEvent::sign(&line, &[operator]));
        let signed = signed.map_err(|e| LedgerError::Unreadable {
            seq: size,
            why: format!("its successor: {e}"),
        })?;
        Ok(Submission { note: signed.note().as_bytes().to_vec(), at: None })
    }

    /// The time; with a simulated clock, which has none of its own, that of the last entry.
    fn now(&self) -> Timestamp {
        let kernel = &self.bench.kernel;
        if kernel.is_simulated() { kernel.recorded() } else { self.clock.now() }
    }

    /// Refuses a commitment to another index than that of the entries before it.
    pub(super) fn check_index(
        &mut self,
        event: &Event,
    ) -> Result<Result<(), Rejection>, LedgerError> {
        let Some(commitment) = Commitment::of(event) else { return Ok(Ok(())) };
        let pending = self.recent.since(self.store.size()).map(|entry| &**entry);
        let expected = self.tracker.root(&self.store.view(), pending)?;
        if commitment.root == expected {
            return Ok(Ok(()));
        }
        let detail = format!(
            "the entries before it have index root {expected}, it commits to {}",
            commitment.root
        );
        Ok(Err(Rejection::new("index-root", detail)))
    }
}
