//! The scorecard: each stipulation, who scored it how, and whether a second coder agrees.

mod indicators;

use super::figure::{day, figure, reported, words};
use super::score::{self, FAMILY, Standing, cell, days_before};
use super::{Cell, Table, View, overdue};
use crate::replay::Snapshot;
use accord_oversight::state::{ReviewStatus, Score, Stipulation};
use accord_projection::Selector;

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("scorecard", "Scorecard", snapshot);
    let stipulations = score::stipulations(snapshot);
    let (known, unknown): (Vec<_>, Vec<_>) =
        stipulations.into_iter().partition(|(_, s)| s.registered.is_some());
    view.tables.extend(provisions(snapshot));
    view.tables.push(list(snapshot, &known));
    view.tables.push(coders(snapshot, &known));
    view.tables.extend(indicators::table(snapshot, &view));
    if !unknown.is_empty() {
        let names: Vec<_> = unknown.iter().map(|(subject, _)| subject.as_str()).collect();
        view.notes.push(format!(
            "Scores of stipulations that nobody registered count nowhere: {}.",
            names.join(", ")
        ));
    }
    view.notes.push(
        "A stipulation's score is its latest, whoever gave it. A second coder who comes to the same score confirms it; one who does not splits it, and the first score stands until it is scored again."
            .to_owned(),
    );
    view
}

fn provisions(snapshot: &Snapshot) -> Option<Table> {
    let charter = snapshot.families().basis().terms.latest()?;
    let columns = [
        ("stipulations", "stipulations"),
        ("scored", "scored"),
        ("unscored", "not scored"),
        ("unreviewed", "unreviewed"),
        ("confirmed", "confirmed"),
        ("split", "split"),
        ("overdue", "overdue"),
        ("score", "score %"),
        ("coverage", "scored %"),
    ];
    let mut table = Table::new("provisions", "Provisions", &columns);
    let provisions = charter.provisions.keys().map(|code| Some(code.as_str()));
    for provision in provisions.chain([None]) {
        let now = Standing::of(snapshot, provision, snapshot.as_of().micros());
        let unit = "stipulations";
        let make = |member: &str, value, unit| cell(snapshot, provision, member, value, unit);
        let mut cells = vec![
            make("stipulations", Some(now.stipulations), unit),
            make("scored", Some(now.scored()), unit),
            make("unscored", Some(now.stipulations.saturating_sub(now.scored())), unit),
        ];
        for (status, count) in ReviewStatus::ALL.into_iter().zip(now.reviews) {
            cells.push(make(status.as_str(), Some(count), unit));
        }
        cells.push(make("overdue", Some(now.overdue), unit));
        cells.push(make("score", now.percent(), "%"));
        cells.push(make("coverage", now.coverage(), "%"));
        let name = provision.unwrap_or("all");
        table.row(name, name, cells);
    }
    Some(table)
}

fn list(snapshot: &Snapshot, stipulations: &[(String, Stipulation)]) -> Table {
    let columns = [
        ("provision", "provision"),
        ("title", "what"),
        ("responsible", "responsible"),
        ("due", "due by the end of"),
        ("score", "score"),
        ("coder", "scored by"),
        ("until", "for the time until"),
        ("review", "review"),
        ("score_30d", "30 days ago"),
        ("score_90d", "90 days ago"),
        ("achieved", "reached"),
        ("target", "target"),
    ];
    let mut table = Table::new("stipulations", "Stipulations", &columns);
    let at = snapshot.as_of().micros();
    for (subject, stipulation) in stipulations {
        let Some(registered) = &stipulation.registered else { continue };
        let code = subject.trim_start_matches("stipulation/");
        let latest = stipulation.latest(at);
        let score = |member: &str, score: Option<&Score>| {
            let Some(score) = score else { return Cell::Empty };
            let value = u64::from(score.score);
            figure(
                snapshot,
                format!("{code}/{member}"),
                value,
                "of 3",
                Selector::new(FAMILY, subject),
            )
        };
        let then = |days| stipulation.latest(days_before(snapshot, days)).map(|(_, score)| score);
        // The last instant of the day, not the first of the next.
        let due = registered.due.map(|due| day(due.saturating_sub(1)));
        let mut cells = vec![
            Cell::Text(registered.provision.clone()),
            Cell::Text(registered.title.clone()),
            Cell::Text(registered.responsible.join(", ")),
            words(due),
            score("score", latest.map(|(_, score)| score)),
            words(latest.map(|(coder, _)| coder.to_owned())),
            words(latest.map(|(_, score)| day(score.until))),
            words(latest.map(|(_, score)| score.status(at).as_str())),
        ];
        cells.extend(score::TRENDS.map(|(days, member)| score(member, then(days))));
        cells.push(achieved(snapshot, code, subject, latest.map(|(_, score)| score)));
        let target = registered.target.as_ref();
        cells.push(words(target.map(|target| format!("{} {}", target.value, target.unit))));
        table.row(code, code, cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(overdue::is_stipulation(stipulation, at).then_some("overdue"));
        }
    }
    table
}

fn achieved(snapshot: &Snapshot, code: &str, subject: &str, score: Option<&Score>) -> Cell {
    let Some(score) = score else { return Cell::Empty };
    let selector = Selector::new(FAMILY, subject);
    let key = format!("{code}/achieved");
    reported(
        snapshot,
        key,
        score.achieved.as_ref(),
        "of the target",
        selector,
        (score.seq, "achieved"),
    )
}

/// The latest score of each coder.
fn coders(snapshot: &Snapshot, stipulations: &[(String, Stipulation)]) -> Table {
    let columns = [("score", "score"), ("until", "for the time until"), ("review", "review")];
    let mut table = Table::new("coders", "Latest scores by coder", &columns);
    let at = snapshot.as_of().micros();
    for (subject, stipulation) in stipulations {
        let code = subject.trim_start_matches("stipulation/");
        for (coder, score) in stipulation.latest_by_coder(at) {
            let key = format!("{code}/{coder}");
            let selector = Selector::new(FAMILY, subject);
            let value = u64::from(score.score);
            let reviews: Vec<_> = score
                .reviews
                .iter()
                .map(|review| format!("{} by {}", review.score, review.by))
                .collect();
            let review = match (score.status(at), reviews.join(", ")) {
                (status, words) if words.is_empty() => status.as_str().to_owned(),
                (status, words) => format!("{}: {words}", status.as_str()),
            };
            let cells = vec![
                figure(snapshot, format!("{key}/score"), value, "of 3", selector),
                Cell::Text(day(score.until)),
                Cell::Text(review),
            ];
            table.row(key.clone(), format!("{code} by {coder}"), cells);
        }
    }
    table
}
