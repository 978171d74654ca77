//! The conversation with all witnesses at once.
//!
//! Each attempt is a task that ends by itself, in time, with an answer or without; this one decides
//! what to do with it. Tasks that are left over are dropped with their set.

use super::answer::Outcome;
use super::target::{Target, reports};
use super::upload::{Upload, Uploaded};
use super::{CollectError, Collected, Request};
use crate::http::{Ask, Connection, HttpError, Response, Tls, Url};
use accord_format::checkpoint::{CheckpointError, NOTE_MAX, SignedCheckpoint};
use accord_format::hash::NodeHash;
use accord_format::note::{Note, NoteSignature};
use accord_format::policy::Quorum;
use accord_format::witnessing::{AddCheckpoint, AnswerError, parse_size};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What a task has come back with.
enum Attempt {
    /// To have a checkpoint cosigned.
    Asked(Asked),
    /// To hand entries to a mirror that has taken it.
    Uploaded { target: usize, result: Uploaded },
}

/// One request to one address, and what became of it.
struct Asked {
    target: usize,
    /// The size that was asked from.
    old: u64,
    is_second: bool,
    /// To ask again on, if it is still open.
    connection: Option<Connection>,
    result: Result<Response, HttpError>,
}

/// What to do with a cosigner that has answered without a line that the policy asks for.
enum Next {
    /// It may be a mirror: hand it the entries, on this connection if there is one.
    Upload(Option<Connection>),
    /// It has had them.
    Settle,
}

/// Everything known while answers come in.
struct Gathering<'a, P> {
    request: &'a Request<'a>,
    /// The checkpoint as it is submitted: with the log's lines, without those of witnesses.
    submitted: SignedCheckpoint,
    targets: Vec<Target>,
    outcomes: Vec<Option<Outcome>>,
    sizes: Vec<Option<u64>>,
    added: Vec<NoteSignature>,
    attempts: JoinSet<Attempt>,
    prove: P,
    proofs: BTreeMap<u64, Vec<NodeHash>>,
}

pub(super) async fn collect<E: Display>(
    request: &Request<'_>,
    prove: impl FnMut(u64) -> Result<Vec<NodeHash>, E> + Send,
) -> Result<Collected, CollectError> {
    let (targets, outcomes) = Target::sort(request);
    let mut gathering = Gathering {
        request,
        submitted: without_witnesses(request)?,
        sizes: vec![None; outcomes.len()],
        targets,
        outcomes,
        added: Vec::new(),
        attempts: JoinSet::new(),
        prove,
        proofs: BTreeMap::new(),
    };
    for target in 0..gathering.targets.len() {
        gathering.ask(target, None, None);
    }
    let started = Instant::now();
    let mut until = started + request.limits.overall;
    let (checkpoint, quorum) = loop {
        let (checkpoint, quorum) = gathering.judge()?;
        if quorum.met {
            until = until.min(Instant::now() + request.limits.grace);
        }
        match tokio::time::timeout_at(until, gathering.attempts.join_next()).await {
            Ok(Some(Ok(attempt))) => gathering.take(attempt),
            // A task that was cancelled or has panicked has no answer; its witness stays unanswered.
            Ok(Some(Err(_))) => {}
            Ok(None) | Err(_) => break (checkpoint, quorum),
        }
    };
    let Gathering { outcomes, sizes, added, attempts, .. } = gathering;
    drop(attempts);
    let overall = request.limits.overall;
    let unanswered = || if quorum.met { Outcome::NotNeeded } else { Outcome::OutOfTime(overall) };
    let reports = reports(request, &sizes, outcomes, unanswered);
    Ok(Collected { checkpoint, added, quorum, reports })
}

