//! `add-checkpoint`, `sign-subtree` and `add-entries` over HTTP.

use super::Submissions;
use super::incoming::{Ended, Incoming};
use crate::mirror::{FollowError, Mirror, Took, UploadError};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::mirroring::{
    ENTRIES_CONTENT_TYPE, EntriesHead, INFO_CONTENT_TYPE, MirrorInfo, Package,
};
use accord_format::note::NoteSignature;
use accord_format::witnessing::{SUBTREE_BODY_MAX, cosignatures_to_text};
use accord_witness::Refusal;
use accord_witness::server::{Options, checkpoints};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::{BodyExt as _, Limited};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::Semaphore;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const INFO: HeaderValue = HeaderValue::from_static(INFO_CONTENT_TYPE);
const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// What strangers may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Those of every request.
    pub requests: accord_witness::server::Limits,
    /// Uploads at once, each of which may take the memory of one bundle; more are answered 429.
    pub uploads: usize,
    /// From the first byte of a package to its last.
    pub package: Duration,
    /// Entries that an upload may begin before the first that is missing.
    pub excess: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let requests = accord_witness::server::Limits::default();
        Self { requests, uploads: 4, package: Duration::from_mins(1), excess: 8192 }
    }
}

#[derive(Clone)]
struct Shared {
    submissions: Arc<Submissions>,
    uploads: Arc<Semaphore>,
    at_work: Arc<Semaphore>,
    limits: Limits,
}

/// The resources under which things are handed in.
pub fn router(submissions: &Arc<Submissions>, limits: Limits) -> Router {
    let shared = Shared {
        submissions: Arc::clone(submissions),
        uploads: Arc::new(Semaphore::new(limits.uploads.max(1))),
        at_work: Arc::new(Semaphore::new(limits.requests.requests.max(1))),
        limits,
    };
    let options = Options { limits: limits.requests, ..Options::default() };
    Router::new()
        .route("/add-entries", post(add_entries))
        .route("/sign-subtree", post(subtree))
        .with_state(shared)
        .merge(checkpoints(&submissions.pending, &options))
}

/// Why an upload ends without cosignatures.
enum Stop {
    /// With a status and words.
    Refused(StatusCode, String),
    /// With how to go on from here.
    GoOn(StatusCode, MirrorInfo),
}

impl Stop {
    fn refused(status: StatusCode, code: &str, why: impl std::fmt::Display) -> Self {
        Self::Refused(status, format!("{code}: {why}\n"))
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::refused(status, refusal.code(), &refusal)
    }
}

async fn subtree(State(shared): State<Shared>, request: Request) -> Response {
    let reading = Limited::new(request.into_body(), SUBTREE_BODY_MAX).collect();
    let body = match tokio::time::timeout(shared.limits.requests.body, reading).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => {
            let why = format!("the body has more than {SUBTREE_BODY_MAX} bytes, or broke off");
            return Stop::refused(StatusCode::PAYLOAD_TOO_LARGE, "body", why).into_response();
        }
        Err(_) => return late().into_response(),
    };
    let Ok(place) = Arc::clone(&shared.at_work).try_acquire_owned() else {
        return Stop::from(Refusal::Busy).into_response();
    };
    let work = tokio::task::spawn_blocking(move || {
        let signed = shared.submissions.sign_subtree(&body);
        drop(place);
        signed
    });
    match work.await.unwrap_or(Err(Refusal::Broken)) {
        Ok(lines) => text(StatusCode::OK, cosignatures_to_text(&lines)),
        Err(refusal) => Stop::from(refusal).into_response(),
    }
}

async fn add_entries(State(shared): State<Shared>, request: Request) -> Response {
    let mut response = match shared.upload(request).await {
        Ok(lines) => text(StatusCode::OK, cosignatures_to_text(&lines)),
        Err(stop) => stop.into_response(),
    };
    // "When sending responses, mirrors SHOULD send an Accept-Encoding header that includes gzip."
    response.headers_mut().insert(ACCEPT_ENCODING, GZIP);
    response
}

