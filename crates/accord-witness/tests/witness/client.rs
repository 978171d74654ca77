//! Collecting cosignatures from witnesses that are honest, slow, down or lying.

use crate::kit::*;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner, CosignerVKey};
use accord_format::hash::NodeHash;
use accord_format::policy::Policy;
use accord_format::witnessing::{AddCheckpoint, cosignatures_to_text, origin_hash};
use accord_witness::client::{Collected, Limits, Request, collect, latest};
use accord_witness::http::{Tls, Url};
use accord_witness::server::{Options, Server};
use accord_witness::state::State;
use accord_witness::witness::{Witness, WitnessKeys};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A witness that does what it is told, one connection at a time: status, content type and body by
/// the request's body.
pub(crate) struct Stub {
    pub(crate) url: Url,
    pub(crate) requests: Arc<AtomicUsize>,
}

pub(crate) fn stub(
    answer: impl Fn(&[u8]) -> (u16, &'static str, Vec<u8>) + Send + 'static,
) -> Stub {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            while let Some(body) = read_request(&mut stream) {
                counted.fetch_add(1, Ordering::SeqCst);
                let (status, kind, body) = answer(&body);
                let head = format!(
                    "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                if stream.write_all(&[head.as_bytes(), &body].concat()).is_err() {
                    break;
                }
            }
        }
    });
    Stub { url, requests }
}

fn read_request(stream: &mut std::net::TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap().to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|l| l.split("\r\n").next());
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).ok()?;
    Some(body)
}

/// An honest witness of a number of its own.
struct Honest {
    _directory: tempfile::TempDir,
    witness: Arc<Witness>,
    _server: Server,
    url: Url,
}

fn signer(number: u8) -> CosignerSigner {
    cosigners(&format!("w{number}.example"), number).remove(0)
}

fn honest(number: u8, log: &Log, desk: &Desk) -> Honest {
    let directory = tempfile::tempdir().unwrap();
    State::create(&real_disk(directory.path())).unwrap();
    let mut setup = desk.setup(&[log]);
    setup.keys = WitnessKeys::new(cosigners(&format!("w{number}.example"), number)).unwrap();
    let witness = Arc::new(Witness::open(real_disk(directory.path()), setup).unwrap());
    let (server, url) = serve(&witness, Options::default());
    Honest { _directory: directory, witness, _server: server, url }
}

/// A policy over witnesses of these numbers and addresses.
fn policy(rule: &str, witnesses: &[(u8, String)]) -> Policy {
    let line = |(number, url): &(u8, String)| {
        format!("witness w{number} {} {url}\n", signer(*number).vkey())
    };
    let lines: Vec<String> = witnesses.iter().map(line).collect();
    let names: Vec<String> = witnesses.iter().map(|(number, _)| format!("w{number}")).collect();
    let (lines, names) = (lines.concat(), names.join(" "));
    let text = format!("{lines}group all-of-them {rule} {names}\nquorum all-of-them\n");
    Policy::parse(&text).unwrap()
}

fn limits() -> Limits {
    Limits {
        request: Duration::from_secs(20),
        overall: Duration::from_secs(40),
        grace: Duration::from_secs(10),
        clock_skew: Duration::from_hours(1),
    }
}

struct Case<'a> {
    log: &'a Log,
    size: u64,
    known: BTreeMap<String, u64>,
    limits: Limits,
}

impl<'a> Case<'a> {
    fn new(log: &'a Log, size: u64) -> Self {
        Self { log, size, known: BTreeMap::new(), limits: limits() }
    }

    fn collect(&self, policy: &Policy) -> Collected {
        self.collect_for(policy, &self.log.signed(self.size))
    }

    fn collect_for(&self, policy: &Policy, checkpoint: &SignedCheckpoint) -> Collected {
        let request = Request {
            checkpoint,
            policy,
            known: &self.known,
            now: START.unsigned_abs(),
            tls: &Tls::system(),
            limits: self.limits,
            entries: None,
        };
        let prove = |old| Ok::<Vec<NodeHash>, Infallible>(self.log.proof(old, self.size));
        collect(&request, prove).unwrap()
    }
}

fn codes(collected: &Collected) -> Vec<&'static str> {
    collected.reports.iter().map(|report| report.outcome.code()).collect()
}

