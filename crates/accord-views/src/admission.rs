//! Taking entries in, and judging candidates: the ledger's [`Admission`].

use crate::disputes::Disputes;
use crate::families::{Clock, Engines, Families};
use crate::rules::{self, basis, basis::Grounds};
use crate::said::Sayings;
use crate::tally::Tally;
use crate::{amendments, bearing, said};
use accord_catalogue::{EventType, Kind};
use accord_format::entry::{Entry, Header};
use accord_format::time::Timestamp;
use accord_ledger::admission::{Admission, Candidate, Context, Finding, History, Rejection};
use accord_ledger::kernel;
use accord_ledger::packed::{self, PackedError};
use accord_projection::{Amendment, Basis, HISTORICAL, ProjectionError, Refusal, Remark, Source};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Form of a saved state.
const FORMAT: &str = "accord.families/v3";
/// How often a judge reads again what had to be folded first, before all is folded at once.
const ROUNDS_MAX: u32 = 8;

/// The ledger's history as the engines' source.
pub(crate) struct Archive<'a>(pub(crate) &'a dyn History);

impl Source for Archive<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        self.0.entry(seq)
    }
}

impl Families {
    /// Takes note of an entry that is not void; the context is the kernel's state just after it.
    pub(crate) fn take(
        &mut self,
        entry: &Entry,
        context: &Context<'_>,
    ) -> Result<(), ProjectionError> {
        let source = Archive(context.history);
        let recorded = entry.header.recorded;
        if self.clock == Clock::Following {
            self.advance(recorded, &source)?;
            for family in self.engines.all_mut() {
                family.commit(recorded);
            }
        }
        self.count(entry);
        self.sayings.keep(entry);
        let event = entry.event();
        if kernel::owns(event) {
            if event.event_type == "rules.adopted" {
                self.basis.terms.rule(entry.header.seq, context.kernel.rulebook());
            }
            self.charter(entry, context);
            self.disputes.learn(entry, context);
            self.tally.mark(entry, |event| context.history.seq_of(event));
            for amendment in amendments::of(&entry.header, event, context) {
                self.amend(amendment, entry.header.seq, &source)?;
            }
            return Ok(());
        }
        match self.types.get(&(event.event_type.as_str(), event.version)) {
            Some((family, declared)) => {
                let seq_of = |event: &_| context.history.seq_of(event);
                self.grounds.learn(entry, declared, &self.prefixes, seq_of);
                if let Some(family) = self.engines.all_mut().into_iter().nth(*family) {
                    family.apply(entry, &self.basis);
                }
            }
            None => self.tally.miss(&event.event_type),
        }
        Ok(())
    }

    /// Moves the one T of a replay, forwards or back.
    pub(crate) fn fix(
        &mut self,
        as_of: Timestamp,
        source: &dyn Source,
    ) -> Result<(), ProjectionError> {
        self.clock = Clock::Fixed(as_of);
        self.advance(as_of, source)?;
        for family in self.engines.all_mut() {
            family.commit(as_of);
        }
        Ok(())
    }

    fn count(&mut self, entry: &Entry) {
        let (seq, event) = (entry.header.seq, entry.event());
        // Whoever follows the record is told of no void entry; what was passed over was one.
        self.tally.void.extend(self.tally.entries..seq);
        let charter = self.basis.terms.charter(seq);
        self.tally.count(entry, charter.map(|c| c.limits.late_after.get()));
        // What had not happened by T bears on nothing yet: that is for whoever asks as of T.
        let at = event.occurred.end().min(entry.header.recorded);
        if event.stream.starts_with(bearing::CASES) {
            self.tally.bears_on_case(entry, at);
        }
        if let Some(charter) = charter {
            let marked = event.payload.get(HISTORICAL) == Some(&Value::Bool(true));
            if !self.basis.terms.is_historical(seq, &event.occurred, marked) {
                let known = self.bearing.of(charter, event);
                self.tally.bears(known, entry, at);
            }
        }
    }

    fn charter(&mut self, entry: &Entry, context: &Context<'_>) {
        let event = entry.event();
        let amended = event.event_type == "charter.amended";
        if !amended && event.event_type != "charter.adopted" {
            return;
        }
        let Some(charter) = context.kernel.charter() else { return };
        let running = event.payload.get("running_clocks") == Some(&Value::Bool(true));
        let Header { seq, recorded, .. } = entry.header;
        self.bearing.clear();
        self.basis.terms.adopt(seq, recorded, charter.clone(), running);
        if running {
            for family in self.engines.all_mut() {
                family.reclock();
            }
        }
    }

