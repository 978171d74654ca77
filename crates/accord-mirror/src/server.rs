//! The copy over HTTP: under the log's origin hash, a tiled log as tlog-mirror has it, with the newest
//! checkpoint that the mirror has cosigned; under `/`, what the ledger's keeper has published, which
//! may be less while a quorum is being gathered.
//!
//! Each request reads the files as they are at its moment, so it runs beside whoever follows, and
//! answers while nothing can be followed any longer. Nothing beyond the checkpoint is shown.

use crate::mirror::statement_file;
use crate::submission::{self, Submissions};
use accord_format::checkpoint::NOTE_MAX;
use accord_format::tile::{TilePath, encode_bundle};
use accord_format::witnessing::origin_hash;
use accord_store::disk::Disk;
use accord_store::replica::{self, Heads};
use accord_store::{StoreResult, layout, witnessed};
use accord_witness::server::{Limits, Options, Server, deposits};
use accord_witness::witness::Witness;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
/// A checkpoint may be shown that is a few seconds old.
const FRESH: HeaderValue = HeaderValue::from_static("max-age=5");
/// A tile or bundle never changes.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// As many sizes are named in one answer.
pub(crate) const SIZES_MAX: usize = 10_000;

const GZIP: HeaderValue = HeaderValue::from_static("gzip");
/// What an answer depends on.
const ENCODED: HeaderValue = HeaderValue::from_static("accept-encoding");

#[derive(Clone)]
struct Shared {
    disk: Arc<dyn Disk>,
    /// Requests worked on at once.
    at_work: Arc<Semaphore>,
}

/// What is asked for.
enum Wanted {
    Checkpoint,
    /// The newer one that waits for its quorum.
    Pending,
    /// The one of this size that met its quorum.
    Witnessed(u64),
    /// The sizes of these, from one on.
    WitnessedSizes(u64),
    /// What is said of the index over so many entries.
    Statement(u64),
    /// A tile or a bundle, which may be compressed.
    Part {
        path: TilePath,
        gzip: bool,
    },
}

/// Serves the copy on `disk`, from then on, until the server is stopped or dropped; takes deposits of
/// event notes, if there is a `depositary`, and checkpoints and entries, if there are `submissions`.
///
/// A depositary is a witness that is never asked to cosign: its key signs that it had the bytes of an
/// event, and since when.
pub fn start(
    listen: &[SocketAddr],
    disk: Arc<dyn Disk>,
    depositary: Option<&Arc<Witness>>,
    submissions: Option<&Arc<Submissions>>,
    limits: Limits,
) -> io::Result<Server> {
    let mut resources = router(disk, limits);
    if let Some(depositary) = depositary {
        let options = Options { limits, ..Options::default() };
        resources = resources.merge(deposits(depositary, &options));
    }
    if let Some(submissions) = submissions {
        let limits = submission::Limits { requests: limits, ..submission::Limits::default() };
        resources = resources.merge(submission::router(submissions, limits));
    }
    Server::serve(listen, resources, limits)
}

