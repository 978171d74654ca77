//! Reports: issued, frozen, and what becomes of their figures.

use super::world::{World, refused};
use crate::replay::{Known, Replay, Snapshot};
use crate::report::{Choice, FreezeError, Material, Period, Report, payload};
use crate::view::{self, Cell, View};
use accord_format::hash::NodeHash;
use accord_format::merkle;
use accord_format::time::Timestamp;
use accord_oversight::event::{FIGURES_MAX, ReportFile, ReportForm};
use accord_projection::Provenance;
use serde_json::{Value, json};

const VIOLATIONS: &str = "ceasefire_violations";

fn at(text: &str) -> Timestamp {
    Timestamp::parse_seconds(text).unwrap()
}

/// Makes a payload say something else.
type Spoil<'a> = Box<dyn Fn(&mut Value) + 'a>;

/// What is told of in the tests: a fortnight, casualties and an allegation, all in the first quarter.
struct Story {
    world: World,
    fortnight: u64,
    case: u64,
}

pub(super) fn count(value: u64) -> Value {
    json!({"value": value, "qualifier": "exact"})
}

fn casualty(world: &mut World, day: &str, killed: u64) -> u64 {
    let occurred = json!({"from": format!("{day}T00:00:00Z"), "precision": "day"});
    let persons = json!({"men": 0, "women": 0, "boys": 0, "girls": 0, "unknown": killed});
    let payload = json!({
        "area": "donetsk", "killed": killed, "injured": 0, "persons": persons, "cause": "shelling",
        "corroborated": true,
    });
    world.submit_of("mission", "casualty.recorded", "", occurred, payload).unwrap().0
}

fn fortnight(world: &mut World, from: &str, until: &str, value: u64) -> u64 {
    let occurred = json!({"from": format!("{from}T00:00:00Z"), "until": format!("{until}T00:00:00Z"), "precision": "day"});
    let payload = json!({"area": "donetsk", VIOLATIONS: count(value)});
    world.submit_of("mission", "observation.batch_recorded", "", occurred, payload).unwrap().0
}

impl Story {
    fn begin() -> Self {
        let mut world = World::founded("2025-12-20T05:00:00Z");
        world.log.at("2026-01-20T05:00:00Z");
        let fortnight = fortnight(&mut world, "2026-01-05", "2026-01-19", 253);
        casualty(&mut world, "2026-01-10", 2);
        let allegation = json!({"category": "A2", "against": "ru"});
        let (case, _) = world.submit("observer", "violation.alleged", "", allegation).unwrap();
        world.log.at("2026-04-02T05:00:00Z");
        Self { world, fortnight, case }
    }

    fn key(&self, member: &str) -> String {
        let view = self.world.view("ceasefire");
        let found = view.figures().find(|f| f.key.ends_with(member)).unwrap();
        found.key.clone()
    }
}

fn root(world: &World, size: u64) -> NodeHash {
    let leaves: Vec<_> = world.log.entries()[..usize::try_from(size).unwrap()]
        .iter()
        .map(|e| merkle::leaf_hash(&e.to_bytes()))
        .collect();
    merkle::root_of(&leaves)
}

pub(super) fn quarter() -> Period {
    Period {
        label: "2026-Q1".to_owned(),
        from: at("2026-01-01T00:00:00Z"),
        until: at("2026-04-01T00:00:00Z"),
    }
}

fn compose_of(period: Period, world: &World, closing: &Snapshot, opening: &Snapshot) -> Report {
    let root = root(world, closing.size());
    let material = Material { closing, root, opening, views: &[] };
    Report::compose(period, &material).unwrap()
}

/// The report of a period, from all that is known.
fn compose(world: &World, period: Period) -> Report {
    let mut closing = world.replay(Known::All, period.until);
    closing.compare_reports(&world.log).unwrap();
    let opening = world.replay(Known::All, period.from);
    compose_of(period, world, &closing, &opening)
}

