use super::*;
use axum::body::HttpBody;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Frame;
use std::pin::Pin;
use std::task::{Context, Poll};

const TIME: Duration = Duration::from_secs(30);

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(work)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn parts() -> (EntriesHead, Package, Vec<u8>) {
    let head = EntriesHead { origin: "log.example/a".into(), start: 0, end: 2, ticket: vec![] };
    let package = Package { entries: vec![vec![1; 60_000], vec![2; 60_000]], proof: Vec::new() };
    let bytes = [head.to_bytes().unwrap(), package.to_bytes().unwrap()].concat();
    (head, package, bytes)
}

#[test]
fn parts_are_read_plain_and_unpacked() {
    let (head, package, bytes) = parts();
    let twice = [gzip(&bytes[..70_000]), gzip(&bytes[70_000..])].concat();
    for (body, packed) in [(bytes.clone(), false), (gzip(&bytes), true), (twice, true)] {
        let mut incoming = Incoming::new(Body::from(body), packed, TIME);
        assert_eq!(run(incoming.head()), Ok(head.clone()));
        assert_eq!(run(incoming.package(2)), Ok(package.clone()));
        assert_eq!(run(incoming.package(1)), Err(Ended::Body));
    }
}

#[test]
fn what_breaks_off_ends() {
    let (_, _, bytes) = parts();
    let packed = gzip(&bytes);
    for body in [Vec::new(), bytes[..20].to_vec()] {
        assert_eq!(run(Incoming::new(Body::from(body), false, TIME).head()), Err(Ended::Body));
    }
    let mut incoming = Incoming::new(Body::from(packed[..packed.len() / 2].to_vec()), true, TIME);
    run(incoming.head()).unwrap();
    assert_eq!(run(incoming.package(2)), Err(Ended::Body));
    let no_gzip = Incoming::new(Body::from(bytes), true, TIME).head_now();
    assert!(matches!(no_gzip, Err(Ended::Wrong(_))), "{no_gzip:?}");
}

impl Incoming {
    fn head_now(mut self) -> Result<EntriesHead, Ended> {
        run(self.head())
    }
}

/// What unpacks to very much is not unpacked further than a part can be long.
#[test]
fn a_bomb_goes_off_in_small() {
    let bomb = gzip(&vec![0xff; 64 << 20]);
    let mut incoming = Incoming::new(Body::from(bomb), true, TIME);
    // An origin of 65,535 bytes that is no text.
    assert!(matches!(run(incoming.head()), Err(Ended::Wrong(_))));
    let ready = incoming.bytes.ready().len();
    assert!(ready < 8 << 20, "{ready}");
}

/// A body of which nothing ever comes.
struct Silent;

impl HttpBody for Silent {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}

#[test]
fn nothing_is_waited_for_too_long() {
    let short = Duration::from_millis(10);
    assert_eq!(run(Incoming::new(Body::new(Silent), false, short).head()), Err(Ended::Late));
}