#[test]
fn honest_witnesses_cosign_wherever_they_stand() {
    let (log, desk) = (Log::new(ORIGIN, "a", 30), Desk::new());
    let witnesses: Vec<Honest> = (1..=3).map(|number| honest(number, &log, &desk)).collect();
    // One is new, one knows the size before, one has been told of another.
    witnesses[1].witness.add_checkpoint(&log.body(0, 7)).unwrap();
    witnesses[2].witness.add_checkpoint(&log.body(0, 12)).unwrap();
    let listed: Vec<_> = (1..=3).zip(witnesses.iter().map(|w| w.url.to_string())).collect();
    let policy = policy("all", &listed);
    let mut case = Case::new(&log, 20);
    case.known = BTreeMap::from([("w2".to_owned(), 7), ("w3".to_owned(), 5)]);
    let collected = case.collect(&policy);
    assert_eq!(codes(&collected), ["cosigned"; 3]);
    assert!(collected.quorum.met, "{}", collected.quorum);
    assert_eq!(collected.added.len(), 3);
    assert_eq!(collected.checkpoint.verify(ORIGIN, &log.vkeys()), Ok(&log.checkpoint(20)));
    let all_at_20 =
        [("w1", 20), ("w2", 20), ("w3", 20)].map(|(name, size)| (name.to_owned(), size));
    assert_eq!(collected.known(), BTreeMap::from(all_at_20));
    // Asked again with what came in, nobody need be asked.
    let again = case.collect_for(&policy, &collected.checkpoint);
    assert_eq!(codes(&again), ["cosigned-already"; 3]);
    assert!(again.quorum.met && again.added.is_empty());
    // And with a known size that is too large.
    case = Case::new(&log, 25);
    case.known = BTreeMap::from([("w1".to_owned(), 99), ("w2".to_owned(), 25)]);
    assert_eq!(codes(&case.collect(&policy)), ["cosigned"; 3]);
}

#[test]
fn one_address_with_two_keys_is_asked_once() {
    let (log, desk) = (Log::new(ORIGIN, "a", 30), Desk::new());
    let witness = honest(1, &log, &desk);
    let keys = cosigners("w1.example", 1);
    let text = format!(
        "witness e {} {url}\nwitness q {} {url}\ngroup both all e q\nquorum both\n",
        keys[0].vkey(),
        keys[1].vkey(),
        url = witness.url,
    );
    let collected = Case::new(&log, 20).collect(&Policy::parse(&text).unwrap());
    assert_eq!(codes(&collected), ["cosigned"; 2]);
    assert!(collected.quorum.met);
    let said = desk.codes();
    assert_eq!(said, ["cosigned"], "{said:?}");
}

#[test]
fn those_that_are_down_hold_up_nobody() {
    let (log, desk) = (Log::new(ORIGIN, "a", 30), Desk::new());
    let good = honest(1, &log, &desk);
    let dead = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    // Takes the connection and says nothing, for ever.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_url = format!("http://{}", silent.local_addr().unwrap());
    let listed =
        [(1, good.url.to_string()), (2, dead), (3, silent_url), (4, "ftp://w4.example".to_owned())];
    let mut case = Case::new(&log, 20);
    case.limits.grace = Duration::from_millis(300);
    // The quorum is met by one: after the grace, nobody is waited for.
    let started = Instant::now();
    let collected = case.collect(&policy("any", &listed));
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    assert_eq!(codes(&collected), ["cosigned", "unreachable", "not-needed", "bad-url"]);
    assert!(collected.quorum.met);
    // It is not met: the silent one costs its own deadline.
    case.limits.request = Duration::from_millis(300);
    let collected = case.collect(&policy("all", &listed));
    assert_eq!(codes(&collected), ["cosigned", "unreachable", "timed-out", "bad-url"]);
    assert!(!collected.quorum.met);
    // Or the deadline of all.
    case.limits.request = Duration::from_secs(20);
    case.limits.overall = Duration::from_secs(2);
    let started = Instant::now();
    let collected = case.collect(&policy("all", &listed));
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    assert_eq!(codes(&collected)[2], "timed-out");
}