fn files() -> Vec<ReportFile> {
    let digest = accord_catalogue::unit::Digest::new("cd".repeat(32)).unwrap();
    vec![ReportFile { form: ReportForm::Html, digest }]
}

fn signed(report: &Report, number: &str) -> Value {
    serde_json::to_value(payload(report, number, files(), &[]).unwrap()).unwrap()
}

/// The view with every figure made again.
fn compared(world: &World, known: Known) -> View {
    let mut snapshot = world.replay(known, world.log.now());
    snapshot.compare_reports(&world.log).unwrap();
    let view = view::view("reports", &snapshot).unwrap();
    for figure in view.figures() {
        let provenance = figure.provenance.as_ref().unwrap();
        let seqs = snapshot.families().enumerate(&provenance.selector);
        let again = Provenance::new(provenance.selector.clone(), &seqs);
        assert_eq!(*provenance, again, "{}", figure.key);
    }
    view
}

fn row<'a>(view: &'a View, key: &str) -> &'a view::Row {
    let rows = view.tables.iter().filter(|t| t.key == "figures").flat_map(|t| &t.rows);
    rows.into_iter().find(|row| row.key == key).unwrap_or_else(|| panic!("no row {key}"))
}

fn value(view: &View, key: &str) -> Option<u64> {
    view.figure(key).map(|f| f.value)
}

#[test]
fn a_report_freezes_the_figures_of_the_record() {
    let mut story = Story::begin();
    let report = compose(&story.world, quarter());
    let payload = signed(&report, "2026-q1");
    let (_, findings) =
        story.world.submit("secretariat", "report.issued", "", payload.clone()).unwrap();
    assert_eq!(findings, []);
    let again = story.world.submit("secretariat", "report.issued", "", payload);
    assert_eq!(refused(again), "wrong-state");

    let view = compared(&story.world, Known::All);
    let frozen = value(&view, "2026-q1/figures").unwrap();
    assert_eq!(
        frozen,
        report
            .sections
            .iter()
            .filter(|s| s.formula.is_some())
            .flat_map(|s| s.view.figures())
            .count() as u64
    );
    assert_eq!(value(&view, "2026-q1/changed"), Some(0));
    let key = format!("2026-q1/ceasefire/{}", story.key(VIOLATIONS));
    assert_eq!(value(&view, &format!("{key}/then")), Some(253));
    assert_eq!(value(&view, &format!("{key}/now")), Some(253));
    assert_eq!(value(&view, &format!("{key}/causes")), None);
    story.world.check_replay();
}

#[test]
fn what_the_record_does_not_say_is_refused() {
    let mut story = Story::begin();
    let payload = signed(&compose(&story.world, quarter()), "2026-q1");
    let key = story.key(VIOLATIONS);
    let last = story.world.size() - 1;
    let at_key = |payload: &Value| {
        let figures = payload["figures"].as_array().unwrap();
        figures.iter().position(|f| f["key"] == key.as_str()).unwrap()
    };
    let cases: Vec<(&str, Spoil<'_>)> = vec![
        (
            "figure-differs",
            Box::new(|p| {
                let at = at_key(p);
                p["figures"][at]["amount"]["value"] = json!(252);
            }),
        ),
        (
            "figure-differs",
            Box::new(|p| {
                let at = at_key(p);
                p["figures"][at]["amount"]["qualifier"] = json!("about");
            }),
        ),
        (
            "figure-unknown",
            Box::new(|p| {
                let at = at_key(p);
                p["figures"][at]["key"] = json!("periods/none");
            }),
        ),
        ("digest-differs", Box::new(|p| p["digests"][0]["digest"] = json!("00".repeat(32)))),
        ("fold-unknown", Box::new(|p| p["digests"][0]["fold_version"] = json!(4_000_000))),
        ("family-unknown", Box::new(|p| p["digests"][0]["family"] = json!("weather"))),
        ("formula-unknown", Box::new(|p| p["formulas"][0]["version"] = json!(2))),
        (
            "formula-unknown",
            Box::new(|p| {
                p["figures"].as_array_mut().unwrap().truncate(1);
                p["figures"][0]["view"] = json!("reports");
                p["formulas"] = json!([{"view": "reports", "version": 1}]);
            }),
        ),
        ("report-ahead", Box::new(move |p| p["at_seq"] = json!(last + 1))),
        (
            "report-ahead",
            Box::new(|p| {
                (p["as_of"], p["until"]) =
                    (json!("2026-04-03T00:00:00Z"), json!("2026-05-01T00:00:00Z"));
            }),
        ),
        // Without the last entry there is no case.
        ("figure-unknown", Box::new(move |p| p["at_seq"] = json!(last - 1))),
        (
            // The day before, the months were the same and the state was another one.
            "digest-differs",
            Box::new(|p| {
                p["as_of"] = json!("2026-03-31T00:00:00Z");
                p["figures"].as_array_mut().unwrap().retain(|f| f["view"] == "civilians");
                p["formulas"] = json!([{"view": "civilians", "version": 1}]);
            }),
        ),
    ];
    for (code, change) in cases {
        let mut wrong = payload.clone();
        change(&mut wrong);
        let before = story.world.size();
        let outcome = story.world.submit("secretariat", "report.issued", "", wrong);
        assert_eq!(refused(outcome), code);
        assert_eq!(story.world.size(), before);
    }
    // The judge's state survives every refusal.
    story.world.submit("secretariat", "report.issued", "", payload).unwrap();
    story.world.check_replay();
}

