//! The checkpoints that met their quorum: what does not read, or is missing, comes back from the mirror.
//! Whatever the ledger itself still shows signed there must agree with the mirror, as anywhere.

use super::record::Record;
use super::{Plan, RepairError, Repaired};
use crate::remote::{Failure, Remote};
use crate::source::Source;
use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_store::layout;
use accord_store::repair::Patient;
use std::collections::BTreeSet;

/// The sizes of these files: in the damaged ledger, and at the mirror as far as it tells.
pub(super) struct Notes {
    ours: BTreeSet<u64>,
    theirs: BTreeSet<u64>,
}

impl Notes {
    /// Lists both. A mirror that does not tell is asked for those that are known here.
    pub(super) fn listed(patient: &Patient, source: &mut dyn Source) -> Result<Self, RepairError> {
        let ours = patient.witnessed()?.into_iter().collect();
        let mut theirs = BTreeSet::new();
        let mut from = 0;
        while let Ok(listed) = source.witnessed(from) {
            let known = theirs.len();
            theirs.extend(listed);
            if theirs.len() == known {
                break;
            }
            from = theirs.last().map_or(u64::MAX, |last: &u64| last.saturating_add(1));
        }
        Ok(Self { ours, theirs })
    }

    pub(super) fn sizes(&self) -> impl Iterator<Item = u64> {
        self.ours.union(&self.theirs).copied()
    }

    /// The sizes whose files are missing here, or are not what their names say.
    ///
    /// # Errors
    /// If a file is signed with the keys in force, and of another history than the mirror's.
    pub(super) fn broken(
        &self,
        patient: &Patient,
        record: &Record,
    ) -> Result<BTreeSet<u64>, RepairError> {
        let mut broken: BTreeSet<u64> = self.theirs.difference(&self.ours).copied().collect();
        for size in &self.ours {
            let path = layout::witnessed(*size);
            let bytes = patient.read(&path, NOTE_MAX as u64)?.unwrap_or_default();
            let text = String::from_utf8(bytes).unwrap_or_default();
            // Of one beyond the mirror's entries nothing is known here: it stays.
            if record.judge(&path, &text)? != Some(*size) {
                broken.insert(*size);
            }
        }
        Ok(broken)
    }
}

/// Puts right what is broken, as far as it is published and the mirror has it.
pub(super) fn mend(
    patient: &mut Patient,
    remote: &Remote<'_>,
    record: &Record,
    broken: BTreeSet<u64>,
    plan: &Plan,
    repaired: &mut Repaired,
) -> Result<(), RepairError> {
    for size in broken {
        let path = layout::witnessed(size);
        if size > plan.published && patient.read(&path, NOTE_MAX as u64)?.is_none() {
            // It is not published here, and need not be.
            continue;
        }
        match remote.witnessed(size) {
            Ok(Some(note)) if record.vouches(size, &note) => {
                patient.witnessed_note(size, &note.to_text())?;
            }
            Ok(found) => repaired.left.push(format!("{path}: {}", why(found.as_ref()))),
            Err(Failure::Found(problem)) => repaired.left.push(format!("{path}: {problem}")),
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(())
}

fn why(found: Option<&SignedCheckpoint>) -> &'static str {
    match found {
        None => "it does not read, or is not what its name says, and the mirror has none",
        Some(_) => "what the mirror has is not a checkpoint of this size that the ledger signed",
    }
}
