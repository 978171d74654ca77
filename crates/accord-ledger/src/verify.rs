//! Verification: the whole record read again from its bytes, believing nothing but the ledger's
//! own genesis and, where they are given, checkpoints and receipts kept elsewhere.
//!
//! Three verdicts are kept apart. INTEGRITY: every byte, link, hash and signature. AUTHORITY: who
//! signed had the power to, at that place. ADMISSION: the rules of the domain allowed it. An entry
//! that fails the latter two is void: it is folded as nothing, and the rest is still judged.

mod against;
mod ahead;
mod anchoring;
mod bundles;
mod heads;
mod index;
mod integrity;
mod kept;
mod listing;
mod past;
mod public;
mod rejudge;
mod report;
mod resume;
mod tree;
mod witnesses;

pub use crate::demand::Demand;
pub use against::{Held, Uncompared};
pub use anchoring::Unanchored;
pub use kept::{Examined, Kept, KeptError, KeptOf};
pub use rejudge::{Again, RejudgeError, Rejudged, rejudge};
pub use report::{Problem, Report, Verdict, Void};
pub use witnesses::{Waiting, Witnessing};

use crate::admission::{Admission, Candidate, Finding, Rejection};
use crate::judge::{Bench, Court, Roots};
use crate::kernel::Kernel;
use crate::seen::Seen;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::entry::Entry;
use accord_format::hash::NodeHash;
use accord_format::log_key::LogVKey;
use accord_store::{Nearby, Reader, View};
use ahead::Checker;
use kept::Carried;
use listing::Listing;
use past::Past;
use std::collections::BTreeSet;
use tree::Tree;

/// What to verify, and with what.
#[derive(Default)]
pub struct Options {
    /// The domain's judges; without them domain rules are not judged, and the report says so.
    pub admission: Option<Box<dyn Admission>>,
    /// What was kept elsewhere, which the record must agree with.
    pub held: Vec<Held>,
    /// A checkpoint up to which the record was verified before: signatures below it are not
    /// checked again, once the root over those entries is seen to be the same.
    pub from: Option<SignedCheckpoint>,
    /// What an earlier verification kept for this one to go on from. Below its size entries are read and
    /// hashed, and what they were found to be is taken over once their root is the one that was
    /// verified. This is as sound as whoever kept it.
    pub kept: Option<Kept>,
    /// What the published checkpoint must have by somebody's own policy.
    pub demand: Option<Demand>,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("held", &self.held).finish_non_exhaustive()
    }
}

/// Receives what is known of each entry while verification passes it, void or not.
pub trait Follower {
    /// What is said of the entry at `seq`, which is not void; the entry comes next.
    fn said(&mut self, seq: u64, findings: &[Finding]) {
        let _ = (seq, findings);
    }
    /// `entry` was read; `void` says whether it is void.
    fn entry(&mut self, entry: &Entry, void: bool);
    /// `done` of `total` entries have been verified.
    fn progress(&mut self, done: u64, total: u64);
}

/// A follower that looks at nothing.
impl Follower for () {
    fn entry(&mut self, _: &Entry, _: bool) {}
    fn progress(&mut self, _: u64, _: u64) {}
}

/// Verifies a ledger as far as it can be read.
pub fn verify(reader: &Reader, options: Options, follower: &mut dyn Follower) -> (Report, Kernel) {
    examine(reader, options, follower).into_parts()
}

/// [`verify`], with what can be kept for the next verification.
pub fn examine(reader: &Reader, options: Options, follower: &mut dyn Follower) -> Examined {
    let mut run = Run::new(reader, options);
    run.go_on(follower);
    run.entries(follower);
    run.commitments();
    run.tail();
    run.public();
    run.heads();
    run.witnesses();
    run.held();
    run.finish()
}

/// The state that the entries make, and nothing about the files around them.
pub(crate) fn fold(reader: &Reader, options: Options) -> Kernel {
    let mut run = Run::new(reader, options);
    run.entries(&mut ());
    run.bench.kernel
}

/// What came of reading the entries alone.
pub(crate) struct Followed {
    pub(crate) kernel: Kernel,
    /// The first entry that is missing or not what it was.
    pub(crate) damaged: Option<u64>,
    /// The root over the entries.
    pub(crate) root: Option<NodeHash>,
}

/// Reads the entries, every signature checked, while `follower` looks on.
pub(crate) fn follow(reader: &Reader, options: Options, follower: &mut dyn Follower) -> Followed {
    let mut run = Run::new(reader, options);
    run.entries(follower);
    let damaged = run.damage.altered;
    Followed { damaged, root: run.tree.root(), kernel: run.bench.kernel }
}