#[test]
fn errata_are_derived_with_their_causes_and_acknowledged() {
    let mut story = Story::begin();
    let payload = signed(&compose(&story.world, quarter()), "2026-q1");
    story.world.submit("secretariat", "report.issued", "", payload).unwrap();
    let issued = story.world.size();
    let fortnight = format!("2026-q1/ceasefire/{}", story.key(VIOLATIONS));
    let killed = "2026-q1/civilians/casualty/2026-01/killed";
    let alleged = "2026-q1/violations/status/alleged";

    story.world.log.at("2026-05-10T05:00:00Z");
    let patches =
        json!([{"pointer": "/payload/ceasefire_violations/value", "old": 253, "new": 238}]);
    let correction = story.world.correct(story.fortnight, &patches);
    let late = casualty(&mut story.world, "2026-01-11", 3);
    let retraction = story.world.retract(story.case);
    // Of the next period, and so no erratum of this one.
    casualty(&mut story.world, "2026-05-01", 9);

    let view = compared(&story.world, Known::All);
    for (key, then, now, cause) in [
        (fortnight.as_str(), 253, Some(238), correction),
        (killed, 2, Some(5), late),
        (alleged, 1, None, retraction),
    ] {
        assert_eq!(value(&view, &format!("{key}/then")), Some(then), "{key}");
        assert_eq!(value(&view, &format!("{key}/now")), now, "{key}");
        assert_eq!(value(&view, &format!("{key}/causes")), Some(1), "{key}");
        let row = row(&view, key);
        assert!(row.cells.contains(&Cell::Text(format!("seq {cause}"))), "{row:?}");
        assert!(
            row.marks.contains(&"changed") && row.cells.contains(&Cell::Text("not yet".to_owned()))
        );
    }
    // What was known before the corrections stays readable.
    let before = compared(&story.world, Known::Size(issued));
    assert_eq!(value(&before, &format!("{fortnight}/now")), Some(253));
    assert_eq!(value(&before, "2026-q1/changed"), Some(0));

    acknowledge(&mut story, correction);
    let view = compared(&story.world, Known::All);
    let row = row(&view, &fortnight);
    assert!(
        matches!(row.cells.last(), Some(Cell::Text(text)) if text.starts_with("238 on 2026-05-10")),
        "{row:?}"
    );
    let changed = value(&view, "2026-q1/changed").unwrap();
    assert_eq!(value(&view, "2026-q1/unacknowledged"), Some(changed - 1));

    // Corrected once more, it is no longer what was acknowledged.
    let patches =
        json!([{"pointer": "/payload/ceasefire_violations/value", "old": 238, "new": 240}]);
    story.world.correct(story.fortnight, &patches);
    let view = compared(&story.world, Known::All);
    assert_eq!(value(&view, "2026-q1/unacknowledged"), Some(changed));
    assert_eq!(value(&view, &format!("{fortnight}/then")), Some(253), "frozen");
    story.world.check_replay();
}

