//! Reading ahead: while entries are folded in their order, those behind them are read, parsed and
//! hashed, and their signatures checked, on all cores.

use super::bundles::Copy;
use super::listing::Listing;
use crate::cores;
use crate::keyring::{Keyring, SignatureError};
use accord_format::entry::{ENTRY_MAX, Entry, EntryError, entry_hash};
use accord_format::event::SignedEvent;
use accord_format::hash::{EntryHash, NodeHash};
use accord_format::merkle::leaf_hash;
use accord_format::tile::{TILE_WIDTH, TilePath};
use accord_store::{Reader, layout};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::mpsc;

const BUNDLE_MAX: u64 = TILE_WIDTH * (2 + ENTRY_MAX as u64);
/// Bundles that are checked together, so that no core waits for another at the end of each,
const TOGETHER: u64 = 4;
/// unless they have more bytes than this: bundles of the longest entries are checked one by one.
const TOGETHER_BYTES: usize = 4 << 20;
/// Groups of bundles that wait to be folded. With the one being folded and the one being checked
/// that is all that is held of the record at once.
const WAITING: usize = 2;

/// An entry's bytes, hashed and parsed, with its signatures checked.
pub(super) struct Checked {
    pub(super) seq: u64,
    pub(super) leaf: NodeHash,
    pub(super) hash: EntryHash,
    pub(super) entry: Result<Entry, EntryError>,
    /// Which signature fails, if any.
    pub(super) signature: Option<SignatureError>,
}

/// Checks entries by themselves, in their order.
#[derive(Debug, Default)]
pub(super) struct Checker {
    pub(super) keyring: Keyring,
    /// Signatures below this seq are not checked again.
    pub(super) trusted: u64,
}

/// What is done with entries while they are read ahead.
pub(super) trait Work: Send {
    /// What comes of one entry.
    type Done: Send;

    /// Works on consecutive entries.
    fn work(&mut self, entries: &[(u64, &[u8])]) -> Vec<Self::Done>;

    /// The position of the entry that something came of.
    fn seq(done: &Self::Done) -> u64;
}

impl Work for Checker {
    type Done = Checked;

    fn work(&mut self, entries: &[(u64, &[u8])]) -> Vec<Checked> {
        self.check(entries)
    }

    fn seq(done: &Checked) -> u64 {
        done.seq
    }
}

/// Does no more than hash entries into the tree.
pub(super) struct Hashing;

impl Work for Hashing {
    type Done = (u64, NodeHash);

    fn work(&mut self, entries: &[(u64, &[u8])]) -> Vec<(u64, NodeHash)> {
        entries.par_iter().map(|(seq, bytes)| (*seq, leaf_hash(bytes))).collect()
    }

    fn seq(done: &(u64, NodeHash)) -> u64 {
        done.0
    }
}

/// What was found of one bundle.
pub(super) struct Found<D> {
    pub(super) index: u64,
    /// Its files, widest first.
    pub(super) copies: Vec<Copy>,
    /// Why others are no bundles.
    pub(super) malformed: Vec<String>,
    /// Its entries; those that nothing holds are not among them.
    pub(super) entries: Vec<D>,
}

impl Checker {
    /// Parses, hashes and checks consecutive entries on all cores. Keys count from the entry that
    /// names them on.
    pub(super) fn check(&mut self, entries: &[(u64, &[u8])]) -> Vec<Checked> {
        let mut checked: Vec<Checked> = entries
            .par_iter()
            .map(|(seq, bytes)| {
                let entry = Entry::parse(bytes);
                let hash = entry.as_ref().map_or_else(|_| entry_hash(bytes), Entry::hash);
                Checked { seq: *seq, leaf: leaf_hash(bytes), hash, entry, signature: None }
            })
            .collect();
        for Checked { seq, entry, signature, .. } in &mut checked {
            let Ok(entry) = entry else { continue };
            if *seq == 0 {
                self.keyring.learn(entry.event());
            }
            let mut signers = entry.event().signers.iter();
            let stranger = signers.find(|s| self.keyring.get(s.key()).is_none());
            *signature = stranger.map(|s| SignatureError::UnknownSigner(s.key().to_owned()));
            self.keyring.learn(entry.event());
        }
        let asked: Vec<Option<&SignedEvent>> = checked
            .iter()
            .map(|checked| match (&checked.entry, &checked.signature) {
                (Ok(entry), None) if checked.seq >= self.trusted => Some(entry.signed()),
                _ => None,
            })
            .collect();
        let verdicts = self.keyring.verify_all(&asked);
        for (checked, verdict) in checked.iter_mut().zip(verdicts) {
            if checked.signature.is_none() {
                checked.signature = verdict.err();
            }
        }
        checked
    }
}

