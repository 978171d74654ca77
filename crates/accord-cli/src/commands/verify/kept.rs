//! What a verification rests on beside what it checked now, and what it leaves to the next one.

use super::{entries, word};
use crate::error::CliError;
use crate::files;
use crate::pinning::{self, PinArgs};
use accord_ledger::pins::Verified;
use accord_ledger::verify::{Examined, KeptOf, Report};

/// What is kept is written anew when one entry in so many was judged.
const WORTH_KEEPING: u64 = 128;

/// Keeps what was found beside the pin, by the root.
pub(super) fn remember(report: &Report, pins: &PinArgs) -> Result<(), CliError> {
    let (Some(ledger), Some(root)) = (report.ledger, report.root) else { return Ok(()) };
    let resumed = report.resumed.as_ref();
    // What was taken over on somebody's word is not found anew.
    if report.trusted != resumed.map(|resumed| resumed.size) {
        return Ok(());
    }
    let found = Verified {
        size: report.size,
        root,
        when: files::now()?.to_string(),
        since: resumed.map(|resumed| resumed.since.clone()),
        software: env!("CARGO_PKG_VERSION").to_owned(),
        integrity: word(report.integrity()).to_owned(),
        authority: word(report.authority()).to_owned(),
        admission: word(report.admission()).to_owned(),
        problems: report.problems.len() as u64,
        void: report.voids.len() as u64,
        not_established: report.not_established,
    };
    pinning::keep_verified(&ledger, &found, pins);
    Ok(())
}

/// Keeps what the next verification can go on from, if that is worth the writing: it takes as long as
/// judging some hundredth of the entries.
pub(super) fn keep(examined: Examined, pins: &PinArgs) -> Result<(), CliError> {
    let (report, now) = (&examined.report, files::now()?.to_string());
    let judged = report.size - report.resumed.as_ref().map_or(0, |of| of.size).min(report.size);
    let worth = judged.saturating_mul(WORTH_KEEPING) >= report.size;
    if let Some(of) = examined.keeps(env!("CARGO_PKG_VERSION"), &now).filter(|_| worth) {
        pinning::keep(examined, &of, pins);
    }
    Ok(())
}

/// What the verdict rests on beside what was checked now.
pub(super) fn trusted(report: &Report) -> String {
    let Some(of) = &report.resumed else {
        let taken = report.trusted.map(|size| {
            format!(
                " Signatures of the first {size} entries were taken from an earlier verification."
            )
        });
        return taken.unwrap_or_default();
    };
    let KeptOf { size, since, software, .. } = of;
    let new = entries(report.size.saturating_sub(*size));
    format!(
        " Of its first {size} entries that is what this installation (accord {software}) found on {since} or since, \
         and not now: now every byte of them was read and hashed again, and they are the same entries under the \
         same root. Signatures, powers and rules were checked now of {new}."
    )
}
