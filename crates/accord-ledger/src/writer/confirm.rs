//! Whether this copy of the ledger is the one to go on with. Under a witness policy a writer takes
//! in nothing before the witnesses have been asked: a copy restored from a backup looks whole.

use super::Ledger;
use crate::cosigners::{Answer, Cosigners};
use crate::error::LedgerError;
use crate::quorum;
use crate::rivals;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::merkle;

/// A checkpoint of this log that does not fit this copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rival {
    size: u64,
    /// Where it is kept.
    path: String,
    /// True when this copy is smaller; otherwise it holds another history.
    ahead: bool,
}

/// How a checkpoint of this log stands to this copy.
enum Standing {
    /// It is of this very history.
    Same,
    /// It is of another, which met no quorum where this copy's published checkpoint did.
    Outvoted,
    /// It covers more entries than this copy has.
    Ahead,
    /// It is of another history.
    Fork,
}

impl Ledger {
    /// True when a witness policy is in force, and no witness has confirmed that this copy is the
    /// newest.
    pub const fn is_unconfirmed(&self) -> bool {
        !self.confirmed
    }

    /// Asks the witnesses for the newest checkpoint that each has cosigned, and goes on only if
    /// those that do not answer could not have met the quorum by themselves.
    ///
    /// # Errors
    /// [`LedgerError::Rival`] if a witness holds a checkpoint that this copy is behind of, or that
    /// contradicts it; [`LedgerError::Unconfirmed`] if too few could be asked.
    pub fn confirm(&mut self, cosigners: &mut dyn Cosigners) -> Result<(), LedgerError> {
        let Some(policy) = self.bench.kernel.policies().at(self.store.size()).cloned() else {
            return Ok(());
        };
        let answers = cosigners.newest(&self.bench.kernel.origin(), &policy);
        self.confirm_with(&answers)
    }

    /// The same with answers that are at hand, such as files that came from the witnesses.
    pub fn confirm_with(&mut self, answers: &[Answer]) -> Result<(), LedgerError> {
        let Some(policy) = self.bench.kernel.policies().at(self.store.size()).cloned() else {
            return Ok(());
        };
        let mut asked = Vec::new();
        for answer in answers {
            match &answer.newest {
                Err(_) => continue,
                Ok(None) => {}
                Ok(Some(newest)) => {
                    let witness = policy.witnesses().iter().find(|w| w.name == answer.witness);
                    let cosigned = witness.is_some_and(|witness| {
                        let mut lines = newest.note().signatures().iter();
                        lines.any(|l| witness.vkey.verify(newest.checkpoint(), l).is_some())
                    });
                    // What it did not cosign, or this log did not sign, is no answer.
                    if !cosigned || !self.is_signed_by_log(newest) {
                        continue;
                    }
                    self.meet(newest)?;
                }
            }
            asked.push(answer.witness.as_str());
        }
        self.known_rival()?;
        if quorum::asks_for_none(&policy) || !policy.suffice(|name| !asked.contains(&name)) {
            self.confirmed = true;
            return Ok(());
        }
        let silent = policy.witnesses().iter().map(|w| w.name.clone());
        let silent = silent.filter(|name| !asked.contains(&name.as_str())).collect();
        Err(LedgerError::Unconfirmed { silent })
    }

    /// Goes on although no witness could be asked, on the word of whoever says that this copy is
    /// the newest. A rival that is known still stops it.
    pub const fn confirm_unasked(&mut self) {
        self.confirmed = true;
    }

    /// Fails if events must not be taken in here.
    pub(super) fn check_confirmed(&self) -> Result<(), LedgerError> {
        self.known_rival()?;
        if self.confirmed {
            return Ok(());
        }
        let policy = self.bench.kernel.policies().at(self.store.size());
        let witnesses = policy.map(accord_format::policy::Policy::witnesses).unwrap_or_default();
        Err(LedgerError::Unconfirmed { silent: witnesses.iter().map(|w| w.name.clone()).collect() })
    }

    /// Fails if another copy of the ledger is known that may be the one to go on with.
    pub fn known_rival(&self) -> Result<(), LedgerError> {
        match &self.rival {
            None => Ok(()),
            Some(rival) => Err(LedgerError::Rival {
                size: self.store.size(),
                rival: rival.size,
                ahead: rival.ahead,
                path: rival.path.clone(),
            }),
        }
    }

    /// Looks at what is known of other copies when the ledger is opened.
    pub(super) fn meet_kept(&mut self) -> Result<(), LedgerError> {
        let policies = self.bench.kernel.policies();
        self.confirmed = policies.at(self.store.size()).is_none_or(quorum::asks_for_none);
        for rival in rivals::kept(&*self.disk)? {
            self.meet(&rival)?;
        }
        Ok(())
    }

    /// Takes note of a checkpoint of this log that somebody else holds; one that does not fit this
    /// copy is kept as evidence.
    pub(super) fn meet(&mut self, other: &SignedCheckpoint) -> Result<(), LedgerError> {
        if !self.is_signed_by_log(other) {
            return Ok(());
        }
        let ahead = match self.standing(other)? {
            Standing::Same => return Ok(()),
            Standing::Outvoted => return Ok(rivals::keep(&*self.disk, other)?),
            Standing::Ahead => true,
            Standing::Fork => false,
        };
        rivals::keep(&*self.disk, other)?;
        let size = other.checkpoint().size;
        self.rival = Some(Rival { size, path: rivals::path(other), ahead });
        Ok(())
    }

    /// Goes on if what was published since settles who is right.
    pub(super) fn settle_rival(&mut self) -> Result<(), LedgerError> {
        if self.rival.take().is_some() {
            for rival in rivals::kept(&*self.disk)? {
                self.meet(&rival)?;
            }
        }
        Ok(())
    }

    fn standing(&self, other: &SignedCheckpoint) -> Result<Standing, LedgerError> {
        let head = other.checkpoint();
        if head.size > self.store.size() {
            return Ok(Standing::Ahead);
        }
        if merkle::root(&self.store.view(), head.size)? == head.root {
            return Ok(Standing::Same);
        }
        let settled = head.size <= self.published_size() && !self.met_its_quorum(other);
        Ok(if settled { Standing::Outvoted } else { Standing::Fork })
    }

    /// Whether a checkpoint of another history has what this copy's must have: then as many
    /// witnesses as make a quorum cosigned both, and which copy is the mistake is not for votes.
    fn met_its_quorum(&self, other: &SignedCheckpoint) -> bool {
        let (kernel, size) = (&self.bench.kernel, other.checkpoint().size);
        // A key that was rotated away since may be in anybody's hands.
        if other.verify(&kernel.origin(), kernel.checkpoint_keys(size)).is_err() {
            return false;
        }
        let policy = kernel.policies().at(size);
        policy.is_some_and(|policy| !quorum::asks_for_none(policy) && policy.judge(other).met)
    }

    /// Whether a checkpoint key of this log signed it: one that the record names, at whatever
    /// size, or one that the operator has and an older copy does not know yet.
    fn is_signed_by_log(&self, other: &SignedCheckpoint) -> bool {
        let kernel = &self.bench.kernel;
        let origin = kernel.origin();
        let mut known = kernel.checkpoint_keys_ever().cloned().chain(self.keys.of_log(&origin));
        other.checkpoint().origin == origin && known.any(|key| other.is_signed_by(&key) == Ok(true))
    }
}