#[test]
fn every_refusal_is_told_apart() {
    let log = Log::new(ORIGIN, "a", 30);
    for (status, body, code) in [
        (400, "x", "refused"),
        (403, "x", "not-trusted"),
        (404, "x", "log-unknown"),
        (409, "", "no-size"),
        (409, "07\n", "no-size"),
        (409, "21\n", "ahead"),
        (409, "0\n", "unsteady"),
        (409, "7\n", "unsteady"),
        (422, "x", "inconsistent"),
        (429, "x", "busy"),
        (500, "\u{1b}[31mred", "refused"),
        (503, "x", "busy"),
        (302, "x", "refused"),
        (200, "", "not-cosignatures"),
        (200, "hello\n", "not-cosignatures"),
        (200, "\u{2014} x AAAAAAE=\n", "no-line"),
    ] {
        let stub = stub(move |_| (status, "text/x.tlog.size", body.as_bytes().to_vec()));
        let collected = Case::new(&log, 20).collect(&policy("all", &[(1, stub.url.to_string())]));
        assert_eq!(codes(&collected), [code], "{status} {body:?}");
        assert!(!collected.quorum.met && collected.added.is_empty());
        let said = collected.reports[0].outcome.to_string();
        assert!(!said.contains('\u{1b}') && !said.is_empty(), "{said:?}");
        // At most one more question.
        let asked = stub.requests.load(Ordering::SeqCst);
        assert_eq!(asked, if (status, body) == (409, "7\n") { 2 } else { 1 }, "{status} {body:?}");
        let held = collected.reports[0].size;
        assert_eq!(
            held,
            if status == 409 {
                body.trim().parse().ok().filter(|_| !body.starts_with("07"))
            } else {
                None
            }
        );
        assert_eq!(
            collected.reports[0].outcome.is_alarming(),
            ["ahead", "inconsistent"].contains(&code)
        );
    }
}

/// What a liar is given to answer with.
type Lie = fn(&AddCheckpoint) -> Vec<accord_format::note::NoteSignature>;

#[test]
fn no_lie_is_taken_for_a_cosignature() {
    fn now() -> u64 {
        START.unsigned_abs()
    }
    let log = Log::new(ORIGIN, "a", 30);
    let lies: [(&str, Lie); 9] = [
        // Another key under the witness's name and id.
        ("bad-line", |asked| {
            let other =
                CosignerSigner::from_seed("w1.example", Algorithm::Ed25519, &[3; 32]).unwrap();
            let mut line = other.cosign(asked.checkpoint.checkpoint(), now()).unwrap();
            line.id = signer(1).vkey().id();
            vec![line]
        }),
        // Another key under the witness's name.
        ("no-line", |asked| {
            let other =
                CosignerSigner::from_seed("w1.example", Algorithm::Ed25519, &[3; 32]).unwrap();
            vec![other.cosign(asked.checkpoint.checkpoint(), now()).unwrap()]
        }),
        // The witness's own, for another log, another size, another root.
        ("bad-line", |asked| {
            let mut head = asked.checkpoint.checkpoint().clone();
            head.origin.push('x');
            vec![signer(1).cosign(&head, now()).unwrap()]
        }),
        ("bad-line", |asked| {
            let mut head = asked.checkpoint.checkpoint().clone();
            head.size -= 1;
            vec![signer(1).cosign(&head, now()).unwrap()]
        }),
        ("bad-line", |asked| {
            let mut head = asked.checkpoint.checkpoint().clone();
            head.root = NodeHash::from_bytes([0; 32]);
            vec![signer(1).cosign(&head, now()).unwrap()]
        }),
        // No time; one from long ago; one from the future; one that was changed.
        ("undated", |asked| vec![signer(1).cosign(asked.checkpoint.checkpoint(), 0).unwrap()]),
        ("wrong-time", |asked| {
            vec![signer(1).cosign(asked.checkpoint.checkpoint(), now() - 3601).unwrap()]
        }),
        ("wrong-time", |asked| {
            vec![signer(1).cosign(asked.checkpoint.checkpoint(), now() + 3601).unwrap()]
        }),
        ("bad-line", |asked| {
            let mut line = signer(1).cosign(asked.checkpoint.checkpoint(), now()).unwrap();
            line.signature[7] ^= 1;
            vec![line]
        }),
    ];
    for (at, (code, lie)) in lies.into_iter().enumerate() {
        let stub = stub(move |body| {
            let asked = AddCheckpoint::parse(body).unwrap();
            (200, "text/plain", cosignatures_to_text(&lie(&asked)).into_bytes())
        });
        let collected = Case::new(&log, 20).collect(&policy("all", &[(1, stub.url.to_string())]));
        assert_eq!(codes(&collected), [code], "lie {at}");
        assert!(!collected.quorum.met && collected.added.is_empty());
        assert_eq!(collected.checkpoint, log.signed(20));
    }
    // At the very edge of the hour it is no lie, and a good line among bad ones counts.
    let stub = stub(|body| {
        let asked = AddCheckpoint::parse(body).unwrap();
        let head = asked.checkpoint.checkpoint();
        let good = signer(1).cosign(head, now() - 3600).unwrap();
        let late = signer(1).cosign(head, now() - 3601).unwrap();
        (200, "text/plain", cosignatures_to_text(&[late, good]).into_bytes())
    });
    let collected = Case::new(&log, 20).collect(&policy("all", &[(1, stub.url.to_string())]));
    assert_eq!(codes(&collected), ["cosigned"]);
    assert!(collected.quorum.met);
}

