//! One ledger, shown at any size and in any condition, and mirrors of it in memory.

use crate::files::Files;
use crate::forge;
use crate::world::{World, key};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::hash::LedgerId;
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use accord_mirror::found::Problem;
use accord_mirror::mirror::{FollowError, Mirror, Round, Setup, SetupError};
use accord_mirror::source::{Answer, Source, Unreachable};
use accord_store::disk::{Disk, SimDisk};
use std::sync::{Arc, OnceLock};

pub const NOW: i64 = 1_790_000_000;

/// Two full bundles and a part of a third; the checkpoint keys change in the second.
pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::build("ledger.example/mirrored", 700))
}

/// The first size whose checkpoint the new key signs.
pub fn rotated() -> usize {
    usize::try_from(world().marks["checkpoint-rotation"]).unwrap() + 1
}

/// The signed checkpoint over these entries, which may be of another history.
pub fn note(entries: &[Vec<u8>]) -> String {
    let seed = if entries.len() >= rotated() { 3 } else { 2 };
    forge::checkpoint(entries, &world().origin, &[&key(&world().origin, seed)])
}

/// The public files of a ledger of these entries.
pub fn public(entries: &[Vec<u8>]) -> Files {
    forge::public(entries, &note(entries))
}

/// The public files of the ledger when it had `size` entries.
pub fn at(size: usize) -> Files {
    public(&world().entries[..size])
}

/// An origin in memory.
#[derive(Debug)]
pub struct Origin {
    pub files: Files,
    pub asked: Vec<String>,
}

pub fn origin(files: Files) -> Origin {
    Origin { files, asked: Vec::new() }
}

impl Source for Origin {
    fn fetch(&mut self, path: &str, max: usize) -> Result<Answer, Unreachable> {
        self.asked.push(path.to_owned());
        let path = format!("public/{path}");
        if !self.files.has(&path) {
            return Ok(Answer::Absent);
        }
        let bytes = self.files.get(&path).to_vec();
        if bytes.len() > max {
            return Ok(Answer::Unfit("too long".to_owned()));
        }
        Ok(Answer::Bytes(bytes))
    }

    fn witnessed(&mut self, from: u64) -> Result<Vec<u64>, Unreachable> {
        let names = self.files.paths().filter_map(|path| path.strip_prefix("public/witnessed/"));
        Ok(names.filter_map(|name| name.parse().ok()).filter(|size| *size >= from).collect())
    }

    fn name(&self) -> String {
        "origin".to_owned()
    }
}

pub fn cosigners() -> Vec<CosignerSigner> {
    let key = |algorithm| CosignerSigner::from_seed("mirror.example/m", algorithm, &[9; 32]);
    [Algorithm::Ed25519, Algorithm::MlDsa44].map(|algorithm| key(algorithm).unwrap()).into()
}

pub fn index_key() -> NoteSigner {
    key("mirror.example/m/index", 10)
}

pub fn setup(ledger: LedgerId) -> Setup {
    let clock = Arc::new(|| Timestamp::from_seconds(NOW));
    Setup { ledger, cosigners: cosigners(), index_key: Some(index_key()), step: 32, clock }
}

pub fn open(disk: &SimDisk) -> Result<Mirror, SetupError> {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    Mirror::open(disk, setup(world().id))
}

/// A mirror that holds the first `size` entries.
pub fn mirror_of(disk: &SimDisk, size: usize) -> Mirror {
    let mut mirror = open(disk).unwrap();
    if size > 0 {
        follow(&mut mirror, at(size)).unwrap();
    }
    mirror
}

pub fn follow(mirror: &mut Mirror, files: Files) -> Result<Round, FollowError> {
    mirror.follow(&mut origin(files))
}

#[track_caller]
pub fn found(outcome: Result<Round, FollowError>) -> Problem {
    match outcome {
        Err(FollowError::Found(problem)) => *problem,
        other => panic!("{other:?}"),
    }
}

/// What a mirror shows, by path.
pub fn shown(disk: &SimDisk) -> Files {
    let mut files = Files::default();
    for path in disk.files() {
        if path.starts_with("public/") {
            let bytes = disk.read(&path, 1 << 30).unwrap();
            files.put(&path, bytes);
        }
    }
    files
}

/// The checkpoint of `size`, as its keeper signs it.
pub fn head(size: usize) -> SignedCheckpoint {
    SignedCheckpoint::parse(note(&world().entries[..size]).as_bytes()).unwrap()
}

/// The ledger with `published` entries under its checkpoint and a head of `size` that waits.
pub fn waiting(published: usize, size: usize) -> Files {
    let mut files = at(size);
    let (old, new) = (at(published), head(size).to_text());
    for path in old.paths().filter(|path| path.contains(".p/")) {
        files.put(path, old.get(path).to_vec());
    }
    files.put("public/checkpoint", old.get("public/checkpoint").to_vec());
    files.put("public/checkpoint.pending", new.into_bytes());
    files
}

/// The ledger as it would be with entry `at` recorded a little later, and all after it chained anew.
pub fn other_history(at: usize, size: usize) -> Vec<Vec<u8>> {
    let mut links = forge::links(&world().entries[..size]);
    let recorded = links[at].recorded;
    let later = Timestamp::from_micros(recorded.micros() + 1);
    for link in &mut links[at..] {
        link.recorded = link.recorded.max(later);
    }
    let entries = forge::chain(&links);
    assert_eq!(entries[..at], world().entries[..at]);
    assert_ne!(entries[at], world().entries[at]);
    entries
}
