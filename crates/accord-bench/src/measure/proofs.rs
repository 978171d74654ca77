//! Receipts: what is read for one, and how long it takes.

use super::ledger::Measured;
use super::timing::{median, millis, number, timed};
use super::{Better, Figure};
use crate::dice::Dice;
use crate::error::BenchError;
use accord_ledger::Record;
use accord_store::Reader;
use accord_store::disk::{
    Access, Disk, DiskFile, DiskLock, DiskReader, DiskResult, Kind, RealDisk,
};
use accord_store::layout;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Receipts that are made.
const PROOFS: usize = 500;
/// What may be read beside one tile a level: the bundle, and a partial tile.
const BESIDE: u64 = 2;

pub(super) fn measure(measured: &Measured, figures: &mut Vec<Figure>) -> Result<(), BenchError> {
    let disk = Arc::new(Counting { disk: RealDisk::new(&measured.dir), read: AtomicU64::new(0) });
    let counted: Arc<dyn Disk> = disk.clone();
    let record = Record::of(Reader::open(counted)?);
    let head = record.head()?;
    let mut dice = Dice(1);
    let (mut times, mut most) = (Vec::new(), 0);
    for _ in 0..PROOFS {
        let seq = dice.below(record.size());
        let before = disk.read.load(Ordering::Relaxed);
        let (time, receipt) = timed(|| record.receipt(seq, &head));
        receipt?;
        most = most.max(disk.read.load(Ordering::Relaxed) - before);
        times.push(time);
    }
    let mut levels = 0_u64;
    while 256_u64.saturating_pow(u32::try_from(levels).unwrap_or(u32::MAX)) < record.size() {
        levels += 1;
    }
    let figure = Figure::new("proofs/tiles and bundles read, most", number(most), "files");
    let bound = number(levels + BESIDE);
    figures.push(figure.beside("levels of the tree + 2", bound).to_be(Better::Less, 1.0));
    let figure = Figure::new("proofs/a receipt, warm, median", millis(median(times)), "ms");
    figures.push(figure.to_be(Better::Less, 1.0));
    Ok(())
}

/// A disk that counts the reads of tiles and bundles.
#[derive(Debug)]
struct Counting {
    disk: RealDisk,
    read: AtomicU64,
}

impl Counting {
    fn count(&self, path: &str) {
        if path.starts_with(layout::TILES) {
            self.read.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Disk for Counting {
    fn kind(&self, path: &str) -> DiskResult<Option<Kind>> {
        self.disk.kind(path)
    }

    fn len(&self, path: &str) -> DiskResult<u64> {
        self.disk.len(path)
    }

    fn read(&self, path: &str, max_bytes: u64) -> DiskResult<Vec<u8>> {
        self.count(path);
        self.disk.read(path, max_bytes)
    }

    fn read_at(&self, path: &str, offset: u64, len: usize) -> DiskResult<Vec<u8>> {
        self.count(path);
        self.disk.read_at(path, offset, len)
    }

    fn open_read(&self, path: &str) -> DiskResult<Box<dyn DiskReader>> {
        self.count(path);
        self.disk.open_read(path)
    }

    fn list(&self, path: &str) -> DiskResult<Vec<String>> {
        self.disk.list(path)
    }

    fn create(&self, path: &str, access: Access) -> DiskResult<Box<dyn DiskFile>> {
        self.disk.create(path, access)
    }

    fn open_append(&self, path: &str) -> DiskResult<Box<dyn DiskFile>> {
        self.disk.open_append(path)
    }

    fn rename(&self, from: &str, to: &str) -> DiskResult<()> {
        self.disk.rename(from, to)
    }

    fn remove_file(&self, path: &str) -> DiskResult<()> {
        self.disk.remove_file(path)
    }

    fn create_dir(&self, path: &str, access: Access) -> DiskResult<()> {
        self.disk.create_dir(path, access)
    }

    fn remove_dir(&self, path: &str) -> DiskResult<()> {
        self.disk.remove_dir(path)
    }

    fn sync_dir(&self, path: &str) -> DiskResult<()> {
        self.disk.sync_dir(path)
    }

    fn try_lock(&self, path: &str) -> DiskResult<Box<dyn DiskLock>> {
        self.disk.try_lock(path)
    }
}
