//! Storage sites: what was declared, and what inspectors found.

use super::super::figure::{day, figure, words};
use super::super::span::{self, Source};
use super::super::{Cell, Table};
use crate::replay::Snapshot;
use accord_monitoring::MonitoringState;
use accord_monitoring::state::{Site, Verified};
use accord_projection::{Selector, UNDETERMINED};
use std::collections::BTreeMap;

const FAMILY: &str = "monitoring";

fn all(snapshot: &Snapshot) -> Vec<(String, Site)> {
    let states = snapshot.families().monitoring().states("storage_site/");
    let sites = states.filter_map(|(subject, state)| match &*state {
        MonitoringState::Site(site) => Some((subject.to_owned(), site.clone())),
        _ => None,
    });
    sites.collect()
}

/// All that is known of all sites.
fn source(snapshot: &Snapshot) -> Source {
    Source::new(snapshot, Selector::new(FAMILY, "storage_site/*"))
}

fn side_of(site: &Site) -> &str {
    site.terms.as_ref().map_or(UNDETERMINED, |terms| &terms.party)
}

fn count<T>(of: impl IntoIterator<Item = T>) -> u64 {
    u64::try_from(of.into_iter().count()).unwrap_or(u64::MAX)
}

/// What inspectors last found, by class and side, against what was last declared.
pub(super) fn missing(snapshot: &Snapshot) -> Option<Table> {
    let mut sums: BTreeMap<String, (u64, Verified)> = BTreeMap::new();
    for (_, site) in all(snapshot) {
        let key = |class: &str| format!("{class}/{}", side_of(&site));
        for (class, declared) in site.inventory.iter().flat_map(|inventory| &inventory.items) {
            let (sum, _) = sums.entry(key(class)).or_default();
            *sum = sum.saturating_add(*declared);
        }
        for (class, verified) in &site.verified {
            sums.entry(key(class)).or_default().1.add(verified);
        }
    }
    let columns = [
        ("declared", "declared"),
        ("present", "present"),
        ("missing", "missing"),
        ("unable_to_verify", "unable to verify"),
    ];
    let title = "Weapons of storage sites, by class and side";
    let mut table = Table::new("missing", title, &columns);
    let source = source(snapshot);
    for (name, (declared, verified)) in sums {
        let cell = |member: &str, value| {
            source.figure(format!("missing/{name}/{member}"), value, "weapons")
        };
        let cells = vec![
            cell("declared", declared),
            cell("present", verified.present),
            cell("missing", verified.missing),
            cell("unable_to_verify", verified.unable_to_verify),
        ];
        table.row(name.clone(), name.replacen('/', ", ", 1), cells);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// What each side's sites come to.
#[derive(Default)]
struct Sum {
    sites: u64,
    declared: u64,
    inventories: u64,
    falls: u64,
    broken: u64,
    whole: u64,
}

/// Sites, inventories and seals by side.
pub(super) fn sides(snapshot: &Snapshot) -> Option<Table> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for (_, site) in all(snapshot) {
        let sum = sums.entry(side_of(&site).to_owned()).or_default();
        span::add([
            (&mut sum.sites, 1),
            (&mut sum.declared, count(&site.inventory)),
            (&mut sum.inventories, site.inventories),
            (&mut sum.falls, site.falls),
            (&mut sum.broken, count(&site.broken_seals)),
            (&mut sum.whole, count(&site.whole_seals)),
        ]);
    }
    let columns = [
        ("sites", "sites"),
        ("declared", "with an inventory"),
        ("inventories", "inventories"),
        ("falls", "falls without a reason"),
        ("seals_broken", "seals broken"),
        ("seals_whole", "seals whole"),
    ];
    let mut table = Table::new("sides", "Storage sites by side", &columns);
    let source = source(snapshot);
    for (side, sum) in sums {
        let cell = |member: &str, value, unit| {
            source.figure(format!("sides/{side}/{member}"), value, unit)
        };
        let cells = vec![
            cell("sites", sum.sites, "sites"),
            cell("declared", sum.declared, "sites"),
            cell("inventories", sum.inventories, "inventories"),
            cell("falls", sum.falls, "inventories"),
            cell("seals_broken", sum.broken, "seals"),
            cell("seals_whole", sum.whole, "seals"),
        ];
        table.row(side.clone(), side.clone(), cells);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Every site.
pub(super) fn list(snapshot: &Snapshot) -> Option<Table> {
    let columns = [
        ("side", "side"),
        ("area", "area"),
        ("declared", "declared"),
        ("present", "present"),
        ("missing", "missing"),
        ("unable_to_verify", "unable to verify"),
        ("seals_broken", "seals broken"),
        ("inspected", "last inspected"),
    ];
    let mut table = Table::new("sites", "Storage sites", &columns);
    for (subject, site) in all(snapshot) {
        let mut found = Verified::default();
        site.verified.values().for_each(|verified| found.add(verified));
        let items = site.inventory.iter().flat_map(|inventory| inventory.items.values());
        let declared = items.fold(0_u64, |sum, count| sum.saturating_add(*count));
        let cell = |member: &str, value, unit| {
            let selector = Selector::new(FAMILY, subject.clone());
            figure(snapshot, format!("{subject}/{member}"), value, unit, selector)
        };
        let cells = vec![
            Cell::Text(side_of(&site).to_owned()),
            words(site.terms.as_ref().map(|terms| terms.area.clone())),
            cell("declared", declared, "weapons"),
            cell("present", found.present, "weapons"),
            cell("missing", found.missing, "weapons"),
            cell("unable_to_verify", found.unable_to_verify, "weapons"),
            cell("seals_broken", count(&site.broken_seals), "seals"),
            words(site.inspected_at.map(day)),
        ];
        table.row(subject.clone(), subject.clone(), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(site.inventory.is_none().then_some("no inventory"));
            row.marks.extend((site.falls > 0).then_some("fell without a reason"));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
