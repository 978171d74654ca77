//! The witness as a process of its own: started, asked, killed with -9, told to stop.
//!
//! `ACCORD_KILLS` sets how often it is killed; 25 by default.

use accord_format::checkpoint::Checkpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::deposit::{Deposit, depositary};
use accord_format::hash::NodeHash;
use accord_format::key::NoteSigner;
use accord_format::merkle::{self, Nodes, consistency_proof, leaf_hash, node_hash};
use accord_format::witnessing::{AddCheckpoint, parse_cosignatures, parse_size};
use accord_tests::binary::{self, Run, command};
use accord_tests::world::{self, key};
use accord_witness::http::{Ask, Connection, Limits, Response, Tls, Url, exchange};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout};
use std::time::Duration;

const ORIGIN: &str = "ledger.example/witnessed/00112233445566778899aabbccddeeff";
const ANSWER_MAX: usize = 1 << 20;

/// A log without end: its leaves follow from their numbers, and no subtree is hashed twice.
struct Log {
    key: NoteSigner,
    history: &'static str,
    hashed: RefCell<HashMap<(u32, u64), NodeHash>>,
}

impl Nodes for Log {
    type Error = Infallible;

    fn node(&self, level: u32, index: u64) -> Result<NodeHash, Infallible> {
        if let Some(hash) = self.hashed.borrow().get(&(level, index)) {
            return Ok(*hash);
        }
        let hash = match level.checked_sub(1) {
            None => leaf_hash(format!("{} {index}", self.history).as_bytes()),
            Some(below) => {
                node_hash(&self.node(below, 2 * index)?, &self.node(below, 2 * index + 1)?)
            }
        };
        self.hashed.borrow_mut().insert((level, index), hash);
        Ok(hash)
    }
}

impl Log {
    fn new(history: &'static str) -> Self {
        let key = NoteSigner::from_seed(ORIGIN, &[5; 32]).unwrap();
        Self { key, history, hashed: RefCell::default() }
    }

    fn head(&self, size: u64) -> Checkpoint {
        let Ok(root) = merkle::root(self, size);
        Checkpoint { origin: ORIGIN.to_owned(), size, root }
    }

    fn body(&self, old: u64, size: u64) -> Vec<u8> {
        let Ok(proof) = consistency_proof(self, old, size);
        let checkpoint = self.head(size).sign(&[&self.key]).unwrap();
        AddCheckpoint { old, proof, checkpoint }.to_text().into_bytes()
    }
}

fn cosigners() -> [CosignerSigner; 2] {
    [Algorithm::Ed25519, Algorithm::MlDsa44].map(|algorithm| {
        CosignerSigner::from_seed("witness.example/w", algorithm, &[6; 32]).unwrap()
    })
}

