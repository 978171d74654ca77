//! Taking over what a larger checkpoint covers: in steps, each shown to be of the tree that the
//! checkpoint signs before any of it is written, so that no source can fill the disk or the memory
//! with what the operator never signed.

use super::{FollowError, Mirror, Standing, unsigned};
use crate::found::Problem;
use crate::reading::Reading;
use crate::remote::{Failure, Remote};
use crate::source::Source;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::hash::NodeHash;
use accord_format::merkle::{self, leaf_hash};
use accord_format::tile::{TILE_HEIGHT, TILE_WIDTH, TilePath, parse_bundle};
use accord_store::replica::{Bundles, Replica};

/// A step ends, before its full number of bundles, when it has this many bytes.
const STEP_BYTES: usize = 32 << 20;
/// The most entries read under a checkpoint that no known key has signed, to learn whether keys were
/// rotated in between.
pub(super) const UNPROVEN_MAX: u64 = 16 << 20;

/// Consecutive entries, read and not yet proven.
#[derive(Debug, Default)]
struct Step {
    full: Bundles,
    /// The last bundle, when it is not full, with its leaf hashes.
    last: Option<(Vec<u8>, Vec<NodeHash>)>,
}

impl Mirror {
    /// Takes over everything up to `shown`, which is larger than what is held, and cosigns it. Tells
    /// which of the source's hash tiles are wrong all the same.
    pub(super) fn extend(
        &mut self,
        source: &mut dyn Source,
        shown: &SignedCheckpoint,
        standing: Standing,
    ) -> Result<Vec<Problem>, FollowError> {
        let (held, remote) = (self.size(), Remote::new(source, shown.checkpoint().size));
        self.forget_uploads();
        match self.take_over(&remote, shown, standing) {
            Ok(()) => Ok(self.audit(&remote, held)?),
            // Whatever does not fit may be the beginning of another history.
            Err(FollowError::Found(problem)) if held > 0 => {
                Err(self.fork_behind(&remote, shown)?.unwrap_or(*problem).into())
            }
            Err(failed) => Err(failed),
        }
    }

    fn take_over(
        &mut self,
        remote: &Remote<'_>,
        shown: &SignedCheckpoint,
        standing: Standing,
    ) -> Result<(), FollowError> {
        if !self.is_signed_by_known(remote, shown)? {
            // The keys may have been rotated since: what says so is read first, and nothing kept.
            let mut reading = self.reading.clone();
            let unproven = remote.size().saturating_sub(self.size());
            if unproven > UNPROVEN_MAX {
                let why = format!(
                    "no known key has signed it, and {unproven} entries are too many to read before one does"
                );
                return Err(unsigned(shown, &why).into());
            }
            let mut next = reading.size() / TILE_WIDTH;
            while reading.size() < remote.size() {
                drop(step(remote, &mut reading, &self.replica, &mut next, self.step)?);
                prove(remote, &reading, shown)?;
            }
            check_signed(&reading, shown)?;
        }
        let mut reading = self.reading.clone();
        let mut next = reading.size() / TILE_WIDTH;
        let rest = loop {
            let step = step(remote, &mut reading, &self.replica, &mut next, self.step)?;
            prove(remote, &reading, shown)?;
            self.replica.extend(&step.full)?;
            if reading.size() == remote.size() {
                break step.last;
            }
        };
        check_signed(&reading, shown)?;
        let (bundle, leaves) = rest.unwrap_or_default();
        self.replica.finish(&bundle, &leaves)?;
        let note = self.cosigned(shown, &reading)?;
        match standing {
            Standing::Published => self.replica.publish(note, &leaves)?,
            Standing::Waits => self.replica.hold(note, &leaves)?,
        }
        self.reading = reading;
        Ok(())
    }

    /// Whether the checkpoint is signed with the keys known so far. Of a ledger not yet begun these
    /// are the genesis entry's.
    fn is_signed_by_known(
        &self,
        remote: &Remote<'_>,
        shown: &SignedCheckpoint,
    ) -> Result<bool, FollowError> {
        if let Some(keys) = self.reading.keys() {
            return Ok(keys.verify(shown).is_ok());
        }
        let bundle = remote.bundle(0)?;
        let mut reading = Reading::new(self.ledger);
        let first = parse_bundle(&bundle).ok().and_then(|entries| entries.first().copied());
        let taken = reading.take(first.unwrap_or_default());
        taken.map_err(|wrong| wrong_entry(0, &wrong.to_string(), &bundle, remote))?;
        Ok(check_signed(&reading, shown).is_ok())
    }

