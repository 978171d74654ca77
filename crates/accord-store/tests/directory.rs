//! The store in a real directory: every way in which it can be wrong, and what is said about it.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use accord_format::checkpoint::Checkpoint;
use accord_format::hash::NodeHash;
use accord_store::disk::{Disk, RealDisk};
use accord_store::{
    Corruption, Nearby, Reader, SignError, Store, StoreError, TailState, What, layout,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[expect(clippy::unnecessary_wraps, reason = "it has the form of a signer")]
fn sign(size: u64, root: NodeHash) -> Result<String, SignError> {
    let checkpoint = Checkpoint { origin: "directory.example/log".to_owned(), size, root };
    Ok(format!("{}\n— signer AAAAAAAA\n", checkpoint.to_text()))
}

fn entry(seq: u64) -> Vec<u8> {
    format!("entry {seq}\n").into_bytes()
}

fn disk(dir: &Path) -> Arc<dyn Disk> {
    Arc::new(RealDisk::new(dir))
}

fn init(dir: &Path) -> Store {
    Store::init(disk(dir), &entry(0), &mut sign).unwrap().0
}

fn append(store: &mut Store, count: u64) {
    let batch: Vec<_> = (store.size()..store.size() + count).map(entry).collect();
    store.commit(&batch, &mut sign).unwrap();
}

/// A ledger of 600 entries, closed: two full bundles, 88 entries in tail and partial files.
fn closed() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut store = init(dir.path());
    append(&mut store, 300);
    append(&mut store, 299);
    let head = store.head_checkpoint().to_owned();
    store.close(Some(&head)).unwrap();
    dir
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 4;
    fs::write(path, bytes).unwrap();
}

#[track_caller]
fn corruption(result: Result<impl Sized, StoreError>) -> Corruption {
    match result.map(|_| ()) {
        Err(StoreError::Corrupt(corruption)) => *corruption,
        other => panic!("{other:?}"),
    }
}

fn open(dir: &Path) -> Result<Store, StoreError> {
    Store::open(disk(dir)).map(|(store, _)| store)
}

#[test]
fn what_was_appended_is_read() {
    let dir = closed();
    let reader = Reader::open(disk(dir.path())).unwrap();
    assert_eq!(reader.size(), 600);
    assert!(matches!(reader.tail(), TailState::Whole));
    for seq in [0, 255, 256, 511, 512, 599] {
        assert_eq!(reader.view().entry(seq).unwrap(), entry(seq));
    }
    // In any order, with the bundle read last at hand or not.
    let nearby = Nearby::new(reader.view());
    for seq in [0, 1, 255, 256, 3, 599, 512, 511, 256] {
        assert_eq!(nearby.entry(seq).unwrap(), entry(seq));
    }
    for seq in [600, u64::MAX] {
        assert!(matches!(nearby.entry(seq), Err(StoreError::OutOfRange { .. })));
    }
    assert!(matches!(reader.view().entry(600), Err(StoreError::OutOfRange { index: 600, .. })));
    assert!(matches!(reader.view().tile(1, 0, 3), Err(StoreError::OutOfRange { .. })));
    let from: Vec<u64> = reader
        .view()
        .batches(300)
        .flat_map(|batch| batch.unwrap().iter().map(|(seq, _)| seq).collect::<Vec<_>>())
        .collect();
    assert_eq!(from, (300..600).collect::<Vec<_>>());

    let (mut store, recovered) = Store::open(disk(dir.path())).unwrap();
    assert_eq!((recovered.size, recovered.dropped, recovered.rebuilt_tiles), (600, None, 0));
    append(&mut store, 1);
    assert_eq!(store.size(), 601);
    // The reader stays at what it was opened on.
    assert_eq!(reader.view().entry(599).unwrap(), entry(599));
    assert_eq!(reader.size(), 600);
}

#[test]
fn directories_without_a_ledger_say_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    for path in [dir.path().to_owned(), dir.path().join("nowhere")] {
        assert!(matches!(open(&path), Err(StoreError::NotALedger)));
        assert!(matches!(Reader::open(disk(&path)), Err(StoreError::NotALedger)));
    }
    // An init that was cut off can be begun again.
    fs::create_dir(dir.path().join("private")).unwrap();
    fs::create_dir(dir.path().join("public")).unwrap();
    fs::write(dir.path().join("private/operator.key"), "a key").unwrap();
    fs::write(dir.path().join("private/tail.tmp"), "half").unwrap();
    assert!(matches!(open(dir.path()), Err(StoreError::Incomplete)));
    assert!(matches!(Reader::open(disk(dir.path())), Err(StoreError::Incomplete)));
    drop(init(dir.path()));
    assert_eq!(fs::read(dir.path().join("private/operator.key")).unwrap(), b"a key");
    let again = Store::init(disk(dir.path()), &entry(0), &mut sign);
    assert!(matches!(again, Err(StoreError::AlreadyInitialised)));
    // Init makes the directory itself.
    drop(init(&dir.path().join("new")));
}

