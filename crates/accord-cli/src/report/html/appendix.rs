//! The end of the report: where its figures come from, and how to check it.

use super::super::page::Page;
use super::super::{WHOLE_RECORD, checks, entries, listed, lists};
use super::{close_table, heading, open_table};
use accord_views::report::{Reference, Report};

pub(super) fn sources(page: &mut Page, report: &Report) {
    heading(page, "sources", "Where the figures come from");
    page.element(
        "p",
        &[],
        "Each figure has a small number, which stands here with the entries that the figure comes \
         from: what selects them, how many they are, the first of them, a digest of all, and view \
         and key of a figure, with which this command lists all:",
    );
    page.open("p", &[]);
    page.element("code", &[], &lists(report));
    page.close("p");
    let columns =
        [("selects", false), ("entries", true), ("which", false), ("digest, view and key", false)];
    open_table(page, "references", "Sources", &columns);
    page.open("tr", &[("id", &format!("s-{WHOLE_RECORD}"))]);
    page.element("th", &[("scope", "row")], WHOLE_RECORD);
    page.element("td", &[], "the whole record");
    page.element("td", &[("class", "n")], &report.known.to_string());
    page.element("td", &[], &format!("0 to {}", report.at_seq()));
    page.open("td", &[]);
    page.element("code", &[], "accord log");
    page.close("td");
    page.close("tr");
    for source in &report.references {
        source_row(page, source);
    }
    close_table(page);
    page.close("section");
}

fn source_row(page: &mut Page, source: &Reference) {
    page.open("tr", &[("id", &format!("s-{}", source.number))]);
    page.element("th", &[("scope", "row")], &source.number.to_string());
    page.open("td", &[("dir", "auto")]);
    page.element("code", &[], &source.selector);
    page.close("td");
    page.element("td", &[("class", "n")], &source.count.to_string());
    page.element("td", &[], &listed(source));
    page.open("td", &[]);
    page.element("code", &[], &source.digest.to_string());
    page.markup("<br>");
    page.element("code", &[], &source.figure());
    page.close("td");
    page.close("tr");
}

pub(super) fn state(page: &mut Page, report: &Report) {
    heading(page, "state", "State and how to check it");
    open_table(page, "digests", "Digests of the state", &[("fold", true), ("digest", false)]);
    for digest in &report.digests {
        page.open("tr", &[]);
        page.element("th", &[("scope", "row")], digest.family);
        page.element("td", &[("class", "n")], &digest.fold_version.to_string());
        page.open("td", &[]);
        page.element("code", &[], &digest.digest.to_string());
        page.close("td");
        page.close("tr");
    }
    close_table(page);
    open_table(page, "formulas", "Versions of the formulas", &[("version", true)]);
    for section in &report.sections {
        let Some(version) = section.formula else { continue };
        page.open("tr", &[]);
        page.element("th", &[("scope", "row")], section.view.name);
        page.element("td", &[("class", "n")], &version.to_string());
        page.close("tr");
    }
    close_table(page);
    page.element(
        "p",
        &[],
        &format!(
            "This report is a function of {} and of what is said above.",
            entries(report.known)
        ),
    );
    page.open("ol", &[]);
    for (why, command) in checks(report) {
        page.open("li", &[]);
        page.text(why);
        page.markup("<br>");
        page.element("code", &[], &command);
        page.close("li");
    }
    page.close("ol");
    page.close("section");
}
