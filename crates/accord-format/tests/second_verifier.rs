//! Runs `docs/verify.py` on ledgers made here, sound and damaged, and compares what it finds with
//! the integrity codes of `docs/format.md`. Without Python and its two packages it says so and
//! checks nothing. `ACCORD_PYTHON` names another interpreter than `python3`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests fail loudly, as tests do"
)]

#[path = "example/ledger.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod ledger;

use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::entry::{Entry, Header};
use accord_format::event::SignedEvent;
use accord_format::hash::{EntryHash, NodeHash};
use accord_format::key::NoteSigner;
use accord_format::merkle::{self, leaf_hash};
use accord_format::note::{Note, NoteSignature};
use accord_format::tile::encode_bundle;
use accord_format::time::Timestamp;
use ledger::Example;
use std::path::{Path, PathBuf};
use std::process::Command;

fn python() -> String {
    std::env::var("ACCORD_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn is_there() -> bool {
    has("blake3, nacl", "blake3 and pynacl")
}

fn has(modules: &str, packages: &str) -> bool {
    let import = format!("import {modules}");
    let found = Command::new(python()).args(["-c", &import]).output();
    let there = found.is_ok_and(|o| o.status.success());
    if !there {
        println!("skipped: {} with the packages {packages} is not there", python());
    }
    there
}

/// A directory that goes away with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("accord-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Exit code and problems, as `code seq`.
    fn verify(&self) -> (i32, Vec<String>) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify.py");
        let output = Command::new(python()).arg(script).arg(&self.0).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let mut lines = text.lines();
        let verdict = lines.next_back().unwrap_or_default();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(verdict.starts_with("INTEGRITY "), "{text} {stderr}");
        let problems = lines.map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
            [code, "-", ..] => code.to_owned(),
            [code, seq, ..] => format!("{code} {seq}"),
            _ => panic!("{text}"),
        });
        (output.status.code().unwrap(), problems.collect())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays in the temporary directory.
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Entries on their way into a ledger, which may be wrong.
struct Draft<'a> {
    example: &'a Example,
    entries: Vec<Vec<u8>>,
}

impl<'a> Draft<'a> {
    fn new(example: &'a Example) -> Self {
        Self { example, entries: example.entries.iter().map(Entry::to_bytes).collect() }
    }

    fn last_hash(&self) -> EntryHash {
        accord_format::entry::entry_hash(self.entries.last().unwrap())
    }

    /// A further event by the mission: its text after `change`.
    fn event(&self, number: u8, change: impl Fn(String) -> String) -> String {
        let line = self.example.entries[2].event().text().lines().nth(1).unwrap();
        change(line.replace("000000000003", &format!("0000000001{number:02}")))
    }

    fn header(&self) -> Header {
        let last = Timestamp::parse_micros("2026-03-01T05:00:00.123456Z").unwrap();
        let seq = self.entries.len() as u64;
        let recorded = last.plus_seconds(i64::try_from(seq).unwrap());
        Header { seq, revision: 0, prev: self.last_hash(), recorded }
    }

    fn push(&mut self, header: Header, signed: SignedEvent) {
        self.entries.push(Entry::new(header, signed).to_bytes());
    }

    /// Adds an event as it should be, but for a change of its header and of its text.
    fn add(&mut self, head: impl Fn(Header) -> Header, change: impl Fn(String) -> String) {
        let event = self.event(u8::try_from(self.entries.len()).unwrap(), change);
        let signed = SignedEvent::sign(&event, &[&self.example.mission]).unwrap();
        self.push(head(self.header()), signed);
    }

    fn leaves(&self) -> Vec<NodeHash> {
        self.entries.iter().map(|e| leaf_hash(e)).collect()
    }

    fn checkpoint(&self, key: &NoteSigner) -> String {
        let (size, root) = (self.entries.len() as u64, merkle::root_of(&self.leaves()));
        let head = Checkpoint { origin: self.example.origin(), size, root };
        let signed = head.clone().sign(&[key]).unwrap();
        let second = self.example.second_key.iter().map(|key| key.sign(&head, 9).unwrap());
        signed.with_signatures(&second.collect::<Vec<_>>()).unwrap().to_text()
    }

    fn bundle(&self) -> Vec<u8> {
        encode_bundle(self.entries.iter().map(Vec::as_slice)).unwrap()
    }

