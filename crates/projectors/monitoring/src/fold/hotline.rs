//! Hotline calls, and fire returned after them.

use super::Event;
use crate::event::{HotlineAcknowledged, HotlineCallLogged, HotlineClosed};
use crate::state::{Answer, Call, Closing, Logged, ReturnFire};
use accord_catalogue::unit::At;
use accord_format::event::{Occurred, Precision};
use accord_format::time::Timestamp;
use accord_projection::{OutOfOrder, Terms};

type Folded = Result<(), OutOfOrder>;

/// True when it is known to the minute when it happened; a clock of minutes measures nothing less.
pub(crate) const fn is_exact(occurred: &Occurred) -> bool {
    matches!(occurred.precision, Precision::Second | Precision::Minute)
}

fn from(item: &Event<'_>) -> i64 {
    item.occurred.from.timestamp().micros()
}

pub(super) fn called(
    call: &mut Call,
    p: &HotlineCallLogged,
    item: &Event<'_>,
    due: Option<Timestamp>,
    historical: bool,
) {
    call.logged = Some(Logged {
        to: p.to.to_string(),
        at: from(item),
        due: due.map(Timestamp::micros),
        asked_to_stop_at: p.asked_to_stop_at.as_ref().map(At::timestamp).map(Timestamp::micros),
        historical,
    });
}

pub(super) fn acknowledged(
    call: &mut Call,
    p: &HotlineAcknowledged,
    item: &Event<'_>,
    terms: &Terms,
) -> Folded {
    let charter = terms.charter(item.seq);
    let author = item.event.author();
    // Who stands for no party answers for itself, which is no party that was called.
    let by = charter.map(|c| c.party_of(author).unwrap_or(author).to_owned());
    if let (Some(logged), Some(by)) = (&call.logged, &by)
        && logged.to != *by
    {
        let detail = format!("{} was called; {author} cannot answer for it", logged.to);
        return Err(OutOfOrder::new(detail));
    }
    let recorded = item.recorded.micros();
    call.answered(Answer { by, answer: p.answer, at: from(item), recorded });
    Ok(())
}

pub(super) fn closed(call: &mut Call, p: &HotlineClosed, item: &Event<'_>) {
    // The mission's latest word stands.
    call.closing = Some(Closing { outcome: p.outcome, at: from(item) });
}

pub(super) fn return_fire(call: &mut Call, item: &Event<'_>, terms: &Terms, historical: bool) {
    let author = item.event.author();
    let by = item.party(terms).unwrap_or(author).to_owned();
    call.return_fire.push(ReturnFire { by, at: from(item), historical, seq: item.seq });
}
