//! What verification says of witnesses, and what whoever verifies asks of them.

use super::{style, word};
use crate::commands::checkpoint::{quorum_document, quorum_lines};
use crate::error::CliError;
use crate::output::{Output, Style};
use accord_ledger::brackets::{Bound, Bracket};
use accord_ledger::quorum::InForce;
use accord_ledger::verify::{Report, Verdict};
use serde_json::{Value, json};

/// The verdict; none where nobody has ever asked for witnesses.
pub(super) fn verdict(report: &Report) -> Option<Verdict> {
    match report.witnesses() {
        Verdict::NotEstablished if !report.witnessing.judged => None,
        verdict => Some(verdict),
    }
}

/// The verdict in a word.
fn word_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotEstablished => "asked no more",
        verdict => word(verdict),
    }
}

/// How each policy of the ledger came into force, and what it takes to deceive it.
fn policy_lines(report: &Report) -> Vec<(Style, String)> {
    let policies = &report.witnessing.policies;
    let said = |at: usize, policy: &InForce| {
        let since = match policy.from_size.checked_sub(1) {
            Some(entry) if at > 0 => format!("changed by entry {entry}"),
            _ => "of the genesis".to_owned(),
        };
        match policy.policy.fork_bound() {
            None => (Style::Warn, format!("quorum none, {since}: asks no witness")),
            Some(0) => (
                Style::Warn,
                format!(
                    "quorum {}, {since}: two of its quorums need not share a witness, so that it does not rule out a second history",
                    policy.policy.quorum()
                ),
            ),
            Some(bound) => (
                Style::Good,
                format!(
                    "quorum {}, {since}: a second history takes {bound} witness key(s) that cosign both",
                    policy.policy.quorum()
                ),
            ),
        }
    };
    policies.iter().enumerate().map(|(at, policy)| said(at, policy)).collect()
}

fn bound(bound: Option<Bound>) -> Option<String> {
    bound.map(|bound| bound.at.to_string())
}

/// A bracket in words.
pub(in crate::commands) fn words(bracket: &Bracket) -> Option<String> {
    let after = bound(bracket.after).map(|at| format!("after {at}"));
    let by = bound(bracket.by).map(|at| format!("by {at}"));
    let parts: Vec<String> = [after, by].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{}, by the witnesses' word", parts.join(" and ")))
}

/// A bracket for programs.
pub(in crate::commands) fn bracket_document(bracket: &Bracket) -> Value {
    json!({"after": bound(bracket.after), "by": bound(bracket.by)})
}

/// For programs.
pub(super) fn document(report: &Report) -> Value {
    let found = &report.witnessing;
    json!({
        "verdict": verdict(report).map_or("none asked", word_of),
        "policies": found.policies.iter().map(|p| json!({
            "from_size": p.from_size, "quorum": p.policy.quorum(), "fork_takes_keys": p.policy.fork_bound(),
        })).collect::<Vec<_>>(),
        "problems": found.problems.iter()
            .map(|p| json!({"code": p.code, "seq": p.seq, "detail": p.detail})).collect::<Vec<_>>(),
        "published": found.published.as_ref().map(|(size, quorums)| {
            json!({"size": size, "quorums": quorums.iter().map(quorum_document).collect::<Vec<_>>()})
        }),
        "waiting": found.waiting.as_ref().map(|waiting| {
            json!({"size": waiting.size, "quorums": waiting.quorums.iter().map(quorum_document).collect::<Vec<_>>()})
        }),
        "by_policy": found.demanded.as_ref().map(quorum_document),
        "unanchored": found.unanchored.map(|gap| json!({
            "code": "anchor-overdue", "size": gap.size, "from": gap.from.to_string(),
            "until": gap.until.to_string(), "limit_seconds": gap.limit,
        })),
        "met": found.met,
        "last_entry": bracket_document(&found.brackets.of(report.size.saturating_sub(1))),
        "outside": found.outside.iter().map(|o| json!({
            "code": o.code, "from": o.seqs.start, "until": o.seqs.end,
            "bound": o.bound.at.to_string(), "recorded": o.recorded.to_string(),
        })).collect::<Vec<_>>(),
    })
}

/// For people: the verdict, who cosigned, and what is wrong.
pub(super) fn print(report: &Report, out: &mut Output) -> Result<(), CliError> {
    let found = &report.witnessing;
    if let Some(verdict) = verdict(report) {
        let word = out.paint(style(verdict), format_args!("{:<15}", word_of(verdict)));
        let what = "cosignatures, quorums, the times between which entries lie";
        out.line(format_args!("WITNESSES  {word} {what}"))?;
        for (style, line) in policy_lines(report) {
            // Green is for verdicts.
            let line = if style == Style::Warn { out.paint(style, line) } else { line };
            out.line(format_args!("           {line}"))?;
        }
    }
    let published = found.published.iter().flat_map(|(_, quorums)| quorums);
    for quorum in published.chain(&found.demanded) {
        for line in quorum_lines(quorum, None) {
            out.line(format_args!("           {line}"))?;
        }
    }
    if let Some(waiting) = &found.waiting {
        let size = waiting.size;
        out.line(format_args!(
            "           the checkpoint of {size} entries waits for cosignatures"
        ))?;
    }
    if let Some(words) = words(&found.brackets.of(report.size.saturating_sub(1))) {
        out.line(format_args!("           the last entry was recorded {words}"))?;
    }
    if let Some(gap) = &found.unanchored {
        let (code, from, until) = (out.paint(Style::Warn, "anchor-overdue"), gap.from, gap.until);
        let (span, limit) = (until.seconds().saturating_sub(from.seconds()), gap.limit);
        out.line(format_args!(
            "           {code} from {from} to {until} nothing that witnesses cosigned came into the record: {span} seconds, {limit} by the charter. How early the entries of that time were recorded at the earliest, only the operator says. Either no quorum answered, or nobody ran accord checkpoint anchor"
        ))?;
    }
    for outside in found.outside.iter().filter(|_| report.simulated) {
        let (from, last) = (outside.seqs.start, outside.seqs.end.saturating_sub(1));
        let code = out.paint(Style::Warn, outside.code);
        out.line(format_args!(
            "           {code} entries {from} to {last}, as far as a simulated clock can be"
        ))?;
    }
    if !found.problems.is_empty() {
        out.line("")?;
        out.line(format_args!("{} problem(s) with witnesses:", found.problems.len()))?;
        for problem in &found.problems {
            let place = problem.seq.map_or_else(|| "-".to_owned(), |seq| format!("entry {seq}"));
            let code = out.paint(Style::Bad, problem.code);
            out.line(format_args!("  {code}  {place}: {}", problem.detail))?;
        }
    }
    Ok(())
}

/// What the verdict adds.
pub(super) fn sentence(report: &Report) -> String {
    match report.witnesses() {
        Verdict::NotEstablished if report.witnessing.judged => {
            " It asks no witness any more, though it once did: that its published checkpoint is the only one of its size rests on the operator's word."
                .to_owned()
        }
        Verdict::NotEstablished => String::new(),
        Verdict::Holds => {
            " Its published checkpoint has met the quorums of witnesses that were asked for."
                .to_owned()
        }
        Verdict::Fails => format!(
            " But what witnesses say of it is not in order, in {} respect(s): until that is explained, do not rely on it.",
            report.witnessing.problems.len()
        ),
    }
}
