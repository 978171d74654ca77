//! The story: a ledger is founded, chartered and filled.

use super::cast::Cast;
use super::{data, step};
use crate::cli::Session;
use crate::commands::import::{Held, Source, submit_plan};
use crate::commands::submit::Submitter;
use crate::compose::{Frame, SeenAt, Signer};
use crate::error::CliError;
use crate::genesis::{self, Founding};
use crate::human::instant;
use crate::{catalogue, import, keys};
use accord_charter::Charter;
use accord_format::hash::LedgerId;
use accord_format::key::NoteSigner;
use accord_format::possession;
use accord_format::time::Timestamp;
use accord_ledger::kernel::KEY_AUTHORITY;
use accord_ledger::kernel::types::ClockPolicy;
use accord_ledger::{Outcome, Record, Submission};
use serde_json::{Value, json};
use std::path::Path;

const NAME: &str = "ledger.example/demo";
/// When the story begins, by its own clock.
const BEGIN: &str = "2026-01-12 08:00";
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// The ledger under construction.
struct Stage<'a> {
    dir: &'a Path,
    submitter: Submitter,
    ledger: LedgerId,
    seen: SeenAt,
    begin: Timestamp,
}

/// Builds the whole ledger in `dir`.
pub(super) fn build(dir: &Path, session: &mut Session) -> Result<(), CliError> {
    let charter = Charter::from_toml(data::CHARTER).map_err(|problems| {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        CliError::Usage(format!("the charter built in: {first}"))
    })?;
    let begin = instant::moment(BEGIN).map_err(CliError::Usage)?;
    data::write(&dir.join("data"))?;
    let cast = Cast::make(&charter, &dir.join("keys"))?;
    step("founding the ledger", session);
    let founding = Founding {
        name: NAME,
        operator: keys::generate("operator/main")?,
        authorities: &cast.authorities,
        threshold: 2,
        clock_policy: ClockPolicy::Simulated,
        suspension_hours: 72,
        grants: genesis::bootstrap_grants(u16::try_from(charter.parties.len()).unwrap_or(2))?,
        issued: begin,
        at: Some(begin),
    };
    let founded = genesis::found(dir, founding, None)?;
    let seen = SeenAt::new(founded.ledger.size(), founded.ledger.root());
    let submitter = Submitter::new(founded.ledger);
    let mut stage = Stage { dir, submitter, ledger: founded.id, seen, begin };
    let told = stage.tell(&charter, &cast, session);
    let finished = stage.submitter.finish();
    told.and(finished)
}