/// Writes the witness's key files.
fn write_keys(directory: &Path) {
    for (name, key) in ["e.key", "q.key"].into_iter().zip(cosigners()) {
        let path = directory.join(name);
        std::fs::write(&path, format!("{}\n", *key.to_private_text())).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}

/// A witness that runs.
struct Process {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    first: Value,
    url: Url,
}

impl Process {
    fn start(directory: &Path, log: &str, more: &[&str]) -> Self {
        let mut args = vec!["witness", "--json", "--listen", "127.0.0.1:0", "--state", "state"];
        args.extend(["--key", "e.key", "--key", "q.key", "--log", log]);
        args.extend(more);
        let mut child = command(directory, &args).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(Ok(first)) = lines.next() else {
            let run = Run::of(&child.wait_with_output().unwrap());
            panic!("it did not start: {}", run.err);
        };
        let first: Value = serde_json::from_str(&first).unwrap();
        assert_eq!(first["code"], "listening", "{first}");
        let url = format!("http://{}", first["address"].as_str().unwrap()).parse().unwrap();
        Self { child, lines, first, url }
    }

    fn ask(&self, path: &str, ask: Ask) -> Response {
        let limits = Limits { time: Duration::from_mins(1), answer_bytes: ANSWER_MAX };
        exchange(&self.url.join(path).unwrap(), ask, &Tls::system(), limits).unwrap()
    }

    fn post(&self, body: Vec<u8>) -> Response {
        self.ask("add-checkpoint", Ask::Post(body))
    }

    /// Tells it to stop, as a service manager does; gives back what it said last.
    #[cfg(unix)]
    fn stop(mut self) -> Vec<Value> {
        let pid = self.child.id().to_string();
        let told = std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(told.success());
        let said = self.lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
        let status = self.child.wait().unwrap();
        assert_eq!(status.code(), Some(0));
        said
    }
}

/// Sends ever larger checkpoints until the process dies; gives back the largest size answered for.
fn drive(url: &Url, log: &Log, from: u64, kill: impl FnOnce() + Send + 'static) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = url.join("add-checkpoint").unwrap();
    let killer = std::thread::spawn(kill);
    let keys = cosigners();
    let largest = runtime.block_on(async {
        let mut size = from;
        let mut connection = Connection::open(&url, &Tls::system()).await.unwrap();
        loop {
            let asked = Ask::Post(log.body(size, size + 1));
            let Ok(answer) = connection.send(&url, asked, ANSWER_MAX).await else { return size };
            assert_eq!(answer.status, 200, "{}", answer.excerpt());
            size += 1;
            let lines = parse_cosignatures(&answer.body).unwrap();
            for (key, line) in keys.iter().zip(&lines) {
                assert!(key.vkey().verify(&log.head(size), line).is_some());
            }
        }
    });
    killer.join().unwrap();
    largest
}

#[test]
fn killed_at_any_moment_it_takes_nothing_back() {
    let kills = std::env::var("ACCORD_KILLS").map_or(25, |n| n.parse::<u64>().unwrap());
    let directory = tempfile::tempdir().unwrap();
    write_keys(directory.path());
    let (log, fork) = (Log::new("a"), Log::new("b"));
    let vkey = log.key.vkey().to_string();
    let (mut answered, mut unheard) = (0, 0);
    for round in 0..kills {
        let more: &[&str] = if round == 0 { &["--new"] } else { &[] };
        let mut process = Process::start(directory.path(), &vkey, more);
        let held = process.first["logs"][0]["size"].as_u64().unwrap_or(0);
        assert!(held >= answered, "{answered} was answered for, {held} is held");
        unheard += u64::from(held > answered);
        if held > 0 {
            // Another history of that size, and what would go back.
            assert_eq!(process.post(fork.body(held, held)).status, 422);
            let back = process.post(log.body(0, held - 1));
            assert_eq!((back.status, parse_size(&back.body)), (409, Some(held)));
        }
        let after = Duration::from_millis(20 + round * 37 % 150);
        answered = drive(&process.url, &log, held, move || {
            std::thread::sleep(after);
            process.child.kill().unwrap();
            process.child.wait().unwrap();
        });
    }
    println!("{kills} kills, {answered} answers, {unheard} records that were never answered for");
    assert!(answered > kills, "{answered}");
}

#[cfg(unix)]
#[test]
fn it_stops_when_told_and_goes_on_where_it_was() {
    let directory = tempfile::tempdir().unwrap();
    write_keys(directory.path());
    let log = Log::new("a");
    let vkey = log.key.vkey().to_string();
    let process = Process::start(directory.path(), &vkey, &["--new"]);
    let vkeys: Vec<String> = cosigners().iter().map(|key| key.vkey().to_string()).collect();
    assert_eq!(process.first["vkeys"], json!(vkeys));
    assert_eq!(process.first["logs"], json!([{"origin": ORIGIN, "size": null}]));
    assert_eq!(process.post(log.body(0, 7)).status, 200);
    let said = process.stop();
    let codes: Vec<&str> = said.iter().map(|line| line["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["cosigned", "stopped"]);
    assert_eq!((&said[0]["origin"], &said[0]["size"]), (&json!(ORIGIN), &json!(7)));

    // A second start says so if it is one, and finds what was cosigned.
    let args = ["witness", "--state", "state", "--key", "e.key", "--log", &vkey];
    let run = binary::run(directory.path(), &[&args[..], &["--new"]].concat(), b"").exits(4);
    assert!(run.err.contains("leave out --new"), "{}", run.err);
    let process = Process::start(directory.path(), &vkey, &[]);
    assert_eq!(process.first["logs"], json!([{"origin": ORIGIN, "size": 7}]));
    let second = binary::run(directory.path(), &args, b"").exits(4);
    assert!(second.err.contains("another process holds it"), "{}", second.err);
    process.stop();

    let path = directory.path().join("state/logs");
    let name = std::fs::read_dir(&path).unwrap().next().unwrap().unwrap().file_name();
    std::fs::write(path.join(name).join("checkpoint"), "x").unwrap();
    let run = binary::run(directory.path(), &args, b"").exits(4);
    assert!(run.err.contains("is damaged"), "{}", run.err);
    std::fs::remove_dir_all(directory.path().join("state")).unwrap();
    let run = binary::run(directory.path(), &[&args[..], &["--json"]].concat(), b"").exits(4);
    assert_eq!(serde_json::from_str::<Value>(&run.out).unwrap()["code"], "state-missing");
}

#[cfg(unix)]
#[test]
fn a_ledger_is_named_and_an_event_deposited() {
    let directory = tempfile::tempdir().unwrap();
    write_keys(directory.path());
    let ledger = directory.path().join("ledger");
    let mut pen = world::found("ledger.example/deposits", &ledger);
    let run = binary::run(directory.path(), &["witness", "log", "--dir", "ledger"], b"").exits(0);
    let line = run.out.trim_end().strip_prefix("log ").unwrap().to_owned();
    assert!(line.starts_with(&pen.origin()), "{line}");
    std::fs::write(directory.path().join("logs"), format!("log {line}\nquorum none\n")).unwrap();

    let mut args =
        vec!["witness", "--json", "--listen", "127.0.0.1:0", "--state", "state", "--new"];
    args.extend(["--key", "e.key", "--logs", "logs", "--submission-path", "/in"]);
    let mut child = command(directory.path(), &args).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    let url: Url = format!("http://{}", first["address"].as_str().unwrap()).parse().unwrap();
    let process = Process { child, lines, first, url };

    let party = key("north/liaison", 23);
    let target = pen.id.unwrap();
    let event =
        pen.event("record.endorsed", "record/", json!({"target": target}), &[(&party, "party")]);
    std::fs::write(directory.path().join("event"), event.note()).unwrap();
    let witness = cosigners()[0].vkey().clone();
    let (submission, vkey) = (format!("{}/in", process.url), witness.to_string());
    let deposit = ["witness", "deposit", "event", "--url", &submission, "--witness", &vkey];
    let run = binary::run(directory.path(), &deposit, b"").exits(0);
    let deposited = Deposit::open(run.out.as_bytes(), &depositary(&witness).unwrap()).unwrap();
    assert_eq!(deposited.event, event.event().hash());
    let again = binary::run(directory.path(), &deposit, b"").exits(0);
    assert_eq!(again.out, run.out);

    // Another's key, a prefix where nothing is, and nobody there.
    let other =
        CosignerSigner::from_seed("witness.example/w", Algorithm::Ed25519, &[7; 32]).unwrap();
    let other = other.vkey().to_string();
    let wrong = ["witness", "deposit", "event", "--url", &submission, "--witness", &other];
    binary::run(directory.path(), &wrong, b"").exits(1);
    let nowhere = process.url.to_string();
    let wrong = ["witness", "deposit", "event", "--url", &nowhere, "--witness", &vkey];
    binary::run(directory.path(), &wrong, b"").exits(3);
    process.stop();
    binary::run(directory.path(), &deposit, b"").exits(4);
}
