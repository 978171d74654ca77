//! What the operator tries, with its own keys and software of its own making.

use super::cast::{Federation, wait_for, witness};
use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::merkle::{consistency_proof, leaf_hash, root_of};
use accord_format::note::NoteSignature;
use accord_format::time::Timestamp;
use accord_format::witnessing::AddCheckpoint;
use accord_tests::ahead;
use accord_tests::binary::{self, Run, state};
use accord_tests::forge::{self, Link};
use accord_tests::site::{copy, says};
use accord_witness::http::{Ask, Limits, Response, Tls, Url, exchange};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

impl Federation {
    /// A directory as the operator would make it of other entries, signed with its own key.
    fn forged(&self, name: &str, entries: &[Vec<u8>]) -> PathBuf {
        let origin = self.published().checkpoint().origin.clone();
        let directory = self.path(name);
        forge::directory(entries, &origin, &[&self.checkpoint_key()]).save(&directory);
        directory
    }

    /// Asks a witness to cosign the first `size` of these entries, after the first `old`.
    fn submit(&self, n: usize, entries: &[Vec<u8>], old: usize, size: usize) -> Response {
        let leaves: Vec<_> = entries[..size].iter().map(|e| leaf_hash(e)).collect();
        let Ok(proof) = consistency_proof(leaves.as_slice(), old as u64, size as u64);
        let origin = self.published().checkpoint().origin.clone();
        let head = Checkpoint { origin, size: size as u64, root: root_of(&leaves) };
        let checkpoint = head.sign(&[&self.checkpoint_key()]).unwrap();
        let body = AddCheckpoint { old: old as u64, proof, checkpoint }.to_text().into_bytes();
        let limits = Limits { time: Duration::from_mins(1), answer_bytes: 1 << 20 };
        let url: Url = self.witnesses[n].url.parse().unwrap();
        exchange(&url.join("add-checkpoint").unwrap(), Ask::Post(body), &Tls::system(), limits)
            .unwrap()
    }
}

/// Somebody who reads the ledger and remembers it, on a machine of their own.
struct Reader(TempDir);

impl Reader {
    fn of(f: &Federation) -> Self {
        let reader = Self(tempfile::tempdir().unwrap());
        reader.reads(f, "L", &["verify"]).exits(0);
        reader
    }

    fn reads(&self, f: &Federation, name: &str, args: &[&str]) -> Run {
        let path = f.path(name);
        let place = ["--dir", path.to_str().unwrap(), "--ledger", &f.id];
        binary::run(self.0.path(), &[args, &place].concat(), b"")
    }

