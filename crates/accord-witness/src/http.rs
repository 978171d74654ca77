//! A small HTTP/1.1 client with deadlines, for the asking side: one connection to one server, one
//! request at a time, no redirects, no cookies, no proxies.
//!
//! Everything here is asynchronous, and ends when its future is dropped: a request that is no longer
//! wanted leaves neither a thread nor a connection behind. [`exchange`] is for callers that wait.

mod connection;
mod tls;
mod url;

pub use connection::{Connection, Response};
pub use tls::Tls;
pub use url::{Url, UrlError};

use std::time::Duration;

/// Why a request has no answer. None of it says anything about the answering side's content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The address is none.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// No connection.
    #[error("cannot connect to {to}: {source}")]
    Connect {
        /// Host and port.
        to: String,
        /// What the system answered.
        source: std::io::Error,
    },
    /// The system's certificates cannot be used.
    #[error("no certificate authorities to check https with: {0}")]
    Roots(String),
    /// The server's name is none that a certificate can hold, or TLS failed.
    #[error("no secure connection to {to}: {why}")]
    Tls {
        /// Host and port.
        to: String,
        /// What is wrong.
        why: String,
    },
    /// The other side does not speak HTTP, or broke off.
    #[error("the exchange with {to} broke off: {source}")]
    Broken {
        /// Host and port.
        to: String,
        /// What happened.
        source: hyper::Error,
    },
    /// A compressed answer that does not unpack.
    #[error("the answer of {to} says that it is gzip, and does not read as that: {why}")]
    Packed {
        /// Host and port.
        to: String,
        /// What is wrong.
        why: String,
    },
    /// The request cannot be written.
    #[error("no request can be made for {0:?}")]
    Request(String),
    /// The answer is longer than any answer to this.
    #[error("the answer has more than {0} bytes")]
    TooLong(usize),
    /// Out of time.
    #[error("no answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The system gives no thread or no timer.
    #[error("cannot begin to ask: {0}")]
    Runtime(std::io::Error),
}

/// What is asked of a server.
#[derive(Clone, Debug)]
pub enum Ask {
    /// `GET`.
    Get,
    /// `POST` with a body.
    Post(Vec<u8>),
    /// `POST` with a body that is compressed.
    PostGzip {
        /// The type of what is compressed.
        content_type: &'static str,
        /// The compressed bytes.
        body: Vec<u8>,
    },
}

/// What one exchange may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first step to the last byte.
    pub time: Duration,
    /// The longest answer, in bytes.
    pub answer_bytes: usize,
}

/// Asks once and waits for the answer, from any thread, also from within an asynchronous one.
pub fn exchange(url: &Url, ask: Ask, tls: &Tls, limits: Limits) -> Result<Response, HttpError> {
    run(async {
        let asking = async {
            let mut connection = Connection::open(url, tls).await?;
            connection.send(url, ask, limits.answer_bytes).await
        };
        let timed = tokio::time::timeout(limits.time, asking).await;
        timed.unwrap_or(Err(HttpError::TimedOut(limits.time)))
    })?
}

/// Runs `work` to its end on a thread of its own, since a caller may itself be within a runtime,
/// where waiting is forbidden.
pub(crate) fn run<T: Send>(work: impl Future<Output = T> + Send) -> Result<T, HttpError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(HttpError::Runtime)?;
    let ended = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("accord-asking".to_owned());
        let thread = thread.spawn_scoped(scope, || {
            let answer = runtime.block_on(work);
            // A name that is being looked up is waited for by the system alone, not by us.
            runtime.shutdown_background();
            answer
        });
        thread.map(std::thread::ScopedJoinHandle::join)
    });
    match ended {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(error) => Err(HttpError::Runtime(error)),
    }
}
