//! For each change, some of the acts that rest on what changed.

use super::ground::{Acts, Ground};
use super::grounds::{Change, How, Role};
use std::collections::{BTreeMap, BTreeSet};

/// How many acts a detail names.
pub(super) const NAMED_MAX: usize = 20;
/// How many streams a candidate's remark looks at; findings look at all.
const GLANCE_MAX: usize = 256;

/// A stream with a report that names a changed entry or its stream, and an act after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Link<'a> {
    /// The first act that rests on what was named.
    act: u64,
    stream: &'a str,
    /// The last report before that act.
    report: u64,
}

/// Acts that rest on what changed, for each change: as many as are named and one more where there
/// are more. Changes are taken in the order of what made them, and links come in as their acts do,
/// so that no change passes links that lead to nothing.
pub(super) fn all<'a>(ground: &Ground<'a>, changes: &'a [Change]) -> Vec<BTreeSet<u64>> {
    let mut order: Vec<usize> = (0..changes.len()).collect();
    order.sort_by_key(|at| changes.get(*at).map(|change| change.by));
    let mut links: BTreeMap<&str, Links<'a>> = BTreeMap::new();
    let mut found = vec![BTreeSet::new(); changes.len()];
    for at in order {
        let (Some(change), Some(found)) = (changes.get(at), found.get_mut(at)) else { continue };
        directly(ground, change, found);
        for name in [change.event.as_str(), change.stream.as_str()] {
            let links = links.entry(name).or_insert_with(|| Links::of(ground, name));
            links.upto(change.by);
            links.follow(ground, change, found);
        }
    }
    found
}

/// The same for one change that a candidate would make, with a look at a bounded number of streams.
pub(super) fn glance<'a>(ground: &Ground<'a>, change: &'a Change) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    directly(ground, change, &mut found);
    let mut seen = BTreeSet::new();
    for (name, after) in [(&change.event, 0), (&change.stream, change.target)] {
        for naming in ground.naming(name, after, Role::Report) {
            if found.len() > NAMED_MAX || seen.len() > GLANCE_MAX {
                return found;
            }
            if naming.stream != change.stream && seen.insert(&naming.stream) {
                take(ground, &ground.acts(&naming.stream), (naming.seq, change.by), &mut found);
            }
        }
    }
    found
}

/// Acts that name the changed entry, and those that rest on its own stream.
fn directly<'a>(ground: &Ground<'a>, change: &'a Change, found: &mut BTreeSet<u64>) {
    let named = ground.naming(&change.event, 0, Role::Act).map(|n| n.seq);
    add(found, named, change.by);
    let acts = ground.acts(&change.stream);
    let range = (change.target, change.by);
    if change.how == How::Changed {
        // Its engine says it of the acts on the stream itself.
        others(ground, &acts, range, found);
    } else {
        take(ground, &acts, range, found);
    }
}

/// Acts between two entries that rest on what a stream said from the first of them on.
fn take<'a>(ground: &Ground<'a>, acts: &Acts<'a>, range: (u64, u64), found: &mut BTreeSet<u64>) {
    add(found, later(&acts.own, range.0), range.1);
    others(ground, acts, range, found);
}

/// The same without the acts on the stream itself.
fn others<'a>(ground: &Ground<'a>, acts: &Acts<'a>, range: (u64, u64), found: &mut BTreeSet<u64>) {
    let (since, by) = range;
    add(found, later(&acts.naming, since), by);
    let later = acts.resolutions.partition_point(|(declared, _)| *declared <= since);
    for (declared, resolution) in acts.resolutions.get(later..).unwrap_or_default() {
        if *declared >= by || found.len() > NAMED_MAX {
            return;
        }
        add(found, std::iter::once(*declared), by);
        add(found, ground.naming(resolution, *declared, Role::Act).map(|n| n.seq), by);
    }
}

fn later(acts: &[u64], since: u64) -> impl Iterator<Item = u64> {
    acts.iter().skip(acts.partition_point(|act| *act <= since)).copied()
}

/// Adds acts before `by`, which come by rising seq, until there are more than are named.
fn add(found: &mut BTreeSet<u64>, acts: impl Iterator<Item = u64>, by: u64) {
    for act in acts.take_while(|act| *act < by) {
        if found.len() > NAMED_MAX {
            return;
        }
        found.insert(act);
    }
}

/// The links from one name.
struct Links<'a> {
    /// Those whose act comes later than the change in hand, the first of them last.
    ahead: Vec<Link<'a>>,
    /// The others, by the report from which on they hold.
    open: BTreeSet<(u64, u64, &'a str)>,
}

impl<'a> Links<'a> {
    fn of(ground: &Ground<'a>, name: &str) -> Self {
        let mut latest: BTreeMap<(u64, &str), u64> = BTreeMap::new();
        for naming in ground.naming(name, 0, Role::Report).filter(|n| n.stream != name) {
            if let Some(act) = ground.acts(&naming.stream).next(naming.seq) {
                latest.insert((act, &naming.stream), naming.seq);
            }
        }
        let all = latest.into_iter().rev();
        let ahead = all.map(|((act, stream), report)| Link { act, stream, report }).collect();
        Self { ahead, open: BTreeSet::new() }
    }

    /// Opens the links whose act comes before `by`.
    fn upto(&mut self, by: u64) {
        while let Some(link) = self.ahead.pop_if(|link| link.act < by) {
            self.open.insert((link.report, link.act, link.stream));
        }
    }

    fn follow(&self, ground: &Ground<'a>, change: &Change, found: &mut BTreeSet<u64>) {
        // An instrument is itself the report by which a stream rests on it.
        let from = (change.target, 0, "");
        for (report, _, stream) in self.open.range(from..) {
            if found.len() > NAMED_MAX {
                return;
            }
            if *stream != change.stream {
                take(ground, &ground.acts(stream), (*report, change.by), found);
            }
        }
    }
}
