//! A damaged ledger put right from a mirror of it.
//!
//! The mirror is believed as little as an origin is: its copy is read whole and verified before
//! anything is written, and whatever the damaged ledger itself still shows signed must agree with it.
//! Files that are right stay. Entries that nobody has any more stay lost, and nothing is made up in
//! their place: a tail is only ever written up to a checkpoint that the operator's own key signed.

mod record;
mod witnessed;

use crate::found::Problem;
use crate::mirror::FollowError;
use crate::reading::Wrong;
use crate::remote::{self, Failure, Remote};
use crate::source::Source;
use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_format::hash::{EntryHash, LedgerId, NodeHash};
use accord_format::merkle::{leaf_hash, root_of};
use accord_format::tile::{TILE_WIDTH, TilePath, encode_bundle, parse_bundle};
use accord_store::disk::Disk;
use accord_store::repair::{Patient, TailFound};
use accord_store::tail::{Ending, Image};
use accord_store::{StoreError, layout};
use record::{Record, read};
use std::sync::Arc;
use witnessed::Notes;

/// What to repair, and how far to go.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The ledger, as it is known to whoever repairs it.
    pub ledger: LedgerId,
    /// Whether a tail that does not read may be replaced by one that ends earlier.
    pub cut_tail: bool,
}

/// What was done, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Entries that the mirror holds.
    pub mirror: u64,
    /// Entries that the ledger holds now, as far as its tail and checkpoint say.
    pub size: u64,
    /// The files put right, below the ledger's directory.
    pub files: Vec<String>,
    /// Where the tail that was replaced is kept.
    pub aside: Option<String>,
    /// What could not be put right from this mirror, and why.
    pub left: Vec<String>,
}

/// Why nothing was repaired.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepairError {
    /// The mirror, or what it shows.
    #[error("the mirror: {0}")]
    Mirror(#[from] FollowError),
    /// An entry of the mirror.
    #[error("the mirror: {0}")]
    Entry(String),
    /// The damaged ledger's files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing shows that both are of one history.
    #[error(
        "nothing here shows that the mirror's {mirror} entries are the beginning of the {size} that the ledger has signed; repair it from a mirror that holds more"
    )]
    Unproven {
        /// Entries that the mirror holds.
        mirror: u64,
        /// Entries that the ledger has signed.
        size: u64,
    },
    /// Both hold a signed checkpoint, and not of one history.
    #[error(
        "{path} of the ledger is signed for size {size} with root {ours}, and the mirror's entries have root {theirs}: two histories, which no repair can join; keep both"
    )]
    Contradiction {
        /// Which file.
        path: String,
        /// Its checkpoint's size.
        size: u64,
        /// Its root.
        ours: NodeHash,
        /// That of the mirror.
        theirs: NodeHash,
    },
}

impl RepairError {
    /// Stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Mirror(error) => error.code(),
            Self::Entry(_) => "entry-wrong",
            Self::Store(_) => "store",
            Self::Unproven { .. } => "unproven",
            Self::Contradiction { .. } => "contradiction",
        }
    }
}

impl From<Failure> for RepairError {
    fn from(failure: Failure) -> Self {
        Self::Mirror(failure.into())
    }
}

impl From<Wrong> for RepairError {
    fn from(wrong: Wrong) -> Self {
        Self::Entry(wrong.to_string())
    }
}

