//! A figure comes from the entries that it names, and from no others.

use super::world::World;
use crate::replay::{Known, Replay};
use crate::view::{self, View};
use accord_format::time::Timestamp;
use accord_ledger::kernel;
use accord_projection::Selector;
use std::collections::BTreeMap;

/// Makes each figure of a view again from nothing but its entries and the kernel's; there is one.
pub(super) fn check(world: &World, name: &str) {
    assert!(check_at(world, name, world.log.now()) > 0, "{name} has no figures");
}

/// The same as of an instant; gives how many selectors there were.
pub(super) fn check_at(world: &World, name: &str, as_of: Timestamp) -> usize {
    let snapshot = world.replay(Known::All, as_of);
    let whole = view::view(name, &snapshot).unwrap();
    let mut made: BTreeMap<String, View> = BTreeMap::new();
    for figure in whole.figures() {
        let Some(provenance) = &figure.provenance else { continue };
        let selector = &provenance.selector;
        if is_of_another_kind(selector) {
            continue;
        }
        let again = made.entry(selector.to_string()).or_insert_with(|| {
            let seqs = snapshot.families().enumerate(selector);
            let mut part = Replay::new(Known::All, snapshot.as_of()).unwrap();
            for entry in world.log.entries() {
                let seq = entry.header.seq;
                let counts = kernel::owns(entry.event()) || seqs.binary_search(&seq).is_ok();
                part.retell(seq, &world.families.sayings);
                part.entry(entry, !counts, &world.log).unwrap();
            }
            view::view(name, &part.finish(&world.log).unwrap()).unwrap()
        });
        // What nothing bears on need not be there at all.
        let value = again.figure(&figure.key).map_or(0, |f| f.value);
        assert_eq!(value, figure.value, "{name} {}: {selector}", figure.key);
    }
    made.len()
}

/// Counts of entries of which something is to be known that they do not make by themselves: that
/// they do nothing, and that something is said of them in the light of all others. Their selectors
/// name what is counted; `integrity` counts it in another way.
fn is_of_another_kind(selector: &Selector) -> bool {
    let (subject, of_the_record) = (&selector.subject, selector.family == "record");
    of_the_record && (subject == "void" || subject.starts_with("findings/"))
}
