//! A ledger under its own witness policies, judged by both verifiers: quorums through a change of the
//! policy, what is wrong with cosignatures, and entries outside the times that witnesses vouch for.

use super::on_all_cores;
use super::python::{python, script};
use accord_charter::Charter;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::hash::LedgerId;
use accord_format::head::Head;
use accord_format::misdated::Misdated;
use accord_ledger::{Record, evidence, verify};
use accord_tests::ahead;
use accord_tests::binary::{Run, run};
use accord_tests::charter::of_one_party;
use accord_tests::files::Files;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Four witnesses; the third signs with ML-DSA-44.
fn witness(n: u8) -> CosignerSigner {
    let algorithm = if n == 3 { Algorithm::MlDsa44 } else { Algorithm::Ed25519 };
    CosignerSigner::from_seed(&format!("witness.example/w{n}"), algorithm, &[n; 32]).unwrap()
}

/// A ledger on its operator's machine, whose witnesses are on no network.
struct Site(TempDir);

impl Site {
    fn new() -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        let name = ["init", "--dir", "L", "--name", "ledger.example/witnesses", "--no-encrypt"];
        let seat = ["--new-authority", "authority-a/seat", "--keys", "keys", "--parties", "1"];
        site.accord(&[&name[..], &seat].concat());
        site
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn accord(&self, args: &[&str]) -> Run {
        run(self.path(), args, b"").exits(0)
    }

    fn set_policy(&self, of: &[u8], rule: &str) {
        let line = |n: &u8| format!("witness w{n} {}\n", witness(*n).vkey());
        let lines: String = of.iter().map(line).collect();
        std::fs::write(self.path().join("policy"), lines + rule).unwrap();
        let payload = self.accord(&["checkpoint", "policy", "policy"]).out;
        let what = ["append", "--dir", "L", "--type", "ledger.witness_policy_changed", "--unasked"];
        let key = ["--payload", &payload, "--key", "keys/authority-a-seat.key"];
        self.accord(&[&what[..], &key].concat());
    }

    fn enrol(&self, code: &str) {
        let key = format!("{code}.key");
        self.accord(&["key", "new", &format!("{code}/d"), "--no-encrypt", "--out", &key]);
        let who = ["enrol", "--dir", "L", "--key", "keys/authority-a-seat.key", "--unasked"];
        let what = ["--name", "A body", "--role", "observer", "--key-file", &key];
        self.accord(&[&who[..], &what].concat());
    }

    /// Hands in what these witnesses sign so many seconds from now.
    fn cosign(&self, by: &[(u8, u64)], published: bool) {
        let note = self.accord(&["checkpoint", "export", "--note", "--dir", "L"]).out;
        let note = SignedCheckpoint::parse(note.as_bytes()).unwrap();
        let line =
            |(n, later): &(u8, u64)| witness(*n).cosign(note.checkpoint(), now() + later).unwrap();
        let lines = by.iter().map(line).collect();
        assert_eq!(ahead::take_in(&self.path().join("L"), &note, lines), published);
    }

    fn anchor(&self) {
        self.accord(&["checkpoint", "anchor", "--dir", "L", "--unasked"]);
    }

    /// A party, and the charter that it adopts.
    fn adopt(&self, charter: &Charter) {
        self.accord(&["key", "new", "north/desk", "--no-encrypt", "--out", "north.key"]);
        let who = ["enrol", "--dir", "L", "--key", "keys/authority-a-seat.key", "--unasked"];
        let what = ["--name", "North", "--role", "party", "--key-file", "north.key"];
        self.accord(&[&who[..], &what].concat());
        let payload = serde_json::json!({"charter": charter}).to_string();
        let by = ["--dir", "L", "--key", "north.key", "--unasked", "--json"];
        let propose = ["append", "--type", "charter.proposed", "--payload", &payload];
        let proposed = self.accord(&[&propose[..], &by].concat()).out;
        let proposed: serde_json::Value = serde_json::from_str(&proposed).unwrap();
        let shown = ["show", &proposed["seq"].to_string(), "--dir", "L", "--json"];
        let shown: serde_json::Value = serde_json::from_str(&self.accord(&shown).out).unwrap();
        let stream = shown["stream"].as_str().unwrap();
        let adopt = ["append", "--type", "charter.adopted", "--payload", "{}", "--stream", stream];
        self.accord(&[&adopt[..], &by].concat());
    }

