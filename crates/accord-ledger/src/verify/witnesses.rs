//! WITNESSES: whether checkpoints have the cosignatures that they must, by the ledger's own policies
//! and by one that whoever verifies brings along; and what their times say of the entries'.

use super::anchoring::{self, Unanchored};
use super::{Problem, Run};
use crate::brackets::{Brackets, Cosigned, Outside};
use crate::demand::Lacking;
use crate::evidence::{self, Evidence, UnprovenError};
use crate::kernel::note_of;
use crate::kernel::types::KernelPayload;
use crate::quorum::{self, InForce};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::entry::Entry;
use accord_format::misdated::Misdated;
use accord_format::policy::Quorum;
use accord_store::{layout, witnessed};

/// The head that waits for cosignatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Entries that it covers.
    pub size: u64,
    /// What each policy says that it must meet, the newest first.
    pub quorums: Vec<Quorum>,
}

/// What witnesses say of the record.
#[derive(Clone, Debug, Default)]
pub struct Witnessing {
    /// True when any policy was there to judge by.
    pub judged: bool,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Size of the published checkpoint, and what each policy of the ledger says that it must meet.
    pub published: Option<(u64, Vec<Quorum>)>,
    /// Every policy that the ledger has had, and the last one that it has.
    pub policies: Vec<InForce>,
    /// What the policy that was brought along says of it.
    pub demanded: Option<Quorum>,
    /// The newer head, if one waits.
    pub waiting: Option<Waiting>,
    /// Checkpoints in `witnessed/` that met their quorum.
    pub met: u64,
    /// Between which instants entries were recorded.
    pub brackets: Brackets,
    /// Entries whose `recorded` lies outside.
    pub outside: Vec<Outside>,
    /// The first span, longer than the charter allows, in which nothing cosigned came into the record.
    pub unanchored: Option<Unanchored>,
}