impl Shared {
    async fn upload(self, request: Request) -> Result<Vec<NoteSignature>, Stop> {
        let gzip = encoding(request.headers())?;
        let Ok(_place) = Arc::clone(&self.uploads).try_acquire_owned() else {
            return Err(Refusal::Busy.into());
        };
        let mut incoming = Incoming::new(request.into_body(), gzip, self.limits.package);
        let head = incoming.head().await.map_err(|ended| nothing_taken(&ended))?;
        let mut packages = head.packages().peekable();
        let (pending, mut next) = self.working(move |shared| shared.judge_head(&head)).await?;
        if packages.peek().is_none() {
            return self.working(move |shared| shared.finish(&pending)).await;
        }
        for (at, range) in packages.enumerate() {
            let count = range.end.saturating_sub(range.start);
            let package = match incoming.package(count).await {
                Ok(package) => package,
                Err(ended) if at == 0 => return Err(nothing_taken(&ended)),
                Err(_) => break,
            };
            let note = pending.clone();
            let took = self.working(move |shared| shared.take(&note, &range, package)).await?;
            match took {
                Took::Whole(lines) => return Ok(lines),
                Took::Next(missing) => next = missing,
            }
        }
        // "The mirror has not yet received all packages": how to go on.
        let size = pending.checkpoint().size;
        Err(Stop::GoOn(StatusCode::ACCEPTED, MirrorInfo { size, next, ticket: Vec::new() }))
    }

    /// Does what waits for files and locks where waiting is allowed.
    async fn working<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Stop> + Send + 'static,
    ) -> Result<T, Stop> {
        let shared = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&shared)).await;
        done.unwrap_or_else(|_| Err(Refusal::Broken.into()))
    }

    /// What tlog-mirror has checked before any entry is read: the checkpoint uploaded for, and the
    /// first entry that is missing.
    fn judge_head(&self, head: &EntriesHead) -> Result<(SignedCheckpoint, u64), Stop> {
        let submissions = &self.submissions;
        // "If log_origin is not a known log": 404.
        if head.origin != submissions.origin {
            return Err(Refusal::UnknownLog(head.origin.clone()).into());
        }
        // "If the mirror has never received a pending checkpoint": 422.
        let Some(current) = submissions.pending.held(&submissions.origin)? else {
            let why = "no checkpoint of this log is pending";
            return Err(Stop::refused(StatusCode::UNPROCESSABLE_ENTITY, "nothing-pending", why));
        };
        let known = submissions.known(head.end)?;
        let (shown, next) = self.locked(|mirror| Ok((mirror.checkpoint(), mirror.next_entry())))?;
        let held_size = shown.as_ref().map_or(0, |shown| shown.checkpoint().size);
        let of_held = || shown.filter(|shown| shown.checkpoint().size == head.end);
        let conflict = |size: u64| {
            let info = MirrorInfo { size, next, ticket: Vec::new() };
            Stop::GoOn(StatusCode::CONFLICT, info)
        };
        // "If upload_end is neither a known pending checkpoint value nor the mirror checkpoint's
        // tree size", or less than that: 409, with the size of the current pending checkpoint.
        let Some(pending) = known.or_else(of_held) else {
            return Err(conflict(current.checkpoint().size));
        };
        if head.end < held_size {
            return Err(conflict(current.checkpoint().size));
        }
        // "If upload_start is greater than the mirror's next entry", or too far before it: 409.
        let excess = head.end.min(next).saturating_sub(head.start);
        if head.start > next || excess > self.limits.excess {
            return Err(conflict(head.end));
        }
        Ok((pending, next))
    }

    fn take(
        &self,
        pending: &SignedCheckpoint,
        range: &Range<u64>,
        package: Package,
    ) -> Result<Took, Stop> {
        self.changing(pending, |mirror| mirror.take_package(pending, range, package))
    }

    fn finish(&self, pending: &SignedCheckpoint) -> Result<Vec<NoteSignature>, Stop> {
        self.changing(pending, |mirror| mirror.finish_upload(pending))
    }

    fn changing<T>(
        &self,
        pending: &SignedCheckpoint,
        change: impl FnOnce(&mut Mirror) -> Result<T, UploadError>,
    ) -> Result<T, Stop> {
        let submissions = &self.submissions;
        let mut next = 0;
        let changed = self.locked(|mirror| {
            let changed = change(mirror);
            next = mirror.next_entry();
            if matches!(changed, Err(UploadError::Mirror(FollowError::Store(_)))) {
                submissions.failed.store(true, Ordering::Release);
            } else if changed.is_ok() {
                // Keys may have been rotated in what was taken.
                submissions.pending.trust(&submissions.origin, mirror.log_keys())?;
            }
            Ok(changed)
        })?;
        changed.map_err(|error| match error {
            UploadError::Behind { .. } | UploadError::Superseded { .. } => {
                let current = submissions.pending.held(&submissions.origin).ok().flatten();
                let size = match (&error, current) {
                    (UploadError::Superseded { .. }, Some(current)) => current.checkpoint().size,
                    _ => pending.checkpoint().size,
                };
                Stop::GoOn(StatusCode::CONFLICT, MirrorInfo { size, next, ticket: Vec::new() })
            }
            UploadError::Unproven { .. } => {
                Stop::refused(StatusCode::UNPROCESSABLE_ENTITY, "unproven", &error)
            }
            UploadError::Found(problem) | UploadError::Mirror(FollowError::Found(problem)) => {
                Stop::refused(StatusCode::UNPROCESSABLE_ENTITY, problem.code, &problem.detail)
            }
            UploadError::Mirror(FollowError::Clock) => Refusal::Clock.into(),
            // What is wrong with our files and keys is ours to know.
            UploadError::Mirror(error) => Stop::refused(
                StatusCode::INTERNAL_SERVER_ERROR,
                error.code(),
                "this mirror cannot take entries now",
            ),
        })
    }

    fn locked<T>(&self, work: impl FnOnce(&mut Mirror) -> Result<T, Refusal>) -> Result<T, Stop> {
        if self.submissions.has_failed() {
            return Err(Refusal::Broken.into());
        }
        let mirror = self.submissions.lock_patiently().map_err(|_| Refusal::Broken)?;
        let Some(mut mirror) = mirror else { return Err(Refusal::Busy.into()) };
        Ok(work(&mut mirror)?)
    }
}

