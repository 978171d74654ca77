//! Storage sites.

use super::Event;
use super::tally::{add, add_to};
use crate::event::{
    InspectionOutcome, InspectionRecorded, InventoryDeclared, StorageSiteRegistered,
};
use crate::state::{Inventory, Site, SiteTerms, Verified};
use accord_projection::{OutOfOrder, Terms};

type Folded = Result<(), OutOfOrder>;

pub(super) fn registered(site: &mut Site, p: &StorageSiteRegistered) -> Folded {
    if site.terms.is_some() {
        return Err(OutOfOrder::new("the site is registered; another site has another stream"));
    }
    let (party, area) = (p.party.to_string(), p.area.to_string());
    site.terms = Some(SiteTerms { party, area, kind: p.kind });
    Ok(())
}

pub(super) fn declared(
    site: &mut Site,
    p: &InventoryDeclared,
    item: &Event<'_>,
    terms: &Terms,
) -> Folded {
    if !is_holder(site, item, terms) {
        let holder = site.terms.as_ref().map_or("nobody", |terms| &terms.party);
        let detail =
            format!("the site is {holder}'s; {} cannot declare what is there", item.event.author());
        return Err(OutOfOrder::coded("not-the-holder", detail));
    }
    let items = p.items.iter().map(|item| (item.class.to_string(), item.count)).collect();
    let inventory = Inventory { as_of: p.as_of.to_string(), items };
    let fell =
        site.inventory.as_ref().is_some_and(|before| inventory.falls_behind(before).is_some());
    if fell && p.explanation.is_none() {
        add(&mut site.falls, 1);
    }
    add(&mut site.inventories, 1);
    site.inventory = Some(inventory);
    Ok(())
}

/// True when the author stands for the party whose site it is, as far as a charter says.
pub(crate) fn is_holder(site: &Site, item: &Event<'_>, terms: &Terms) -> bool {
    let holder = site.terms.as_ref().map(|terms| terms.party.as_str());
    terms.charter(item.seq).is_none() || holder.is_some() && item.party(terms) == holder
}

pub(super) fn inspected(site: &mut Site, p: &InspectionRecorded, at: i64, historical: bool) {
    if historical {
        add(&mut site.baseline_inspections, 1);
    } else {
        add_to(&mut site.inspections, p.outcome.as_str(), 1);
    }
    if p.outcome == InspectionOutcome::Refused {
        return;
    }
    site.inspected_at = Some(at);
    if p.outcome == InspectionOutcome::Conducted && !p.items.is_empty() {
        // The whole site was seen: a class that is not listed any more is not there.
        site.verified.clear();
    }
    for item in &p.items {
        let (present, missing) = (item.present, item.missing);
        let verified = Verified { present, missing, unable_to_verify: item.unable_to_verify };
        site.verified.insert(item.class.to_string(), verified);
    }
    for seal in &p.seals {
        let code = seal.seal.to_string();
        if !seal.intact {
            site.whole_seals.remove(&code);
            site.broken_seals.insert(code);
        } else if !site.broken_seals.contains(&code) {
            site.whole_seals.insert(code);
        }
    }
}
