//! Exchanges, persons held and remains, under the charter.

mod istanbul;
mod lists;
mod remaining;
mod remains;

use super::provenance;
use super::suspicion::enrol;
use super::world::{World, refused};
use crate::view::{Cell, View};
use serde_json::{Value, json};

const SPRING: &str = "2025-05-20T08:00:00Z";

fn exactly(value: u64) -> Value {
    json!({"value": value, "qualifier": "exact"})
}

fn root(of: &str) -> String {
    accord_format::hash::ContentHash::of(of.as_bytes()).to_string()
}

/// A step of an exchange: the codes of what is said about it, or of its refusal. Two who sign are
/// joined by `+`.
fn step(
    world: &mut World,
    author: &str,
    name: &str,
    exchange: &str,
    payload: Value,
) -> Result<Vec<&'static str>, &'static str> {
    let (author, other) = author.split_once('+').unwrap_or((author, ""));
    if !other.is_empty() {
        world.log.co_sign(other);
    }
    let outcome = world.submit(author, &format!("exchange.{name}"), exchange, payload);
    outcome
        .map(|(_, findings)| findings.into_iter().map(|f| f.code).collect())
        .map_err(|rejection| rejection.code)
}

fn last(world: &World) -> u64 {
    world.size() - 1
}

/// Everybody on a list of `count` of whom `refused` did not want to come and in whose place
/// `substituted` came.
fn account(count: u64, refused: u64, substituted: u64) -> Value {
    let came = count - refused - substituted;
    json!({
        "listed": count, "received_listed": came, "not_delivered": substituted,
        "refused_return": refused, "died": 0, "substituted": substituted,
        "counts": {"wounded": came + substituted},
    })
}

/// Proposes an exchange of all for all and brings it to an agreement on `count` from each side.
fn agree(world: &mut World, count: u64) -> String {
    let proposal =
        json!({"formula": "all_for_all", "parties": ["ua", "ru"], "categories": ["wounded"]});
    let (seq, findings) = world.submit("tr", "exchange.proposed", "", proposal).unwrap();
    assert_eq!(findings, []);
    let exchange = world.stream(seq);
    let mut lists = Vec::new();
    for party in ["ua", "ru"] {
        let root = root(&format!("{party}{exchange}"));
        let list = json!({"list": "all", "version": 1, "role": "to_release", "category": "wounded", "count": count, "root": root});
        assert_eq!(step(world, party, "list_submitted", &exchange, list), Ok(vec![]));
        let errors = json!({"duplicate": 0, "already_released": 0, "wrong_category": 0, "identity_error": 0});
        let check = json!({"root": root, "matched": count, "unmatched": 0, "errors": errors});
        assert_eq!(step(world, "icrc", "list_checked", &exchange, check), Ok(vec![]));
        lists.push(root);
    }
    let agreed = json!({
        "lists": lists, "counts": {"ua": {"wounded": count}, "ru": {"wounded": count}},
        "place_class": "border",
    });
    assert_eq!(step(world, "ua", "agreed", &exchange, agreed.clone()), Err("signature-missing"));
    assert_eq!(step(world, "ua+ru", "agreed", &exchange, agreed), Ok(vec![]));
    exchange
}

fn status(world: &World, exchange: &str) -> &'static str {
    let snapshot = world.now();
    let state = snapshot.families().exchanges().state(exchange).unwrap();
    state.exchange().unwrap().status().as_str()
}

fn value(view: &View, key: &str) -> u64 {
    view.figure(key).unwrap_or_else(|| panic!("no figure {key}")).value
}

fn cell<'a>(view: &'a View, table: &str, row: &str, column: &str) -> &'a Cell {
    let table = view.tables.iter().find(|t| t.key == table).unwrap();
    let at = table.columns.iter().position(|c| c.key == column).unwrap();
    &table.rows.iter().find(|r| r.key == row).unwrap().cells[at]
}

fn marks<'a>(view: &'a View, table: &str, row: &str) -> &'a [&'static str] {
    let table = view.tables.iter().find(|t| t.key == table).unwrap();
    &table.rows.iter().find(|r| r.key == row).unwrap().marks
}

/// Every figure comes to the same from the entries that it names and the kernel's alone.
fn check_provenance(world: &World) {
    provenance::check(world, "exchanges");
}