/// Whether the body is compressed; an error if it is so in a way that is not known, or if it is of
/// another type.
fn encoding(headers: &HeaderMap) -> Result<bool, Stop> {
    let unsupported =
        |why: &str| Stop::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", why);
    let value = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?").trim());
    if value(CONTENT_TYPE) != Some(ENTRIES_CONTENT_TYPE) {
        return Err(unsupported("the body must be application/octet-stream"));
    }
    match value(CONTENT_ENCODING) {
        None | Some("identity" | "") => Ok(false),
        Some("gzip" | "x-gzip") => Ok(true),
        Some(_) => Err(unsupported("the body may be compressed with gzip alone")),
    }
}

fn late() -> Stop {
    Stop::refused(StatusCode::REQUEST_TIMEOUT, "late", "the body did not come in time")
}

/// "No entry package was authenticated and saved before the body ended": 400.
fn nothing_taken(ended: &Ended) -> Stop {
    match ended {
        Ended::Late => late(),
        Ended::Body => {
            let why = "the body ends before its first package does";
            Stop::refused(StatusCode::BAD_REQUEST, "malformed", why)
        }
        Ended::Wrong(why) => Stop::refused(StatusCode::BAD_REQUEST, "malformed", why),
    }
}

fn text(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, TEXT)], body).into_response()
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(status, body) => {
                let mut response = text(status, body);
                if matches!(status.as_u16(), 429 | 503) {
                    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
                }
                response
            }
            Self::GoOn(status, info) => {
                (status, [(CONTENT_TYPE, INFO)], Body::from(info.to_text())).into_response()
            }
        }
    }
}
