//! Timers, and the judgement of a candidate by trying what it would do.

use super::{Engine, subjects_of};
use crate::amend::Amendments;
use crate::facts::Facts;
use crate::finding::{Refusal, Remark};
use crate::item::{Item, Reading};
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
        let mut remarks = P::examine(&item, &basis.terms);
        remarks.extend(P::remark(&item, &scene));
        if !P::commutes(&item.payload) {
            for subject in subjects_of::<P>(&item) {
                let mut state = self.state(&subject).unwrap_or_default().into_owned();
                match P::fold(&mut state, &subject, &item, &basis.terms) {
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
}