#[test]
fn a_missing_tail_stops_the_writer_and_not_the_reader() {
    let dir = closed();
    fs::remove_file(dir.path().join(layout::TAIL)).unwrap();
    let missing = |result: Result<Store, StoreError>| match result {
        Err(StoreError::MissingPart { part, .. }) => part,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(open(dir.path())), layout::TAIL);
    let again = Store::init(disk(dir.path()), &entry(0), &mut sign).map(|(store, _)| store);
    assert_eq!(missing(again), layout::TAIL);
    // The public part alone is a whole ledger to a reader.
    fs::remove_dir_all(dir.path().join(layout::PRIVATE)).unwrap();
    let reader = Reader::open(disk(dir.path())).unwrap();
    assert!(matches!(reader.tail(), TailState::Unseen));
    assert_eq!(reader.view().entry(599).unwrap(), entry(599));
}

#[test]
fn a_missing_public_part_is_named() {
    let dir = closed();
    fs::rename(dir.path().join("public"), dir.path().join("lost")).unwrap();
    match open(dir.path()) {
        Err(StoreError::MissingPart { part, .. }) => assert_eq!(part, "public/tile"),
        other => panic!("{other:?}"),
    }
    // What the tail holds can still be read.
    let reader = Reader::open(disk(dir.path())).unwrap();
    assert_eq!(reader.view().entry(599).unwrap(), entry(599));
    assert_eq!(corruption(reader.view().entry(0)).what, What::Bundle);
    fs::rename(dir.path().join("lost"), dir.path().join("public")).unwrap();
    assert_eq!(open(dir.path()).unwrap().size(), 600);
}

#[test]
fn a_second_writer_is_refused_and_a_reader_is_not() {
    let dir = closed();
    let mut store = open(dir.path()).unwrap();
    match open(dir.path()) {
        Err(StoreError::Locked { path }) => assert!(path.ends_with("private/lock")),
        other => panic!("{other:?}"),
    }
    append(&mut store, 1);
    assert_eq!(Reader::open(disk(dir.path())).unwrap().size(), 601);
    drop(store);
    assert_eq!(open(dir.path()).unwrap().size(), 601);
}

#[cfg(unix)]
#[test]
fn private_is_private_and_links_are_not_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = closed();
    let mode =
        |path: &str| fs::metadata(dir.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("private"), 0o700);
    assert_eq!(mode(layout::TAIL), 0o600);
    assert_eq!(mode(layout::LOCK), 0o600);

    let elsewhere = dir.path().join("elsewhere");
    fs::rename(dir.path().join(layout::TAIL), &elsewhere).unwrap();
    symlink(&elsewhere, dir.path().join(layout::TAIL)).unwrap();
    let error = open(dir.path()).unwrap_err();
    assert!(error.to_string().contains("symbolic link"), "{error}");
    let real = RealDisk::new(dir.path());
    for path in ["../x", "/etc/passwd", "a//b", "a/./b", "a\\b"] {
        assert!(real.read(path, 10).is_err(), "{path}");
    }
}

/// Whether this user is bound by file modes; the superuser is not.
#[cfg(unix)]
fn modes_bind(dir: &Path) -> bool {
    fs::write(dir.join("probe"), "x").is_err()
}

#[cfg(unix)]
#[test]
fn a_read_only_directory_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let dir = closed();
    let private = dir.path().join("private");
    fs::remove_file(dir.path().join(layout::LOCK)).unwrap();
    fs::set_permissions(&private, fs::Permissions::from_mode(0o500)).unwrap();
    let binding = modes_bind(&private);
    let result = open(dir.path());
    fs::set_permissions(&private, fs::Permissions::from_mode(0o700)).unwrap();
    if binding {
        assert!(matches!(result, Err(StoreError::ReadOnly(_))), "{result:?}");
    } else {
        eprintln!("not judged: this user is not bound by file modes");
    }
}