/// Repairs the ledger, or the mirror, on `disk` from what `source` shows.
///
/// # Errors
/// Before anything was written, if the source is not in order or tells another history; the disk's,
/// and then the repair can be run again.
pub fn repair(
    disk: Arc<dyn Disk>,
    source: &mut dyn Source,
    options: Options,
) -> Result<Repaired, RepairError> {
    let mut patient = Patient::open(disk)?;
    let found = patient.tail()?;
    let published = patient.read(layout::CHECKPOINT, NOTE_MAX as u64)?;
    let published = published.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let note = remote::checkpoint(source)?;
    let notes = Notes::listed(&patient, source)?;
    let remote = Remote::new(source, note.checkpoint().size);
    let sizes =
        [size_of(&published), tail_of(&found).map(Image::size), tail_of(&found).map(Image::base)];
    let marked = sizes.iter().flatten().copied().chain(notes.sizes()).collect();
    let mut record = read(&remote, note, options.ledger, &marked)?;
    record.go_on(&patient, tail_of(&found), &sizes)?;
    let mut repaired = Repaired { mirror: record.size(), ..Repaired::default() };

    let shown = record.judge(layout::CHECKPOINT, &published)?;
    let covered = match tail_of(&found).filter(|image| image.size() > 0) {
        Some(image) => {
            record.judge(layout::TAIL, image.note())?.filter(|size| *size == image.size())
        }
        None => None,
    };
    record.check_tied(shown, covered)?;
    let broken = notes.broken(&patient, &record)?;
    let plan = plan(&record, &found, shown, covered, options, &mut repaired);
    let held = mend(&mut patient, &remote, &record, &plan)?;
    if plan.checkpoint {
        patient.checkpoint(&record.note.to_text())?;
    }
    witnessed::mend(&mut patient, &remote, &record, broken, &plan, &mut repaired)?;
    // Everything that a tail leans on is durable before it takes its place.
    repaired.files = patient.settle()?;
    let image = match plan.tail {
        Tail::Keep => None,
        Tail::Prefix(image) => Some(image),
        Tail::Mirror => {
            let base = record.size() / TILE_WIDTH * TILE_WIDTH;
            let prev = record.marks.get(&base).map_or(EntryHash::ZERO, |(_, prev)| *prev);
            let mut image = Image::empty(base, prev);
            let entries: Vec<&[u8]> = parse_bundle(&held.rest).unwrap_or_default();
            let leaves: Vec<NodeHash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
            image.push(&entries, &leaves);
            image.cover(record.note.to_text());
            Some(image)
        }
    };
    if let Some(image) = image {
        repaired.aside = patient.replace_tail(&image)?;
        repaired.files.extend(patient.settle()?);
    }
    repaired.size = plan.size;
    Ok(repaired)
}

fn tail_of(found: &TailFound) -> Option<&Image> {
    match found {
        TailFound::Read(scan) => Some(&scan.image),
        TailFound::Unreadable(_) | TailFound::None => None,
    }
}

fn size_of(note: &str) -> Option<u64> {
    SignedCheckpoint::parse(note.as_bytes()).ok().map(|note| note.checkpoint().size)
}

/// What to do with the tail.
enum Tail {
    Keep,
    /// What reads of it, which ends later than what the mirror holds.
    Prefix(Image),
    /// What the mirror holds behind its last full bundle.
    Mirror,
}

struct Plan {
    tail: Tail,
    /// Whether the mirror's checkpoint takes the place of the one that is there.
    checkpoint: bool,
    /// Entries that are to lie in full bundles.
    full: u64,
    /// The published size whose partial files are to be there.
    published: u64,
    /// Entries in the end.
    size: u64,
}

