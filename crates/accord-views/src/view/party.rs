//! The sheet of each party: what it took on, what it answers for, and what it says of others.
//!
//! Cases of the baseline, whose incident lies before the agreement, are in the docket and not here.

use super::docket::{Docket, FAMILY, cases, number, percent, remedies};
use super::figure::figure;
use super::score::is_complete;
use super::{Cell, Table, View, overdue};
use crate::replay::Snapshot;
use accord_charter::{Charter, Party};
use accord_oversight::OversightState;
use accord_projection::Selector;
use accord_violations::event::Stance;
use accord_violations::{Case, Outcome};

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("parties", "Parties", snapshot);
    let Some(charter) = snapshot.families().basis().terms.latest() else {
        view.notes.push("No charter is in force, so that there are no parties yet.".to_owned());
        return view;
    };
    let mut cases = cases(snapshot);
    cases.retain(|(_, case)| !case.historical);
    let sheet = Sheet { snapshot, charter, cases: &cases };
    view.tables.push(sheet.table(
        "commitments",
        "What it took on",
        &COMMITMENTS,
        Sheet::commitments,
    ));
    view.tables.push(sheet.table("responses", "What it answered", &RESPONSES, Sheet::responses));
    let outcomes = Outcome::ALL.map(|outcome| (outcome.as_str(), outcome.label()));
    let columns = [&[("cases", "cases")], &outcomes[..], &[("held", "held responsible")]].concat();
    view.tables.push(sheet.table("against", "Cases against it", &columns, Sheet::against));
    let columns = [&[("cases", "cases")], &outcomes[..], &[("rate", "upheld %")]].concat();
    view.tables.push(sheet.table("alleged", "Cases that it alleged", &columns, Sheet::alleged));
    let columns = remedies::COUNTS.map(|(key, label, _)| (key, label));
    view.tables.push(sheet.table("remedies", "Remedies ordered of it", &columns, Sheet::remedies));
    view.notes.push(
        "Cases whose incident lies before the agreement are not counted here; the docket has them."
            .to_owned(),
    );
    view
}

const COMMITMENTS: [(&str, &str); 5] = [
    ("provisions", "provisions"),
    ("by_role", "by its roles"),
    ("stipulations", "stipulations"),
    ("complete", "complete"),
    ("overdue", "overdue"),
];

const RESPONSES: [(&str, &str); 8] = [
    ("in_time", "in time"),
    ("late", "late"),
    ("none", "none in time"),
    ("awaited", "awaited"),
    ("accept", "accepted"),
    ("partial", "accepted in part"),
    ("deny", "denied"),
    ("denied_upheld", "denied, then upheld against it"),
];

/// What the rows of one party are made from.
struct Sheet<'a> {
    snapshot: &'a Snapshot,
    charter: &'a Charter,
    cases: &'a Docket,
}

/// The cells of a party's row.
type Cells<'a> = fn(&Sheet<'a>, &str, &Party) -> Vec<Cell>;

impl<'a> Sheet<'a> {
    fn table(
        &self,
        key: &'static str,
        title: &str,
        columns: &[(&'static str, &'static str)],
        cells: Cells<'a>,
    ) -> Table {
        let mut table = Table::new(key, title, columns);
        for (code, party) in &self.charter.parties {
            table.row(code.clone(), party.name.clone(), cells(self, code, party));
        }
        table
    }

    /// Provisions that name it, those that name a role it may hold, and stipulations that name it.
    fn commitments(&self, code: &str, party: &Party) -> Vec<Cell> {
        let names = |responsible: &String| responsible == code || *responsible == party.participant;
        let participant = self.charter.participants.get(&party.participant);
        let holds =
            |responsible: &String| participant.is_some_and(|p| p.roles.contains(responsible));
        let (mut own, mut by_role) = (Vec::new(), Vec::new());
        for (provision, text) in &self.charter.provisions {
            if text.responsible.iter().any(names) {
                own.push(provision.as_str());
            } else if text.responsible.iter().any(holds) {
                by_role.push(provision.as_str());
            }
        }
        let (mut stipulations, mut complete, mut late) = (0_u64, 0_u64, 0_u64);
        for (_, state) in self.snapshot.families().oversight().states("stipulation/") {
            let OversightState::Stipulation(stipulation) = &*state else { continue };
            let Some(registered) = &stipulation.registered else { continue };
            if !registered.responsible.iter().any(names) {
                continue;
            }
            let at = self.snapshot.as_of().micros();
            stipulations += 1;
            complete += u64::from(is_complete(stipulation, at));
            late += u64::from(overdue::is_stipulation(stipulation, at));
        }
        let cell = |member: &str, value| {
            let selector = Selector::new("oversight", "stipulation/*");
            let key = format!("{code}/commitments/{member}");
            figure(self.snapshot, key, value, "stipulations", selector)
        };
        vec![
            list(&own),
            list(&by_role),
            cell("stipulations", stipulations),
            cell("complete", complete),
            cell("overdue", late),
        ]
    }

