//! Policies that somebody brings along, judged by both verifiers: what is a policy, whether the
//! published checkpoint meets it, and by cosignatures how old.

use super::python::{python, script};
use super::{on_all_cores, small};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::key::NoteSigner;
use accord_format::note::NoteSignature;
use accord_format::policy::Policy;
use accord_format::time::Timestamp;
use accord_ledger::verify::{self, Demand};
use accord_tests::files::Files;
use accord_tests::forge;
use accord_tests::world::key;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// A policy, what is published, and how old the quorum's word may be.
struct Case {
    what: String,
    policy: Vec<u8>,
    note: String,
    limit: Option<u64>,
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Four witnesses; the last signs with ML-DSA-44.
fn witnesses() -> Vec<CosignerSigner> {
    let signer = |n: u8| {
        let algorithm = if n == 4 { Algorithm::MlDsa44 } else { Algorithm::Ed25519 };
        CosignerSigner::from_seed(&format!("witness.example/w{n}"), algorithm, &[n; 32]).unwrap()
    };
    (1..=4).map(signer).collect()
}

/// A ledger of five entries, and the key that signs its checkpoints.
fn ledger() -> (Files, NoteSigner) {
    let world = small();
    let key = key(&world.origin, 2);
    (forge::directory(&world.entries[..5], &world.origin, &[&key]), key)
}

fn published(files: &Files) -> SignedCheckpoint {
    SignedCheckpoint::parse(files.get("public/checkpoint")).unwrap()
}

/// The note with lines of these witnesses, each so many seconds ago; nothing for a time unsaid.
fn cosigned(by: &[(usize, Option<i64>)]) -> String {
    let (files, _) = ledger();
    let note = published(&files);
    let line = |(n, ago): &(usize, Option<i64>)| {
        let time = ago.map_or(0, |ago| now().saturating_add_signed(-ago));
        witnesses()[*n - 1].cosign(note.checkpoint(), time).unwrap()
    };
    let lines: Vec<NoteSignature> = by.iter().map(line).collect();
    note.with_signatures(&lines).unwrap().to_text()
}

fn policy(rule: &str) -> String {
    let line = |(n, signer): (usize, &CosignerSigner)| {
        let url = if n == 1 { " https://w1.example/" } else { "" };
        format!("witness w{n} {}{url}\n", signer.vkey())
    };
    let lines: String = (1..).zip(&witnesses()).map(line).collect();
    format!("# who may speak\n{lines}{rule}")
}

fn quorums() -> Vec<Case> {
    let nested = "group a 2 w1 w2\ngroup b any w3 w4\ngroup g all a b\nquorum g\n";
    let rules = ["quorum none\n", "quorum w1\n", "group g 2 w1 w2 w4\nquorum g\n", nested];
    let by: [&[(usize, Option<i64>)]; 9] = [
        &[],
        &[(1, Some(10))],
        &[(1, Some(7200)), (2, Some(10))],
        &[(1, Some(10)), (2, Some(7200)), (4, Some(20))],
        &[(1, None), (2, Some(10)), (3, Some(9))],
        // One witness twice, and an hour that is long past.
        &[(1, Some(90_000)), (1, Some(5)), (2, Some(5)), (3, Some(5))],
        &[(4, Some(30)), (1, Some(30))],
        &[],
        // A day that is yet to come.
        &[(1, Some(-86_400)), (2, Some(-86_400)), (3, Some(-86_400)), (4, Some(-86_400))],
    ];
    let mut all = Vec::new();
    for rule in rules {
        for (n, by) in by.iter().enumerate() {
            let limit = (n % 2 == 0).then_some(3600);
            let what = format!("{rule:?} cosigned by {by:?}, {limit:?}");
            all.push(Case { what, policy: policy(rule).into(), note: cosigned(by), limit });
        }
    }
    all
}

/// Lines under names and ids of keys that are not theirs, and logs.
fn lines() -> Vec<Case> {
    let (files, log) = ledger();
    let note = published(&files);
    let honest = cosigned(&[(1, Some(10)), (4, Some(10))]);
    let mut all = Vec::new();
    let mut push = |what: &str, policy: String, note: String| {
        all.push(Case { what: what.to_owned(), policy: policy.into(), note, limit: None });
    };
    for (n, algorithm) in [(0, "Ed25519"), (3, "ML-DSA-44")] {
        let mut line = witnesses()[n].cosign(note.checkpoint(), now()).unwrap();
        line.signature[20] ^= 1;
        let both = SignedCheckpoint::parse(honest.as_bytes()).unwrap();
        let text = both.with_signatures(std::slice::from_ref(&line)).unwrap().to_text();
        push(&format!("a false line beside, {algorithm}"), policy("quorum w1\n"), text);
        let text = note.with_signatures(&[line.clone()]).unwrap().to_text();
        push(&format!("a false line alone, {algorithm}"), policy("quorum none\n"), text);
        line.signature.truncate(7);
        let text = note.with_signatures(&[line.clone()]).unwrap().to_text();
        push(&format!("a short line, {algorithm}"), policy("quorum none\n"), text);
    }
    // A time that is none, and a signature that is good for it.
    let time: u64 = 1 << 63;
    let text = format!("cosignature/v1\ntime {time}\n{}", note.checkpoint().to_text());
    let mut line = witnesses()[0].cosign(note.checkpoint(), now()).unwrap();
    line.signature = time.to_be_bytes().to_vec();
    line.signature.extend(key("witness.example/w1", 1).sign(&text).signature);
    let text = note.with_signatures(&[line]).unwrap().to_text();
    push("a time beyond all", policy("quorum w1\n"), text);
    let own = format!("log {} https://log.example\n", log.vkey());
    let other = format!("log {}\n", key("other.example/log", 9).vkey());
    let rotated = format!("log {}\n", key(&small().origin, 3).vkey());
    for (what, logs) in [
        ("its log", own.clone()),
        ("another log", other.clone()),
        ("both", other + &own),
        ("a key not in force", rotated),
    ] {
        push(what, logs + &policy("quorum w1\n"), honest.clone());
    }
    all
}

/// What is a policy, and what is none.
fn texts() -> Vec<Case> {
    let keys: Vec<String> = witnesses().iter().map(|w| w.vkey().to_string()).collect();
    let group = "group g 1 w1 w2\n";
    let mut texts: Vec<(String, Vec<u8>)> = [
        "",
        "\n",
        "quorum none",
        "quorum\n",
        "quorum none none\n",
        "quorum none\nquorum none\n",
        "quorum w5\n",
        "quorum  w1\t\n",
        "\t quorum w1\n",
        "quorum none # so\n",
        "  # so\nquorum none\n",
        "Quorum none\n",
        "quorum none\r\n",
        "quorum none\x0c\n",
        "witness\nquorum none\n",
        "group g 0 w1\nquorum g\n",
        "group g 3 w1 w2\nquorum g\n",
        "group g 01 w1\nquorum g\n",
        "group g any\nquorum g\n",
        "group g any w1 w1\nquorum g\n",
        "group g any g\nquorum g\n",
        "group w1 any w2\nquorum w1\n",
        "group none any w1\nquorum none\n",
        "group g any none\nquorum g\n",
        "quorum g\ngroup g any w1\n",
        "group g all w1 w2 w3 w4\nquorum g\n",
        "group g +1 w1\nquorum g\n",
        "group g any w1\ngroup h any w1\nquorum h\n",
        "group g 1 w1\ngroup h all g w2\nquorum h\n",
    ]
    .into_iter()
    .map(|rule| (format!("{rule:?}"), policy(rule).into_bytes()))
    .collect();
    for (what, line) in [
        ("a key again", format!("witness x {}\n", keys[0])),
        ("a comment behind", format!("witness x {} #x\n", keys[0].replace("w1", "w9"))),
        ("too many words", format!("log {} a b\n", keys[0])),
        ("a witness as a log", format!("log {}\n", keys[0])),
        ("a log as a witness", format!("witness x {}\n", key("a.example/b", 9).vkey())),
        ("another id", format!("witness x {}\n", keys[0].replace("w1", "w9"))),
        ("no name", format!("witness {}\n", key("a.example/b", 9).vkey())),
        ("not UTF-8 in a comment", String::new()),
    ] {
        let mut text = policy(&line).into_bytes();
        if line.is_empty() {
            text.extend(b"# \xff\n");
        }
        text.extend(group.as_bytes());
        text.extend(b"quorum g\n");
        texts.push((what.to_owned(), text));
    }
    // Two keys of one name and id, found by trying.
    let colliding = [59_301_u32, 153_389].map(|n| {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&n.to_be_bytes());
        CosignerSigner::from_seed("witness.example/w1", Algorithm::Ed25519, &seed).unwrap()
    });
    let [a, b] = colliding.map(|signer| signer.vkey().to_string());
    let both = format!("witness a {a}\nwitness b {b}\nquorum none\n");
    texts.push(("colliding ids".to_owned(), both.into_bytes()));
    let base = policy("group a 2 w1 w2\ngroup b any w3\ngroup g all a b\nquorum g\n").into_bytes();
    let mut seed = 7_usize;
    for n in 0..40 {
        seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        let at = base.len() - 1 - (seed >> 8) % if n % 2 == 0 { 60 } else { base.len() };
        let mut text = base.clone();
        match n % 4 {
            0 | 1 => text[at] ^= 1 << (seed % 7),
            2 => drop(text.drain(at..(at + 3).min(base.len()))),
            _ => text.insert(at, b' '),
        }
        texts.push((format!("mutation {n} at {at}"), text));
    }
    let note = cosigned(&[(1, Some(10)), (2, Some(10)), (3, Some(10))]);
    let case = |(what, policy)| Case { what, policy, note: note.clone(), limit: None };
    texts.into_iter().map(case).collect()
}

