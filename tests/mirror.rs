//! Mirrors as processes of their own: following from a directory and over HTTP, beside an operator who
//! publishes, withholds and forks; and a damaged ledger put right.

use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_tests::binary::{Run, command, run};
use accord_tests::site::copy;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

fn accord(dir: &Path, args: &[&str]) -> Run {
    run(dir, args, b"")
}

fn json(dir: &Path, args: &[&str], code: i32) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    serde_json::from_str(&accord(dir, &args).exits(code).out).unwrap()
}

/// Founds the ledger `l`, with a key for the mirror; gives back its id.
fn found(dir: &Path) -> String {
    let args = ["init", "--dir", "l", "--name", "ledger.example/mirrors", "--no-encrypt"];
    let more = ["--new-authority", "authority-a/seat", "--keys", "keys"];
    accord(dir, &[&args[..], &more].concat()).exits(0);
    let key = ["key", "new", "mirror.example/m", "--kind", "cosigner", "--no-encrypt"];
    accord(dir, &[&key[..], &["--out", "m.key"]].concat()).exits(0);
    json(dir, &["verify", "--dir", "l"], 0)["ledger"].as_str().unwrap().to_owned()
}

fn enrol(dir: &Path, ledger: &str, code: &str) {
    let key = format!("{code}.key");
    let name = format!("{code}/desk");
    accord(dir, &["key", "new", &name, "--no-encrypt", "--out", &key]).exits(0);
    let mut args = vec!["enrol", "--dir", ledger, "--key", "keys/authority-a-seat.key"];
    args.extend(["--name", "A body", "--role", "observer", "--key-file", &key]);
    args.push("--no-pin");
    accord(dir, &args).exits(0);
}

fn once(dir: &Path, from: &str, to: &str, id: &str, code: i32) -> Value {
    let args = ["mirror", "follow", "--from", from, "--to", to, "--ledger", id, "--once"];
    json(dir, &[&args[..], &["--key", "m.key"]].concat(), code)
}

/// A mirror that runs until it is dropped.
struct Mirror {
    child: Child,
    url: String,
    lines: std::sync::mpsc::Receiver<Value>,
}

impl Mirror {
    fn start(dir: &Path, from: &str, to: &str, id: &str) -> Self {
        Self::start_with(dir, &["--from", from, "--to", to, "--ledger", id], "127.0.0.1:0")
    }

    fn start_with(dir: &Path, which: &[&str], listen: &str) -> Self {
        let mut args = vec!["mirror", "follow", "--json", "--key", "m.key"];
        args.extend(which);
        if !which.contains(&"--every") {
            args.extend(["--every", "1"]);
        }
        args.extend(["--listen", listen]);
        let mut child = command(dir, &args).stderr(Stdio::null()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        let (tell, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in out.map_while(Result::ok) {
                let _heard = tell.send(serde_json::from_str(&line).unwrap());
            }
        });
        let mut mirror = Self { child, url: String::new(), lines };
        let first = mirror.says("listening");
        mirror.url = format!("http://{}", first["address"].as_str().unwrap());
        mirror
    }

    /// Waits until it says this.
    #[track_caller]
    fn says(&self, code: &str) -> Value {
        loop {
            let line = self.lines.recv_timeout(std::time::Duration::from_mins(2)).unwrap();
            if line["code"] == code {
                return line;
            }
        }
    }

    fn reaches(&self, size: u64) {
        while self.says("advanced")["size"].as_u64() < Some(size) {}
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _waited = self.child.wait();
    }
}

#[test]
fn mirrors_follow_a_ledger_that_grows() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let id = found(dir);
    let first = Mirror::start(dir, "l", "m1", &id);
    let second = Mirror::start(dir, &first.url, "m2", &id);
    for code in ["north", "south", "west"] {
        enrol(dir, "l", code);
    }
    first.reaches(4);
    second.reaches(4);
    // Killed at any moment, it goes on where it was.
    drop(second);
    enrol(dir, "l", "east");
    first.reaches(5);
    let second = Mirror::start(dir, &first.url, "m2", &id);
    second.reaches(5);
    let one = std::fs::read(dir.join("m1/public/tile/entries/000.p/5")).unwrap();
    assert_eq!(std::fs::read(dir.join("l/public/tile/entries/000.p/5")).unwrap(), one);
    assert_eq!(std::fs::read(dir.join("m2/public/tile/entries/000.p/5")).unwrap(), one);
    // A copy verifies like the ledger.
    let report = json(dir, &["verify", "--dir", "m2"], 0);
    assert_eq!(report["size"], 5, "{report}");
    let status = json(dir, &["mirror", "status", "--dir", "m2"], 0);
    assert_eq!((&status["size"], &status["forks"]), (&5.into(), &serde_json::json!([])));
    let signers = status["signers"].as_array().unwrap();
    assert!(signers.contains(&"mirror.example/m".into()), "{status}");

    // It takes deposits, and gives its word for them.
    let text = std::fs::read_to_string(dir.join("m.key")).unwrap();
    let key = CosignerSigner::parse(text.trim()).unwrap();
    let event = accord(dir, &["show", "4", "--dir", "l", "--note"]).exits(0);
    std::fs::write(dir.join("note"), &event.out).unwrap();
    let vkey = key.vkey().to_string();
    let args = ["witness", "deposit", "note", "--url", &first.url, "--witness", &vkey];
    assert_eq!(json(dir, &args, 0)["ledger"], id.as_str());
}