impl Stage<'_> {
    fn tell(
        &mut self,
        charter: &Charter,
        cast: &Cast,
        session: &mut Session,
    ) -> Result<(), CliError> {
        step(format_args!("enrolling {} participants", cast.others.len()), session);
        self.enrol(charter, cast)?;
        step("adopting the charter", session);
        self.adopt(charter, cast)?;
        let (_, mission) = cast.holder(charter, "mission")?;
        step("importing fortnights of the OSCE SMM", session);
        self.import(data::FORTNIGHTS, mission, 7 * DAY, session)?;
        step("importing lethal events of UCDP", session);
        self.import(data::LETHAL_EVENTS, mission, 8 * DAY, session)?;
        step("recording allegations made up for this demonstration", session);
        self.allege(charter, cast)?;
        step("importing what later reports restated", session);
        self.import(data::RESTATEMENTS, mission, 35 * DAY, session)
    }

    fn enrol(&mut self, charter: &Charter, cast: &Cast) -> Result<(), CliError> {
        let authorities: Vec<_> =
            cast.authorities.iter().take(2).map(|key| (key, KEY_AUTHORITY)).collect();
        for (at, (code, key)) in (0..).zip(&cast.others) {
            let Some(participant) = charter.participants.get(code) else { continue };
            let payload = json!({
                "participant": code, "name": participant.name, "kind": participant.kind,
                "roles": participant.roles, "vkey": key.vkey(),
                "possession": possession::prove(&self.ledger, code, key), "head": true,
            });
            self.say("participant.enrolled", &authorities, None, payload, HOUR + 60 * at)?;
        }
        Ok(())
    }

    fn adopt(&mut self, charter: &Charter, cast: &Cast) -> Result<(), CliError> {
        let (_, secretariat) = cast.holder(charter, "secretariat")?;
        let payload = json!({"charter": charter});
        let by = [(secretariat, "secretariat")];
        let stream = self.say("charter.proposed", &by, None, payload, DAY)?;
        let mut parties = Vec::new();
        for (at, party) in (0..).zip(charter.parties.values()) {
            let by = (cast.key(&party.participant)?, "party");
            self.say("charter.endorsed", &[by], Some(&stream), json!({}), 2 * DAY + at * HOUR)?;
            parties.push(by);
        }
        self.say("charter.adopted", &parties, Some(&stream), json!({}), 3 * DAY)?;
        Ok(())
    }

    /// A few cases, the same against each party, so that the docket has something to show.
    fn allege(&mut self, charter: &Charter, cast: &Cast) -> Result<(), CliError> {
        let (_, mission) = cast.holder(charter, "mission")?;
        let by_mission = [(mission, "mission")];
        let Some(category) = charter.categories.keys().last().cloned() else { return Ok(()) };
        let parties: Vec<_> = charter.parties.iter().collect();
        let accusers = parties.iter().cycle().skip(1);
        for ((at, (code, accused)), (_, accuser)) in (0..).zip(&parties).zip(accusers) {
            let at = (20 + at) * DAY;
            let by = [(cast.key(&accuser.participant)?, "party")];
            let payload = json!({
                "category": category, "against": code,
                "summary": "Made up for this demonstration; nothing of this kind is known.",
            });
            let stream = self.say("violation.alleged", &by, None, payload, at)?;
            let due = self.begin.plus_seconds(at + 14 * DAY);
            let payload = json!({
                "outcome": "accepted", "severity": 1, "reply_due": due.to_seconds_string(),
            });
            self.say("violation.registered", &by_mission, Some(&stream), payload, at + HOUR)?;
            let by = [(cast.key(&accused.participant)?, "party")];
            let payload = json!({
                "stance": "deny", "statement": "Made up for this demonstration.",
            });
            self.say("violation.response_filed", &by, Some(&stream), payload, at + 2 * HOUR)?;
        }
        let payload = json!({
            "category": category, "against": "undetermined",
            "summary": "Made up for this demonstration; nothing of this kind is known.",
        });
        self.say("violation.alleged", &by_mission, None, payload, 24 * DAY)?;
        Ok(())
    }

    /// Signs and appends one event, `after` so many seconds; gives its stream.
    fn say(
        &mut self,
        event_type: &str,
        by: &[(&NoteSigner, &str)],
        stream: Option<&str>,
        payload: Value,
        after: i64,
    ) -> Result<String, CliError> {
        let at = self.begin.plus_seconds(after);
        let signers = by
            .iter()
            .map(|(key, role)| Signer { key: key.id_string(), role: (*role).to_owned() })
            .collect();
        let frame = Frame {
            stream: stream.map(str::to_owned),
            ..Frame::new(Some(self.ledger), self.seen.clone(), at, signers)
        };
        let envelope = frame.around(catalogue::find(event_type, None)?, payload)?;
        let keys: Vec<&NoteSigner> = by.iter().map(|(key, _)| *key).collect();
        let note = envelope.sign(&keys)?.note().as_bytes().to_vec();
        let submission = Submission { note, at: Some(at) };
        let mut answer = None;
        self.submitter.run(std::iter::once(Ok(submission)), |outcome| {
            answer = Some(outcome);
            Ok(())
        })?;
        self.taken(event_type, answer)?;
        Ok(envelope.stream)
    }

    /// Remembers the head under which an event was taken in.
    fn taken(&mut self, event_type: &str, answer: Option<Outcome>) -> Result<(), CliError> {
        let refused = |code: &str, detail: String| CliError::Refused {
            event_type: event_type.to_owned(),
            code: code.to_owned(),
            detail,
        };
        match answer {
            Some(Outcome::Accepted { receipt, .. } | Outcome::Repeated { receipt }) => {
                let head = receipt.proof().checkpoint.checkpoint();
                self.seen = SeenAt::new(head.size, head.root);
                Ok(())
            }
            Some(Outcome::Refused { rejection, .. }) => {
                Err(refused(rejection.code, rejection.detail))
            }
            Some(Outcome::Malformed(error)) => Err(error.into()),
            None => Err(refused("no-answer", "the writer stopped".to_owned())),
        }
    }

    /// Imports one of the tables built in.
    fn import(
        &mut self,
        name: &str,
        mission: &NoteSigner,
        after: i64,
        session: &mut Session,
    ) -> Result<(), CliError> {
        let file = |ending: &str| self.dir.join("data").join(format!("{name}.{ending}"));
        let source = Source::read(&file("csv"), &file("toml"))?;
        let held = Held::of(&Record::open(self.dir)?, &source.table.digest)?;
        let at = self.begin.plus_seconds(after);
        let frame = import::Frame {
            ledger: self.ledger,
            seen: self.seen.clone(),
            issued: at,
            signers: vec![Signer { key: mission.id_string(), role: "mission".to_owned() }],
        };
        let plan = source.plan(&frame, &held)?;
        if let Some(bad) = plan.bad.first() {
            return Err(CliError::Usage(bad.to_string()));
        }
        let mut last = None;
        let keys = [mission];
        submit_plan(&plan, &keys, Some(at), &self.submitter, session, |outcome| {
            // Receipts of one batch have one checkpoint; the last is the newest.
            if let Outcome::Accepted { receipt, .. } = outcome {
                last = Some(receipt.proof().checkpoint.checkpoint().clone());
            }
            if let Outcome::Refused { rejection, .. } = outcome {
                return Err(CliError::Refused {
                    event_type: plan.batch.event_type.clone(),
                    code: rejection.code.to_owned(),
                    detail: rejection.detail.clone(),
                });
            }
            Ok(())
        })?;
        if let Some(head) = last {
            self.seen = SeenAt::new(head.size, head.root);
        }
        Ok(())
    }
}
