//! A day: what monitors see, what comes in of other kinds, and what turns out to be otherwise.

use super::{DAY, KEPT, Row, Story, count};
use crate::cast::{By, MISSION};
use crate::error::BenchError;
use crate::found::Recipe;
use serde_json::{Value, json};

/// Observations of an hour.
const HOURLY: u64 = 5;

impl Story<'_> {
    pub(super) fn next_day(&mut self) -> Result<(), BenchError> {
        self.day = self.day.saturating_add(1);
        let morning = Recipe::begin().plus_seconds(self.day.saturating_mul(DAY));
        self.now = self.now.max(morning);
        for hour in 0..24 {
            for _ in 0..HOURLY {
                self.observe()?;
            }
            self.report(hour)?;
        }
        for nth in 0..3 {
            self.case(nth)?;
        }
        self.register()?;
        self.correct()?;
        match self.day % 30 {
            3 => self.exchange(),
            10 => self.resolve(),
            17 => self.silence(),
            24 => self.call(),
            _ => Ok(()),
        }
    }

    /// Fire, as a monitor saw or heard it.
    pub(super) fn observe(&mut self) -> Result<(), BenchError> {
        let mut sides = self.codes();
        sides.push("undetermined".to_owned());
        let side = self.dice.one_of(&sides);
        let (areas, seen) = (self.areas(), 1 + self.dice.below(9));
        let mut payload = json!({
            "area": self.dice.one_of(&areas), "kind": self.dice.one_of(&["shot", "burst", "flash"]),
            "means": self.dice.one_of(&["camera", "heard", "seen"]), "side": side,
            "count": count(seen),
            "position": {
                "lat": 48_000_000 + self.dice.below(900_000), "lon": 37_000_000 + self.dice.below(900_000),
            },
        });
        if side != "undetermined" {
            payload["method"] = "Direction and sound. Made up for a measurement.".into();
        }
        let (field, by) = (self.field, self.reporter());
        let said = self.say(&[by], "observation.recorded", None, payload)?;
        if self.rows.len() >= KEPT {
            self.rows.pop_front();
        }
        self.rows.push_back(Row { hash: said.hash, count: seen, field });
        Ok(())
    }

    /// One report an hour of another kind.
    fn report(&mut self, hour: u64) -> Result<(), BenchError> {
        let areas = self.areas();
        let area = self.dice.one_of(&areas);
        let (sides, some) = (self.codes(), count(1 + self.dice.below(5)));
        let side = self.dice.one_of(&sides);
        let hurt = self.dice.below(4);
        let (name, payload): (_, Value) = match hour % 6 {
            0 => (
                "access.restricted",
                json!({"area": area, "by": side, "form": "denied", "count": some}),
            ),
            1 => (
                "weapon.observed",
                json!({
                    "area": area, "class": "mortar", "count": some, "status": "in_violation",
                    "control": side, "means": "uav", "distance_m": 900 + hour,
                }),
            ),
            2 => (
                "lethal_event.recorded",
                json!({
                    "source_id": format!("made-up-{}", self.made), "best": hurt, "low": 0,
                    "high": 40, "civilians": 0, "unknown": 0, "where_precision": 1,
                    "date_precision": 1,
                }),
            ),
            3 => (
                "casualty.recorded",
                json!({
                    "area": area, "killed": 1, "injured": hurt, "cause": "uav", "corroborated": true,
                    "persons": {"men": 1, "women": 0, "boys": 0, "girls": 0, "unknown": hurt},
                }),
            ),
            4 => (
                "damage.recorded",
                json!({"area": area, "object": "school", "count": some, "cause": "uav"}),
            ),
            _ => (
                "observation.batch_recorded",
                json!({
                    "area": area, "ceasefire_violations": some,
                    "tallies": [{"kind": "shot", "count": some}],
                }),
            ),
        };
        let by = self.reporter();
        self.say(&[by], name, None, payload)?;
        Ok(())
    }

    /// Evidence comes in and is looked at.
    fn register(&mut self) -> Result<(), BenchError> {
        for _ in 0..4 {
            let by = self.reporter();
            let payload = json!({
                "open": {
                    "blake3": self.digest("photograph"), "bytes": 10, "media_type": "image/jpeg",
                    "name": "made-up.jpg",
                },
                "captured": {"at": self.now.to_seconds_string(), "method": "photograph"},
                "collector": "team", "origin": "mission", "copy": "original",
            });
            let item = self.say(std::slice::from_ref(&by), "evidence.registered", None, payload)?;
            let payload = json!({"to": "laboratory", "purpose": "Examination, made up."});
            self.say(&[by], "evidence.accessed", Some(&item.stream), payload)?;
        }
        Ok(())
    }

    /// Two of the last observations turn out to have been others.
    fn correct(&mut self) -> Result<(), BenchError> {
        for back in [40, 100] {
            let at =
                self.rows.len().saturating_sub(back + usize::try_from(self.day % 5).unwrap_or(0));
            let Some(row) = self.rows.remove(at) else { continue };
            let fields = self.cast.fields.len();
            let field = row.field.checked_rem(fields).and_then(|at| self.cast.fields.get(at));
            let Some(key) = field.cloned() else { continue };
            let payload = json!({
                "target": row.hash, "reason": "late_info",
                "patches": [{
                    "pointer": "/payload/count/value", "old": row.count, "new": row.count + 1,
                }],
            });
            self.say(&[By { key, role: MISSION }], "record.corrected", None, payload)?;
        }
        Ok(())
    }
}
