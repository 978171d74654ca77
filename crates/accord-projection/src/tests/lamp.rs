//! A small family with every trait that an engine has to get right: order, timers, refusals,
//! effects in the future, an event on two subjects, and tallies that commute.

use crate::{Item, OutOfOrder, Payloads, Projector, Terms};
use accord_catalogue::unit::{At, Code};
use accord_catalogue::{EventType, Payload};
use accord_format::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cell::Cell;

/// A level was seen.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Noted {
    lamp: Code,
    level: u64,
    /// Another lamp that showed the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    also: Option<Code>,
}
impl Payload for Noted {}

/// A level was set.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Set {
    lamp: Code,
    level: u64,
    /// The lamp goes out after so long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seconds: Option<u32>,
}
impl Payload for Set {}

/// The same as it was said at first: in halves of a level.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetInHalves {
    lamp: Code,
    halves: u64,
}
impl Payload for SetInHalves {}

impl From<SetInHalves> for Set {
    fn from(old: SetInHalves) -> Self {
        Self { lamp: old.lamp, level: old.halves / 2, seconds: None }
    }
}

/// A lamp will be lit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Planned {
    lamp: Code,
    at: At,
}
impl Payload for Planned {}

/// Lamps were counted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counted {
    room: Code,
    n: u64,
}
impl Payload for Counted {}

crate::events! {
    /// The events of lamps.
    pub(crate) enum LampEvent {
        /// Seen.
        Noted(Noted) = "lamp.noted", Report, Opens("lamp");
        /// Set.
        Set(Set) = "lamp.set" version 2, Act, Opens("lamp");
        /// Planned.
        Planned(Planned) = "lamp.planned", Act, Opens("lamp"), effect Payload("at");
        /// Counted.
        Counted(Counted) = "lamp.counted", Report, Opens("lamp");
    }
    older {
        Set(SetInHalves) = "lamp.set" version 1;
    }
}

pub(crate) const NOTED: EventType = LampEvent::TYPES[0];
pub(crate) const SET: EventType = LampEvent::TYPES[1];
pub(crate) const PLANNED: EventType = LampEvent::TYPES[2];
pub(crate) const COUNTED: EventType = LampEvent::TYPES[3];
pub(crate) const SET_IN_HALVES: EventType = LampEvent::TYPES[4];

/// What was done to lamps on this thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Work {
    /// Items folded.
    pub(crate) folds: usize,
    /// Levels copied with the states that they are in.
    pub(crate) copies: usize,
}

thread_local! {
    static WORK: Cell<Work> = const { Cell::new(Work { folds: 0, copies: 0 }) };
}

/// What `run` does to lamps.
pub(crate) fn work(run: impl FnOnce()) -> Work {
    WORK.set(Work::default());
    run();
    WORK.get()
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Lamp {
    pub(crate) level: u64,
    /// Every level that it had, in order; nothing for what is only counted.
    pub(crate) trace: Vec<u64>,
    out_at: Option<i64>,
}

impl Clone for Lamp {
    fn clone(&self) -> Self {
        let work = WORK.get();
        WORK.set(Work { copies: work.copies + self.trace.len(), ..work });
        Self { level: self.level, trace: self.trace.clone(), out_at: self.out_at }
    }
}

impl Lamp {
    fn show(&mut self, level: u64) {
        self.level = level;
        self.trace.push(level);
    }
}

#[derive(Debug)]
pub(crate) struct Lamps;

impl Projector for Lamps {
    const FAMILY: &'static str = "lamps";
    const FOLD_VERSION: u32 = 1;
    const READS: &'static [&'static str] = &["house.dark"];

    type Payload = LampEvent;
    type State = Lamp;

    fn subjects(item: &Item<'_, LampEvent>, out: &mut Vec<String>) {
        let lamp = |code: &Code| format!("lamp/{code}");
        match &item.payload {
            LampEvent::Noted(p) => {
                out.push(lamp(&p.lamp));
                out.extend(p.also.as_ref().filter(|also| **also != p.lamp).map(lamp));
            }
            LampEvent::Set(p) => out.push(lamp(&p.lamp)),
            LampEvent::Planned(p) => out.push(lamp(&p.lamp)),
            LampEvent::Counted(p) => out.push(format!("room/{}", p.room)),
        }
    }

    fn commutes(payload: &LampEvent) -> bool {
        matches!(payload, LampEvent::Counted(_))
    }

    fn fold(
        lamp: &mut Lamp,
        subject: &str,
        item: &Item<'_, LampEvent>,
        _: &Terms,
    ) -> Result<(), OutOfOrder> {
        let work = WORK.get();
        WORK.set(Work { folds: work.folds + 1, ..work });
        if let LampEvent::Counted(p) = &item.payload {
            lamp.level = lamp.level.saturating_add(p.n);
            return Ok(());
        }
        if lamp.level > 100 {
            return Err(OutOfOrder::new(format!("{subject} has burnt out")));
        }
        match &item.payload {
            LampEvent::Noted(p) => lamp.show(p.level),
            LampEvent::Set(p) => {
                lamp.show(p.level);
                let seconds = p.seconds.map(|s| item.effect.plus_seconds(i64::from(s)).micros());
                lamp.out_at = seconds;
            }
            LampEvent::Planned(_) => lamp.show(1),
            LampEvent::Counted(_) => {}
        }
        Ok(())
    }

    fn deadline(lamp: &Lamp) -> Option<Timestamp> {
        lamp.out_at.map(Timestamp::from_micros)
    }

    fn fire(lamp: &mut Lamp, _: Timestamp) {
        lamp.out_at = None;
        lamp.show(0);
    }
}
