//! How it begins: participants, keys, the charter, the board, the mission and a ceasefire.

use super::{Said, Story};
use crate::cast::{By, MISSION, OBSERVER, holder};
use crate::error::BenchError;
use accord_format::key::NoteSigner;
use accord_format::possession;
use accord_ledger::kernel::KEY_AUTHORITY;
use serde_json::{Map, Value, json};

/// The line on which both stop.
const LINE: &str = "contact";

impl Story<'_> {
    pub(super) fn open(&mut self) -> Result<(), BenchError> {
        let authorities = self.authorities();
        self.enrol(&authorities)?;
        self.adopt()?;
        let mut founders = authorities;
        founders.extend(self.sides()?.into_iter().map(|(_, by)| by));
        let seats = self.seats()?;
        let holders: Map<String, Value> =
            seats.iter().map(|(seat, holder, _)| (seat.clone(), json!(holder))).collect();
        self.say(&founders, "board.constituted", None, json!({"holders": holders}))?;
        let mission = self.one(MISSION)?;
        self.say(
            std::slice::from_ref(&mission),
            "mission.status_changed",
            None,
            json!({"status": "active"}),
        )?;
        for area in self.areas() {
            let payload = json!({
                "sensor": format!("camera-{area}"), "kind": "camera", "area": area, "works": true,
            });
            self.say(std::slice::from_ref(&mission), "sensor.registered", None, payload)?;
        }
        self.cease_fire()?;
        self.stock()
    }

    /// Two seats of the key authority.
    pub(super) fn authorities(&self) -> Vec<By> {
        let by = |key: &std::sync::Arc<NoteSigner>| By { key: key.clone(), role: KEY_AUTHORITY };
        self.cast.authorities.iter().take(2).map(by).collect()
    }

    fn enrol(&mut self, authorities: &[By]) -> Result<(), BenchError> {
        for (code, key) in self.cast.named.clone() {
            let Some(participant) = self.charter.participants.get(&code) else { continue };
            let payload = json!({
                "participant": code, "name": participant.name, "kind": participant.kind,
                "roles": participant.roles, "vkey": key.vkey(),
                "possession": possession::prove(&self.ledger, &code, &key), "head": true,
            });
            self.say(authorities, "participant.enrolled", None, payload)?;
        }
        let mission = holder(self.charter, MISSION)?.to_owned();
        for key in self.cast.fields.clone() {
            let payload = json!({
                "participant": mission, "vkey": key.vkey(),
                "possession": possession::prove(&self.ledger, &mission, &key),
            });
            self.say(authorities, "key.added", None, payload)?;
        }
        for (code, key) in self.cast.observers.clone() {
            let payload = json!({
                "participant": code, "name": format!("Made-up {code}"), "kind": "civil_society",
                "roles": [OBSERVER], "vkey": key.vkey(),
                "possession": possession::prove(&self.ledger, &code, &key), "head": true,
            });
            self.say(authorities, "participant.enrolled", None, payload)?;
        }
        Ok(())
    }

    fn adopt(&mut self) -> Result<(), BenchError> {
        let secretariat = self.one("secretariat")?;
        let payload = json!({"charter": self.charter});
        let proposed = self.say(&[secretariat], "charter.proposed", None, payload)?;
        let together: Vec<By> = self.sides()?.into_iter().map(|(_, by)| by).collect();
        self.say(&together, "charter.adopted", Some(&proposed.stream), json!({}))?;
        Ok(())
    }

    /// The seats of the board that are filled: code, who holds it, and the holder's signature.
    pub(super) fn seats(&self) -> Result<Vec<(String, String, By)>, BenchError> {
        let board = self.charter.board.as_ref().ok_or(BenchError::Charter("board"))?;
        let filled =
            board.seats.iter().filter_map(|(code, seat)| Some((code, seat.holder.as_ref()?)));
        filled
            .map(|(code, holder)| {
                let by = By { key: self.cast.key(holder)?, role: "board_member" };
                Ok((code.clone(), holder.clone(), by))
            })
            .collect()
    }

    fn cease_fire(&mut self) -> Result<(), BenchError> {
        let chair = self.one("board_chair")?;
        let secretariat = self.one("secretariat")?;
        let sides = self.sides()?;
        let (text, halt) = (self.digest("ceasefire"), self.digest("halt"));
        let effective = self.now.plus_seconds(super::DAY).to_seconds_string();
        let payload = json!({
            "scope": "general", "text_digest": text, "measures": ["no-fire"],
            "effective_at": effective, "halts": [{"line": LINE, "text_digest": halt}],
        });
        let said = self.say(&[chair], "ceasefire.proposed", None, payload)?;
        for (_, by) in &sides {
            let payload = json!({"text_digest": text});
            self.say(std::slice::from_ref(by), "ceasefire.accepted", Some(&said.stream), payload)?;
            let payload = json!({"line": LINE, "text_digest": halt});
            self.say(std::slice::from_ref(by), "advance_halt.committed", None, payload)?;
        }
        let together: Vec<By> = sides.iter().map(|(_, by)| by.clone()).collect();
        let payload = json!({
            "line": LINE, "geometry_digest": self.digest("line"), "datum": "WGS84",
            "as_of": self.now.to_day_string(), "length_m": 1_000_000, "tolerance_m": 50,
        });
        self.say(&together, "line.baseline_adopted", None, payload)?;
        let (name, payload) = ("ceasefire.entered_into_force", json!({"effective_at": effective}));
        self.say(&[secretariat], name, Some(&said.stream), payload)?;
        self.order(&said)
    }

    fn order(&mut self, ceasefire: &Said) -> Result<(), BenchError> {
        for (_, by) in self.sides()? {
            let payload = json!({
                "ceasefire": ceasefire.stream, "measures": ["no-fire"], "order_ref": "order-1",
            });
            self.say(&[by], "ceasefire_order.issued", None, payload)?;
        }
        Ok(())
    }

    /// A site of each party, and what it declares to be there.
    fn stock(&mut self) -> Result<(), BenchError> {
        let area = self.areas().first().cloned();
        for (code, by) in self.sides()? {
            let payload = json!({"area": area, "kind": "permanent_storage", "party": code});
            let site =
                self.say(std::slice::from_ref(&by), "storage_site.registered", None, payload)?;
            let item = json!({"class": "mortar", "count": 40, "serials": self.digest("serials")});
            let payload = json!({"as_of": self.now.to_day_string(), "items": [item]});
            self.say(&[by], "inventory.declared", Some(&site.stream), payload)?;
            let found = json!({
                "class": "mortar", "present": 40, "missing": 0, "unable_to_verify": 0,
            });
            let payload = json!({"outcome": "conducted", "inspectors": 3, "items": [found]});
            let mission = self.reporter();
            self.say(&[mission], "inspection.recorded", Some(&site.stream), payload)?;
        }
        Ok(())
    }
}
