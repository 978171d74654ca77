//! A change of a record on which an act rests does not undo the act; it is said of it.
//!
//! Within one subject of one family the engine says it: every act on a subject that was judged
//! while an entry on it said something else. Here it is said across subjects and families, and of
//! suspicion. An act rests on an entry when
//!
//! - it names the entry, or the entry's stream, in its payload;
//! - it is on a stream on which a report names the entry or its stream, and comes after that;
//! - it declares adopted a resolution about such a stream, or names that resolution.
//!
//! Findings are of K, for what changes is; and of T, for what is adopted is.

mod grounds;

pub(crate) use grounds::{Change, Grounds};

use crate::families::{Clock, Families};
use accord_catalogue::Kind;
use accord_oversight::Oversight;
use accord_oversight::event::Outcome;
use accord_projection::{Amendment, Finding, Projector, Remark, Selector};
use grounds::{How, Role};
use std::collections::{BTreeMap, BTreeSet};

/// Code of the finding about an act.
const BASIS_CHANGED: &str = "basis_changed";
/// Code of the finding about what changed its basis.
const CHANGES_BASIS: &str = "changes_basis";
/// Type by which a vote is declared.
const DECLARED: &str = "board.resolution_declared";
/// How many acts a detail names.
const NAMED_MAX: usize = 20;

/// Acts by seq, each with the stream by way of which it rests on what changed, if not directly.
type Resting = BTreeMap<u64, Option<String>>;