/// Every way to get an erratum wrong, and then right.
fn acknowledge(story: &mut Story, correction: u64) {
    let key = story.key(VIOLATIONS);
    let cause = story.world.log.hash(correction);
    let erratum = json!({
        "report": "2026-q1", "view": "ceasefire", "key": key, "old": {"value": 253},
        "new": {"value": 238}, "cause": cause,
    });
    for (member, wrong, code) in [
        ("report", json!("2026-q2"), "wrong-state"),
        ("key", json!("none"), "figure-unknown"),
        ("old", json!({"value": 250}), "erratum-old-differs"),
        ("new", json!({"value": 239}), "figure-differs"),
        ("new", Value::Null, "figure-differs"),
        ("cause", json!("00".repeat(32)), "cause-unknown"),
        ("cause", json!(story.world.log.hash(story.fortnight)), "cause-not-after"),
    ] {
        let mut bad = erratum.clone();
        bad[member] = wrong;
        let members = bad.as_object_mut().unwrap();
        members.retain(|_, value| !value.is_null());
        let outcome = story.world.submit("secretariat", "report.erratum_issued", "", bad);
        assert_eq!(refused(outcome), code, "{member}");
    }
    story.world.submit("secretariat", "report.erratum_issued", "", erratum.clone()).unwrap();
    let again = story.world.submit("secretariat", "report.erratum_issued", "", erratum);
    assert_eq!(refused(again), "erratum-old-differs");
}

/// The report of a year stays as it was when a death of that year becomes known the year after.
#[test]
fn a_late_death_changes_the_year_and_not_its_report() {
    let mut world = World::founded("2025-12-20T05:00:00Z");
    let lethal = |world: &mut World, day: &str, civilians: u64| {
        let occurred = json!({"from": format!("{day}T00:00:00Z"), "precision": "day"});
        let payload = json!({
            "source_id": "x", "best": civilians, "low": civilians, "high": civilians,
            "civilians": civilians, "unknown": 0, "where_precision": 1, "date_precision": 1,
        });
        world.submit_of("mission", "lethal_event.recorded", "", occurred, payload).unwrap().0
    };
    world.log.at("2026-12-30T05:00:00Z");
    lethal(&mut world, "2026-06-01", 80);
    lethal(&mut world, "2026-11-01", 8);
    world.log.at("2027-01-05T05:00:00Z");
    let year = Period {
        label: "2026".to_owned(),
        from: at("2026-01-01T00:00:00Z"),
        until: at("2027-01-01T00:00:00Z"),
    };
    let payload = signed(&compose(&world, year), "2026");
    world.submit("secretariat", "report.issued", "", payload).unwrap();
    world.log.at("2027-02-01T05:00:00Z");
    let late = lethal(&mut world, "2026-12-31", 3);
    // One of the new year is none of the old one's.
    lethal(&mut world, "2027-01-01", 5);

    let key = "lethal/2026/civilians";
    assert_eq!(value(&world.view("civilians"), key), Some(91));
    let view = compared(&world, Known::All);
    let of_report = |member: &str| value(&view, &format!("2026/civilians/{key}/{member}"));
    assert_eq!((of_report("then"), of_report("now")), (Some(88), Some(91)));
    let row = row(&view, &format!("2026/civilians/{key}"));
    assert!(row.cells.contains(&Cell::Text(format!("seq {late}"))), "{row:?}");
    world.check_replay();
}