    fn amend(
        &mut self,
        amendment: Amendment,
        by: u64,
        source: &dyn Source,
    ) -> Result<(), ProjectionError> {
        if let Some((seq, how)) = basis::changed_by(self, &amendment) {
            let target = source.entry(seq).ok_or(ProjectionError::EntryMissing { seq })?;
            self.grounds.change(basis::Change::of(&target, by, how));
        }
        let Some(seq) = self.basis.amendments.changes(&amendment) else {
            self.basis.amendments.apply(amendment);
            return Ok(());
        };
        let target = source.entry(seq).ok_or(ProjectionError::EntryMissing { seq })?;
        for family in self.engines.all_mut() {
            family.amending(&target, by, &self.basis);
        }
        self.basis.amendments.apply(amendment);
        for family in self.engines.all_mut() {
            family.amended(&target, by, &self.basis);
        }
        Ok(())
    }

    pub(crate) fn advance(
        &mut self,
        to: Timestamp,
        source: &dyn Source,
    ) -> Result<(), ProjectionError> {
        for family in self.engines.all_mut() {
            family.advance(to, source, &self.basis)?;
        }
        Ok(())
    }

    pub(crate) fn settle(&mut self, source: &dyn Source) -> Result<(), ProjectionError> {
        for family in self.engines.all_mut() {
            family.settle(source, &self.basis)?;
        }
        Ok(())
    }

    /// Brings T to just before a candidate. What was amended is folded when it is read.
    fn prepare(&mut self, candidate: &Candidate<'_>, source: &dyn Source) -> Result<(), Rejection> {
        let outcome = match self.failed.clone() {
            Some(error) => Err(error),
            None => self.advance(candidate.header.recorded, source),
        };
        outcome.map_err(|error| unavailable(&error))
    }

    /// What `read` says of the settled state. Only what it reads is settled: an amendment of one
    /// subject costs those nothing who have to do with others.
    fn reading<T>(
        &mut self,
        source: &dyn Source,
        mut read: impl FnMut(&mut Self) -> T,
    ) -> Result<T, Rejection> {
        let mut rounds = 0;
        loop {
            let said = read(self);
            if !self.settle_missed(source).map_err(|e| unavailable(&e))? {
                return Ok(said);
            }
            rounds += 1;
            if rounds == ROUNDS_MAX {
                self.settle(source).map_err(|e| unavailable(&e))?;
            }
        }
    }

    fn settle_missed(&mut self, source: &dyn Source) -> Result<bool, ProjectionError> {
        let mut any = false;
        for family in self.engines.all_mut() {
            any |= family.settle_missed(source, &self.basis)?;
        }
        Ok(any)
    }

    /// Judges a candidate of the family at this position, whose own subjects are settled.
    fn judge_candidate(
        &mut self,
        family: usize,
        declared: &EventType,
        candidate: &Candidate<'_>,
        context: &Context<'_>,
    ) -> Result<Vec<Finding>, Rejection> {
        let Candidate { header, event } = *candidate;
        let Some(family) = self.engines.all().into_iter().nth(family) else {
            return Ok(Vec::new());
        };
        let rejection = |refusal: Refusal| Rejection::new(refusal.code, refusal.detail);
        let mut remarks = family.judge(header, event, &self.basis, self).map_err(rejection)?;
        if declared.kind == Kind::Act {
            remarks.extend(rules::judge(self, header, event).map_err(rejection)?);
            rules::report::judge(self, header, event, context.history).map_err(rejection)?;
        }
        Ok(remarks.into_iter().map(finding).collect())
    }

    /// Everything that the state goes on from, as bytes.
    pub(crate) fn saved(&self) -> Result<Vec<u8>, PackedError> {
        packed::to_bytes(&Saved {
            format: FORMAT,
            folds: self.folds(),
            intact: self.failed.is_none(),
            engines: &self.engines,
            basis: &self.basis,
            tally: &self.tally,
            disputes: &self.disputes,
            grounds: &self.grounds,
            sayings: &self.sayings,
        })
    }