    fn tail(&self, note: &str) -> Vec<u8> {
        let (zero, body) = (EntryHash::ZERO, self.bundle());
        let frame = format!("frame 0 {} {} {zero}", self.entries.len(), body.len());
        let covered = format!("checkpoint {} {}", self.entries.len(), note.len());
        let mut tail = b"accord.tail/v1\n".to_vec();
        for (line, body) in
            [(format!("base 0 {zero}"), b"".as_slice()), (frame, &body), (covered, note.as_bytes())]
        {
            let mut hasher = blake3::Hasher::new_derive_key("accord tail v1");
            hasher.update(line.as_bytes()).update(body);
            tail.extend(format!("{line} {}\n", hasher.finalize().to_hex()).into_bytes());
            tail.extend(body);
        }
        tail
    }

    /// The ledger as a directory: all entries in one partial bundle.
    fn write(&self, name: &str) -> Folder {
        let (folder, width) = (Folder::new(name), self.entries.len());
        let note = self.checkpoint(&self.example.checkpoint_key);
        let hashes: Vec<u8> = self.leaves().iter().flat_map(|l| *l.as_bytes()).collect();
        folder.write(&format!("public/tile/entries/000.p/{width}"), &self.bundle());
        folder.write(&format!("public/tile/0/000.p/{width}"), &hashes);
        folder.write("public/checkpoint", note.as_bytes());
        folder.write("private/tail", &self.tail(&note));
        folder
    }

    #[track_caller]
    fn expect(&self, name: &str, problems: &[&str]) {
        assert_eq!(self.write(name).verify(), (1, own(problems)), "{name}");
    }
}

fn own(problems: &[&str]) -> Vec<String> {
    problems.iter().map(|p| (*p).to_owned()).collect()
}

fn same<T>(value: T) -> T {
    value
}

#[test]
fn sound_ledgers_pass() {
    if !is_there() {
        return;
    }
    let example = Example::new();
    let mut draft = Draft::new(&example);
    assert_eq!(draft.checkpoint(&example.checkpoint_key), example.checkpoint().to_text());
    let folder = draft.write("sound");
    assert_eq!(folder.verify(), (0, vec![]));
    std::fs::remove_dir_all(folder.0.join("private")).unwrap();
    assert_eq!(folder.verify(), (0, vec![]), "a copy of the public part");
    for _ in 0..20 {
        draft.add(same, same);
    }
    assert_eq!(draft.write("longer").verify(), (0, vec![]));
}

/// Checkpoints of two keys: either line missing or wrong is found.
#[test]
fn both_signatures_of_a_checkpoint_are_asked_for() {
    if !is_there() || !has("dilithium_py", "dilithium-py") {
        return;
    }
    let example = Example::hybrid();
    let draft = Draft::new(&example);
    let folder = draft.write("hybrid");
    assert_eq!(folder.verify(), (0, vec![]));
    let signed = SignedCheckpoint::parse(draft.checkpoint(&example.checkpoint_key).as_bytes());
    let signed = signed.unwrap();
    let [first, second] = signed.note().signatures() else { panic!("two lines") };
    let spoilt = |line: &NoteSignature, at: usize| {
        let mut line = line.clone();
        line.signature[at] ^= 1;
        line
    };
    let text = signed.note().text();
    for lines in [
        vec![first.clone()],
        vec![second.clone()],
        vec![first.clone(), spoilt(second, 7)],
        vec![first.clone(), spoilt(second, 0)],
        vec![first.clone(), spoilt(second, 2000)],
        vec![spoilt(first, 3), second.clone()],
        vec![first.clone(), second.clone(), spoilt(second, 100)],
    ] {
        let note = Note::new(text, &lines).unwrap().to_text();
        folder.write("public/checkpoint", note.as_bytes());
        assert_eq!(folder.verify(), (1, own(&["checkpoint-signature"])), "{note}");
    }
}