    fn evidence(&self) -> Vec<PathBuf> {
        files(&state(self.0.path()).join("evidence"))
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let Ok(items) = std::fs::read_dir(directory) else { return Vec::new() };
    items.map(|item| item.unwrap().path()).collect()
}

fn with_end(directory: &Path, end: &str) -> Vec<PathBuf> {
    let mut files = files(directory);
    files.retain(|path| path.to_str().unwrap().ends_with(end));
    files
}

fn codes(report: &Value, of: &Value) -> Vec<String> {
    assert!(of.is_array(), "{report:#}");
    of.as_array().unwrap().iter().map(|p| p["code"].as_str().unwrap().to_owned()).collect()
}

/// The history with one entry recorded a moment later, and all after it chained anew.
fn other_history(entries: &[Vec<u8>], at: usize) -> Vec<Vec<u8>> {
    let mut links = forge::links(entries);
    let later = Timestamp::from_micros(links[at].recorded.micros() + 1);
    for link in &mut links[at..] {
        link.recorded = link.recorded.max(later);
    }
    forge::chain(&links)
}

#[test]
fn the_operator_forks() {
    let f = Federation::new();
    f.enrol("east");
    f.publish();
    f.mirrored(0);
    f.mirrored(1);
    let reader = Reader::of(&f);
    let size = f.entries().len();
    f.enrol("west");
    let honest = f.entries();
    let fork = other_history(&honest, size - 1);
    let forged = f.forged("forged", &fork);
    // By itself it is whole, but for the witnesses, none of whom takes it, at any size.
    let report = f.verify("forged", &["--policy", "policy"], 1);
    assert_eq!(report["integrity"], "holds");
    assert_eq!(codes(&report, &report["witnesses"]["problems"])[..1], ["checkpoint-quorum"]);
    for n in 0..5 {
        let same = f.submit(n, &fork, size, size);
        assert_eq!(same.status, 422, "{}", same.excerpt());
        let longer = f.submit(n, &fork, size, size + 1);
        assert_eq!(longer.status, 422, "{}", longer.excerpt());
        wait_for("evidence is kept", || f.witnesses[n].said("evidence-kept").len() == 2);
    }
    // The mirror that it is shown to keeps a proof, and follows no more.
    f.show(1, &forged);
    wait_for("the mirror sees it", || !f.mirrors[1].said("fork").is_empty());
    let proofs = with_end(&f.path("m1/mirror/evidence"), ".fraud");
    assert_eq!(proofs.len(), 1);
    says(&f.convinces(&proofs[0]), &["VALID", "FORK", &f.checkpoint_key().vkey().id_string()]);
    f.accord(&["mirror", "status", "--dir", "m1"], 1);
    // So does a reader who remembers what it read.
    says(&reader.reads(&f, "forged", &["log"]).exits(1).err, &["FORK"]);
    says(&f.convinces(&reader.evidence()[0]), &["VALID", "FORK"]);
    // What a witness kept makes one beside any copy of the ledger.
    let logs = files(&f.path("w0.state/logs"));
    let kept = with_end(&logs[0].join("evidence"), ".submitted");
    assert_eq!(kept.len(), 2);
    f.publish();
    for submitted in kept {
        let auditor = Reader::of(&f);
        let against = ["verify", "--against", submitted.to_str().unwrap()];
        says(&auditor.reads(&f, "L", &against).exits(1).out, &["history-rewritten"]);
        says(&f.convinces(&auditor.evidence()[0]), &["VALID", "FORK"]);
    }
    // The twin: the true one goes on, and nobody minds.
    f.mirrored(0);
    assert_eq!(f.mirrors[0].said("fork"), Vec::<Value>::new());
    reader.reads(&f, "L", &["verify", "--strict"]).exits(0);
}

#[test]
fn the_operator_rolls_back() {
    let f = Federation::new();
    copy(&f.path("L"), &f.path("backup"));
    f.enrol("east");
    f.publish();
    f.mirrored(0);
    let reader = Reader::of(&f);
    let newest = reader.0.path().join("newest");
    std::fs::write(&newest, f.published().to_text()).unwrap();
    // The old copy is whole, cosigned by a quorum, and not the newest.
    f.verify("backup", &["--policy", "policy"], 0);
    f.show(0, &f.path("backup"));
    wait_for("the mirror sees it", || !f.mirrors[0].said("stale").is_empty());
    let held = std::fs::read(f.path("m0/public/checkpoint")).unwrap();
    let held = SignedCheckpoint::parse(&held).unwrap();
    assert_eq!(held.checkpoint(), f.published().checkpoint());
    says(&reader.reads(&f, "backup", &["log", "--strict"]).exits(1).err, &["stale"]);
    let against = ["verify", "--against", newest.to_str().unwrap()];
    says(&reader.reads(&f, "backup", &against).exits(1).out, &["tail-cut"]);
    let evidence = reader.evidence();
    assert_eq!(evidence.len(), 1);
    says(&f.convinces(&evidence[0]), &["VALID", "ROLLBACK"]);
    // Whoever goes on from it is told by the witnesses, also in good faith.
    let asked = ["checkpoint", "anchor", "--dir", "backup", "--no-pin"];
    let refused = binary::run(f.path("").as_path(), &asked, b"").exits(1);
    says(&refused.err, &["restored perhaps from a backup"]);
    let old = f.entries().len() - 1;
    for n in 0..5 {
        assert_eq!(f.submit(n, &f.entries(), old, old).status, 409);
    }
    // The twin.
    f.push(0);
    wait_for("it is the newest again", || !f.mirrors[0].said("unchanged").is_empty());
    reader.reads(&f, "L", &[against[0], "--strict", against[1], against[2]]).exits(0);
}

#[test]
fn the_operator_withholds() {
    let f = Federation::new();
    f.enrol("east");
    assert_eq!(f.cosign(0)["published"], true);
    let receipt = f.accord(&["prove", "2", "--dir", "L"], 0).out;
    let size = f.size();
    // The head is shown, and its bundle is not.
    copy(&f.path("L"), &f.path("part"));
    std::fs::remove_file(f.path(&format!("part/public/tile/entries/000.p/{size}"))).unwrap();
    f.show(0, &f.path("part"));
    let told = || f.mirrors[0].said("bundle-missing");
    wait_for("the mirror sees it", || !told().is_empty());
    assert_eq!(told()[0]["shown"], size);
    f.accord(&["mirror", "status", "--dir", "m0"], 1);
    let signed = with_end(&f.path("m0/mirror/evidence"), ".checkpoint");
    // What can be proved is that so many entries were signed.
    let judge = tempfile::tempdir().unwrap();
    std::fs::copy(&signed[0], judge.path().join("file")).unwrap();
    let vkey = f.checkpoint_key().vkey().to_string();
    let run = binary::run(judge.path(), &["check", "file", "--vkey", &vkey], b"").exits(0);
    says(&run.out, &["VALID", &format!("has {size} entries")]);
    // An entry that was taken in, and is left out of what is shown: its author has the receipt.
    let file = f.path("receipt");
    std::fs::write(&file, receipt).unwrap();
    let mut links = forge::links(&f.entries());
    links.remove(2);
    f.forged("without", &forge::chain(&links));
    let author = Reader(tempfile::tempdir().unwrap());
    let against = ["verify", "--against", file.to_str().unwrap()];
    author.reads(&f, "without", &against).exits(1);
    says(&f.convinces(&author.evidence()[0]), &["VALID", "ROLLBACK"]);
    // The twin.
    f.push(0);
    f.mirrored(0);
    author.reads(&f, "L", &against).exits(0);
}

/// The head that waits, and what a quorum signs so many seconds from now.
fn cosigned_in(f: &Federation, seconds: u64) -> (SignedCheckpoint, Vec<NoteSignature>) {
    let note = f.accord(&["checkpoint", "export", "--note", "--dir", "L"], 0).out;
    let pending = SignedCheckpoint::parse(note.as_bytes()).unwrap();
    let then = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + seconds;
    let lines = [0, 2, 3].map(|n| witness(n).cosign(pending.checkpoint(), then).unwrap());
    (pending, lines.into())
}

#[test]
fn the_operator_back_dates() {
    let f = Federation::new();
    f.accord(&["checkpoint", "anchor", "--dir", "L"], 0);
    f.enrol("east");
    f.publish();
    f.mirrored(0);
    let honest = f.entries();
    assert_eq!(f.verify("L", &[], 0)["witnesses"]["verdict"], "holds");
    // At the end, with a time of before: no clock of a ledger goes back.
    let mut links = forge::links(&honest);
    links.last_mut().unwrap().recorded = links[0].recorded;
    f.forged("decreasing", &forge::chain(&links));
    let report = f.verify("decreasing", &[], 1);
    assert!(codes(&report, &report["problems"]).contains(&"recorded-decreases".to_owned()));
    // Among the others, where a quorum has seen that it was not.
    let mut links = forge::links(&honest);
    let moved: Link = links.pop().unwrap();
    links.insert(2, Link { recorded: links[2].recorded, ..moved });
    let inserted = forge::chain(&links);
    for n in 0..5 {
        assert_eq!(f.submit(n, &inserted, honest.len(), honest.len()).status, 422);
    }
    // Two hours pass for the witnesses, and the operator's clock stands still.
    f.enrol("west");
    let (pending, cosigned) = cosigned_in(&f, 7_200);
    let text: String = cosigned.iter().map(NoteSignature::to_line).collect();
    std::fs::write(f.path("lines"), text).unwrap();
    // An honest tool says that one of the clocks is wrong.
    let taken = f.json(&["checkpoint", "cosign", "--dir", "L", "--from", "lines"], 1);
    assert_eq!(taken["rejected"].as_array().unwrap().len(), 3, "{taken}");
    says(&taken.to_string(), &["seconds from now, where clocks may differ by 300"]);
    assert!(ahead::take_in(&f.path("L"), &pending, cosigned));
    f.verify("L", &[], 0);
    f.accord(&["checkpoint", "anchor", "--dir", "L"], 0);
    let anchor = f.size() - 1;
    f.enrol("valley");
    let (pending, cosigned) = cosigned_in(&f, 7_260);
    assert!(ahead::take_in(&f.path("L"), &pending, cosigned));
    f.push(0);
    f.mirrored(0);
    // Whoever has a copy sees it, and can show it by the entry and the anchor before it.
    let copy = f.stranger(0);
    let report = f.verify(&copy, &[], 1);
    assert_eq!(
        (&report["integrity"], &report["witnesses"]["verdict"]),
        (&"holds".into(), &"FAILS".into())
    );
    let found = &report["witnesses"]["problems"];
    assert_eq!(codes(&report, found), ["recorded-early"]);
    assert_eq!(found[0]["seq"], anchor);
    let kept = report["evidence"].as_array().unwrap();
    let [file] = &kept[..] else { panic!("{report}") };
    let shown = f.convinces(Path::new(file.as_str().unwrap()));
    says(&shown, &["VALID", "BACK-DATED", &format!("entry {anchor} was recorded at")]);
    let held = ["check", file.as_str().unwrap(), "--ledger", &f.id, "--dir", &copy];
    says(&f.accord(&held, 0).out, &["VALID", &format!("The record in {copy} says the same")]);
}