#[test]
fn a_newer_tail_is_refused_by_name() {
    let dir = closed();
    let path = dir.path().join(layout::TAIL);
    let text = fs::read(&path).unwrap();
    fs::write(&path, [b"accord.tail/v2".as_slice(), &text[14..]].concat()).unwrap();
    match open(dir.path()) {
        Err(StoreError::NewerFormat { found, .. }) => assert_eq!(found, "accord.tail/v2"),
        other => panic!("{other:?}"),
    }
    // What was published can still be read.
    assert_eq!(Reader::open(disk(dir.path())).unwrap().size(), 600);
}

#[test]
fn every_damaged_byte_of_a_closed_tail_refuses_the_writer() {
    let dir = closed();
    let path = dir.path().join(layout::TAIL);
    let good = fs::read(&path).unwrap();
    for at in (0..good.len()).step_by(7) {
        flip(&path, at);
        let error = open(dir.path()).unwrap_err();
        let newer = matches!(error, StoreError::NewerFormat { .. });
        assert!(error.is_corrupt() || newer, "byte {at}: {error}");
        let reader = Reader::open(disk(dir.path())).unwrap();
        assert!(matches!(reader.tail(), TailState::Damaged(_)), "byte {at}");
        assert_eq!(reader.view().entry(599).unwrap(), entry(599), "byte {at}");
        fs::write(&path, &good).unwrap();
    }
    // A tail cut short is damage too: it ends below what was published.
    for length in (0..good.len()).step_by(7) {
        fs::write(&path, &good[..length]).unwrap();
        assert!(open(dir.path()).unwrap_err().is_corrupt(), "{length}");
    }
    fs::write(&path, &good).unwrap();
    assert_eq!(open(dir.path()).unwrap().size(), 600);
}

#[test]
fn an_older_tail_is_refused_below_the_published_checkpoint() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = init(dir.path());
    append(&mut store, 10);
    let old = fs::read(dir.path().join(layout::TAIL)).unwrap();
    append(&mut store, 10);
    let head = store.head_checkpoint().to_owned();
    store.close(Some(&head)).unwrap();
    fs::write(dir.path().join(layout::TAIL), old).unwrap();
    assert_eq!(corruption(open(dir.path())).what, What::TailShort);
    assert_eq!(Reader::open(disk(dir.path())).unwrap().view().entry(20).unwrap(), entry(20));
}

#[test]
fn a_torn_last_batch_is_dropped_and_reported() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = init(dir.path());
    append(&mut store, 3);
    append(&mut store, 2);
    drop(store);
    let path = dir.path().join(layout::TAIL);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let reader = Reader::open(disk(dir.path())).unwrap();
    assert_eq!(reader.size(), 4);
    assert!(matches!(reader.tail(), TailState::Unacknowledged(_)));
    let (store, recovered) = Store::open(disk(dir.path())).unwrap();
    assert_eq!(store.size(), 4);
    assert_eq!(recovered.dropped.unwrap().whole_entries, Some(2));
}

fn public_files(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(public_files(&path)) } else { out.push(path) }
    }
    out.sort();
    out
}

#[test]
fn public_files_are_those_of_the_published_size() {
    let dir = closed();
    let names = |dir: &Path| -> Vec<String> {
        let files = public_files(dir);
        let relative = files.iter().map(|path| path.strip_prefix(dir).unwrap());
        relative.map(|path| path.to_str().unwrap().to_owned()).collect()
    };
    let public = dir.path().join("public");
    let tiles = ["tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"];
    let bundles = ["tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"];
    assert_eq!(names(&public), [&["checkpoint"], &tiles[..], &bundles].concat());
    let mut store = open(dir.path()).unwrap();
    append(&mut store, 200);
    store.close(None).unwrap();
    // The full bundle and tile took the place of the partial ones.
    let tiles = ["tile/0/000", "tile/0/001", "tile/0/002", "tile/1/000.p/2"];
    let bundles = ["tile/entries/000", "tile/entries/001", "tile/entries/002"];
    assert_eq!(names(&public), [&["checkpoint"], &tiles[..], &bundles].concat());
    assert_eq!(fs::read(public.join("tile/0/002")).unwrap().len(), 8192);
}

