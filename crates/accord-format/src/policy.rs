//! C2SP tlog-policy: which logs are accepted, which witnesses are known, and which of them
//! together suffice.

mod judge;
mod parse;

#[cfg(test)]
mod tests;

pub use judge::{Cosigned, GroupVerdict, LogVerdict, Quorum};
pub use parse::{PolicyError, Problem};

use crate::cosignature::CosignerVKey;
use crate::log_key::LogVKey;
use std::fmt;

/// The longest policy read, in bytes: room for the most logs and witnesses, all with ML-DSA-44
/// keys and URLs.
pub const POLICY_MAX: usize = 512 * 1024;
/// The most logs, the most witnesses and the most groups (C2SP recommends at least 32 of each):
/// 32 witnesses with a key of each algorithm, and a note still has room for other lines.
pub const ITEMS_MAX: usize = 64;

/// A log that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyLog {
    /// Its key; the key's name is the log's origin.
    pub vkey: LogVKey,
    /// Where it is, if the policy says so.
    pub url: Option<String>,
}

/// A witness that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyWitness {
    /// What the policy calls it.
    pub name: String,
    /// Its key.
    pub vkey: CosignerVKey,
    /// Where it is, if the policy says so; tlog-witness's submission prefix.
    pub url: Option<String>,
}

/// One thing that a group or the quorum can name, by its place among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Witness(usize),
    Group(usize),
}

/// A group of which some members suffice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyGroup {
    name: String,
    threshold: usize,
    /// Witnesses, and groups that stand before this one.
    members: Vec<Member>,
}

impl PolicyGroup {
    /// What the policy calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many members suffice; at least 1, at most as many as there are.
    pub const fn threshold(&self) -> usize {
        self.threshold
    }
}

/// A trust policy. Groups form a forest: each refers only to what stands before it, and nothing
/// is a member twice, so judging takes one pass over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<PolicyLog>,
    witnesses: Vec<PolicyWitness>,
    groups: Vec<PolicyGroup>,
    /// Nothing for `quorum none`.
    quorum: Option<Member>,
}

impl Policy {
    /// The logs accepted; none if the log is known from elsewhere.
    pub fn logs(&self) -> &[PolicyLog] {
        &self.logs
    }

    /// The witnesses known, whether or not the quorum asks for them.
    pub fn witnesses(&self) -> &[PolicyWitness] {
        &self.witnesses
    }

    /// The groups, each after its members.
    pub fn groups(&self) -> &[PolicyGroup] {
        &self.groups
    }

    /// The witness or group that must have witnessed a checkpoint, or `none`.
    pub fn quorum(&self) -> &str {
        self.quorum.map_or(NONE, |member| self.name(member))
    }

    /// The names of a group's members, in their order.
    pub fn members<'a>(&'a self, group: &'a PolicyGroup) -> impl Iterator<Item = &'a str> {
        group.members.iter().map(|member| self.name(*member))
    }

    fn name(&self, member: Member) -> &str {
        match member {
            Member::Witness(at) => self.witnesses.get(at).map_or("", |w| &w.name),
            Member::Group(at) => self.groups.get(at).map_or("", |g| &g.name),
        }
    }

    /// How many witness keys at least must cosign two histories for both to meet the quorum. With 0
    /// honest witnesses alone can bear out a fork, as two quorums need not share one; nothing if
    /// no cosignature is asked for.
    ///
    /// Two choices of k among n members share 2k - n of them at least, and of these the ones that
    /// are least hard to turn count.
    pub fn fork_bound(&self) -> Option<usize> {
        let mut groups: Vec<usize> = Vec::with_capacity(self.groups.len());
        let bound = |groups: &[usize], member: &Member| match member {
            Member::Witness(_) => 1,
            Member::Group(at) => groups.get(*at).copied().unwrap_or_default(),
        };
        for group in &self.groups {
            let mut members: Vec<usize> =
                group.members.iter().map(|member| bound(&groups, member)).collect();
            members.sort_unstable();
            let shared = (2 * group.threshold).saturating_sub(members.len());
            groups.push(members.iter().take(shared).sum());
        }
        self.quorum.as_ref().map(|rule| bound(&groups, rule))
    }

    /// The policy in its plainest form: no comments, thresholds as numbers.
    pub fn to_text(&self) -> String {
        self.to_string()
    }
}

/// The predefined name of the quorum that asks for no cosignature.
const NONE: &str = "none";

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for log in &self.logs {
            writeln!(f, "log {}{}", log.vkey, Url(log.url.as_deref()))?;
        }
        for witness in &self.witnesses {
            let url = Url(witness.url.as_deref());
            writeln!(f, "witness {} {}{url}", witness.name, witness.vkey)?;
        }
        for group in &self.groups {
            write!(f, "group {} {}", group.name, group.threshold)?;
            for name in self.members(group) {
                write!(f, " {name}")?;
            }
            writeln!(f)?;
        }
        writeln!(f, "quorum {}", self.quorum())
    }
}

struct Url<'a>(Option<&'a str>);

impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |url| write!(f, " {url}"))
    }
}
