//! Judging kernel events: what each type demands of the state before it.

mod index;
mod keys;
mod marks;
pub(super) mod witnesses;

use super::keys::KeyStatus;
use super::types::{CharterAmended, KernelPayload, LedgerAuthorityChanged, ParticipantEnrolled};
use super::{KEY_AUTHORITY, Kernel, OPERATOR, genesis};
use crate::admission::{History, Rejection};
use accord_catalogue::EventType;
use accord_charter::Severity;
use accord_format::event::Event;
use accord_format::name;
use accord_format::time::Timestamp;

/// Finds the declaration of a type in a version, the families' included.
pub(super) type TypeLookup<'a> = &'a dyn Fn(&str, u32) -> Option<EventType>;

type Judgement = Result<(), Rejection>;

fn refuse(code: &'static str, detail: impl Into<String>) -> Judgement {
    Err(Rejection::new(code, detail))
}

/// What a kernel event is judged with.
struct Judge<'a> {
    kernel: &'a Kernel,
    event: &'a Event,
    /// When the event is recorded.
    at: Timestamp,
    history: &'a dyn History,
    types: TypeLookup<'a>,
}

impl Kernel {
    /// Judges a kernel event whose payload has been decoded and whose signers are in order.
    pub fn judge(
        &self,
        event: &Event,
        payload: &KernelPayload,
        at: Timestamp,
        history: &dyn History,
        types: TypeLookup<'_>,
    ) -> Judgement {
        Judge { kernel: self, event, at, history, types }.judge(payload)
    }
}