    /// Compares the source's hash tiles with those of the entries, from the size `from` on.
    fn audit(&self, remote: &Remote<'_>, from: u64) -> Result<Vec<Problem>, FollowError> {
        let (view, size) = (self.view(), remote.size());
        let mut problems = Vec::new();
        for level in 0_u32.. {
            let hashes =
                |size: u64| size.checked_shr(TILE_HEIGHT.saturating_mul(level)).unwrap_or(0);
            if hashes(size) == 0 {
                break;
            }
            for index in hashes(from) / TILE_WIDTH..hashes(size).div_ceil(TILE_WIDTH) {
                let width = TilePath::width_at(level, index, size);
                let path = TilePath::tile(level, index, width);
                let expected = view.tile(level, index, width)?;
                match remote.tile(level, index) {
                    Ok(found) if found == expected => {}
                    Ok(found) => {
                        let bytes = found.iter().flat_map(|hash| *hash.as_bytes()).collect();
                        let why = "the hashes are not those of the entries in the bundles";
                        problems
                            .push(Problem::new("tile-wrong", why).at(path.to_string()).came(bytes));
                    }
                    Err(Failure::Found(problem)) => problems.push(*problem),
                    Err(Failure::Unreachable(error)) => {
                        let why = format!("not compared: {error}");
                        problems.push(Problem::new("tiles-not-compared", why).at(path.to_string()));
                        return Ok(problems);
                    }
                }
                if problems.len() >= PROBLEMS_MAX {
                    return Ok(problems);
                }
            }
        }
        Ok(problems)
    }
}

/// As many wrong tiles as one round names.
const PROBLEMS_MAX: usize = 16;

pub(super) fn check_signed(reading: &Reading, shown: &SignedCheckpoint) -> Result<(), FollowError> {
    match reading.keys().map(|keys| keys.verify(shown)) {
        Some(Ok(())) => Ok(()),
        Some(Err(error)) => Err(unsigned(shown, &error.to_string()).into()),
        None => Err(unsigned(shown, "no key is known").into()),
    }
}

/// Reads the next bundles.
fn step(
    remote: &Remote<'_>,
    reading: &mut Reading,
    held: &Replica,
    next: &mut u64,
    bundles: usize,
) -> Result<Step, FollowError> {
    let mut step = Step::default();
    while reading.size() < remote.size() {
        let bundle = remote.bundle(*next)?;
        let leaves = take_bundle(remote, reading, held, *next, &bundle)?;
        *next = next.saturating_add(1);
        if leaves.len() as u64 == TILE_WIDTH {
            step.full.push(bundle, leaves);
        } else {
            step.last = Some((bundle, leaves));
        }
        if step.full.len() >= bundles.max(1) || step.full.bytes() >= STEP_BYTES {
            break;
        }
    }
    Ok(step)
}

/// Reads the entries of one bundle: those held must be the same, those beyond must go on from them.
fn take_bundle(
    remote: &Remote<'_>,
    reading: &mut Reading,
    held: &Replica,
    index: u64,
    bundle: &[u8],
) -> Result<Vec<NodeHash>, FollowError> {
    let path = TilePath::bundle(index, remote.width(index)).to_string();
    let entries = parse_bundle(bundle).map_err(|error| {
        Problem::new("bundle-malformed", error.to_string()).at(path.clone()).came(bundle.to_vec())
    })?;
    let first = index.saturating_mul(TILE_WIDTH);
    let known = reading.size().saturating_sub(first);
    let known = usize::try_from(known).unwrap_or(usize::MAX).min(entries.len());
    let mut leaves: Vec<NodeHash> = entries.iter().take(known).map(|e| leaf_hash(e)).collect();
    if let Some(width) = u16::try_from(known).ok().filter(|width| *width > 0) {
        let ours = held.view().tile(0, index, width)?;
        if let Some(at) = ours.iter().zip(&leaves).position(|(ours, theirs)| ours != theirs) {
            let seq = first.saturating_add(at as u64);
            let why = format!("entry {seq} is not the one that is held since before");
            return Err(Problem::new("entry-changed", why).at(path).came(bundle.to_vec()).into());
        }
    }
    for entry in entries.iter().skip(known) {
        let taken = reading.take(entry);
        leaves.push(taken.map_err(|wrong| wrong_entry(index, &wrong.to_string(), bundle, remote))?);
    }
    Ok(leaves)
}

fn wrong_entry(index: u64, why: &str, bundle: &[u8], remote: &Remote<'_>) -> Problem {
    let path = TilePath::bundle(index, remote.width(index)).to_string();
    Problem::new("entry-wrong", why).at(path).came(bundle.to_vec())
}

/// Shows that what was read is the beginning of the tree that the checkpoint signs.
fn prove(
    remote: &Remote<'_>,
    reading: &Reading,
    shown: &SignedCheckpoint,
) -> Result<(), FollowError> {
    let head = shown.checkpoint();
    let (size, root) = (reading.size(), reading.root());
    if size == head.size {
        if root == head.root {
            return Ok(());
        }
        let why = format!("the bundles have root {root}, the checkpoint signs {}", head.root);
        return Err(Problem::new("root-wrong", why).into());
    }
    let proof = merkle::consistency_proof(remote, size, head.size)?;
    merkle::verify_consistency((size, &root), (head.size, &head.root), &proof).map_err(|error| {
        let why = format!("the first {size} entries in the bundles are not shown to be of the tree that is signed: {error}");
        Problem::new("root-wrong", why).into()
    })
}
