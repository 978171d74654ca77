//! What can be found out about submissions before it is their turn: what they are, and whether their
//! signatures hold under the keys known so far.

use super::Submission;
use crate::keyring::Keyring;
use accord_format::event::{EventError, SignedEvent};
use accord_format::time::Timestamp;
use rayon::prelude::*;
use std::sync::Arc;

/// A submission, parsed, with its signatures checked as far as the keys were known.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(super) signed: Result<SignedEvent, EventError>,
    /// False also when a key may yet be enrolled by what is before it.
    pub(super) verified: bool,
    pub(super) at: Option<Timestamp>,
}

/// Checks submissions beside the writer, under the keys that were known when it was made.
#[derive(Clone, Debug)]
pub(crate) struct Checker(pub(super) Arc<Keyring>);

impl Checker {
    /// Parses submissions and checks their signatures, on all cores.
    pub(crate) fn prepare(&self, submissions: &[Submission]) -> Vec<Prepared> {
        let parsed: Vec<Result<SignedEvent, EventError>> =
            submissions.par_iter().map(|submission| SignedEvent::parse(&submission.note)).collect();
        let signed: Vec<Option<&SignedEvent>> =
            parsed.iter().map(|signed| signed.as_ref().ok()).collect();
        let verdicts = self.0.verify_all(&signed);
        let prepared = |((signed, verdict), submission): ((_, Result<_, _>), &Submission)| {
            Prepared { signed, verified: verdict.is_ok(), at: submission.at }
        };
        parsed.into_iter().zip(verdicts).zip(submissions).map(prepared).collect()
    }
}
