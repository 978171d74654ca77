//! What somebody's own policy asks of a checkpoint, whatever the ledger's asks.

use accord_format::checkpoint::SignedCheckpoint;
use accord_format::policy::{LogVerdict, Policy, Quorum};
use accord_format::time::Timestamp;

/// What a checkpoint must have.
#[derive(Clone, Debug)]
pub struct Demand {
    /// The policy.
    pub policy: Policy,
    /// How old the quorum's word may be, in seconds.
    pub max_age: Option<u64>,
    /// The present time.
    pub now: Timestamp,
}

/// Something that a checkpoint lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// Stable code.
    pub code: &'static str,
    /// In words.
    pub detail: String,
}

impl Demand {
    /// What the policy says of `note`, which is called `what`, and what it lacks; clocks may differ by
    /// `skew` seconds.
    pub fn judge(&self, note: &SignedCheckpoint, what: &str, skew: i64) -> (Quorum, Vec<Lacking>) {
        let quorum = self.policy.judge(note);
        let mut lacking = Vec::new();
        let mut lacks = |code, detail| lacking.push(Lacking { code, detail });
        if quorum.log == LogVerdict::Unsigned {
            let detail = format!("{what} is not signed by any log that the policy accepts");
            lacks("policy-log", detail);
        }
        for key in &quorum.broken {
            lacks("policy-cosignature", format!("the line of {key} on {what} is not valid"));
        }
        if !quorum.witnessed {
            let (rule, missing) = (&quorum.rule, quorum.missing.join(", "));
            let detail =
                format!("{what} does not meet the quorum {rule} of the policy: without {missing}");
            lacks("policy-quorum", detail);
        } else if let Some((code, detail)) = self.stale(&quorum, what, skew) {
            lacks(code, detail);
        }
        (quorum, lacking)
    }

    fn stale(&self, quorum: &Quorum, what: &str, skew: i64) -> Option<(&'static str, String)> {
        let max_age = i64::try_from(self.max_age?).unwrap_or(i64::MAX);
        let Some(at) = quorum.unix_seconds.filter(|at| *at > 0) else {
            let detail = format!(
                "no witness that the policy asks for says when it cosigned: how old {what} is, is not known"
            );
            return Some(("checkpoint-stale", detail));
        };
        let at = i64::try_from(at).unwrap_or(i64::MAX);
        let age = self.now.seconds().saturating_sub(at);
        let ahead = age.saturating_neg();
        if ahead > skew {
            let detail = format!(
                "the quorum says that it will cosign {what} {ahead} seconds from now, where clocks may differ by {skew}: its word on how old that is counts for nothing"
            );
            return Some(("cosigned-in-future", detail));
        }
        (age > max_age).then(|| {
            let detail = format!(
                "the quorum last cosigned {what} {age} seconds ago, at most {max_age} are accepted: ask the operator, or another mirror, for a newer one"
            );
            ("checkpoint-stale", detail)
        })
    }
}
