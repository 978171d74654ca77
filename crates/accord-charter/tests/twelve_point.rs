//! The charter of the twelve-point agreement: sound, small enough for an event, and granting what
//! it should.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

use accord_charter::{Charter, GrantRefusal, MAX_JSON_BYTES, check};

const TEXT: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/twelve-point.toml"));

fn charter() -> Charter {
    Charter::from_toml(TEXT).unwrap()
}

#[test]
fn passes_and_fits_an_event() {
    let report = check(TEXT);
    println!("{report}");
    assert_eq!(report.problems, []);
    assert!(report.complete && report.is_sound());
    let bytes = report.json_bytes.unwrap();
    assert!(bytes < MAX_JSON_BYTES / 4 * 3, "{bytes} bytes leave too little room to amend");
}

#[test]
fn survives_the_journey_through_json() {
    let charter = charter();
    let json = charter.to_json().unwrap();
    let again = Charter::from_json(serde_json::from_str(&json).unwrap()).unwrap();
    assert_eq!(again, charter);
    assert_eq!(again.to_json().unwrap(), json);
    let plain: Charter = serde_json::from_str(&json).unwrap();
    assert_eq!(plain, charter);
}

#[test]
fn holds_twelve_provisions_and_oversight() {
    let codes: Vec<String> = (0..=12).map(|n| format!("P{n:02}")).collect();
    assert!(charter().provisions.keys().eq(&codes));
}

#[test]
fn every_family_bears_on_a_provision() {
    let charter = charter();
    for (family, parts) in &charter.families {
        if family == "violations" {
            continue; // By category.
        }
        for prefix in &parts.prefixes {
            let (event_type, stream) = (format!("{prefix}.any"), format!("{prefix}/x"));
            let found = charter.provisions_of(&event_type, &stream).count();
            assert!(found > 0, "{prefix} of {family} bears on nothing");
        }
    }
}

#[test]
fn every_provision_is_broken_by_some_category_or_has_no_breach() {
    let charter = charter();
    let broken: std::collections::BTreeSet<&String> =
        charter.categories.values().flat_map(|category| &category.provisions).collect();
    for code in ["P01", "P02", "P03", "P04", "P10", "P12"] {
        assert!(broken.contains(&code.to_owned()), "{code}");
    }
}

/// The type, its signers and the outcome.
type Row = (&'static str, Vec<(&'static str, &'static str)>, &'static str);

#[test]
fn grants_what_the_agreement_says() {
    let charter = charter();
    let (a, b) = (("ua", "party"), ("ru", "party"));
    let keys = |n: usize| {
        vec![("authority-ua", "key_authority"), ("authority-neutral", "key_authority")][..n]
            .to_vec()
    };
    let (secretariat, chair) = (("secretariat", "secretariat"), ("chair", "board_chair"));
    #[rustfmt::skip]
    let rows: &[Row] = &[
        ("violation.alleged", vec![("village-council", "observer")], "ok"),
        ("violation.alleged", vec![a, b], "ok"),
        ("violation.alleged", vec![("operator", "operator")], "grant_lacking"),
        ("violation.registered", vec![("mission", "mission")], "ok"),
        ("violation.registered", vec![a], "grant_lacking"),
        ("violation.registered", vec![("mission", "mission"), a], "grant_surplus"),
        ("participant.enrolled", keys(1), "grant_lacking"),
        ("participant.enrolled", keys(2), "ok"),
        ("key.suspended", keys(1), "ok"),
        ("key.revoked", keys(1), "grant_lacking"),
        ("key.revoked", keys(2), "ok"),
        ("participant.withdrawn", vec![a], "ok"),
        ("charter.adopted", vec![a, b], "ok"),
        ("charter.adopted", vec![a], "grant_lacking"),
        ("charter.adopted", vec![secretariat, chair], "ok"),
        ("contribution.agreed", vec![b, a, chair], "ok"),
        ("contribution.agreed", vec![b, chair], "grant_lacking"),
        ("contribution.agreed", vec![a, b], "grant_lacking"),
        ("child.return_answered", vec![b], "ok"),
        ("child.return_answered", vec![a], "grant_lacking"),
        ("child.case_closed", vec![("child-authority", "child_authority")], "grant_lacking"),
        ("guarantee.concluded", vec![("gb", "guarantor"), ("fr", "guarantor"), a], "ok"),
        ("guarantee.concluded", vec![("gb", "guarantor"), b], "grant_lacking"),
        ("accession.cluster_opened", vec![("eu", "eu_institution")], "ok"),
        ("accession.treaty_signed", vec![("eu", "eu_institution")], "grant_lacking"),
        ("accession.treaty_signed", vec![("eu", "eu_institution"), a], "ok"),
        ("snapback.notified", vec![b], "grant_lacking"),
        ("snapback.notified", vec![a], "ok"),
        ("snapback.objected", vec![b], "ok"),
        ("observation.batch_recorded", vec![("mission", "mission")], "ok"),
        ("import.batch_recorded", vec![("mission", "mission")], "ok"),
        ("instrument.deposited", vec![secretariat, ("ch", "witness")], "ok"),
        ("instrument.deposited", vec![secretariat], "grant_lacking"),
        ("nothing.known", vec![a], "grant_missing"),
    ];
    for (event_type, signers, expected) in rows {
        let found = charter.permits(event_type, signers);
        let found = found.as_ref().map_or_else(GrantRefusal::code, |()| "ok");
        assert_eq!(found, *expected, "{event_type} by {signers:?}");
    }
}

#[test]
fn says_who_may_hold_what() {
    let charter = charter();
    assert!(charter.may_hold("ua", "party"));
    assert!(!charter.may_hold("ua", "mission"));
    assert!(charter.may_hold("village-council", "observer"));
    assert!(!charter.may_hold("village-council", "party"));
    assert_eq!(charter.party_of("ru"), Some("ru"));
    assert_eq!(charter.party_of("mission"), None);
    assert_eq!(charter.family_of("violation.alleged"), Some("violations"));
    assert_eq!(charter.family_of("key.rotated"), None);
    assert!(charter.is_bound("snapback_subject", "ru"));
    assert!(!charter.is_bound("snapback_subject", "ua"));
    assert_eq!(charter.clock("snapback").unwrap().length.get(), 30 * 86_400);
    let target = &charter.targets["reserves"];
    assert_eq!(target.minor_units(), Some(300_000_000_000 * 100));
    let areas = charter.areas.as_ref().unwrap();
    assert!(areas.accepts("UA80000000000093317"));
    assert!(areas.accepts("donetsk"));
    assert!(!areas.accepts("UA8000000000009331"));
}
