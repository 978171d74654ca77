//! Fraud proofs (`accord.fraud/v1`): two signed checkpoints of one log, of which no history can
//! have both.
//!
//! ```text
//! accord.fraud/v1
//! <head of the smaller tree>
//! <head of the larger tree>
//! subtrees <number over the smaller> <number beyond it>
//! <base64 hash, one a line>
//! ```
//!
//! The hashes are those of the complete subtrees of the larger tree that cover `[0, m)` and then
//! `[m, n)`, each as large as its place allows. All of them together give the larger root, so they
//! are that tree's; the first group alone then says what its root over `m` entries was, and that is
//! not the root that the smaller checkpoint signs. For two checkpoints of one size there are none.
//!
//! Nothing here is taken from whoever hands the proof over: the signatures are the operator's, and
//! everything else is hashing. Whose signatures count follows from the key histories, which
//! `accord_ledger::check` judges; two ledgers of one name differ in their origins, and are no fork.

use crate::bundle;
use crate::hash::NodeHash;
use crate::head::{Head, HeadError, Pair};
use crate::merkle::{Nodes, cover, cover_hashes, root_of_cover};
use crate::wire;

const FIRST_LINE: &str = "accord.fraud/v1";

/// Why bytes are no fraud proof, or prove nothing.
#[derive(Debug, thiserror::Error)]
pub enum FraudError {
    /// Not the first line.
    #[error("the first line is not \"{FIRST_LINE}\"")]
    FirstLine,
    /// The two heads.
    #[error(transparent)]
    Heads(#[from] HeadError),
    /// The line of subtrees, or a hash below it.
    #[error("the subtree hashes are malformed or cut off")]
    Subtrees,
    /// Their number does not follow from the sizes.
    #[error("sizes {smaller} and {larger} need {expected:?} subtree hashes, there are {found:?}")]
    Number {
        /// Size of the smaller tree.
        smaller: u64,
        /// Size of the larger tree.
        larger: u64,
        /// Over the smaller tree, and beyond it.
        expected: (usize, usize),
        /// As found.
        found: (usize, usize),
    },
    /// Something stands behind the last hash.
    #[error("{0} bytes stand behind the last hash")]
    Trailing(usize),
    /// The hashes are of some other tree.
    #[error("the subtree hashes lead to root {found}, the larger checkpoint signs {expected}")]
    Root {
        /// As signed.
        expected: NodeHash,
        /// As the hashes give it.
        found: NodeHash,
    },
    /// The smaller tree is the beginning of the larger one: nobody lied.
    #[error(
        "the two checkpoints agree: the tree of {smaller} entries is the beginning of that of {larger}"
    )]
    Consistent {
        /// Size of the smaller tree.
        smaller: u64,
        /// Size of the larger tree.
        larger: u64,
    },
}

/// Two heads that contradict each other, with the hashes that show it.
#[derive(Clone, Debug, PartialEq)]
pub struct FraudProof {
    /// The heads.
    pub heads: Pair,
    /// Subtrees of the larger tree over the entries that the smaller one claims.
    pub over: Vec<NodeHash>,
    /// Subtrees of the larger tree beyond them.
    pub beyond: Vec<NodeHash>,
}

impl FraudProof {
    /// The proof that two heads contradict each other, made from the nodes of the larger tree.
    /// Whether they do, [`FraudProof::verify_contradiction`] tells.
    pub fn between<N: Nodes + ?Sized>(heads: Pair, nodes: &N) -> Result<Self, N::Error> {
        let (small, large) = (heads.smaller().size(), heads.larger().size());
        let (over, beyond) = if small == large {
            (Vec::new(), Vec::new())
        } else {
            (cover_hashes(nodes, 0, small)?, cover_hashes(nodes, small, large)?)
        };
        Ok(Self { heads, over, beyond })
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = format!("{FIRST_LINE}\n").into_bytes();
        self.heads.write(&mut out);
        let counts = format!("subtrees {} {}\n", self.over.len(), self.beyond.len());
        out.extend_from_slice(counts.as_bytes());
        for hash in self.over.iter().chain(&self.beyond) {
            out.extend_from_slice(wire::to_base64(hash.as_bytes()).as_bytes());
            out.push(b'\n');
        }
        out
    }

