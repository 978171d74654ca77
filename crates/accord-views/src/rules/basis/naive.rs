//! The rule as it reads, each change for itself: what the rule in one pass has to agree with.

use super::ground::Ground;
use super::grounds::{Change, How, Role};
use super::latest::{self, Latest};
use crate::families::Families;
use std::collections::{BTreeMap, BTreeSet};

/// Each act with the latest change of what it rests on, as the rule finds them.
pub(crate) fn found(families: &Families) -> BTreeMap<u64, (u64, u64)> {
    let ground = Ground::new(families);
    let resting = latest::resting(&ground, families.grounds.changes());
    resting.into_iter().map(|(act, (Latest { by, target, .. }, _))| (act, (by, target))).collect()
}

/// The same by looking at each change; and what made the changes on which something rests.
pub(crate) fn resting(families: &Families) -> (BTreeMap<u64, (u64, u64)>, BTreeSet<u64>) {
    let ground = Ground::new(families);
    let (mut acts, mut changes) = (BTreeMap::new(), BTreeSet::new());
    for change in families.grounds.changes() {
        for act in on(&ground, change) {
            let latest = acts.entry(act).or_default();
            *latest = (change.by, change.target).max(*latest);
            changes.insert(change.by);
        }
    }
    (acts, changes)
}

/// The acts that rest on what a change changed.
fn on<'a>(ground: &Ground<'a>, change: &'a Change) -> BTreeSet<u64> {
    let mut resting = BTreeSet::new();
    // Streams that rest on the entry, each from the seq on at which it came to.
    let mut streams = BTreeMap::from([(change.stream.as_str(), change.target)]);
    for (name, after) in [(&change.event, 0), (&change.stream, change.target)] {
        resting.extend(ground.naming(name, after, Role::Act).map(|n| n.seq));
        for naming in ground.naming(name, after, Role::Report) {
            let since = streams.entry(naming.stream.as_str()).or_insert(naming.seq);
            *since = naming.seq.min(*since);
        }
    }
    for (stream, since) in streams {
        let acts = ground.acts(stream);
        if stream != change.stream || change.how != How::Changed {
            resting.extend(acts.own.iter().filter(|act| **act > since));
        }
        resting.extend(acts.naming.iter().filter(|act| **act > since));
        for (declared, resolution) in acts.resolutions.iter().filter(|(at, _)| *at > since) {
            resting.insert(*declared);
            let carried_out = ground.naming(resolution, *declared, Role::Act);
            resting.extend(carried_out.map(|n| n.seq));
        }
    }
    resting.retain(|act| *act < change.by);
    resting
}
