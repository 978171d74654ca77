//! The asynchronous handle: many submitters, one writer thread, group commit.
//!
//! Submissions wait in a bounded queue; when it is full, submitters wait (back-pressure). The
//! writer takes what has gathered while the last batch was being synced and commits it as one.
//! When the handle is shut down, everything queued is still answered.

mod rounds;

use crate::cosigners::Cosigners;
use crate::error::LedgerError;
use crate::writer::{Ledger, Outcome, Submission};
use rounds::Rounds;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Most submissions in one batch.
const BATCH_MAX: usize = 1_024;
/// Most bytes of notes in one batch.
const BATCH_BYTES_MAX: usize = 8 << 20;
/// How long an entry waits at most until it is published, and how often that happens at most.
const PUBLISH_EVERY: Duration = Duration::from_secs(1);

/// How long the writer sleeps at least while it waits for witnesses.
const TURN: Duration = Duration::from_millis(20);

type Answer = Result<Outcome, Arc<LedgerError>>;

struct Request {
    submission: Submission,
    answer: oneshot::Sender<Answer>,
}

/// Submits to a ledger that a thread of its own writes; cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    queue: mpsc::Sender<Request>,
}

/// The writer's thread, to be joined after the last handle is gone.
#[derive(Debug)]
pub struct Writer {
    thread: std::thread::JoinHandle<Result<(), LedgerError>>,
}

/// Moves `ledger` to a thread of its own, behind a queue of `capacity` submissions.
pub fn spawn(ledger: Ledger, capacity: usize) -> (Handle, Writer) {
    spawn_cosigned(ledger, capacity, None)
}

/// The same with witnesses to ask: whenever something was published to wait for them, they are
/// asked, beside the writer, and what they answer is taken in. Submitters do not wait for that.
pub fn spawn_cosigned(
    ledger: Ledger,
    capacity: usize,
    cosigners: Option<Box<dyn Cosigners>>,
) -> (Handle, Writer) {
    let (queue, requests) = mpsc::channel(capacity.max(1));
    let rounds = Rounds::new(cosigners);
    let thread = std::thread::spawn(move || serve(ledger, requests, rounds));
    (Handle { queue }, Writer { thread })
}

impl Handle {
    /// Submits one note and waits until it is durable and included, or refused.
    ///
    /// # Errors
    /// If the writer failed or has stopped: then nobody knows what became of the note, and it can
    /// be submitted again, which gives the first receipt if it was taken in.
    pub async fn append(&self, submission: Submission) -> Answer {
        let pending = self.submit(submission).await?;
        pending.answer().await
    }

    /// Queues one note, waiting while the queue is full; the answer comes later, in order.
    pub async fn submit(&self, submission: Submission) -> Result<Pending, Arc<LedgerError>> {
        let (answer, receiver) = oneshot::channel();
        let sent = self.queue.send(Request { submission, answer }).await;
        sent.map(|()| Pending { receiver }).map_err(|_| stopped())
    }
}

impl Handle {
    /// [`Handle::submit`] for threads that may block, such as one that reads a file.
    pub fn submit_blocking(&self, submission: Submission) -> Result<Pending, Arc<LedgerError>> {
        let (answer, receiver) = oneshot::channel();
        let sent = self.queue.blocking_send(Request { submission, answer });
        sent.map(|()| Pending { receiver }).map_err(|_| stopped())
    }
}

/// A submission that is on its way.
#[derive(Debug)]
pub struct Pending {
    receiver: oneshot::Receiver<Answer>,
}

impl Pending {
    /// Waits for the answer.
    pub async fn answer(self) -> Answer {
        self.receiver.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// [`Pending::answer`] for threads that may block.
    pub fn answer_blocking(self) -> Answer {
        self.receiver.blocking_recv().unwrap_or_else(|_| Err(stopped()))
    }
}

impl Writer {
    /// Waits until everything queued is answered, the head is published and the ledger closed.
    /// Every [`Handle`] must be dropped before, or this waits for them.
    ///
    /// # Errors
    /// What stopped the writer, if it was not the end of the queue.
    pub fn join(self) -> Result<(), LedgerError> {
        self.thread
            .join()
            .unwrap_or_else(|_| Err(LedgerError::Stopped("its thread panicked".to_owned())))
    }
}

fn stopped() -> Arc<LedgerError> {
    Arc::new(LedgerError::Stopped("it takes no more submissions".to_owned()))
}

fn serve(
    mut ledger: Ledger,
    mut requests: mpsc::Receiver<Request>,
    mut rounds: Rounds,
) -> Result<(), LedgerError> {
    let timer = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let timer = timer.map_err(|e| LedgerError::Stopped(format!("it has no timer: {e}")))?;
    let mut published = Instant::now();
    let mut unpublished = false;
    loop {
        let next = if unpublished || rounds.are_due() {
            let due = PUBLISH_EVERY.saturating_sub(published.elapsed()).max(TURN);
            timer.block_on(async { tokio::time::timeout(due, requests.recv()).await })
        } else {
            Ok(requests.blocking_recv())
        };
        match next {
            Ok(None) => {
                rounds.last(&mut ledger)?;
                return ledger.close();
            }
            Ok(Some(first)) => {
                answer(&mut ledger, first, &mut requests)?;
                unpublished = true;
            }
            // Nothing came: what came last is not to wait for what comes next.
            Err(_elapsed) => {}
        }
        if unpublished && published.elapsed() >= PUBLISH_EVERY {
            ledger.publish()?;
            (published, unpublished) = (Instant::now(), false);
            rounds.want();
        }
        rounds.turn(&mut ledger)?;
    }
}

/// Appends one batch and answers it; an error means that the writer cannot go on.
fn answer(
    ledger: &mut Ledger,
    first: Request,
    requests: &mut mpsc::Receiver<Request>,
) -> Result<(), LedgerError> {
    let (submissions, answers) = gather(first, requests);
    match ledger.append(&submissions) {
        Ok(outcomes) => {
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                // A submitter that no longer waits can ask again.
                drop(answer.send(Ok(outcome)));
            }
            Ok(())
        }
        Err(error) => {
            let error = Arc::new(error);
            for answer in answers {
                drop(answer.send(Err(Arc::clone(&error))));
            }
            if error.is_passing() && !ledger.is_stale() {
                return Ok(());
            }
            Err(LedgerError::Stopped(error.to_string()))
        }
    }
}

/// One batch: the first submission and what has queued up behind it.
fn gather(
    first: Request,
    requests: &mut mpsc::Receiver<Request>,
) -> (Vec<Submission>, Vec<oneshot::Sender<Answer>>) {
    let mut bytes = first.submission.note.len();
    let (mut submissions, mut answers) = (vec![first.submission], vec![first.answer]);
    while submissions.len() < BATCH_MAX && bytes < BATCH_BYTES_MAX {
        let Ok(next) = requests.try_recv() else { break };
        bytes += next.submission.note.len();
        submissions.push(next.submission);
        answers.push(next.answer);
    }
    (submissions, answers)
}
