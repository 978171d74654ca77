//! Reading a policy, line by line, with every rule of the specification.

use super::{ITEMS_MAX, Member, NONE, POLICY_MAX, Policy, PolicyGroup, PolicyLog, PolicyWitness};
use crate::cosignature::CosignerVKey;
use crate::key::{KeyError, KeyId};
use crate::log_key::LogVKey;
use crate::wire;
use std::collections::{BTreeMap, BTreeSet};

/// Why text is not a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Longer than [`POLICY_MAX`].
    #[error("the policy has {0} bytes, the limit is {POLICY_MAX}")]
    TooLong(usize),
    /// A line that does not stand.
    #[error("line {line} of the policy: {problem}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        problem: Problem,
    },
    /// No `quorum` line.
    #[error("the policy has no quorum line; \"quorum none\" asks for no witness")]
    NoQuorum,
}

/// What is wrong with a line of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A control character other than tab.
    #[error("control character 0x{0:02x}; lines end with a line feed alone")]
    Control(u8),
    /// A name or URL that is not UTF-8.
    #[error("not UTF-8")]
    Utf8,
    /// The last line has no LF.
    #[error("does not end with a line feed; the policy may be cut off")]
    Truncated,
    /// The first word.
    #[error("{0:?} begins no line; lines begin with log, witness, group, quorum or #")]
    Keyword(String),
    /// Words missing or left over.
    #[error("has not the form \"{0}\"")]
    Form(&'static str),
    /// A comment behind something else.
    #[error("a comment stands on a line of its own")]
    Comment,
    /// A key.
    #[error("the key: {0}")]
    Key(#[from] KeyError),
    /// The same public key in two log lines, or in two witness lines.
    #[error("the public key of {0} stands in an earlier line of this kind")]
    DuplicateKey(String),
    /// Two keys that signature lines could not tell apart.
    #[error("{0} is name and key id of another key too; their signature lines look alike")]
    KeyIdCollision(String),
    /// A name defined twice.
    #[error("the name {0:?} is defined in an earlier line")]
    DuplicateName(String),
    /// `none`, as a name of something else.
    #[error("the name \"none\" is predefined")]
    Reserved,
    /// A name not yet defined.
    #[error("{0:?} is not defined in an earlier line")]
    Undefined(String),
    /// A member of two groups, or twice of one.
    #[error("{0:?} is a member of a group already")]
    MemberTwice(String),
    /// Not `all`, `any` or a number from 1 to the number of members.
    #[error("the threshold {found:?} is neither all nor any nor a number from 1 to {members}")]
    Threshold {
        /// As given.
        found: String,
        /// Members of the group.
        members: usize,
    },
    /// A second `quorum` line.
    #[error("a second quorum line")]
    SecondQuorum,
    /// Too many of one kind.
    #[error("more than {ITEMS_MAX} {0}")]
    TooMany(&'static str),
}

impl Policy {
    /// Reads a policy.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        Self::parse_bytes(text.as_bytes())
    }

    /// Reads a policy from a file's bytes. Comments may hold any bytes above 0x7f; names and
    /// URLs are UTF-8 here, as the specification strongly recommends.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, PolicyError> {
        if bytes.len() > POLICY_MAX {
            return Err(PolicyError::TooLong(bytes.len()));
        }
        let mut reader = Reader::default();
        for (at, line) in bytes.split_inclusive(|b| *b == b'\n').enumerate() {
            let read = read_line(line).and_then(|words| reader.line(&words));
            read.map_err(|problem| PolicyError::Line { line: at + 1, problem })?;
        }
        if !reader.has_quorum {
            return Err(PolicyError::NoQuorum);
        }
        let Reader { logs, witnesses, groups, quorum, .. } = reader;
        Ok(Self { logs, witnesses, groups, quorum })
    }
}

/// The words of a line; none for an empty line or a comment.
fn read_line(line: &[u8]) -> Result<Vec<&str>, Problem> {
    let line = line.strip_suffix(b"\n").ok_or(Problem::Truncated)?;
    if let Some(control) = line.iter().find(|b| b.is_ascii_control() && **b != b'\t') {
        return Err(Problem::Control(*control));
    }
    let line = line.trim_ascii_start();
    if line.first() == Some(&b'#') {
        return Ok(Vec::new());
    }
    let text = std::str::from_utf8(line).map_err(|_| Problem::Utf8)?;
    Ok(text.split([' ', '\t']).filter(|word| !word.is_empty()).collect())
}

#[derive(Default)]
struct Reader {
    logs: Vec<PolicyLog>,
    witnesses: Vec<PolicyWitness>,
    groups: Vec<PolicyGroup>,
    /// What the quorum line names, nothing for `none`; whether it was there is said next.
    quorum: Option<Member>,
    has_quorum: bool,
    names: BTreeMap<String, Member>,
    members: BTreeSet<String>,
    log_keys: BTreeSet<Vec<u8>>,
    witness_keys: BTreeSet<Vec<u8>>,
    key_ids: BTreeSet<(String, KeyId)>,
}

