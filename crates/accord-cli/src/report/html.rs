//! The report as one HTML file: no script, nothing from elsewhere, and a policy that says so.

mod appendix;

use super::page::Page;
use super::{
    SHOWN, SIMULATED, agreement, before, by_now, changes, has_starred, in_short, is_numeric,
    left_out, moment, reference, restated, svg, tables, title, unfinished,
};
use accord_views::report::{Change, Chart, Report, Section};
use accord_views::view::{Cell, Figure, Row, Table, View, text};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

/// The style sheet, in the file itself; the policy allows these bytes and no others.
const STYLE: &str = include_str!("style.css");

/// Writes the report.
pub(crate) fn render(report: &Report) -> String {
    let mut page = Page::default();
    page.markup("<!doctype html>\n<html lang=\"en\">\n");
    head(&mut page, report);
    page.markup("<body>\n<a class=\"skip\" href=\"#content\">Skip to the tables</a>\n");
    header(&mut page, report);
    contents(&mut page, report);
    page.markup("<main id=\"content\">\n");
    short(&mut page, report);
    for section in &report.sections {
        view(&mut page, report, section);
    }
    changed(&mut page, report);
    appendix::sources(&mut page, report);
    appendix::state(&mut page, report);
    page.markup("</main>\n</body>\n</html>\n");
    page.finish()
}

fn head(page: &mut Page, report: &Report) {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
    );
    page.markup("<head>\n<meta charset=\"utf-8\">\n");
    page.open("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
    page.markup(
        "\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n",
    );
    page.element("title", &[], &title(report));
    page.markup("\n<style>");
    page.markup(STYLE);
    page.markup("</style>\n</head>\n");
}

fn header(page: &mut Page, report: &Report) {
    page.markup("<header>\n");
    page.element("h1", &[], &title(report));
    page.element("p", &[("class", "agreement"), ("dir", "auto")], &agreement(report));
    if report.simulated {
        page.element("p", &[("class", "simulated"), ("role", "note")], SIMULATED);
    }
    if let Some(why) = unfinished(report) {
        page.element("p", &[("class", "simulated"), ("role", "note")], &why);
    }
    page.open("dl", &[("class", "moment")]);
    for (name, value) in moment(report) {
        page.element("dt", &[], name);
        page.element("dd", &[("dir", "auto")], &value);
    }
    page.close("dl");
    page.markup("</header>\n");
}

fn contents(page: &mut Page, report: &Report) {
    page.markup("<nav aria-label=\"Contents\">\n<ol>\n");
    let mut item = |target: &str, title: &str| {
        page.open("li", &[]);
        page.element("a", &[("href", &format!("#{target}"))], title);
        page.close("li");
    };
    if !report.short.is_empty() {
        item("short", "In short");
    }
    for section in &report.sections {
        item(&anchor(section), section.view.title);
    }
    item("changes", "What changed");
    item("sources", "Where the figures come from");
    item("state", "State and how to check it");
    page.markup("</ol>\n</nav>\n");
}

fn anchor(section: &Section) -> String {
    format!("view-{}", section.view.name)
}

fn heading(page: &mut Page, id: &str, title: &str) {
    page.open("section", &[("aria-labelledby", &format!("{id}-heading")), ("id", id)]);
    page.element("h2", &[("id", &format!("{id}-heading"))], title);
}

fn short(page: &mut Page, report: &Report) {
    if !report.short.is_empty() {
        heading(page, "short", "In short");
        let now = by_now(report);
        let columns = [("when the period began", true), (now.as_str(), true), ("change", true)];
        open_table(page, "short-table", &title(report), &columns);
        for line in &report.short {
            let (before, change) = in_short(line);
            page.open("tr", &[]);
            page.element("th", &[("scope", "row")], line.label);
            page.element("td", &[("class", "n")], &before);
            figure(page, report, &line.figure);
            page.element("td", &[("class", "n")], &change);
            page.close("tr");
        }
        close_table(page);
        page.close("section");
    }
    page.element("p", &[("class", "note")], SHOWN);
}

fn changed(page: &mut Page, report: &Report) {
    heading(page, "changes", "What changed");
    for (at, (title, changes, left_out)) in changes(report).into_iter().enumerate() {
        if changes.is_empty() {
            page.element(
                "p",
                &[("class", "empty"), ("dir", "auto")],
                &format!("{title}: no figure."),
            );
            continue;
        }
        let columns = [("view", false), ("before", true), ("now", true), ("unit", false)];
        open_table(page, &format!("change-{at}"), &title, &columns);
        for change in changes {
            change_row(page, report, change);
        }
        close_table(page);
        if left_out > 0 {
            page.element("p", &[("class", "note")], &format!("{left_out} more are left out."));
        }
    }
    page.close("section");
}

fn change_row(page: &mut Page, report: &Report, change: &Change) {
    page.open("tr", &[]);
    page.element("th", &[("scope", "row"), ("dir", "auto")], &change.label);
    page.element("td", &[], change.view);
    page.element("td", &[("class", "n")], &before(change));
    figure(page, report, &change.figure);
    page.element("td", &[], change.figure.unit);
    page.close("tr");
}

