//! Completeness over a whole record: the index computed from its entries, what the operator has
//! committed to, and proofs that entries are all of their stream, type or signer.

mod check;
mod tracker;

pub use check::{Complete, CompletenessError, check};
pub(crate) use tracker::Tracker;

use crate::error::LedgerError;
use crate::kernel::Kernel;
use crate::record::Record;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::completeness::{
    Answer, Commitment, ENTRIES_MAX, End, Index, Key, Part, Proof, SignedStatement, Statement,
};
use accord_format::entry::Entry;
use accord_format::hash::NodeHash;
use accord_format::merkle::{self, leaf_hash};
use accord_store::{StoreError, View};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// One entry on a walk through the record.
pub(crate) struct Step {
    pub(crate) seq: u64,
    pub(crate) leaf: NodeHash,
    /// Nothing when the bytes are no entry; then they stand under no key.
    pub(crate) entry: Option<Entry>,
}

/// Reads the entries from `from` up to `size`, in order, parsed on all cores.
pub(crate) fn walk(
    view: &View<'_>,
    from: u64,
    size: u64,
    mut each: impl FnMut(Step),
) -> Result<(), StoreError> {
    if from >= size {
        return Ok(());
    }
    for batch in view.batches(from) {
        let batch = batch?;
        let entries: Vec<(u64, &[u8])> =
            batch.iter().filter(|(seq, _)| (from..size).contains(seq)).collect();
        let read = |(seq, bytes): (u64, &[u8])| Step {
            seq,
            leaf: leaf_hash(bytes),
            entry: Entry::parse(bytes).ok(),
        };
        let steps: Vec<Step> = entries.into_par_iter().map(read).collect();
        steps.into_iter().for_each(&mut each);
        if batch.first().saturating_add(batch.len() as u64) >= size {
            break;
        }
    }
    Ok(())
}

/// The index over the first `size` entries: what a mirror computes before it vouches for a root.
pub fn recompute(view: &View<'_>, size: u64) -> Result<Index, LedgerError> {
    let mut index = Index::default();
    walk(view, 0, size, |step| push(&mut index, &step))?;
    Ok(index)
}

fn push(index: &mut Index, step: &Step) {
    if let Some(entry) = &step.entry {
        index.push(step.leaf, entry.event());
    }
}

/// A commitment found in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    /// What it should be.
    commitment: Commitment,
    /// Whether it is.
    holds: bool,
}

/// The commitment that an entry should make, if it is one to the index so far.
fn commitment_at(step: &Step, index: &mut Index) -> Option<Found> {
    let event = step.entry.as_ref().map(Entry::event).filter(|e| Commitment::is_claimed_by(e))?;
    let commitment = Commitment { size: step.seq, root: index.root() };
    Some(Found { commitment, holds: Commitment::of(event) == Some(commitment) })
}

/// What the operator has committed to, and whether it is so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// The last commitment that is right.
    pub last: Option<Commitment>,
    /// Positions of false ones.
    pub wrong: Vec<u64>,
}

impl Survey {
    fn note(&mut self, found: Found) {
        if found.holds {
            self.last = Some(found.commitment);
        } else {
            self.wrong.push(found.commitment.size);
        }
    }
}

/// Computes the index of a record anew and compares every commitment below `limit` with it.
pub fn survey(view: &View<'_>, limit: u64) -> Result<Survey, LedgerError> {
    let (mut index, mut survey) = (Index::default(), Survey::default());
    walk(view, 0, limit.min(view.size()), |step| {
        if let Some(found) = commitment_at(&step, &mut index) {
            survey.note(found);
        }
        push(&mut index, &step);
    })?;
    Ok(survey)
}

/// What whoever holds a verified record can say of a commitment in it that [`survey`] found right.
pub fn statement(
    view: &View<'_>,
    kernel: &Kernel,
    commitment: &Commitment,
) -> Result<Option<Statement>, LedgerError> {
    let Commitment { size, root: index } = *commitment;
    let Some(ledger) = kernel.ledger() else { return Ok(None) };
    Ok(Some(Statement { ledger, size, tree: merkle::root(view, size)?, index }))
}

/// A proof, or why there is none.
#[derive(Debug)]
pub enum Proven {
    /// The proof.
    Proof(Box<Proof>),
    /// No right commitment covers anything below the size asked for; the false ones.
    NotCommitted(Survey),
    /// There are more entries than one file holds.
    TooMany(usize),
}

/// Proves that the entries under `key` are all, by the last right commitment at a position that is
/// at most `at` and below the size of `checkpoint`.
pub fn prove(
    record: &Record,
    kernel: &Kernel,
    key: &Key,
    at: u64,
    checkpoint: &SignedCheckpoint,
) -> Result<Proven, LedgerError> {
    let (view, head) = (record.view(), checkpoint.checkpoint().size);
    let (mut index, mut survey, mut seqs) = (Index::default(), Survey::default(), Vec::new());
    let mut last: Option<(Answer, usize)> = None;
    walk(&view, 0, head.min(at.saturating_add(1)).min(view.size()), |step| {
        if let Some(found) = commitment_at(&step, &mut index) {
            survey.note(found);
            if found.holds {
                last = Some((index.answer(key), seqs.len()));
            }
        }
        push(&mut index, &step);
        if step.entry.is_some_and(|entry| key.holds(entry.event())) {
            seqs.push(step.seq);
        }
    })?;
    let (Some((answer, listed)), Some(commitment)) = (last, survey.last) else {
        return Ok(Proven::NotCommitted(survey));
    };
    seqs.truncate(listed);
    let history = kernel.key_history(head).count();
    if listed.saturating_add(history) >= ENTRIES_MAX {
        return Ok(Proven::TooMany(listed));
    }
    let proof = assemble(record, kernel, key, &commitment, answer, &seqs, checkpoint)?;
    Ok(Proven::Proof(Box::new(proof)))
}

fn assemble(
    record: &Record,
    kernel: &Kernel,
    key: &Key,
    commitment: &Commitment,
    answer: Answer,
    listed: &[u64],
    checkpoint: &SignedCheckpoint,
) -> Result<Proof, LedgerError> {
    let head = checkpoint.checkpoint().size;
    let history: BTreeSet<u64> = kernel.key_history(head).collect();
    let mut shown: BTreeSet<u64> = listed.iter().copied().chain([commitment.size]).collect();
    shown.extend(&history);
    let shown: Vec<u64> = shown.into_iter().collect();
    let part = |seq: &u64| -> Result<Part, LedgerError> {
        Ok(Part { entry: record.entry(*seq)?, is_key_history: history.contains(seq) })
    };
    Ok(Proof {
        key: key.clone(),
        size: commitment.size,
        absent: match answer.end {
            End::Found { .. } => None,
            End::Absent(absent) => Some(absent),
        },
        siblings: answer.siblings,
        hashes: merkle::batch_proof(&record.view(), &shown, commitment.size, head)?,
        checkpoint: checkpoint.clone(),
        statement: None,
        parts: shown.iter().map(part).collect::<Result<_, _>>()?,
    })
}

/// Puts a statement into a proof, if it is about the very index that the proof rests on.
pub fn vouched(mut proof: Proof, statement: SignedStatement) -> Option<Proof> {
    let about = statement.statement();
    let commitment = proof.commitment().and_then(|entry| Commitment::of(entry.event()))?;
    if (about.size, about.index) != (commitment.size, commitment.root) {
        return None;
    }
    proof.statement = Some(statement);
    Some(proof)
}
