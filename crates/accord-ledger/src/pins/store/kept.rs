//! What verifications keep for the next ones to go on from: of each ledger that of the most entries,
//! and that of an older copy which was verified since.

use super::{PINS, Pins, kind, name};
use crate::verify::{Examined, Kept, KeptError, KeptOf};
use accord_format::hash::LedgerId;
use accord_store::disk::{DiskError, DiskResult};
use std::sync::Arc;

/// Pieces shorter than this are written together.
const TOGETHER: usize = 1 << 20;

impl Pins {
    /// Keeps what a verification found, in place of what was kept of fewer entries. False if the ledger is not
    /// remembered, of which then nothing else is either.
    pub fn keep(&self, examined: Examined, of: &KeptOf) -> Result<bool, KeptError> {
        let folder = format!("{PINS}/{}", of.ledger);
        if self.disk.kind(&folder)?.is_none() {
            return Ok(false);
        }
        let kept = name(of.size, &of.root, "kept");
        self.write_with(&folder, &kept, |file| -> Result<(), KeptError> {
            let mut gathered = Vec::with_capacity(TOGETHER);
            examined.keep(of, &mut |bytes: &[u8]| -> Result<(), DiskError> {
                gathered.extend_from_slice(bytes);
                if gathered.len() < TOGETHER {
                    return Ok(());
                }
                let written = file.append(&gathered);
                gathered = Vec::with_capacity(TOGETHER);
                written
            })?;
            Ok(file.append(&gathered)?)
        })?;
        let size = |name: &str| name.split('-').next().map(str::to_owned);
        let older = |other: &String| *other != kept && size(other) <= size(&kept);
        for other in self.kept_names(&folder)?.into_iter().filter(older) {
            self.remove(&format!("{folder}/{other}"))?;
        }
        Ok(true)
    }

    /// What was kept of a ledger, that of the most entries first, and why files that should be such
    /// are of no use.
    pub fn kept(&self, ledger: &LedgerId) -> DiskResult<Vec<Result<Kept, KeptError>>> {
        let folder = format!("{PINS}/{ledger}");
        let open = |name: &String| {
            let kept = Kept::open(Arc::clone(&self.disk), &format!("{folder}/{name}"))?;
            let of = kept.of();
            if of.ledger == *ledger && *name == self::name(of.size, &of.root, "kept") {
                return Ok(kept);
            }
            Err(KeptError::Form("its name is that of other entries"))
        };
        Ok(self.kept_names(&folder)?.iter().rev().map(open).collect())
    }

    fn kept_names(&self, folder: &str) -> DiskResult<Vec<String>> {
        Ok(self.names(folder)?.into_iter().filter(|name| kind(name) == Some("kept")).collect())
    }
}
