//! What bears on a provision, as everything counts it that tells of one.
//!
//! An entry bears on a provision when the charter says so of its type, and when it is one of a case
//! whose category breaks the provision. The baseline bears on nothing.

use crate::families::Families;
use crate::tally::Bearing;
use accord_violations::Case;
use std::collections::{BTreeMap, BTreeSet};

/// What the streams of cases begin with.
pub(crate) const CASES: &str = "violation/";

/// The entries that bear on a provision by T, each with the case by way of which it does, if by any.
pub(crate) fn on<'a>(families: &'a Families, provision: &str) -> BTreeMap<u64, Borne<'a>> {
    let tally = families.tally();
    let as_of = families.as_of();
    let by_type = tally.by_provision.get(provision).into_iter().flatten();
    let mut borne: BTreeMap<u64, Borne<'a>> = BTreeMap::new();
    let breaking = breaking(families, provision);
    let by_case = tally.by_case.iter().filter(|(stream, _)| {
        let state = families.violations().state(stream);
        state.as_deref().and_then(|s| s.case()).is_some_and(|case| is_under(case, &breaking))
    });
    let by_case = by_case.flat_map(|(stream, all)| all.iter().map(move |b| (b, Some(&**stream))));
    for (Bearing { seq, at }, case) in by_type.map(|b| (b, None)).chain(by_case) {
        if *at <= as_of {
            borne.entry(*seq).or_insert(Borne { at: *at, case });
        }
    }
    borne
}

/// How an entry bears on a provision.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Borne<'a> {
    /// From when on, in microseconds since the epoch.
    pub(crate) at: i64,
    /// The stream of the case.
    pub(crate) case: Option<&'a str>,
}

/// The categories of violation that break a provision.
pub(crate) fn breaking(families: &Families, provision: &str) -> BTreeSet<String> {
    let charter = families.basis().terms.latest();
    let categories = charter.into_iter().flat_map(|charter| &charter.categories);
    let breaking = categories
        .filter(|(_, category)| category.provisions.iter().any(|code| code == provision))
        .map(|(code, _)| code.clone());
    breaking.collect()
}

/// True when a case counts under what these categories break.
pub(crate) fn is_under(case: &Case, breaking: &BTreeSet<String>) -> bool {
    !case.historical && breaking.contains(&case.category)
}
