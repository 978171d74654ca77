//! Acceptance, and the conditions of entry into force.

use super::bench::{
    Bench, accept, agreement, baseline, charter, declared, digest, enter, halt, prepare, proposal,
};
use crate::state::Status;
use serde_json::json;

const START: &str = "2026-03-05T00:00:00Z";
const EFFECTIVE: &str = "2026-03-10T00:00:00Z";

#[test]
fn a_ceasefire_is_agreed_when_every_party_has_accepted() {
    let mut bench = Bench::at(START);
    bench.submit("chair", "ceasefire.proposed", "", proposal()).unwrap();
    let stream = bench.last();
    let status = |bench: &Bench| bench.status_at(&stream, EFFECTIVE);
    assert_eq!(status(&bench), Status::Proposed);
    let other = json!({"text_digest": digest(1)});
    let outcome = bench.submit("ua", "ceasefire.accepted", &stream, other);
    assert_eq!(outcome, Err("text-differs"));
    assert_eq!(accept(&mut bench, "mission", &stream), Err("not-a-party"));
    assert_eq!(accept(&mut bench, "ua", "ceasefire/none"), Err("wrong-state"));
    assert_eq!(accept(&mut bench, "ua", &stream), Ok(vec![]));
    assert_eq!(accept(&mut bench, "ua", &stream), Err("wrong-state"));
    assert_eq!(status(&bench), Status::PartlyAccepted);
    let reserved = json!({"text_digest": digest(0xaa), "reservation_digest": digest(2)});
    let outcome = bench.submit("ru", "ceasefire.accepted", &stream, reserved);
    assert_eq!(outcome, Ok(vec!["reservation"]));
    assert_eq!(bench.findings(), ["reservation"]);
    assert_eq!(status(&bench), Status::Agreed);
}

#[test]
fn a_party_may_decline_and_change_its_mind() {
    let mut bench = Bench::at(START);
    let stream = prepare(&mut bench);
    let decline = |bench: &mut Bench, who: &str| {
        bench.submit(who, "ceasefire.declined", &stream, json!({"reason": "not yet"}))
    };
    assert_eq!(decline(&mut bench, "ru"), Ok(vec![]));
    let state = bench.state_at(&stream, EFFECTIVE);
    let ceasefire = state.ceasefire().unwrap();
    assert_eq!(ceasefire.declined.keys().collect::<Vec<_>>(), ["ru"]);
    assert_eq!(ceasefire.status(), Status::PartlyAccepted);
    assert_eq!(enter(&mut bench, &stream, EFFECTIVE), Err("acceptance-missing"));
    // An instrument does not go before what the party says itself.
    bench.deposit("ceasefire.accepted", &digest(0xaa), &["ru"]);
    assert_eq!(enter(&mut bench, &stream, EFFECTIVE), Err("acceptance-missing"));
    accept(&mut bench, "ru", &stream).unwrap();
    assert_eq!(enter(&mut bench, &stream, EFFECTIVE), Ok(vec![]));
    // Heard all the same, though it comes too late to be a step.
    assert_eq!(decline(&mut bench, "ru"), Ok(vec!["out_of_order"]));
    assert_eq!(decline(&mut bench, "mission"), Ok(vec!["out_of_order"]));
    assert_eq!(bench.status_at(&stream, "2026-03-06T00:00:00Z"), Status::Scheduled);
}

