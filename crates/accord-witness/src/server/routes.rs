//! The resources: two prefixes, and what is below them.

use super::Options;
use crate::refusal::Refusal;
use crate::witness::Witness;
use accord_format::event;
use accord_format::hash::EventHash;
use accord_format::witnessing::{BODY_MAX, SIZE_CONTENT_TYPE, SUBTREE_BODY_MAX, size_to_text};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Body as _;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
/// A monitor may be shown what is a few seconds old.
const FRESH: HeaderValue = HeaderValue::from_static("max-age=5");
/// Bytes beyond the limit that are read all the same: whoever still sends when the connection closes
/// may never see the answer that says why.
const SPILL: usize = 64 << 10;

/// The path of a prefix: empty, or parts with a slash before each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefix(String);

/// A path that cannot be a prefix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no path of letters, digits, dots, dashes and underscores, such as /witness")]
pub struct PrefixError(String);

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let path = text.trim_end_matches('/');
        if path.is_empty() {
            return Ok(Self::default());
        }
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        let part =
            |part: &str| !part.is_empty() && part != "." && part != ".." && part.bytes().all(plain);
        let parts = path.strip_prefix('/').filter(|parts| parts.split('/').all(part));
        parts.map(|_| Self(path.to_owned())).ok_or_else(|| PrefixError(text.to_owned()))
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone)]
struct Shared {
    witness: Arc<Witness>,
    /// Requests worked on at once.
    at_work: Arc<Semaphore>,
    body_time: Duration,
}

pub(super) fn router(witness: &Arc<Witness>, options: &Options) -> Router {
    let Options { submission, monitoring, .. } = options;
    let shared = Shared::new(witness, options);
    Router::new()
        .route(&format!("{submission}/add-checkpoint"), post(add_checkpoint))
        .route(&format!("{submission}/sign-subtree"), post(sign_subtree))
        .route(&format!("{monitoring}/{{origin}}/checkpoint"), get(checkpoint))
        .with_state(shared.clone())
        .merge(deposit_routes(shared, options))
}

/// `add-checkpoint` alone, for whoever takes checkpoints and cosigns them later, if at all.
pub fn checkpoints(witness: &Arc<Witness>, options: &Options) -> Router {
    let submission = &options.submission;
    Router::new()
        .route(&format!("{submission}/add-checkpoint"), post(add_checkpoint))
        .with_state(Shared::new(witness, options))
}

/// The resources for deposits alone, for whoever takes them and does not cosign as a witness.
pub fn deposits(witness: &Arc<Witness>, options: &Options) -> Router {
    deposit_routes(Shared::new(witness, options), options)
}

fn deposit_routes(shared: Shared, options: &Options) -> Router {
    let Options { submission, monitoring, .. } = options;
    Router::new()
        .route(&format!("{submission}/deposit"), post(deposit))
        .route(&format!("{monitoring}/{{origin}}/deposit/{{event}}"), get(deposited))
        .route(&format!("{monitoring}/{{origin}}/deposits/{{after}}"), get(deposits_after))
        .with_state(shared)
}

async fn add_checkpoint(State(shared): State<Shared>, request: Request) -> Response {
    shared.work(request, BODY_MAX, Witness::add_checkpoint).await
}

async fn sign_subtree(State(shared): State<Shared>, request: Request) -> Response {
    shared.work(request, SUBTREE_BODY_MAX, Witness::sign_subtree).await
}

async fn deposit(State(shared): State<Shared>, request: Request) -> Response {
    shared.work(request, event::NOTE_MAX, Witness::deposit).await
}

async fn checkpoint(State(shared): State<Shared>, Path(origin): Path<String>) -> Response {
    match shared.witness.checkpoint(&origin) {
        Some(note) => with_cache(text(StatusCode::OK, note.to_string())),
        None => text(StatusCode::NOT_FOUND, "no checkpoint of this log was cosigned\n".to_owned()),
    }
}