/// The checkpoint without the lines of the policy's witnesses, which other witnesses need not see.
fn without_witnesses(request: &Request<'_>) -> Result<SignedCheckpoint, CollectError> {
    let note = request.checkpoint.note();
    let witnesses = request.policy.witnesses();
    let of_witness = |line: &&NoteSignature| witnesses.iter().any(|w| w.vkey.is_named_by(line));
    let lines: Vec<_> =
        note.signatures().iter().filter(|line| !of_witness(line)).cloned().collect();
    let note = Note::new(note.text(), &lines).map_err(CheckpointError::from)?;
    Ok(SignedCheckpoint::parse(note.to_text().as_bytes())?)
}

impl<E: Display, P: FnMut(u64) -> Result<Vec<NodeHash>, E>> Gathering<'_, P> {
    fn judge(&self) -> Result<(SignedCheckpoint, Quorum), CollectError> {
        let checkpoint = self.request.checkpoint.with_signatures(&self.added)?;
        let quorum = self.request.policy.judge(&checkpoint);
        Ok((checkpoint, quorum))
    }

    /// Starts an attempt: the first, or from the size that the witness has named.
    fn ask(&mut self, target: usize, from: Option<u64>, connection: Option<Connection>) {
        let Some(asked) = self.targets.get(target) else { return };
        let old = from.unwrap_or(asked.old);
        let url = asked.url.clone();
        let proof = match self.proof(old) {
            Ok(proof) => proof,
            Err(why) => {
                self.settle_all(target, || Outcome::NoProof { size: old, why: why.clone() });
                return;
            }
        };
        let checkpoint = self.submitted.clone();
        let body = AddCheckpoint { old, proof, checkpoint }.to_text().into_bytes();
        let (tls, time) = (self.request.tls.clone(), self.request.limits.request);
        self.attempts.spawn(async move {
            let (connection, result) = attempt(&url, body, connection, &tls, time).await;
            Attempt::Asked(Asked { target, old, is_second: from.is_some(), connection, result })
        });
    }

    fn proof(&mut self, old: u64) -> Result<Vec<NodeHash>, String> {
        let size = self.request.checkpoint.checkpoint().size;
        if old == 0 || old == size {
            return Ok(Vec::new());
        }
        if let Some(proof) = self.proofs.get(&old) {
            return Ok(proof.clone());
        }
        let proof = (self.prove)(old).map_err(|error| error.to_string())?;
        self.proofs.insert(old, proof.clone());
        Ok(proof)
    }

    /// Decides what an attempt's end means.
    fn take(&mut self, attempt: Attempt) {
        let Asked { target, old, is_second, connection, result } = match attempt {
            Attempt::Asked(asked) => asked,
            Attempt::Uploaded { target, result: Ok(response) } => {
                self.settle_lines(target, &response, Next::Settle);
                return;
            }
            Attempt::Uploaded { target, result: Err(outcome) } => {
                self.settle_failed(target, &outcome);
                return;
            }
        };
        match result {
            Err(error) => self.settle_error(target, error),
            Ok(response) if response.status == 200 => {
                self.settle_lines(target, &response, Next::Upload(connection));
            }
            Ok(response) if response.status == 409 => {
                let size = self.request.checkpoint.checkpoint().size;
                let named = parse_size(&response.body);
                self.remember(target, named);
                match named {
                    None => self.settle_all(target, || Outcome::NoSize),
                    Some(held) if held > size => self.settle_all(target, || Outcome::Ahead(held)),
                    Some(held) if is_second || held == old => {
                        self.settle_all(target, || Outcome::Unsteady(held));
                    }
                    Some(held) => self.ask(target, Some(held), connection),
                }
            }
            Ok(response) => self.settle_all(target, || Outcome::of_status(&response)),
        }
    }

    /// Judges the lines of a successful answer. Where some are missing, whoever has taken the checkpoint
    /// may be a mirror that waits for its entries.
    fn settle_lines(&mut self, target: usize, response: &Response, next: Next) {
        let Some(answering) = self.targets.get(target) else { return };
        let (lines, outcomes) = answering.judge(response, self.request);
        if !lines.is_empty() {
            self.remember(target, Some(self.request.checkpoint.checkpoint().size));
        }
        self.added.extend(lines);
        let is_missing = |outcome: &Outcome| {
            matches!(outcome, Outcome::NoLine | Outcome::NotCosignatures(AnswerError::Empty))
        };
        // Of several behind one address, some may have answered before.
        let open = |(at, _): &(usize, _)| self.outcomes.get(*at).is_some_and(Option::is_none);
        let (missing, settled): (Vec<_>, Vec<_>) =
            outcomes.into_iter().filter(open).partition(|(_, outcome)| is_missing(outcome));
        self.settle(settled);
        let is_uploading = match next {
            Next::Upload(connection) if !missing.is_empty() => self.upload(target, connection),
            Next::Upload(_) | Next::Settle => false,
        };
        if !is_uploading {
            self.settle(missing);
        }
    }

    /// Hands the entries to a mirror; tells whether there are any.
    fn upload(&mut self, target: usize, connection: Option<Connection>) -> bool {
        let (Some(entries), Some(asked)) = (self.request.entries, self.targets.get(target)) else {
            return false;
        };
        let head = self.request.checkpoint.checkpoint();
        let upload = Upload {
            url: asked.entries_url.clone(),
            origin: head.origin.clone(),
            size: head.size,
            entries: Arc::clone(entries),
            tls: self.request.tls.clone(),
            time: self.request.limits.request,
        };
        let size = head.size;
        self.remember(target, Some(size));
        self.attempts.spawn(async move {
            Attempt::Uploaded { target, result: upload.run(connection).await }
        });
        true
    }

    /// Gives an outcome to the witnesses behind an address that have none yet.
    fn settle_failed(&mut self, target: usize, outcome: &Outcome) {
        let Some(places) = self.targets.get(target) else { return };
        let open: Vec<usize> = places
            .places()
            .filter(|at| self.outcomes.get(*at).is_some_and(Option::is_none))
            .collect();
        self.settle(open.into_iter().map(|at| (at, outcome.clone())).collect());
    }

    fn settle_error(&mut self, target: usize, error: HttpError) {
        let error = Arc::new(error);
        self.settle_all(target, || Outcome::Unreachable(Arc::clone(&error)));
    }

    fn settle_all(&mut self, target: usize, outcome: impl FnMut() -> Outcome) {
        if let Some(outcomes) = self.targets.get(target).map(|target| target.all(outcome)) {
            self.settle(outcomes);
        }
    }

    fn settle(&mut self, outcomes: Vec<(usize, Outcome)>) {
        for (place, outcome) in outcomes {
            if let Some(of_witness) = self.outcomes.get_mut(place) {
                *of_witness = Some(outcome);
            }
        }
    }

    fn remember(&mut self, target: usize, size: Option<u64>) {
        let Some(target) = self.targets.get(target) else { return };
        for place in target.places() {
            if let Some(of_witness) = self.sizes.get_mut(place) {
                *of_witness = size;
            }
        }
    }
}

/// Asks once, within its time, on the connection given or a new one.
async fn attempt(
    url: &Url,
    body: Vec<u8>,
    connection: Option<Connection>,
    tls: &Tls,
    time: Duration,
) -> (Option<Connection>, Result<Response, HttpError>) {
    let asking = async {
        let mut connection = match connection.filter(Connection::is_open) {
            Some(connection) => connection,
            None => Connection::open(url, tls).await?,
        };
        let response = connection.send(url, Ask::Post(body), NOTE_MAX).await?;
        Ok((connection, response))
    };
    match tokio::time::timeout(time, asking).await {
        Ok(Ok((connection, response))) => (Some(connection), Ok(response)),
        Ok(Err(error)) => (None, Err(error)),
        Err(_) => (None, Err(HttpError::TimedOut(time))),
    }
}
