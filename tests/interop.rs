//! Tools that know nothing of Accord accept what it publishes, and refuse what was tampered with:
//! the crates `signed_note` and `tlog_tiles`, Go's `sumdb/note` and `sumdb/tlog`, and a verifier from
//! PyPI. The last two are skipped where they are not installed.

#[path = "interop/crates.rs"]
mod crates;
#[path = "interop/foreign.rs"]
mod foreign;

use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::hash::NodeHash;
use accord_format::key::VKey;
use accord_format::log_key::LogSigner;
use accord_format::merkle::{consistency_proof, inclusion_proof, leaf_hash};
use accord_format::tlog_proof::TlogProof;
use accord_tests::files::Files;
use accord_tests::forge;
use accord_tests::world::{World, key};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;
use std::sync::OnceLock;

/// What a tool is asked.
#[derive(Clone, Copy, Debug)]
enum Question<'a> {
    /// Is every entry what the signed checkpoint covers?
    Whole,
    /// Is the older checkpoint in this file of the same history? Tools that do not find the proof by
    /// themselves are given one.
    Consistent(&'a Path, &'a Path),
    /// Does the tlog-proof in the first file show the entry in the second?
    Included(&'a Path, &'a Path),
    /// Has the witness with this vkey cosigned the checkpoint, with Ed25519, beside the log?
    Cosigned(&'a str),
}

/// A tool of somebody else's.
trait Tool {
    fn name(&self) -> &'static str;
    /// Whether it reads the entries and tiles itself, or only what it is handed.
    fn reads_tiles(&self) -> bool;
    /// Whether it can be taught how a cosignature is made.
    fn reads_cosignatures(&self) -> bool;
    /// Its answer; an error says why not.
    fn ask(&self, public: &Path, vkey: &VKey, question: Question<'_>) -> Result<(), String>;
}

fn tools() -> &'static [Box<dyn Tool + Sync + Send>] {
    static TOOLS: OnceLock<Vec<Box<dyn Tool + Sync + Send>>> = OnceLock::new();
    TOOLS.get_or_init(|| {
        let mut tools: Vec<Box<dyn Tool + Sync + Send>> = vec![Box::new(crates::Crates)];
        for found in [foreign::go(), foreign::python()] {
            match found {
                Ok(tool) => tools.push(Box::new(tool)),
                Err(why) => println!("SKIPPED: {why}"),
            }
        }
        tools
    })
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::build("ledger.example/interop", 600))
}

fn vkey(world: &World) -> VKey {
    world.checkpoint_key().vkey().clone()
}

/// The answers to one question about a directory, by tool.
fn answers(files: &Files, vkey: &VKey, ask: &dyn Fn(&Path) -> Asked) -> Vec<(&'static str, bool)> {
    let directory = tempfile::tempdir().unwrap();
    files.save(directory.path());
    let asked = ask(directory.path());
    let public = directory.path().join("public");
    let mut answers = Vec::new();
    for tool in tools() {
        let question = match &asked {
            Asked::Whole if !tool.reads_tiles() => continue,
            Asked::Cosigned(_) if !tool.reads_cosignatures() => continue,
            Asked::Cosigned(witness) => Question::Cosigned(witness),
            Asked::Head | Asked::Whole => Question::Whole,
            Asked::Consistent => Question::Consistent(
                &directory.path().join("older"),
                &directory.path().join("proof"),
            ),
            Asked::Included => {
                Question::Included(&directory.path().join("proof"), &directory.path().join("entry"))
            }
        };
        let answer = tool.ask(&public, vkey, question);
        if let Err(why) = &answer {
            println!("{}: {why}", tool.name());
        }
        answers.push((tool.name(), answer.is_ok()));
    }
    answers
}

/// Which question the files prepared are for.
enum Asked {
    Head,
    Whole,
    Consistent,
    Included,
    Cosigned(String),
}