    fn files(&self) -> Files {
        Files::load(&self.path().join("L"))
    }
}

/// Directories with what was done to them.
fn directories() -> Vec<(String, Files)> {
    let site = Site::new();
    let mut all = vec![("nobody is asked".to_owned(), site.files())];
    site.set_policy(&[1, 2, 3], "group g 2 w1 w2 w3\nquorum g\n");
    all.push(("a policy, and nothing cosigned".to_owned(), site.files()));
    site.cosign(&[(1, 0), (3, 0)], true);
    all.push(("a quorum".to_owned(), site.files()));
    site.anchor();
    site.enrol("east");
    site.cosign(&[(1, 0)], false);
    all.push(("waiting".to_owned(), site.files()));
    site.cosign(&[(2, 0)], true);
    site.set_policy(&[2, 3, 4], "group g all w2 w3 w4\nquorum g\n");
    site.cosign(&[(2, 0), (3, 0)], false);
    // The old policy and the new.
    site.cosign(&[(4, 0)], true);
    site.anchor();
    site.enrol("west");
    site.cosign(&[(2, 0), (3, 0), (4, 0)], true);
    let honest = site.files();
    all.push(("two policies".to_owned(), honest.clone()));
    all.extend(damaged(&honest));
    // Two hours pass for the witnesses, and the operator's clock stands still.
    site.enrol("north");
    site.cosign(&[(2, 7_200), (3, 7_200), (4, 7_200)], true);
    all.push(("cosigned in two hours".to_owned(), site.files()));
    site.anchor();
    site.enrol("south");
    site.cosign(&[(2, 7_300), (3, 7_300), (4, 7_300)], true);
    all.push(("back-dated".to_owned(), site.files()));
    all.extend(seldom_anchored());
    // Witnesses that had seen it long before it was recorded.
    let late = Site::new();
    late.set_policy(&[1, 2], "group g all w1 w2\nquorum g\n");
    let mut early = late.files();
    let note = SignedCheckpoint::parse(early.get("public/checkpoint.pending")).unwrap();
    let line = |n: u8| witness(n).cosign(note.checkpoint(), now() - 7_200).unwrap();
    let cosigned = note.with_signatures(&[line(1), line(2)]).unwrap().to_text();
    let name = format!("public/witnessed/{}", note.checkpoint().size);
    early.put("public/checkpoint", cosigned.clone().into_bytes());
    early.put(&name, cosigned.into_bytes());
    early.remove("public/checkpoint.pending");
    all.push(("seen before it was".to_owned(), early));
    all
}

/// Under a charter that says how often, anchored in time, and never again.
fn seldom_anchored() -> Vec<(String, Files)> {
    let site = Site::new();
    site.set_policy(&[1, 2], "group g all w1 w2\nquorum g\n");
    site.adopt(&of_one_party("50m", ("anchoring", "1h", "cosigned")));
    let mut all = Vec::new();
    let cosigned = |later: u64| {
        site.cosign(&[(1, later), (2, later)], true);
        site.files()
    };
    all.push(("in time".to_owned(), cosigned(60)));
    site.anchor();
    site.enrol("east");
    // By an hour, and by as much as clocks may differ; the operator's stands still.
    all.push(("still in time".to_owned(), cosigned(6_500)));
    all.push(("too late".to_owned(), cosigned(6_800)));
    site.anchor();
    all.push(("anchored too late".to_owned(), site.files()));
    all
}