async fn deposited(
    State(shared): State<Shared>,
    Path((origin, event)): Path<(String, String)>,
) -> Response {
    let none = || text(StatusCode::NOT_FOUND, "no such event was deposited\n".to_owned());
    let Ok(event) = event.parse::<EventHash>() else { return none() };
    let found = shared.blocking(move |witness| witness.deposited(&origin, &event)).await;
    match found {
        Ok(Some(deposit)) => text(StatusCode::OK, deposit),
        Ok(None) => none(),
        Err(refusal) => refused(&refusal),
    }
}

async fn deposits_after(
    State(shared): State<Shared>,
    Path((origin, after)): Path<(String, String)>,
) -> Response {
    let none = || text(StatusCode::NOT_FOUND, "no log has deposits here\n".to_owned());
    let Ok(after) = after.parse::<EventHash>() else { return none() };
    let found = shared.blocking(move |witness| witness.deposits_after(&origin, &after)).await;
    match found {
        Ok(Some(page)) => text(StatusCode::OK, page),
        Ok(None) => none(),
        Err(refusal) => refused(&refusal),
    }
}

impl Shared {
    fn new(witness: &Arc<Witness>, options: &Options) -> Self {
        Self {
            witness: Arc::clone(witness),
            at_work: Arc::new(Semaphore::new(options.limits.requests.max(1))),
            body_time: options.limits.body,
        }
    }

    /// Reads the body, and has `answer` work on it.
    async fn work(
        &self,
        request: Request,
        body_max: usize,
        answer: impl FnOnce(&Witness, &[u8]) -> Result<String, Refusal> + Send + 'static,
    ) -> Response {
        let body = match self.body(request.into_body(), body_max).await {
            Ok(body) => body,
            Err(response) => return response,
        };
        match self.blocking(move |witness| answer(witness, &body)).await {
            Ok(lines) => text(StatusCode::OK, lines),
            Err(refusal) => refused(&refusal),
        }
    }

    async fn body(&self, body: Body, max: usize) -> Result<Bytes, Response> {
        let long =
            || text(StatusCode::PAYLOAD_TOO_LARGE, format!("the body has more than {max} bytes\n"));
        // What is announced as much too long need not be read.
        let most = max.saturating_add(SPILL);
        if usize::try_from(body.size_hint().lower()).map_or(true, |least| least > most) {
            return Err(long());
        }
        let reading = Limited::new(body, most).collect();
        match tokio::time::timeout(self.body_time, reading).await {
            Err(_) => {
                let late = "the body did not come in time\n".to_owned();
                Err(text(StatusCode::REQUEST_TIMEOUT, late))
            }
            Ok(Ok(body)) => Some(body.to_bytes()).filter(|body| body.len() <= max).ok_or_else(long),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(long()),
            Ok(Err(_)) => Err(text(StatusCode::BAD_REQUEST, "the body broke off\n".to_owned())),
        }
    }

    /// Does what waits for files and locks where waiting is allowed.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Witness) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let place = Arc::clone(&self.at_work).try_acquire_owned().map_err(|_| Refusal::Busy)?;
        let witness = Arc::clone(&self.witness);
        let done = tokio::task::spawn_blocking(move || {
            let answer = work(&witness);
            // Given back by the work itself: a client that goes away does not end the work.
            drop(place);
            answer
        });
        done.await.unwrap_or(Err(Refusal::Broken))
    }
}

fn text(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, TEXT)], body).into_response()
}

fn with_cache(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, FRESH);
    response
}

fn refused(refusal: &Refusal) -> Response {
    let status =
        StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Refusal::Conflict { held } = refusal {
        // "The response body MUST consist of the tree size of the latest cosigned checkpoint in
        // decimal, followed by a newline", and the content type is fixed.
        let content_type = HeaderValue::from_static(SIZE_CONTENT_TYPE);
        return (status, [(CONTENT_TYPE, content_type)], size_to_text(*held)).into_response();
    }
    let mut response = text(status, format!("{}: {refusal}\n", refusal.code()));
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