#[track_caller]
fn all(answers: &[(&'static str, bool)], expected: bool) {
    assert!(!answers.is_empty());
    for (tool, answer) in answers {
        assert_eq!(*answer, expected, "{tool}");
    }
}

fn leaves(entries: &[Vec<u8>]) -> Vec<NodeHash> {
    entries.iter().map(|entry| leaf_hash(entry)).collect()
}

/// An older checkpoint over `older`, and the proof that a log of `entries` gives for its size.
fn older(directory: &Path, world: &World, older: &[Vec<u8>], entries: &[Vec<u8>]) -> Asked {
    let note = forge::checkpoint(older, &world.origin, &[&world.checkpoint_key()]);
    std::fs::write(directory.join("older"), note).unwrap();
    let nodes = leaves(entries);
    let Ok(proof) = consistency_proof(nodes.as_slice(), older.len() as u64, entries.len() as u64);
    let lines: Vec<String> = proof.iter().map(|h| STANDARD.encode(h.as_bytes()) + "\n").collect();
    std::fs::write(directory.join("proof"), lines.concat()).unwrap();
    Asked::Consistent
}

/// A tlog-proof for the entry at `index`, and an entry.
fn proof(directory: &Path, world: &World, index: usize, entry: &[u8]) -> Asked {
    let nodes = leaves(&world.entries);
    let Ok(hashes) = inclusion_proof(nodes.as_slice(), index as u64, world.size());
    let note = forge::checkpoint(&world.entries, &world.origin, &[&world.checkpoint_key()]);
    let proof = TlogProof {
        extra: None,
        index: index as u64,
        hashes,
        checkpoint: SignedCheckpoint::parse(note.as_bytes()).unwrap(),
    };
    std::fs::write(directory.join("proof"), proof.to_text()).unwrap();
    std::fs::write(directory.join("entry"), entry).unwrap();
    Asked::Included
}

#[test]
fn what_is_honest_is_accepted() {
    let (world, vkey) = (world(), vkey(world()));
    all(&answers(&world.files, &vkey, &|_| Asked::Whole), true);
    all(&answers(&world.files, &vkey, &|_| Asked::Head), true);
    for size in [1, 255, 256, 257, 512, world.entries.len()] {
        let ask =
            |directory: &Path| older(directory, world, &world.entries[..size], &world.entries);
        all(&answers(&world.files, &vkey, &ask), true);
    }
    for index in [0, 1, 255, 256, world.entries.len() - 1] {
        let ask = |directory: &Path| proof(directory, world, index, &world.entries[index]);
        all(&answers(&world.files, &vkey, &ask), true);
    }
}

#[test]
fn receipts_are_ordinary_proofs() {
    let world = world();
    let (&seq, receipt) = world.receipts.last_key_value().unwrap();
    let ask = |directory: &Path| {
        std::fs::write(directory.join("proof"), receipt).unwrap();
        std::fs::write(directory.join("entry"), &world.entries[usize::try_from(seq).unwrap()])
            .unwrap();
        Asked::Included
    };
    all(&answers(&world.files, &vkey(world), &ask), true);
}

#[test]
fn what_was_tampered_with_is_refused() {
    let (world, vkey) = (world(), vkey(world()));
    for path in world.files.paths().filter(|path| path.starts_with("public/tile/")) {
        if path.contains(".p/") && !path.ends_with(&format!("/{}", world.entries.len() % 256)) {
            // A partial of an earlier checkpoint; nobody is sent there by this one.
            continue;
        }
        for at in [0, 40, 8_000] {
            let files = world.files.with(path, |bytes| {
                let at = at.min(bytes.len() - 1);
                bytes[at] ^= 0x10;
            });
            all(&answers(&files, &vkey, &|_| Asked::Whole), false);
        }
    }
}

#[test]
fn another_history_is_refused() {
    let (world, vkey) = (world(), vkey(world()));
    let mut links = forge::links(&world.entries[..300]);
    links.swap(250, 251);
    let forked = forge::chain(&links);
    let ask = |directory: &Path| older(directory, world, &forked, &world.entries);
    all(&answers(&world.files, &vkey, &ask), false);
    let ask = |directory: &Path| proof(directory, world, 300, &world.entries[301]);
    all(&answers(&world.files, &vkey, &ask), false);
    // Somebody else's key, under the log's own name.
    let thief = key(&world.origin, 77);
    let note = forge::checkpoint(&world.entries, &world.origin, &[&thief]);
    let mut files = world.files.clone();
    files.put("public/checkpoint", note.into_bytes());
    all(&answers(&files, &vkey, &|_| Asked::Head), false);
    // The log's key over a root that is not that of its entries.
    let note = forge::checkpoint(&forked, &world.origin, &[&world.checkpoint_key()]);
    files.put("public/checkpoint", note.into_bytes());
    all(&answers(&files, &vkey, &|_| Asked::Whole), false);
}

fn witness(algorithm: Algorithm, seed: u8) -> CosignerSigner {
    CosignerSigner::from_seed("witness.example/w1", algorithm, &[seed; 32]).unwrap()
}

/// The world's checkpoint as a log with both kinds of keys signs it, and witnesses with both kinds.
fn hybrid() -> SignedCheckpoint {
    let world = world();
    let Ok(root) = accord_format::merkle::root(leaves(&world.entries).as_slice(), world.size());
    let head = Checkpoint { origin: world.origin.clone(), size: world.size(), root };
    let own = LogSigner::from(world.checkpoint_key());
    let hybrid = LogSigner::from_seed(&world.origin, Algorithm::MlDsa44, &[8; 32]).unwrap();
    let note = head.clone().sign_at(&[&own, &hybrid], TIME).unwrap();
    let lines = [Algorithm::Ed25519, Algorithm::MlDsa44]
        .map(|algorithm| witness(algorithm, 6).cosign(&head, TIME).unwrap());
    note.with_signatures(&lines).unwrap()
}

const TIME: u64 = 1_790_000_000;

fn showing(text: &str) -> Files {
    let mut files = world().files.clone();
    files.put("public/checkpoint", text.as_bytes().to_vec());
    files
}

/// Four lines stand under it, of which a tool knows one or two: the rest says nothing to it.
#[test]
fn cosigned_hybrid_checkpoints_are_accepted() {
    let (files, vkey) = (showing(&hybrid().to_text()), vkey(world()));
    assert_eq!(hybrid().note().signatures().len(), 4);
    all(&answers(&files, &vkey, &|_| Asked::Head), true);
    all(&answers(&files, &vkey, &|_| Asked::Whole), true);
    let by = witness(Algorithm::Ed25519, 6).vkey().to_string();
    all(&answers(&files, &vkey, &|_| Asked::Cosigned(by.clone())), true);
}

#[test]
fn tampered_cosignatures_are_refused() {
    let (honest, vkey) = (hybrid(), vkey(world()));
    let by = witness(Algorithm::Ed25519, 6).vkey().to_string();
    let asked =
        |text: &str, by: &str| answers(&showing(text), &vkey, &|_| Asked::Cosigned(by.to_owned()));
    all(&asked(&honest.to_text(), &by), true);
    let line = &honest.note().signatures()[2];
    assert_eq!(line.signature.len(), 72);
    // Each part of the line: the time that it says, and the signature.
    for at in [0, 3, 7, 8, 40, 71] {
        let mut changed = line.clone();
        changed.signature[at] ^= 1;
        all(&asked(&honest.to_text().replacen(&line.to_line(), &changed.to_line(), 1), &by), false);
    }
    let mut cut = line.clone();
    cut.signature.truncate(71);
    all(&asked(&honest.to_text().replacen(&line.to_line(), &cut.to_line(), 1), &by), false);
    // No line at all, another witness's key, and the signature of another checkpoint.
    all(&asked(&honest.to_text().replacen(&line.to_line(), "", 1), &by), false);
    let other = witness(Algorithm::Ed25519, 7).vkey().to_string();
    all(&asked(&honest.to_text(), &other), false);
    let mut head = honest.checkpoint().clone();
    head.size -= 1;
    let elsewhere = witness(Algorithm::Ed25519, 6).cosign(&head, TIME).unwrap();
    all(&asked(&honest.to_text().replacen(&line.to_line(), &elsewhere.to_line(), 1), &by), false);
    // The log's own line, with the witness's as it should be.
    let own = &honest.note().signatures()[0];
    let mut changed = own.clone();
    changed.signature[9] ^= 1;
    let text = honest.to_text().replacen(&own.to_line(), &changed.to_line(), 1);
    all(&asked(&text, &by), false);
    all(&answers(&showing(&text), &vkey, &|_| Asked::Head), false);
}
