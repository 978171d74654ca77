//! Who takes part, and how each is driven.

use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::key::NoteSigner;
use accord_ledger::Record;
use accord_tests::binary::{self, Run};
use accord_tests::process::Server;
use accord_tests::proxy::Proxy;
use accord_tests::site::copy;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long is waited for what must happen; it takes no time where it does.
const PATIENCE: Duration = Duration::from_mins(5);

/// Waits until something is so.
#[track_caller]
pub(crate) fn wait_for(what: &str, holds: impl Fn() -> bool) {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < PATIENCE, "it never came: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The operator's ledger `L`, what it shows to each mirror, and everybody who watches it.
pub(crate) struct Federation {
    home: TempDir,
    pub(crate) id: String,
    /// The checkpoint key's line for policies and witnesses.
    log: String,
    pub(crate) witnesses: Vec<Server>,
    /// The operator's way to each witness.
    pub(crate) ways: Vec<Proxy>,
    pub(crate) mirrors: Vec<Server>,
}

/// The witnesses' keys: one of them signs with ML-DSA-44.
pub(crate) fn witness(n: usize) -> CosignerSigner {
    let algorithm = if n == 3 { Algorithm::MlDsa44 } else { Algorithm::Ed25519 };
    let seed = [u8::try_from(n + 1).unwrap(); 32];
    CosignerSigner::from_seed(&format!("witness.example/w{n}"), algorithm, &seed).unwrap()
}

/// The key that a mirror vouches for the index with.
pub(crate) fn index_key(n: usize) -> NoteSigner {
    let seed = [u8::try_from(n + 60).unwrap(); 32];
    NoteSigner::from_seed(&format!("mirror.example/m{n}/index"), &seed).unwrap()
}

fn write_key(path: &Path, key: &CosignerSigner) {
    private(path, &key.to_private_text());
}

fn private(path: &Path, text: &str) {
    std::fs::write(path, format!("{text}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

impl Federation {
    /// Five witnesses and two mirrors of a ledger whose policy asks for one of the first two and two
    /// of the other three.
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut f = Self {
            home,
            id: String::new(),
            log: String::new(),
            witnesses: Vec::new(),
            ways: Vec::new(),
            mirrors: Vec::new(),
        };
        let founding = [
            "init",
            "--dir",
            "L",
            "--name",
            "ledger.example/federation",
            "--new-authority",
            "authority-a/seat",
            "--keys",
            "keys",
            "--no-encrypt",
            "--parties",
            "1",
        ];
        let founded = f.json(&founding, 0);
        founded["ledger"].as_str().unwrap().clone_into(&mut f.id);
        let log = f.accord(&["witness", "log", "--dir", "L"], 0).out;
        log.trim().strip_prefix("log ").unwrap().clone_into(&mut f.log);
        for n in 0..5 {
            write_key(&f.path(&format!("w{n}.key")), &witness(n));
            let server = f.start(n, &["--new"], "127.0.0.1:0");
            f.ways.push(Proxy::to(&server.url));
            f.witnesses.push(server);
        }
        f.set_policy();
        for n in 0..2 {
            let name = format!("mirror.example/m{n}");
            let seed = [u8::try_from(n + 40).unwrap(); 32];
            let key = CosignerSigner::from_seed(&name, Algorithm::Ed25519, &seed).unwrap();
            write_key(&f.path(&format!("m{n}.key")), &key);
            private(&f.path(&format!("m{n}-index.key")), &index_key(n).to_private_text());
            f.push(n);
            let server = f.start_mirror(n);
            f.mirrors.push(server);
        }
        f
    }

    fn set_policy(&self) {
        use std::fmt::Write as _;
        let mut policy = String::new();
        for (n, way) in self.ways.iter().enumerate() {
            writeln!(policy, "witness w{n} {} {}", witness(n).vkey(), way.url).unwrap();
        }
        policy += "group north any w0 w1\ngroup south 2 w2 w3 w4\n";
        policy += "group both all north south\nquorum both\n";
        std::fs::write(self.path("policy"), policy).unwrap();
        let payload = self.accord(&["checkpoint", "policy", "policy"], 0).out;
        let change = ["--type", "ledger.witness_policy_changed", "--payload", &payload];
        let key = ["--key", "keys/authority-a-seat.key"];
        self.accord(&[&["append", "--dir", "L"][..], &change, &key].concat(), 0);
        assert_eq!(self.cosign(0)["published"], true);
    }

    fn start(&self, n: usize, more: &[&str], listen: &str) -> Server {
        let (key, state) = (format!("w{n}.key"), format!("w{n}.state"));
        let args = ["witness", "--key", &key, "--state", &state, "--log", &self.log];
        Server::start_on(self.home.path(), &[&args[..], more].concat(), listen)
    }

    /// Starts a dead witness on its state, where the policy says that it listens.
    pub(crate) fn restart(&mut self, n: usize) {
        let listen = self.witnesses[n].url.strip_prefix("http://").unwrap().to_owned();
        self.witnesses[n] = self.start(n, &[], &listen);
    }

    fn start_mirror(&self, n: usize) -> Server {
        let [view, copy, key] = [format!("view{n}"), format!("m{n}"), format!("m{n}.key")];
        let (index, listen) = (format!("m{n}-index.key"), "127.0.0.1:0");
        let args = ["mirror", "follow", "--from", &view, "--to", &copy, "--ledger", &self.id];
        let more = ["--key", &key, "--every", "1", "--index-key", &index];
        Server::start_on(self.home.path(), &[&args[..], &more].concat(), listen)
    }

    pub(crate) fn restart_mirror(&mut self, n: usize) {
        self.mirrors[n] = self.start_mirror(n);
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The operator runs the tool.
    pub(crate) fn accord(&self, args: &[&str], code: i32) -> Run {
        binary::run(self.home.path(), args, b"").exits(code)
    }

    pub(crate) fn json(&self, args: &[&str], code: i32) -> Value {
        let run = self.accord(&[args, &["--json"]].concat(), code);
        serde_json::from_str(&run.out).unwrap()
    }

    pub(crate) fn verify(&self, dir: &str, more: &[&str], code: i32) -> Value {
        self.json(&[&["verify", "--dir", dir, "--no-pin"], more].concat(), code)
    }

    fn enrolment(&self, code: &str, more: &[&str]) {
        let key = format!("{code}.key");
        let name = format!("{code}/desk");
        self.accord(&["key", "new", &name, "--no-encrypt", "--out", &key], 0);
        let who = ["enrol", "--dir", "L", "--key", "keys/authority-a-seat.key"];
        let what = ["--name", "A body", "--role", "observer", "--key-file", &key];
        self.accord(&[&who[..], &what, more].concat(), 0);
    }

    /// One more entry, after asking the witnesses whether the copy is the newest.
    pub(crate) fn enrol(&self, code: &str) {
        self.enrolment(code, &[]);
    }

    /// One more entry, whoever answers.
    pub(crate) fn enrol_unasked(&self, code: &str) {
        self.enrolment(code, &["--unasked"]);
    }

    /// Asks all witnesses; one that stands still is not waited for long.
    pub(crate) fn cosign(&self, code: i32) -> Value {
        self.json(&["checkpoint", "cosign", "--dir", "L", "--timeout", "5"], code)
    }

    /// Cosigned, and pushed to where the mirrors look.
    pub(crate) fn publish(&self) {
        assert_eq!(self.cosign(0)["published"], true);
        self.push(0);
        self.push(1);
    }

    /// Shows a mirror the ledger as it is published.
    pub(crate) fn push(&self, n: usize) {
        self.show(n, &self.path("L"));
    }

    /// Shows a mirror the public part of a directory, in the place of what it was shown before.
    pub(crate) fn show(&self, n: usize, ledger: &Path) {
        let [view, next, old] =
            ["", ".next", ".old"].map(|end| self.path(&format!("view{n}{end}")));
        std::fs::create_dir(&next).unwrap();
        copy(&ledger.join("public"), &next.join("public"));
        let _not_there = std::fs::rename(&view, &old);
        std::fs::rename(&next, &view).unwrap();
        let _not_there = std::fs::remove_dir_all(&old);
    }

    /// Waits until a mirror holds what is published.
    pub(crate) fn mirrored(&self, n: usize) {
        let size = self.published().checkpoint().size;
        wait_for(&format!("m{n} holds {size}"), || self.held(n) == Some(size));
    }

    /// The size that a mirror shows over HTTP.
    fn held(&self, n: usize) -> Option<u64> {
        let path = self.path(&format!("m{n}/public/checkpoint"));
        let note = SignedCheckpoint::parse(&std::fs::read(path).ok()?).ok()?;
        Some(note.checkpoint().size)
    }

    /// A copy that somebody takes from a mirror over HTTP.
    pub(crate) fn stranger(&self, n: usize) -> String {
        let (url, to) = (&self.mirrors[n].url, format!("stranger{n}"));
        let args = ["mirror", "follow", "--once", "--from", url, "--to", &to, "--ledger", &self.id];
        self.accord(&args, 0);
        to
    }

    pub(crate) fn published(&self) -> SignedCheckpoint {
        let bytes = std::fs::read(self.path("L/public/checkpoint")).unwrap();
        SignedCheckpoint::parse(&bytes).unwrap()
    }

    pub(crate) fn entries(&self) -> Vec<Vec<u8>> {
        let record = Record::open(&self.path("L")).unwrap();
        (0..record.size()).map(|seq| record.view().entry(seq).unwrap()).collect()
    }

    pub(crate) fn size(&self) -> u64 {
        Record::open(&self.path("L")).unwrap().size()
    }

    /// The key that the operator signs checkpoints with.
    pub(crate) fn checkpoint_key(&self) -> NoteSigner {
        let keys = std::fs::read_to_string(self.path("L/private/operator.key")).unwrap();
        let mut keys = keys.lines().map(|line| NoteSigner::parse(line).unwrap());
        let origin = self.published().checkpoint().origin.clone();
        keys.find(|key| key.vkey().name() == origin).unwrap()
    }

    /// The key that the operator signs events and refusals with.
    pub(crate) fn operator_key(&self) -> NoteSigner {
        let keys = std::fs::read_to_string(self.path("L/private/operator.key")).unwrap();
        let mut keys = keys.lines().map(|line| NoteSigner::parse(line).unwrap());
        keys.find(|key| key.vkey().name().starts_with("operator/")).unwrap()
    }

    /// Somebody who has nothing but a file and the ledger's id, on a machine of their own.
    pub(crate) fn convinces(&self, file: &Path) -> String {
        let judge = tempfile::tempdir().unwrap();
        std::fs::copy(file, judge.path().join("evidence")).unwrap();
        let args = ["check", "evidence", "--ledger", &self.id];
        binary::run(judge.path(), &args, b"").exits(0).out
    }
}