impl Reader {
    fn line(&mut self, words: &[&str]) -> Result<(), Problem> {
        match words {
            [] => Ok(()),
            ["log", rest @ ..] => self.log(rest),
            ["witness", rest @ ..] => self.witness(rest),
            ["group", rest @ ..] => self.group(rest),
            ["quorum", rest @ ..] => self.set_quorum(rest),
            [other, ..] => Err(Problem::Keyword((*other).to_owned())),
        }
    }

    fn log(&mut self, words: &[&str]) -> Result<(), Problem> {
        let (vkey, url) = match words {
            [vkey] => (vkey, None),
            [vkey, url] => (vkey, Some(read_url(url)?)),
            _ => return Err(Problem::Form("log <vkey> [<url>]")),
        };
        room(self.logs.len(), "logs")?;
        let vkey: LogVKey = vkey.parse()?;
        if !self.log_keys.insert(vkey.key_bytes().to_vec()) {
            return Err(Problem::DuplicateKey(vkey.id_string()));
        }
        self.tell_apart(vkey.name(), vkey.id())?;
        self.logs.push(PolicyLog { vkey, url });
        Ok(())
    }

    fn witness(&mut self, words: &[&str]) -> Result<(), Problem> {
        let (name, vkey, url) = match words {
            [name, vkey] => (name, vkey, None),
            [name, vkey, url] => (name, vkey, Some(read_url(url)?)),
            _ => return Err(Problem::Form("witness <name> <vkey> [<url>]")),
        };
        room(self.witnesses.len(), "witnesses")?;
        let vkey: CosignerVKey = vkey.parse()?;
        if !self.witness_keys.insert(vkey.key().as_bytes().to_vec()) {
            return Err(Problem::DuplicateKey(vkey.id_string()));
        }
        self.tell_apart(vkey.name(), vkey.id())?;
        self.define(name, Member::Witness(self.witnesses.len()))?;
        self.witnesses.push(PolicyWitness { name: (*name).to_owned(), vkey, url });
        Ok(())
    }

    fn group(&mut self, words: &[&str]) -> Result<(), Problem> {
        let [name, threshold, names @ ..] = words else {
            return Err(Problem::Form("group <name> all|any|<k> <name>..."));
        };
        if names.is_empty() {
            return Err(Problem::Form("group <name> all|any|<k> <name>..."));
        }
        room(self.groups.len(), "groups")?;
        let members = names.iter().map(|name| self.member(name)).collect::<Result<Vec<_>, _>>()?;
        let threshold = read_threshold(threshold, members.len())?;
        self.define(name, Member::Group(self.groups.len()))?;
        self.groups.push(PolicyGroup { name: (*name).to_owned(), threshold, members });
        Ok(())
    }

    fn set_quorum(&mut self, words: &[&str]) -> Result<(), Problem> {
        let [name] = words else {
            return Err(Problem::Form("quorum <name>"));
        };
        if self.has_quorum {
            return Err(Problem::SecondQuorum);
        }
        self.quorum = if *name == NONE { None } else { Some(self.find(name)?) };
        self.has_quorum = true;
        Ok(())
    }

    fn define(&mut self, name: &str, member: Member) -> Result<(), Problem> {
        if name == NONE {
            return Err(Problem::Reserved);
        }
        if self.names.insert(name.to_owned(), member).is_some() {
            return Err(Problem::DuplicateName(name.to_owned()));
        }
        Ok(())
    }

    fn find(&self, name: &str) -> Result<Member, Problem> {
        self.names.get(name).copied().ok_or_else(|| Problem::Undefined(name.to_owned()))
    }

    fn member(&mut self, name: &str) -> Result<Member, Problem> {
        if name == NONE {
            return Err(Problem::Reserved);
        }
        let member = self.find(name)?;
        if !self.members.insert(name.to_owned()) {
            return Err(Problem::MemberTwice(name.to_owned()));
        }
        Ok(member)
    }

    /// Signature lines bear a name and a short id, and must tell every key from every other.
    fn tell_apart(&mut self, name: &str, id: KeyId) -> Result<(), Problem> {
        if self.key_ids.insert((name.to_owned(), id)) {
            return Ok(());
        }
        Err(Problem::KeyIdCollision(format!("{name}+{id}")))
    }
}

fn room(taken: usize, kind: &'static str) -> Result<(), Problem> {
    if taken < ITEMS_MAX { Ok(()) } else { Err(Problem::TooMany(kind)) }
}

/// No URL begins with a hash sign; a comment does.
fn read_url(word: &str) -> Result<String, Problem> {
    if word.starts_with('#') { Err(Problem::Comment) } else { Ok(word.to_owned()) }
}

fn read_threshold(word: &str, members: usize) -> Result<usize, Problem> {
    let number = match word {
        "any" => Some(1),
        "all" => Some(members),
        number => wire::decimal(number).and_then(|k| usize::try_from(k).ok()),
    };
    let threshold = || Problem::Threshold { found: word.to_owned(), members };
    number.filter(|k| (1..=members).contains(k)).ok_or_else(threshold)
}
