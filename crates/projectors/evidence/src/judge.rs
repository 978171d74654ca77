//! Remarks about evidence. Nothing here is judged by its merits: that the custodian signs is part
//! of the chain itself, and whoever reports about evidence is heard.

use crate::Evidence;
use crate::event::{
    DisclosureRecorded, EvidenceEvent, EvidenceRegistered, EvidenceVerified, VerificationResult,
};
use crate::state::{EvidenceState, ItemState, content};
use accord_projection::{Item, Remark, Scene};

type Event<'a> = Item<'a, EvidenceEvent>;

/// From the event alone.
pub(crate) fn examine(item: &Event<'_>) -> Vec<Remark> {
    match &item.payload {
        EvidenceEvent::Registered(p) if p.captured.at.timestamp() > item.recorded => {
            let detail = format!("captured {}, after it was registered", p.captured.at);
            vec![Remark::new("captured_in_future", detail)]
        }
        EvidenceEvent::Transferred(p) if !item.is_signed_by(p.to.as_str()) => {
            let detail = format!("{} did not sign that it received the item", p.to);
            vec![Remark::new("receipt_not_signed", detail)]
        }
        EvidenceEvent::Verified(p) => verified(p),
        _ => Vec::new(),
    }
}

fn verified(p: &EvidenceVerified) -> Vec<Remark> {
    match p.result {
        VerificationResult::Intact => Vec::new(),
        VerificationResult::Mismatch => {
            let found = p.found.as_ref().map(|f| format!(": {f} was found")).unwrap_or_default();
            let detail = format!("the item is not what was registered{found}");
            vec![Remark::new("evidence_mismatch", detail)]
        }
        VerificationResult::Missing => {
            let detail = "the item is not where it should be".to_owned();
            vec![Remark::new("evidence_missing", detail)]
        }
    }
}

/// In the light of the state before it.
pub(crate) fn remark(item: &Event<'_>, scene: &Scene<'_, Evidence>) -> Vec<Remark> {
    match &item.payload {
        EvidenceEvent::Registered(p) => registered(p, scene),
        EvidenceEvent::Verified(_) => {
            let own = self::item(scene, &item.event.stream)
                .is_some_and(|kept| kept.custodian() == item.event.author());
            let detail = "the custodian verified what it keeps itself";
            own.then(|| Remark::new("verified_by_custodian", detail)).into_iter().collect()
        }
        EvidenceEvent::Disclosed(p) => disclosed(p, scene).into_iter().collect(),
        EvidenceEvent::Transferred(_) | EvidenceEvent::Accessed(_) => Vec::new(),
    }
}

fn item(scene: &Scene<'_, Evidence>, stream: &str) -> Option<ItemState> {
    scene.state(stream).and_then(|state| state.item().cloned())
}

fn registered(p: &EvidenceRegistered, scene: &Scene<'_, Evidence>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let known = p.content().and_then(|digest| scene.state(&content(digest)));
    if let Some(EvidenceState::Content(items)) = known.as_deref()
        && let Some(first) = items.first()
    {
        let detail = format!("the same content is registered as {first}");
        remarks.push(Remark::new("content_known", detail));
    }
    if let Some(original) = &p.original
        && item(scene, original.as_str()).is_none()
    {
        let detail = format!("made of {original}, which nobody registered");
        remarks.push(Remark::new("unknown_original", detail));
    }
    remarks
}

fn disclosed(p: &DisclosureRecorded, scene: &Scene<'_, Evidence>) -> Option<Remark> {
    let item = item(scene, p.target.as_str())?;
    if !item.sealed {
        let detail = format!("{} is open to anyone; there is nothing to disclose", p.target);
        return Some(Remark::new("nothing_sealed", detail));
    }
    let commitment = p.commitment.as_ref().filter(|c| c.as_str() != item.content)?;
    let detail = format!("{} holds commitment {}, not {commitment}", p.target, item.content);
    Some(Remark::new("commitment_differs", detail))
}