/// A table's start, with its caption and column headings; the first column is that of the rows'
/// own headings.
fn open_table(page: &mut Page, id: &str, caption: &str, columns: &[(&str, bool)]) {
    let caption_id = format!("{id}-caption");
    page.open(
        "div",
        &[
            ("class", "scroll"),
            ("role", "region"),
            ("tabindex", "0"),
            ("aria-labelledby", &caption_id),
        ],
    );
    page.open("table", &[]);
    page.element("caption", &[("id", &caption_id), ("dir", "auto")], caption);
    page.markup("<thead>\n<tr><td></td>");
    for (title, numeric) in columns {
        let attributes = [("scope", "col"), ("class", "n")];
        let (scope, _) = attributes.split_at(1);
        page.element("th", if *numeric { &attributes } else { scope }, title);
    }
    page.markup("</tr>\n</thead>\n<tbody>\n");
}

fn close_table(page: &mut Page) {
    page.markup("</tbody>\n");
    page.close("table");
    page.close("div");
}

fn view(page: &mut Page, report: &Report, section: &Section) {
    let id = anchor(section);
    heading(page, &id, section.view.title);
    for (at, chart) in section.charts.iter().enumerate() {
        page.open("figure", &[]);
        svg::draw(page, chart, &format!("{id}-chart-{at}"));
        page.element("figcaption", &[("dir", "auto")], &caption(chart));
        page.close("figure");
    }
    let mut empty = true;
    for (at, table) in tables(&section.view).enumerate() {
        empty = false;
        self::table(page, report, (&section.view, table), &format!("{id}-{at}"));
    }
    if empty {
        page.element("p", &[("class", "empty")], "Nothing is recorded.");
    }
    if has_starred(&section.view) {
        page.element("p", &[("class", "note")], text::ASTERISK);
    }
    for note in &section.view.notes {
        page.element("p", &[("class", "note"), ("dir", "auto")], note);
    }
    page.close("section");
}

fn caption(chart: &Chart) -> String {
    let lighter = chart.bars.iter().any(|bar| bar.baseline);
    let lighter = if lighter { " Lighter bars lie before the agreement." } else { "" };
    let fewer = match chart.left_out {
        0 => String::new(),
        earlier => format!(" {earlier} earlier ones are left out."),
    };
    format!("{}.{lighter}{fewer}", chart.title)
}

fn table(page: &mut Page, report: &Report, (view, table): (&View, &Table), id: &str) {
    let columns: Vec<(&str, bool)> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| (column.title, is_numeric(table, at)))
        .collect();
    open_table(page, id, &table.title, &columns);
    for row in &table.rows {
        self::row(page, report, row, &columns);
    }
    close_table(page);
    if let Some((what, command)) = left_out(report, view, table) {
        page.open("p", &[("class", "note")]);
        page.text(&what);
        page.markup(" ");
        page.element("code", &[], &command);
        page.close("p");
    }
    let restated = restated(table);
    if !restated.is_empty() {
        page.open("ul", &[("class", "restated")]);
        for line in restated {
            page.element("li", &[("dir", "auto")], &line);
        }
        page.close("ul");
    }
}

/// The longest text that does not break over lines.
const WHOLE_MAX: usize = 14;

/// Attributes of a text that may be in any script and that breaks over lines only when it is long.
fn words(text: &str) -> &'static [(&'static str, &'static str)] {
    let attributes = &[("dir", "auto"), ("class", "w")];
    if text.chars().count() > WHOLE_MAX { attributes.split_at(1).0 } else { attributes }
}

fn row(page: &mut Page, report: &Report, row: &Row, columns: &[(&str, bool)]) {
    page.open("tr", &[]);
    page.open("th", &[&[("scope", "row")], words(&row.label)].concat());
    page.text(&row.label);
    for mark in &row.marks {
        page.element("span", &[("class", "mark")], mark);
    }
    page.close("th");
    for (cell, (_, numeric)) in row.cells.iter().zip(columns) {
        match cell {
            Cell::Empty if *numeric => page.element("td", &[("class", "n")], "-"),
            Cell::Empty => page.element("td", &[], "-"),
            Cell::Text(text) => page.element("td", words(text), text),
            Cell::Suppressed { below } => {
                page.element("td", &[("class", "n")], &format!("fewer than {below}"));
            }
            Cell::Figure(figure) => self::figure(page, report, figure),
        }
    }
    page.close("tr");
}

fn figure(page: &mut Page, report: &Report, figure: &Figure) {
    let reference = reference(report, figure);
    page.open("td", &[("class", "n")]);
    page.text(&text::write_figure(figure));
    page.element(
        "a",
        &[
            ("class", "ref"),
            ("href", &format!("#s-{reference}")),
            ("aria-label", &format!("source {reference}")),
        ],
        &reference,
    );
    page.close("td");
}
