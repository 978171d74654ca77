//! The asynchronous handle: many submitters, one writer thread, group commit.
//!
//! Submissions wait in a bounded queue; when it is full, submitters wait (back-pressure). While one
//! batch is being made durable, the next is parsed and its signatures are checked on all cores,
//! judged and put in order on one, and committed as a whole once the disk is free. When the handle
//! is shut down, everything queued is still answered.

mod committer;
mod line;
mod rounds;

use crate::cosigners::Cosigners;
use crate::error::LedgerError;
use crate::writer::{Ledger, Outcome, Submission};
use line::Line;
use rounds::Rounds;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

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
    let thread = std::thread::spawn(move || Line::new(ledger, requests, rounds)?.serve());
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