/// What is to be said about acts whose basis changed, and about what changed it; `said` is what
/// the engines say.
pub(super) fn findings(families: &Families, said: &[(&'static str, Finding)]) -> Vec<Finding> {
    if families.grounds.changes().is_empty() {
        return Vec::new();
    }
    let said: BTreeSet<(u64, &str)> = said
        .iter()
        .filter(|(_, f)| f.code == BASIS_CHANGED)
        .map(|(_, f)| (f.seq, f.detail.as_str()))
        .collect();
    let ground = Ground::new(families);
    let mut findings = BTreeSet::new();
    for change in families.grounds.changes() {
        let resting = ground.resting_on(change);
        for (act, via) in &resting {
            let detail = changed(change, via.as_deref());
            if !said.contains(&(*act, detail.as_str())) {
                findings.insert(Finding::new(*act, Remark::new(BASIS_CHANGED, detail)));
            }
        }
        findings.extend(changes(change.target, &resting).map(|r| Finding::new(change.by, r)));
    }
    findings.into_iter().collect()
}

/// What is to be said about a candidate that would change what others rest on.
pub(crate) fn remarks(families: &Families, changes: &[Change]) -> Vec<Remark> {
    let ground = Ground::new(families);
    let about = |change: &Change| self::changes(change.target, &ground.resting_on(change));
    changes.iter().filter_map(about).collect()
}

/// The change that an amendment makes, if it makes any, of which entry.
pub(crate) fn changed_by(families: &Families, amendment: &Amendment) -> Option<(u64, How)> {
    let amendments = &families.basis.amendments;
    match amendment {
        Amendment::Suspicion { target } => {
            (!amendments.suspects().contains(target)).then_some((*target, How::Suspected))
        }
        Amendment::Reaffirmation { target } => {
            amendments.suspects().contains(target).then_some((*target, How::Reaffirmed))
        }
        _ => amendments.changes(amendment).map(|target| (target, How::Changed)),
    }
}

fn changed(change: &Change, via: Option<&str>) -> String {
    let Change { by, target, how, .. } = change;
    let said = match how {
        How::Changed => format!("seq {by} changed what seq {target} says, which it rested on"),
        How::Suspected => {
            format!("seq {by} put seq {target} under suspicion, which it rested on")
        }
        How::Reaffirmed => {
            format!("seq {by} took the suspicion from seq {target}, which it rested on")
        }
    };
    via.map_or_else(|| said.clone(), |via| format!("{said} by way of {via}"))
}

fn changes(target: u64, resting: &Resting) -> Option<Remark> {
    if resting.is_empty() {
        return None;
    }
    let named: Vec<String> = resting.keys().take(NAMED_MAX).map(u64::to_string).collect();
    let more = resting.len().saturating_sub(NAMED_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let detail = format!(
        "acts rest on seq {target}: seq {}{more}; they stand, and the board should look at them again",
        named.join(", ")
    );
    Some(Remark::new(CHANGES_BASIS, detail))
}

/// The state in which it is asked what rests on what.
struct Ground<'a> {
    families: &'a Families,
    /// Each family and its acts.
    acts: Vec<(&'static str, BTreeSet<&'static str>)>,
    /// T, in microseconds since the epoch.
    as_of: i64,
}

impl<'a> Ground<'a> {
    fn new(families: &'a Families) -> Self {
        let acts = families.declarations().into_iter().map(|declaration| {
            let acts = declaration.types.iter().filter(|t| t.kind == Kind::Act);
            (declaration.family, acts.map(|t| t.name).collect())
        });
        let as_of = match families.clock {
            Clock::Following => i64::MAX,
            Clock::Fixed(at) => at.micros(),
        };
        Self { families, acts: acts.collect(), as_of }
    }

    fn resting_on(&self, change: &Change) -> Resting {
        let mut resting = Resting::new();
        // Streams that rest on the entry, each from the seq on at which it came to.
        let mut streams = BTreeMap::from([(change.stream.clone(), change.target)]);
        for name in [&change.event, &change.stream] {
            for naming in self.naming(name, change.target, change.by) {
                match naming.role {
                    Role::Act => {
                        resting.entry(naming.seq).or_insert(None);
                    }
                    Role::Report => {
                        let since = streams.entry(naming.stream.clone()).or_insert(naming.seq);
                        *since = naming.seq.min(*since);
                    }
                    Role::Tabling => {}
                }
            }
        }
        for (stream, since) in &streams {
            let own = *stream == change.stream;
            let via = (!own).then(|| stream.clone());
            // What changed on its own stream, the engine says of the acts there.
            let acts =
                if own && change.how == How::Changed { Vec::new() } else { self.acts_on(stream) };
            for act in acts.into_iter().filter(|act| since < act && *act < change.by) {
                resting.entry(act).or_insert_with(|| via.clone());
            }
            if !own {
                let acts = self.naming(stream, *since, change.by).filter(|n| n.role == Role::Act);
                for naming in acts {
                    resting.entry(naming.seq).or_insert_with(|| via.clone());
                }
            }
            self.resolutions(stream, *since, change.by, &mut resting);
        }
        resting
    }

    /// What rests on a resolution about `stream` that was declared adopted in between.
    fn resolutions(&self, stream: &str, since: u64, by: u64, resting: &mut Resting) {
        let tablings = self.naming(stream, 0, by).filter(|n| n.role == Role::Tabling);
        for resolution in tablings.map(|n| &n.stream).collect::<BTreeSet<_>>() {
            let declared = adopted(self.families, resolution);
            let Some(declared) = declared.filter(|at| since < *at && *at < by) else { continue };
            resting.entry(declared).or_insert_with(|| Some(stream.to_owned()));
            let acts = self.naming(resolution, declared, by).filter(|n| n.role == Role::Act);
            for naming in acts {
                resting.entry(naming.seq).or_insert_with(|| Some(resolution.clone()));
            }
        }
    }

    fn naming(
        &self,
        name: &str,
        after: u64,
        before: u64,
    ) -> impl Iterator<Item = &'a grounds::Naming> {
        let as_of = self.as_of;
        let all = self.families.grounds.naming(name).iter();
        all.filter(move |n| after < n.seq && n.seq < before && n.recorded <= as_of)
    }

    fn acts_on(&self, stream: &str) -> Vec<u64> {
        let of_family = |(family, types): &(&'static str, BTreeSet<&'static str>)| {
            let selector = Selector { types: types.clone(), ..Selector::new(family, stream) };
            if types.is_empty() { Vec::new() } else { self.families.enumerate(&selector) }
        };
        self.acts.iter().flat_map(of_family).collect()
    }
}

/// The seq at which a resolution was declared adopted, whatever became of it since.
pub(super) fn adopted(families: &Families, resolution: &str) -> Option<u64> {
    let state = families.oversight().state(resolution);
    let declared = state.as_deref()?.resolution()?.declared?;
    let selector = Selector::new(Oversight::FAMILY, resolution).of_type(DECLARED);
    let last = families.enumerate(&selector).last().copied();
    last.filter(|_| declared.outcome == Outcome::Adopted)
}
