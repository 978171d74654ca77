//! Judging a checkpoint by a policy, and telling a person why.

mod subset;

use super::{Member, Policy, PolicyGroup, PolicyWitness};
use crate::checkpoint::SignedCheckpoint;
use std::fmt;

/// Whether a log that the policy accepts signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogVerdict {
    /// The policy names no log: who the log is must be known from elsewhere.
    Unlisted,
    /// Signed by at least one; the first of them, as `name+hex8`.
    Signed(String),
    /// None of them signed.
    Unsigned,
}

/// A witness that cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// What the policy calls it.
    pub witness: String,
    /// When, in seconds since 1970; the latest if it cosigned more than once, 0 if it did not say.
    pub unix_seconds: u64,
}

/// How a group fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupVerdict {
    /// What the policy calls it.
    pub name: String,
    /// Whether the quorum asks for it, itself or through other groups.
    pub counts: bool,
    /// Members that suffice.
    pub threshold: usize,
    /// Members that witnessed the checkpoint.
    pub witnessed: Vec<String>,
    /// Members that did not.
    pub missing: Vec<String>,
}

impl GroupVerdict {
    /// True when enough members witnessed.
    pub fn met(&self) -> bool {
        self.witnessed.len() >= self.threshold
    }
}

/// What a policy says of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// The verdict: a log signed, the quorum witnessed, and no known key has a bad line.
    pub met: bool,
    /// What the policy asks for: a witness, a group, or `none`.
    pub rule: String,
    /// True when what it asks for is there, whatever else is wrong.
    pub witnessed: bool,
    /// The latest second as of which the witnesses that the rule asks for vouch that no larger
    /// tree was known to them. Nothing when the rule is not met or asks for none; 0 when too few
    /// of them say when.
    pub unix_seconds: Option<u64>,
    /// About the log.
    pub log: LogVerdict,
    /// Witnesses with a valid cosignature, in the policy's order.
    pub cosigned: Vec<Cosigned>,
    /// Witnesses without any line, in the policy's order.
    pub missing: Vec<String>,
    /// Keys, as `name+hex8`, that have a line which does not verify. C2SP has such a note
    /// rejected; without these lines it may pass.
    pub broken: Vec<String>,
    /// Every group, each after its members.
    pub groups: Vec<GroupVerdict>,
}

/// What the lines under one key's name and id show.
enum Line {
    Absent,
    Broken,
    Cosigned(u64),
}

impl Policy {
    /// Judges a checkpoint. Which ledger it is of is for the caller to ask first.
    pub fn judge(&self, signed: &SignedCheckpoint) -> Quorum {
        let mut broken = Vec::new();
        let log = self.judge_log(signed, &mut broken);
        let (mut cosigned, mut missing) = (Vec::new(), Vec::new());
        let mut times = Vec::with_capacity(self.witnesses.len());
        for witness in &self.witnesses {
            let line = judge_witness(witness, signed);
            times.push(if let Line::Cosigned(time) = line { Some(time) } else { None });
            match line {
                Line::Absent => missing.push(witness.name.clone()),
                Line::Broken => broken.push(witness.vkey.id_string()),
                Line::Cosigned(unix_seconds) => {
                    cosigned.push(Cosigned { witness: witness.name.clone(), unix_seconds });
                }
            }
        }
        let tally = self.tally(times);
        let unix_seconds = self.quorum.and_then(|rule| tally.time(rule));
        let witnessed = self.quorum.is_none() || unix_seconds.is_some();
        Quorum {
            met: witnessed && broken.is_empty() && log != LogVerdict::Unsigned,
            rule: self.quorum().to_owned(),
            witnessed,
            unix_seconds,
            log,
            cosigned,
            missing,
            broken,
            groups: self.group_verdicts(&tally),
        }
    }

    /// A log's key speaks for the log of its own name only.
    fn judge_log(&self, signed: &SignedCheckpoint, broken: &mut Vec<String>) -> LogVerdict {
        if self.logs.is_empty() {
            return LogVerdict::Unlisted;
        }
        let mut first = None;
        let origin = &signed.checkpoint().origin;
        for log in self.logs.iter().filter(|log| log.vkey.name() == origin) {
            match signed.is_signed_by(&log.vkey) {
                Ok(true) => first = first.or_else(|| Some(log.vkey.id_string())),
                Ok(false) => {}
                Err(_) => broken.push(log.vkey.id_string()),
            }
        }
        first.map_or(LogVerdict::Unsigned, LogVerdict::Signed)
    }

