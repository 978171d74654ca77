//! Witnesses that keep to the rules, some of them down, or shown another copy.

use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::merkle;
use accord_format::note::NoteSignature;
use accord_format::policy::Policy;
use accord_ledger::cosigners::{Answer, Collected, Cosigners, Prove, Without};
use std::collections::BTreeMap;

pub(crate) struct Witness {
    pub(crate) signer: CosignerSigner,
    pub(crate) newest: Option<SignedCheckpoint>,
    pub(crate) down: bool,
}

/// Witnesses by the names that policies call them by, with one clock.
pub(crate) struct Witnesses {
    pub(crate) each: BTreeMap<String, Witness>,
    pub(crate) now: u64,
}

pub(crate) fn witness_key(number: u8) -> CosignerSigner {
    let algorithm = if number > 9 { Algorithm::MlDsa44 } else { Algorithm::Ed25519 };
    let name = format!("w{number}.example/witness");
    CosignerSigner::from_seed(&name, algorithm, &[100 + number; 32]).unwrap()
}

/// The lines of a policy with witnesses `w<number>` and the lines `rule`.
pub(crate) fn policy(numbers: &[u8], rule: &[&str]) -> Vec<String> {
    let witness = |n: &u8| format!("witness w{n} {}", witness_key(*n).vkey());
    numbers.iter().map(witness).chain(rule.iter().map(|line| (*line).to_owned())).collect()
}

/// Two of three.
pub(crate) fn two_of_three() -> Vec<String> {
    policy(&[1, 2, 3], &["group g 2 w1 w2 w3", "quorum g"])
}

impl Witnesses {
    pub(crate) fn new(numbers: &[u8]) -> Self {
        let witness = |n: &u8| {
            (format!("w{n}"), Witness { signer: witness_key(*n), newest: None, down: false })
        };
        Self { each: numbers.iter().map(witness).collect(), now: 1_780_000_000 }
    }

    pub(crate) fn down(&mut self, names: &[&str]) {
        for (name, witness) in &mut self.each {
            witness.down = names.contains(&name.as_str());
        }
    }

    pub(crate) fn line(&self, name: &str, note: &SignedCheckpoint) -> NoteSignature {
        self.each[name].signer.cosign(note.checkpoint(), self.now).unwrap()
    }
}

impl Cosigners for Witnesses {
    fn collect(
        &mut self,
        note: &SignedCheckpoint,
        policy: &Policy,
        prove: &Prove<'_>,
    ) -> Collected {
        let mut out = Collected::default();
        let now = self.now;
        for named in policy.witnesses() {
            let mut without = |why: &str, alarming: bool| {
                let (witness, why) = (named.name.clone(), why.to_owned());
                out.without.push(Without { witness, why, alarming });
            };
            let Some(witness) = self.each.get_mut(&named.name).filter(|w| !w.down) else {
                without("gives no answer", false);
                continue;
            };
            if let Some(newest) = &witness.newest {
                let (old, new) = (newest.checkpoint(), note.checkpoint());
                let consistent = prove(old.size).is_ok_and(|proof| {
                    let (old, new) = ((old.size, &old.root), (new.size, &new.root));
                    merkle::verify_consistency(old, new, &proof).is_ok()
                });
                if !consistent {
                    without("holds another checkpoint", true);
                    out.others.push(newest.clone());
                    continue;
                }
            }
            let line = witness.signer.cosign(note.checkpoint(), now).unwrap();
            witness.newest = Some(note.with_signatures(std::slice::from_ref(&line)).unwrap());
            out.lines.push(line);
        }
        out
    }

    fn newest(&mut self, origin: &str, policy: &Policy) -> Vec<Answer> {
        let answer = |name: &String| {
            let witness = self.each.get(name).filter(|w| !w.down).ok_or("gives no answer")?;
            let newest = witness.newest.clone();
            assert!(newest.as_ref().is_none_or(|n| n.checkpoint().origin == origin));
            Ok(newest)
        };
        let each = policy.witnesses().iter().map(|w| Answer {
            witness: w.name.clone(),
            newest: answer(&w.name).map_err(|why: &str| why.to_owned()),
        });
        each.collect()
    }
}
