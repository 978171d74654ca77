//! Cases, from what is alleged to where it ends.

use super::Story;
use crate::cast::{By, OBSERVER};
use crate::error::BenchError;
use serde_json::json;

impl Story<'_> {
    /// A case against one of the parties, the next day against another.
    pub(super) fn case(&mut self, nth: usize) -> Result<(), BenchError> {
        let sides = self.sides()?;
        let turn = usize::try_from(self.day).unwrap_or(0).wrapping_add(nth);
        let accused = turn.checked_rem(sides.len()).and_then(|at| sides.get(at));
        let (code, party) = accused.cloned().ok_or(BenchError::Charter("party"))?;
        let observers: Vec<_> = self.cast.observers.values().cloned().collect();
        let observer = turn.checked_rem(observers.len()).and_then(|at| observers.get(at));
        let by = match observer {
            Some(key) => By { key: key.clone(), role: OBSERVER },
            None => self.reporter(),
        };
        let category = self.charter.categories.keys().next_back();
        let category = category.ok_or(BenchError::Charter("category"))?.clone();
        let areas = self.areas();
        let payload = json!({
            "category": category, "against": code, "area": self.dice.one_of(&areas),
            "summary": "Made up for a measurement.",
        });
        let case = self.say(&[by], "violation.alleged", None, payload)?.stream;
        let (mission, secretariat) = ([self.reporter()], self.one("secretariat")?);
        let mut go_on = |by: &[By], name, payload| self.say(by, name, Some(&case), payload);
        let payload = json!({"outcome": "accepted", "severity": 1});
        go_on(&mission, "violation.registered", payload)?;
        let payload = json!({"stance": "deny", "statement": "Made up for a measurement."});
        go_on(&[party], "violation.response_filed", payload)?;
        let payload = json!({"team": "team-1", "standard": "reasonable_grounds"});
        go_on(&mission, "violation.investigation_opened", payload)?;
        let payload = json!({
            "result": "not_verified", "confidence": "medium", "report": "ab".repeat(32),
            "summary": "Made up for a measurement.",
        });
        go_on(&mission, "violation.finding_recorded", payload)?;
        let payload = json!({"reason": "Made up for a measurement."});
        go_on(&[secretariat], "violation.no_action_decided", payload.clone())?;
        go_on(&mission, "violation.closed", payload)?;
        Ok(())
    }
}