    fn responses(&self, code: &str, _: &Party) -> Vec<Cell> {
        let cell = |member: &str, is: &dyn Fn(&Case) -> bool| {
            let count = number(self.cases, |case| case.against == code && is(case));
            let key = format!("{code}/responses/{member}");
            figure(self.snapshot, key, count, "cases", counted().with("against", code))
        };
        let first =
            |late: bool| move |case: &Case| case.answers().next().is_some_and(|r| r.late == late);
        let last = |stance: Stance| {
            move |case: &Case| case.answers().next_back().is_some_and(|r| r.stance == stance)
        };
        vec![
            cell("in_time", &first(false)),
            cell("late", &first(true)),
            cell("none", &|case| case.no_response),
            cell("awaited", &Case::awaits_reply),
            cell("accept", &last(Stance::Accept)),
            cell("partial", &last(Stance::Partial)),
            cell("deny", &last(Stance::Deny)),
            cell("denied_upheld", &|case| denied_and_upheld(case, code)),
        ]
    }

    fn against(&self, code: &str, _: &Party) -> Vec<Cell> {
        let mut cells = self.outcomes(code, "against", "against", code);
        let held = number(self.cases, |case| case.upheld_against(code).is_some());
        let upheld = [Outcome::Upheld, Outcome::Modified].map(|o| o.as_str().to_owned());
        let selector = counted().with_any("outcome", upheld);
        cells.push(figure(self.snapshot, format!("{code}/against/held"), held, "cases", selector));
        cells
    }

    fn alleged(&self, code: &str, party: &Party) -> Vec<Cell> {
        let mut cells = self.outcomes(code, "alleged", "alleged_by", &party.participant);
        let of_party = |case: &Case| case.alleged_by == party.participant;
        let is = |is: fn(Outcome) -> bool| {
            number(self.cases, |case| of_party(case) && is(case.outcome()))
        };
        let rate = percent(is(Outcome::is_upheld), is(Outcome::is_decided));
        let cell = |rate| {
            let selector = counted().with("alleged_by", party.participant.clone());
            figure(self.snapshot, format!("{code}/alleged/rate"), rate, "%", selector)
        };
        cells.push(rate.map_or(Cell::Empty, cell));
        cells
    }

    /// Cases in which `attribute` is `value`: all, and by outcome.
    fn outcomes(&self, code: &str, table: &str, attribute: &'static str, value: &str) -> Vec<Cell> {
        let of_party = |case: &Case| match attribute {
            "against" => case.against == value,
            _ => case.alleged_by == value,
        };
        let cell = |member: &str, count| {
            let key = format!("{code}/{table}/{member}");
            figure(self.snapshot, key, count, "cases", counted().with(attribute, value))
        };
        let mut cells = vec![cell("cases", number(self.cases, of_party))];
        cells.extend(Outcome::ALL.map(|outcome| {
            let count = number(self.cases, |case| of_party(case) && case.outcome() == outcome);
            cell(outcome.as_str(), count)
        }));
        cells
    }

    fn remedies(&self, code: &str, _: &Party) -> Vec<Cell> {
        let of_party = || {
            let all = self.cases.iter().flat_map(|(_, case)| case.remedies.values());
            all.filter(|remedy| remedy.obliged == code)
        };
        let cells = remedies::COUNTS.map(|(member, _, is)| {
            let count = of_party().filter(|remedy| is(remedy)).count() as u64;
            let key = format!("{code}/remedies/{member}");
            figure(self.snapshot, key, count, "remedies", counted().with("remedies", "true"))
        });
        cells.into()
    }
}

/// Every case that is not of the baseline.
fn counted() -> Selector {
    Selector::new(FAMILY, "violation/*").with("historical", "false")
}

fn list(codes: &[&str]) -> Cell {
    if codes.is_empty() { Cell::Empty } else { Cell::Text(codes.join(", ")) }
}

/// The party denied what the board later upheld against it.
fn denied_and_upheld(case: &Case, side: &str) -> bool {
    let Some(upheld_at) = case.upheld_against(side) else { return false };
    let mut latest = case.responses.iter().rev().filter(|r| r.accused && r.at <= upheld_at);
    latest.next().is_some_and(|r| r.stance == Stance::Deny)
}
