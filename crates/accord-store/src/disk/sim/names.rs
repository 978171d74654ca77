//! The simulated directories: names as the running system sees them, and as a power cut finds them.

use super::super::path::parent;
use super::random::Random;
use std::collections::BTreeMap;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Dir,
    File(u64),
}

/// A change of names that no directory sync has made durable yet.
#[derive(Clone, Debug)]
enum Change {
    Set { path: String, node: Node },
    Unset { path: String },
    Move { from: String, to: String, node: Node },
}

/// All names, by full path.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    live: BTreeMap<String, Node>,
    durable: BTreeMap<String, Node>,
    pending: Vec<Change>,
}

impl Names {
    pub(super) fn get(&self, path: &str) -> Option<Node> {
        if path.is_empty() { Some(Node::Dir) } else { self.live.get(path).copied() }
    }

    /// The names directly inside `dir`.
    pub(super) fn inside(&self, dir: &str) -> Vec<String> {
        let names = self.live.keys().filter(|path| parent(path) == dir);
        names.map(|path| path.rsplit('/').next().unwrap_or(path).to_owned()).collect()
    }

    pub(super) fn set(&mut self, path: &str, node: Node) {
        self.live.insert(path.to_owned(), node);
        self.pending.push(Change::Set { path: path.to_owned(), node });
    }

    pub(super) fn unset(&mut self, path: &str) {
        self.live.remove(path);
        self.pending.push(Change::Unset { path: path.to_owned() });
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) {
        if let Some(node) = self.live.remove(from) {
            self.live.insert(to.to_owned(), node);
            self.pending.push(Change::Move { from: from.to_owned(), to: to.to_owned(), node });
        }
    }

    /// Makes the changes of names in `dir` durable.
    pub(super) fn sync(&mut self, dir: &str) {
        for change in std::mem::take(&mut self.pending) {
            match change {
                Change::Set { path, node } if parent(&path) == dir => {
                    self.durable.insert(path, node);
                }
                Change::Unset { path } if parent(&path) == dir => {
                    self.durable.remove(&path);
                }
                Change::Move { from, to, node } if parent(&to) == dir => {
                    self.durable.insert(to, node);
                    if parent(&from) == dir {
                        self.durable.remove(&from);
                    } else {
                        self.pending.push(Change::Unset { path: from });
                    }
                }
                other => self.pending.push(other),
            }
        }
    }

    /// Whether some change would not survive a power cut for sure.
    pub(super) fn is_unsynced(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The power goes: any subset of the pending changes is found, and what lies in a directory
    /// that was not itself durable is out of reach.
    pub(super) fn lose_power(&mut self, random: &mut Random) {
        // Now and then all or none, which a coin for each would hardly ever give.
        let mode = random.below(4);
        for change in std::mem::take(&mut self.pending) {
            if mode == 0 || (mode > 1 && random.one_in(2)) {
                continue;
            }
            match change {
                Change::Set { path, node } => drop(self.durable.insert(path, node)),
                Change::Unset { path } => drop(self.durable.remove(&path)),
                Change::Move { from, to, node } => {
                    self.durable.insert(to, node);
                    // A rename never loses the file; the old name may outlive it.
                    if !random.one_in(4) {
                        self.durable.remove(&from);
                    }
                }
            }
        }
        let mut reachable = BTreeMap::new();
        for (path, node) in std::mem::take(&mut self.durable) {
            // Parents sort before their children.
            let dir = parent(&path);
            if dir.is_empty() || reachable.get(dir) == Some(&Node::Dir) {
                reachable.insert(path, node);
            }
        }
        self.live.clone_from(&reachable);
        self.durable = reachable;
    }
}