    /// Reads a fraud proof. What it shows is checked by [`FraudProof::verify_contradiction`] and,
    /// for the signatures, under the keys that the key histories give.
    pub fn parse(bytes: &[u8]) -> Result<Self, FraudError> {
        let mut rest = bytes;
        if bundle::line(&mut rest) != Some(FIRST_LINE) {
            return Err(FraudError::FirstLine);
        }
        let heads = Pair::read(&mut rest)?;
        let line = bundle::line(&mut rest).and_then(|l| l.strip_prefix("subtrees "));
        let (over, beyond) = line.and_then(|l| l.split_once(' ')).ok_or(FraudError::Subtrees)?;
        let number = |text| wire::decimal(text).and_then(|n| usize::try_from(n).ok());
        let (Some(over), Some(beyond)) = (number(over), number(beyond)) else {
            return Err(FraudError::Subtrees);
        };
        // The sizes say how many there are, so that nobody's number is believed.
        check_number(&heads, (over, beyond))?;
        let over = hashes(&mut rest, over)?;
        let beyond = hashes(&mut rest, beyond)?;
        if !rest.is_empty() {
            return Err(FraudError::Trailing(rest.len()));
        }
        Ok(Self { heads, over, beyond })
    }

    /// Checks everything but signatures and powers: the key entries are in their trees, the hashes
    /// are those of the larger tree, and the smaller checkpoint signs another root than they give.
    pub fn verify_contradiction(&self) -> Result<(), FraudError> {
        self.heads.verify_inclusion()?;
        check_number(&self.heads, (self.over.len(), self.beyond.len()))?;
        let small = self.heads.smaller().checkpoint.checkpoint();
        let large = self.heads.larger().checkpoint.checkpoint();
        let (smaller, larger) = (small.size, large.size);
        let (given, signed) = if smaller == larger {
            (large.root, small.root)
        } else {
            let over: Vec<_> =
                cover(0, smaller).into_iter().zip(self.over.iter().copied()).collect();
            let beyond = cover(smaller, larger).into_iter().zip(self.beyond.iter().copied());
            let found = root_of_cover(over.iter().copied().chain(beyond));
            if found != large.root {
                return Err(FraudError::Root { expected: large.root, found });
            }
            (root_of_cover(over), small.root)
        };
        if given == signed { Err(FraudError::Consistent { smaller, larger }) } else { Ok(()) }
    }
}

fn check_number(heads: &Pair, found: (usize, usize)) -> Result<(), FraudError> {
    let (smaller, larger) = (heads.smaller().size(), heads.larger().size());
    let expected = if smaller == larger {
        (0, 0)
    } else {
        (cover(0, smaller).len(), cover(smaller, larger).len())
    };
    if found == expected {
        return Ok(());
    }
    Err(FraudError::Number { smaller, larger, expected, found })
}

fn hashes(rest: &mut &[u8], count: usize) -> Result<Vec<NodeHash>, FraudError> {
    let hash = |_| {
        let bytes = wire::from_base64(bundle::line(rest)?)?;
        Some(NodeHash::from_bytes(bytes.try_into().ok()?))
    };
    (0..count).map(hash).collect::<Option<_>>().ok_or(FraudError::Subtrees)
}

/// Whether `one` and `other`, heads of one log whose nodes are `nodes`' at the larger size,
/// contradict each other; nothing if they agree.
///
/// # Errors
/// Those of the nodes, and [`Between::Heads`] when the nodes are not of the larger head: then
/// what they came from is damaged, which proves nothing against anybody.
pub fn between<N: Nodes + ?Sized>(
    one: Head,
    other: Head,
    nodes: &N,
) -> Result<Option<FraudProof>, Between<N::Error>> {
    let heads = Pair::new(one, other).map_err(|e| Between::Heads(e.into()))?;
    let proof = FraudProof::between(heads, nodes).map_err(Between::Nodes)?;
    match proof.verify_contradiction() {
        Ok(()) => Ok(Some(proof)),
        Err(FraudError::Consistent { .. }) => Ok(None),
        Err(error) => Err(Between::Heads(error)),
    }
}

/// Why two heads could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum Between<E> {
    /// The heads are no pair, or the nodes are not of the larger one.
    #[error(transparent)]
    Heads(FraudError),
    /// A node could not be had.
    #[error("a hash of the tree cannot be read: {0}")]
    Nodes(E),
}

#[cfg(test)]
mod tests;
