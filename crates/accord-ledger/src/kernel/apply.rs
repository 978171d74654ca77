//! Folding kernel events into the state.

use super::keys::{KeyRecord, KeyStatus, ROTATION_SPAN};
use super::types::{
    DelegationGranted, KernelPayload, KeyAuthority, LedgerInitialised, ParticipantEnrolled,
};
use super::{
    CheckpointKeys, Delegation, Genesis, KEY_AUTHORITY, Kernel, OPERATOR, Participant, Proposal,
    genesis, is_understood, owns,
};
use accord_format::entry::Entry;
use accord_format::key::VKey;
use accord_format::log_key::LogVKey;
use accord_format::name;
use std::collections::BTreeSet;

const SECONDS_PER_HOUR: i64 = 3_600;

impl Kernel {
    /// Takes note of an entry that is not void, of whatever type.
    pub fn apply(&mut self, entry: &Entry) {
        let event = entry.event();
        if owns(event) {
            if !is_understood(event) {
                self.not_established = self.not_established.or(Some(entry.header.seq));
            }
            let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
            if let Some(Ok(payload)) = payload {
                if self.is_key_history(&payload) {
                    self.key_history.push(entry.header.seq);
                }
                self.apply_payload(entry, payload);
            }
        }
        self.pass(entry);
    }

    /// Takes note of the place of an entry only: what a void entry does.
    pub fn pass(&mut self, entry: &Entry) {
        // The header of a void entry may say anything.
        self.size = entry.header.seq.saturating_add(1);
        self.recorded = self.recorded.max(entry.header.recorded.micros());
    }

    /// True for what says which keys may sign checkpoints, or who decides on that.
    fn is_key_history(&self, payload: &KernelPayload) -> bool {
        use KernelPayload as P;
        let participant = match payload {
            P::LedgerInitialised(_)
            | P::LedgerCheckpointKeysRotated(_)
            | P::LedgerAuthorityChanged(_) => return true,
            P::KeyAdded(p) => &p.participant,
            P::KeyRotated(p) => &p.participant,
            P::KeySuspended(p) => &p.participant,
            P::KeyReinstated(p) => &p.participant,
            P::KeyRevoked(p) => &p.participant,
            _ => return false,
        };
        self.holds(participant.as_str(), KEY_AUTHORITY)
    }

