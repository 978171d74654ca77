//! Timers, and the judgement of a candidate by trying what it would do.

use super::trial::LONG;
use super::{Engine, subjects_of};
use crate::amend::Amendments;
use crate::facts::Facts;
use crate::finding::{OutOfOrder, Refusal, Remark};
use crate::item::{self, Item, Reading};
use crate::projector::Projector;
use crate::scene::Scene;
use crate::terms::Basis;
use accord_catalogue::Kind;
use accord_format::entry::Header;
use accord_format::event::Event;
use accord_format::time::Timestamp;

/// Fires every timer whose end has come by `at`.
pub(super) fn fire_up_to<P: Projector>(state: &mut P::State, at: Timestamp) {
    let mut fired = None;
    while let Some(deadline) = P::deadline(state).filter(|d| *d <= at) {
        // A projector that does not move on would otherwise hold the fold for ever.
        if fired == Some(deadline) {
            return;
        }
        P::fire(state, deadline);
        fired = Some(deadline);
    }
}

impl<P: Projector> Engine<P> {
    /// Judges a candidate by the state just before it: the engine is settled, with T at the
    /// candidate's recording.
    ///
    /// A report is never refused; what would refuse an act becomes a remark about it.
    pub fn judge(
        &self,
        header: &Header,
        event: &Event,
        basis: &Basis,
        facts: &dyn Facts,
    ) -> Result<Vec<Remark>, Refusal> {
        let item = match Item::<P::Payload>::read(header, event, &Amendments::default()) {
            Reading::Item(item, _) => item,
            Reading::Nothing => return Ok(Vec::new()),
            Reading::Unreadable(why) => {
                return Err(Refusal::new("payload-invalid", why.detail));
            }
        };
        let scene = Scene { engine: self, basis, facts };
        let mut remarks = item::examine::<P>(&item, &basis.terms);
        remarks.extend(P::remark(&item, &scene));
        if !P::commutes(&item.payload) {
            for subject in subjects_of::<P>(&item) {
                match self.attempt(&subject, &item, basis) {
                    Ok(()) => {}
                    Err(why) if item.kind == Kind::Act => {
                        return Err(Refusal::new(why.code, why.detail));
                    }
                    Err(why) => remarks.push(Remark::new("out_of_order", why.detail)),
                }
            }
        }
        if item.kind == Kind::Act {
            P::judge(&item, &scene)?;
        }
        Ok(remarks)
    }

    /// Tries what an item would do to a subject.
    fn attempt(
        &self,
        subject: &str,
        item: &Item<'_, P::Payload>,
        basis: &Basis,
    ) -> Result<(), OutOfOrder> {
        let long = self.slots.get(subject).filter(|slot| slot.postings().len() >= LONG);
        if let Some(slot) = long.filter(|slot| !slot.is_stale())
            && P::deadline(slot.state()).is_none_or(|deadline| deadline > self.as_of())
        {
            return self.trials.attempt::<P>(slot.state(), subject, item, &basis.terms);
        }
        let mut state = self.state(subject).unwrap_or_default().into_owned();
        P::fold(&mut state, subject, item, &basis.terms)
    }
}
