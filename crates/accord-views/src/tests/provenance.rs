//! A figure comes from the entries that it names, and from no others.

use super::world::World;
use crate::replay::{Known, Replay};
use crate::view::{self, View};
use accord_format::time::Timestamp;
use accord_ledger::kernel;
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
        let again = made.entry(selector.to_string()).or_insert_with(|| {
            let seqs = snapshot.families().enumerate(selector);
            let entries = world.log.entries().iter().map(|entry| {
                let counts =
                    kernel::owns(entry.event()) || seqs.binary_search(&entry.header.seq).is_ok();
                (entry.clone(), !counts)
            });
            let part = Replay::run(entries, &world.log, Known::All, snapshot.as_of()).unwrap();
            view::view(name, &part).unwrap()
        });
        // What nothing bears on need not be there at all.
        let value = again.figure(&figure.key).map_or(0, |f| f.value);
        assert_eq!(value, figure.value, "{name} {}: {selector}", figure.key);
    }
    made.len()
}
