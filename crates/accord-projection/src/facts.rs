//! How families learn from each other without knowing each other.

use crate::error::RegistryError;
use crate::payloads::Payloads;
use crate::projector::Projector;
use accord_catalogue::{EventType, Guard, Timer};
use serde_json::Value;
use std::collections::BTreeMap;

/// Facts by name and subject, such as `resolution.adopted` of `resolution/…`.
pub trait Facts {
    /// The fact, or nothing when it is not so.
    fn fact(&self, name: &str, subject: &str) -> Option<Value>;
}

/// No facts at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFacts;

impl Facts for NoFacts {
    fn fact(&self, _: &str, _: &str) -> Option<Value> {
        None
    }
}

/// What a family declares to the registry.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// Its name.
    pub family: &'static str,
    /// Version of its fold.
    pub fold_version: u32,
    /// Its event types.
    pub types: &'static [EventType],
    /// Facts that it publishes.
    pub publishes: &'static [&'static str],
    /// Facts that it reads.
    pub reads: &'static [&'static str],
    /// What keeps its acts out.
    pub refusals: &'static [Guard],
    /// What may be said about its events.
    pub findings: &'static [Guard],
    /// What happens by itself.
    pub timers: &'static [Timer],
}

impl Declaration {
    /// The declaration of a projector.
    pub const fn of<P: Projector>() -> Self {
        Self {
            family: P::FAMILY,
            fold_version: P::FOLD_VERSION,
            types: <P::Payload as Payloads>::TYPES,
            publishes: P::PUBLISHES,
            reads: P::READS,
            refusals: P::REFUSALS,
            findings: P::FINDINGS,
            timers: P::TIMERS,
        }
    }
}

/// The order in which families can be evaluated, each after those whose facts it reads; ties in
/// the order given. The result holds positions in `families`.
pub fn order(families: &[Declaration]) -> Result<Vec<usize>, RegistryError> {
    let publishers = publishers(families)?;
    let mut waits: Vec<Vec<usize>> = Vec::new();
    for family in families {
        let mut on = Vec::new();
        for fact in family.reads {
            let publisher = publishers
                .get(fact)
                .ok_or(RegistryError::Unpublished { family: family.family, fact })?;
            on.push(*publisher);
        }
        waits.push(on);
    }
    let mut done: Vec<usize> = Vec::new();
    while done.len() < families.len() {
        let ready = (0..families.len()).find(|at| {
            !done.contains(at)
                && waits.get(*at).is_some_and(|on| on.iter().all(|p| done.contains(p)))
        });
        match ready {
            Some(at) => done.push(at),
            None => return Err(RegistryError::Cycle(left(families, &done))),
        }
    }
    Ok(done)
}

fn left(families: &[Declaration], done: &[usize]) -> Vec<&'static str> {
    let all = families.iter().enumerate();
    all.filter(|(at, _)| !done.contains(at)).map(|(_, f)| f.family).collect()
}

/// Who publishes each fact; refuses what is there twice.
fn publishers(families: &[Declaration]) -> Result<BTreeMap<&'static str, usize>, RegistryError> {
    let mut names = BTreeMap::new();
    let mut types: BTreeMap<(&str, u32), &'static str> = BTreeMap::new();
    let mut facts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (at, family) in families.iter().enumerate() {
        if names.insert(family.family, at).is_some() {
            return Err(RegistryError::FamilyTwice(family.family));
        }
        for declared in family.types {
            if let Some(first) = types.insert((declared.name, declared.version), family.family) {
                let (name, version, second) = (declared.name, declared.version, family.family);
                return Err(RegistryError::TypeTwice { name, version, first, second });
            }
        }
        for fact in family.publishes {
            if let Some(first) = facts.insert(fact, at) {
                let first = families.get(first).map_or("", |f| f.family);
                let second = family.family;
                return Err(RegistryError::PublishedTwice { fact, first, second });
            }
        }
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: EventType = crate::tests::lamp::NOTED;

    fn family(
        family: &'static str,
        publishes: &'static [&'static str],
        reads: &'static [&'static str],
    ) -> Declaration {
        Declaration {
            family,
            fold_version: 1,
            types: &[],
            publishes,
            reads,
            refusals: &[],
            findings: &[],
            timers: &[],
        }
    }

    #[test]
    fn readers_come_after_publishers() {
        let families = [
            family("c", &[], &["b.x"]),
            family("b", &["b.x"], &["a.x"]),
            family("a", &["a.x"], &[]),
        ];
        assert_eq!(order(&families), Ok(vec![2, 1, 0]));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let unpublished = order(&[family("a", &[], &["x.y"])]);
        assert_eq!(unpublished, Err(RegistryError::Unpublished { family: "a", fact: "x.y" }));
        let circle = order(&[
            family("a", &["a.x"], &["b.x"]),
            family("b", &["b.x"], &["a.x"]),
            family("c", &[], &[]),
        ]);
        assert_eq!(circle, Err(RegistryError::Cycle(vec!["a", "b"])));
        let twice = order(&[family("a", &["f"], &[]), family("b", &["f"], &[])]);
        let expected = RegistryError::PublishedTwice { fact: "f", first: "a", second: "b" };
        assert_eq!(twice, Err(expected));
        assert_eq!(
            order(&[family("a", &[], &[]), family("a", &[], &[])]),
            Err(RegistryError::FamilyTwice("a"))
        );
        let owner = |name| Declaration { types: &[SEEN], ..family(name, &[], &[]) };
        let (name, version) = (SEEN.name, SEEN.version);
        assert_eq!(
            order(&[owner("a"), owner("b")]),
            Err(RegistryError::TypeTwice { name, version, first: "a", second: "b" })
        );
    }
}
