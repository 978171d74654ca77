//! Handing entries to a mirror: from where it says that they are missing, a few packages at a time,
//! until it has all and cosigns.

use super::answer::Outcome;
use crate::http::{Ask, Connection, HttpError, Response, Tls, Url};
use accord_format::checkpoint::NOTE_MAX;
use accord_format::hash::NodeHash;
use accord_format::mirroring::{
    ENTRIES_CONTENT_TYPE, EntriesHead, INFO_MAX, MirrorInfo, PACKAGES_MAX, Package, subtree_start,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Debug;
use std::io::Write as _;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// A request is ended, before it has its full number of packages, when it has this many bytes.
const REQUEST_BYTES: usize = 8 << 20;
/// How often a mirror may ask for the same entry again.
const REPEATS_MAX: u32 = 2;

/// A log's own entries and hashes. Asked on threads that may wait.
pub trait Entries: Debug + Send + Sync {
    /// The entries of this range, which lies in one bundle.
    fn entries(&self, range: Range<u64>) -> Result<Vec<Vec<u8>>, String>;
    /// The proof that the subtree of this range is of the tree of `size` entries.
    fn proof(&self, subtree: Range<u64>, size: u64) -> Result<Vec<NodeHash>, String>;
}

/// One mirror, and what is handed to it.
pub(super) struct Upload {
    /// Its `add-entries`.
    pub(super) url: Url,
    pub(super) origin: String,
    /// The size of the checkpoint that it has taken.
    pub(super) size: u64,
    pub(super) entries: Arc<dyn Entries>,
    pub(super) tls: Tls,
    /// For one request.
    pub(super) time: Duration,
}

/// How an upload ended: with the mirror's successful answer, or with what became of it.
pub(super) type Uploaded = Result<Response, Outcome>;

impl Upload {
    /// Hands in what is missing, and gives back the answer that says that nothing is.
    pub(super) async fn run(self, mut connection: Option<Connection>) -> Uploaded {
        let upload = Arc::new(self);
        // Nothing is known of what it holds: an empty upload asks.
        let (mut start, mut ticket, mut repeats) = (upload.size, Vec::new(), 0);
        loop {
            let body = Self::body(&upload, start, ticket).await?;
            let sent = tokio::time::timeout(upload.time, upload.send(body, connection.take()));
            let unreachable = |error| Outcome::Unreachable(Arc::new(error));
            let answer = sent.await.unwrap_or(Err(HttpError::TimedOut(upload.time)));
            let (response, open) = answer.map_err(unreachable)?;
            connection = Some(open);
            let info = match response.status {
                200 => return Ok(response),
                202 | 409 => MirrorInfo::parse(&response.body),
                404 | 405 => return Err(Outcome::NoMirror(response.excerpt())),
                _ => return Err(Outcome::of_status(&response)),
            };
            let info = info.ok_or(Outcome::NoSize)?;
            if info.size != upload.size {
                // Somebody shows it other checkpoints, so quickly that ours is forgotten.
                return Err(Outcome::Unsteady(info.size));
            }
            repeats = if info.next == start { repeats + 1 } else { 0 };
            if info.next > upload.size || repeats >= REPEATS_MAX {
                return Err(Outcome::NoProgress { next: info.next, size: upload.size });
            }
            (start, ticket) = (info.next, info.ticket);
        }
    }

    async fn send(
        &self,
        body: Vec<u8>,
        connection: Option<Connection>,
    ) -> Result<(Response, Connection), HttpError> {
        let mut connection = match connection.filter(Connection::is_open) {
            Some(connection) => connection,
            None => Connection::open(&self.url, &self.tls).await?,
        };
        let ask = Ask::PostGzip { content_type: ENTRIES_CONTENT_TYPE, body };
        let response = connection.send(&self.url, ask, INFO_MAX.max(NOTE_MAX)).await?;
        Ok((response, connection))
    }

    /// The packages from `start` on, as many as one request should have, compressed.
    async fn body(upload: &Arc<Self>, start: u64, ticket: Vec<u8>) -> Result<Vec<u8>, Outcome> {
        let upload = Arc::clone(upload);
        let made = tokio::task::spawn_blocking(move || upload.packed(start, ticket));
        let made = made.await.unwrap_or_else(|_| Err("reading them failed".to_owned()));
        made.map_err(Outcome::NoEntries)
    }

    fn packed(&self, start: u64, ticket: Vec<u8>) -> Result<Vec<u8>, String> {
        let head = EntriesHead { origin: self.origin.clone(), start, end: self.size, ticket };
        let mut out = GzEncoder::new(Vec::new(), Compression::fast());
        let mut write = |bytes: Result<Vec<u8>, _>| -> Result<usize, String> {
            let bytes = bytes
                .map_err(|error: accord_format::mirroring::AddEntriesError| error.to_string())?;
            out.write_all(&bytes).map_err(|error| error.to_string())?;
            Ok(bytes.len())
        };
        let mut bytes = write(head.to_bytes())?;
        for range in head.packages().take(PACKAGES_MAX) {
            let subtree = subtree_start(range.start)..range.end;
            let proof = self.entries.proof(subtree, self.size)?;
            let package = Package { entries: self.entries.entries(range)?, proof };
            bytes = bytes.saturating_add(write(package.to_bytes())?);
            if bytes > REQUEST_BYTES {
                break;
            }
        }
        out.finish().map_err(|error| error.to_string())
    }
}