/// The notes of a directory, each with something wrong.
fn damaged(honest: &Files) -> Vec<(String, Files)> {
    let mut all = Vec::new();
    let notes = honest.paths().filter(|path| path.contains("public/witnessed/"));
    let notes: Vec<String> =
        notes.map(str::to_owned).chain(["public/checkpoint".to_owned()]).collect();
    for path in &notes {
        let text = String::from_utf8(honest.get(path).to_vec()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for at in 4..lines.len() {
            let name = lines[at].split(' ').nth(1).unwrap();
            let without: Vec<&str> =
                lines.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, line)| *line).collect();
            let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            // Within the signature, behind key id and time.
            let flip = lines[at].len() - 20;
            let other = if &lines[at][flip..=flip] == "A" { "B" } else { "A" };
            changed[at].replace_range(flip..=flip, other);
            for (what, text) in [("without", without.join("\n")), ("false", changed.join("\n"))] {
                let mut files = honest.clone();
                files.put(path, (text + "\n").into_bytes());
                all.push((format!("{path}: {what} {name}"), files));
            }
        }
        if path != "public/checkpoint" {
            for name in ["1", "01", "x"] {
                let mut files = honest.clone();
                files.put(&format!("public/witnessed/{name}"), honest.get(path).to_vec());
                all.push((format!("{path} as {name}"), files));
            }
            all.push((format!("{path} deleted"), honest.without(path)));
        }
    }
    // A head that waits, of which a line is false.
    let last = notes[0].clone();
    let text = String::from_utf8(honest.get(&last).to_vec()).unwrap();
    let mut files = honest.clone();
    let flip = text.len() - 20;
    let other = if &text[flip..=flip] == "A" { "B" } else { "A" };
    files.put("public/checkpoint.pending", {
        let mut text = text;
        text.replace_range(flip..=flip, other);
        text.into_bytes()
    });
    all.push(("a false line on what waits".to_owned(), files));
    all
}

type Found = Vec<(String, Option<u64>)>;

/// What is said, and makes no verdict.
const NOTED: &str = "anchor-overdue";

fn first(files: &Files) -> (Found, bool) {
    let report = verify::verify(&files.reader().unwrap(), verify::Options::default(), &mut ()).0;
    let all = report.problems.iter().chain(&report.witnessing.problems);
    let mut found: Found = all.map(|p| (p.code.to_owned(), p.seq)).collect();
    let unanchored = report.witnessing.unanchored.iter().map(|_| (NOTED.to_owned(), None));
    found.extend(unanchored);
    found.sort_unstable();
    found.dedup();
    (found, report.witnessing.judged || !report.witnessing.problems.is_empty())
}

