//! A ledger under a witness policy, with the real tool: witnesses on the network and one that is not,
//! one that goes down, and a copy restored from a backup.

use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::witnessing::AddCheckpoint;
use accord_tests::binary::{Run, command, run};
use accord_tests::site::copy;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

fn signer(name: &str, seed: u8) -> CosignerSigner {
    CosignerSigner::from_seed(&format!("{name}.example/w"), Algorithm::Ed25519, &[seed; 32])
        .unwrap()
}

/// A witness that runs until it is dropped.
struct Witness {
    child: Child,
    url: String,
}

impl Witness {
    fn start(dir: &Path, name: &str, log: &str) -> Self {
        let seed = name.as_bytes()[1];
        let (key, state) = (format!("{name}.key"), format!("{name}.state"));
        let path = dir.join(&key);
        std::fs::write(&path, format!("{}\n", *signer(name, seed).to_private_text())).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let mut args = vec![
            "witness",
            "--json",
            "--listen",
            "127.0.0.1:0",
            "--key",
            &key,
            "--state",
            &state,
            "--log",
            log,
        ];
        if !dir.join(&state).exists() {
            args.push("--new");
        }
        let mut child = command(dir, &args).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let first: Value = serde_json::from_str(&first).unwrap_or_else(|_| {
            let rest: Vec<String> = lines.by_ref().map_while(Result::ok).collect();
            panic!("it did not start: {first}{}", rest.concat())
        });
        let url = format!("http://{}", first["address"].as_str().unwrap());
        // What it says later is not read: it must not wait for a reader.
        std::thread::spawn(move || lines.count());
        Self { child, url }
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _waited = self.child.wait();
    }
}

fn accord(dir: &Path, args: &[&str]) -> Run {
    run(dir, args, b"")
}

fn json(dir: &Path, args: &[&str], code: i32) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    serde_json::from_str(&accord(dir, &args).exits(code).out).unwrap()
}

fn enrol(dir: &Path, ledger: &str, code: &str, more: &[&str]) -> Run {
    let key = format!("{code}.key");
    if !dir.join(&key).exists() {
        let name = format!("{code}/desk");
        accord(dir, &["key", "new", &name, "--no-encrypt", "--out", &key]).exits(0);
    }
    let mut args = vec!["enrol", "--dir", ledger, "--key", "keys/authority-a-seat.key"];
    args.extend(["--name", "A body", "--role", "observer", "--key-file", &key]);
    args.extend(more);
    accord(dir, &args)
}

fn word(report: &Value) -> &str {
    report["witnesses"]["verdict"].as_str().unwrap()
}

#[test]
fn a_ledger_lives_under_its_witnesses() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let founding = [
        "init",
        "--dir",
        "l",
        "--name",
        "ledger.example/quorum",
        "--no-encrypt",
        "--new-authority",
        "authority-a/seat",
        "--keys",
        "keys",
    ];
    accord(dir, &founding).exits(0);
    assert_eq!(word(&json(dir, &["verify", "--dir", "l"], 0)), "none asked");
    let log = accord(dir, &["witness", "log", "--dir", "l"]).exits(0).out;
    let log = log.trim().strip_prefix("log ").unwrap().to_owned();
    let (one, two) = (Witness::start(dir, "w1", &log), Witness::start(dir, "w2", &log));

    // Two of three; the third is on no network.
    let vkey = |name: &str| signer(name, name.as_bytes()[1]).vkey().to_string();
    let policy = format!(
        "# two of three\nwitness w1 {} {}\nwitness w2 {} {}\nwitness w3 {}\ngroup g 2 w1 w2 w3\nquorum g\n",
        vkey("w1"),
        one.url,
        vkey("w2"),
        two.url,
        vkey("w3")
    );
    std::fs::write(dir.join("policy"), &policy).unwrap();
    let payload = accord(dir, &["checkpoint", "policy", "policy"]).exits(0).out;
    let change = [
        "append",
        "--dir",
        "l",
        "--type",
        "ledger.witness_policy_changed",
        "--payload",
        &payload,
        "--key",
        "keys/authority-a-seat.key",
    ];
    accord(dir, &change).exits(0);

    // The head waits until two have cosigned it.
    let status = json(dir, &["checkpoint", "status", "--dir", "l"], 0);
    assert_eq!((&status["published"]["size"], &status["waiting"]["size"]), (&1.into(), &2.into()));
    let cosigned = json(dir, &["checkpoint", "cosign", "--dir", "l"], 0);
    assert_eq!(cosigned["published"], true, "{cosigned}");
    assert_eq!(cosigned["quorums"][0]["missing"], serde_json::json!(["w3"]));
    let report = json(dir, &["verify", "--dir", "l"], 0);
    assert_eq!((word(&report), &report["witnesses"]["published"]["size"]), ("holds", &2.into()));

    // What appends asks first whether this copy is the newest. One that is down does not matter.
    enrol(dir, "l", "north", &[]).exits(0);
    let backup = dir.join("backup");
    copy(&dir.join("l"), &backup);
    let newest = std::fs::read(dir.join("l/public/checkpoint")).unwrap();
    std::fs::write(dir.join("newest"), newest).unwrap();
    drop(two);
    let alone = enrol(dir, "l", "south", &[]).exits(4);
    assert!(alone.err.contains("w2, w3"), "{}", alone.err);
    // A file that came from the second, and its word is heard again.
    enrol(dir, "l", "south", &["--witnessed", "newest"]).exits(0);

    // The one that is left and the one on no network make two.
    let waits = accord(dir, &["checkpoint", "cosign", "--dir", "l", "--timeout", "5"]).exits(1);
    assert!(waits.out.contains("missing   w3  no address"), "{}", waits.out);
    accord(dir, &["checkpoint", "export", "--dir", "l", "--out", "request"]).exits(0);
    let request = AddCheckpoint::parse(&std::fs::read(dir.join("request")).unwrap()).unwrap();
    let line = signer("w3", b'3').cosign(request.checkpoint.checkpoint(), now()).unwrap();
    std::fs::write(dir.join("line"), line.to_line()).unwrap();
    let import = ["checkpoint", "cosign", "--dir", "l", "--from", "line", "--note", "request"];
    assert_eq!(json(dir, &import, 0)["published"], true);

    // In the record, it brackets the times of entries.
    accord(dir, &["checkpoint", "anchor", "--dir", "l", "--unasked"]).exits(0);
    let anchored = json(dir, &["checkpoint", "anchor", "--dir", "l", "--unasked"], 0);
    assert_eq!(anchored["outcome"], "nothing");
    let shown = json(dir, &["show", "--dir", "l", "2"], 0);
    assert!(shown["recorded_bracket"]["by"].is_string(), "{shown}");
    assert_eq!(shown["recorded_outside"], Value::Null);
    let shown = accord(dir, &["show", "--dir", "l", "4"]).exits(0).out;
    assert!(shown.contains("bracket     after "), "{shown}");
    let figure = ["replay", "--dir", "l", "--view", "integrity", "--figure", "witnessed/size"];
    assert_eq!(json(dir, &figure, 0)["figure"]["value"], 4);
    demands(dir, &policy);

    // A copy from before looks whole. Whoever verified the later one here knows better, and so does
    // the witness where nobody did.
    accord(dir, &["verify", "--dir", "backup", "--no-pin"]).exits(0);
    let stale = enrol(dir, "backup", "east", &["--unasked"]).exits(1);
    assert!(stale.err.contains("would make a second history"), "{}", stale.err);
    let rival = enrol(dir, "backup", "east", &["--unasked", "--no-pin"]).exits(1);
    assert!(rival.err.contains("restored perhaps from a backup"), "{}", rival.err);
    let kept = std::fs::read_dir(backup.join("private/forks")).unwrap().next().unwrap().unwrap();
    SignedCheckpoint::parse(&std::fs::read(kept.path()).unwrap()).unwrap();
    accord(dir, &["checkpoint", "cosign", "--dir", "backup", "--timeout", "5", "--no-pin"])
        .exits(1);
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