    /// A group's members stand before it, so one pass suffices.
    fn tally(&self, witnesses: Vec<Option<u64>>) -> Tally {
        let mut tally = Tally { witnesses, groups: Vec::with_capacity(self.groups.len()) };
        for group in &self.groups {
            let time = group_time(group, &tally);
            tally.groups.push(time);
        }
        tally
    }

    fn group_verdicts(&self, tally: &Tally) -> Vec<GroupVerdict> {
        let counting = self.counting();
        let verdict = |(group, counts): (&PolicyGroup, bool)| {
            let (witnessed, missing): (Vec<Member>, Vec<Member>) =
                group.members.iter().partition(|member| tally.time(**member).is_some());
            let names = |members: Vec<Member>| {
                members.into_iter().map(|member| self.name(member).to_owned()).collect()
            };
            GroupVerdict {
                name: group.name.clone(),
                counts,
                threshold: group.threshold,
                witnessed: names(witnessed),
                missing: names(missing),
            }
        };
        self.groups.iter().zip(counting).map(verdict).collect()
    }

    /// Which groups the quorum asks for: from the last back, as members stand before groups.
    fn counting(&self) -> Vec<bool> {
        let mut counting = vec![false; self.groups.len()];
        let mark = |counting: &mut Vec<bool>, member: Member| {
            if let Member::Group(at) = member
                && let Some(counts) = counting.get_mut(at)
            {
                *counts = true;
            }
        };
        if let Some(rule) = self.quorum {
            mark(&mut counting, rule);
        }
        for (at, group) in self.groups.iter().enumerate().rev() {
            if counting.get(at) == Some(&true) {
                group.members.iter().for_each(|member| mark(&mut counting, *member));
            }
        }
        counting
    }
}

/// When each witness and each group witnessed, by their places.
struct Tally {
    witnesses: Vec<Option<u64>>,
    groups: Vec<Option<u64>>,
}

impl Tally {
    fn time(&self, member: Member) -> Option<u64> {
        let (times, at) = match member {
            Member::Witness(at) => (&self.witnesses, at),
            Member::Group(at) => (&self.groups, at),
        };
        times.get(at).copied().flatten()
    }
}

/// The latest time at which as many members as suffice had witnessed no earlier.
fn group_time(group: &PolicyGroup, tally: &Tally) -> Option<u64> {
    let mut times: Vec<u64> = group.members.iter().filter_map(|m| tally.time(*m)).collect();
    times.sort_unstable_by(|a, b| b.cmp(a));
    times.get(group.threshold.checked_sub(1)?).copied()
}

fn judge_witness(witness: &PolicyWitness, signed: &SignedCheckpoint) -> Line {
    let mut found = Line::Absent;
    for line in signed.note().signatures().iter().filter(|line| witness.vkey.is_named_by(line)) {
        let Some(time) = witness.vkey.verify(signed.checkpoint(), line) else {
            return Line::Broken;
        };
        found = match found {
            Line::Cosigned(other) => Line::Cosigned(other.max(time)),
            _ => Line::Cosigned(time),
        };
    }
    found
}

impl fmt::Display for Quorum {
    /// Some lines for a person: the verdict, then what it rests on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "quorum {}: {}", self.rule, if self.met { "met" } else { "not met" })?;
        match &self.log {
            LogVerdict::Unlisted => writeln!(f, "the policy names no log")?,
            LogVerdict::Signed(key) => writeln!(f, "signed by the log {key}")?,
            LogVerdict::Unsigned => writeln!(f, "not signed by any log that the policy accepts")?,
        }
        for key in &self.broken {
            writeln!(f, "the line of {key} does not verify")?;
        }
        for group in self.groups.iter().filter(|group| group.counts) {
            let (has, all) = (group.witnessed.len(), group.witnessed.len() + group.missing.len());
            write!(f, "group {}: {has} of {all}, {} suffice", group.name, group.threshold)?;
            if group.missing.is_empty() {
                writeln!(f)?;
            } else {
                writeln!(f, "; without {}", group.missing.join(", "))?;
            }
        }
        for cosigned in &self.cosigned {
            writeln!(f, "cosigned by {} at {}", cosigned.witness, cosigned.unix_seconds)?;
        }
        Ok(())
    }
}