/// The resources of the copy on `disk`.
pub fn router(disk: Arc<dyn Disk>, limits: Limits) -> Router {
    let at_work = Arc::new(Semaphore::new(limits.requests.max(1)));
    Router::new()
        .route("/checkpoint", get(checkpoint))
        .route("/checkpoint.pending", get(pending))
        .route("/witnessed/{size}", get(witnessed_note))
        .route("/witnessed/from/{size}", get(witnessed_sizes))
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

async fn pending(State(shared): State<Shared>) -> Response {
    shared.answer(None, Wanted::Pending).await
}

async fn witnessed_note(State(shared): State<Shared>, Path(size): Path<u64>) -> Response {
    shared.answer(None, Wanted::Witnessed(size)).await
}

async fn witnessed_sizes(State(shared): State<Shared>, Path(from): Path<u64>) -> Response {
    shared.answer(None, Wanted::WitnessedSizes(from)).await
}

async fn checkpoint_of(State(shared): State<Shared>, Path(origin): Path<String>) -> Response {
    shared.answer(Some(origin), Wanted::Checkpoint).await
}

async fn part(
    State(shared): State<Shared>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    shared.part(None, &path, takes_gzip(&headers)).await
}

async fn part_of(
    State(shared): State<Shared>,
    Path((origin, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    shared.part(Some(origin), &path, takes_gzip(&headers)).await
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
    async fn part(&self, origin: Option<String>, path: &str, gzip: bool) -> Response {
        match TilePath::parse(&format!("tile/{path}")) {
            Ok(path) => self.answer(origin, Wanted::Part { path, gzip }).await,
            Err(_) => absent(),
        }
    }

    /// Reads files where waiting is allowed.
    async fn answer(&self, origin: Option<String>, wanted: Wanted) -> Response {
        let Ok(place) = Arc::clone(&self.at_work).try_acquire_owned() else { return busy() };
        let disk = Arc::clone(&self.disk);
        let work = tokio::task::spawn_blocking(move || {
            let answer = read(&*disk, origin.as_deref(), &wanted);
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

fn read(disk: &dyn Disk, origin: Option<&str>, wanted: &Wanted) -> StoreResult<Option<Response>> {
    let Heads { shown, newest } = replica::heads(disk)?;
    // Nothing was copied yet, otherwise.
    let Some(newest) = newest else { return Ok(None) };
    let own = newest.note.lines().next().unwrap_or_default();
    if origin.is_some_and(|origin| origin != origin_hash(own)) {
        return Ok(None);
    }
    let note =
        |note: Vec<u8>| ([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, FRESH)], note).into_response();
    let (path, gzip) = match wanted {
        // Under the origin hash stands what this mirror vouches for; under `/`, the ledger as its
        // keeper shows it.
        Wanted::Checkpoint if origin.is_some() => {
            return Ok(Some(note(newest.note.into_bytes())));
        }
        Wanted::Checkpoint => return Ok(shown.map(|shown| note(shown.note.into_bytes()))),
        Wanted::Pending => {
            let shown = shown.map_or(0, |shown| shown.size);
            return Ok((newest.size > shown).then(|| note(newest.note.into_bytes())));
        }
        Wanted::Statement(size) => return Ok(file(disk, &statement_file(*size))?.map(note)),
        Wanted::Witnessed(size) => {
            return Ok(file(disk, &layout::witnessed(*size))?.map(note));
        }
        Wanted::WitnessedSizes(from) => {
            let sizes = witnessed::sizes(disk)?.into_iter().filter(|size| size >= from);
            let sizes: Vec<String> = sizes.take(SIZES_MAX).map(|size| size.to_string()).collect();
            return Ok(Some(note((sizes.join("\n") + "\n").into_bytes())));
        }
        Wanted::Part { path, gzip } => (*path, *gzip),
    };
    if path.width > TilePath::width_at(path.level.unwrap_or(0), path.index, newest.size) {
        return Ok(None);
    }
    let view = replica::view(disk, newest.size);
    let bytes = if let Some(level) = path.level {
        let hashes = view.tile(level, path.index, path.width)?;
        hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
    } else {
        let batch = view.batch(path.index)?;
        let entries = batch.iter().take(usize::from(path.width)).map(|(_, entry)| entry);
        encode_bundle(entries).unwrap_or_default()
    };
    let headers = [(CONTENT_TYPE, BYTES), (CACHE_CONTROL, FOREVER), (VARY, ENCODED)];
    // "Entry bundles SHOULD be compressed at the HTTP layer"; hashes do not get shorter.
    if gzip && path.level.is_none() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        if let Ok(packed) = packed.write_all(&bytes).and_then(|()| packed.finish()) {
            return Ok(Some((headers, [(CONTENT_ENCODING, GZIP)], packed).into_response()));
        }
    }
    Ok(Some((headers, bytes).into_response()))
}

/// Whether the asking side takes gzip: named, and not with a weight of nothing.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("gzip")
            && parts.all(|weight| {
                !weight.starts_with("q=0")
                    || weight.contains(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
            })
    })
}

fn file(disk: &dyn Disk, path: &str) -> StoreResult<Option<Vec<u8>>> {
    match disk.read(path, NOTE_MAX as u64) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
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