#[test]
fn an_exchange_needs_no_ceasefire() {
    let mut world = World::with_charter(SPRING);
    assert!(
        world.families.declarations().iter().any(|d| d.family == "exchanges" && d.reads.is_empty())
    );
    let exchange = agree(&mut world, 20);
    for (from, to) in [("ua", "ru"), ("ru", "ua")] {
        let handover = json!({"stage": 1, "to": to, "counts": {"wounded": 20}});
        assert_eq!(step(&mut world, from, "handover_recorded", &exchange, handover), Ok(vec![]));
        let receipt = json!({"stage": 1, "from": from, "account": account(20, 0, 0)});
        assert_eq!(step(&mut world, to, "receipt_confirmed", &exchange, receipt), Ok(vec![]));
    }
    let totals = json!({"totals": {"ua": 20, "ru": 20}});
    assert_eq!(step(&mut world, "secretariat", "reconciled", &exchange, totals), Ok(vec![]));
    let fact =
        accord_projection::Facts::fact(&world.families, "exchange.reconciled", &exchange).unwrap();
    assert_eq!((&fact["totals"]["ua"], &fact["parties"]), (&json!(20), &json!(["ru", "ua"])));
    world.check_replay();
    check_provenance(&world);
}

#[test]
fn who_stands_for_no_party_is_heard_and_not_counted() {
    let mut world = World::with_charter(SPRING);
    let exchange = agree(&mut world, 20);
    let handover = json!({"stage": 1, "to": "ua", "counts": {"wounded": 20}});
    assert_eq!(
        step(&mut world, "icrc", "handover_recorded", &exchange, handover),
        Ok(vec!["not_counted"])
    );
    let strange = json!({"stage": 1, "to": "atlantis", "counts": {"wounded": 20}});
    assert_eq!(
        step(&mut world, "ru", "handover_recorded", &exchange, strange),
        Ok(vec!["unknown_side", "not_concerned"])
    );
    let seen = json!({"stage": 1, "present": true, "seen": {"atlantis": exactly(3)}});
    assert_eq!(step(&mut world, "icrc", "attested", &exchange, seen), Ok(vec!["unknown_side"]));
    let tally = json!({"side": "atlantis", "count": exactly(3)});
    let (_, findings) = world.submit("icrc", "detention.tally_declared", "", tally).unwrap();
    assert_eq!(findings[0].code, "unknown_side");
    let proposal =
        json!({"formula": "all_for_all", "parties": ["ua", "atlantis"], "categories": ["pow"]});
    assert_eq!(refused(world.submit("tr", "exchange.proposed", "", proposal)), "side-unknown");
    let view = world.view("exchanges");
    assert_eq!((value(&view, "persons/delivered"), status(&world, &exchange)), (0, "agreed"));
    assert_eq!(value(&view, "problems/not_concerned/exchanges"), 1);
    world.check_replay();
}

#[test]
fn what_lies_before_the_charter_is_a_baseline() {
    let mut world = World::at("2025-05-01T08:00:00Z");
    let exchange = agree_before(&mut world);
    world.log.at(SPRING);
    world.adopt(&super::world::charter());
    let later = agree(&mut world, 30);
    // The exchange was proposed before the charter; what still comes of it stays with it.
    let handover = json!({"stage": 1, "to": "ru", "counts": {"wounded": 12}});
    step(&mut world, "ua", "handover_recorded", &exchange, handover).unwrap();
    let view = world.view("exchanges");
    assert_eq!(
        (value(&view, "exchanges/number"), value(&view, "baseline/exchanges/number")),
        (1, 1)
    );
    assert_eq!(
        (value(&view, "persons/delivered"), value(&view, "baseline/persons/delivered")),
        (0, 12)
    );
    // The proposal and the handover, and nothing of the other exchange.
    let provenance = view.figure("baseline/persons/delivered").unwrap().provenance.as_ref();
    assert_eq!(provenance.unwrap().count, 2);
    assert_eq!(marks(&view, "exchanges", &exchange), ["unreconciled", "baseline"]);
    assert_eq!(marks(&view, "exchanges", &later), ["unreconciled"]);
    world.check_replay();
    check_provenance(&world);
}

/// An exchange proposed when there was no charter yet.
fn agree_before(world: &mut World) -> String {
    let proposal =
        json!({"formula": "all_for_all", "parties": ["ua", "ru"], "categories": ["wounded"]});
    let (seq, _) = world.submit("tr", "exchange.proposed", "", proposal).unwrap();
    world.stream(seq)
}