/// Verification under way.
struct Run<'a> {
    reader: &'a Reader,
    view: View<'a>,
    /// The files of `public/`, as they were found at the start.
    listing: Listing,
    report: Report,
    bench: Bench,
    /// Checkpoint keys as the entries name them, each with the first size at which they count.
    /// Whether whoever named them had the power is AUTHORITY's question.
    checkpoint_keys: Vec<(u64, Vec<LogVKey>)>,
    /// Commitments to the index.
    committed: index::Committed,
    checker: Checker,
    /// Signatures below this seq were checked before.
    trusted: u64,
    /// What every new entry is compared with,
    seen: Seen,
    /// and the entries themselves.
    nearby: Nearby<'a>,
    tree: Tree,
    held: Vec<Held>,
    from: Option<SignedCheckpoint>,
    kept: Option<Kept>,
    /// Size and root of what was verified here before, where the entries are not those.
    verified: Option<(u64, NodeHash)>,
    /// The first entry that is judged.
    first: u64,
    demand: Option<Demand>,
    /// Files with checkpoints that are not of this record.
    unsound: BTreeSet<String>,
    link: integrity::Link,
    damage: Damage,
}

/// What damage found so far keeps from being known.
#[derive(Clone, Copy, Debug, Default)]
struct Damage {
    /// The first entry that is missing or not what its author signed: behind it, who had which
    /// power is not established.
    lost: Option<u64>,
    /// The first entry that is not as it was: behind it roots differ from those that authors saw.
    altered: Option<u64>,
    /// Entries behind `lost` that would be void if nothing were missing.
    unjudged: u64,
}

impl<'a> Run<'a> {
    fn new(reader: &'a Reader, options: Options) -> Self {
        let report = Report { domain_judged: options.admission.is_some(), ..Report::default() };
        let trusted = options.from.as_ref().map_or(0, |from| from.checkpoint().size);
        Self {
            reader,
            view: reader.view(),
            listing: Listing::read(reader.disk()),
            checkpoint_keys: Vec::new(),
            committed: index::Committed::new(),
            report,
            bench: Bench::new(options.admission),
            checker: Checker { trusted, ..Checker::default() },
            trusted,
            seen: Seen::default(),
            nearby: Nearby::new(reader.view()),
            tree: Tree::default(),
            held: options.held,
            from: options.from,
            kept: options.kept,
            verified: None,
            first: 0,
            demand: options.demand,
            unsound: BTreeSet::new(),
            link: integrity::Link::default(),
            damage: Damage::default(),
        }
    }

    fn problem(&mut self, code: &'static str, seq: Option<u64>, detail: impl Into<String>) {
        self.report.problems.push(Problem { code, seq, detail: detail.into() });
    }

    /// A problem of an entry that is not what it was, though its event can still be judged.
    fn altered(&mut self, code: &'static str, seq: u64, detail: impl Into<String>) {
        self.problem(code, Some(seq), detail);
        self.damage.altered.get_or_insert(seq);
    }

    /// A problem of an entry whose event is missing, unreadable or not as it was signed.
    fn lost(&mut self, code: &'static str, seq: u64, detail: impl Into<String>) {
        self.altered(code, seq, detail);
        self.damage.lost.get_or_insert(seq);
    }

    /// Judges an entry whose own bytes are in order, and takes note of it.
    fn settle(&mut self, entry: &Entry, sound: bool, follower: &mut dyn Follower) {
        // A genesis event further on founds nothing.
        let orphan = entry.header.seq > 0 && self.bench.kernel.genesis().is_none();
        let mut void = !sound || orphan;
        let mut said = Vec::new();
        // Behind a kernel event that this software does not understand nobody's power is known.
        if sound && self.bench.kernel.not_established().is_none() {
            let past = Past { seen: &self.seen, nearby: &self.nearby };
            let roots = RootsBelow { tree: &self.tree, view: self.view, size: entry.header.seq };
            let candidate = Candidate { header: &entry.header, event: entry.event() };
            match self.bench.judge(&candidate, &past, &roots) {
                Ok(judged) => {
                    for finding in &judged.findings {
                        *self.report.findings.entry(finding.code.to_owned()).or_default() += 1;
                    }
                    if !judged.interpreted {
                        let name = entry.event().event_type.clone();
                        *self.report.uninterpreted.entry(name).or_default() += 1;
                    }
                    said = judged.findings;
                }
                Err(turned_down) => {
                    void = !is_genesis_out_of_time(entry, &turned_down.rejection);
                    self.void(entry, turned_down.court, turned_down.rejection);
                }
            }
        }
        self.seen.tell(entry);
        if void {
            self.bench.pass(entry);
        } else {
            let past = Past { seen: &self.seen, nearby: &self.nearby };
            self.bench.apply(entry, &said, &past);
            follower.said(entry.header.seq, &said);
        }
        follower.entry(entry, void);
    }