/// A genesis signed anew after a change: what it says of its checkpoint keys does not fit.
#[test]
fn checkpoint_keys_and_suites_belong_together() {
    if !is_there() || !has("dilithium_py", "dilithium-py") {
        return;
    }
    let judged = |example: &Example, change: &dyn Fn(&str) -> String| {
        let line = change(example.entries[0].event().text().lines().nth(1).unwrap());
        let signed = SignedEvent::sign(&line, &[&example.operator, &example.authority]).unwrap();
        let entry = Entry::new(example.entries[0].header, signed);
        Draft { example, entries: vec![entry.to_bytes()] }.write("suites").verify()
    };
    let (plain, hybrid) = (Example::new(), Example::hybrid());
    let suite = r#","ml-dsa-44""#;
    let second = format!(r#"","{}"]"#, hybrid.second_key.as_ref().unwrap().vkey().typed_base64());
    let first = format!(r#"["{}","#, hybrid.checkpoint_key.vkey().typed_base64());
    let invalid = (1, own(&["genesis-invalid 0"]));
    assert_eq!(judged(&plain, &str::to_owned), (0, vec![]));
    assert_eq!(judged(&hybrid, &str::to_owned), (0, vec![]));
    assert_eq!(judged(&hybrid, &|line| line.replace(suite, "")), invalid);
    assert_eq!(judged(&hybrid, &|line| line.replace(&second, r#""]"#)), invalid);
    assert_eq!(judged(&hybrid, &|line| line.replace(&first, "[")), invalid);
    let named = |line: &str| line.replace(r#""rfc6962-sha256""#, r#""rfc6962-sha256","ml-dsa-44""#);
    assert_eq!(judged(&plain, &named), invalid);
}

#[test]
fn wrong_entries_are_named() {
    if !is_there() {
        return;
    }
    let example = Example::new();
    let one = |name: &str,
               problems: &[&str],
               head: &dyn Fn(Header) -> Header,
               change: &dyn Fn(String) -> String| {
        let mut draft = Draft::new(&example);
        draft.add(same, same);
        draft.add(head, change);
        draft.add(same, same);
        draft.expect(name, problems);
    };
    one("seq", &["seq-wrong 4"], &|h| Header { seq: 9, ..h }, &same);
    one("prev", &["prev-wrong 4"], &|h| Header { prev: EntryHash::ZERO, ..h }, &same);
    let earlier = |h: Header| Header { recorded: h.recorded.plus_seconds(-60), ..h };
    one("recorded", &["recorded-decreases 4"], &earlier, &same);
    one("revision", &["revision-wrong 4"], &|h| Header { revision: 1, ..h }, &same);
    let ledger = example.ledger.to_string();
    one("ledger", &["ledger-wrong 4"], &same, &|e| e.replace(&ledger, &"ab".repeat(32)));
    // The author of seq 3 uses its id again, in the stream of this event.
    let repeated = |e: String| e.replacen("000000000104", "000000000103", 1);
    one("id", &["id-repeated 4"], &same, &repeated);

    let mut draft = Draft::new(&example);
    let again = example.entries[2].signed().clone();
    draft.push(Header { revision: 1, ..draft.header() }, again);
    draft.expect("event", &["event-repeated 3"]);

    let mut draft = Draft::new(&example);
    let stranger = NoteSigner::from_seed("mission/field-9", &[9; 32]).unwrap();
    let event = draft.event(9, |e| e.replace(&example.mission.id_string(), &stranger.id_string()));
    let signed = SignedEvent::sign(&event, &[&stranger]).unwrap();
    draft.push(draft.header(), signed);
    draft.expect("signer", &["signer-unknown 3"]);
}

/// Each of these is put right everywhere else: chain, tree and checkpoint are made over it.
#[test]
fn wrong_bytes_are_named() {
    if !is_there() {
        return;
    }
    let example = Example::new();
    let changed = |from: &str, to: &str| {
        let mut draft = Draft::new(&example);
        let text = String::from_utf8(draft.entries.pop().unwrap()).unwrap();
        assert!(text.contains(from), "{from}");
        draft.entries.push(text.replacen(from, to, 1).into_bytes());
        draft
    };
    changed("Two impacts", "Ten impacts").expect("text", &["signature-invalid 2"]);
    for (at, (from, to)) in [
        ("\"seq\":2", "\"seq\": 2"),
        (".123456Z", ".12345Z"),
        ("event/v1", "event/v2"),
        ("\"version\":1", "\"version\":1.0"),
        ("\"version\":1", "\"version\":9007199254740992"),
        ("\"version\":1", "\"version\":1,\"version\":1"),
        ("\"version\":1", "\"version\":1,\"nonce\":1"),
        ("\"precision\":\"minute\"", "\"precision\":\"min\""),
        ("04:30:00Z", "04:00:00Z"),
        ("7000-8000", "4000-8000"),
        ("bridge", "\\u202e"),
        ("bridge", "\\ud800"),
        ("bridge", "\u{7f}"),
        ("{\"text\"", "{\"a\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]],\"text\""),
        ("crater.png", "crater/png"),
        ("\u{2014} mission", "- mission"),
        ("\u{2014} mission/field-3", "\u{2014} mission/field-4"),
    ]
    .into_iter()
    .enumerate()
    {
        changed(from, to).expect(&format!("malformed-{at}"), &["entry-malformed 2"]);
    }
    // A signature line added, one taken away.
    let mut draft = Draft::new(&example);
    let extra = example.operator.sign(example.entries[2].event().text()).to_line();
    draft.entries[2].extend(extra.into_bytes());
    draft.expect("added-line", &["entry-malformed 2"]);
}

#[test]
fn a_wrong_genesis_is_named() {
    if !is_there() {
        return;
    }
    let example = Example::new();
    let mut draft = Draft::new(&example);
    let text = String::from_utf8(draft.entries[0].clone()).unwrap();
    draft.entries[0] = text.replace("\"threshold\":1", "\"threshold\":2").into_bytes();
    draft.expect("genesis", &["genesis-invalid 0", "prev-wrong 1"]);
}

#[test]
fn wrong_files_are_named() {
    if !is_there() {
        return;
    }
    let example = Example::new();
    let draft = Draft::new(&example);
    let note = draft.checkpoint(&example.checkpoint_key);
    let other = NoteSigner::from_seed(&example.origin(), &[77; 32]).unwrap();
    let wrong_root = note.replace("\nazvd", "\nbzvd");
    let bundle = draft.bundle();
    let tail = draft.tail(&note);
    let flipped = |bytes: &[u8], at: usize| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 1;
        bytes
    };
    for (at, (path, bytes, problems)) in [
        ("public/checkpoint", b"x".to_vec(), vec!["checkpoint-malformed"]),
        ("public/checkpoint", draft.checkpoint(&other).into_bytes(), vec!["checkpoint-signature"]),
        (
            "public/checkpoint",
            wrong_root.into_bytes(),
            vec!["checkpoint-root", "checkpoint-signature"],
        ),
        (
            "public/checkpoint",
            note.replace("\n3\n", "\n300\n").into_bytes(),
            vec!["entry-missing 3", "checkpoint-signature", "checkpoint-size"],
        ),
        ("public/witnessed/3", b"x".to_vec(), vec!["checkpoint-malformed"]),
        ("public/tile/0/000.p/3", vec![0; 95], vec!["tile-wrong 0"]),
        (
            "public/tile/0/000.p/2",
            [[0; 32], *draft.leaves()[1].as_bytes()].concat(),
            vec!["tile-wrong 0"],
        ),
        // Beyond the size: a writer may be at work.
        ("public/tile/0/000.p/9", vec![0; 288], vec![]),
        ("public/tile/0/0", vec![], vec!["file-unexpected"]),
        ("public/evidence/ab/ab", vec![], vec!["file-unexpected"]),
        (
            "public/tile/entries/000.p/3",
            bundle[..bundle.len() - 1].to_vec(),
            vec!["bundle-malformed 0"],
        ),
        (
            "public/tile/entries/000.p/3",
            flipped(&bundle, bundle.len() - 5),
            vec!["bundle-malformed 2"],
        ),
        ("private/tail", flipped(&tail, 300), vec!["tail-malformed"]),
        ("private/tail", flipped(&tail, tail.len() - 400), vec!["tail-malformed"]),
        // What a crash leaves behind the last checkpoint record is none of the ledger's.
        ("private/tail", [&tail[..], b"frame 3 1 90"].concat(), vec![]),
        ("private/tail", [&tail[..], &[0; 600]].concat(), vec![]),
    ]
    .into_iter()
    .enumerate()
    {
        let folder = draft.write(&format!("file-{at}"));
        folder.write(path, &bytes);
        let found = folder.verify();
        assert_eq!(found, (i32::from(!problems.is_empty()), own(&problems)), "{at} {path}");
    }
    for (path, problems) in [
        ("public/checkpoint", ["checkpoint-malformed"]),
        ("public/tile/0/000.p/3", ["tile-missing 0"]),
        ("public/tile/entries/000.p/3", ["entry-missing 0"]),
        ("private/tail", ["tail-malformed"]),
    ] {
        let folder = draft.write("removed");
        std::fs::remove_file(folder.0.join(path)).unwrap();
        assert_eq!(folder.verify(), (1, own(&problems)), "{path}");
    }
}