#[test]
fn a_case_that_moved_on_is_an_erratum_of_its_old_status_only_when_it_had_moved_by_then() {
    let mut story = Story::begin();
    let payload = signed(&compose(&story.world, quarter()), "2026-q1");
    story.world.submit("secretariat", "report.issued", "", payload).unwrap();
    let case = story.world.stream(story.case);
    super::cases::step(&mut story.world, &case, "registered", super::cases::register()).unwrap();
    // Registered in April: in the first quarter it was alleged all the same.
    let view = compared(&story.world, Known::All);
    assert_eq!(value(&view, "2026-q1/violations/status/alleged/now"), Some(1));
    assert_eq!(value(&view, "2026-q1/changed"), Some(0));
}

#[test]
fn reports_are_judged_in_any_order() {
    let mut story = Story::begin();
    let periods = [
        ("q1", "2026-01-01", "2026-04-01"),
        ("feb", "2026-02-01", "2026-03-01"),
        ("jan", "2026-01-01", "2026-02-01"),
        ("mar", "2026-03-01", "2026-04-01"),
    ];
    for (label, from, until) in periods {
        let period = Period {
            label: label.to_owned(),
            from: at(&format!("{from}T00:00:00Z")),
            until: at(&format!("{until}T00:00:00Z")),
        };
        let payload = signed(&compose(&story.world, period), label);
        story.world.submit("secretariat", "report.issued", "", payload).unwrap();
    }
    let view = compared(&story.world, Known::All);
    for (label, ..) in periods {
        assert_eq!(value(&view, &format!("{label}/changed")), Some(0), "{label}");
    }
    story.world.check_replay();
}

#[test]
fn a_void_entry_is_void_for_the_judge_of_reports() {
    let mut story = Story::begin();
    // In the record, and never taken in: void, be something after it or not.
    let void = |world: &mut World, from: &str, until: &str| {
        let declared = world.declared("observation.batch_recorded");
        let occurred = json!({"from": format!("{from}T00:00:00Z"), "until": format!("{until}T00:00:00Z"), "precision": "day"});
        let payload = json!({"area": "donetsk", VIOLATIONS: count(999)});
        world.log.write_of("mission", &declared, "", occurred, payload)
    };
    let first = void(&mut story.world, "2026-02-01", "2026-02-15");
    casualty(&mut story.world, "2026-03-01", 1);
    assert_eq!(story.world.families.tally().void, [first]);
    let last = void(&mut story.world, "2026-02-15", "2026-03-01");
    let void = [first, last];
    let replay = |as_of| {
        let entries =
            story.world.log.entries().iter().map(|e| (e.clone(), void.contains(&e.header.seq)));
        Replay::run(entries, &story.world.log, Known::All, as_of).unwrap()
    };
    let (closing, opening) = (replay(quarter().until), replay(quarter().from));
    let report = compose_of(quarter(), &story.world, &closing, &opening);
    let payload = signed(&report, "2026-q1");
    story.world.submit("secretariat", "report.issued", "", payload).unwrap();
}

#[test]
fn every_figure_has_a_reference_and_every_reference_its_entries() {
    let story = Story::begin();
    let report = compose(&story.world, quarter());
    let closing = story.world.replay(Known::All, quarter().until);
    let mut used = std::collections::BTreeSet::new();
    for figure in report.sections.iter().flat_map(|s| s.view.figures()) {
        let Some(provenance) = &figure.provenance else {
            assert_eq!(report.reference(figure), None);
            continue;
        };
        let number = report.reference(figure).unwrap();
        let reference = &report.references[number - 1];
        assert_eq!(reference.number, number);
        let seqs = closing.families().enumerate(&provenance.selector);
        assert_eq!((reference.count, reference.digest), (seqs.len(), provenance.digest));
        assert!(seqs.starts_with(&reference.seqs));
        assert_eq!(reference.unlisted(), seqs.len() - reference.seqs.len());
        used.insert(number);
    }
    assert_eq!(used.len(), report.references.len());
    assert!(used.len() > 5);
}