    fn apply_payload(&mut self, entry: &Entry, payload: KernelPayload) {
        use KernelPayload as P;
        let (seq, event) = (entry.header.seq, entry.event());
        match payload {
            P::LedgerInitialised(p) => self.initialise(entry, p),
            P::LedgerCheckpointKeysRotated(p) => {
                self.rotate_checkpoint_keys(seq.saturating_add(1), &p.checkpoint_keys);
            }
            P::LedgerOperatorKeyRotated(p) => self.rotate_operator(seq, p.vkey),
            P::LedgerAuthorityChanged(p) => self.set_authority(seq, p.key_authority),
            P::LedgerWitnessPolicyChanged(p) => {
                self.set_witness_policy(seq.saturating_add(1), &p.witness_policy);
            }
            P::CheckpointAnchored(p) => self.anchor(seq, &p),
            P::ParticipantEnrolled(p) => self.enrol(seq, p),
            P::ParticipantRoleGranted(p) => {
                if let Some(participant) = self.participants.get_mut(p.participant.as_str()) {
                    participant.roles.insert(p.role.to_string());
                }
            }
            P::ParticipantRoleWithdrawn(p) => {
                if let Some(participant) = self.participants.get_mut(p.participant.as_str()) {
                    participant.roles.remove(p.role.as_str());
                }
            }
            P::ParticipantWithdrawn(p) => {
                if let Some(participant) = self.participants.get_mut(p.participant.as_str()) {
                    participant.withdrawn = Some(seq);
                }
            }
            P::KeyAdded(p) => self.add_key(seq, p.vkey, p.head, None),
            P::KeyRotated(p) => {
                let old = self.keys.get(&p.old_key).map(|k| (k.head, k.lineage.clone()));
                self.set_status(&p.old_key, KeyStatus::Retired);
                self.count_rotation(p.participant.as_str(), entry.header.recorded.micros());
                let (head, lineage) = old.unzip();
                self.add_key(seq, p.vkey, head.unwrap_or(false), lineage);
            }
            P::KeySuspended(p) => {
                let hours = self.genesis.as_ref().map_or(0, |g| i64::from(g.suspension_hours));
                let until = entry.header.recorded.plus_seconds(hours * SECONDS_PER_HOUR);
                self.set_status(&p.key, KeyStatus::Suspended(until.micros()));
            }
            P::KeyReinstated(p) => self.set_status(&p.key, KeyStatus::Active),
            P::KeyRevoked(p) => {
                self.set_status(&p.key, KeyStatus::Revoked);
                if let Some(key) = self.keys.get_mut(&p.key) {
                    // It may turn out later that the theft was earlier; never that it was later.
                    let since = p.compromised_since.map(|at| at.timestamp().micros());
                    key.revoked = key.revoked.or(Some(seq));
                    key.compromised_since = key.compromised_since.into_iter().chain(since).min();
                }
            }
            P::DelegationGranted(p) => self.lend(entry, &p),
            P::DelegationEnded(_) => {
                if let Some(delegation) = self.delegations.get_mut(&event.stream) {
                    delegation.ended = true;
                }
            }
            P::RulesAdopted(p) => self.rulebook = p.rulebook,
            P::CharterProposed(p) => {
                let proposal = Proposal {
                    event: event.hash(),
                    charter: p.charter,
                    endorsed: BTreeSet::new(),
                    declined: BTreeSet::new(),
                    adopted: false,
                };
                self.proposals.insert(event.stream.clone(), proposal);
            }
            P::CharterEndorsed(_) => self.position(entry, true),
            P::CharterDeclined(_) => self.position(entry, false),
            P::CharterAdopted(_) | P::CharterAmended(_) => {
                if let Some(proposal) = self.proposals.get_mut(&event.stream) {
                    proposal.adopted = true;
                    self.charter = Some(event.stream.clone());
                    self.set_terms(seq, entry.header.recorded);
                }
            }
            P::RecordCorrected(p) => self.records.correct(seq, event.hash(), p),
            P::RecordRetracted(p) => self.records.retract(seq, p.target),
            P::RecordDisputed(p) => self.records.dispute(&event.stream, seq, p.target),
            P::RecordDisputeSettled(_) => self.records.settle(&event.stream, seq),
            P::RecordDuplicateMarked(p) => self.records.mark_duplicate(&p),
            P::RecordRedacted(p) => self.records.redact(seq, &p),
            P::RecordReaffirmed(p) => self.reaffirmed.extend(p.targets),
            P::RecordEndorsed(p) => self.records.endorse(entry, p.target),
            // It says something about the entries, and changes nothing.
            P::IndexCommitted(_) => {}
        }
    }

    fn lend(&mut self, entry: &Entry, p: &DelegationGranted) {
        let event = entry.event();
        let delegation = Delegation {
            event: event.hash(),
            seq: entry.header.seq,
            recorded: entry.header.recorded.micros(),
            key: event.signers.first().map_or_else(String::new, |s| s.key().to_owned()),
            from: event.author().to_owned(),
            to: p.to.to_string(),
            role: p.role.to_string(),
            types: p.types.iter().map(ToString::to_string).collect(),
            until: p.until.timestamp().micros(),
            ended: false,
        };
        self.delegations.insert(event.stream.clone(), delegation);
    }

    fn initialise(&mut self, entry: &Entry, p: LedgerInitialised) {
        let ledger = entry.event().hash();
        self.genesis = Some(Genesis {
            ledger,
            name: p.name,
            clock_policy: p.clock_policy,
            suspension_hours: p.suspension_hours,
            grants: p.grants,
        });
        self.rotate_checkpoint_keys(0, &p.checkpoint_keys);
        self.rotate_operator(0, p.operator);
        self.set_authority(0, p.key_authority);
        self.set_witness_policy(0, &p.witness_policy);
    }

