//! What comes once a month: an exchange, a resolution, a silence window, a call.

use super::{DAY, Story, count};
use crate::cast::By;
use crate::error::BenchError;
use serde_json::{Map, Value, json};

/// Persons whom each party releases.
const RELEASED: u64 = 20;
/// What they are.
const CATEGORY: &str = "pow";

impl Story<'_> {
    /// As many for as many, from proposal to reconciliation.
    pub(super) fn exchange(&mut self) -> Result<(), BenchError> {
        let sides = self.sides()?;
        let intermediary = self.one("intermediary")?;
        let together: Vec<By> = sides.iter().map(|(_, by)| by.clone()).collect();
        let each = |value: Value| -> Map<String, Value> {
            sides.iter().map(|(code, _)| (code.clone(), value.clone())).collect()
        };
        let payload = json!({
            "formula": "n_for_n", "parties": self.codes(), "categories": [CATEGORY],
            "planned": each(count(RELEASED)), "text_digest": self.digest("exchange"),
        });
        let exchange = self.say(&together, "exchange.proposed", None, payload)?.stream;
        let on = Some(exchange.as_str());
        let mut lists = Vec::new();
        for (_, by) in &sides {
            let root = self.digest("list");
            let payload = json!({
                "list": CATEGORY, "version": 1, "role": "to_release", "category": CATEGORY,
                "count": RELEASED, "root": root,
            });
            self.say(std::slice::from_ref(by), "exchange.list_submitted", on, payload)?;
            let payload = json!({
                "root": root, "matched": RELEASED, "unmatched": 0,
                "errors": {
                    "duplicate": 0, "already_released": 0, "wrong_category": 0, "identity_error": 0,
                },
            });
            self.say(std::slice::from_ref(&intermediary), "exchange.list_checked", on, payload)?;
            lists.push(root);
        }
        let payload = json!({
            "lists": lists, "counts": each(json!({CATEGORY: RELEASED})), "place_class": "line",
        });
        self.say(&together, "exchange.agreed", on, payload)?;
        for ((from, by), (to, its)) in sides.iter().zip(sides.iter().cycle().skip(1)) {
            let payload = json!({"stage": 1, "to": to, "counts": {CATEGORY: RELEASED}});
            self.say(std::slice::from_ref(by), "exchange.handover_recorded", on, payload)?;
            let payload = json!({
                "stage": 1, "from": from,
                "account": {
                    "listed": RELEASED, "received_listed": RELEASED, "not_delivered": 0,
                    "refused_return": 0, "died": 0, "substituted": 0,
                    "counts": {CATEGORY: RELEASED},
                },
            });
            self.say(std::slice::from_ref(its), "exchange.receipt_confirmed", on, payload)?;
        }
        let secretariat = self.one("secretariat")?;
        let payload = json!({"totals": each(json!(RELEASED))});
        self.say(&[secretariat], "exchange.reconciled", on, payload)?;
        Ok(())
    }

    /// The board decides on its procedure, everybody for it.
    pub(super) fn resolve(&mut self) -> Result<(), BenchError> {
        let (chair, secretariat) = (self.one("board_chair")?, self.one("secretariat")?);
        let payload = json!({
            "kind": "procedure", "title": "Made up for a measurement.",
            "text_digest": self.digest("resolution"),
        });
        let tabled = self.say(&[chair], "board.resolution_tabled", None, payload)?.stream;
        for (seat, _, by) in self.seats()? {
            let payload = json!({"seat": seat, "vote": "for"});
            self.say(&[by], "board.vote_cast", Some(&tabled), payload)?;
        }
        let (name, payload) = ("board.resolution_declared", json!({"outcome": "adopted"}));
        self.say(&[secretariat], name, Some(&tabled), payload)?;
        Ok(())
    }

    /// A silence window, which every party guarantees.
    pub(super) fn silence(&mut self) -> Result<(), BenchError> {
        let mission = [self.reporter()];
        let payload = json!({
            "area": self.areas().first(), "purpose": "repair", "beneficiaries": count(1_000),
            "from": self.now.plus_seconds(DAY).to_seconds_string(),
            "until": self.now.plus_seconds(2 * DAY).to_seconds_string(),
        });
        let asked = self.say(&mission, "silence_window.requested", None, payload)?.stream;
        for (_, by) in self.sides()? {
            self.say(&[by], "silence_window.guaranteed", Some(&asked), json!({}))?;
        }
        Ok(())
    }

    /// A side is called because of fire, and answers.
    pub(super) fn call(&mut self) -> Result<(), BenchError> {
        let sides = self.sides()?;
        let mission = [self.reporter()];
        let [(from, _), (to, by), ..] = sides.as_slice() else {
            return Err(BenchError::Charter("second party"));
        };
        let payload = json!({
            "from": from, "to": to, "area": self.areas().first(),
            "about": "Made up for a measurement.",
        });
        let call = self.say(&mission, "hotline.call_logged", None, payload)?.stream;
        let payload = json!({"answer": "will_stop"});
        self.say(std::slice::from_ref(by), "hotline.acknowledged", Some(&call), payload)?;
        let payload = json!({"outcome": "stopped"});
        self.say(&mission, "hotline.closed", Some(&call), payload)?;
        Ok(())
    }
}