fn second(python: &str, files: &Files) -> (Found, bool) {
    let directory = tempfile::tempdir().unwrap();
    files.save(directory.path());
    let output = Command::new(python).arg(script()).arg(directory.path()).output().unwrap();
    let (text, error) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("INTEGRITY "), "{text}{error}");
    let lines = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    let mut found: Found = lines
        .map(|line| {
            let mut words = line.split(' ');
            let (code, seq) = (words.next().unwrap(), words.next().unwrap());
            (code.to_owned(), (seq != "-").then(|| seq.parse().unwrap()))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(output.status.code(), Some(i32::from(!found.is_empty())), "{text}{error}");
    if text.lines().any(|line| line.starts_with(&format!("NOTE {NOTED}: "))) {
        found.push((NOTED.to_owned(), None));
        found.sort_unstable();
    }
    (found, text.contains("\nWITNESSES ") || text.starts_with("WITNESSES "))
}

#[test]
fn both_verifiers_judge_a_ledgers_own_policies_alike() {
    let cases = directories();
    let codes: std::collections::BTreeSet<String> =
        cases.iter().flat_map(|(_, files)| first(files).0).map(|(code, _)| code).collect();
    let expected = [
        "anchor-overdue",
        "checkpoint-quorum",
        "cosignature-invalid",
        "recorded-early",
        "recorded-late",
        "witnessed-name",
    ];
    for code in expected {
        assert!(codes.contains(code), "no case has {code}: {codes:?}");
    }
    // One of the witnesses signs with ML-DSA-44: what is signed here in Rust, `dilithium-py` checks.
    let quantum = |python: String| {
        let import = Command::new(&python).args(["-c", "import dilithium_py"]).status();
        let there = import.is_ok_and(|status| status.success());
        if there { Ok(python) } else { Err("it has no dilithium-py".to_owned()) }
    };
    let python = match python().and_then(quantum) {
        Ok(python) => python,
        Err(why) => {
            println!("SKIPPED: no Python with what docs/verify.py needs: {why}");
            return;
        }
    };
    let count = on_all_cores(&cases, |(what, files)| {
        let (ours, theirs) = (first(files), second(&python, files));
        if ours == theirs {
            Ok(())
        } else {
            Err(format!("{what}: Rust {ours:?}, Python {theirs:?}"))
        }
    });
    println!("{count} directories under witness policies judged by both");
}

/// A file can leave out the policy that took a witness off; the record does not.
#[test]
fn a_retired_witness_frames_nobody_before_the_record() {
    let site = Site::new();
    site.set_policy(&[1], "quorum w1\n");
    let first = Record::open(&site.path().join("L")).unwrap().size() - 1;
    site.cosign(&[(1, 0)], true);
    site.set_policy(&[2], "quorum w2\n");
    site.cosign(&[(1, 0), (2, 0)], true);
    let record = Record::open(&site.path().join("L")).unwrap();
    let (kernel, published) = (record.kernel(None).unwrap(), record.published().unwrap().unwrap());
    let proven = |seq| record.bundle(&kernel, seq, &published).unwrap();
    let subject = record.size() - 1;
    let mut keys = proven(subject).keys;
    keys.extend([proven(first).subject, proven(subject).subject]);
    // The subject is itself the change of the policy: it says so, and another is made of it.
    let framed = Misdated::new(first, Head { checkpoint: long_ago(&published), keys });
    assert!(evidence::misdated(&framed.unwrap().to_bytes(), &id(&kernel)).is_err());
    let mut keys = proven(subject).keys;
    keys.push(proven(first).subject);
    let framed = Misdated::new(first, Head { checkpoint: long_ago(&published), keys }).unwrap();
    std::fs::write(site.path().join("framed"), framed.to_bytes()).unwrap();
    let id = id(&kernel).to_string();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::copy(site.path().join("framed"), elsewhere.path().join("framed")).unwrap();
    let alone = run(elsewhere.path(), &["check", "framed", "--ledger", &id], b"").exits(0).out;
    let caveat = "What a file cannot show is that no later policy was left out of it";
    assert!(alone.contains("POST-DATED") && alone.contains(caveat), "{alone}");
    assert!(alone.contains(&format!("the policy that entry {first} set")), "{alone}");
    let held = ["check", "framed", "--ledger", &id, "--dir", "L"];
    let held = run(site.path(), &held, b"").exits(1).out;
    assert!(held.contains("NOT VALID") && held.contains("leaves out"), "{held}");
}

fn id(kernel: &accord_ledger::kernel::Kernel) -> LedgerId {
    kernel.ledger().unwrap()
}

/// The same checkpoint under the first witness alone, who dates it back by a year.
fn long_ago(note: &SignedCheckpoint) -> SignedCheckpoint {
    let text = note.to_text();
    let own: Vec<&str> = text.lines().filter(|line| !line.contains("witness.example/")).collect();
    let own = SignedCheckpoint::parse((own.join("\n") + "\n").as_bytes()).unwrap();
    let line = witness(1).cosign(own.checkpoint(), now() - 31_536_000).unwrap();
    own.with_signatures(&[line]).unwrap()
}
