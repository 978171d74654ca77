//! What some witnesses of a policy can bring about together.

use super::Cosigned;
use crate::policy::Policy;

impl Policy {
    /// True when the witnesses for which `has` holds suffice, whatever the others do.
    pub fn suffice(&self, has: impl Fn(&str) -> bool) -> bool {
        let times = self.witnesses.iter().map(|w| has(&w.name).then_some(0)).collect();
        let tally = self.tally(times);
        self.quorum.is_none_or(|rule| tally.time(rule).is_some())
    }

    /// The earliest second by which witnesses that suffice had cosigned. Nothing when they do not
    /// suffice, when too few of them say when, or when the rule asks for none.
    pub fn witnessed_by(&self, cosigned: &[Cosigned]) -> Option<u64> {
        // The latest instant that enough members reach, seen from the end of time, is the earliest
        // by which enough members had been there.
        let mirrored = |name: &str| {
            let found = cosigned.iter().find(|c| c.witness == name && c.unix_seconds > 0);
            found.map(|c| u64::MAX - c.unix_seconds)
        };
        let times = self.witnesses.iter().map(|w| mirrored(&w.name)).collect();
        let tally = self.tally(times);
        Some(u64::MAX - tally.time(self.quorum?)?)
    }
}

#[cfg(test)]
mod tests {
    use crate::cosignature::{Algorithm, CosignerSigner};
    use crate::policy::{Cosigned, Policy};

    fn policy(rule: &str) -> Policy {
        let line = |at: u8| {
            let key =
                CosignerSigner::from_seed("w.example", Algorithm::Ed25519, &[at; 32]).unwrap();
            format!("witness w{at} {}\n", key.vkey())
        };
        let witnesses: String = (1..=4).map(line).collect();
        Policy::parse(&format!("{witnesses}{rule}")).unwrap()
    }

    fn cosigned(times: &[(u8, u64)]) -> Vec<Cosigned> {
        let each = times.iter().map(|(at, unix_seconds)| Cosigned {
            witness: format!("w{at}"),
            unix_seconds: *unix_seconds,
        });
        each.collect()
    }

    #[test]
    fn enough_witnesses_suffice() {
        let two = policy("group g 2 w1 w2 w3\nquorum g\n");
        assert!(two.suffice(|name| name != "w2"));
        assert!(!two.suffice(|name| name == "w2" || name == "w4"));
        assert!(policy("quorum none\n").suffice(|_| false));
        let both = policy("group a any w1 w2\ngroup b any w3 w4\ngroup g all a b\nquorum g\n");
        assert!(both.suffice(|name| name == "w2" || name == "w3"));
        assert!(!both.suffice(|name| name == "w1" || name == "w2"));
    }

    #[test]
    fn a_quorum_had_cosigned_by_its_last_member_that_was_needed() {
        let two = policy("group g 2 w1 w2 w3\nquorum g\n");
        assert_eq!(two.witnessed_by(&cosigned(&[(1, 50), (2, 70), (3, 60)])), Some(60));
        assert_eq!(two.witnessed_by(&cosigned(&[(1, 50), (4, 10)])), None);
        // Who does not say when says nothing about it.
        assert_eq!(two.witnessed_by(&cosigned(&[(1, 50), (2, 0)])), None);
        assert_eq!(policy("quorum none\n").witnessed_by(&cosigned(&[(1, 50)])), None);
        let both = policy("group a any w1 w2\ngroup b any w3 w4\ngroup g all a b\nquorum g\n");
        assert_eq!(both.witnessed_by(&cosigned(&[(1, 9), (2, 5), (3, 7), (4, 8)])), Some(7));
    }
}
