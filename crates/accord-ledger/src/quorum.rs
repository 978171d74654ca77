//! The witness policies of a ledger, and what they say of a checkpoint.
//!
//! A policy counts from the size on that its entry makes, as checkpoint keys do. A checkpoint must
//! meet every policy that was in force at any size from the last one that met its quorum up to its
//! own: so the first that covers a change meets the old policy and the new.

use accord_format::checkpoint::SignedCheckpoint;
use accord_format::note::NoteSignature;
use accord_format::policy::{Policy, PolicyWitness, Quorum};
use serde::{Deserialize, Serialize};

/// The most lines of a policy.
const LINES_MAX: usize = 400;

/// Why lines are not a policy that a ledger can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyLinesError {
    /// Too many lines.
    #[error("{0} lines, at most {LINES_MAX} are read")]
    TooMany(usize),
    /// A line end inside a line.
    #[error("line {0} holds a line end; each line is an item of its own")]
    LineEnd(usize),
    /// Not a tlog-policy.
    #[error("{0}")]
    Policy(String),
    /// A `log` line.
    #[error("log lines have no place here: the log is this ledger, whose keys the record names")]
    Log,
}

/// Reads the lines of a policy as they stand in the record; none ask for no witness.
pub fn parse(lines: &[String]) -> Result<Policy, PolicyLinesError> {
    if lines.len() > LINES_MAX {
        return Err(PolicyLinesError::TooMany(lines.len()));
    }
    if let Some(at) = lines.iter().position(|line| line.contains(['\n', '\r'])) {
        return Err(PolicyLinesError::LineEnd(at + 1));
    }
    let text: String = if lines.is_empty() {
        "quorum none\n".to_owned()
    } else {
        lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    };
    let policy = Policy::parse(&text).map_err(|e| PolicyLinesError::Policy(e.to_string()))?;
    if policy.logs().is_empty() { Ok(policy) } else { Err(PolicyLinesError::Log) }
}

/// True when a policy asks for no cosignature.
pub fn asks_for_none(policy: &Policy) -> bool {
    policy.quorum() == "none"
}

/// A policy and the first tree size at which it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce {
    /// The size.
    pub from_size: u64,
    /// The policy.
    pub policy: Policy,
}

/// The policies of a ledger, in the order in which they came into force.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(u64, String)>", into = "Vec<(u64, String)>")]
pub struct Policies {
    all: Vec<InForce>,
}

impl From<Policies> for Vec<(u64, String)> {
    fn from(policies: Policies) -> Self {
        policies.all.iter().map(|p| (p.from_size, p.policy.to_text())).collect()
    }
}

impl TryFrom<Vec<(u64, String)>> for Policies {
    type Error = String;

    fn try_from(all: Vec<(u64, String)>) -> Result<Self, String> {
        let read = |(from_size, text): (u64, String)| {
            let policy = Policy::parse(&text).map_err(|e| e.to_string())?;
            Ok(InForce { from_size, policy })
        };
        Ok(Self { all: all.into_iter().map(read).collect::<Result<_, String>>()? })
    }
}

impl Policies {
    /// Lets `policy` count from `from_size` on.
    pub fn set(&mut self, from_size: u64, policy: Policy) {
        self.all.push(InForce { from_size, policy });
    }

    /// The policy that counts at `size`; none before the genesis.
    pub fn at(&self, size: u64) -> Option<&Policy> {
        self.all.iter().rev().find(|p| p.from_size <= size).map(|p| &p.policy)
    }

    /// All of them.
    pub fn all(&self) -> &[InForce] {
        &self.all
    }

    /// Every policy that a checkpoint of `size` must meet when the last one to meet its quorum had
    /// size `after`, the newest first.
    pub fn demanded(&self, after: u64, size: u64) -> impl Iterator<Item = &Policy> {
        let until = self.all.iter().rev().skip_while(move |p| p.from_size > size);
        let mut done = false;
        let each = until.take_while(move |p| {
            let take = !done;
            done = p.from_size <= after;
            take
        });
        each.map(|p| &p.policy)
    }

    /// True when a checkpoint of `size` needs no cosignature.
    pub fn ask_for_none(&self, after: u64, size: u64) -> bool {
        self.demanded(after, size).all(asks_for_none)
    }

    /// What each demanded policy says of a checkpoint, the newest policy first.
    pub fn judge(&self, after: u64, note: &SignedCheckpoint) -> Vec<Quorum> {
        self.demanded(after, note.checkpoint().size).map(|policy| policy.judge(note)).collect()
    }

    /// The witness, of any policy ever in force, under whose name and key id `line` stands.
    pub fn witness_of(&self, line: &NoteSignature) -> Option<&PolicyWitness> {
        let witnesses = self.all.iter().rev().flat_map(|p| p.policy.witnesses());
        witnesses.into_iter().find(|w| w.vkey.is_named_by(line))
    }
}

/// True when every one is met.
pub fn all_met(quorums: &[Quorum]) -> bool {
    quorums.iter().all(|quorum| quorum.met)
}

/// Why quorums are not met, in words.
pub fn unmet(quorums: &[Quorum]) -> String {
    let each = quorums.iter().filter(|q| !q.met).map(|quorum| {
        let rule = format!("quorum {} is not met", quorum.rule);
        let missing = (!quorum.missing.is_empty())
            .then(|| format!(", without {}", quorum.missing.join(", ")));
        let broken = (!quorum.broken.is_empty())
            .then(|| format!("; the lines of {} do not verify", quorum.broken.join(", ")));
        [Some(rule), missing, broken].into_iter().flatten().collect::<String>()
    });
    each.collect::<Vec<_>>().join("; and of another policy that counts here: ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[&str]) -> Result<Policy, PolicyLinesError> {
        parse(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_line_is_one_item() {
        assert!(asks_for_none(&lines(&[]).unwrap()));
        assert!(asks_for_none(&lines(&["# nobody", "", "quorum none"]).unwrap()));
        let ends = lines(&["# nobody", "quorum none\nquorum none"]);
        assert_eq!(ends, Err(PolicyLinesError::LineEnd(2)));
        assert_eq!(lines(&["#"; 401]), Err(PolicyLinesError::TooMany(401)));
        assert!(matches!(lines(&["quorum w"]), Err(PolicyLinesError::Policy(_))));
    }

    #[test]
    fn every_policy_since_the_last_quorum_counts() {
        let mut policies = Policies::default();
        for from_size in [0, 5, 6, 9] {
            policies.set(from_size, lines(&[]).unwrap());
        }
        let froms = |after, size| policies.demanded(after, size).count();
        for (after, size, count) in [
            (0, 4, 1),
            (0, 5, 2),
            (4, 5, 2),
            (5, 5, 1),
            (5, 6, 2),
            (4, 9, 4),
            (6, 8, 1),
            (9, 20, 1),
        ] {
            assert_eq!(froms(after, size), count, "{after} to {size}");
        }
    }
}
