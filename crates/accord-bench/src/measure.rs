//! Measuring: each part gives figures, each beside what bounds it on this machine in this run.
//!
//! Nothing is compared across machines or days. A rate stands beside the rate of what it cannot do
//! without, and a target is a ratio of the two.

mod append;
mod bounds;
mod figure;
mod ledger;
mod memory;
mod moments;
mod open;
mod proofs;
mod replay;
mod space;
mod timing;
mod verify;

pub use bounds::Machine;
pub use figure::{Better, Bound, Figure, Target, Verdict};
pub use ledger::generate;
pub use open::write_keys;

use crate::error::BenchError;
use accord_charter::Charter;
use ledger::Measured;
use std::path::{Path, PathBuf};

/// A part of what can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Taking events in.
    Append,
    /// Checking a whole record.
    Verify,
    /// Folding a whole record.
    Replay,
    /// Reading moments of the past.
    Moments,
    /// Proving that entries are included.
    Proofs,
    /// What a ledger takes on disk.
    Space,
    /// One run of the tool that appends one event.
    Open,
}

impl Part {
    /// All of them, in the order in which they are measured.
    pub const ALL: [Self; 7] = [
        Self::Append,
        Self::Verify,
        Self::Replay,
        Self::Moments,
        Self::Proofs,
        Self::Space,
        Self::Open,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Verify => "verify",
            Self::Replay => "replay",
            Self::Moments => "moments",
            Self::Proofs => "proofs",
            Self::Space => "space",
            Self::Open => "open",
        }
    }

    /// True when it is measured on the one ledger that several parts share.
    const fn shares(self) -> bool {
        !matches!(self, Self::Append | Self::Open)
    }
}

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Scale {
    /// Events appended for each figure of [`Part::Append`].
    pub events: u64,
    /// The same for a single submitter, who waits for each.
    pub alone: u64,
    /// Entries of the ledger that is verified, replayed, proven from and weighed.
    pub entries: u64,
    /// Sizes of the ledgers that are opened, rising.
    pub opened: Vec<u64>,
    /// How often each is measured; what is given says which counts.
    pub rounds: u32,
}

impl Scale {
    /// Enough to see what is slow, in a minute or two.
    pub fn quick() -> Self {
        Self { events: 4_096, alone: 200, entries: 10_000, opened: vec![2_000, 10_000], rounds: 3 }
    }

    /// What the figures of the documents ask for.
    pub fn full() -> Self {
        let opened = vec![10_000, 100_000];
        Self { events: 32_768, alone: 1_000, entries: 100_000, opened, rounds: 5 }
    }

    /// The same with a ledger of a million entries to be opened.
    pub fn large() -> Self {
        Self { opened: vec![10_000, 100_000, 1_000_000], ..Self::full() }
    }
}

/// Where and with what it is measured.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'c> {
    /// The agreement that made-up ledgers are under.
    pub charter: &'c Charter,
    /// The seed.
    pub seed: u64,
    /// An empty directory, on the disk to be measured.
    pub dir: &'c Path,
    /// The tool itself, to be run.
    pub tool: &'c Path,
}

/// What a run has measured.
#[derive(Clone, Debug)]
pub struct Results {
    /// The machine's own bounds.
    pub machine: Machine,
    /// The figures, in order.
    pub figures: Vec<Figure>,
}

impl Bench<'_> {
    /// Measures these parts; `hear` is told what is being done.
    pub fn run(
        &self,
        parts: &[Part],
        scale: &Scale,
        hear: &mut dyn FnMut(&str),
    ) -> Result<Results, BenchError> {
        hear("measuring this machine's own bounds");
        let machine = Machine::measure(self)?;
        let mut figures = Vec::new();
        if parts.contains(&Part::Append) {
            append::measure(self, scale, &machine, &mut figures, hear)?;
        }
        if parts.iter().any(|part| part.shares()) {
            hear(&format!("making a ledger of {} entries", scale.entries));
            let measured = Measured::make(self, "shared", scale.entries)?;
            for part in parts {
                self.shared(*part, &measured, scale, &machine, &mut figures, hear)?;
            }
            remove(&measured.dir)?;
        }
        if parts.contains(&Part::Open) {
            open::measure(self, scale, &mut figures, hear)?;
        }
        Ok(Results { machine, figures })
    }

    fn shared(
        &self,
        part: Part,
        measured: &Measured,
        scale: &Scale,
        machine: &Machine,
        figures: &mut Vec<Figure>,
        hear: &mut dyn FnMut(&str),
    ) -> Result<(), BenchError> {
        if part.shares() {
            hear(&format!("measuring {}", part.name()));
        }
        match part {
            Part::Append | Part::Open => Ok(()),
            Part::Verify => verify::measure(self, measured, scale, machine, figures),
            Part::Replay => replay::measure(measured, scale, figures),
            Part::Moments => moments::measure(measured, figures),
            Part::Proofs => proofs::measure(measured, figures),
            Part::Space => space::measure(measured, figures),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

fn remove(dir: &Path) -> Result<(), BenchError> {
    std::fs::remove_dir_all(dir).map_err(BenchError::file("remove", dir))
}
