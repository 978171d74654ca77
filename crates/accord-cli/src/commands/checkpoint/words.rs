//! What a quorum comes to, for people and for programs.

use accord_format::policy::{Policy, Quorum};
use accord_format::time::Timestamp;
use serde_json::{Value, json};

/// Seconds since 1970 as an instant; nothing where nobody says when.
fn instant(seconds: u64) -> Option<String> {
    let seconds = i64::try_from(seconds).ok().filter(|s| (1..=i64::MAX / 1_000_000).contains(s))?;
    Some(Timestamp::from_seconds(seconds).to_string().replace(".000000", ""))
}

/// Some lines: the verdict, the groups that count, who cosigned and who did not. Addresses are the
/// policy's.
pub(in crate::commands) fn quorum_lines(quorum: &Quorum, policy: Option<&Policy>) -> Vec<String> {
    let mut lines = Vec::new();
    let met = if quorum.met { "met" } else { "NOT met" };
    let since = quorum.unix_seconds.and_then(instant);
    let since = since.map_or_else(String::new, |at| format!(", as of {at}"));
    lines.push(format!("quorum {}: {met}{since}", quorum.rule));
    for group in quorum.groups.iter().filter(|group| group.counts) {
        let (has, all) = (group.witnessed.len(), group.witnessed.len() + group.missing.len());
        let (name, needed) = (&group.name, group.threshold);
        lines.push(format!("  group {name}: {has} of {all} cosigned, {needed} needed"));
    }
    for cosigned in &quorum.cosigned {
        let at = instant(cosigned.unix_seconds).unwrap_or_else(|| "no time given".to_owned());
        lines.push(format!("  cosigned  {}  {at}", cosigned.witness));
    }
    for name in &quorum.missing {
        // How to reach a witness concerns the operator, who has the policy at hand.
        let reach = policy.map_or_else(String::new, |policy| {
            let witness = policy.witnesses().iter().find(|w| w.name == *name);
            let url = witness.and_then(|w| w.url.as_deref());
            format!("  {}", url.unwrap_or("no address: export and import"))
        });
        lines.push(format!("  missing   {name}{reach}"));
    }
    for key in &quorum.broken {
        lines.push(format!("  INVALID   the line of {key} does not verify"));
    }
    lines
}

/// The same for programs.
pub(in crate::commands) fn quorum_document(quorum: &Quorum) -> Value {
    json!({
        "rule": quorum.rule,
        "met": quorum.met,
        "as_of": quorum.unix_seconds.and_then(instant),
        "cosigned": quorum.cosigned.iter()
            .map(|c| json!({"witness": c.witness, "at": instant(c.unix_seconds)})).collect::<Vec<_>>(),
        "missing": quorum.missing,
        "invalid": quorum.broken,
        "groups": quorum.groups.iter().map(|g| json!({
            "name": g.name, "counts": g.counts, "needed": g.threshold, "met": g.met(),
            "cosigned": g.witnessed, "missing": g.missing,
        })).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_instants() {
        assert_eq!(instant(1_780_000_000).as_deref(), Some("2026-05-28T20:26:40Z"));
        assert_eq!(instant(0), None);
        assert_eq!(instant(u64::MAX), None);
    }
}
