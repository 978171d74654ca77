//! The witness over HTTP/1.1, with a limit on everything that a stranger could make long or many.
//!
//! There is no TLS here: a reverse proxy in front has that, and the protocol proves itself.

mod connections;
mod routes;

pub use routes::{Prefix, checkpoints, deposits};

use crate::witness::Witness;
use axum::Router;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

/// What strangers may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; more wait in the system's queue.
    pub connections: usize,
    /// Requests worked on at once; more are answered 429.
    pub requests: usize,
    /// From the start of a request, or of a connection's idleness, to the end of the headers.
    pub headers: Duration,
    /// From the end of the headers to the end of the body.
    pub body: Duration,
    /// A connection's whole life.
    pub connection: Duration,
    /// What a shutdown waits for requests under way.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            requests: 32,
            headers: Duration::from_secs(15),
            body: Duration::from_secs(15),
            connection: Duration::from_mins(10),
            shutdown: Duration::from_secs(10),
        }
    }
}

/// How the witness is reached.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The path of the submission prefix.
    pub submission: Prefix,
    /// The path of the monitoring prefix.
    pub monitoring: Prefix,
    /// What strangers may cost.
    pub limits: Limits,
}

/// A server that runs on threads of its own, until it is stopped or dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    /// Listens on `listen`, and answers for `witness` from then on.
    #[expect(clippy::needless_pass_by_value, reason = "a server is handed what it runs on")]
    pub fn start(
        listen: &[SocketAddr],
        witness: Arc<Witness>,
        options: Options,
    ) -> io::Result<Self> {
        Self::serve(listen, routes::router(&witness, &options), options.limits)
    }

    /// Listens on `listen`, and answers with `router` from then on, within `limits`; those on
    /// requests and their bodies are for the router to keep.
    pub fn serve(listen: &[SocketAddr], router: Router, limits: Limits) -> io::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let (tell, told) = oneshot::channel();
        // Bound before anything is started, so that a port in use is said at once.
        let listener = std::net::TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(limits.requests.max(1))
            .thread_name("accord-witness")
            .enable_all()
            .build()?;
        let serve = move || {
            runtime.block_on(async {
                let ready = TcpListener::from_std(listener);
                let failed = ready.as_ref().err().map(|e| io::Error::new(e.kind(), e.to_string()));
                // Whoever started this waits for it, or has gone.
                let _waiting = tell.send(failed.map_or(Ok(()), Err));
                if let Ok(listener) = ready {
                    connections::serve(listener, router, limits, stopped).await;
                }
            });
            // A file operation that does not come back cannot hold up the end for ever.
            runtime.shutdown_timeout(limits.shutdown);
        };
        let thread = std::thread::Builder::new().name("accord-witness".to_owned()).spawn(serve)?;
        told.blocking_recv().map_err(|_| io::Error::other("the server's thread ended"))??;
        Ok(Self { address, stop, thread: Some(thread) })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more requests, finishes those under way, and returns when all is done.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported there.
            drop(thread.join());
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
