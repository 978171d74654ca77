//! The index itself: a trie over the hashes of keys, in which each stands at the first depth at
//! which it is alone. It grows entry by entry; hashes are made when a root is asked for, of those
//! parts only that changed.

use super::answer::{Absent, Answer, EMPTY, End, fork_hash, leaf_hash};
use super::key::{Key, KeyHash};
use crate::event::Event;
use crate::hash::{IndexHash, NodeHash};
use crate::merkle::Frontier;

/// The index over a number of entries.
#[derive(Clone, Debug, Default)]
pub struct Index {
    root: Node,
    keys: u64,
}

#[derive(Clone, Debug, Default)]
enum Node {
    #[default]
    Empty,
    Leaf(Box<Leaf>),
    Fork(Box<Fork>),
}

#[derive(Clone, Debug)]
struct Leaf {
    key: KeyHash,
    list: Frontier,
}

#[derive(Clone, Debug)]
struct Fork {
    /// Nothing after a change below it.
    hash: Option<IndexHash>,
    left: Node,
    right: Node,
}

impl Index {
    /// Takes in the next entry by its leaf hash in the ledger's tree. What is no entry stands
    /// under no key, and is not given here.
    pub fn push(&mut self, leaf: NodeHash, event: &Event) {
        for key in Key::of(event) {
            self.list(&key.hash(), leaf);
        }
    }

    fn list(&mut self, key: &KeyHash, leaf: NodeHash) {
        if self.root.insert(key, 0, leaf) {
            self.keys = self.keys.saturating_add(1);
        }
    }

    /// Number of keys.
    pub const fn keys(&self) -> u64 {
        self.keys
    }

    /// The index root.
    pub fn root(&mut self) -> IndexHash {
        self.root.hash()
    }

    /// What the index says about a key, with the hashes that show it.
    pub fn answer(&mut self, key: &Key) -> Answer {
        let (key, mut siblings) = (key.hash(), Vec::new());
        let mut node = &mut self.root;
        loop {
            let end = match node {
                Node::Fork(fork) => {
                    let (own, other) = fork.children(key.bit(siblings.len()));
                    siblings.push(other.hash());
                    node = own;
                    continue;
                }
                Node::Leaf(leaf) if leaf.key == key => {
                    End::Found { count: leaf.list.size(), root: leaf.list.root() }
                }
                Node::Leaf(leaf) => End::Absent(Absent::Other {
                    key: leaf.key,
                    count: leaf.list.size(),
                    root: leaf.list.root(),
                }),
                Node::Empty => End::Absent(Absent::Empty),
            };
            return Answer { end, siblings };
        }
    }
}

impl Node {
    /// Appends to the list of a key; true when the key is new.
    fn insert(&mut self, key: &KeyHash, depth: usize, entry: NodeHash) -> bool {
        match self {
            Self::Empty => {
                let mut list = Frontier::default();
                list.push(entry);
                *self = Self::Leaf(Box::new(Leaf { key: *key, list }));
                true
            }
            Self::Leaf(leaf) if leaf.key == *key => {
                leaf.list.push(entry);
                false
            }
            Self::Leaf(leaf) => {
                // Two keys differ in some bit, so this ends before the hashes do.
                let right = leaf.key.bit(depth);
                let old = std::mem::take(self);
                let mut fork = Fork { hash: None, left: Self::Empty, right: Self::Empty };
                *fork.children(right).0 = old;
                let new = fork.children(key.bit(depth)).0.insert(key, depth + 1, entry);
                *self = Self::Fork(Box::new(fork));
                new
            }
            Self::Fork(fork) => {
                fork.hash = None;
                fork.children(key.bit(depth)).0.insert(key, depth + 1, entry)
            }
        }
    }

    fn hash(&mut self) -> IndexHash {
        match self {
            Self::Empty => EMPTY,
            Self::Leaf(leaf) => leaf_hash(&leaf.key, leaf.list.size(), &leaf.list.root()),
            Self::Fork(fork) => fork.hash(),
        }
    }
}

impl Fork {
    fn hash(&mut self) -> IndexHash {
        let hash = self.hash.unwrap_or_else(|| fork_hash(&self.left.hash(), &self.right.hash()));
        self.hash = Some(hash);
        hash
    }

    /// The child on this side, and the other.
    const fn children(&mut self, right: bool) -> (&mut Node, &mut Node) {
        if right { (&mut self.right, &mut self.left) } else { (&mut self.left, &mut self.right) }
    }
}
