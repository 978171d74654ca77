//! The judgement: a matching of an alternative's places with the participants that signed.

use super::{Alternative, CoSigners, From, GrantRefusal, Grants, Lack, Need, Standing};

/// A signer to be found: one place of one need.
struct Place<'a> {
    need: usize,
    role: &'a str,
    /// Participants that may take it; `None` for any.
    pool: Option<Vec<&'a str>>,
}

/// How far an alternative is from being met.
struct Outcome<'a> {
    lacks: Vec<Lack>,
    surplus: Vec<(&'a str, &'a str)>,
}

pub(super) fn permits(
    grants: &Grants,
    event_type: &str,
    signers: &[(&str, &str)],
    standing: &impl Standing,
) -> Result<(), GrantRefusal> {
    let event_type = event_type.to_owned();
    if signers.is_empty() {
        return Err(GrantRefusal::NoSigners { event_type });
    }
    let Some((grant, pattern)) = grants.find(&event_type) else {
        return Err(GrantRefusal::NoGrant { event_type });
    };
    let pattern = pattern.to_owned();
    let mut nearest: Option<((usize, usize), usize, Outcome<'_>)> = None;
    for (index, alternative) in grant.any_of.iter().enumerate() {
        let mut outcome = weigh(alternative, signers, standing);
        if grant.co_signers == CoSigners::Allowed {
            outcome.surplus.clear();
        }
        let short: usize = outcome.lacks.iter().map(|lack| lack.short_by).sum();
        let distance = (short, outcome.surplus.len());
        if distance == (0, 0) {
            return Ok(());
        }
        if nearest.as_ref().is_none_or(|(least, ..)| distance < *least) {
            nearest = Some((distance, index + 1, outcome));
        }
    }
    let Some((_, alternative, outcome)) = nearest else {
        return Err(GrantRefusal::NoGrant { event_type });
    };
    Err(match outcome.surplus.first() {
        Some((participant, role)) if outcome.lacks.is_empty() => GrantRefusal::Surplus {
            event_type,
            pattern,
            alternative,
            participant: (*participant).to_owned(),
            role: (*role).to_owned(),
        },
        _ => GrantRefusal::Lacking { event_type, pattern, alternative, lacks: outcome.lacks },
    })
}

fn weigh<'a>(
    alternative: &'a Alternative,
    signers: &[(&'a str, &'a str)],
    standing: &'a impl Standing,
) -> Outcome<'a> {
    let places = places(alternative, signers.len(), standing);
    let holders = seat(&places, signers);
    let mut lacks = Vec::new();
    for (index, need) in alternative.all.iter().enumerate() {
        let own = || places.iter().zip(&holders).filter(move |(place, _)| place.need == index);
        let found = own().filter(|(_, holder)| holder.is_some()).count();
        let wanted = if need.from.is_some() { own().count() } else { wanted(need) };
        if found < wanted {
            let open: Vec<&Place<'_>> =
                own().filter(|(_, holder)| holder.is_none()).map(|(place, _)| place).collect();
            lacks.push(Lack {
                role: need.role.clone(),
                short_by: wanted - found,
                from: named(&open, need.from.is_some()),
            });
        }
    }
    // An alternative that asks for nobody admits nobody.
    if alternative.all.is_empty() {
        lacks.push(Lack { role: "any role".to_owned(), short_by: 1, from: Some(Vec::new()) });
    }
    Outcome { lacks, surplus: surplus(&places, &holders, signers) }
}

fn wanted(need: &Need) -> usize {
    need.count.map_or(1, |count| usize::from(count.max(1)))
}

/// The places that an alternative's needs open. More places of one need than signers cannot be
/// filled, so that no more are made, however large the count.
fn places<'a>(
    alternative: &'a Alternative,
    signers: usize,
    standing: &'a impl Standing,
) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    for (index, need) in alternative.all.iter().enumerate() {
        let place = |pool| Place { need: index, role: &need.role, pool };
        let parties = || standing.parties(need.binding.as_deref()).unwrap_or_default();
        match (need.from, &need.binding) {
            (Some(From::EachParty), _) => {
                let mut parties = parties();
                parties.sort_unstable();
                parties.dedup();
                // With no party to sign, the need stays open: "each of none" is not "nobody needed".
                if parties.is_empty() {
                    places.push(place(Some(Vec::new())));
                }
                places.extend(parties.into_iter().map(|party| place(Some(vec![party]))));
            }
            (None, binding) => {
                let pool = binding.as_ref().map(|_| parties());
                for _ in 0..wanted(need).min(signers + 1) {
                    places.push(place(pool.clone()));
                }
            }
        }
    }
    places
}

/// Who takes which place: a maximum matching, each participant at most once (Kuhn's algorithm).
fn seat<'a>(places: &[Place<'_>], signers: &[(&'a str, &'a str)]) -> Vec<Option<&'a str>> {
    let mut people: Vec<&str> = signers.iter().map(|(participant, _)| *participant).collect();
    people.sort_unstable();
    people.dedup();
    let mut place_of: Vec<Option<usize>> = vec![None; people.len()];
    for place in 0..places.len() {
        let mut tried = vec![false; people.len()];
        find_seat(place, places, signers, &people, &mut place_of, &mut tried);
    }
    let mut holders = vec![None; places.len()];
    for (person, place) in place_of.iter().enumerate() {
        if let Some(place) = place {
            holders[*place] = Some(people[person]);
        }
    }
    holders
}

/// Finds a participant for `place`, moving others to places that suit them as well. It recurses at
/// most once for each participant.
fn find_seat(
    place: usize,
    places: &[Place<'_>],
    signers: &[(&str, &str)],
    people: &[&str],
    place_of: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    for (person, name) in people.iter().enumerate() {
        if tried[person] || !suits(&places[place], name, signers) {
            continue;
        }
        tried[person] = true;
        let free = place_of[person]
            .is_none_or(|other| find_seat(other, places, signers, people, place_of, tried));
        if free {
            place_of[person] = Some(place);
            return true;
        }
    }
    false
}

fn suits(place: &Place<'_>, participant: &str, signers: &[(&str, &str)]) -> bool {
    signers.contains(&(participant, place.role))
        && place.pool.as_ref().is_none_or(|pool| pool.contains(&participant))
}

/// The signatures that hold no place.
fn surplus<'a>(
    places: &[Place<'_>],
    holders: &[Option<&'a str>],
    signers: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut used: Vec<(&str, &str)> =
        places.iter().zip(holders).filter_map(|(p, h)| h.map(|name| (name, p.role))).collect();
    let mut surplus = Vec::new();
    for signer in signers {
        match used.iter().position(|pair| pair == signer) {
            Some(at) => {
                used.swap_remove(at);
            }
            None => surplus.push(*signer),
        }
    }
    surplus
}

/// The participants that the open places of a need are for.
fn named(open: &[&Place<'_>], each: bool) -> Option<Vec<String>> {
    let owned = |pool: &Vec<&str>| pool.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    if each {
        return Some(open.iter().filter_map(|p| p.pool.as_ref()).flat_map(owned).collect());
    }
    open.first().and_then(|place| place.pool.as_ref()).map(owned)
}
