//! The writer's thread: what comes in is checked beside it, judged on it, and made durable beside it.
//!
//! ```text
//! queue ── chunks, checked on all cores ── open batch, judged one by one ── batch under way ── answers
//! ```
//!
//! Everything keeps its order, and each place is bounded: when the last one is full, so is the queue.

use super::committer::Committer;
use super::rounds::Rounds;
use super::{Answer, Request};
use crate::cores;
use crate::error::LedgerError;
use crate::writer::{BATCH_BYTES_MAX, BATCH_MAX, Ledger, Prepared, Sealed, Submission};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Submissions that are checked together: enough for all cores, few enough to be judged soon.
const CHUNK_MAX: usize = 128;
/// Bytes of their notes.
const CHUNK_BYTES_MAX: usize = 1 << 20;
/// Chunks that are being checked, or wait to be judged.
const CHUNKS_MAX: usize = 4;
/// Entries that the index is told of at once while there is nothing better to do.
const INDEX_PIECE: usize = 256;
/// Entries that the index may lack at most: what the writer knows by heart takes memory.
const INDEX_LACKS_MAX: u64 = 16_384;
/// How long an entry waits at most until it is published, and how often that happens at most.
const PUBLISH_EVERY: Duration = Duration::from_secs(1);
/// How long the writer sleeps at least while it waits for witnesses.
const TURN: Duration = Duration::from_millis(20);

type Answers = Vec<oneshot::Sender<Answer>>;

/// Submissions that are being checked.
struct Chunk {
    prepared: oneshot::Receiver<Vec<Prepared>>,
    answers: Answers,
    bytes: usize,
}

/// A batch under way.
struct Flying {
    landed: oneshot::Receiver<crate::writer::Landed>,
    answers: Answers,
}

/// Those whose verdicts are in the open batch.
#[derive(Default)]
struct Open {
    answers: Answers,
    bytes: usize,
}

/// What has happened.
enum Event {
    /// A submission has come; nothing if there will be no more.
    Request(Option<Request>),
    /// The first chunk is checked.
    Checked(Result<Vec<Prepared>, oneshot::error::RecvError>),
    /// The batch under way has come to its end.
    Landed(Result<crate::writer::Landed, oneshot::error::RecvError>),
    /// Something is due.
    Time,
}

/// Everything between the queue and the answers.
pub(super) struct Line {
    ledger: Ledger,
    requests: mpsc::Receiver<Request>,
    /// False once every handle is gone.
    more: bool,
    chunks: VecDeque<Chunk>,
    open: Open,
    flying: Option<Flying>,
    committer: Committer,
    rounds: Rounds,
    published: Instant,
    unpublished: bool,
}