#[test]
fn what_is_withheld_or_forked_is_kept_as_evidence() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let id = found(dir);
    enrol(dir, "l", "north");
    assert_eq!(once(dir, "l", "m", &id, 0)["code"], "advanced");
    assert_eq!(once(dir, "l", "m", &id, 0)["code"], "unchanged");
    copy(&dir.join("l"), &dir.join("fork"));
    enrol(dir, "l", "south");

    // A bundle that is signed and not shown.
    let path = dir.join("l/public/tile/entries/000.p/3");
    let bundle = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let said = once(dir, "l", "m", &id, 1);
    assert_eq!((&said["code"], &said["size"]), (&"bundle-missing".into(), &2.into()));
    let evidence = said["problems"][0]["evidence"].as_str().unwrap();
    assert!(dir.join("m").join(evidence).is_file());
    let status = json(dir, &["mirror", "status", "--dir", "m"], 1);
    assert_eq!(status["last"]["code"], "bundle-missing");
    std::fs::write(&path, bundle).unwrap();
    assert_eq!(once(dir, "l", "m", &id, 0)["size"], 3);

    // Another history of the same operator.
    enrol(dir, "fork", "west");
    let said = once(dir, "fork", "m", &id, 1);
    assert_eq!((&said["code"], &said["size"]), (&"fork".into(), &3.into()));
    let proof: PathBuf = dir.join("m").join(said["problems"][0]["evidence"].as_str().unwrap());
    accord(dir, &["check", proof.to_str().unwrap(), "--ledger", &id]).exits(0);
    // From then on nothing is taken, and what is held is still shown.
    assert_eq!(once(dir, "l", "m", &id, 1)["code"], "forked");
    let mirror = Mirror::start(dir, "l", "m", &id);
    assert_eq!(once(dir, &mirror.url, "again", &id, 0)["size"], 3);

    // Nobody there is no finding.
    assert_eq!(once(dir, "nowhere", "other", &id, 4)["code"], "unreachable");
}

#[test]
fn a_damaged_ledger_is_put_right() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let id = found(dir);
    enrol(dir, "l", "north");
    once(dir, "l", "m", &id, 0);
    let path = dir.join("l/public/tile/entries/000.p/2");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..100]).unwrap();
    std::fs::remove_file(dir.join("l/public/tile/0/000.p/2")).unwrap();
    accord(dir, &["verify", "--dir", "l"]).exits(1);
    let repair = ["repair", "--from", "m", "--dir", "l", "--ledger", &id];
    let report = json(dir, &repair, 0);
    assert_eq!(report["files"].as_array().unwrap().len(), 2, "{report}");
    assert_eq!(std::fs::read(&path).unwrap(), whole);
    accord(dir, &["verify", "--dir", "l"]).exits(0);
    assert_eq!(json(dir, &repair, 0)["files"], serde_json::json!([]));

    // A tail that is gone comes back as far as it was published, when that is asked for.
    std::fs::remove_file(dir.join("l/private/tail")).unwrap();
    json(dir, &repair, 1);
    let report = json(dir, &[&repair[..], &["--cut-tail"]].concat(), 1);
    assert_eq!(report["size"], 2, "{report}");
    assert_eq!(report["integrity"], "holds");
    enrol(dir, "l", "south");
    assert_eq!(once(dir, "l", "m", &id, 0)["size"], 3);
}

/// The names of the signers of a checkpoint file, and its size.
fn signers(path: &Path) -> (u64, Vec<String>) {
    let note = SignedCheckpoint::parse(&std::fs::read(path).unwrap()).unwrap();
    let names = note.note().signatures().iter().map(|line| line.name.clone());
    (note.checkpoint().size, names.collect())
}

