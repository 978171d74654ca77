//! What must not look like fraud, and where nothing can be remembered.

use super::*;
use accord_tests::binary::{command, finish};
use std::os::unix::fs::PermissionsExt as _;

fn init(directory: &Path, ledger: &str, keys: &str) {
    let args = [
        "init",
        "--dir",
        ledger,
        "--name",
        NAME,
        "--new-authority",
        "authority-a/seat",
        "--keys",
        keys,
        "--no-encrypt",
    ];
    binary::run(directory, &args, b"").exits(0);
}

/// A ledger made anew under the same name, in the same place, is another ledger.
#[test]
fn two_ledgers_of_one_name() {
    let site = tempfile::tempdir().unwrap();
    init(site.path(), "one", "keys-one");
    init(site.path(), "two", "keys-two");
    let read = |ledger: &str| binary::run(site.path(), &["verify", "--dir", ledger], b"").exits(0);
    assert_eq!(read("one").err, "");
    // It is said once, and accuses nobody.
    says(&read("two").err, &["note:", "of the same name"]);
    std::fs::rename(site.path().join("one"), site.path().join("away")).unwrap();
    std::fs::rename(site.path().join("two"), site.path().join("one")).unwrap();
    assert_eq!((read("one").err, read("away").err), (String::new(), String::new()));
    let listed = binary::run(site.path(), &["pin", "list", "--json"], b"").exits(0).out;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["pins"].as_array().unwrap().len(), 2);
    assert!(!state(site.path()).join("evidence").exists());
}

/// A reader that runs into the writer's damage or its own says so and reads on.
#[test]
fn nothing_can_be_remembered() {
    let site = Site::new();
    let reads = |state: &str| {
        let ledger = site.ledger("L");
        let args = ["log", "--dir", ledger.to_str().unwrap()];
        let mut command = command(site.reader.path(), &args);
        command.env("ACCORD_STATE", state).env_remove("XDG_STATE_HOME").env_remove("HOME");
        finish(command.spawn().unwrap(), b"").exits(0)
    };
    std::fs::write(site.reader.path().join("file"), "").unwrap();
    let run = reads(site.reader.path().join("file/below").to_str().unwrap());
    says(&run.err, &["warning", "--no-pin"]);
    assert_eq!((run.err.lines().count(), run.out.lines().count()), (1, 9));
    // Nothing can be written, though reading would do.
    let run = reads("/proc/accord");
    says(&run.err, &["warning", "not remembered", "--no-pin"]);
    assert_eq!((run.err.lines().count(), run.out.lines().count()), (1, 9));
    // Neither a state directory nor a home to put it in.
    let run = reads("");
    says(&run.err, &["warning", "ACCORD_STATE"]);
    assert_eq!((run.err.lines().count(), run.out.lines().count()), (1, 9));
    // A pin that is damaged is named, and nothing is read as if there had been none.
    site.reads(&["log"], "L").exits(0);
    let folder = state(site.reader.path()).join("pins").join(site.id());
    let pin = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&pin, "accord.pin/v1\n").unwrap();
    let run = site.reads(&["log"], "L").exits(1);
    says(&run.err, &["does not read", "--against", pin.to_str().unwrap()]);
    site.reads(&["log", "--no-pin"], "L").exits(0);
    std::fs::remove_file(&pin).unwrap();
    site.reads(&["log"], "L").exits(0);
}

/// Damage to a tile is no fork, and `verify` says where it is.
#[test]
fn damage_is_not_taken_for_fraud() {
    let mut site = Site::new();
    site.reads(&["log"], "L").exits(0);
    site.grow("L", 300);
    let tile = site.ledger("L").join("public/tile/0/000");
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    let run = site.reads(&["log"], "L").exits(0);
    says(&run.err, &["not compared", "accord verify"]);
    says(&site.reads(&["verify"], "L").exits(1).out, &["tile-wrong"]);
    site.reads(&["log", "--strict"], "L").exits(1);
    assert!(!state(site.reader.path()).join("evidence").exists());
}

/// Many commands at once, while the ledger grows: each finds what it should, and none undoes what
/// another has remembered.
#[test]
fn commands_at_once() {
    let mut site = Site::new();
    let ledger = site.ledger("L");
    let mut running = Vec::new();
    for _ in 0..4 {
        for _ in 0..4 {
            let args = ["log", "--dir", ledger.to_str().unwrap()];
            running.push(command(site.reader.path(), &args).spawn().unwrap());
        }
        site.grow("L", 2);
    }
    for child in running {
        let run = finish(child, b"").exits(0);
        assert!(run.err.is_empty() || run.err.starts_with("stale"), "{}", run.err);
    }
    let run = site.reads(&["log"], "L").exits(0);
    assert_eq!((run.err.as_str(), run.out.lines().count()), ("", 17));
    let pins = std::fs::read_dir(state(site.reader.path()).join("pins").join(site.id())).unwrap();
    let names: Vec<String> =
        pins.map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| name.len() == 41), "{names:?}");
    assert!(names.iter().any(|name| name.starts_with("00000000000000000017-")), "{names:?}");
}

/// What is remembered lies where the system wants such things, for its owner alone.
#[test]
fn the_state_directory() {
    let site = Site::new();
    let home = tempfile::tempdir().unwrap();
    let reads = |set: &[(&str, &str)]| {
        let ledger = site.ledger("L");
        let args = ["log", "--dir", ledger.to_str().unwrap()];
        let mut command = command(site.reader.path(), &args);
        command.env_remove("ACCORD_STATE").env_remove("XDG_STATE_HOME").env("HOME", home.path());
        command.envs(set.iter().copied());
        finish(command.spawn().unwrap(), b"").exits(0);
    };
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let kept = |state: &Path| {
        let folder = state.join("pins").join(site.id());
        assert_eq!((mode(state), mode(&folder)), (0o700, 0o700));
        let pin = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
        assert_eq!(mode(&pin), 0o600);
    };
    reads(&[]);
    kept(&home.path().join(".local/state/accord"));
    let shared = home.path().join("shared");
    reads(&[("XDG_STATE_HOME", shared.to_str().unwrap())]);
    kept(&shared.join("accord"));
    let own = home.path().join("own/one");
    reads(&[("XDG_STATE_HOME", "relative"), ("ACCORD_STATE", own.to_str().unwrap())]);
    kept(&own);
    // Nothing is written where nothing is to be remembered.
    std::fs::remove_dir_all(home.path().join(".local")).unwrap();
    let ledger = site.ledger("L");
    let args = ["log", "--no-pin", "--dir", ledger.to_str().unwrap()];
    let mut command = command(site.reader.path(), &args);
    command.env_remove("ACCORD_STATE").env_remove("XDG_STATE_HOME").env("HOME", home.path());
    finish(command.spawn().unwrap(), b"").exits(0);
    assert!(!home.path().join(".local").exists());
    assert!(!site.reader.path().join("relative").exists());
}