/// What is read.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) reader: &'a Reader,
    pub(super) listing: &'a Listing,
    /// The first entry that is worked on,
    pub(super) from: u64,
    /// and the first behind them that is not.
    pub(super) until: u64,
    /// Number of bundles of which anything may be found.
    pub(super) reach: u64,
}

impl Source<'_> {
    /// Reads every bundle, has all that is in it worked on, and gives each to `take` in order; gives
    /// back what did the work.
    pub(super) fn each<W: Work>(self, mut work: W, mut take: impl FnMut(Found<W::Done>)) -> W {
        std::thread::scope(|scope| {
            let (sender, groups) = mpsc::sync_channel::<Vec<Found<W::Done>>>(WAITING);
            let ahead = scope.spawn(move || {
                let end = self.reach.min(self.until.div_ceil(TILE_WIDTH));
                let mut next = self.from / TILE_WIDTH;
                while next < end {
                    let group = self.group(&mut next, end, &mut work);
                    // Whoever folds has unwound.
                    if sender.send(group).is_err() {
                        break;
                    }
                }
                work
            });
            groups.into_iter().flatten().for_each(&mut take);
            ahead.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// Some bundles from `next` on.
    fn group<W: Work>(&self, next: &mut u64, end: u64, work: &mut W) -> Vec<Found<W::Done>> {
        let (mut group, mut bytes) = (Vec::new(), 0_usize);
        let end = end.min(*next + TOGETHER);
        while *next < end && bytes < TOGETHER_BYTES {
            let found = self.read(*next);
            bytes += found.copies.iter().map(Copy::bytes).sum::<usize>();
            group.push(found);
            *next += 1;
        }
        let entries: Vec<(u64, &[u8])> = group.iter().flat_map(|f| self.entries_of(f)).collect();
        let mut all = cores::install(|| work.work(&entries)).into_iter().peekable();
        for found in &mut group {
            let end = (found.index + 1).saturating_mul(TILE_WIDTH);
            while let Some(done) = all.next_if(|done| W::seq(done) < end) {
                found.entries.push(done);
            }
        }
        group
    }

    /// The entries of a bundle that are there: from the tail, or else from its widest file.
    fn entries_of<'f, D>(&'f self, found: &'f Found<D>) -> impl Iterator<Item = (u64, &'f [u8])> {
        let image = self.reader.image();
        let entry = move |(at, seq): (usize, u64)| {
            let of_tail = image.and_then(|image| image.entry(seq));
            let bytes = of_tail.or_else(|| found.copies.first().and_then(|c| c.entry(at)));
            bytes.map(|bytes| (seq, bytes))
        };
        let asked = self.from..self.until;
        let all = seqs_of(found.index, self.reader.size()).enumerate();
        all.filter(move |(_, seq)| asked.contains(seq)).filter_map(entry)
    }

    /// The files of a bundle, widest first, and why others are none.
    fn read<D>(&self, index: u64) -> Found<D> {
        let width = TilePath::width_at(0, index, self.reader.size());
        let (mut copies, mut malformed) = (Vec::new(), Vec::new());
        let widths = self.listing.bundles.get(&index).into_iter().flatten().rev();
        for path in widths.map(|width| TilePath::bundle(index, *width)) {
            // Beyond the size a writer may be at work.
            if path.width > width {
                continue;
            }
            let read = match self.reader.disk().read(&layout::tile(path), BUNDLE_MAX) {
                // It gave way to a wider one since it was listed.
                Err(error) if error.is_not_found() => continue,
                Err(error) => Err(error.to_string()),
                Ok(bytes) => Copy::parse(path, bytes),
            };
            match read {
                Ok(copy) => copies.push(copy),
                Err(error) => malformed.push(format!("{}: {error}", layout::tile(path))),
            }
        }
        Found { index, copies, malformed, entries: Vec::new() }
    }
}

/// The seqs of the entries that bundle `index` has in a record of `size`.
pub(super) fn seqs_of(index: u64, size: u64) -> Range<u64> {
    let first = index * TILE_WIDTH;
    first..first + u64::from(TilePath::width_at(0, index, size))
}
