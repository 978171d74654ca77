//! A hotline call, its answer, its end, and fire returned after it.

use crate::event::{CallOutcome, HotlineAnswer};
use serde::{Deserialize, Serialize};

/// A hotline call. Its parts are kept apart, because the record may learn of them in any order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The call itself; absent while only something about it is known.
    pub logged: Option<Logged>,
    /// Answers, in the order in which they took effect.
    pub answers: Vec<Answer>,
    /// Nobody had answered when the time for it was over.
    pub unanswered: bool,
    /// How it ended.
    pub closing: Option<Closing>,
    /// Notices of fire returned that name this call, or name none.
    pub return_fire: Vec<ReturnFire>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// The party that was called.
    pub to: String,
    /// When.
    pub at: i64,
    /// Until when an answer is in time; nothing when no clock runs.
    pub due: Option<i64>,
    /// When it was asked to have stopped.
    pub asked_to_stop_at: Option<i64>,
    /// It was made before the agreement.
    pub historical: bool,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The party that gave it; absent when there was no charter to tell.
    pub by: Option<String>,
    /// What it says.
    pub answer: HotlineAnswer,
    /// When it was given.
    pub at: i64,
    /// When it was recorded.
    pub recorded: i64,
}

/// The end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// How it ended.
    pub outcome: CallOutcome,
    /// When.
    pub at: i64,
}

/// A notice of fire returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnFire {
    /// The party that returned fire, or the participant when it stands for none.
    pub by: String,
    /// When it opened fire.
    pub at: i64,
    /// It was before the agreement.
    pub historical: bool,
    /// The entry.
    pub seq: u64,
}

impl Call {
    /// The first answer of the called party. An answer may take effect before its call does, when
    /// one is known to the second and the other to the minute.
    pub fn answer(&self) -> Option<&Answer> {
        let called = &self.logged.as_ref()?.to;
        let own = self.answers.iter().filter(|a| a.by.as_ref().is_none_or(|by| by == called));
        own.min_by_key(|answer| answer.at)
    }

    /// The next instant at which nobody has answered in time.
    pub(crate) fn deadline(&self) -> Option<i64> {
        let waits = !self.unanswered && !self.is_mistaken() && self.answer().is_none();
        self.logged.as_ref().filter(|_| waits)?.due
    }

    pub(crate) fn fire(&mut self, at: i64) {
        if self.deadline().is_some_and(|due| due <= at) {
            self.unanswered = true;
        }
    }

    /// Takes note of an answer. One that was given in time counts, though the time was over when
    /// it took effect or when the record learned of it.
    pub(crate) fn answered(&mut self, answer: Answer) {
        self.answers.push(answer);
        if self.answer().is_some() {
            self.unanswered = false;
        }
    }

    /// It was logged by mistake, and counts nowhere.
    pub fn is_mistaken(&self) -> bool {
        self.closing.is_some_and(|closing| closing.outcome == CallOutcome::LoggedInError)
    }

    /// The answer came when the time for it was over.
    pub fn is_late(&self) -> bool {
        let due = self.logged.as_ref().and_then(|logged| logged.due);
        matches!((self.answer(), due), (Some(answer), Some(due)) if answer.at >= due)
    }

    /// The answer counts as one in time, but was recorded when the time was over.
    pub fn is_claimed_later(&self) -> bool {
        let due = self.logged.as_ref().and_then(|logged| logged.due);
        let Some((answer, due)) = self.answer().zip(due) else { return false };
        answer.at < due && answer.recorded >= due
    }

    /// How long the answer took, in seconds.
    pub fn response_seconds(&self) -> Option<u64> {
        let (logged, answer) = self.logged.as_ref().zip(self.answer())?;
        let micros = answer.at.saturating_sub(logged.at).max(0);
        u64::try_from(micros / 1_000_000).ok()
    }

    /// True when by this instant the call had failed: nobody had answered in time, or what it was
    /// about went on, or the called party refused to stop.
    pub fn had_failed_by(&self, instant: i64) -> bool {
        let Some(logged) = self.logged.as_ref().filter(|logged| logged.at <= instant) else {
            return false;
        };
        if self.is_mistaken() {
            return false;
        }
        let answered = self.answer().filter(|answer| answer.at <= instant);
        let silent = answered.is_none() && logged.due.is_some_and(|due| due <= instant);
        let refused = answered.is_some_and(|answer| answer.answer == HotlineAnswer::Refuses);
        let went_on = self.closing.is_some_and(|closing| match closing.outcome {
            // What goes on after the time set has gone on since, whenever the call was closed.
            CallOutcome::Continued => {
                closing.at.min(logged.asked_to_stop_at.unwrap_or(i64::MAX)) <= instant
            }
            CallOutcome::NoContact => closing.at <= instant,
            CallOutcome::Stopped | CallOutcome::LoggedInError => false,
        });
        silent || refused || went_on
    }
}
