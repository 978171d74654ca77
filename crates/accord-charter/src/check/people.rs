//! Parties, roles, participants and bindings.

use std::collections::BTreeMap;

use super::Checker;
use crate::problem::ProblemCode;
use crate::tree::{Path, shown};

impl Checker<'_> {
    pub(super) fn people(&mut self) {
        self.parties();
        self.roles_and_participants();
        self.bindings();
    }

    fn parties(&mut self) {
        let path = Path::from("parties");
        if self.charter.parties.is_empty() {
            let what = "no party is named".to_owned();
            self.add(ProblemCode::Empty, &path, what, "name who agreed");
        }
        let mut stands_for = BTreeMap::new();
        for (code, party) in &self.charter.parties {
            let path = path.then(code);
            self.text(&party.name, &path.then("name"));
            let path = path.then("participant");
            if !self.charter.participants.contains_key(&party.participant) {
                let kind = "participant";
                self.unknown(&party.participant, &path, ProblemCode::UnknownParticipant, kind);
            }
            if let Some(other) = stands_for.insert(&party.participant, code) {
                let what =
                    format!("{} stands for {} already", shown(&party.participant), shown(other));
                let to_do = "give each party a participant of its own";
                self.add(ProblemCode::Duplicate, &path, what, to_do);
            }
        }
    }

    fn roles_and_participants(&mut self) {
        let charter = self.charter;
        for (code, role) in &charter.roles {
            self.text(&role.words, &Path::from("roles").then(code).then("words"));
        }
        for (code, participant) in &charter.participants {
            let path = Path::from("participants").then(code);
            self.text(&participant.name, &path.then("name"));
            self.refer(
                &participant.roles,
                &path.then("roles"),
                ProblemCode::UnknownRole,
                "role",
                |role| charter.roles.contains_key(role),
            );
        }
    }

    fn bindings(&mut self) {
        let charter = self.charter;
        for (code, parties) in &charter.bindings {
            let path = Path::from("bindings").then(code);
            if parties.is_empty() {
                let what = "the binding names no party".to_owned();
                self.add(ProblemCode::Empty, &path, what, "name a party, or remove the binding");
            }
            self.refer(parties, &path, ProblemCode::UnknownParty, "party", |party| {
                charter.parties.contains_key(party)
            });
        }
    }
}
