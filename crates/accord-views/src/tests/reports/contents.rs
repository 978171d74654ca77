//! What a report holds.

use super::super::world::World;
use super::{Story, at, casualty, compose, files, fortnight, quarter, signed};
use crate::replay::Known;
use crate::report::{Choice, FreezeError, Period, Report, payload};
use accord_oversight::event::FIGURES_MAX;

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
    assert_eq!(changed(&first, "status/alleged"), [None]);
    assert_eq!(changed(&first, "totals/counted/killed"), [None]);
    // A month of the period is new, and no change.
    assert_eq!(changed(&first, "casualty/2026-01/killed"), []);
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
    let story = Story::begin();
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
    let sections = report.sections.iter().filter(|s| s.formula.is_some());
    let sections = sections.filter(|s| s.view.figures().next().is_some());
    let everything: Vec<Choice> = sections.map(|s| choice(s.view.name, "")).collect();
    assert!(report.sections.iter().flat_map(|s| s.view.figures()).count() > FIGURES_MAX);
    let all = payload(&report, "x", files(), &everything);
    assert!(matches!(all, Err(FreezeError::TooMany { .. })));
    // What counts entries is not frozen unless it is chosen.
    payload(&report, "x", files(), &[]).unwrap();
}

/// Years of months and fortnights before the agreement, some under it, and what a report of one of
/// its quarters shows.
#[test]
fn a_report_shows_its_period_and_the_one_before() {
    let mut world = World::founded("2025-12-20T05:00:00Z");
    world.log.at("2026-01-20T05:00:00Z");
    fortnight(&mut world, "2026-01-05", "2026-01-19", 253);
    casualty(&mut world, "2026-01-10", 2);
    for year in 2016..2026 {
        for month in 1..=12 {
            let day = |day: u8| format!("{year}-{month:02}-{day:02}");
            fortnight(&mut world, &day(1), &day(15), 100);
            casualty(&mut world, &day(1), 2);
        }
    }
    for month in 1..=6 {
        let day = |day: u8| format!("2026-{month:02}-{day:02}");
        world.log.at(&format!("{}T05:00:00Z", day(28)));
        fortnight(&mut world, &day(14), &day(28), 10);
        casualty(&mut world, &day(3), 1);
    }
    world.log.at("2026-06-30T05:00:00Z");
    let [from, until] = ["2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z"].map(at);
    let second = |label: &str| Period { label: label.to_owned(), from, until };
    let mut closing = world.now();
    closing.compare_reports(&world.log).unwrap();
    let opening = world.replay(Known::All, from);
    let report = super::compose_of(second("2026-Q2"), &world, &closing, &opening);
    assert!(report.unfinished, "the last day is not over");
    let table = |view: &str, key: &str| {
        let section = report.sections.iter().find(|s| s.view.name == view).unwrap();
        section.view.tables.iter().find(|t| t.key == key).unwrap()
    };
    let rows = |view: &str, key: &str| {
        table(view, key).rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>()
    };
    // January to June of the twelve and a half years, and how many there are beside them.
    assert_eq!(
        rows("civilians", "casualties"),
        ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]
    );
    assert_eq!(table("civilians", "casualties").left_out, 120);
    let periods = table("ceasefire", "periods");
    assert_eq!((periods.rows.len(), periods.left_out), (7, 120));
    assert!(periods.rows.iter().all(|row| !row.marks.contains(&"baseline")));
    // Totals and years have all of it.
    let value = |view: &str, key: &str| {
        let section = report.sections.iter().find(|s| s.view.name == view).unwrap();
        section.view.figure(key).unwrap_or_else(|| panic!("no {key}")).value
    };
    assert_eq!(value("civilians", "totals/counted/killed"), 8);
    assert_eq!(value("civilians", "totals/baseline/killed"), 240);
    let of_donetsk = |key: &str| value("ceasefire", &format!("period_totals/donetsk/{key}"));
    assert_eq!(of_donetsk("counted/ceasefire_violations"), 313);
    assert_eq!((of_donetsk("counted/reports"), of_donetsk("baseline/reports")), (7, 120));
    assert_eq!(of_donetsk("baseline/ceasefire_violations"), 12_000);
    assert_eq!(rows("civilians", "causes").len(), 11, "a row for each year");
    // In short: as it was when the period began, and as it is.
    let killed =
        report.short.iter().find(|line| line.figure.key == "totals/counted/killed").unwrap();
    assert_eq!((killed.before.as_ref().unwrap().value, killed.figure.value), (5, 8));
    assert_eq!(killed.change().as_deref(), Some("+3"));
    // The views themselves have everything, and every figure of the report is one of theirs.
    let whole = crate::view::view("civilians", &closing).unwrap();
    let months = whole.tables.iter().find(|t| t.key == "casualties").unwrap();
    assert_eq!((months.rows.len(), months.left_out), (126, 0));
    for section in report.sections.iter().filter(|s| s.formula.is_some()) {
        let whole = crate::view::view(section.view.name, &closing).unwrap();
        for figure in section.view.figures() {
            assert_eq!(whole.figure(&figure.key), Some(figure));
        }
    }
    super::super::provenance::check(&world, "civilians");
    super::super::provenance::check(&world, "ceasefire");
}

/// Of what no time tells apart, so many rows are printed.
#[test]
fn a_table_of_a_report_is_not_longer_than_a_page() {
    let mut world = World::founded("2025-12-20T05:00:00Z");
    world.log.at("2026-01-20T05:00:00Z");
    for _ in 0..50 {
        super::super::cases::allege(&mut world, "observer", "ru");
    }
    world.log.at("2026-04-02T05:00:00Z");
    let report = compose(&world, quarter());
    let docket = report.sections.iter().find(|s| s.view.name == "violations").unwrap();
    let cases = docket.view.tables.iter().find(|t| t.key == "cases").unwrap();
    assert_eq!((cases.rows.len(), cases.left_out), (40, 10));
    let whole = world.view("violations");
    let latest = &whole.tables.iter().find(|t| t.key == "cases").unwrap().rows[..40];
    let keys =
        |rows: &[crate::view::Row]| rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&cases.rows), keys(latest), "the latest stand first");
}
