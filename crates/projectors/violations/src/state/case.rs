//! A case: what was alleged, and how far it has come.

use super::{
    Attribution, Decided, Finding, Investigation, Outcome, Provisional, Remedy, Reopening,
    Response, Status, Visits,
};
use crate::event::Decision;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A case.
#[expect(clippy::struct_excessive_bools, reason = "each is true or not whatever the others are")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Where it stands.
    pub status: Status,
    /// Category, as alleged or as registered.
    pub category: String,
    /// Whether the charter in force then had that category.
    pub category_listed: bool,
    /// Against whom.
    pub against: String,
    /// Whether that is a side of the charter in force then.
    pub against_listed: bool,
    /// Where.
    pub area: Option<String>,
    /// Who alleged it.
    pub alleged_by: String,
    /// When it was alleged.
    pub alleged_at: i64,
    /// Start of the incident.
    pub occurred_from: i64,
    /// End of the incident, not included.
    pub occurred_until: i64,
    /// The incident lies before the agreement.
    pub historical: bool,
    /// When it must have been registered.
    pub registration_due: Option<i64>,
    /// It was not registered in time.
    pub overdue: bool,
    /// When it was registered or declined.
    pub registered_at: Option<i64>,
    /// From 1 to 4.
    pub severity: Option<u8>,
    /// Who leads it.
    pub lead: Option<String>,
    /// When the accused must have answered.
    pub reply_due: Option<i64>,
    /// The accused has not answered, and the time for it is over.
    pub no_response: bool,
    /// The investigation.
    pub investigation: Option<Investigation>,
    /// The visits.
    pub visits: Visits,
    /// The finding.
    pub finding: Option<Finding>,
    /// The attribution.
    pub attribution: Option<Attribution>,
    /// It was attributed, if only before it came back or was reopened.
    pub was_attributed: bool,
    /// The entry of the latest finding, attribution or reopening: a resolution on the case comes
    /// after it.
    pub ground: Option<u64>,
    /// Answers.
    pub responses: Vec<Response>,
    /// Determinations for the time being.
    pub provisionals: Vec<Provisional>,
    /// The latest decision, which may have sent the case back.
    pub decision: Option<Decided>,
    /// Decisions before that.
    pub earlier_decisions: Vec<Decided>,
    /// What the board made of the case, or that nothing will be done; nothing while it is undecided
    /// and after it came back.
    pub resolved: Option<Outcome>,
    /// Remedies by code.
    pub remedies: BTreeMap<String, Remedy>,
    /// When it was closed, withdrawn, merged, or decided that nothing will be done.
    pub ended_at: Option<i64>,
    /// How often and when it was reopened.
    pub reopenings: Vec<Reopening>,
    /// The case that it goes on in.
    pub merged_into: Option<String>,
    /// Cases that go on in it.
    pub merged_from: Vec<String>,
    /// Digests and commitments of the evidence that its events refer to.
    pub evidence: BTreeSet<String>,
}

impl Case {
    /// What it came to.
    pub fn outcome(&self) -> Outcome {
        let found = self.finding.as_ref().and_then(|f| Outcome::of_finding(f.result));
        match self.status {
            Status::Withdrawn => Outcome::Withdrawn,
            Status::Merged => Outcome::Merged,
            Status::Declined => Outcome::Declined,
            Status::NotVerified | Status::Unfounded | Status::UnableAccess => {
                found.unwrap_or(Outcome::Pending)
            }
            _ => match self.resolved {
                // That nothing is done says less than why: it was not so, or could not be shown.
                Some(Outcome::NoAction) => found.unwrap_or(Outcome::NoAction),
                Some(resolved) => resolved,
                None => Outcome::Pending,
            },
        }
    }

    /// True when it was neither registered nor declined in time, and still is not.
    pub fn is_unregistered(&self) -> bool {
        self.overdue && self.status == Status::Alleged
    }

    /// Who is responsible, as the finding stands now: in alphabetical order, joined by `+`.
    pub fn attributed_to(&self) -> Option<String> {
        let mut sides = self.attribution.as_ref()?.responsible.clone();
        sides.sort_unstable();
        Some(sides.join("+"))
    }

    /// When the board upheld the case against `side`: the decision stands, and it determines that
    /// `side` is responsible or, where it determines nothing, the attribution names it.
    pub fn upheld_against(&self, side: &str) -> Option<i64> {
        let decided = self.decision.as_ref().filter(|_| self.outcome().is_upheld())?;
        let named = match &decided.determination {
            Some(determination) => determination.responsible.as_str() == side,
            None => self.attribution.as_ref()?.responsible.iter().any(|s| s == side),
        };
        named.then_some(decided.at)
    }

    /// The answers of the accused since the case was last opened, oldest first.
    pub fn answers(&self) -> impl DoubleEndedIterator<Item = &Response> {
        let before = self.reopenings.last().map_or(0, |r| r.responses);
        self.responses.iter().skip(before).filter(|r| r.accused)
    }

    /// True while the accused has not answered and the time for it runs. Nobody has to answer to
    /// what the mission found not to have happened.
    pub fn awaits_reply(&self) -> bool {
        self.reply_due.is_some()
            && !self.no_response
            && self.status.is_undecided()
            && self.status != Status::Unfounded
            && self.answers().next().is_none()
    }

    /// When its remedies were carried out: all that stand, at least one.
    pub fn remedied_at(&self) -> Option<i64> {
        if self.remedies.values().any(Remedy::is_open) {
            return None;
        }
        self.remedies.values().filter_map(|r| r.completed.map(|c| c.at)).max()
    }

    /// When it came to where it stands.
    pub fn since(&self) -> i64 {
        let steps = [
            self.registered_at,
            self.investigation.as_ref().map(|i| i.at),
            self.finding.as_ref().map(|f| f.at),
            self.attribution.as_ref().map(|a| a.at),
            self.decision.as_ref().map(|d| d.at),
            self.reopenings.last().map(|r| r.at),
            self.ended_at,
        ];
        steps.into_iter().flatten().max().unwrap_or(self.alleged_at)
    }

    /// Every decision on the merits, in order; sending the case back is none.
    pub fn decisions(&self) -> impl Iterator<Item = &Decided> {
        let all = self.earlier_decisions.iter().chain(&self.decision);
        all.filter(|d| d.decision != Decision::Remitted)
    }

    /// The next instant at which something runs out.
    pub(crate) fn deadline(&self) -> Option<i64> {
        let registration =
            self.registration_due.filter(|_| self.status == Status::Alleged && !self.overdue);
        let reply = self.reply_due.filter(|_| self.awaits_reply());
        let provisionals = self.provisionals.iter().filter_map(Provisional::deadline);
        let remedies = self.remedies.values().filter_map(Remedy::deadline);
        registration.into_iter().chain(reply).chain(provisionals).chain(remedies).min()
    }

    pub(crate) fn fire(&mut self, at: i64) {
        if self.status == Status::Alleged && self.registration_due.is_some_and(|due| due <= at) {
            self.overdue = true;
        }
        if self.awaits_reply() && self.reply_due.is_some_and(|due| due <= at) {
            self.no_response = true;
        }
        self.provisionals.iter_mut().for_each(|p| p.fire(at));
        self.remedies.values_mut().for_each(|r| r.fire(at));
    }
}