    fn void(&mut self, entry: &Entry, court: Court, rejection: Rejection) {
        let seq = entry.header.seq;
        if seq == 0 && !is_genesis_out_of_time(entry, &rejection) {
            self.lost("genesis-invalid", 0, rejection.to_string());
        }
        // Nobody is blamed for what damage before them has made of the state, or of the roots.
        let altered = rejection.code == "seen-elsewhere" && self.damage.altered.is_some();
        if seq > 0 && (altered || self.damage.lost.is_some()) {
            self.damage.unjudged += 1;
            return;
        }
        self.report.voids.push(Void {
            seq,
            event: entry.event().hash(),
            event_type: entry.event().event_type.clone(),
            court,
            code: rejection.code,
            detail: rejection.detail,
        });
    }

    /// Entries of keys that turned out, later in the record, to have been in other hands.
    fn suspects(&self) -> Vec<u64> {
        let kernel = &self.bench.kernel;
        let stolen = kernel.keys().values().filter(|key| key.compromised_since.is_some());
        // The signature lines of an entry name its signers, and most entries name none of these.
        let lines: Vec<String> =
            stolen.map(|key| format!("\n\u{2014} {} ", key.vkey.name())).collect();
        if lines.is_empty() {
            return Vec::new();
        }
        let is_named = |bytes: &[u8]| {
            std::str::from_utf8(bytes)
                .is_ok_and(|text| lines.iter().any(|line| text.contains(line)))
        };
        // Bundles that are lost hold no suspects; the size itself may be anybody's claim.
        let batches = (0..self.reach()).filter_map(|index| self.view.batch(index).ok());
        let suspect = batches.flat_map(|batch| {
            let found = batch.iter().filter(|(_, bytes)| {
                is_named(bytes) && Entry::parse(bytes).is_ok_and(|e| kernel.is_suspect(&e))
            });
            found.map(|(seq, _)| seq).collect::<Vec<_>>()
        });
        suspect.collect()
    }

    fn finish(mut self) -> Examined {
        self.report.suspects = self.suspects();
        let kernel = &self.bench.kernel;
        self.report.ledger = kernel.ledger();
        self.report.origin = kernel.origin();
        self.report.simulated = kernel.is_simulated();
        self.report.size = self.view.size();
        self.report.root = self.tree.root();
        self.report.not_established =
            kernel.not_established().into_iter().chain(self.damage.lost).min();
        if let Some(lost) = self.damage.lost.filter(|_| self.damage.unjudged > 0) {
            self.report.notes.push(format!(
                "{} entries behind seq {lost} would be void if nothing before them were damaged; they are not listed",
                self.damage.unjudged
            ));
        }
        // A tile is wrong from its first wrong hash on, which may stand above an entry far behind.
        let of_tile = |p: &Problem| p.code.starts_with("tile-");
        self.report.problems.sort_by_key(|p| (p.seq.is_none(), of_tile(p), p.seq));
        let carried = self.carried();
        Examined { report: self.report, bench: self.bench, seen: self.seen, carried }
    }

    /// What another verification could go on from, if nothing is missing or odd.
    fn carried(&self) -> Option<Carried> {
        let (prev, recorded) = self.link.last()?;
        self.seen.is_whole(self.view.size()).then(|| Carried {
            prev,
            recorded: recorded.micros(),
            checkpoint_keys: self.checkpoint_keys.clone(),
            keys: self.checker.keyring.keys().cloned().collect(),
            signatures: self.report.signatures,
            findings: self.report.findings.clone(),
            uninterpreted: self.report.uninterpreted.clone(),
        })
    }
}

/// True for a genesis whose only fault is when it was recorded: the ledger is what it says.
pub(crate) fn is_genesis_out_of_time(entry: &Entry, rejection: &Rejection) -> bool {
    entry.header.seq == 0 && ["issued-in-future", "occurred-in-future"].contains(&rejection.code)
}

/// Roots of what has been read so far.
struct RootsBelow<'a> {
    tree: &'a Tree,
    view: View<'a>,
    size: u64,
}

impl Roots for RootsBelow<'_> {
    fn root_at(&self, size: u64) -> Option<NodeHash> {
        (size <= self.size).then(|| self.tree.root_at(size, &self.view)).flatten()
    }
}
