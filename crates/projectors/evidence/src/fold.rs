//! How each event changes the state of a subject.

use crate::event::{
    DisclosureRecorded, EvidenceEvent, EvidenceRegistered, EvidenceTransferred, EvidenceVerified,
};
use crate::state::{Check, Custody, Disclosure, EvidenceState as State, ITEMS, ItemState};
use accord_projection::{Item, OutOfOrder};

type Event<'a> = Item<'a, EvidenceEvent>;
type Folded = Result<(), OutOfOrder>;

pub(crate) fn fold(state: &mut State, subject: &str, item: &Event<'_>) -> Folded {
    match &item.payload {
        EvidenceEvent::Registered(p) if subject == item.event.stream => {
            register(state, subject, item, p)
        }
        EvidenceEvent::Registered(_) => {
            let mut items = match std::mem::take(state) {
                State::Content(items) => items,
                _ => Vec::new(),
            };
            items.push(item.event.stream.clone());
            *state = State::Content(items);
            Ok(())
        }
        EvidenceEvent::Transferred(p) => transfer(state, subject, item, p),
        EvidenceEvent::Accessed(_) => {
            let kept = kept(state, subject, item)?;
            kept.accesses = kept.accesses.saturating_add(1);
            Ok(())
        }
        EvidenceEvent::Verified(p) => verify(state, subject, item, p),
        EvidenceEvent::Disclosed(p) if subject == item.event.stream => {
            disclose(state, subject, item, p)
        }
        EvidenceEvent::Disclosed(_) => {
            let disclosed = registered(state, subject)?;
            disclosed.disclosures = disclosed.disclosures.saturating_add(1);
            Ok(())
        }
    }
}

fn register(state: &mut State, subject: &str, item: &Event<'_>, p: &EvidenceRegistered) -> Folded {
    if !matches!(state, State::Empty) {
        return Err(OutOfOrder::new(format!("{subject} has been registered before")));
    }
    let (by, at) = (item.event.author().to_owned(), item.effect.micros());
    let custody = vec![Custody { custodian: by.clone(), since: at, seq: item.seq, signed: true }];
    *state = State::Item(Box::new(ItemState {
        content: p.content().map(ToString::to_string).unwrap_or_default(),
        sealed: p.sealed.is_some(),
        bytes: p.bytes(),
        media_type: p.open.as_ref().map(|open| open.media_type.clone()),
        name: p.open.as_ref().map(|open| open.name.to_string()),
        origin: p.origin,
        copy: p.copy,
        original: p.original.as_ref().map(ToString::to_string),
        collector: p.collector.to_string(),
        captured: p.captured.at.timestamp().micros(),
        registered_by: by,
        at,
        seq: item.seq,
        custody,
        accesses: 0,
        checks: Vec::new(),
        disclosures: 0,
    }));
    Ok(())
}

fn registered<'a>(state: &'a mut State, subject: &str) -> Result<&'a mut ItemState, OutOfOrder> {
    let State::Item(item) = state else {
        let why = format!("{subject} is no registered item ({ITEMS}…)");
        return Err(OutOfOrder::coded("evidence-unknown", why));
    };
    Ok(item)
}

/// The item, when its custodian is among those who sign.
fn kept<'a>(
    state: &'a mut State,
    subject: &str,
    item: &Event<'_>,
) -> Result<&'a mut ItemState, OutOfOrder> {
    let kept = registered(state, subject)?;
    if item.is_signed_by(kept.custodian()) {
        return Ok(kept);
    }
    let why = format!(
        "{subject} is in the custody of {}, not of {}; the custodian signs this",
        kept.custodian(),
        item.event.author()
    );
    Err(OutOfOrder::coded("not-the-custodian", why))
}

fn transfer(state: &mut State, subject: &str, item: &Event<'_>, p: &EvidenceTransferred) -> Folded {
    let kept = kept(state, subject, item)?;
    let to = p.to.as_str();
    if kept.custodian() == to {
        return Err(OutOfOrder::new(format!("{to} keeps {subject} already")));
    }
    let signed = item.is_signed_by(to);
    let (since, seq) = (item.effect.micros(), item.seq);
    kept.custody.push(Custody { custodian: to.to_owned(), since, seq, signed });
    Ok(())
}

fn verify(state: &mut State, subject: &str, item: &Event<'_>, p: &EvidenceVerified) -> Folded {
    let verified = registered(state, subject)?;
    let by = item.event.author().to_owned();
    let by_custodian = verified.custodian() == by;
    let (at, seq) = (item.effect.micros(), item.seq);
    verified.checks.push(Check { result: p.result, by, by_custodian, at, seq });
    Ok(())
}

fn disclose(state: &mut State, subject: &str, item: &Event<'_>, p: &DisclosureRecorded) -> Folded {
    if !matches!(state, State::Empty) {
        return Err(OutOfOrder::new(format!("{subject} has been recorded before")));
    }
    *state = State::Disclosure(Box::new(Disclosure {
        target: p.target.to_string(),
        commitment: p.commitment.as_ref().map(ToString::to_string),
        recipient: p.recipient.to_string(),
        legal_basis: p.legal_basis.to_string(),
        purpose: p.purpose.to_string(),
        by: item.event.author().to_owned(),
        at: item.effect.micros(),
    }));
    Ok(())
}
