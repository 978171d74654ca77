//! The ledger under construction: what is said is signed and handed in, and its answers are read.

use super::script::{Line, put_hashes};
use crate::cli::Session;
use crate::commands::import::{Held, Source, submit_plan};
use crate::commands::submit::Submitter;
use crate::compose::{Frame, SeenAt, Signer};
use crate::error::CliError;
use crate::progress::Progress;
use crate::{catalogue, import};
use accord_format::hash::LedgerId;
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use accord_ledger::{Outcome, Record, Submission};
use std::collections::BTreeMap;
use std::path::Path;

/// Events that are signed under one head: those of about a fortnight.
const BATCH: usize = 64;

/// The ledger under construction.
pub(super) struct Stage<'a> {
    pub(super) dir: &'a Path,
    pub(super) submitter: Submitter,
    pub(super) ledger: LedgerId,
    pub(super) seen: SeenAt,
    pub(super) begin: Timestamp,
    /// Event hashes by event id.
    pub(super) hashes: BTreeMap<String, String>,
}

impl Stage<'_> {
    /// Signs and appends everything, in its order.
    pub(super) fn play(
        &mut self,
        lines: &[Line<'_>],
        what: &'static str,
        session: &Session,
    ) -> Result<(), CliError> {
        let total = Some(lines.len() as u64);
        let mut progress = Progress::new(what, total, session.progress);
        for batch in lines.chunks(BATCH) {
            let mut submissions = Vec::with_capacity(batch.len());
            for line in batch {
                submissions.push(self.sign(line)?);
            }
            let mut names = batch.iter().map(|line| line.event_type);
            let mut seen = None;
            self.submitter.run(submissions.into_iter().map(Ok), |outcome| {
                progress.step();
                seen = Some(taken(names.next().unwrap_or_default(), outcome)?);
                Ok(())
            })?;
            self.seen = seen.unwrap_or_else(|| self.seen.clone());
        }
        progress.finish();
        Ok(())
    }

    fn sign(&mut self, line: &Line<'_>) -> Result<Submission, CliError> {
        let at = self.begin.plus_seconds(line.after);
        let signers = line
            .by
            .iter()
            .map(|by| Signer { key: by.key.id_string(), role: by.role.to_owned() })
            .collect();
        let frame = Frame {
            stream: line.stream.clone(),
            occurred: line.occurred.clone(),
            id: Some(line.id.clone()),
            ..Frame::new(Some(self.ledger), self.seen.clone(), at, signers)
        };
        let mut payload = line.payload.clone();
        put_hashes(&mut payload, &|id| self.hashes.get(id).cloned());
        let mut envelope = frame.around(catalogue::find(line.event_type, None)?, payload)?;
        envelope.evidence.clone_from(&line.evidence);
        let keys: Vec<&NoteSigner> = line.by.iter().map(|by| by.key).collect();
        let signed = envelope.sign(&keys)?;
        self.hashes.insert(line.id.clone(), signed.event().hash().to_string());
        Ok(Submission { note: signed.note().as_bytes().to_vec(), at: Some(at) })
    }

    /// Imports one of the tables built in.
    pub(super) fn import(
        &mut self,
        name: &str,
        mission: &NoteSigner,
        after: i64,
        session: &mut Session,
    ) -> Result<(), CliError> {
        let file = |ending: &str| self.dir.join("data").join(format!("{name}.{ending}"));
        let source = Source::read(&file("csv"), &file("toml"))?;
        let held = Held::of(&Record::open(self.dir)?, &source.table.digest)?;
        let at = self.begin.plus_seconds(after);
        let frame = import::Frame {
            ledger: self.ledger,
            seen: self.seen.clone(),
            issued: at,
            signers: vec![Signer { key: mission.id_string(), role: "mission".to_owned() }],
        };
        let plan = source.plan(&frame, &held)?;
        if let Some(bad) = plan.bad.first() {
            return Err(CliError::Usage(bad.to_string()));
        }
        let mut last = None;
        let keys = [mission];
        submit_plan(&plan, &keys, Some(at), &self.submitter, session, |outcome| {
            // Receipts of one batch have one checkpoint; the last is the newest.
            if let Outcome::Accepted { receipt, .. } = outcome {
                last = Some(receipt.proof().checkpoint.checkpoint().clone());
            }
            if let Outcome::Refused { rejection, .. } = outcome {
                return Err(CliError::Refused {
                    event_type: plan.batch.event_type.clone(),
                    code: rejection.code.to_owned(),
                    detail: rejection.detail.clone(),
                });
            }
            Ok(())
        })?;
        if let Some(head) = last {
            self.seen = SeenAt::new(head.size, head.root);
        }
        Ok(())
    }
}

/// The head under which an event was taken in; in a demonstration every one is.
fn taken(event_type: &str, outcome: Outcome) -> Result<SeenAt, CliError> {
    match outcome {
        Outcome::Accepted { receipt, .. } | Outcome::Repeated { receipt } => {
            let head = receipt.proof().checkpoint.checkpoint();
            Ok(SeenAt::new(head.size, head.root))
        }
        Outcome::Refused { rejection, .. } => Err(CliError::Refused {
            event_type: event_type.to_owned(),
            code: rejection.code.to_owned(),
            detail: rejection.detail,
        }),
        Outcome::Malformed(error) => Err(error.into()),
    }
}
