//! Mirrors as processes of their own: following from a directory and over HTTP, beside an operator who
//! publishes, withholds and forks; and a damaged ledger put right.

use accord_format::cosignature::CosignerSigner;
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
        let mut args = vec!["mirror", "follow", "--json", "--from", from, "--to", to];
        args.extend(["--ledger", id, "--key", "m.key", "--every", "1"]);
        args.extend(["--listen", "127.0.0.1:0"]);
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
