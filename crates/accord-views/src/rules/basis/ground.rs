//! Which acts there are on a stream, which name it, and which rest on a resolution about it.

use super::grounds::{Naming, Role};
use crate::families::{Clock, Families};
use accord_catalogue::Kind;
use accord_oversight::Oversight;
use accord_oversight::event::Outcome;
use accord_projection::{Projector, Selector};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Type by which a vote is declared.
const DECLARED: &str = "board.resolution_declared";

/// The state in which it is asked what rests on what. Streams are looked up once each.
pub(super) struct Ground<'a> {
    families: &'a Families,
    /// Each family and its acts.
    acts: Vec<(&'static str, BTreeSet<&'static str>)>,
    /// T, in microseconds since the epoch.
    as_of: i64,
    streams: RefCell<BTreeMap<&'a str, Rc<Acts<'a>>>>,
}

/// The acts that rest on a stream, all lists by rising seq.
pub(super) struct Acts<'a> {
    /// Those on the stream itself.
    pub(super) own: Vec<u64>,
    /// Those that name it.
    pub(super) naming: Vec<u64>,
    /// Resolutions about it by the seq that declared each adopted; acts that name one rest on what
    /// the stream said by then.
    pub(super) resolutions: Vec<(u64, &'a str)>,
}

impl Acts<'_> {
    /// The first act that rests on what the stream says from `since` on.
    pub(super) fn next(&self, since: u64) -> Option<u64> {
        let next = |acts: &[u64]| acts.get(acts.partition_point(|act| *act <= since)).copied();
        let declared = self.resolutions.iter().find(|(at, _)| *at > since).map(|(at, _)| *at);
        [next(&self.own), next(&self.naming), declared].into_iter().flatten().min()
    }
}

impl<'a> Ground<'a> {
    pub(super) fn new(families: &'a Families) -> Self {
        let acts = families.declarations().into_iter().map(|declaration| {
            let acts = declaration.types.iter().filter(|t| t.kind == Kind::Act);
            (declaration.family, acts.map(|t| t.name).collect())
        });
        let as_of = match families.clock {
            Clock::Following => i64::MAX,
            Clock::Fixed(at) => at.micros(),
        };
        Self { families, acts: acts.collect(), as_of, streams: RefCell::default() }
    }

    /// The acts that rest on `stream`.
    pub(super) fn acts(&self, stream: &'a str) -> Rc<Acts<'a>> {
        if let Some(known) = self.streams.borrow().get(stream) {
            return Rc::clone(known);
        }
        let tablings = self.naming(stream, 0, Role::Tabling).map(|n| n.stream.as_str());
        let mut resolutions: Vec<(u64, &str)> = tablings
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter_map(|resolution| Some((adopted(self.families, resolution)?, resolution)))
            .collect();
        resolutions.sort_unstable();
        let naming = self.naming(stream, 0, Role::Act).map(|n| n.seq).collect();
        let acts = Rc::new(Acts { own: self.acts_on(stream), naming, resolutions });
        self.streams.borrow_mut().insert(stream, Rc::clone(&acts));
        acts
    }

    /// What names a stream or an event, in this role, later than the entry at `after`. An event is
    /// named by later entries only, but for an instrument, by which a stream rests on it itself.
    pub(super) fn naming(
        &self,
        name: &str,
        after: u64,
        role: Role,
    ) -> impl Iterator<Item = &'a Naming> {
        let as_of = self.as_of;
        let all = self.families.grounds.naming(name);
        let later = all.get(all.partition_point(|n| n.seq <= after)..).unwrap_or_default();
        later.iter().filter(move |n| n.role == role && n.recorded <= as_of)
    }

    fn acts_on(&self, stream: &str) -> Vec<u64> {
        let of_family = |(family, types): &(&'static str, BTreeSet<&'static str>)| {
            let selector = Selector { types: types.clone(), ..Selector::new(family, stream) };
            if types.is_empty() { Vec::new() } else { self.families.enumerate(&selector) }
        };
        let mut acts: Vec<u64> = self.acts.iter().flat_map(of_family).collect();
        acts.sort_unstable();
        acts
    }
}

/// The seq at which a resolution was declared adopted, whatever became of it since.
pub(in crate::rules) fn adopted(families: &Families, resolution: &str) -> Option<u64> {
    let state = families.oversight().state(resolution);
    let declared = state.as_deref()?.resolution()?.declared?;
    let selector = Selector::new(Oversight::FAMILY, resolution).of_type(DECLARED);
    let last = families.enumerate(&selector).last().copied();
    last.filter(|_| declared.outcome == Outcome::Adopted)
}
