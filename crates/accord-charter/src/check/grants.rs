//! Grants: by themselves, and against the roles and participants of the charter.

use std::collections::{BTreeMap, BTreeSet};

use super::Checker;
use crate::findings::Findings;
use crate::grants::{Alternative, Grant, Grants, Need, Standing};
use crate::pattern::Pattern;
use crate::problem::ProblemCode;
use crate::tree::{Path, shown};

/// The most signers that an event may name.
const MAX_SIGNERS: usize = 16;

impl Checker<'_> {
    pub(super) fn grants(&mut self) {
        let charter = self.charter;
        let path = Path::from("grants");
        check_alone(&charter.grants, &path, self.findings);
        for (index, grant) in charter.grants.0.iter().enumerate() {
            let path = path.then(index);
            for (at, text) in grant.types.iter().enumerate() {
                if let Some(pattern) = Pattern::parse(text) {
                    self.owned(pattern.head(), &path.then("types").then(at));
                }
            }
            for (at, alternative) in grant.any_of.iter().enumerate() {
                self.alternative(alternative, &path.then("any_of").then(at).then("all"));
            }
        }
    }

    fn alternative(&mut self, alternative: &Alternative, path: &Path) {
        let mut signers = 0;
        for (index, need) in alternative.all.iter().enumerate() {
            let path = path.then(index);
            signers += self.need(need, &path);
        }
        if signers > MAX_SIGNERS {
            let what = format!("{signers} signers are needed; an event has {MAX_SIGNERS} at most");
            self.add(ProblemCode::TooManySigners, path, what, "ask for fewer");
        }
    }

    /// Checks a need against the charter; how many signers it asks for.
    fn need(&mut self, need: &Need, path: &Path) -> usize {
        let charter = self.charter;
        let known = charter.roles.contains_key(&need.role);
        if !known {
            self.unknown(&need.role, &path.then("role"), ProblemCode::UnknownRole, "role");
        }
        let Some(pool) = charter.parties(need.binding.as_deref()) else {
            let binding = need.binding.as_deref().unwrap_or_default();
            let path = path.then("binding");
            self.unknown(binding, &path, ProblemCode::UnknownBinding, "binding");
            return 0;
        };
        let wanted = usize::from(need.count.unwrap_or(1));
        if need.from.is_some() {
            for participant in pool.iter().filter(|name| !charter.may_hold(name, &need.role)) {
                // An unknown participant or role is reported where it stands.
                if known && charter.participants.contains_key(*participant) {
                    let what = format!("{} may not hold {}", shown(participant), need.role);
                    let to_do = "let it hold the role, or ask for another";
                    self.add(ProblemCode::CannotBeMet, path, what, to_do);
                }
            }
            return pool.len();
        }
        let open = charter.roles.get(&need.role).is_some_and(|role| role.open);
        let able = match &need.binding {
            Some(_) => pool.iter().filter(|name| charter.may_hold(name, &need.role)).count(),
            None if open => usize::MAX,
            None => charter.participants.values().filter(|p| p.roles.contains(&need.role)).count(),
        };
        if known && self.is_whole(need.binding.as_deref()) && able < wanted {
            let what = format!("{wanted} as {} are needed; {able} may be", need.role);
            let to_do = "ask for fewer, open the role, or let more participants hold it";
            self.add(ProblemCode::CannotBeMet, path, what, to_do);
        }
        wanted
    }

    /// True unless a binding names nobody or somebody unknown, which is reported where it stands.
    fn is_whole(&self, binding: Option<&str>) -> bool {
        let Some(parties) = binding.and_then(|code| self.charter.bindings.get(code)) else {
            return true;
        };
        let known = |code: &String| self.charter.parties.contains_key(code);
        !parties.is_empty() && parties.iter().all(known)
    }
}

/// Checks grants without knowing a charter.
pub(super) fn check_alone(grants: &Grants, path: &Path, findings: &mut Findings) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, grant) in grants.0.iter().enumerate() {
        let path = path.then(index);
        not_empty(grant.types.is_empty(), &path.then("types"), findings);
        for (at, text) in grant.types.iter().enumerate() {
            let path = path.then("types").then(at);
            if Pattern::parse(text).is_none() {
                findings.add(
                    ProblemCode::BadPattern,
                    &path,
                    format!("{} is neither an event type nor a prefix", shown(text)),
                    "write family.name, or prefix.* for all under it".to_owned(),
                );
            } else if let Some(first) = seen.insert(text, index) {
                findings.add(
                    ProblemCode::DuplicateGrant,
                    &path,
                    format!("{} is granted by grants[{first}] already", shown(text)),
                    "make them alternatives of one grant".to_owned(),
                );
            }
        }
        check_alternatives(grant, &path.then("any_of"), findings);
    }
}

fn check_alternatives(grant: &Grant, path: &Path, findings: &mut Findings) {
    not_empty(grant.any_of.is_empty(), path, findings);
    for (at, alternative) in grant.any_of.iter().enumerate() {
        let path = path.then(at).then("all");
        not_empty(alternative.all.is_empty(), &path, findings);
        let mut seen = BTreeSet::new();
        for (index, need) in alternative.all.iter().enumerate() {
            let path = path.then(index);
            if need.count.is_some() && need.from.is_some() {
                findings.add(
                    ProblemCode::CountWithFrom,
                    &path,
                    "both count and from say how many sign".to_owned(),
                    "keep one of them".to_owned(),
                );
            }
            if need.count == Some(0) {
                findings.add(
                    ProblemCode::OutOfRange,
                    &path.then("count"),
                    "a need for nobody is no need".to_owned(),
                    "write 1 or more, or remove the need".to_owned(),
                );
            }
            if !seen.insert((&need.role, &need.binding, need.from.is_some())) {
                findings.add(
                    ProblemCode::Duplicate,
                    &path,
                    format!("{} is needed above in the same way", shown(&need.role)),
                    "write one need with a count".to_owned(),
                );
            }
        }
    }
}

fn not_empty(empty: bool, path: &Path, findings: &mut Findings) {
    if empty {
        findings.add(
            ProblemCode::Empty,
            path,
            "the list is empty, so that nobody may sign".to_owned(),
            "fill it, or remove the grant".to_owned(),
        );
    }
}
