//! The copy over HTTP: a tiled log, under `/` and under the log's origin hash as tlog-mirror has it.
//!
//! Each request reads the files as they are at its moment, so it runs beside whoever follows, and
//! answers while nothing can be followed any longer. Nothing beyond the checkpoint is shown.

use crate::mirror::statement_file;
use accord_format::checkpoint::NOTE_MAX;
use accord_format::tile::{TilePath, encode_bundle};
use accord_format::witnessing::origin_hash;
use accord_store::disk::Disk;
use accord_store::{Reader, StoreError, StoreResult};
use accord_witness::server::{Limits, Options, Server, deposits};
use accord_witness::witness::Witness;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
/// A checkpoint may be shown that is a few seconds old.
const FRESH: HeaderValue = HeaderValue::from_static("max-age=5");
/// A tile or bundle never changes.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

#[derive(Clone)]
struct Shared {
    disk: Arc<dyn Disk>,
    /// Requests worked on at once.
    at_work: Arc<Semaphore>,
}

/// What is asked for.
enum Wanted {
    Checkpoint,
    /// What is said of the index over so many entries.
    Statement(u64),
    Part(TilePath),
}

/// Serves the copy on `disk`, from then on, until the server is stopped or dropped; and takes
/// deposits of event notes, if there is a `depositary`.
///
/// A depositary is a witness that is never asked to cosign: its key signs that it had the bytes of an
/// event, and since when. A mirror's own cosignature is made by following alone.
pub fn start(
    listen: &[SocketAddr],
    disk: Arc<dyn Disk>,
    depositary: Option<&Arc<Witness>>,
    limits: Limits,
) -> io::Result<Server> {
    let mut resources = router(disk, limits);
    if let Some(depositary) = depositary {
        let options = Options { limits, ..Options::default() };
        resources = resources.merge(deposits(depositary, &options));
    }
    Server::serve(listen, resources, limits)
}

/// The resources of the copy on `disk`.
pub fn router(disk: Arc<dyn Disk>, limits: Limits) -> Router {
    let at_work = Arc::new(Semaphore::new(limits.requests.max(1)));
    Router::new()
        .route("/checkpoint", get(checkpoint))
        .route("/tile/{*path}", get(part))
        .route("/{origin}/checkpoint", get(checkpoint_of))
        .route("/{origin}/tile/{*path}", get(part_of))
        .route("/index/{size}", get(statement))
        .route("/{origin}/index/{size}", get(statement_of))
        .with_state(Shared { disk, at_work })
}

async fn checkpoint(State(shared): State<Shared>) -> Response {
    shared.answer(None, Wanted::Checkpoint).await
}

async fn checkpoint_of(State(shared): State<Shared>, Path(origin): Path<String>) -> Response {
    shared.answer(Some(origin), Wanted::Checkpoint).await
}

async fn part(State(shared): State<Shared>, Path(path): Path<String>) -> Response {
    shared.part(None, &path).await
}

async fn part_of(
    State(shared): State<Shared>,
    Path((origin, path)): Path<(String, String)>,
) -> Response {
    shared.part(Some(origin), &path).await
}

async fn statement(State(shared): State<Shared>, Path(size): Path<u64>) -> Response {
    shared.answer(None, Wanted::Statement(size)).await
}

async fn statement_of(
    State(shared): State<Shared>,
    Path((origin, size)): Path<(String, u64)>,
) -> Response {
    shared.answer(Some(origin), Wanted::Statement(size)).await
}

impl Shared {
    async fn part(&self, origin: Option<String>, path: &str) -> Response {
        match TilePath::parse(&format!("tile/{path}")) {
            Ok(path) => self.answer(origin, Wanted::Part(path)).await,
            Err(_) => absent(),
        }
    }

    /// Reads files where waiting is allowed.
    async fn answer(&self, origin: Option<String>, wanted: Wanted) -> Response {
        let Ok(place) = Arc::clone(&self.at_work).try_acquire_owned() else { return busy() };
        let disk = Arc::clone(&self.disk);
        let work = tokio::task::spawn_blocking(move || {
            let answer = read(disk, origin.as_deref(), &wanted);
            drop(place);
            answer
        });
        match work.await {
            Ok(Ok(Some(response))) => response,
            Ok(Ok(None)) => absent(),
            // What is wrong with our files is ours to know.
            _ => text(StatusCode::INTERNAL_SERVER_ERROR, "this mirror cannot read its copy now\n"),
        }
    }
}

fn read(
    disk: Arc<dyn Disk>,
    origin: Option<&str>,
    wanted: &Wanted,
) -> StoreResult<Option<Response>> {
    let reader = match Reader::open(disk) {
        Ok(reader) => reader,
        // Nothing was copied yet.
        Err(StoreError::NotALedger | StoreError::Incomplete | StoreError::MissingPart { .. }) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let head = reader.head();
    let own = head.note.lines().next().unwrap_or_default();
    if origin.is_some_and(|origin| origin != origin_hash(own)) {
        return Ok(None);
    }
    let path = match wanted {
        Wanted::Checkpoint => {
            let headers = [(CONTENT_TYPE, TEXT), (CACHE_CONTROL, FRESH)];
            return Ok(Some((headers, head.note.clone()).into_response()));
        }
        Wanted::Statement(size) => {
            return Ok(match reader.disk().read(&statement_file(*size), NOTE_MAX as u64) {
                Ok(bytes) => {
                    Some(([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, FRESH)], bytes).into_response())
                }
                Err(error) if error.is_not_found() => None,
                Err(error) => return Err(error.into()),
            });
        }
        Wanted::Part(path) => *path,
    };
    if path.width > TilePath::width_at(path.level.unwrap_or(0), path.index, head.size) {
        return Ok(None);
    }
    let view = reader.view();
    let bytes = if let Some(level) = path.level {
        let hashes = view.tile(level, path.index, path.width)?;
        hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
    } else {
        let batch = view.batch(path.index)?;
        let entries = batch.iter().take(usize::from(path.width)).map(|(_, entry)| entry);
        encode_bundle(entries).unwrap_or_default()
    };
    Ok(Some(([(CONTENT_TYPE, BYTES), (CACHE_CONTROL, FOREVER)], bytes).into_response()))
}

fn text(status: StatusCode, body: &'static str) -> Response {
    (status, [(CONTENT_TYPE, TEXT)], body).into_response()
}

fn absent() -> Response {
    text(StatusCode::NOT_FOUND, "this mirror holds no such part of this log\n")
}

fn busy() -> Response {
    let mut response = text(StatusCode::SERVICE_UNAVAILABLE, "too many requests at once\n");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}
