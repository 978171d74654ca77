//! The index holds nothing that the entries do not say: damage to it changes no answer.

use super::{named, other, small, verified};
use accord_ledger::{Ledger, Opened, Outcome, Submission};
use accord_store::disk::RealDisk;
use accord_store::index::{Index, Shape, SortedIndex};
use accord_store::layout;
use accord_tests::files::Files;
use accord_tests::forge::Link;
use accord_tests::world::{World, operator_keys, options};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is done to a file of the index.
type Damage = Box<dyn Fn(&mut Vec<u8>)>;

/// So little is recent that most of the index is in files that do not change.
const SHAPE: Shape = Shape { newest: 64, fan: 3, beside: true };

/// Opens the ledger with its index on disk, as the command line does.
fn open(world: &World, directory: &Path) -> (Ledger, Opened) {
    let path = directory.join(layout::INDEX);
    let index = match SortedIndex::open_shaped(&path, SHAPE) {
        Ok((index, _)) => index,
        Err(_) => SortedIndex::recreate(&path).unwrap(),
    };
    let disk = Arc::new(RealDisk::new(directory));
    let index: Box<dyn Index> = Box::new(index);
    Ledger::open(disk, operator_keys(&world.origin), options(index)).unwrap()
}

/// A directory with the world's ledger and a complete index.
fn indexed(world: &World) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    world.files.save(directory.path());
    let (ledger, opened) = open(world, directory.path());
    assert_eq!(opened.indexed, world.size());
    ledger.close().unwrap();
    directory
}

/// Asks questions that the index answers, and checks the answers against the entries.
fn question(world: &World, directory: &Path, what: &str) -> Opened {
    let (mut ledger, opened) = open(world, directory);
    for (seq, entry) in (0..).zip(&world.entries).step_by(37) {
        let note = Link::of(entry).note.into_bytes();
        let outcome = ledger.append(&[Submission { note, at: None }]).unwrap().pop().unwrap();
        let Outcome::Repeated { receipt } = outcome else { panic!("{what}: {outcome:?}") };
        assert_eq!(receipt.header().seq, seq, "{what}");
    }
    assert_eq!(ledger.size(), world.size(), "{what}");
    ledger.close().unwrap();
    let files = Files::load(directory);
    assert_eq!(named(&verified(&files)), [], "{what}");
    opened
}

fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for item in std::fs::read_dir(directory).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in files_below(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&file, target).unwrap();
    }
}

#[test]
fn a_whole_index_is_used_as_it_is() {
    let world = small();
    let directory = indexed(world);
    let opened = question(world, directory.path(), "whole");
    assert_eq!((opened.indexed, opened.index_rebuilt), (0, false));
}

#[test]
fn a_damaged_index_changes_no_answer() {
    let world = small();
    let whole = indexed(world);
    let source = whole.path().join(layout::INDEX);
    let names: Vec<PathBuf> = files_below(&source)
        .into_iter()
        .map(|file| file.strip_prefix(&source).unwrap().to_owned())
        .collect();
    assert!(!names.is_empty());
    let mut cases = 0;
    for name in &names {
        let length = std::fs::metadata(source.join(name)).unwrap().len();
        let flips = [0, 1, length / 7, length / 3, length / 2, length.saturating_sub(1)];
        let mut damages: Vec<(String, Damage)> = vec![
            ("empty".to_owned(), Box::new(Vec::clear)),
            ("half".to_owned(), Box::new(|bytes| bytes.truncate(bytes.len() / 2))),
            ("zeros".to_owned(), Box::new(|bytes| bytes.fill(0))),
        ];
        for at in flips.into_iter().filter(|at| *at < length) {
            let at = usize::try_from(at).unwrap();
            damages.push((format!("bit of byte {at}"), Box::new(move |bytes| bytes[at] ^= 4)));
        }
        for (how, damage) in damages {
            let directory = tempfile::tempdir().unwrap();
            world.files.save(directory.path());
            let index = directory.path().join(layout::INDEX);
            copy(&source, &index);
            let file = index.join(name);
            let mut bytes = std::fs::read(&file).unwrap();
            damage(&mut bytes);
            std::fs::write(&file, bytes).unwrap();
            let what = format!("{} {how}", name.display());
            question(world, directory.path(), &what);
            // Whatever was wrong has been put right.
            let opened = question(world, directory.path(), &what);
            assert_eq!((opened.indexed, opened.index_rebuilt), (0, false), "{what}");
            cases += 1;
        }
    }
    println!("{cases} damages to the index");
    assert!(cases >= 9);
}

#[test]
fn an_index_that_is_missing_stale_or_of_another_ledger() {
    let (world, other) = (small(), other());
    let directory = indexed(world);
    let index = directory.path().join(layout::INDEX);
    std::fs::remove_dir_all(&index).unwrap();
    assert_eq!(question(world, directory.path(), "missing").indexed, world.size());
    // Of another ledger of the same size.
    let elsewhere = indexed(other);
    std::fs::remove_dir_all(&index).unwrap();
    copy(&elsewhere.path().join(layout::INDEX), &index);
    let opened = question(world, directory.path(), "of another ledger");
    assert_eq!((opened.indexed, opened.index_rebuilt), (world.size(), true));
    // A file in the place of the directory.
    std::fs::remove_dir_all(&index).unwrap();
    std::fs::write(&index, b"not an index").unwrap();
    assert_eq!(question(world, directory.path(), "a file").indexed, world.size());
}
