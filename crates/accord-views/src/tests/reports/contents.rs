//! What a report holds.

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