#[test]
fn what_changed_is_told_from_the_start_of_the_period_and_from_the_last_report() {
    let mut story = Story::begin();
    let first = compose(&story.world, quarter());
    let changed = |report: &Report, key: &str| {
        let changes = report.changes.over_the_period.iter();
        changes
            .filter(|c| c.figure.key == key)
            .map(|c| c.before.as_ref().map(|b| b.value))
            .collect::<Vec<_>>()
    };
    assert_eq!(changed(&first, "casualty/2026-01/killed"), [None]);
    assert_eq!(first.changes.last_report, None);
    let payload = signed(&first, "2026-q1");
    story.world.submit("secretariat", "report.issued", "", payload).unwrap();
    story.world.log.at("2026-07-02T05:00:00Z");
    casualty(&mut story.world, "2026-01-12", 4);
    let second = compose(
        &story.world,
        Period {
            label: "2026-Q2".to_owned(),
            from: at("2026-04-01T00:00:00Z"),
            until: at("2026-07-01T00:00:00Z"),
        },
    );
    // From the same entries, the month has not changed in the second quarter.
    assert_eq!(changed(&second, "casualty/2026-01/killed"), []);
    assert_eq!(second.changes.last_report.as_deref(), Some("2026-q1"));
    let since = second
        .changes
        .since_last_report
        .iter()
        .find(|c| c.figure.key == "casualty/2026-01/killed")
        .unwrap();
    assert_eq!((since.before.as_ref().unwrap().value, since.figure.value), (2, 6));
}

#[test]
fn charts_draw_what_the_tables_say() {
    let mut story = Story::begin();
    fortnight(&mut story.world, "2026-01-19", "2026-02-02", 80);
    casualty(&mut story.world, "2026-02-10", 7);
    let report = compose(&story.world, quarter());
    let charts: Vec<_> = report.sections.iter().flat_map(|s| &s.charts).collect();
    let values = |table: &str, title: &str| {
        let chart = charts.iter().find(|c| c.table == table && c.title.contains(title)).unwrap();
        chart.bars.iter().map(|bar| bar.figure.value).collect::<Vec<_>>()
    };
    assert_eq!(values("periods", "donetsk"), [253, 80]);
    assert_eq!(values("casualties", "killed"), [2, 7]);
}

#[test]
fn what_does_not_fit_into_one_event_is_to_be_chosen() {
    let mut story = Story::begin();
    let choice =
        |view: &str, prefix: &str| Choice { view: view.to_owned(), prefix: prefix.to_owned() };
    let report = compose(&story.world, quarter());
    let chosen = payload(
        &report,
        "x",
        files(),
        &[choice("civilians", "casualty/2026-01/k"), choice("civilians", "casualty/2026-01")],
    )
    .unwrap();
    assert_eq!(chosen.formulas.len(), 1);
    assert_eq!(
        chosen.figures.iter().filter(|f| f.key.as_str() == "casualty/2026-01/killed").count(),
        1
    );
    let nothing = payload(&report, "x", files(), &[choice("civilians", "casualty/1900")]);
    assert!(matches!(nothing, Err(FreezeError::Nothing { .. })));
    for view in ["reports", "weather"] {
        let wrong = payload(&report, "x", files(), &[choice(view, "")]);
        assert_eq!(wrong, Err(FreezeError::View(view.to_owned())));
    }
    assert!(matches!(payload(&report, "X 1", files(), &[]), Err(FreezeError::Invalid(_))));
    assert!(matches!(payload(&report, "x", Vec::new(), &[]), Err(FreezeError::Invalid(_))));
    for day in 0..=FIGURES_MAX / 4 {
        let (year, month) = (2026 - day / 12, day % 12 + 1);
        casualty(&mut story.world, &format!("{year:04}-{month:02}-01"), 1);
    }
    let long = compose(&story.world, quarter());
    // The time before the agreement is not frozen unless it is chosen.
    payload(&long, "x", files(), &[]).unwrap();
    let all = payload(&long, "x", files(), &[choice("civilians", "")]);
    assert!(matches!(all, Err(FreezeError::TooMany { .. })));
}