#[test]
fn a_quorum_that_needs_a_mirror_is_met() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let id = found(dir);
    accord(
        dir,
        &[
            "key",
            "new",
            "mirror.example/m",
            "--kind",
            "ml-dsa-44",
            "--no-encrypt",
            "--out",
            "m2.key",
        ],
    )
    .exits(0);
    // It follows rarely, so that what it learns it is handed; and it knows its ledger already.
    let which = |listen: &str| {
        let keys = ["--key", "m2.key", "--every", "3600"];
        let which = ["--from", "l", "--to", "m", "--ledger", id.as_str()];
        Mirror::start_with(dir, &[&which[..], &keys[..]].concat(), listen)
    };
    let mirror = which("127.0.0.1:0");
    let keys = std::fs::read_to_string(dir.join("m.key")).unwrap();
    let ed25519 = CosignerSigner::parse(keys.trim()).unwrap().vkey().clone();
    let keys = std::fs::read_to_string(dir.join("m2.key")).unwrap();
    let ml_dsa = CosignerSigner::parse(keys.trim()).unwrap().vkey().clone();
    let url = &mirror.url;
    let policy = format!(
        "witness classic {ed25519} {url}\nwitness later {ml_dsa} {url}\ngroup both all classic later\nquorum both\n"
    );
    std::fs::write(dir.join("policy"), &policy).unwrap();
    let payload = accord(dir, &["checkpoint", "policy", "policy"]).exits(0).out;
    let change = ["append", "--dir", "l", "--type", "ledger.witness_policy_changed", "--payload"];
    let signed = ["--key", "keys/authority-a-seat.key"];
    accord(dir, &[&change[..], &[payload.as_str()], &signed[..]].concat()).exits(0);
    assert_eq!(signers(&dir.join("l/public/checkpoint")).0, 1);

    // Without it nothing is published; with it everything that it was handed.
    let address = url.strip_prefix("http://").unwrap().to_owned();
    drop(mirror);
    let waits = json(dir, &["checkpoint", "cosign", "--dir", "l", "--timeout", "5"], 1);
    assert_eq!((&waits["published"], &waits["size"]), (&false.into(), &2.into()), "{waits}");
    let mirror = which(&address);
    let cosigned = json(dir, &["checkpoint", "cosign", "--dir", "l"], 0);
    assert_eq!(cosigned["published"], true, "{cosigned}");
    let (size, names) = signers(&dir.join("l/public/checkpoint"));
    assert_eq!((size, names.iter().filter(|name| *name == "mirror.example/m").count()), (2, 2));
    let verified = json(dir, &["verify", "--dir", "l", "--policy", "policy"], 0);
    assert_eq!(verified["witnesses"]["verdict"], "holds");

    // The copy shows what was published when it followed, and vouches for what it was handed.
    assert_eq!(signers(&dir.join("m/public/checkpoint")).0, 1);
    let (ahead, _) = signers(&dir.join("m/mirror/checkpoint"));
    assert_eq!(ahead, 2);
    accord(dir, &["verify", "--dir", "m", "--ledger", &id, "--no-pin"]).exits(0);
    // Appending asks first, and the mirror's word counts there too.
    enrol(dir, "l", "north");
    enrol(dir, "l", "south");
    assert_eq!(json(dir, &["checkpoint", "cosign", "--dir", "l"], 0)["size"], 4);
    let subtree = ["witness", "subtree", "2", "4", "--dir", "l", "--url", &mirror.url];
    let signed = json(dir, &[&subtree[..], &["--witness", &ml_dsa.to_string()]].concat(), 0);
    assert_eq!((&signed["start"], &signed["end"]), (&2.into(), &4.into()));
    drop(mirror);

    // It takes over what was published, and every checkpoint that met its quorum, and what is lost
    // of these comes back from it.
    let follow = ["mirror", "follow", "--from", "l", "--to", "m", "--once", "--key", "m.key"];
    let half = accord(dir, &follow).exits(2);
    assert!(half.err.contains("or that key too if it is this mirror's own"), "{}", half.err);
    let follow = [&follow[..], &["--key", "m2.key"]].concat();
    assert_eq!(json(dir, &follow, 0)["code"], "published");
    accord(dir, &["verify", "--dir", "m", "--ledger", &id, "--policy", "policy", "--no-pin"])
        .exits(0);
    for size in [2, 4] {
        let kept = std::fs::read(dir.join(format!("l/public/witnessed/{size}"))).unwrap();
        assert_eq!(std::fs::read(dir.join(format!("m/public/witnessed/{size}"))).unwrap(), kept);
    }
    let lost = dir.join("l/public/witnessed/2");
    let kept = std::fs::read(&lost).unwrap();
    std::fs::write(&lost, "lost").unwrap();
    let report = json(dir, &["repair", "--from", "m", "--dir", "l", "--ledger", &id], 0);
    assert_eq!(report["files"], serde_json::json!(["public/witnessed/2"]));
    assert_eq!(std::fs::read(&lost).unwrap(), kept);
}