#[test]
fn a_fork_gets_no_quorum_from_witnesses_that_saw_the_other() {
    let (log, desk) = (Log::new(ORIGIN, "a", 30), Desk::new());
    let witnesses: Vec<Honest> = (1..=2).map(|number| honest(number, &log, &desk)).collect();
    let listed: Vec<_> = (1..=2).zip(witnesses.iter().map(|w| w.url.to_string())).collect();
    let policy = policy("any", &listed);
    assert!(Case::new(&log, 20).collect(&policy).quorum.met);
    let fork = log.forked(10);
    for (size, code) in [(20, "inconsistent"), (25, "inconsistent"), (15, "ahead")] {
        let collected = Case::new(&fork, size).collect(&policy);
        assert_eq!(codes(&collected), [code; 2], "{size}");
        assert!(!collected.quorum.met);
        assert!(collected.reports.iter().all(|r| r.outcome.is_alarming() && r.size == Some(20)));
    }
}

#[test]
fn a_proof_that_cannot_be_made_is_said() {
    let (log, desk) = (Log::new(ORIGIN, "a", 30), Desk::new());
    let witness = honest(1, &log, &desk);
    witness.witness.add_checkpoint(&log.body(0, 7)).unwrap();
    let policy = policy("any", &[(1, witness.url.to_string())]);
    let checkpoint = log.signed(20);
    let request = Request {
        checkpoint: &checkpoint,
        policy: &policy,
        known: &BTreeMap::new(),
        now: START.unsigned_abs(),
        tls: &Tls::system(),
        limits: limits(),
        entries: None,
    };
    let collected = collect(&request, |_| Err("the tiles are gone")).unwrap();
    assert_eq!(codes(&collected), ["no-proof"]);
    assert!(collected.reports[0].outcome.to_string().contains("the tiles are gone"));
    assert_eq!(collected.reports[0].size, Some(7));
}

#[test]
fn nothing_runs_on_afterwards() {
    let log = Log::new(ORIGIN, "a", 30);
    let silent: Vec<TcpListener> =
        (0..8).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let listed: Vec<(u8, String)> = (1..=8)
        .zip(&silent)
        .map(|(number, l)| (number, format!("http://{}", l.local_addr().unwrap())))
        .collect();
    let mut case = Case::new(&log, 20);
    case.limits.overall = Duration::from_millis(500);
    let collected = case.collect(&policy("all", &listed));
    assert_eq!(codes(&collected), ["timed-out"; 8]);
    // Every connection that was made has been closed: it ends, rather than waiting for more.
    for listener in &silent {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut sent = Vec::new();
        stream.read_to_end(&mut sent).unwrap();
        assert!(sent.starts_with(b"POST /add-checkpoint HTTP/1.1\r\n"));
    }
}

#[test]
fn it_can_be_called_from_within_a_runtime() {
    let (log, desk) = (Log::new(ORIGIN, "a", 30), Desk::new());
    let witness = honest(1, &log, &desk);
    let policy = policy("any", &[(1, witness.url.to_string())]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let collected = runtime.block_on(async { Case::new(&log, 20).collect(&policy) });
    assert!(collected.quorum.met);
}

#[test]
fn the_latest_checkpoint_is_read_and_judged() {
    let (log, desk) = (Log::new(ORIGIN, "a", 30), Desk::new());
    let witness = honest(1, &log, &desk);
    let tls = Tls::system();
    let read = |url: &Url, key: &CosignerVKey| latest(url, ORIGIN, key, &tls, limits().request);
    let key = signer(1).vkey().clone();
    assert_eq!(read(&witness.url, &key).unwrap(), None);
    witness.witness.add_checkpoint(&log.body(0, 9)).unwrap();
    let found = read(&witness.url, &key).unwrap().unwrap();
    assert_eq!(found.checkpoint(), &log.checkpoint(9));
    let error = read(&witness.url, signer(2).vkey()).unwrap_err();
    assert!(error.to_string().contains("not cosigned by w2.example"), "{error}");
    let other = Log::new("other.example/log", "a", 3).signed(3).to_text();
    let liar = stub(move |_| (200, "text/plain", other.clone().into_bytes()));
    assert!(read(&liar.url, &key).unwrap_err().to_string().contains("other.example/log"));
    let served =
        witness.witness.checkpoint(&origin_hash(ORIGIN)).unwrap().replacen("\n9\n", "\n8\n", 1);
    let liar = stub(move |_| (200, "text/plain", served.clone().into_bytes()));
    assert!(read(&liar.url, &key).is_err());
}