fn plan(
    record: &Record,
    found: &TailFound,
    shown: Option<u64>,
    covered: Option<u64>,
    options: Options,
    repaired: &mut Repaired,
) -> Plan {
    let mirror = record.size();
    let image = tail_of(found).filter(|image| image.size() > 0);
    let why = match found {
        TailFound::None => None,
        TailFound::Unreadable(why) => Some(why.clone()),
        TailFound::Read(scan) => match &scan.ending {
            Ending::Damaged(corruption) => Some(corruption.to_string()),
            Ending::Clean | Ending::Dropped(_) if covered.is_none() => {
                Some("its checkpoint is not signed with the keys in force".to_owned())
            }
            Ending::Clean | Ending::Dropped(_) => None,
        },
    };
    let behind = matches!(found, TailFound::Read(_)) && covered.is_some_and(|size| size < mirror);
    let tail = match (&why, image, covered) {
        (Some(why), image, covered) => {
            let last = covered.unwrap_or(0).max(mirror);
            if options.cut_tail {
                repaired.left.push(format!(
                    "{}: {why}; entries from {last} on that it may have held are lost unless another copy of it has them, and receipts for them will show that",
                    layout::TAIL
                ));
                match image {
                    Some(image) if covered.is_some_and(|size| size > mirror) => {
                        Tail::Prefix(image.clone())
                    }
                    _ => Tail::Mirror,
                }
            } else {
                repaired.left.push(format!(
                    "{}: {why}; look for another copy of it first. With --cut-tail it is replaced by one of {last} entries, all that is known to be signed, and kept beside it",
                    layout::TAIL
                ));
                Tail::Keep
            }
        }
        (None, ..) if behind => Tail::Mirror,
        (None, ..) => Tail::Keep,
    };
    let (full, size) = match &tail {
        Tail::Mirror => (mirror / TILE_WIDTH * TILE_WIDTH, mirror),
        Tail::Prefix(image) => (image.base(), image.size()),
        Tail::Keep => {
            let size = shown.unwrap_or(mirror);
            let public = (size.min(mirror) / TILE_WIDTH * TILE_WIDTH, size);
            let with_tail =
                |image: &Image| (image.base(), covered.unwrap_or(0).max(shown.unwrap_or(0)));
            image.map_or(public, with_tail)
        }
    };
    if full > mirror {
        repaired.left.push(format!(
            "bundles of entries from {} to {full}: the mirror holds {mirror} entries only",
            mirror / TILE_WIDTH * TILE_WIDTH
        ));
    }
    // A checkpoint beyond the tail would stop the writer; one that is right stays.
    let checkpoint = shown.is_none() && mirror <= size;
    if shown.is_none() && !checkpoint {
        repaired.left.push(format!(
            "{}: the mirror's is of size {mirror}, and the ledger has {size} entries",
            layout::CHECKPOINT
        ));
    }
    let published = if checkpoint { mirror } else { shown.unwrap_or(0) };
    if published > mirror {
        repaired.left.push(format!(
            "partial files of size {published}: the mirror holds {mirror} entries only"
        ));
    }
    // Whatever is published has its full bundles, whether the tail still holds them or not.
    let full = full.max(published.min(mirror) / TILE_WIDTH * TILE_WIDTH);
    Plan { tail, checkpoint, full, published, size }
}

/// What the second reading leaves in hand.
struct Held {
    /// The mirror's last bundle, if it is not full.
    rest: Vec<u8>,
}

/// Reads the mirror again and puts right what is not as it should be.
fn mend(
    patient: &mut Patient,
    remote: &Remote<'_>,
    record: &Record,
    plan: &Plan,
) -> Result<Held, RepairError> {
    let mut rest = Vec::new();
    for index in 0..remote.size().div_ceil(TILE_WIDTH) {
        let bundle = remote.bundle(index)?;
        let entries = parse_bundle(&bundle).unwrap_or_default();
        let leaves: Vec<NodeHash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let first = index.saturating_mul(TILE_WIDTH);
        let known = usize::try_from(index).ok().and_then(|index| record.bundles.get(index));
        if known != Some(&root_of(&leaves)) {
            let problem = Problem::new("bundle-changed", "it is not what it was a moment ago");
            let path = TilePath::bundle(index, remote.width(index)).to_string();
            return Err(FollowError::from(problem.at(path)).into());
        }
        if plan.published <= remote.size() && plan.published / TILE_WIDTH == index {
            let width = usize::try_from(plan.published % TILE_WIDTH).unwrap_or(0);
            let part = encode_bundle(entries.iter().take(width).copied()).unwrap_or_default();
            patient.partials(&part, leaves.get(..width).unwrap_or_default(), plan.full)?;
        }
        if leaves.len() as u64 == TILE_WIDTH && first < plan.full {
            patient.bundle(&bundle, leaves)?;
        } else if leaves.len() as u64 != TILE_WIDTH {
            rest = bundle;
        }
    }
    if plan.published == patient.full() && plan.published > 0 {
        // No bundle is partial; tiles above may be.
        patient.partials(&[], &[], plan.full)?;
    }
    Ok(Held { rest })
}
