//! An event as it counts: corrected, placed in time, its payload read.

use crate::amend::Amendments;
use crate::finding::Remark;
use crate::payloads::Payloads;
use crate::projector::Projector;
use crate::terms::Terms;
use accord_catalogue::patch::Correctable;
use accord_catalogue::unit::{At, Day};
use accord_catalogue::{Effect, EventType, Kind};
use accord_format::entry::Header;
use accord_format::event::{Event, Occurred};
use accord_format::time::Timestamp;
use serde_json::Value;

/// Code of the finding about a payload that its type's reader does not read.
pub(crate) const UNREADABLE: &str = "payload_unreadable";

/// An event as it counts.
#[derive(Debug)]
pub struct Item<'a, P> {
    /// Position in the ledger.
    pub seq: u64,
    /// When the ledger took it in.
    pub recorded: Timestamp,
    /// When it takes effect.
    pub effect: Timestamp,
    /// When it happened, as corrected.
    pub occurred: Occurred,
    /// Report or act.
    pub kind: Kind,
    /// True for what says of itself that it belongs to the time before the agreement.
    pub marked_historical: bool,
    /// What it says, as corrected.
    pub payload: P,
    /// The event as signed: id, stream, signers. Its payload and `occurred` may have been
    /// corrected; read those of the item.
    pub event: &'a Event,
    pub(crate) position: usize,
}

/// Member of a payload by which a report says that it belongs to the time before the agreement.
pub const HISTORICAL: &str = "historical";

/// What became of reading an event.
pub(crate) enum Reading<'a, P> {
    /// Not of this family, or excluded.
    Nothing,
    /// Of this family, but not readable.
    Unreadable(Remark),
    /// An item, and what is to be said about its corrections.
    Item(Item<'a, P>, Vec<Remark>),
}

impl<P> Item<'_, P> {
    /// True for what belongs to the baseline before the agreement.
    pub fn is_historical(&self, terms: &Terms) -> bool {
        terms.is_historical(self.seq, &self.occurred, self.marked_historical)
    }

    /// What is to be said of one that says so of itself and happened later.
    fn misplaced(&self, terms: &Terms) -> Option<Remark> {
        (self.marked_historical && !self.is_historical(terms)).then(|| {
            let from = self.occurred.from;
            let detail = format!("marked as of the time before the agreement, it happened {}, when that was in force, and counts under it", from.timestamp().to_seconds_string());
            Remark::new("not_historical", detail)
        })
    }
}

/// What is to be said about an event by itself.
pub(crate) fn examine<P: Projector>(item: &Item<'_, P::Payload>, terms: &Terms) -> Vec<Remark> {
    P::examine(item, terms).into_iter().chain(item.misplaced(terms)).collect()
}

impl<'a, P: Payloads> Item<'a, P> {
    /// Reads an event with the amendments known.
    pub(crate) fn read(
        header: &Header,
        event: &'a Event,
        amendments: &Amendments,
    ) -> Reading<'a, P> {
        let Some(position) = P::position(&event.event_type, event.version) else {
            return Reading::Nothing;
        };
        let (Some(declared), Some(read)) = (P::TYPES.get(position), P::READERS.get(position))
        else {
            return Reading::Nothing;
        };
        if amendments.is_excluded(header.seq) {
            return Reading::Nothing;
        }
        let mut remarks = Vec::new();
        let corrected = correct(header.seq, event, declared, amendments, &mut remarks);
        let (payload, occurred) =
            corrected.as_ref().map_or((&event.payload, event.occurred), |c| (c.0.payload(), c.1));
        let item = |read| Self {
            seq: header.seq,
            recorded: header.recorded,
            effect: effect_of(declared.effect, header, &occurred, payload),
            occurred,
            kind: declared.kind,
            marked_historical: payload.get(HISTORICAL) == Some(&Value::Bool(true)),
            payload: read,
            event,
            position,
        };
        match read(payload) {
            Ok(read) => Reading::Item(item(read), remarks),
            Err(error) => Reading::Unreadable(Remark::new(UNREADABLE, error.to_string())),
        }
    }
}

/// What the event says with every correction in force that leaves it valid; nothing when there is
/// none.
fn correct(
    seq: u64,
    event: &Event,
    declared: &EventType,
    amendments: &Amendments,
    remarks: &mut Vec<Remark>,
) -> Option<(Correctable, Occurred)> {
    let mut current: Option<(Correctable, Occurred)> = None;
    for correction in amendments.corrections(seq) {
        let mut value = current
            .as_ref()
            .map_or_else(|| Correctable::of(&event.payload, &event.occurred), |c| c.0.clone());
        let outcome = (declared.kind == Kind::Report)
            .then_some(())
            .ok_or_else(|| "an act is answered by another act, not corrected".to_owned())
            .and_then(|()| value.apply(&correction.patches).map_err(|e| e.to_string()))
            .and_then(|()| (declared.check)(value.payload()).map_err(|e| e.to_string()))
            .and_then(|()| {
                value.occurred().ok_or_else(|| "occurred is no valid span any more".to_owned())
            });
        match outcome {
            Ok(occurred) => current = Some((value, occurred)),
            Err(why) => remarks.push(Remark::new(
                "correction_not_applied",
                format!("the correction at seq {}: {why}", correction.by),
            )),
        }
    }
    current
}

fn effect_of(effect: Effect, header: &Header, occurred: &Occurred, payload: &Value) -> Timestamp {
    match effect {
        Effect::Occurred => occurred.end(),
        Effect::Recorded => header.recorded,
        Effect::Payload(member) => payload
            .get(member)
            .and_then(Value::as_str)
            .and_then(|text| {
                let at = At::new(text).map(|at| at.timestamp());
                at.or_else(|_| Day::new(text).map(|day| day.start())).ok()
            })
            .unwrap_or(header.recorded),
    }
}
