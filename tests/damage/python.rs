//! The second verifier, written from the format's text alone, must find what the first one finds.

use super::flips::factor;
use super::{commitments, named, on_all_cores, other, random, small};
use accord_format::entry::entry_hash;
use accord_store::tail;
use accord_tests::files::Files;
use accord_tests::forge;
use accord_tests::world::{self, World};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python that has what the verifier needs, or why there is none. Asked for nothing, the verifier
/// explains itself and exits with 2.
pub(crate) fn python() -> Result<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let own = root.join("target/venv/bin/python3");
    let asked = std::env::var("ACCORD_PYTHON").ok();
    let candidates = asked.into_iter().chain([own.display().to_string(), "python3".to_owned()]);
    let mut why = String::new();
    for candidate in candidates {
        why = match Command::new(&candidate).arg(script()).output() {
            Ok(output) if output.status.code() == Some(2) => return Ok(candidate),
            Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        };
    }
    Err(why)
}

pub(crate) fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/verify.py")
}

/// What the second verifier names, and the root it computes.
fn second(python: &str, files: &Files) -> (Vec<(String, Option<u64>)>, Option<String>) {
    let directory = tempfile::tempdir().unwrap();
    files.save(directory.path());
    let output = Command::new(python).arg(script()).arg(directory.path()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let (problems, verdict) = text.trim_end().rsplit_once('\n').unwrap_or(("", text.trim_end()));
    let root = verdict.split(' ').skip_while(|word| *word != "root").nth(1);
    let root = root.unwrap_or_else(|| panic!("{text} {stderr}")).trim_end_matches(',');
    let mut found: Vec<(String, Option<u64>)> = problems
        .lines()
        .map(|line| {
            let mut words = line.split(' ');
            let (code, seq) = (words.next().unwrap(), words.next().unwrap());
            (code.to_owned(), (seq != "-").then(|| seq.parse().unwrap()))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(output.status.code(), Some(i32::from(!found.is_empty())), "{stderr}");
    (found, Some(root.to_owned()).filter(|root| root != "unknown"))
}

/// Directories in every state that the campaign knows, with what was done to them.
fn directories(world: &World) -> Vec<(String, Files)> {
    let mut all = vec![("nothing".to_owned(), world.files.clone())];
    let mut seed = 11_usize;
    for path in world.files.paths().filter(|p| *p != "private/lock") {
        all.push((format!("{path} deleted"), world.files.without(path)));
        all.push((format!("{path} cut"), world.files.with(path, |b| b.truncate(b.len() / 2))));
        all.push((format!("{path} twice"), world.files.with(path, |b| b.extend_from_within(..))));
        for bit in 0..4 {
            seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            let at = (seed >> 8) % world.files.get(path).len();
            let flip = world.files.with(path, |b| b[at] ^= 1 << (bit + seed % 5));
            all.push((format!("{path} byte {at} bit {}", bit + seed % 5), flip));
        }
        if other().files.has(path) {
            let mut files = world.files.clone();
            files.put(path, other().files.get(path).to_vec());
            all.push((format!("{path} of another ledger"), files));
        }
    }
    let mut mirror = world.files.clone();
    mirror.remove("private/tail");
    mirror.remove("private/lock");
    all.push(("no private part".to_owned(), mirror));
    all.extend(histories(world));
    all.extend(commitments::directories(world).into_iter().map(|(what, files, _)| (what, files)));
    all.extend(tails(world));
    all
}

fn histories(world: &World) -> Vec<(String, Files)> {
    let mut all = Vec::new();
    let mut forged = |what: &str, change: &dyn Fn(&mut Vec<forge::Link>)| {
        let mut links = forge::links(&world.entries);
        change(&mut links);
        let entries = forge::chain(&links);
        let keys = [&world.checkpoint_key()];
        all.push((what.to_owned(), forge::directory(&entries, &world.origin, &keys)));
    };
    forged("seq", &|l| l[200].seq = Some(7));
    forged("prev", &|l| l[200].prev = l[3].prev.or(Some(accord_format::hash::EntryHash::ZERO)));
    forged("revision", &|l| l[200].revision = Some(7));
    forged("recorded", &|l| l[200].recorded = l[100].recorded);
    forged("repeated", &|l| l.push(l[200].clone()));
    forged("left out", &|l| drop(l.remove(200)));
    forged("genesis left out", &|l| drop(l.remove(0)));
    forged("genesis repeated", &|l| l.insert(9, l[0].clone()));
    forged("swapped", &|l| l.swap(200, 201));
    forged("cut", &|l| l.truncate(260));
    forged("enrolment left out", &|l| drop(l.remove(1)));
    forged("of another ledger", &|l| l[200] = forge::Link::of(&other().entries[200]));
    forged("a signature less", &|l| {
        let cut = l[30].note.trim_end().rfind('\n').unwrap();
        l[30].note.truncate(cut + 1);
    });
    forged("a signature more", &|l| {
        let last = l[30].note.lines().next_back().unwrap().to_owned();
        l[30].note += &(last + "\n");
    });
    forged("no event", &|l| "accord.event/v1\n{}\n".clone_into(&mut l[200].note));
    forged("nothing", &|l| l[200].note.clear());
    all
}

/// A tail as single commits leave it, each entry under a checkpoint record of its own; with what may
/// be wrong in it though every checksum is right, and with what a crash may leave.
fn tails(world: &World) -> Vec<(String, Files)> {
    let entries = &world.entries;
    let record = |seq: usize| {
        let prev = entry_hash(&entries[seq - 1]);
        let note = forge::checkpoint(&entries[..=seq], &world.origin, &[&world.checkpoint_key()]);
        (tail::frame(seq as u64, &prev, &entries[seq..=seq]).unwrap(), note)
    };
    let build = |change: &dyn Fn(usize, String) -> (u64, String)| {
        let mut bytes = format!("{}\n", tail::FIRST_LINE).into_bytes();
        bytes.extend(tail::base(256, &entry_hash(&entries[255])));
        for seq in 256..entries.len() {
            let (frame, note) = record(seq);
            let (size, note) = change(seq, note);
            bytes.extend(frame);
            bytes.extend(tail::checkpoint(size, &note));
        }
        bytes
    };
    let last = entries.len() - 1;
    let right = |seq: usize, note: String| (seq as u64 + 1, note);
    let whole = build(&right);
    let mut all = vec![
        ("commits one by one".to_owned(), whole.clone()),
        ("cut".to_owned(), whole[..whole.len() - 30].to_vec()),
        ("zeros".to_owned(), [&whole[..], &[0; 700]].concat()),
        ("a frame more".to_owned(), [&whole[..], &record(last).0].concat()),
    ];
    for at in [270, last] {
        let swap = |note: &str| {
            let note = note.to_owned();
            build(&move |seq, own| right(seq, if seq == at { note.clone() } else { own }))
        };
        all.push((format!("no checkpoint at {at}"), swap("nothing\n")));
        all.push((format!("an older checkpoint at {at}"), swap(&record(260).1)));
        let size = |seq, note| (seq as u64 + if seq == at { 2 } else { 1 }, note);
        all.push((format!("another size at {at}"), build(&size)));
    }
    let put = |(what, bytes): (String, Vec<u8>)| {
        let mut files = world.files.clone();
        files.put("private/tail", bytes);
        (format!("tail: {what}"), files)
    };
    all.into_iter().map(put).collect()
}

/// Some of what is in `a` and not in `b`.
fn only<T: PartialEq + Clone>(a: &[T], b: &[T]) -> Vec<T> {
    a.iter().filter(|item| !b.contains(item)).take(8).cloned().collect()
}

/// What both say of a directory; an error if it is not the same.
fn compare(python: &str, what: &str, files: &Files) -> Result<(), String> {
    let (second, root) = second(python, files);
    let Ok(report) = world::verify(files, Vec::new()) else {
        // Neither tail nor checkpoint says what is in it: nothing is judged then.
        let unread = ["checkpoint-malformed", "tail-malformed"];
        let told = second.iter().any(|(code, _)| unread.contains(&code.as_str()));
        return if told { Ok(()) } else { Err(format!("{what}: not opened, but {second:?}")) };
    };
    let first: Vec<(String, Option<u64>)> =
        named(&report).into_iter().map(|(code, seq)| (code.to_owned(), seq)).collect();
    if first != second {
        let (ours, theirs) = (only(&first, &second), only(&second, &first));
        return Err(format!("{what} only in Rust {ours:?}, only in Python {theirs:?}"));
    }
    let own = report.root.map(|root| root.to_string());
    if own != root {
        return Err(format!("{what} roots {own:?} and {root:?}"));
    }
    Ok(())
}

fn agree(cases: &[(String, Files)]) -> usize {
    assert!(script().exists());
    match python() {
        Ok(python) => on_all_cores(cases, |(what, files)| compare(&python, what, files)),
        Err(why) => {
            println!("SKIPPED: no Python with what docs/verify.py needs: {why}");
            cases.len()
        }
    }
}

#[test]
fn both_verifiers_name_the_same() {
    let count = agree(&directories(small()));
    println!("{count} directories judged by both");
    assert!(count >= 80);
}

/// `ACCORD_DAMAGE` multiplies the sample, as it does for single bits.
#[test]
fn both_verifiers_name_the_same_of_random_damage() {
    let count = agree(&random::directories(200 * factor().min(1_000)));
    println!("{count} directories with random damage judged by both");
}