/// The codes about the policy; nothing if it is none.
fn first(files: &Files, case: &Case) -> Option<Vec<String>> {
    let policy = Policy::parse_bytes(&case.policy).ok()?;
    let now = Timestamp::from_seconds(i64::try_from(now()).unwrap());
    let demand = Some(Demand { policy, max_age: case.limit, now });
    let options = verify::Options { demand, ..verify::Options::default() };
    let report = verify::verify(&files.reader().unwrap(), options, &mut ()).0;
    assert_eq!(report.problems, [], "{}", case.what);
    let mut codes: Vec<String> =
        report.witnessing.problems.iter().map(|p| p.code.to_owned()).collect();
    codes.sort_unstable();
    codes.dedup();
    Some(codes)
}

fn second(python: &str, files: &Files, case: &Case) -> Option<Vec<String>> {
    let directory = tempfile::tempdir().unwrap();
    files.save(directory.path());
    let file = directory.path().join("policy");
    std::fs::write(&file, &case.policy).unwrap();
    let mut command = Command::new(python);
    command.arg(script()).arg(directory.path()).arg(file);
    command.args(case.limit.map(|limit| limit.to_string()));
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let code = output.status.code();
    if code == Some(2) {
        assert_eq!(text, "", "{}", case.what);
        return None;
    }
    let word = if code == Some(0) { "WITNESSES ok" } else { "WITNESSES failed" };
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains(word) && text.contains("INTEGRITY ok"), "{}: {text}{error}", case.what);
    let lines = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    let mut codes: Vec<String> =
        lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    codes.sort_unstable();
    codes.dedup();
    Some(codes)
}

