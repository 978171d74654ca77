//! The thread on which batches become durable, beside the writer's.

use crate::error::LedgerError;
use crate::writer::{Flight, Landed};
use std::sync::mpsc;
use tokio::sync::oneshot;

type Job = (Flight, oneshot::Sender<Landed>);

/// Runs one batch after another; ends when it is dropped.
#[derive(Debug)]
pub(super) struct Committer {
    jobs: mpsc::Sender<Job>,
}

impl Committer {
    pub(super) fn new() -> Result<Self, LedgerError> {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let run = move || {
            for (flight, landed) in waiting {
                // A writer that is gone has told everybody that nothing is known of this batch.
                drop(landed.send(flight.run()));
            }
        };
        let thread = std::thread::Builder::new().name("accord-commit".to_owned()).spawn(run);
        thread.map_err(|e| LedgerError::Stopped(format!("it has no thread to commit on: {e}")))?;
        Ok(Self { jobs })
    }

    /// Begins a batch. If the thread is gone, so is the batch, and the receiver says so.
    pub(super) fn begin(&self, flight: Flight) -> oneshot::Receiver<Landed> {
        let (sender, receiver) = oneshot::channel();
        drop(self.jobs.send((flight, sender)));
        receiver
    }
}
