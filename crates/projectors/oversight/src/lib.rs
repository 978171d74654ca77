//! The oversight family: its event types and its state.
//!
//! Subjects: `board/main`, `meeting/<id>`, `resolution/<id>`, `stipulation/<code>`,
//! `indicator/<code>`, `instrument/<id>`, `instruments/<type>/<text digest>` for all that was
//! deposited for one text, `file/<digest>` for an imported file, `audit/<id>` and
//! `report/<number>`.

mod codes;
pub mod event;
mod fold;
mod judge;
pub mod state;
mod tally;

#[cfg(test)]
mod tests;

pub use state::OversightState;
pub use tally::{Ballot, Shortfall, Tally, shortfalls, tally};

use accord_format::time::Timestamp;
use accord_projection::instrument::{self, INSTRUMENT_DEPOSITED};
use accord_projection::resolution::RESOLUTION_ADOPTED;
use accord_projection::{Guard, Item, OutOfOrder, Projector, Refusal, Remark, Scene, Terms, Timer};
use event::Overseen;
use serde_json::Value;

/// The clock of the charter by which a meeting is called before it is held.
pub const NOTICE_CLOCK: &str = "meeting_notice";
/// The clock of the charter within which the board votes on what is tabled, where there is one.
pub const VOTING_CLOCK: &str = "resolution_voting";
/// Subject of the board.
pub const BOARD: &str = "board/main";

/// The projector of the family.
#[derive(Clone, Copy, Debug)]
pub struct Oversight;

impl Projector for Oversight {
    const FAMILY: &'static str = "oversight";
    const FOLD_VERSION: u32 = 3;
    const PUBLISHES: &'static [&'static str] = &[RESOLUTION_ADOPTED, INSTRUMENT_DEPOSITED];
    const REFUSALS: &'static [Guard] = codes::REFUSALS;
    const FINDINGS: &'static [Guard] = codes::FINDINGS;
    const TIMERS: &'static [Timer] = codes::TIMERS;
    const CLOCKS: bool = true;

    type Payload = Overseen;
    type State = OversightState;

    fn subjects(item: &Item<'_, Overseen>, out: &mut Vec<String>) {
        let Overseen::Import(p) = &item.payload else {
            out.push(item.event.stream.clone());
            let meeting = match &item.payload {
                Overseen::Tabled(p) => p.meeting.as_ref(),
                Overseen::Declared(p) => p.meeting.as_ref(),
                Overseen::Instrument(p) => {
                    let (stands_for, text) = (p.stands_for.as_str(), p.text_digest.as_str());
                    return out.push(instrument::subject(stands_for, text));
                }
                _ => None,
            };
            return out.extend(meeting.map(ToString::to_string));
        };
        out.push(format!("file/{}", p.file_digest));
    }

    fn fold(
        state: &mut OversightState,
        subject: &str,
        item: &Item<'_, Overseen>,
        terms: &Terms,
    ) -> Result<(), OutOfOrder> {
        fold::fold(state, subject, item, terms)
    }

    fn deadline(state: &OversightState) -> Option<Timestamp> {
        state.deadline().map(Timestamp::from_micros)
    }

    fn fire(state: &mut OversightState, _: Timestamp) {
        state.fire();
    }

    fn examine(item: &Item<'_, Overseen>, terms: &Terms) -> Vec<Remark> {
        judge::examine(item, terms)
    }

    fn remark(item: &Item<'_, Overseen>, scene: &Scene<'_, Self>) -> Vec<Remark> {
        judge::remark(item, scene)
    }

    fn judge(item: &Item<'_, Overseen>, scene: &Scene<'_, Self>) -> Result<(), Refusal> {
        judge::judge(item, scene)
    }

    fn attribute(state: &OversightState, name: &str) -> Option<String> {
        match (state, name) {
            (OversightState::Resolution(r), "outcome") => Some(r.outcome().to_owned()),
            (OversightState::Resolution(r), "status") => Some(r.status().as_str().to_owned()),
            (OversightState::Meeting(m), "status") => Some(m.status().as_str().to_owned()),
            (OversightState::Stipulation(s), "provision") => {
                s.registered.as_ref().map(|r| r.provision.clone())
            }
            _ => None,
        }
    }

    fn fact(name: &str, state: &OversightState) -> Option<Value> {
        match (name, state) {
            (RESOLUTION_ADOPTED, OversightState::Resolution(r)) => {
                serde_json::to_value(r.to_fact()?).ok()
            }
            (INSTRUMENT_DEPOSITED, OversightState::StoodFor(stood)) => {
                serde_json::to_value(stood).ok()
            }
            _ => None,
        }
    }
}