#[test]
fn books_do_not_rest_on_what_is_suspect() {
    let mut world = World::with_charter(SPRING);
    let key = enrol(&mut world, "ru");
    let exchange = agree(&mut world, 20);
    world.log.at("2025-06-09T08:00:00Z");
    let handover = json!({"stage": 1, "to": "ua", "counts": {"wounded": 20}});
    step(&mut world, "ru", "handover_recorded", &exchange, handover).unwrap();
    let suspect = last(&world);
    let receipt = json!({"stage": 1, "from": "ru", "account": account(20, 0, 0)});
    step(&mut world, "ua", "receipt_confirmed", &exchange, receipt).unwrap();
    let revoked = json!({"participant": "ru", "key": key, "reason": "compromised", "compromised_since": "2025-06-09T00:00:00Z"});
    world.kernel_event("key.revoked", "", revoked);
    let totals = json!({"totals": {"ru": 20}});
    assert_eq!(
        step(&mut world, "secretariat", "reconciled", &exchange, totals.clone()),
        Err("rests-on-suspect")
    );
    assert!(world.view("exchanges").figure("persons/delivered").unwrap().suspect);
    world.kernel_event("record.reaffirmed", "", json!({"targets": [world.log.hash(suspect)]}));
    assert_eq!(step(&mut world, "secretariat", "reconciled", &exchange, totals), Ok(vec![]));
}

#[test]
fn a_report_corrected_after_the_reconciliation_names_what_rested_on_it() {
    let mut world = World::with_charter(SPRING);
    let exchange = agree(&mut world, 20);
    let handover = json!({"stage": 1, "to": "ua", "counts": {"wounded": 20}});
    step(&mut world, "ru", "handover_recorded", &exchange, handover).unwrap();
    let handover = last(&world);
    let receipt = json!({"stage": 1, "from": "ru", "account": account(20, 0, 0)});
    step(&mut world, "ua", "receipt_confirmed", &exchange, receipt).unwrap();
    step(&mut world, "secretariat", "reconciled", &exchange, json!({"totals": {"ru": 20}}))
        .unwrap();
    let reconciled = last(&world);
    world.correct(handover, &json!([{"pointer": "/payload/counts/wounded", "old": 20, "new": 19}]));
    let findings = world.now().families().findings();
    assert!(
        findings.iter().any(|(_, f)| f.seq == reconciled && f.code == "basis_changed"),
        "{findings:?}"
    );
    let view = world.view("exchanges");
    assert_eq!(value(&view, "problems/counts_differ/exchanges"), 1);
    assert_eq!(marks(&view, "exchanges", &exchange), ["differs", "to be reconciled again"]);
    // The receipt is corrected as well, and the books are reconciled by what they say now.
    let (pointer, whole) = ("/payload/account/counts/wounded", "/payload/account/listed");
    let came = "/payload/account/received_listed";
    let patches = [pointer, whole, came].map(|at| json!({"pointer": at, "old": 20, "new": 19}));
    world.correct(handover + 1, &json!(patches));
    let view = world.view("exchanges");
    assert_eq!(value(&view, "problems/reconciled_otherwise/exchanges"), 1);
    check_provenance(&world);
    let totals = |ru: u64| json!({"totals": {"ru": ru}});
    let step =
        |world: &mut World, totals| step(world, "secretariat", "reconciled", &exchange, totals);
    assert_eq!(step(&mut world, totals(20)), Err("totals-differ"));
    assert_eq!(step(&mut world, totals(19)), Ok(vec![]));
    assert_eq!(marks(&world.view("exchanges"), "exchanges", &exchange), Vec::<&str>::new());
    world.check_replay();
    check_provenance(&world);
}

#[test]
fn an_agreement_stands_when_the_check_of_a_list_is_taken_back() {
    let mut world = World::with_charter(SPRING);
    let exchange = agree(&mut world, 20);
    let agreed = last(&world);
    // The last check comes just before the agreement.
    world.retract(agreed - 1);
    assert_eq!(status(&world, &exchange), "agreed");
    assert_eq!(value(&world.view("exchanges"), "persons/agreed"), 40);
    let findings = world.now().families().findings();
    assert!(findings.iter().any(|(_, f)| f.seq == agreed && f.code == "basis_changed"));
    world.check_replay();
}

