//! What does not fit together about an exchange, as far as it is known.

use super::stages::pair;
use super::{ByCategory, Exchange, Stage, Sum};
use crate::event::ListRole;
use accord_catalogue::unit::{Count, Qualifier};
use accord_projection::Remark;
use std::collections::BTreeMap;

impl Exchange {
    /// Everything that does not fit together, in a fixed order.
    pub fn problems(&self) -> Vec<Remark> {
        let mut problems = Vec::new();
        self.list_problems(&mut problems);
        self.plan_problems(&mut problems);
        for (number, stage) in &self.stages {
            self.stage_problems(*number, stage, &mut problems);
        }
        self.book_problems(&mut problems);
        let later = self.reported_later();
        if later > 0 {
            let detail = format!("{later} reports came after the exchange was reconciled");
            problems.push(Remark::new("reported_after_reconciliation", detail));
        }
        problems
    }

    fn list_problems(&self, say: &mut Vec<Remark>) {
        for list in self.lists.values() {
            let name = format!("list {} of {}, version {}", list.list, list.party, list.version);
            let categories = self.proposal.as_ref().map(|p| &p.categories);
            if categories.is_some_and(|all| !all.contains(&list.category)) {
                let detail = format!("{name}, is of {}, which was not proposed", list.category);
                say.push(Remark::new("contrary_to_plan", detail));
            }
            for (by, check) in &list.checks {
                let (total, count) = (check.total(), list.count);
                if check.own {
                    let detail = format!("{by} checked its own {name}; that checks nothing");
                    say.push(Remark::new("own_list_checked", detail));
                }
                if total != count {
                    let detail =
                        format!("{name}: {by} accounts for {total} entries, it has {count}");
                    say.push(Remark::new("does_not_add_up", detail));
                }
                let errors = check.errors.total();
                if errors > 0 {
                    let detail = format!("{name}: {by} found {errors} errors in {count} entries");
                    say.push(Remark::new("list_errors", detail));
                }
            }
        }
    }

    /// What was agreed against the lists, and what was handed over against what was agreed.
    fn plan_problems(&self, say: &mut Vec<Remark>) {
        let nothing = ByCategory::new();
        if let Some(agreement) = &self.agreement {
            let mut listed: BTreeMap<(&str, &str), u64> = BTreeMap::new();
            let roots = agreement.lists.iter().filter_map(|root| self.lists.get(root));
            for list in roots.filter(|list| list.role == ListRole::ToRelease) {
                let sum = listed.entry((&list.party, &list.category)).or_default();
                *sum = sum.saturating_add(list.count);
            }
            for ((party, category), listed) in listed {
                let agreed = agreement.counts.get(party).unwrap_or(&nothing);
                let agreed = agreed.get(category).copied().unwrap_or(0);
                if agreed != listed {
                    let detail = format!(
                        "{party} is to release {agreed} in {category}, its lists agreed on hold {listed}"
                    );
                    say.push(Remark::new("does_not_add_up", detail));
                }
            }
        }
        for (party, handed) in self.handed_over(false) {
            let Some(agreement) = &self.agreement else {
                let persons = super::total(&handed);
                let detail = format!("{party} handed over {persons} without an agreement");
                say.push(Remark::new("contrary_to_plan", detail));
                continue;
            };
            let agreed = agreement.counts.get(party).unwrap_or(&nothing);
            for (category, persons) in handed {
                let agreed = agreed.get(&category).copied().unwrap_or(0);
                if persons > agreed {
                    let detail = format!(
                        "{party} handed over {persons} in {category}, {agreed} were agreed; those beyond are extra"
                    );
                    say.push(Remark::new("contrary_to_plan", detail));
                }
            }
        }
    }

    fn stage_problems(&self, number: u16, stage: &Stage, say: &mut Vec<Remark>) {
        for (key, delivery) in &stage.deliveries {
            let (from, to) = pair(key);
            let name = format!("stage {number}, {from} to {to}");
            if !self.concerns(from) || !self.concerns(to) {
                let detail = format!(
                    "{name}: not both are parties of the exchange; it has no part in its books"
                );
                say.push(Remark::new("not_concerned", detail));
                continue;
            }
            if let Some((handed, received)) = delivery.difference() {
                let detail = format!("{name}: {handed} handed over, {received} received");
                say.push(Remark::new("counts_differ", detail));
            }
            for (what, reports) in
                [("handover", delivery.handovers.len()), ("receipt", delivery.receipts.len())]
            {
                if reports > 1 {
                    let detail = format!(
                        "{name}: {reports} reports of a {what}, added up; a restated figure is a record.corrected"
                    );
                    say.push(Remark::new("reported_before", detail));
                }
            }
            for handover in &delivery.handovers {
                if let Some(status) = handover.unplanned {
                    let detail = format!("{name}: handed over while {}", status.as_str());
                    say.push(Remark::new("contrary_to_plan", detail));
                }
                if self.is_outside_window(handover.at) {
                    let detail = format!("{name}: not in the time agreed");
                    say.push(Remark::new("contrary_to_plan", detail));
                }
            }
        }
        attestation_problems(number, stage, say);
    }

    fn is_outside_window(&self, at: i64) -> bool {
        let window = self.agreement.as_ref().and_then(|a| a.window.as_ref());
        window.is_some_and(|w| {
            // What is known to the day ends with the midnight after it.
            at < w.from.start().micros() || at > w.until.end().micros()
        })
    }
}

/// What intermediaries saw against what the parties say.
fn attestation_problems(number: u16, stage: &Stage, say: &mut Vec<Remark>) {
    for (by, attestation) in &stage.attestations {
        for (party, seen) in &attestation.seen {
            let own = stage.deliveries.iter().filter(|(key, _)| pair(key).0 == party);
            let (mut handed, mut received) = (Some(0_u64), Some(0_u64));
            let mut any = false;
            for (_, delivery) in own {
                any = true;
                let sum = |a: Option<u64>, b: Option<u64>| Some(a?.saturating_add(b?));
                handed = sum(handed, delivery.handed());
                received = sum(received, delivery.received());
            }
            for (what, persons) in [("handed over", handed), ("received", received)] {
                let Some(persons) = persons.filter(|_| any) else { continue };
                if seen.differs(&exactly(persons)) {
                    let detail = format!(
                        "stage {number}: {by} saw {} from {party}, {persons} were {what}",
                        seen.value
                    );
                    say.push(Remark::new("counts_differ", detail));
                }
            }
        }
    }
}

fn exactly(value: u64) -> Sum {
    Sum::of(&Count { value, qualifier: Qualifier::Exact, word: None })
}
