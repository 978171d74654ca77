//! For each act, the latest change of what it rests on.
//!
//! A record may hold many acts that rest on many entries that changed many times. Nothing here
//! looks at an act with each change: for each stream the changes that bear on it are kept in the
//! order from which on they do, with the latest of them so far, and an act looks that up once for
//! each name by which it rests on something.

use super::ground::Ground;
use super::grounds::{Change, How, Role};
use std::collections::BTreeMap;

/// A change, as it is said of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Latest {
    pub(super) by: u64,
    pub(super) target: u64,
    pub(super) how: How,
}

/// The latest change of what each act rests on, by act, with the stream by way of which it rests
/// on that, if not directly.
pub(super) type Resting<'a> = BTreeMap<u64, (Latest, Option<&'a str>)>;

/// Changes by the seq from which on something rests on what changed, each with the latest so far.
#[derive(Default)]
struct Since(Vec<(u64, Latest)>);

impl Since {
    fn add(&mut self, seq: u64, latest: Latest) {
        self.0.push((seq, latest));
    }

    fn order(&mut self) {
        self.0.sort_unstable();
        let mut so_far: Option<Latest> = None;
        for (_, latest) in &mut self.0 {
            *latest = so_far.map_or(*latest, |so_far| so_far.max(*latest));
            so_far = Some(*latest);
        }
    }

    /// The latest of those on which something at `seq` rests.
    fn before(&self, seq: u64) -> Option<Latest> {
        let behind = self.0.partition_point(|(since, _)| *since < seq);
        self.0.get(behind.checked_sub(1)?).map(|(_, latest)| *latest)
    }
}

/// What changed of a stream.
#[derive(Default)]
struct Stream {
    /// Its own entries, in whatever way.
    own: Since,
    /// Its own entries, in a way of which its engine says nothing.
    silent: Since,
    /// Entries of other streams that reports on this one name, from each report on.
    named: Since,
}

/// The latest change of what each act rests on.
pub(super) fn resting<'a>(ground: &Ground<'a>, changes: &'a [Change]) -> Resting<'a> {
    let mut resting = Resting::new();
    let streams = streams(ground, changes, &mut resting);
    let mut resolutions: BTreeMap<&str, (u64, Latest)> = BTreeMap::new();
    for (name, stream) in &streams {
        let acts = ground.acts(name);
        for act in &acts.naming {
            offer(&mut resting, *act, stream.own.before(*act), None);
            offer(&mut resting, *act, stream.named.before(*act), Some(name));
        }
        for act in &acts.own {
            offer(&mut resting, *act, stream.silent.before(*act), None);
            offer(&mut resting, *act, stream.named.before(*act), Some(name));
        }
        for (declared, resolution) in &acts.resolutions {
            let latest = stream.own.before(*declared).max(stream.named.before(*declared));
            offer(&mut resting, *declared, latest, Some(name));
            if let Some(latest) = latest {
                let kept = resolutions.entry(resolution).or_insert((*declared, latest));
                kept.1 = kept.1.max(latest);
            }
        }
    }
    for (resolution, (declared, latest)) in resolutions {
        for naming in ground.naming(resolution, declared, Role::Act) {
            offer(&mut resting, naming.seq, Some(latest), Some(resolution));
        }
    }
    resting
}

/// The streams on which something rests that changed. Acts that name a changed event are offered
/// the change right away.
fn streams<'a>(
    ground: &Ground<'a>,
    changes: &'a [Change],
    resting: &mut Resting<'a>,
) -> BTreeMap<&'a str, Stream> {
    let mut streams: BTreeMap<&str, Stream> = BTreeMap::new();
    let mut events: BTreeMap<&str, (&Change, Latest)> = BTreeMap::new();
    for change in changes {
        let latest = Latest { by: change.by, target: change.target, how: change.how };
        let stream = streams.entry(&change.stream).or_default();
        stream.own.add(change.target, latest);
        if change.how != How::Changed {
            stream.silent.add(change.target, latest);
        }
        let event = events.entry(&change.event).or_insert((change, latest));
        event.1 = event.1.max(latest);
    }
    for stream in streams.values_mut() {
        stream.own.order();
        stream.silent.order();
    }
    let mut named = Vec::new();
    for (event, (change, latest)) in events {
        for naming in ground.naming(event, 0, Role::Act) {
            offer(resting, naming.seq, Some(latest), None);
        }
        let reports = ground.naming(event, 0, Role::Report);
        let elsewhere = reports.filter(|n| n.stream != change.stream);
        named.extend(elsewhere.map(|n| (n.stream.as_str(), n.seq, latest)));
    }
    for (name, stream) in &streams {
        for naming in ground.naming(name, 0, Role::Report) {
            let latest = stream.own.before(naming.seq);
            named.extend(latest.map(|latest| (naming.stream.as_str(), naming.seq, latest)));
        }
    }
    for (stream, seq, latest) in named {
        streams.entry(stream).or_default().named.add(seq, latest);
    }
    for stream in streams.values_mut() {
        stream.named.order();
    }
    streams
}

/// Takes note of a change on which an act rests if it came after the act and after the one that
/// was known.
fn offer<'a>(resting: &mut Resting<'a>, act: u64, latest: Option<Latest>, via: Option<&'a str>) {
    let Some(latest) = latest.filter(|latest| latest.by > act) else { return };
    let kept = resting.entry(act).or_insert((latest, via));
    if kept.0 < latest {
        *kept = (latest, via);
    }
}
