//! Logs that sign what they are told to, and a witness to show it to.

use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::cosignature::{Algorithm, CosignerSigner, CosignerVKey};
use accord_format::hash::NodeHash;
use accord_format::log_key::{LogSigner, LogVKey};
use accord_format::merkle::{self, consistency_proof, leaf_hash};
use accord_format::time::Timestamp;
use accord_format::witnessing::AddCheckpoint;
use accord_store::disk::{Disk, RealDisk, SimDisk};
use accord_witness::http::{Ask, Limits, Response, Tls, Url, exchange};
use accord_witness::server::{Options, Server};
use accord_witness::state::State;
use accord_witness::witness::{Happened, Setup, Witness, WitnessKeys};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const ORIGIN: &str = "ledger.example/demo/00112233445566778899aabbccddeeff";
/// 2026-03-01T05:00:00Z.
pub(crate) const START: i64 = 1_772_341_200;

/// A log: leaves, and keys that sign any head over them.
pub(crate) struct Log {
    pub(crate) origin: String,
    pub(crate) leaves: Vec<NodeHash>,
    pub(crate) keys: Vec<LogSigner>,
}

impl Log {
    /// A log of `size` leaves; logs that differ in `history` have no leaf in common.
    pub(crate) fn new(origin: &str, history: &str, size: usize) -> Self {
        let leaf = |at: usize| leaf_hash(format!("{history} {at}").as_bytes());
        let seed = leaf_hash(origin.as_bytes());
        let key = LogSigner::from_seed(origin, Algorithm::Ed25519, seed.as_bytes()).unwrap();
        Self { origin: origin.to_owned(), leaves: (0..size).map(leaf).collect(), keys: vec![key] }
    }

    /// This log, with other leaves from `at` on.
    pub(crate) fn forked(&self, at: usize) -> Self {
        let mut fork = Self::new(&self.origin, "fork", self.leaves.len());
        fork.leaves[..at].copy_from_slice(&self.leaves[..at]);
        fork.keys =
            self.keys.iter().map(|k| LogSigner::parse(&k.to_private_text()).unwrap()).collect();
        fork
    }

    pub(crate) fn vkeys(&self) -> Vec<LogVKey> {
        self.keys.iter().map(LogSigner::vkey).collect()
    }

    pub(crate) fn checkpoint(&self, size: u64) -> Checkpoint {
        let Ok(root) = merkle::root(self.leaves.as_slice(), size);
        Checkpoint { origin: self.origin.clone(), size, root }
    }

    pub(crate) fn signed(&self, size: u64) -> SignedCheckpoint {
        let keys: Vec<&LogSigner> = self.keys.iter().collect();
        self.checkpoint(size).sign_at(&keys, START.unsigned_abs()).unwrap()
    }

    pub(crate) fn proof(&self, old: u64, size: u64) -> Vec<NodeHash> {
        let Ok(proof) = consistency_proof(self.leaves.as_slice(), old, size);
        proof
    }

    pub(crate) fn request(&self, old: u64, size: u64) -> AddCheckpoint {
        AddCheckpoint { old, proof: self.proof(old, size), checkpoint: self.signed(size) }
    }

    pub(crate) fn body(&self, old: u64, size: u64) -> Vec<u8> {
        self.request(old, size).to_text().into_bytes()
    }
}

/// Both keys of a witness, by number.
pub(crate) fn cosigners(name: &str, number: u8) -> Vec<CosignerSigner> {
    let seed = |kind| [number, kind].repeat(16).try_into().unwrap();
    vec![
        CosignerSigner::from_seed(name, Algorithm::Ed25519, &seed(1)).unwrap(),
        CosignerSigner::from_seed(name, Algorithm::MlDsa44, &seed(2)).unwrap(),
    ]
}

pub(crate) fn keys() -> WitnessKeys {
    WitnessKeys::new(cosigners("witness.example/w", 1)).unwrap()
}

/// A clock that stands until it is moved, and what the witness said.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    pub(crate) seconds: Arc<AtomicI64>,
    pub(crate) said: Arc<Mutex<Vec<Happened>>>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self::default();
        desk.set(START);
        desk
    }

    pub(crate) fn set(&self, seconds: i64) {
        self.seconds.store(seconds, Ordering::SeqCst);
    }

    pub(crate) fn codes(&self) -> Vec<&'static str> {
        self.said.lock().unwrap().iter().map(|happened| happened.code).collect()
    }

    pub(crate) fn setup(&self, logs: &[&Log]) -> Setup {
        let (seconds, said) = (Arc::clone(&self.seconds), Arc::clone(&self.said));
        Setup {
            keys: keys(),
            logs: logs.iter().flat_map(|log| log.vkeys()).collect(),
            deposits_per_day: 3,
            clock: Arc::new(move || Timestamp::from_seconds(seconds.load(Ordering::SeqCst))),
            journal: Arc::new(move |happened| said.lock().unwrap().push(happened.clone())),
        }
    }
}

pub(crate) fn real_disk(directory: &Path) -> Arc<dyn Disk> {
    Arc::new(RealDisk::new(directory.join("state")))
}

/// A witness that has never run, on a real directory.
pub(crate) fn fresh(directory: &Path, desk: &Desk, logs: &[&Log]) -> Arc<Witness> {
    State::create(&real_disk(directory)).unwrap();
    reopened(directory, desk, logs)
}

/// A witness that has never run, on a disk in memory.
pub(crate) fn in_memory(desk: &Desk, log: &Log) -> Witness {
    Witness::begin(Arc::new(SimDisk::new(1)), desk.setup(&[log])).unwrap()
}

/// The witness whose state is there.
pub(crate) fn reopened(directory: &Path, desk: &Desk, logs: &[&Log]) -> Arc<Witness> {
    Arc::new(Witness::open(real_disk(directory), desk.setup(logs)).unwrap())
}

/// A server for `witness` on a port of its own.
pub(crate) fn serve(witness: &Arc<Witness>, options: Options) -> (Server, Url) {
    let listen = ["127.0.0.1:0".parse().unwrap()];
    let server = Server::start(&listen, Arc::clone(witness), options).unwrap();
    let url = format!("http://{}", server.address()).parse().unwrap();
    (server, url)
}

pub(crate) fn ask(base: &Url, path: &str, ask: Ask) -> Response {
    let limits = Limits { time: Duration::from_secs(30), answer_bytes: 1 << 20 };
    exchange(&base.join(path).unwrap(), ask, &Tls::system(), limits).unwrap()
}

pub(crate) fn post(base: &Url, body: impl Into<Vec<u8>>) -> Response {
    ask(base, "add-checkpoint", Ask::Post(body.into()))
}

/// The times of the witness's lines in an answer; every line must be one of its keys' and verify.
#[track_caller]
pub(crate) fn times(head: &Checkpoint, answer: &str, keys: &[CosignerVKey]) -> Vec<u64> {
    let lines = accord_format::witnessing::parse_cosignatures(answer.as_bytes()).unwrap();
    assert_eq!(lines.len(), keys.len(), "{answer}");
    keys.iter().zip(&lines).map(|(key, line)| key.verify(head, line).unwrap()).collect()
}

pub(crate) fn vkeys() -> Vec<CosignerVKey> {
    keys().vkeys().cloned().collect()
}