impl Line {
    pub(super) fn new(
        ledger: Ledger,
        requests: mpsc::Receiver<Request>,
        rounds: Rounds,
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            ledger,
            requests,
            more: true,
            chunks: VecDeque::new(),
            open: Open::default(),
            flying: None,
            committer: Committer::new()?,
            rounds,
            published: Instant::now(),
            unpublished: false,
        })
    }

    /// Works until the last handle is gone and everything is answered.
    pub(super) fn serve(mut self) -> Result<(), LedgerError> {
        let timer = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let timer = timer.map_err(|e| LedgerError::Stopped(format!("it has no timer: {e}")))?;
        match timer.block_on(self.work()) {
            Ok(()) => {
                self.rounds.last(&mut self.ledger)?;
                self.ledger.close()
            }
            Err(error) => {
                let error = Arc::new(error);
                timer.block_on(self.give_up(&error));
                Err(LedgerError::Stopped(error.to_string()))
            }
        }
    }

    async fn work(&mut self) -> Result<(), LedgerError> {
        loop {
            self.begin_chunks();
            self.commit()?;
            if !self.more && self.chunks.is_empty() && self.flying.is_none() {
                return Ok(());
            }
            match self.next().await {
                Event::Request(None) => self.more = false,
                Event::Request(Some(first)) => self.receive(first)?,
                Event::Checked(Ok(prepared)) => self.judge(prepared)?,
                Event::Landed(Ok(landed)) => self.land(landed)?,
                Event::Checked(Err(_)) => {
                    return Err(LedgerError::Stopped("what checks signatures failed".to_owned()));
                }
                Event::Landed(Err(_)) => {
                    return Err(LedgerError::Stopped("what commits batches failed".to_owned()));
                }
                Event::Time => self.while_idle()?,
            }
        }
    }

    /// Waits for what comes next.
    async fn next(&mut self) -> Event {
        let due = self.due();
        let has_room = self.has_room();
        let hears = self.more && self.chunks.len() < CHUNKS_MAX;
        let landed = async {
            match &mut self.flying {
                Some(flying) => (&mut flying.landed).await,
                None => std::future::pending().await,
            }
        };
        let checked = async {
            match self.chunks.front_mut() {
                Some(chunk) if has_room => (&mut chunk.prepared).await,
                _ => std::future::pending().await,
            }
        };
        let time = async {
            match due {
                Some(due) => tokio::time::sleep(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            landed = landed => Event::Landed(landed),
            checked = checked => Event::Checked(checked),
            request = self.requests.recv(), if hears => Event::Request(request),
            () = time => Event::Time,
        }
    }

    /// When something is to be done though nothing happens.
    fn due(&self) -> Option<Duration> {
        if self.chunks.is_empty() && self.ledger.unindexed() >= INDEX_PIECE as u64 {
            return Some(Duration::ZERO);
        }
        let waits = self.unpublished || self.rounds.are_due();
        let idle = waits && self.flying.is_none();
        idle.then(|| PUBLISH_EVERY.saturating_sub(self.published.elapsed()).max(TURN))
    }

    /// Whether the open batch has room for the first chunk.
    fn has_room(&self) -> bool {
        let Some(chunk) = self.chunks.front() else { return false };
        self.open.answers.len() + chunk.answers.len() <= BATCH_MAX
            && self.open.bytes + chunk.bytes <= BATCH_BYTES_MAX
    }

    /// Takes in a submission that came while nothing else had. If it is alone, nothing is won by
    /// other threads: it is checked and committed on this one.
    fn receive(&mut self, first: Request) -> Result<(), LedgerError> {
        let (submissions, answers, bytes) = self.gather(first);
        let alone = submissions.len() == 1 && self.chunks.is_empty() && self.flying.is_none();
        if !alone {
            self.check(submissions, answers, bytes);
            return Ok(());
        }
        let prepared = self.ledger.checker().prepare(&submissions);
        self.take(prepared, answers, bytes)?;
        if !self.requests.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.open).answers;
        match self.seal(waiting)? {
            Some((batch, waiting)) => self.end(batch.run(), waiting),
            None => Ok(()),
        }
    }

    /// Begins to check what has queued up, as far as there is room.
    fn begin_chunks(&mut self) {
        // A first one that finds nothing before it is for `receive`.
        while self.chunks.len() < CHUNKS_MAX && (!self.chunks.is_empty() || self.flying.is_some()) {
            let Ok(first) = self.requests.try_recv() else { return };
            let (submissions, answers, bytes) = self.gather(first);
            self.check(submissions, answers, bytes);
        }
    }

    /// A submission and what has queued up behind it.
    fn gather(&mut self, first: Request) -> (Vec<Submission>, Answers, usize) {
        let mut bytes = first.submission.note.len();
        let (mut submissions, mut answers) = (vec![first.submission], vec![first.answer]);
        while submissions.len() < CHUNK_MAX && bytes < CHUNK_BYTES_MAX {
            let Ok(next) = self.requests.try_recv() else { break };
            bytes += next.submission.note.len();
            submissions.push(next.submission);
            answers.push(next.answer);
        }
        (submissions, answers, bytes)
    }

    /// Checks submissions on all cores, beside this thread.
    fn check(&mut self, submissions: Vec<Submission>, answers: Answers, bytes: usize) {
        let (sender, prepared) = oneshot::channel();
        let checker = self.ledger.checker();
        cores::spawn(move || {
            // A panic would end the process; without an answer the writer stops in order.
            let outcome = catch_unwind(AssertUnwindSafe(|| checker.prepare(&submissions)));
            if let Ok(prepared) = outcome {
                drop(sender.send(prepared));
            }
        });
        self.chunks.push_back(Chunk { prepared, answers, bytes });
    }

    /// Judges the first chunk.
    fn judge(&mut self, prepared: Vec<Prepared>) -> Result<(), LedgerError> {
        let Some(chunk) = self.chunks.pop_front() else { return Ok(()) };
        self.take(prepared, chunk.answers, chunk.bytes)
    }

    /// Judges submissions; those about which there is a verdict are in the open batch.
    fn take(
        &mut self,
        prepared: Vec<Prepared>,
        answers: Answers,
        bytes: usize,
    ) -> Result<(), LedgerError> {
        self.open.bytes += bytes;
        let mut pairs = prepared.into_iter().zip(answers);
        while let Some((prepared, answer)) = pairs.next() {
            let taken = self.ledger.check_writable().and_then(|()| self.ledger.take(prepared));
            match taken {
                Ok(()) => self.open.answers.push(answer),
                // The clock was wrong, or whoever asked: others are not concerned.
                Err(error) if error.is_passing() && !self.ledger.is_stale() => {
                    drop(answer.send(Err(Arc::new(error))));
                }
                Err(error) => {
                    self.open.answers.push(answer);
                    self.open.answers.extend(pairs.map(|(_, answer)| answer));
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Ends the open batch if nothing is under way, and sees to what can only be done then.
    fn commit(&mut self) -> Result<(), LedgerError> {
        if self.flying.is_some() {
            return Ok(());
        }
        self.publish()?;
        self.rounds.turn(&mut self.ledger)?;
        if self.open.answers.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.open).answers;
        if let Some((batch, answers)) = self.seal(waiting)? {
            self.flying = Some(Flying { landed: self.committer.begin(batch), answers });
        }
        Ok(())
    }

    /// Seals the open batch; answers at once if there is nothing to be made durable.
    fn seal(
        &mut self,
        waiting: Answers,
    ) -> Result<Option<(crate::writer::Flight, Answers)>, LedgerError> {
        match self.ledger.seal() {
            Ok(Sealed::Batch(batch)) => Ok(Some((*batch, waiting))),
            Ok(Sealed::Answers(outcomes)) => {
                answer(waiting, outcomes);
                Ok(None)
            }
            Err(error) => {
                self.open.answers = waiting;
                Err(error)
            }
        }
    }

    fn land(&mut self, landed: crate::writer::Landed) -> Result<(), LedgerError> {
        let waiting = self.flying.take().map(|flying| flying.answers).unwrap_or_default();
        self.end(landed, waiting)
    }

    /// Answers whoever a batch was made for.
    fn end(&mut self, landed: crate::writer::Landed, waiting: Answers) -> Result<(), LedgerError> {
        match self.ledger.land(landed) {
            Ok(outcomes) => answer(waiting, outcomes),
            Err(error) => {
                // They are told what stopped the writer, before those who came later.
                self.open.answers.splice(0..0, waiting);
                return Err(error);
            }
        }
        self.unpublished = true;
        while self.ledger.unindexed() > INDEX_LACKS_MAX {
            self.ledger.index_some(INDEX_PIECE)?;
        }
        Ok(())
    }

    fn publish(&mut self) -> Result<(), LedgerError> {
        if self.unpublished && self.published.elapsed() >= PUBLISH_EVERY {
            self.ledger.publish()?;
            (self.published, self.unpublished) = (Instant::now(), false);
            self.rounds.want();
        }
        Ok(())
    }

    /// There is nothing to check or to judge: the index is told of what it lacks.
    fn while_idle(&mut self) -> Result<(), LedgerError> {
        self.ledger.index_some(INDEX_PIECE)
    }

    /// Tells everybody that the writer stops. What is under way may still become durable: those who
    /// wait for it are told what became of it.
    async fn give_up(&mut self, error: &Arc<LedgerError>) {
        self.requests.close();
        if let Some(flying) = self.flying.take()
            && let Ok(landed) = flying.landed.await
        {
            match self.ledger.land(landed) {
                Ok(outcomes) => answer(flying.answers, outcomes),
                Err(error) => fail(flying.answers, &Arc::new(error)),
            }
        }
        fail(std::mem::take(&mut self.open.answers), error);
        for chunk in std::mem::take(&mut self.chunks) {
            fail(chunk.answers, error);
        }
    }
}

/// Answers each submitter; one that no longer waits can ask again.
fn answer(waiting: Answers, outcomes: Vec<crate::writer::Outcome>) {
    for (answer, outcome) in waiting.into_iter().zip(outcomes) {
        drop(answer.send(Ok(outcome)));
    }
}

fn fail(waiting: Answers, error: &Arc<LedgerError>) {
    for answer in waiting {
        drop(answer.send(Err(Arc::clone(error))));
    }
}