/// What whoever verifies asks for by a policy of their own.
fn demands(dir: &Path, policy: &str) {
    std::fs::write(dir.join("all"), policy.replace("group g 2", "group g 3")).unwrap();
    accord(dir, &["verify", "--dir", "l", "--policy", "policy", "--max-age", "1h"]).exits(0);
    let report = json(dir, &["verify", "--dir", "l", "--policy", "all"], 1);
    assert_eq!(report["witnesses"]["problems"][0]["code"], "policy-quorum");
    assert_eq!((&report["integrity"], word(&report)), (&"holds".into(), "FAILS"));
    let own = accord(dir, &["checkpoint", "policy", "--dir", "l"]).exits(0).out;
    assert!(own.starts_with("log ledger.example/quorum/"), "{own}");
    std::fs::write(dir.join("own"), own).unwrap();
    accord(dir, &["verify", "--dir", "l", "--policy", "own"]).exits(0);
    std::fs::write(dir.join("bad"), "quorum w1\n").unwrap();
    accord(dir, &["verify", "--dir", "l", "--policy", "bad"]).exits(2);
}

#[test]
fn a_genesis_names_its_witnesses() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let policy = format!("witness w1 {}\nquorum w1\n", signer("w1", 1).vkey());
    std::fs::write(dir.join("policy"), policy).unwrap();
    let founding = [
        "init",
        "--dir",
        "l",
        "--name",
        "ledger.example/quorum",
        "--no-encrypt",
        "--new-authority",
        "authority-a/seat",
        "--keys",
        "keys",
        "--witness-policy",
        "policy",
    ];
    accord(dir, &founding).exits(0);
    accord(dir, &["checkpoint", "--dir", "l"]).exits(2);
    let text = accord(dir, &["checkpoint", "export", "--note", "--dir", "l"]).exits(0).out;
    let note = SignedCheckpoint::parse(text.as_bytes()).unwrap();
    let line = signer("w1", 1).cosign(note.checkpoint(), now()).unwrap();
    let whole = note.with_signatures(&[line]).unwrap().to_text();
    let import = ["checkpoint", "cosign", "--dir", "l", "--from", "-"];
    run(dir, &import, whole.as_bytes()).exits(0);
    assert_eq!(accord(dir, &["checkpoint", "--dir", "l"]).exits(0).out, whole);
    // The same again changes nothing, and what is of another ledger is refused.
    run(dir, &import, whole.as_bytes()).exits(0);
    let other = whole.replace("ledger.example/quorum", "ledger.example/another");
    run(dir, &import, other.as_bytes()).exits(2);
    std::fs::write(dir.join("bad"), "quorum nobody\n").unwrap();
    let founding = [
        "init",
        "--dir",
        "m",
        "--name",
        "ledger.example/m",
        "--no-encrypt",
        "--new-authority",
        "authority-a/seat",
        "--keys",
        "k",
        "--witness-policy",
        "bad",
    ];
    accord(dir, &founding).exits(2);
}