#[test]
fn damaged_tiles_are_made_anew_and_damaged_bundles_are_refused() {
    let dir = closed();
    for damage in ["public/tile/0/000", "public/tile/0/001"] {
        let path = dir.path().join(damage);
        let good = fs::read(&path).unwrap();
        flip(&path, 40);
        let (store, recovered) = Store::open(disk(dir.path())).unwrap();
        assert_eq!(recovered.rebuilt_tiles, 1);
        drop(store);
        assert_eq!(fs::read(&path).unwrap(), good);
        fs::remove_file(&path).unwrap();
        assert_eq!(Store::open(disk(dir.path())).unwrap().1.rebuilt_tiles, 1);
        assert_eq!(fs::read(&path).unwrap(), good);
    }
    flip(&dir.path().join("public/tile/entries/000"), 45);
    flip(&dir.path().join("public/tile/0/000"), 40);
    assert_eq!(corruption(open(dir.path())).what, What::Root);
    fs::remove_file(dir.path().join("public/tile/entries/000")).unwrap();
    let missing = corruption(open(dir.path()));
    assert_eq!((missing.what, missing.path.as_str()), (What::Bundle, "public/tile/entries/000"));
    // Entries elsewhere can still be read.
    assert_eq!(Reader::open(disk(dir.path())).unwrap().view().entry(300).unwrap(), entry(300));
}

#[test]
fn a_damaged_published_checkpoint_is_refused() {
    let dir = closed();
    let path = dir.path().join(layout::CHECKPOINT);
    let good = fs::read_to_string(&path).unwrap();
    for (text, what) in [
        ("no checkpoint".to_owned(), What::Checkpoint),
        (good.replace("\n600\n", "\n599\n"), What::Root),
        (good.replace("\n600\n", "\n601\n"), What::TailShort),
        (good[..good.len() - 1].to_owned(), What::Checkpoint),
    ] {
        fs::write(&path, text).unwrap();
        assert_eq!(corruption(open(dir.path())).what, what);
        assert!(Reader::open(disk(dir.path())).is_ok());
    }
}

#[test]
fn a_wrong_checkpoint_is_refused_by_the_writer() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = init(dir.path());
    append(&mut store, 5);
    let old = store.head_checkpoint().to_owned();
    append(&mut store, 5);
    let head = store.head_checkpoint().to_owned();
    let root = store.root();
    store.publish(&head).unwrap();
    for note in [
        old,
        "nothing".to_owned(),
        sign(12, root).unwrap(),
        sign(11, NodeHash::from_bytes([7; 32])).unwrap(),
    ] {
        assert!(matches!(store.publish(&note), Err(StoreError::WrongCheckpoint(_))), "{note}");
    }
    // Refusing did no harm; a signer that errs or lies stops the writer until it is reopened.
    append(&mut store, 1);
    let failing = store.commit(&[b"x"], &mut |_, _| Err("no key".into()));
    assert!(matches!(failing, Err(StoreError::Sign { size: 13, .. })), "{failing:?}");
    let again = store.commit(&[b"x"], &mut sign);
    assert!(matches!(again, Err(StoreError::Poisoned { .. })));
    drop(store);
    let mut store = open(dir.path()).unwrap();
    assert_eq!(store.size(), 12);
    let lying = store.commit(&[b"x"], &mut |size, root| sign(size + 1, root));
    assert!(matches!(lying, Err(StoreError::WrongCheckpoint(_))));
    drop(store);
    assert_eq!(open(dir.path()).unwrap().size(), 12);
}

#[test]
fn readers_beside_a_writer_never_see_a_gap() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = init(dir.path());
    let writing = std::sync::atomic::AtomicBool::new(true);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..40 {
                append(&mut store, 1 + round * 13 % 200);
                if round % 3 == 0 {
                    let head = store.head_checkpoint().to_owned();
                    store.publish(&head).unwrap();
                }
                if round % 5 == 0 {
                    store.promote().unwrap();
                }
            }
            writing.store(false, std::sync::atomic::Ordering::Release);
        });
        let mut last = 0;
        while writing.load(std::sync::atomic::Ordering::Acquire) {
            let reader = Reader::open(disk(dir.path())).unwrap();
            assert!(!matches!(reader.tail(), TailState::Damaged(_)), "{:?}", reader.tail());
            assert!(reader.size() >= last);
            last = reader.size();
            let mut seq = 0;
            for batch in reader.view().batches(0) {
                for (at, bytes) in batch.unwrap().iter() {
                    assert_eq!((at, bytes), (seq, entry(seq).as_slice()));
                    seq += 1;
                }
            }
            assert_eq!(seq, last);
        }
    });
}