    /// Takes a saved state back, whole or not at all. T follows the record.
    pub(crate) fn read_back(&mut self, saved: &[u8]) -> Result<(), String> {
        let mut restored = Self::new().map_err(|e| e.to_string())?;
        let saved: Restored = packed::from_bytes(saved).map_err(|e| e.to_string())?;
        if saved.format != FORMAT || !saved.intact {
            return Err(format!("not an intact state of the form {FORMAT}"));
        }
        if saved.folds != restored.folds() {
            return Err("a family has another fold version".to_owned());
        }
        let Restored { engines, basis, tally, disputes, grounds, sayings, .. } = saved;
        restored.engines = engines;
        restored.basis = basis;
        restored.tally = tally;
        restored.disputes = disputes;
        restored.grounds = grounds;
        restored.sayings = sayings;
        *self = restored;
        Ok(())
    }

    /// Each family and the version of its fold.
    pub(crate) fn folds(&self) -> BTreeMap<String, u32> {
        self.declarations().iter().map(|d| (d.family.to_owned(), d.fold_version)).collect()
    }
}

/// How a state is saved.
#[derive(Serialize)]
struct Saved<'a> {
    format: &'static str,
    folds: BTreeMap<String, u32>,
    intact: bool,
    engines: &'a Engines,
    basis: &'a Basis,
    tally: &'a Tally,
    disputes: &'a Disputes,
    grounds: &'a Grounds,
    sayings: &'a Sayings,
}

/// The same, read.
#[derive(Deserialize)]
struct Restored {
    format: String,
    folds: BTreeMap<String, u32>,
    intact: bool,
    engines: Engines,
    basis: Basis,
    tally: Tally,
    disputes: Disputes,
    grounds: Grounds,
    sayings: Sayings,
}

fn unavailable(error: &ProjectionError) -> Rejection {
    Rejection::new("state-unavailable", format!("{error}; rebuild the index and try again"))
}

fn finding(remark: Remark) -> Finding {
    Finding { code: remark.code, detail: remark.detail }
}

impl Admission for Families {
    fn event_type(&self, name: &str, version: u32) -> Option<&EventType> {
        self.types.get(&(name, version)).map(|(_, declared)| *declared)
    }

    fn event_types(&self) -> Vec<&EventType> {
        Self::event_types(self)
    }

    fn judge(
        &mut self,
        candidate: &Candidate<'_>,
        context: &Context<'_>,
    ) -> Result<Vec<Finding>, Rejection> {
        let Candidate { header, event } = *candidate;
        let Some((family, declared)) =
            self.types.get(&(event.event_type.as_str(), event.version)).copied()
        else {
            return Ok(Vec::new());
        };
        let source = Archive(context.history);
        self.prepare(candidate, &source)?;
        if let Some(engine) = self.engines.all_mut().into_iter().nth(family) {
            let settled = engine.settle_for(header, event, &source, &self.basis);
            settled.map_err(|e| unavailable(&e))?;
        }
        self.reading(&source, |families| {
            families.judge_candidate(family, declared, candidate, context)
        })?
    }

    fn remark(&mut self, candidate: &Candidate<'_>, context: &Context<'_>) -> Vec<Finding> {
        let amendments = amendments::of(candidate.header, candidate.event, context);
        let of = |amendment| {
            let (seq, how) = basis::changed_by(self, amendment)?;
            let target = context.history.entry(seq)?;
            Some(basis::Change::of(&target, candidate.header.seq, how))
        };
        let changes: Vec<basis::Change> = amendments.iter().filter_map(of).collect();
        let source = Archive(context.history);
        if changes.is_empty() || self.prepare(candidate, &source).is_err() {
            return Vec::new();
        }
        let remarks = self.reading(&source, |families| basis::remarks(families, &changes));
        remarks.unwrap_or_default().into_iter().map(finding).collect()
    }

    fn said(&mut self, seq: u64, findings: &[Finding]) {
        self.sayings.hear(seq, findings.iter().map(|said| said::finding(seq, said)));
    }

    fn applied(&mut self, entry: &Entry, context: &Context<'_>) {
        if self.failed.is_none()
            && let Err(error) = self.take(entry, context)
        {
            self.failed = Some(error);
        }
    }

    // A state has maps, lists, texts and numbers, all of which can be written; what is empty is
    // refused by `restore`.
    fn snapshot(&self) -> Vec<u8> {
        self.saved().unwrap_or_default()
    }

    fn restore(&mut self, snapshot: &[u8]) -> Result<(), String> {
        self.read_back(snapshot)
    }
}
