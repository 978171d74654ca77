//! Over HTTP: a mirror of a mirror, and servers that are no ledger at all.

use crate::kit::*;
use accord_mirror::mirror::FollowError;
use accord_mirror::server;
use accord_mirror::source::{Answer, Http, Source};
use accord_store::disk::{Disk, SimDisk};
use accord_witness::http::Tls;
use accord_witness::server::Limits;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn source(address: SocketAddr, millis: u64) -> Http {
    let url = format!("http://{address}").parse().unwrap();
    Http::new(url, Tls::system(), Duration::from_millis(millis)).unwrap()
}

fn here() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

#[test]
fn a_mirror_is_followed_like_a_ledger() {
    let (first, second) = (SimDisk::new(1), SimDisk::new(2));
    let mut mirror = mirror_of(&first, 300);
    let disk: Arc<dyn Disk> = Arc::new(first);
    let server = server::start(&[here()], disk, None, None, Limits::default()).unwrap();
    let mut http = source(server.address(), 20_000);
    let mut copy = open(&second).unwrap();
    assert_eq!(copy.follow(&mut http).unwrap().to, 300);
    // While the first one grows.
    follow(&mut mirror, at(700)).unwrap();
    let round = copy.follow(&mut http).unwrap();
    assert_eq!((round.code, round.to, round.problems), ("advanced", 700, Vec::new()));
    for path in at(700).paths().filter(|path| path.contains("tile")) {
        assert_eq!(shown(&second).get(path), at(700).get(path), "{path}");
    }
    // Bundles come compressed to whoever asks for that, and plain to others.
    for (accepts, packed) in
        [("gzip", true), ("br, gzip;q=0.5", true), ("gzip;q=0", false), ("", false)]
    {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        let request = format!(
            "GET /tile/entries/000 HTTP/1.1\r\nHost: m\r\nConnection: close\r\nAccept-Encoding: {accepts}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let body = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let says = String::from_utf8_lossy(&answer[..body]).contains("content-encoding: gzip");
        assert_eq!((says, answer[body + 4..].starts_with(&[0x1f, 0x8b])), (packed, packed));
    }
    // Any width is answered, and nothing beyond the checkpoint.
    let Answer::Bytes(part) = http.fetch("tile/0/002.p/5", 8192).unwrap() else { panic!() };
    assert_eq!(part, at(700).get("public/tile/0/002.p/188")[..160]);
    let hash = accord_format::witnessing::origin_hash(&world().origin);
    let of_log = |path: &str| format!("{hash}/{path}");
    assert!(matches!(http.fetch(&of_log("tile/entries/000"), 1 << 24).unwrap(), Answer::Bytes(_)));
    assert!(matches!(http.fetch(&of_log("checkpoint"), 1 << 24).unwrap(), Answer::Bytes(_)));
    for none in [
        "tile/0/002.p/189",
        "tile/0/002",
        "tile/0/2",
        "tile/9/000",
        "tile/entries/009",
        "0/checkpoint",
        "mirror/ledger",
        "../mirror/ledger",
    ] {
        assert_eq!(http.fetch(none, 1 << 20).unwrap(), Answer::Absent, "{none}");
    }
    server.stop();
    assert!(matches!(copy.follow(&mut http), Err(FollowError::Unreachable(_))));
}

/// A server that answers every request with `answer`, then with `more` until nobody listens.
fn stranger(answer: &'static [u8], more: &'static [u8], pause: Duration) -> SocketAddr {
    let listener = TcpListener::bind(here()).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            std::thread::spawn(move || {
                let mut request = [0; 2048];
                let _read = stream.read(&mut request);
                let mut going = stream.write_all(answer).is_ok();
                while going && !more.is_empty() {
                    going = stream.write_all(more).is_ok();
                    std::thread::sleep(pause);
                }
            });
        }
    });
    address
}

#[test]
fn strangers_cost_little_and_are_not_believed() {
    const ZEROS: &[u8] = &[b'0'; 65_536];
    let endless = b"HTTP/1.1 200 OK\r\n\r\n";
    let huge = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n";
    let short = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\nConnection: close\r\n\r\nledger";
    let moved =
        b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n";
    let busy = b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n";
    let forbidden = b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n";
    let text = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    let gzip = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello";
    let zero = Duration::ZERO;
    let cases: [(&'static [u8], &'static [u8], Duration, &str); 11] = [
        (gzip, b"", zero, "unreachable"),
        (endless, ZEROS, zero, "checkpoint-malformed"),
        (huge, ZEROS, zero, "checkpoint-malformed"),
        (endless, b"0", Duration::from_millis(50), "unreachable"),
        (b"", b"", zero, "unreachable"),
        (b"\x16\x03\x01 nonsense", b"", zero, "unreachable"),
        (short, b"", zero, "unreachable"),
        (moved, b"", zero, "checkpoint-malformed"),
        (busy, b"", zero, "unreachable"),
        (forbidden, b"", zero, "checkpoint-malformed"),
        (text, b"", zero, "checkpoint-malformed"),
    ];
    for (answer, more, pause, code) in cases {
        let disk = SimDisk::new(1);
        let mut mirror = mirror_of(&disk, 20);
        let begun = Instant::now();
        let outcome = mirror.follow(&mut source(stranger(answer, more, pause), 1500));
        assert_eq!(outcome.unwrap_err().code(), code, "{:?}", String::from_utf8_lossy(answer));
        assert!(begun.elapsed() < Duration::from_secs(30));
        assert_eq!(mirror.size(), 20);
    }
}