#[test]
fn few_who_came_home_are_not_shown() {
    let mut world = World::with_charter(SPRING);
    let exchange = agree(&mut world, 20);
    let mut few = account(8, 0, 0);
    few["counts"] = json!({"wounded": 5, "civilian": 3});
    let mut more = account(30, 0, 0);
    more["counts"] = json!({"wounded": 18, "civilian": 12});
    for (to, from, account) in [("ua", "ru", few), ("ru", "ua", more)] {
        let receipt = json!({"stage": 1, "from": from, "account": account});
        assert_eq!(step(&mut world, to, "receipt_confirmed", &exchange, receipt), Ok(vec![]));
    }
    let view = world.view("exchanges");
    assert_eq!(value(&view, "persons/received"), 38);
    for row in ["ua", "ua/wounded", "ua/civilian"] {
        assert_eq!(
            cell(&view, "returned", row, "received"),
            &Cell::Suppressed { below: 10 },
            "{row}"
        );
    }
    // Of 38 less those shown, the eight could be found.
    for row in ["ru", "ru/wounded", "ru/civilian"] {
        assert_eq!(
            cell(&view, "returned", row, "received"),
            &Cell::Text("withheld".to_owned()),
            "{row}"
        );
    }
}

#[test]
fn sides_that_the_charter_does_not_know_are_named_in_reports_of_remains() {
    let mut world = World::with_charter(SPRING);
    let mut report = |author: &str, name: &str, payload: Value| {
        let (_, findings) = world.submit(author, name, "", payload).unwrap();
        findings.into_iter().map(|f| f.code).collect::<Vec<_>>()
    };
    let nine = exactly(9);
    let handed = |to: &str, side: &str| json!({"batch": "x", "to": to, "containers": nine, "claimed_side": side});
    assert_eq!(report("ru", "remains.handed_over", handed("ua", "third")), Vec::<&str>::new());
    assert_eq!(report("ru", "remains.handed_over", handed("atlantis", "ua")), ["unknown_side"]);
    assert_eq!(report("ru", "remains.handed_over", handed("ua", "atlantis")), ["unknown_side"]);
    assert_eq!(report("icrc", "remains.handed_over", handed("ua", "ua")), ["not_counted"]);
    let received = json!({"batch": "y", "from": "atlantis", "containers": nine});
    assert_eq!(report("ua", "remains.received", received), ["unknown_side"]);
    for name in ["remains.misattributed", "remains.sent_back"] {
        let payload = json!({"batch": "z", "persons": {"value": 0, "qualifier": "exact"}, "belongs_to": "atlantis"});
        assert_eq!(report("forensic-bureau", name, payload), ["unknown_side"], "{name}");
    }
}

#[test]
fn a_party_proposes_no_exchange_between_others() {
    let mut charter = super::world::charter();
    let mut third = charter.parties["ua"].clone();
    third.participant = "de".to_owned();
    charter.parties.insert("by".to_owned(), third);
    let mut world = World::at(SPRING);
    world.adopt(&charter);
    let proposal =
        json!({"formula": "all_for_all", "parties": ["ua", "by"], "categories": ["pow"]});
    assert_eq!(
        refused(world.submit("ru", "exchange.proposed", "", proposal.clone())),
        "not-concerned"
    );
    world.submit("tr", "exchange.proposed", "", proposal.clone()).unwrap();
    // The party goes by its own code, whoever signs for it.
    let (seq, _) = world.submit("de", "exchange.proposed", "", proposal).unwrap();
    let exchange = world.stream(seq);
    let list = json!({"list": "x", "version": 1, "role": "to_release", "category": "pow", "count": 1, "root": root("x")});
    assert_eq!(
        step(&mut world, "ru", "list_submitted", &exchange, list.clone()),
        Err("not-concerned")
    );
    assert_eq!(
        step(&mut world, "icrc", "list_submitted", &exchange, list.clone()),
        Err("not-a-party")
    );
    assert_eq!(step(&mut world, "de", "list_submitted", &exchange, list), Ok(vec![]));
    let snapshot = world.now();
    let state = snapshot.families().exchanges().state(&exchange).unwrap();
    assert_eq!(state.exchange().unwrap().lists[&root("x")].party, "by");
}