#[test]
fn entry_into_force_needs_acceptances_halts_and_a_line() {
    let mut bench = Bench::at(START);
    let entering = |bench: &mut Bench, stream: &str| enter(bench, stream, EFFECTIVE);
    bench.submit("chair", "ceasefire.proposed", "", proposal()).unwrap();
    let stream = bench.last();
    assert_eq!(entering(&mut bench, &stream), Err("acceptance-missing"));
    accept(&mut bench, "ua", &stream).unwrap();
    assert_eq!(entering(&mut bench, &stream), Err("acceptance-missing"));
    accept(&mut bench, "ru", &stream).unwrap();
    assert_eq!(entering(&mut bench, &stream), Err("halt-missing"));
    halt(&mut bench, "ua").unwrap();
    assert_eq!(entering(&mut bench, &stream), Err("halt-missing"));
    let other = json!({"line": "front", "text_digest": digest(9)});
    bench.submit("ru", "advance_halt.committed", "", other).unwrap();
    assert_eq!(entering(&mut bench, &stream), Err("halt-missing"), "another text");
    halt(&mut bench, "ru").unwrap();
    assert_eq!(entering(&mut bench, &stream), Err("baseline-missing"));
    bench.log.co_sign("ru");
    bench.submit("ua", "line.baseline_adopted", "", baseline()).unwrap();
    let past = "2026-03-05T00:00:00Z";
    assert_eq!(enter(&mut bench, &stream, past), Err("effective-in-the-past"));
    assert_eq!(entering(&mut bench, "ceasefire/none"), Err("wrong-state"));
    assert_eq!(entering(&mut bench, &stream), Ok(vec![]));
    assert_eq!(entering(&mut bench, &stream), Err("wrong-state"));
}

#[test]
fn instruments_count_and_are_always_marked() {
    let mut bench = Bench::at(START);
    bench.submit("chair", "ceasefire.proposed", "", proposal()).unwrap();
    let stream = bench.last();
    accept(&mut bench, "ua", &stream).unwrap();
    halt(&mut bench, "ua").unwrap();
    bench.log.co_sign("ru");
    bench.submit("ua", "line.baseline_adopted", "", baseline()).unwrap();
    // One for another text, and one for another type, are not enough.
    bench.deposit("ceasefire.accepted", &digest(1), &["ru"]);
    bench.deposit("charter.endorsed", &digest(0xaa), &["ru"]);
    assert_eq!(enter(&mut bench, &stream, EFFECTIVE), Err("acceptance-missing"));
    bench.deposit("ceasefire.accepted", &digest(0xaa), &["ru"]);
    assert_eq!(enter(&mut bench, &stream, EFFECTIVE), Err("halt-missing"));
    bench.deposit("advance_halt.committed", &digest(0xbb), &["ru"]);
    let findings = ["accepted_by_instrument", "halted_by_instrument"];
    assert_eq!(enter(&mut bench, &stream, EFFECTIVE), Ok(findings.to_vec()));
    let state = bench.state_at(&stream, EFFECTIVE);
    let force = state.ceasefire().unwrap().force.clone().unwrap();
    assert_eq!(force.by_instrument, ["ru"]);
    // What the party signs later under its own key stands beside it.
    accept(&mut bench, "ru", &stream).unwrap();
}

#[test]
fn every_party_means_all_that_the_charter_has() {
    let mut three = charter();
    let mut third = three.parties["ua"].clone();
    third.participant = "qa".to_owned();
    three.parties.insert("qa".to_owned(), third);
    let mut bench = Bench::under(three, START);
    let stream = {
        bench.submit("chair", "ceasefire.proposed", "", proposal()).unwrap();
        bench.last()
    };
    for party in ["ua", "ru"] {
        accept(&mut bench, party, &stream).unwrap();
        halt(&mut bench, party).unwrap();
    }
    assert_eq!(bench.status_at(&stream, EFFECTIVE), Status::PartlyAccepted);
    bench.log.co_sign("ru");
    let two = bench.submit("ua", "line.baseline_adopted", "", baseline());
    assert_eq!(two, Err("baseline-not-accepted"));
    bench.log.co_sign("ru").co_sign("qa");
    bench.submit("ua", "line.baseline_adopted", "", baseline()).unwrap();
    assert_eq!(enter(&mut bench, &stream, EFFECTIVE), Err("acceptance-missing"));
    accept(&mut bench, "qa", &stream).unwrap();
    assert_eq!(enter(&mut bench, &stream, EFFECTIVE), Err("halt-missing"));
    halt(&mut bench, "qa").unwrap();
    assert_eq!(enter(&mut bench, &stream, EFFECTIVE), Ok(vec![]));
}

