//! A ledger behind an address: one connection, kept from request to request, with a limit on time and
//! length of every answer. Redirects are not followed: an origin that sends readers elsewhere is no
//! answer of its own.

use super::{Answer, Source, Unreachable, sizes};
use crate::server::SIZES_MAX;
use accord_witness::http::{Ask, Connection, HttpError, Response, Tls, Url};
use std::time::Duration;
use tokio::runtime::Runtime;

/// The longest list of sizes.
const LIST_MAX: usize = SIZES_MAX * 21;

/// A ledger, or a mirror of one, over HTTP.
#[derive(Debug)]
pub struct Http {
    prefix: Url,
    tls: Tls,
    time: Duration,
    /// Dropped before the runtime that drives it.
    connection: Option<Connection>,
    runtime: Runtime,
}

impl Http {
    /// The ledger whose files are below `prefix`; each answer may take `time` to its last byte.
    pub fn new(prefix: Url, tls: Tls, time: Duration) -> Result<Self, HttpError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(HttpError::Runtime)?;
        Ok(Self { prefix, tls, time, connection: None, runtime })
    }

    fn ask(&mut self, url: &Url, max: usize) -> Result<Response, HttpError> {
        let Self { connection, runtime, tls, time, .. } = self;
        let asking = async {
            if let Some(mut open) = connection.take().filter(Connection::is_open) {
                match open.send(url, Ask::Get, max).await {
                    // The server may have ended a connection that was idle.
                    Err(HttpError::Broken { .. }) => {}
                    answer => return answer.map(|answer| (answer, open)),
                }
            }
            let mut open = Connection::open(url, tls).await?;
            let answer = open.send(url, Ask::Get, max).await?;
            Ok((answer, open))
        };
        let limited = async {
            let answer = tokio::time::timeout(*time, asking).await;
            answer.unwrap_or(Err(HttpError::TimedOut(*time)))
        };
        let (answer, open) = runtime.block_on(limited)?;
        self.connection = Some(open);
        Ok(answer)
    }

    fn unreachable(&self, why: &dyn std::fmt::Display) -> Unreachable {
        Unreachable { source_name: self.name(), why: why.to_string() }
    }
}

impl Source for Http {
    fn fetch(&mut self, path: &str, max: usize) -> Result<Answer, Unreachable> {
        let url = self.prefix.join(path).map_err(|error| self.unreachable(&error))?;
        let answer = match self.ask(&url, max) {
            Ok(answer) => answer,
            Err(HttpError::TooLong(max)) => {
                return Ok(Answer::Unfit(format!("the answer has more than {max} bytes")));
            }
            Err(error) => return Err(self.unreachable(&error)),
        };
        match answer.status {
            200 => Ok(Answer::Bytes(answer.body)),
            404 | 410 => Ok(Answer::Absent),
            // Too much to do, or out of order: nothing is said about the file.
            status @ (408 | 425 | 429 | 500..) => {
                Err(self.unreachable(&format!("{path}: status {status}: {}", answer.excerpt())))
            }
            status => Ok(Answer::Unfit(format!("status {status}: {}", answer.excerpt()))),
        }
    }

    /// A mirror tells; a static server has no such file.
    fn witnessed(&mut self, from: u64) -> Result<Vec<u64>, Unreachable> {
        match self.fetch(&format!("witnessed/from/{from}"), LIST_MAX)? {
            Answer::Bytes(bytes) => Ok(sizes(String::from_utf8_lossy(&bytes).lines())),
            Answer::Absent | Answer::Unfit(_) => Ok(Vec::new()),
        }
    }

    fn name(&self) -> String {
        self.prefix.to_string()
    }
}