fn agree(cases: &[Case]) -> Vec<(bool, usize)> {
    let python = python();
    if let Err(why) = &python {
        println!("SKIPPED: no Python with what docs/verify.py needs: {why}");
    }
    let found = std::sync::Mutex::new(Vec::new());
    on_all_cores(cases, |case| {
        let (mut files, _) = ledger();
        files.put("public/checkpoint", case.note.clone().into_bytes());
        let ours = first(&files, case);
        let kind = (ours.is_some(), ours.as_ref().map_or(0, Vec::len));
        found.lock().unwrap().push(kind);
        let Ok(python) = &python else { return Ok(()) };
        let theirs = second(python, &files, case);
        if ours == theirs {
            return Ok(());
        }
        Err(format!("{}: Rust {ours:?}, Python {theirs:?}", case.what))
    });
    found.into_inner().unwrap()
}

#[test]
fn both_verifiers_read_the_same_policies() {
    let found = agree(&texts());
    let read = found.iter().filter(|(is_policy, _)| *is_policy).count();
    println!("{} texts, {read} of them policies", found.len());
    assert!(read > 5 && read < found.len() - 20);
}

#[test]
fn both_verifiers_judge_cosignatures_alike() {
    let mut cases = quorums();
    cases.extend(lines());
    let found = agree(&cases);
    let met = found.iter().filter(|(_, problems)| *problems == 0).count();
    println!("{} checkpoints, {met} of them met their policy", found.len());
    assert!(met > 8 && met < found.len() - 10);
}
