//! What is to be said about events that are nevertheless taken in.

use crate::Exchanges;
use crate::event::{DetentionTallyDeclared, ExchangeEvent, ExchangeReceiptConfirmed};
use crate::fold::{self, party_of};
use crate::state::{Batch, Exchange, ExchangesState, Tally};
use accord_catalogue::unit::Code;
use accord_projection::{Item, Remark, Scene, Terms};

type Event<'a> = Item<'a, ExchangeEvent>;

/// From the event alone.
pub(crate) fn alone(item: &Event<'_>, terms: &Terms) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let say = &mut remarks;
    match &item.payload {
        ExchangeEvent::TallyDeclared(p) => {
            say.extend(terms.unknown_side(item.seq, p.side.as_str()));
        }
        ExchangeEvent::HandoverRecorded(p) => check_parties(item, &p.to, terms, say),
        ExchangeEvent::ReceiptConfirmed(p) => {
            check_parties(item, &p.from, terms, say);
            let error = p.account.as_ref().and_then(crate::event::Account::error);
            say.extend(error.map(|detail| Remark::new("does_not_add_up", detail)));
        }
        ExchangeEvent::Attested(p) => {
            let parties = p.seen.keys();
            say.extend(parties.filter_map(|p| terms.unknown_party(item.seq, p.as_str())));
        }
        ExchangeEvent::RemainsHandedOver(p) => {
            check_parties(item, &p.to, terms, say);
            say.extend(terms.unknown_side(item.seq, p.claimed_side.as_str()));
        }
        ExchangeEvent::RemainsReceived(p) => check_parties(item, &p.from, terms, say),
        ExchangeEvent::RemainsExamined(p) if p.multi_person > p.containers => {
            let detail = format!(
                "{} containers with more than one person, of {} examined",
                p.multi_person, p.containers
            );
            say.push(Remark::new("does_not_add_up", detail));
        }
        ExchangeEvent::RemainsMisattributed(p) => {
            say.extend(terms.unknown_side(item.seq, p.belongs_to.as_str()));
        }
        ExchangeEvent::RemainsSentBack(p) => {
            say.extend(terms.unknown_side(item.seq, p.belongs_to.as_str()));
        }
        _ => {}
    }
    remarks
}

/// That a report comes from a party, and is about another.
fn check_parties(item: &Event<'_>, other: &Code, terms: &Terms, say: &mut Vec<Remark>) {
    say.extend(terms.unknown_party(item.seq, other.as_str()));
    let author = item.event.author();
    let detail = match party_of(item, terms) {
        None => format!("{author} stands for no party; what it reports is not counted"),
        Some(party) if party == other.as_str() => {
            format!("{author} stands for {party} itself; what it reports is not counted")
        }
        Some(_) => return,
    };
    say.push(Remark::new("not_counted", detail));
}

/// In the light of the state before it: what does not fit together now and did before.
pub(crate) fn in_light_of(item: &Event<'_>, scene: &Scene<'_, Exchanges>) -> Vec<Remark> {
    match &item.payload {
        ExchangeEvent::TallyDeclared(p) => fall(item, p, scene).into_iter().collect(),
        payload if fold::is_of_remains(payload) => batch(item, scene),
        ExchangeEvent::ReceiptConfirmed(p) => {
            let mut remarks = exchange(item, scene);
            remarks.extend(more_than_held(item, p, scene));
            remarks
        }
        _ => exchange(item, scene),
    }
}

/// Those of `after` that are not among `before`.
fn new(before: &[Remark], after: Vec<Remark>) -> Vec<Remark> {
    after.into_iter().filter(|remark| !before.contains(remark)).collect()
}

fn exchange(item: &Event<'_>, scene: &Scene<'_, Exchanges>) -> Vec<Remark> {
    let stream = &item.event.stream;
    let mut state = scene.state(stream).map(std::borrow::Cow::into_owned).unwrap_or_default();
    let before = state.exchange().map(Exchange::problems).unwrap_or_default();
    // What is impossible is refused, or remarked on, elsewhere.
    if fold::fold(&mut state, stream, item, scene.terms()).is_err() {
        return Vec::new();
    }
    new(&before, state.exchange().map(Exchange::problems).unwrap_or_default())
}

fn batch(item: &Event<'_>, scene: &Scene<'_, Exchanges>) -> Vec<Remark> {
    let state = scene.state(&item.event.stream);
    let known = state.as_deref().and_then(ExchangesState::remains).cloned();
    let mut batch: Batch = known.unwrap_or_default();
    let before = batch.problems();
    fold::count(&mut batch, item, scene.terms());
    new(&before, batch.problems())
}

fn fall(
    item: &Event<'_>,
    p: &DetentionTallyDeclared,
    scene: &Scene<'_, Exchanges>,
) -> Option<Remark> {
    let state = scene.state(&format!("held/{}", p.side))?;
    let fall = state.held()?.fall(&fold::tally_key(item, p), &p.count)?;
    let detail = format!(
        "{} were held by this source's last count and {} are now, {} were released in between",
        fall.from, fall.to, fall.released
    );
    Some(Remark::new("unexplained_fall", detail))
}

/// Sources whose count of those held is below the number released since.
fn more_than_held(
    item: &Event<'_>,
    p: &ExchangeReceiptConfirmed,
    scene: &Scene<'_, Exchanges>,
) -> Vec<Remark> {
    let subject = format!("held/{}", p.from);
    let Some(state) = scene.state(&subject) else { return Vec::new() };
    let mut after = state.clone().into_owned();
    if fold::fold(&mut after, &subject, item, scene.terms()).is_err() {
        return Vec::new();
    }
    let (Some(before), Some(after)) = (state.held(), after.held()) else { return Vec::new() };
    let exceeded = after.tallies.iter().filter(|(key, tally)| {
        tally.is_exceeded() && !before.tallies.get(*key).is_some_and(Tally::is_exceeded)
    });
    exceeded
        .map(|(key, tally)| {
            let detail = format!(
                "{} released since, {} were held by the count of {key}",
                tally.released, tally.declared.value
            );
            Remark::new("does_not_add_up", detail)
        })
        .collect()
}