#[test]
fn a_general_ceasefire_has_a_line_where_the_charter_knows_of_lines() {
    let mut lineless = proposal();
    lineless["halts"].take();
    lineless.as_object_mut().unwrap().remove("halts");
    let run = |bench: &mut Bench, payload: &serde_json::Value| {
        let said = bench.submit("chair", "ceasefire.proposed", "", payload.clone()).unwrap();
        let stream = bench.last();
        for party in ["ua", "ru"] {
            accept(bench, party, &stream).unwrap();
        }
        (said, enter(bench, &stream, EFFECTIVE))
    };
    let mut bench = Bench::at(START);
    assert_eq!(run(&mut bench, &lineless), (vec!["no_line"], Err("line-missing")));
    let mut at_sea = lineless.clone();
    at_sea["scope"] = "sea".into();
    assert_eq!(run(&mut bench, &at_sea), (vec![], Ok(vec![])));
    let mut charter = charter();
    charter.families.get_mut("ceasefire").unwrap().prefixes = vec!["ceasefire".to_owned()];
    let mut bench = Bench::under(charter, START);
    assert_eq!(run(&mut bench, &lineless), (vec![], Ok(vec![])));
}

/// Another agreement, other parties, another clock: the same family.
#[test]
fn another_agreement_runs_without_another_word() {
    let mut bench = Bench::under(agreement("local-ceasefire"), START);
    let councils = ["upper-council", "lower-council"];
    let mut payload = proposal();
    payload["scope"] = "local".into();
    payload["area"] = "bridge".into();
    assert_eq!(bench.submit("elder", "ceasefire.proposed", "", payload), Ok(vec![]));
    let stream = bench.last();
    assert_eq!(accept(&mut bench, "ua", &stream), Err("not-a-party"));
    for council in councils {
        accept(&mut bench, council, &stream).unwrap();
        halt(&mut bench, council).unwrap();
    }
    bench.log.co_sign(councils[1]);
    assert_eq!(bench.submit(councils[0], "line.baseline_adopted", "", baseline()), Ok(vec![]));
    assert_eq!(enter(&mut bench, &stream, EFFECTIVE), Ok(vec![]));
    let state = bench.state_at(&stream, EFFECTIVE);
    let accepted: Vec<_> = state.ceasefire().unwrap().accepted.keys().cloned().collect();
    assert_eq!(accepted, ["lower", "upper"]);
    bench.log.at("2026-03-12T00:00:00Z");
    let notice = json!({"notice_digest": digest(1), "effective_at": EFFECTIVE});
    bench.submit(councils[0], "ceasefire.denounced", &stream, notice).unwrap();
    // Fourteen days here, from 00:00:01.
    assert_eq!(bench.status_at(&stream, "2026-03-26T00:00:00Z"), Status::Notice);
    assert_eq!(bench.status_at(&stream, "2026-03-26T00:00:01Z"), Status::Terminated);
}

#[test]
fn without_a_charter_nothing_enters_into_force() {
    let mut bench = Bench::without_charter(START);
    bench.submit("chair", "ceasefire.proposed", "", proposal()).unwrap();
    let stream = bench.last();
    assert_eq!(accept(&mut bench, "ua", &stream), Err("not-a-party"));
    assert_eq!(enter(&mut bench, &stream, EFFECTIVE), Err("no-charter"));
}

#[test]
fn a_proposal_says_where_and_until_when() {
    let mut bench = Bench::at(START);
    let mut odd = proposal();
    odd["area"] = "atlantis".into();
    let outcome = bench.submit("chair", "ceasefire.proposed", "", odd);
    assert_eq!(outcome, Ok(vec!["unknown_area"]));
    let mut short = proposal();
    short["ends_at"] = "2026-03-11T00:00:00Z".into();
    bench.submit("chair", "ceasefire.proposed", "", short).unwrap();
    let stream = bench.last();
    for party in ["ua", "ru"] {
        accept(&mut bench, party, &stream).unwrap();
        halt(&mut bench, party).unwrap();
    }
    bench.log.co_sign("ru");
    bench.submit("ua", "line.baseline_adopted", "", baseline()).unwrap();
    let late = "2026-03-11T00:00:00Z";
    assert_eq!(enter(&mut bench, &stream, late), Err("ends-before-it-begins"));
    let other = enter(&mut bench, &stream, "2026-03-10T23:59:59Z");
    assert_eq!(other, Ok(vec!["effective_at_differs"]));
    assert!(!declared("ceasefire.entered_into_force").always_heard);
}