#[test]
fn a_mirror_follows_what_waits_and_tells_of_what_went_back() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let id = found(dir);
    enrol(dir, "l", "north");
    once(dir, "l", "m", &id, 0);
    copy(&dir.join("l"), &dir.join("backup"));
    // A policy with a witness that nobody can ask: nothing is published from here on.
    let witness = CosignerSigner::from_seed("w.example/w", Algorithm::Ed25519, &[5; 32]).unwrap();
    std::fs::write(dir.join("policy"), format!("witness w {}\nquorum w\n", witness.vkey()))
        .unwrap();
    let payload = accord(dir, &["checkpoint", "policy", "policy"]).exits(0).out;
    let change = ["append", "--dir", "l", "--type", "ledger.witness_policy_changed", "--payload"];
    let signed = ["--key", "keys/authority-a-seat.key"];
    accord(dir, &[&change[..], &[payload.as_str()], &signed[..]].concat()).exits(0);
    let said = once(dir, "l", "m", &id, 0);
    assert_eq!(
        (&said["code"], &said["size"], &said["shown"]),
        (&"advanced".into(), &3.into(), &2.into())
    );
    accord(dir, &["verify", "--dir", "m", "--ledger", &id, "--no-pin"]).exits(0);
    // The word of the witness comes by file; the mirror then shows all of it.
    let note = accord(dir, &["checkpoint", "export", "--note", "--dir", "l"]).exits(0).out;
    let note = SignedCheckpoint::parse(note.as_bytes()).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let line = witness.cosign(note.checkpoint(), now).unwrap();
    std::fs::write(dir.join("line"), line.to_line()).unwrap();
    json(dir, &["checkpoint", "cosign", "--dir", "l", "--from", "line"], 0);
    assert_eq!(once(dir, "l", "m", &id, 0)["code"], "published");

    // The backup in the place of the ledger: older, and consistent.
    let said = once(dir, "backup", "m", &id, 1);
    assert_eq!((&said["code"], &said["shown"]), (&"stale".into(), &2.into()));
    assert_eq!(said["problems"][0]["code"], "rolled-back");
    let file = dir.join("m").join(said["problems"][0]["evidence"].as_str().unwrap());
    accord(dir, &["check", file.to_str().unwrap(), "--ledger", &id]).exits(0);
    let status = accord(dir, &["mirror", "status", "--dir", "m"]).exits(1).out;
    assert!(status.contains(".rollback"), "{status}");
}

#[test]
fn a_mirror_has_a_name_of_its_own() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    // The genesis names a witness of the mirror's name.
    let witness =
        CosignerSigner::from_seed("mirror.example/m", Algorithm::Ed25519, &[5; 32]).unwrap();
    std::fs::write(dir.join("policy"), format!("witness w {}\nquorum w\n", witness.vkey()))
        .unwrap();
    let args = ["init", "--dir", "l", "--name", "ledger.example/mirrors", "--no-encrypt"];
    let more =
        ["--new-authority", "authority-a/seat", "--keys", "keys", "--witness-policy", "policy"];
    accord(dir, &[&args[..], &more].concat()).exits(0);
    let key = ["key", "new", "mirror.example/m", "--kind", "cosigner", "--no-encrypt"];
    accord(dir, &[&key[..], &["--out", "m.key"]].concat()).exits(0);
    let id = json(dir, &["verify", "--dir", "l"], 0)["ledger"].as_str().unwrap().to_owned();
    let args = ["mirror", "follow", "--from", "l", "--to", "m", "--ledger", &id, "--once"];
    let refused = accord(dir, &[&args[..], &["--key", "m.key"]].concat()).exits(2);
    assert!(
        refused.err.contains("a mirror's key has a name that no witness has"),
        "{}",
        refused.err
    );
    // Without a key it copies all the same.
    accord(dir, &args).exits(0);
}