    fn rotate_checkpoint_keys(&mut self, from_size: u64, keys: &[String]) {
        let Some(genesis) = &self.genesis else { return };
        let keys =
            genesis::checkpoint_keys(&genesis.name, &genesis.ledger, keys).unwrap_or_default();
        self.public_keys.extend(keys.iter().map(LogVKey::typed_base64));
        self.checkpoint_keys.push(CheckpointKeys { from_size, keys });
    }

    fn rotate_operator(&mut self, seq: u64, vkey: VKey) {
        let old = self.operator.replace(vkey.clone());
        if let Some(old) = old.and_then(|old| self.keys.get_mut(&old.id_string()))
            && old.status != KeyStatus::Revoked
        {
            old.status = KeyStatus::Retired;
        }
        self.ensure_kernel_participant(seq, &vkey, OPERATOR);
        self.add_key(seq, vkey, true, None);
    }

    fn set_authority(&mut self, seq: u64, authority: KeyAuthority) {
        let staying: BTreeSet<String> = authority.keys.iter().map(VKey::id_string).collect();
        for (id, key) in &mut self.keys {
            let serves = self
                .participants
                .get(&key.participant)
                .is_some_and(|p| p.roles.contains(KEY_AUTHORITY));
            if serves && !staying.contains(id) && key.status != KeyStatus::Revoked {
                key.status = KeyStatus::Retired;
            }
        }
        for participant in self.participants.values_mut() {
            participant.roles.remove(KEY_AUTHORITY);
        }
        for vkey in authority.keys {
            self.ensure_kernel_participant(seq, &vkey, KEY_AUTHORITY);
            if !self.keys.contains_key(&vkey.id_string()) {
                self.add_key(seq, vkey, true, None);
            }
        }
        self.authority_threshold = usize::from(authority.threshold);
    }

    fn ensure_kernel_participant(&mut self, seq: u64, vkey: &VKey, role: &str) {
        let code = name::participant_of(vkey.name());
        let participant = self.participants.entry(code.to_owned()).or_insert_with(|| Participant {
            name: code.to_owned(),
            kind: role.to_owned(),
            roles: BTreeSet::new(),
            enrolled: seq,
            withdrawn: None,
            rotations: Vec::new(),
        });
        participant.roles.insert(role.to_owned());
    }

    fn enrol(&mut self, seq: u64, p: ParticipantEnrolled) {
        let participant = Participant {
            name: p.name.to_string(),
            kind: p.kind.to_string(),
            roles: p.roles.iter().map(ToString::to_string).collect(),
            enrolled: seq,
            withdrawn: None,
            rotations: Vec::new(),
        };
        self.participants.insert(p.participant.to_string(), participant);
        self.add_key(seq, p.vkey, p.head, None);
    }

    fn count_rotation(&mut self, participant: &str, at: i64) {
        if let Some(participant) = self.participants.get_mut(participant) {
            participant.rotations.retain(|earlier| *earlier > at.saturating_sub(ROTATION_SPAN));
            participant.rotations.push(at);
        }
    }

    fn add_key(&mut self, seq: u64, vkey: VKey, head: bool, lineage: Option<String>) {
        let id = vkey.id_string();
        self.public_keys.insert(vkey.typed_base64());
        let record = KeyRecord {
            participant: name::participant_of(vkey.name()).to_owned(),
            status: KeyStatus::Active,
            head,
            enrolled: seq,
            lineage: lineage.unwrap_or_else(|| id.clone()),
            revoked: None,
            compromised_since: None,
            vkey,
        };
        self.keys.insert(id, record);
    }

    fn set_status(&mut self, key: &str, status: KeyStatus) {
        if let Some(key) = self.keys.get_mut(key) {
            key.status = status;
        }
    }

    fn position(&mut self, entry: &Entry, endorses: bool) {
        if let Some(proposal) = self.proposals.get_mut(&entry.event().stream) {
            for signer in &entry.event().signers {
                let code = signer.participant().to_owned();
                if endorses {
                    proposal.declined.remove(&code);
                    proposal.endorsed.insert(code);
                } else {
                    proposal.endorsed.remove(&code);
                    proposal.declined.insert(code);
                }
            }
        }
    }
}
