//! Strangers: bytes that are no request, requests without end, connections without number.

use crate::kit::*;
use accord_format::witnessing::BODY_MAX;
use accord_witness::server::{Limits, Options, Server};
use proptest::prelude::*;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Sends bytes and reads until the other side closes; a closed connection is an answer too.
fn talk(server: &Server, bytes: &[u8]) -> String {
    let mut stream = connect(server);
    let mut answer = Vec::new();
    if stream.write_all(bytes).is_ok() {
        drop(stream.read_to_end(&mut answer));
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn small() -> Options {
    let limits = Limits {
        connections: 4,
        requests: 2,
        headers: Duration::from_millis(400),
        body: Duration::from_millis(400),
        connection: Duration::from_secs(3),
        shutdown: Duration::from_secs(3),
    };
    Options { limits, ..Options::default() }
}

#[test]
fn bytes_that_are_no_request_do_no_harm() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 9);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (server, url) = serve(&witness, small());
    let head = "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n";
    let many = "X: y\r\n".repeat(200);
    for (request, expected) in [
        ("\r\n\r\n\u{16}\u{3}\u{1}\u{0}".to_owned(), "HTTP/1.1 400"),
        (format!("{head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nold 0"), "HTTP/1.1 400"),
        (format!("{head}Content-Length: -1\r\n\r\n"), "HTTP/1.1 400"),
        (format!("{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n"), "HTTP/1.1 400"),
        (format!("{head}X: {}\r\n\r\n", "y".repeat(64 * 1024)), "HTTP/1.1 431"),
        (format!("{head}{many}\r\n"), "HTTP/1.1 431"),
        (format!("{head}Content-Length: {}\r\n\r\n", 16 * BODY_MAX), "HTTP/1.1 413"),
        (format!("{head}Content-Length: 18446744073709551615\r\n\r\n"), "HTTP/1.1 4"),
        (
            "PUT /add-checkpoint HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n".to_owned(),
            "HTTP/1.1 405",
        ),
    ] {
        let answer = talk(&server, request.as_bytes());
        let shown: String = request.chars().take(80).collect();
        assert!(answer.starts_with(expected), "{shown:?}: {answer:?}");
    }
    // A body without end, in chunks.
    let mut stream = connect(&server);
    stream.write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let mut sent = 0;
    while sent < 64 * BODY_MAX && stream.write_all(chunk.as_bytes()).is_ok() {
        sent += chunk.len();
    }
    assert!(sent < 64 * BODY_MAX, "{sent} bytes were taken");
    assert_eq!(post(&url, log.body(0, 9)).status, 200);
}

#[test]
fn the_slow_are_not_waited_for() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 9);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (server, url) = serve(&witness, small());
    // As many as there are places, each with a beginning of a request and nothing more.
    let beginnings = [
        "",
        "POST /add-ch",
        "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n",
        "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 100\r\n\r\nold",
    ];
    let started = Instant::now();
    let mut slow: Vec<TcpStream> = beginnings
        .iter()
        .map(|beginning| {
            let mut stream = connect(&server);
            stream.write_all(beginning.as_bytes()).unwrap();
            stream
        })
        .collect();
    assert_eq!(post(&url, log.body(0, 9)).status, 200);
    for (stream, beginning) in slow.iter_mut().zip(beginnings) {
        let mut answer = String::new();
        // Closed with or without a last word; a reset also is an end.
        drop(stream.read_to_string(&mut answer));
        let late = answer.is_empty() || answer.starts_with("HTTP/1.1 408");
        assert!(late, "{beginning:?}: {answer:?}");
    }
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[test]
fn a_connection_has_an_end() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 9);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (server, _) = serve(&witness, small());
    let mut stream = connect(&server);
    let started = Instant::now();
    let mut asked = 0;
    // One that never stops asking is cut off all the same.
    let mut buffer = [0; 4096];
    while started.elapsed() < PATIENCE {
        let sent = stream.write_all(b"GET /x HTTP/1.1\r\nHost: w\r\n\r\n");
        if sent.is_err() || stream.read(&mut buffer).map_or(true, |n| n == 0) {
            break;
        }
        asked += 1;
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(started.elapsed() < PATIENCE && asked > 3, "{asked}");
}

#[test]
fn connections_are_kept_open_and_a_shutdown_is_clean() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 9);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (server, _) = serve(&witness, Options::default());
    let address = server.address();
    let mut stream = connect(&server);
    for (old, size) in [(0, 3), (3, 6), (6, 9)] {
        let body = log.request(old, size).to_text();
        let head = format!(
            "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        let mut buffer = [0; 8192];
        // The answer's last line is the ML-DSA-44 line, which ends the body.
        while !(answer.ends_with(b"\n") && answer.len() > 3000) {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&buffer[..read]);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"));
    }
    // The open connection is idle, and holds up nothing.
    let started = Instant::now();
    server.stop();
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn too_much_at_once_is_told_to_come_again() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 9);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let limits = Limits { requests: 1, ..Limits::default() };
    let (_server, url) = serve(&witness, Options { limits, ..Options::default() });
    let mut seen = [0_usize; 2];
    let started = Instant::now();
    // Whether two meet is chance; sooner or later they do.
    while seen.contains(&0) && started.elapsed() < PATIENCE {
        std::thread::scope(|scope| {
            let asked: Vec<_> =
                (0..6).map(|_| scope.spawn(|| post(&url, log.body(0, 9)))).collect();
            for answer in asked {
                let answer = answer.join().unwrap();
                match answer.status {
                    200 | 409 => seen[0] += 1,
                    429 => {
                        assert!(answer.excerpt().starts_with("busy: "), "{}", answer.excerpt());
                        seen[1] += 1;
                    }
                    other => panic!("{other}"),
                }
            }
        });
    }
    assert!(!seen.contains(&0), "{seen:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is made of a good request: the witness answers, and what it cosigns is the log's.
    #[test]
    fn a_damaged_request_is_answered_and_cosigned_only_if_it_is_whole(
        at: prop::sample::Index, byte: u8, cut: bool, insert: bool,
    ) {
        let log = Log::new(ORIGIN, "a", 20);
        let witness = in_memory(&Desk::new(), &log);
        witness.add_checkpoint(&log.body(0, 7)).unwrap();
        let whole = log.body(7, 20);
        let at = at.index(whole.len());
        let mut body = whole.clone();
        if cut {
            body.truncate(at);
        } else if insert {
            body.insert(at, byte);
        } else {
            body[at] = byte;
        }
        let cosigned = witness.add_checkpoint(&body).is_ok();
        prop_assert_eq!(cosigned, body == whole);
        let expected = if cosigned { 20 } else { 7 };
        prop_assert_eq!(witness.logs(), vec![(ORIGIN.to_owned(), Some(expected))]);
    }

    #[test]
    fn any_bytes_are_answered(body: Vec<u8>, text in "(old [0-9]{1,20}\n)?([A-Za-z0-9+/=]{0,44}\n){0,5}\n.*\n[0-9]{0,20}\n.*\n\n.*") {
        let log = Log::new(ORIGIN, "a", 3);
        let witness = in_memory(&Desk::new(), &log);
        prop_assert!(witness.add_checkpoint(&body).is_err());
        prop_assert!(witness.add_checkpoint(text.as_bytes()).is_err());
        prop_assert!(witness.deposit(&body).is_err());
        prop_assert!(witness.deposit(text.as_bytes()).is_err());
    }
}
