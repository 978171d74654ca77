//! What a family says about its events.

use crate::finding::{OutOfOrder, Refusal, Remark};
use crate::item::Item;
use crate::payloads::Payloads;
use crate::scene::Scene;
use crate::terms::Terms;
use accord_catalogue::{Guard, Timer};
use accord_format::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Debug;

/// A family of events and the state that they make.
///
/// The state consists of *subjects*, such as one case or one month, each folded from the events
/// that bear on it and on nothing else; so a correction or a late report folds its own subjects
/// again and no others. Every function is pure and total.
pub trait Projector: Sized + 'static {
    /// Name of the family.
    const FAMILY: &'static str;
    /// Raised whenever the same events make another state.
    const FOLD_VERSION: u32;
    /// Facts that other families may read when they judge.
    const PUBLISHES: &'static [&'static str] = &[];
    /// Facts of other families that this one reads.
    const READS: &'static [&'static str] = &[];
    /// What keeps its acts out, beyond a transition that does not exist.
    const REFUSALS: &'static [Guard] = &[];
    /// What may be said about its events without keeping them out.
    const FINDINGS: &'static [Guard] = &[];
    /// What happens by itself when time has passed.
    const TIMERS: &'static [Timer] = &[];
    /// Whether its fold asks the charter for the lengths of clocks.
    const CLOCKS: bool = false;

    /// Its events.
    type Payload: Payloads;
    /// The state of one subject.
    type State: Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned + Send;

    /// Names the subjects that an event bears on, at least one.
    fn subjects(item: &Item<'_, Self::Payload>, out: &mut Vec<String>);

    /// True when an event's subjects come to the same state in whatever order it and their other
    /// events are folded. A subject's events all do, or none does, and such subjects have no
    /// timers.
    fn commutes(payload: &Self::Payload) -> bool {
        let _ = payload;
        false
    }

    /// Folds an event into the state of `subject`; on an error the state is as it was.
    fn fold(
        state: &mut Self::State,
        subject: &str,
        item: &Item<'_, Self::Payload>,
        terms: &Terms,
    ) -> Result<(), OutOfOrder>;

    /// The next instant at which the state changes by itself.
    fn deadline(state: &Self::State) -> Option<Timestamp> {
        let _ = state;
        None
    }

    /// What happens then; afterwards that deadline is no longer the next.
    fn fire(state: &mut Self::State, at: Timestamp) {
        let _ = (state, at);
    }

    /// What is to be said about an event by itself.
    fn examine(item: &Item<'_, Self::Payload>, terms: &Terms) -> Vec<Remark> {
        let _ = (item, terms);
        Vec::new()
    }

    /// What is to be said about a candidate in the light of the state before it.
    fn remark(item: &Item<'_, Self::Payload>, scene: &Scene<'_, Self>) -> Vec<Remark> {
        let _ = (item, scene);
        Vec::new()
    }

    /// Judges an act by its merits. That its transition exists has been tried before, by folding
    /// it; reports are not judged.
    fn judge(item: &Item<'_, Self::Payload>, scene: &Scene<'_, Self>) -> Result<(), Refusal> {
        let _ = (item, scene);
        Ok(())
    }

    /// A property of a subject by which figures select, such as its status.
    fn attribute(state: &Self::State, name: &str) -> Option<String> {
        let _ = (state, name);
        None
    }

    /// The fact `name` about `subject`, one of [`Projector::PUBLISHES`].
    fn fact(name: &str, state: &Self::State) -> Option<Value> {
        let _ = (name, state);
        None
    }
}
