//! Disks, directories, locks, indices and versions that are not as they should be.

use super::{Site, says};
use accord_format::event::SignedEvent;
use accord_ledger::Record;
use accord_store::layout;
use accord_tests::binary::{self, Run, accord, command};
use accord_tests::files::Files;
use accord_tests::forge;
use accord_tests::world::{Pen, key};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

fn notes(pen: &mut Pen, count: usize) -> Vec<SignedEvent> {
    let (target, party) = (pen.id.unwrap(), key("north/liaison", 23));
    let event = |_| {
        pen.event("record.endorsed", "record/", json!({"target": target}), &[(&party, "party")])
    };
    (0..count).map(event).collect()
}

fn text(notes: &[SignedEvent]) -> String {
    notes.iter().map(SignedEvent::note).collect()
}

/// Runs a shell script in a mount namespace of its own, where it may mount what it likes; `None`
/// where that is not allowed. `$1` is the site, `$2` the binary.
fn in_own_mounts(site: &Site, script: &str, input: &str) -> Option<Run> {
    let mut attempt = Command::new("unshare");
    attempt.args(["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    if !attempt.output().is_ok_and(|output| output.status.success()) {
        println!("SKIPPED: this user may not mount anything");
        return None;
    }
    let mut shell = Command::new("unshare");
    shell.args(["-m", "bash", "-euc", script, "bash"]).arg(site.path()).arg(accord());
    shell.env("ACCORD_STATE", binary::state(site.path()));
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Some(binary::finish(shell.spawn().unwrap(), input.as_bytes()))
}

/// Checks that everything acknowledged in `run` is in `L`, which verifies, and that the rest can be
/// handed in once there is room again.
fn nothing_acknowledged_is_lost(site: &Site, run: &Run, notes: &[SignedEvent]) {
    // Behind the answers stands why the run ended.
    let answers = run.out.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let acknowledged: Vec<u64> = answers
        .filter(|answer| answer["outcome"] == "accepted")
        .map(|answer| answer["seq"].as_u64().unwrap())
        .collect();
    assert!(acknowledged.len() < notes.len(), "nothing was full");
    let record = Record::open(&site.ledger()).unwrap();
    for (seq, note) in acknowledged.iter().zip(notes) {
        assert_eq!(record.entry(*seq).unwrap().signed().note(), note.note());
    }
    site.accord(&["verify", "--dir", "L"]).exits(0);
    let again = site.append(text(notes).as_bytes()).exits(0).records();
    let repeated = again.iter().take_while(|a| a["outcome"] == "repeated").count();
    assert!(repeated >= acknowledged.len(), "{repeated} of {}", acknowledged.len());
    assert_eq!(again.len(), notes.len());
    site.accord(&["verify", "--dir", "L"]).exits(0);
}

#[test]
fn a_full_disk() {
    let mut site = Site::new();
    let notes = notes(&mut site.pen, 4_000);
    let script = r#"
        cd "$1"; mkdir small; mount -t tmpfs -o size=2m tmpfs small
        cp -a L/. small/; code=0
        "$2" append --dir small - --json || code=$?
        rm -rf L; cp -a small L; exit $code"#;
    let Some(run) = in_own_mounts(&site, script, &text(&notes)) else { return };
    assert_eq!(run.code, 4, "{}", run.err);
    says("a full disk", &run.err, &["No space left on device"]);
    nothing_acknowledged_is_lost(&site, &run, &notes);
}

#[test]
fn a_limit_on_the_size_of_files() {
    let mut site = Site::new();
    let notes = notes(&mut site.pen, 1_500);
    let mut shell = Command::new("bash");
    // Without the signal's default action the write itself fails, as on a full disk. The index
    // alone needs half a megabyte.
    let script = "trap '' XFSZ; ulimit -f 700; exec \"$1\" append --dir L - --json";
    shell.current_dir(site.path()).args(["-c", script, "bash"]).arg(accord());
    shell.env("ACCORD_STATE", binary::state(site.path()));
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = binary::finish(shell.spawn().unwrap(), text(&notes).as_bytes());
    assert_eq!(run.code, 4, "{}", run.err);
    says("a limit", &run.err, &["File too large"]);
    nothing_acknowledged_is_lost(&site, &run, &notes);
}

#[test]
fn a_read_only_directory() {
    let mut site = Site::new();
    let note = text(&notes(&mut site.pen, 1));
    let before = site.settled();
    let script = r#"
        cd "$1"; mount --bind L L; mount -o remount,ro,bind L; code=0
        "$2" append --dir L - --json >out 2>err || code=$?
        "$2" verify --dir L; exit $code"#;
    let Some(run) = in_own_mounts(&site, script, &note) else { return };
    assert_eq!(run.code, 4, "{}", run.err);
    says("verify reads on", &run.out, &["INTEGRITY  holds"]);
    let err = std::fs::read_to_string(site.path().join("err")).unwrap();
    says("read-only", &err, &["Read-only file system"]);
    site.unharmed("read-only", &before);
}

#[test]
fn a_second_writer() {
    let mut site = Site::new();
    let notes = notes(&mut site.pen, 3);
    let mut first = command(site.path(), &["append", "--dir", "L", "-", "--json"]).spawn().unwrap();
    let mut to = first.stdin.take().unwrap();
    let mut answers = BufReader::new(first.stdout.take().unwrap()).lines();
    to.write_all(notes[0].note().as_bytes()).unwrap();
    says("the first", &answers.next().unwrap().unwrap(), &["accepted"]);
    let during = site.files();
    let second = site.append(notes[1].note().as_bytes()).exits(4);
    says("the second", &second.err, &["another process is writing this ledger"]);
    assert!(site.files() == during, "the second writer changed something");
    // The index has a lock of its own; the ledger's holds without it.
    let (index, aside) = (site.ledger().join(layout::INDEX), site.path().join("aside"));
    std::fs::rename(&index, &aside).unwrap();
    let second = site.append(notes[1].note().as_bytes()).exits(4);
    says("without the index", &second.err, &["another process is writing this ledger"]);
    std::fs::remove_dir_all(&index).unwrap();
    std::fs::rename(&aside, &index).unwrap();
    assert!(site.files() == during, "the second writer changed something");
    // Reading goes on beside the writer.
    site.accord(&["verify", "--dir", "L"]).exits(0);
    site.accord(&["log", "--dir", "L"]).exits(0);
    // The first goes on, and where it writes to is still the ledger.
    to.write_all(notes[2].note().as_bytes()).unwrap();
    says("the first again", &answers.next().unwrap().unwrap(), &["accepted"]);
    drop(to);
    assert_eq!(first.wait().unwrap().code(), Some(0));
    let again = site.append(text(&notes).as_bytes()).exits(0).records();
    let outcomes: Vec<_> = again.iter().map(|answer| &answer["outcome"]).collect();
    assert_eq!(outcomes, ["repeated", "accepted", "repeated"]);
    site.accord(&["verify", "--dir", "L"]).exits(0);
}

#[test]
fn a_missing_stale_or_broken_index() {
    let mut site = Site::new();
    let notes = notes(&mut site.pen, 5);
    let index = site.ledger().join(layout::INDEX);
    let append = |site: &Site, note: &SignedEvent| {
        let run = site.append(note.note().as_bytes()).exits(0);
        assert_eq!(run.records()[0]["outcome"], "accepted", "{}", run.out);
        // The note appended before is found again, whatever became of the index.
        let again = site.append(notes[0].note().as_bytes()).exits(0);
        assert_eq!(again.records()[0]["outcome"], "repeated", "{}", again.out);
        site.accord(&["verify", "--dir", "L"]).exits(0);
    };
    append_first(&site, &notes[0]);
    let copy = site.path().join("copy");
    let status = Command::new("cp").arg("-a").arg(&index).arg(&copy).status().unwrap();
    assert!(status.success());
    std::fs::remove_dir_all(&index).unwrap();
    append(&site, &notes[1]);
    // An older one in its place.
    std::fs::remove_dir_all(&index).unwrap();
    std::fs::rename(&copy, &index).unwrap();
    append(&site, &notes[2]);
    // Every file of it overwritten.
    for item in std::fs::read_dir(&index).unwrap() {
        let path = item.unwrap().path();
        if path.is_file() {
            let length = std::fs::metadata(&path).unwrap().len();
            std::fs::write(&path, vec![0xa5; usize::try_from(length).unwrap()]).unwrap();
        }
    }
    append(&site, &notes[3]);
    std::fs::remove_dir_all(&index).unwrap();
    std::fs::write(&index, "no directory").unwrap();
    append(&site, &notes[4]);
    site.accord(&["index", "rebuild", "--dir", "L"]).exits(0);
    assert_eq!(Record::open(&site.ledger()).unwrap().size(), 4 + 5);
}

fn append_first(site: &Site, note: &SignedEvent) {
    assert_eq!(site.append(note.note().as_bytes()).exits(0).records()[0]["outcome"], "accepted");
}

#[test]
fn a_newer_format() {
    let mut site = Site::new();
    let note = text(&notes(&mut site.pen, 1));
    let files = site.files();
    let newer = files.with(layout::TAIL, |tail| {
        let version = tail.iter().position(|b| *b == b'\n').unwrap() - 1;
        tail[version] = b'2';
    });
    newer.save(&site.ledger());
    let run = site.append(note.as_bytes()).exits(4);
    says("a newer tail", &run.err, &["accord.tail/v2", "newer"]);
    assert!(site.files() == newer, "something was changed");
    // What was published can still be read; that the tail cannot is said.
    let verified = site.accord(&["verify", "--dir", "L"]).exits(1);
    says("verify", &verified.out, &["tail-malformed", "newer"]);
    files.save(&site.ledger());
    assert_eq!(site.append(note.as_bytes()).exits(0).records()[0]["outcome"], "accepted");
}

#[test]
fn a_newer_rulebook_or_kernel() {
    let mut site = Site::new();
    let note = text(&notes(&mut site.pen, 1));
    let record = Record::open(&site.ledger()).unwrap();
    let entries: Vec<Vec<u8>> =
        (0..record.size()).map(|seq| record.view().entry(seq).unwrap()).collect();
    let (desk, party) = (key("secretariat/desk", 24), key("north/liaison", 23));
    let rulebook = json!({"rulebook": 2});
    let newer = site.pen.event("rules.adopted", "rules/main", rulebook, &[(&desk, "secretariat")]);
    let target = json!({"target": site.pen.id.unwrap()});
    let kernel = site.pen.event("record.sealed", "record/", target, &[(&party, "party")]);
    let origin = site.pen.origin();
    for (what, event) in [("rulebook", newer), ("kernel type", kernel)] {
        let mut links = forge::links(&entries);
        let recorded = event.event().issued.timestamp();
        links.push(forge::Link::new(event.note(), recorded));
        let forged = forge::directory(&forge::chain(&links), &origin, &[&key(&origin, 2)]);
        std::fs::remove_dir_all(site.ledger().join("public")).unwrap();
        forged.save(&site.ledger());
        let before = site.files();
        let run = site.append(note.as_bytes()).exits(4);
        says(what, &run.err, &["newer", "upgrade"]);
        assert!(site.files() == before, "{what}: something was changed");
        let verified = site.accord(&["verify", "--dir", "L"]).exits(0);
        says(what, &verified.out, &["INTEGRITY  holds", "not established"]);
        site.accord(&["verify", "--dir", "L", "--strict"]).exits(1);
        // The next history is read by somebody who has seen none: two of them are a fork.
        std::fs::remove_dir_all(binary::state(site.path())).unwrap();
    }
}

#[test]
fn a_directory_that_is_no_ledger() {
    let site = Site::new();
    std::fs::create_dir(site.path().join("empty")).unwrap();
    for directory in ["empty", "nowhere"] {
        let run = site.accord(&["verify", "--dir", directory]).exits(4);
        says(directory, &run.err, &["no ledger here", "init"]);
        let run = binary::run(site.path(), &["append", "--dir", directory, "-"], b"").exits(4);
        says(directory, &run.err, &["no ledger here"]);
    }
    assert_eq!(std::fs::read_dir(site.path().join("empty")).unwrap().count(), 0);
    let before: Files = site.settled();
    std::fs::remove_file(site.ledger().join(layout::TAIL)).unwrap();
    let run = site.append(b"").exits(4);
    says("no tail", &run.err, &["private/tail", "backup"]);
    before.save(&site.ledger());
    site.unharmed("restored", &before);
}