impl Judge<'_> {
    fn judge(&self, payload: &KernelPayload) -> Judgement {
        use KernelPayload as P;
        match payload {
            P::LedgerInitialised(p) => match self.kernel.genesis {
                None => genesis::check(self.event, p),
                Some(_) => refuse("genesis-repeated", "a ledger is initialised once, at seq 0"),
            },
            P::LedgerCheckpointKeysRotated(p) => self.checkpoint_keys(&p.checkpoint_keys),
            P::LedgerOperatorKeyRotated(p) => {
                let operator =
                    self.kernel.operator.as_ref().map_or("", |k| name::participant_of(k.name()));
                self.new_key(&p.vkey, operator, &p.possession)
            }
            P::LedgerAuthorityChanged(p) => self.authority(p),
            P::LedgerWitnessPolicyChanged(p) => self.witness_policy(&p.witness_policy),
            // What it takes besides the payload, roots, is asked for where those are at hand.
            P::CheckpointAnchored(_) => Ok(()),
            P::ParticipantEnrolled(p) => self.enrolment(p),
            P::ParticipantRoleGranted(p) => {
                self.role(p.participant.as_str(), p.role.as_str(), false)
            }
            P::ParticipantRoleWithdrawn(p) => {
                self.role(p.participant.as_str(), p.role.as_str(), true)
            }
            P::ParticipantWithdrawn(p) => self.present(p.participant.as_str()),
            P::KeyAdded(p) => self.added_key(p),
            P::KeyRotated(p) => self.rotation(p),
            P::KeySuspended(p) => self.suspension(p),
            P::KeyReinstated(p) => self.key_status(&p.key, p.participant.as_str(), |s| {
                matches!(s, KeyStatus::Suspended(_))
            }),
            P::KeyRevoked(p) => self.revocation(p),
            P::DelegationGranted(p) => {
                self.delegation(p.to.as_str(), p.role.as_str(), p.until.timestamp().micros())
            }
            P::DelegationEnded(_) => self.delegation_end(),
            P::CharterProposed(p) => proposal(&p.charter),
            P::CharterEndorsed(_) | P::CharterDeclined(_) => self.proposed().map(drop),
            P::CharterAdopted(_) => self.adoption(),
            P::CharterAmended(p) => self.amendment(p),
            P::RulesAdopted(p) => self.rules(p.rulebook),
            P::RecordCorrected(p) => self.correction(p),
            P::RecordRetracted(p) => self.retraction(&p.target),
            P::RecordDisputed(p) => self.target(&p.target).map(drop),
            P::RecordDisputeSettled(_) => self.settlement(),
            P::RecordDuplicateMarked(p) => self.duplicate(&p.target, &p.canonical),
            P::RecordRedacted(p) => self.redaction(&p.target, p.commitment.as_str()),
            P::RecordReaffirmed(p) => self.reaffirmation(&p.targets),
            P::RecordEndorsed(p) => self.target(&p.target).map(drop),
            P::IndexCommitted(p) => self.index(p),
        }
    }

    fn authority(&self, p: &LedgerAuthorityChanged) -> Judgement {
        genesis::check_authority(&p.key_authority.keys, p.key_authority.threshold)?;
        if p.possessions.len() != p.key_authority.keys.len() {
            return refuse("possession-invalid", "one proof of possession is needed for each key");
        }
        let mut public = std::collections::BTreeSet::new();
        for (vkey, proof) in p.key_authority.keys.iter().zip(&p.possessions) {
            let holder = name::participant_of(vkey.name());
            // A key that already serves in the authority may go on serving, unless it is dead.
            match self.kernel.keys.get(&vkey.id_string()).filter(|k| k.vkey == *vkey) {
                None => self.new_key(vkey, holder, proof)?,
                Some(_) => self.key_status(&vkey.id_string(), holder, |s| {
                    matches!(s, KeyStatus::Active | KeyStatus::Suspended(_))
                })?,
            }
            if !public.insert(vkey.typed_base64()) {
                return refuse("key-reused", format!("{} is listed twice", vkey.id_string()));
            }
            let roles = self.kernel.participants.get(holder).map(|p| &p.roles);
            if roles.is_some_and(|r| !r.contains(KEY_AUTHORITY)) {
                return refuse(
                    "role-reserved",
                    format!("{holder} is a participant with other roles"),
                );
            }
        }
        Ok(())
    }

    fn enrolment(&self, p: &ParticipantEnrolled) -> Judgement {
        let code = p.participant.as_str();
        if self.kernel.participants.contains_key(code) {
            return refuse(
                "participant-exists",
                format!("{code} is already enrolled; use key.added for a further key"),
            );
        }
        if p.roles.is_empty() {
            return refuse("role-missing", "a participant is enrolled with at least one role");
        }
        if let Some(role) = p.roles.iter().find(|r| is_reserved(r.as_str())) {
            return refuse(
                "role-reserved",
                format!("{role} comes only with genesis or a change of the authority"),
            );
        }
        p.roles.iter().try_for_each(|role| self.chartered(code, role.as_str()))?;
        self.new_key(&p.vkey, code, &p.possession)
    }

    /// The charter in force says who may hold which role.
    fn chartered(&self, participant: &str, role: &str) -> Judgement {
        match self.kernel.charter() {
            Some(charter) if !charter.may_hold(participant, role) => refuse(
                "role-not-in-charter",
                format!("the charter in force does not let {participant} be {role}"),
            ),
            _ => Ok(()),
        }
    }

    fn present(&self, code: &str) -> Judgement {
        match self.kernel.participants.get(code) {
            None => refuse("participant-unknown", format!("{code} is not enrolled")),
            Some(p) if p.withdrawn.is_some() => {
                refuse("participant-withdrawn", format!("{code} has left this ledger"))
            }
            Some(p)
                if p.roles.iter().any(|r| is_reserved(r))
                    && self.event.event_type == "participant.withdrawn" =>
            {
                refuse(
                    "role-reserved",
                    format!("{code} holds a key of the kernel; replace it first"),
                )
            }
            Some(_) => Ok(()),
        }
    }

    fn role(&self, code: &str, role: &str, held: bool) -> Judgement {
        self.present(code)?;
        if is_reserved(role) {
            return refuse(
                "role-reserved",
                format!("{role} comes only with genesis or a change of the authority"),
            );
        }
        let holds = self.kernel.participants.get(code).is_some_and(|p| p.roles.contains(role));
        if holds == held {
            if held { Ok(()) } else { self.chartered(code, role) }
        } else if held {
            refuse("role-not-held", format!("{code} does not hold {role}"))
        } else {
            refuse("role-held", format!("{code} already holds {role}"))
        }
    }

    fn delegation(&self, to: &str, role: &str, until: i64) -> Judgement {
        self.present(to)?;
        if is_reserved(role) {
            return refuse("role-reserved", format!("{role} cannot be lent"));
        }
        match self.event.signers.as_slice() {
            [only] if only.role() != role => {
                refuse("delegation-exceeds", format!("sign as {role} to lend it"))
            }
            [only] if only.participant() == to => {
                refuse("delegation-self", "a role is lent to another")
            }
            // A role that was itself only lent is not passed on.
            [only] if !self.kernel.holds(only.participant(), role) => refuse(
                "role-not-held",
                format!("{} does not itself hold {role}", only.participant()),
            ),
            [_] if until <= self.at.micros() => {
                refuse("delegation-ended", "until lies in the past")
            }
            [_] => Ok(()),
            _ => refuse("signer-wrong", "one participant lends its own role"),
        }
    }

    fn delegation_end(&self) -> Judgement {
        match self.kernel.delegations.get(&self.event.stream) {
            None => refuse("stream-unknown", format!("no delegation {}", self.event.stream)),
            Some(d) if d.ended => refuse("delegation-ended", "it has been ended before"),
            Some(d) if self.event.signers.iter().any(|s| s.participant() == d.from) => Ok(()),
            Some(d) => refuse("signer-wrong", format!("{} ends what it lent", d.from)),
        }
    }

    fn proposed(&self) -> Result<&super::Proposal, Rejection> {
        let unknown = || {
            Rejection::new("stream-unknown", format!("no proposed charter {}", self.event.stream))
        };
        self.kernel.proposals.get(&self.event.stream).ok_or_else(unknown)
    }

    fn adoption(&self) -> Judgement {
        self.proposed()?;
        match self.kernel.charter_event() {
            None => Ok(()),
            Some(event) => refuse(
                "charter-in-force",
                format!("charter {event} is in force; use charter.amended"),
            ),
        }
    }

    fn amendment(&self, p: &CharterAmended) -> Judgement {
        if self.proposed()?.adopted {
            return refuse("charter-in-force", "this proposal has come into force before");
        }
        match self.kernel.charter_event() {
            Some(event) if event == p.from => Ok(()),
            Some(event) => refuse(
                "charter-changed",
                format!("the charter in force is {event}, not {}", p.from),
            ),
            None => refuse("charter-missing", "no charter is in force; use charter.adopted"),
        }
    }

    fn rules(&self, rulebook: u32) -> Judgement {
        if rulebook == 0 {
            return refuse("rulebook-unknown", "rulebooks are numbered from 1");
        }
        if rulebook < self.kernel.rulebook() {
            return refuse(
                "rulebook-older",
                format!("rulebook {} is in force", self.kernel.rulebook()),
            );
        }
        Ok(())
    }
}

fn is_reserved(role: &str) -> bool {
    role == KEY_AUTHORITY || role == OPERATOR
}

fn proposal(charter: &accord_charter::Charter) -> Judgement {
    let problems = charter.problems();
    match problems.iter().find(|p| p.severity == Severity::Error) {
        None => Ok(()),
        Some(first) => refuse(
            "charter-invalid",
            format!("{first}; run `accord charter check` for all of them"),
        ),
    }
}