impl Run<'_> {
    /// Judges every cosigned checkpoint, the times of entries, and what was demanded.
    pub(super) fn witnesses(&mut self) {
        let mut cosigned = Vec::new();
        if self.asks_for_any() && self.damage.lost.is_none() {
            self.report.witnessing.judged = true;
            let mut after = 0;
            for size in witnessed::sizes(self.reader.disk()).unwrap_or_default() {
                cosigned.extend(self.witnessed(size, &mut after));
            }
            cosigned.extend(self.published_under(&mut after));
            self.waiting(after);
        }
        let policies = self.bench.kernel.policies().all();
        self.report.witnessing.policies = policies.to_vec();
        self.names();
        self.times(cosigned);
        self.demanded();
    }

    fn asks_for_any(&self) -> bool {
        let policies = self.bench.kernel.policies().all();
        policies.iter().any(|p| !quorum::asks_for_none(&p.policy))
    }

    fn unwitnessed(&mut self, code: &'static str, detail: impl Into<String>) {
        let problem = Problem { code, seq: None, detail: detail.into() };
        self.report.witnessing.problems.push(problem);
    }

    /// Judges one checkpoint in `witnessed/`. `after` is the size of the last one to meet its
    /// quorum.
    fn witnessed(&mut self, size: u64, after: &mut u64) -> Option<Cosigned> {
        let file = layout::witnessed(size);
        // What is no checkpoint of this record has been named before.
        if self.unsound.contains(&file) {
            return None;
        }
        let note = witnessed::read(self.reader.disk(), size).ok()??;
        let note = SignedCheckpoint::parse(note.note.as_bytes()).ok()?;
        let (quorums, cosigned) = self.judge_note(&note, &file, after);
        if quorum::all_met(&quorums) {
            self.report.witnessing.met += 1;
        }
        cosigned
    }

    fn published_under(&mut self, after: &mut u64) -> Option<Cosigned> {
        let published = self.reader.published()?;
        if self.unsound.contains(layout::CHECKPOINT) {
            return None;
        }
        let note = SignedCheckpoint::parse(published.note.as_bytes()).ok()?;
        let (quorums, cosigned) = self.judge_note(&note, layout::CHECKPOINT, after);
        self.report.witnessing.published = Some((published.size, quorums));
        cosigned
    }

    fn judge_note(
        &mut self,
        note: &SignedCheckpoint,
        file: &str,
        after: &mut u64,
    ) -> (Vec<Quorum>, Option<Cosigned>) {
        let size = note.checkpoint().size;
        // What entries hold met its quorum, or they would be void.
        let anchored = self.bench.kernel.anchors().iter().map(|a| a.cosigned.size);
        *after = anchored.filter(|s| *s <= size).chain([(*after).min(size)]).max().unwrap_or(0);
        let policies = self.bench.kernel.policies();
        let quorums = policies.judge(*after, note);
        let newest = policies.at(size).zip(quorums.first());
        let cosigned = newest.and_then(|(policy, q)| Cosigned::by_quorum(policy, q, size));
        if quorum::all_met(&quorums) {
            *after = size;
        }
        self.tell(file, &quorums);
        (quorums, cosigned)
    }

    fn tell(&mut self, file: &str, quorums: &[Quorum]) {
        let broken =
            quorums.iter().flat_map(|q| &q.broken).collect::<std::collections::BTreeSet<_>>();
        for key in broken {
            let detail = format!("{file}: the line of {key} is not a valid cosignature of it");
            self.unwitnessed("cosignature-invalid", detail);
        }
        let lacking: Vec<Quorum> = quorums.iter().filter(|q| !q.witnessed).cloned().collect();
        if !lacking.is_empty() {
            let detail = format!("{file}: {}", quorum::unmet(&lacking));
            self.unwitnessed("checkpoint-quorum", detail);
        }
    }

    /// The head that waits; that it lacks cosignatures is why it waits.
    fn waiting(&mut self, after: u64) {
        if self.unsound.contains(layout::CHECKPOINT_PENDING) {
            return;
        }
        let Ok(Some(pending)) = witnessed::pending(self.reader.disk()) else { return };
        let Ok(note) = SignedCheckpoint::parse(pending.note.as_bytes()) else { return };
        // Since the start a writer may have gone on.
        if pending.size > self.view.size() {
            return;
        }
        let quorums = self.bench.kernel.policies().judge(after.min(pending.size), &note);
        let broken: Vec<String> = quorums.iter().flat_map(|q| q.broken.clone()).collect();
        for key in broken {
            let detail = format!(
                "{}: the line of {key} is not a valid cosignature of it",
                layout::CHECKPOINT_PENDING
            );
            self.unwitnessed("cosignature-invalid", detail);
        }
        if pending.size > self.published_size() {
            let waiting = Waiting { size: pending.size, quorums };
            self.report.witnessing.waiting = Some(waiting);
        }
    }

    /// Files in `witnessed/` bear the size of what is in them.
    fn names(&mut self) {
        let prefix = format!("{}/", layout::WITNESSED);
        for file in self.listing.others.clone() {
            let Some(name) = file.strip_prefix(&prefix) else { continue };
            let size = name.parse::<u64>().ok().filter(|size| size.to_string() == name);
            let fits = |size| !matches!(witnessed::read(self.reader.disk(), size), Err(e) if e.is_corrupt());
            if self.unsound.contains(&file) || size.is_some_and(fits) {
                continue;
            }
            let detail = format!("{file} is not named by the size of the checkpoint in it");
            self.unwitnessed("witnessed-name", detail);
        }
    }

    /// Entries outside the times between which they must have been recorded. A simulated clock
    /// says nothing of when, and is measured by nothing.
    fn times(&mut self, cosigned: Vec<Cosigned>) {
        let kernel = &self.bench.kernel;
        let sound = self.damage.altered.is_none();
        let recorded = |seq| {
            let bytes = self.view.entry(seq).ok()?;
            Some(Entry::parse(&bytes).ok()?.header.recorded)
        };
        if sound && !kernel.is_simulated() {
            self.report.witnessing.unanchored = anchoring::unanchored(kernel, &cosigned, &recorded);
        }
        let brackets = Brackets::new(kernel.anchors().iter().copied(), cosigned);
        if !brackets.is_empty() && sound {
            let outside = brackets.outside(self.view.size(), &kernel.skews(), &recorded);
            if !kernel.is_simulated() {
                for found in &outside {
                    let problem = Problem {
                        code: found.code,
                        seq: Some(found.seqs.start),
                        detail: told(found),
                    };
                    self.report.witnessing.problems.push(problem);
                }
                self.keep_misdated(&outside);
            }
            self.report.witnessing.outside = outside;
        }
        self.report.witnessing.brackets = brackets;
    }

    /// Makes what convinces others: one file for the first entry that is dated too early, one for
    /// the first that is dated too late.
    fn keep_misdated(&mut self, outside: &[Outside]) {
        for code in ["recorded-early", "recorded-late"] {
            let far = outside.iter().filter(|found| found.code == code).max_by_key(|f| f.apart());
            let Some(found) = far.filter(|far| far.apart() > evidence::APART) else { continue };
            // Where it is late, that is within the tree of the bound; the last is the farthest off.
            let seq = if code == "recorded-late" {
                found.seqs.end.saturating_sub(1)
            } else {
                found.seqs.start
            };
            match self.misdated(seq, found) {
                Ok(made) => self.report.evidence.push(Evidence::Misdated(Box::new(made))),
                Err(why) => self.report.notes.push(format!(
                    "that entry {seq} is misdated convinces nobody without this record: {why}"
                )),
            }
        }
    }

    /// Under whichever checkpoint shows it: one that is published, one that was cosigned at that
    /// size, or the newest head.
    fn misdated(&self, seq: u64, found: &Outside) -> Result<Misdated, UnprovenError> {
        let disk = self.reader.disk();
        let size = found.bound.size;
        let published = self.reader.published();
        let cosigned = witnessed::read(disk, size).ok().flatten();
        let notes = [published, cosigned.as_ref(), Some(self.reader.head())];
        let notes = notes.into_iter().flatten().filter_map(|head| parse(&head.note));
        let anchored = self.anchored(size);
        let mut last = UnprovenError::NotReached;
        for checkpoint in notes.chain(anchored) {
            if checkpoint.checkpoint().size <= seq {
                continue;
            }
            match evidence::prove_misdated(&self.view, &self.bench.kernel, seq, checkpoint) {
                Ok(made) => return Ok(made),
                Err(why) => last = why,
            }
        }
        Err(last)
    }

    /// The checkpoint of this size that an entry holds.
    fn anchored(&self, size: u64) -> Option<SignedCheckpoint> {
        let anchor = self.bench.kernel.anchors().iter().find(|a| a.cosigned.size == size)?;
        let entry = Entry::parse(&self.view.entry(anchor.seq).ok()?).ok()?;
        let event = entry.event();
        let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
        let Some(Ok(KernelPayload::CheckpointAnchored(payload))) = payload else { return None };
        let notes = payload.checkpoints.iter().filter_map(|lines| note_of(lines).ok());
        notes.into_iter().find(|note| note.checkpoint().size == size)
    }

    /// What somebody's own policy asks of the published checkpoint.
    fn demanded(&mut self) {
        let Some(demand) = self.demand.take() else { return };
        self.report.witnessing.judged = true;
        let published =
            self.reader.published().filter(|_| !self.unsound.contains(layout::CHECKPOINT));
        let note = published.and_then(|p| SignedCheckpoint::parse(p.note.as_bytes()).ok());
        let Some(note) = note else {
            let detail = "no checkpoint is published that a policy could be met by";
            return self.unwitnessed("policy-quorum", detail);
        };
        let (quorum, lacking) =
            demand.judge(&note, "the published checkpoint", self.bench.kernel.skew());
        for Lacking { code, detail } in lacking {
            self.unwitnessed(code, detail);
        }
        self.report.witnessing.demanded = Some(quorum);
    }
}

fn parse(note: &str) -> Option<SignedCheckpoint> {
    SignedCheckpoint::parse(note.as_bytes()).ok()
}

fn told(found: &Outside) -> String {
    let skew = found.skew;
    let last = found.seqs.end.saturating_sub(1);
    let (bound, recorded) = (found.bound, found.recorded);
    if found.code == "recorded-late" {
        return format!(
            "entries {} to {last} were there by {}, when a quorum had cosigned a checkpoint of {} entries, and say that they were recorded as late as {recorded}; clocks may differ by {skew} seconds",
            found.seqs.start, bound.at, bound.size
        );
    }
    format!(
        "entries {} to {last} came after {}, when a quorum cosigned the checkpoint of {} entries that is in the record before them, and say that they were recorded as early as {recorded}; clocks may differ by {skew} seconds",
        found.seqs.start, bound.at, bound.size
    )
}
