//! The body of `add-entries` as it comes in: unpacked, cut into its parts, and never held whole.

use accord_format::mirroring::{AddEntriesError, EntriesHead, PACKAGE_MAX, Package};
use axum::body::{Body, Bytes};
use flate2::write::MultiGzDecoder;
use http_body_util::BodyExt as _;
use std::io::Write as _;
use std::time::Duration;
use tokio::time::Instant;

/// As much is unpacked at once: what comes out of it is no more than a thousand times as long.
const PIECE: usize = 4096;

/// Why no further part comes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The body has ended, or broken off.
    Body,
    /// A part did not come in its time.
    Late,
    /// What came is no part of such a request.
    Wrong(String),
}

impl From<AddEntriesError> for Ended {
    fn from(error: AddEntriesError) -> Self {
        Self::Wrong(error.to_string())
    }
}

/// A body, as far as it has come in and was not read.
pub(super) struct Incoming {
    body: Body,
    /// Of a frame, what was not unpacked.
    frame: Bytes,
    bytes: Unpacked,
    /// For one part, from its first byte to its last.
    time: Duration,
}

enum Unpacked {
    Plain(Vec<u8>),
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Unpacked {
    fn ready(&mut self) -> &mut Vec<u8> {
        match self {
            Self::Plain(bytes) => bytes,
            Self::Gzip(decoder) => decoder.get_mut(),
        }
    }
}

impl Incoming {
    /// The body of a request, each part of which may take `time`.
    pub(super) fn new(body: Body, gzip: bool, time: Duration) -> Self {
        let bytes = if gzip {
            Unpacked::Gzip(Box::new(MultiGzDecoder::new(Vec::new())))
        } else {
            Unpacked::Plain(Vec::new())
        };
        Self { body, frame: Bytes::new(), bytes, time }
    }

    /// The head.
    pub(super) async fn head(&mut self) -> Result<EntriesHead, Ended> {
        self.part(EntriesHead::read).await
    }

    /// The next package, which has `count` entries.
    pub(super) async fn package(&mut self, count: u64) -> Result<Package, Ended> {
        self.part(|bytes| Package::read(bytes, count)).await
    }

    async fn part<T>(
        &mut self,
        read: impl Fn(&[u8]) -> Result<Option<(T, usize)>, AddEntriesError>,
    ) -> Result<T, Ended> {
        let until = Instant::now() + self.time;
        loop {
            let ready = self.bytes.ready();
            if let Some((part, taken)) = read(ready)? {
                ready.drain(..taken);
                return Ok(part);
            }
            if ready.len() > PACKAGE_MAX {
                return Err(Ended::Wrong("a part is longer than any can be".to_owned()));
            }
            self.more(until).await?;
        }
    }

    /// Unpacks a piece more.
    async fn more(&mut self, until: Instant) -> Result<(), Ended> {
        while self.frame.is_empty() {
            let frame = tokio::time::timeout_at(until, self.body.frame()).await;
            match frame.map_err(|_| Ended::Late)? {
                Some(Ok(frame)) => self.frame = frame.into_data().unwrap_or_default(),
                Some(Err(_)) | None => return Err(Ended::Body),
            }
        }
        let piece = self.frame.split_to(self.frame.len().min(PIECE));
        match &mut self.bytes {
            Unpacked::Plain(bytes) => bytes.extend_from_slice(&piece),
            Unpacked::Gzip(decoder) => {
                let unpacked = decoder.write_all(&piece).and_then(|()| decoder.flush());
                unpacked.map_err(|error| Ended::Wrong(format!("not gzip: {error}")))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
