//! The figures of an issued report are those of the record at the point that it names, and never
//! change; what is acknowledged of one later is what the record says by then.

use crate::admission::Archive;
use crate::error::ViewError;
use crate::families::Families;
use crate::replay::Snapshot;
use crate::report::{Told, amount, formula};
use crate::view::View;
use accord_format::entry::Header;
use accord_format::event::Event;
use accord_format::hash::NodeHash;
use accord_format::time::Timestamp;
use accord_ledger::admission::History;
use accord_oversight::OversightState;
use accord_oversight::event::{Amount, ReportErratumIssued, ReportIssued};
use accord_projection::{ProjectionError, Refusal, read};
use std::collections::BTreeMap;

/// How many wrong figures a refusal names; all are counted.
const NAMED_MAX: usize = 3;

/// Judges a report, or an erratum, by the record below it.
pub(crate) fn judge(
    families: &mut Families,
    header: &Header,
    event: &Event,
    history: &dyn History,
) -> Result<(), Refusal> {
    let unreadable = |e: accord_catalogue::PayloadError| {
        Refusal::new("payload-invalid", format!("{}: {e}", event.event_type))
    };
    match event.event_type.as_str() {
        "report.issued" => {
            let report = read(&event.payload).map_err(unreadable)?;
            issued(families, header, &report, history)
        }
        "report.erratum_issued" => {
            let erratum = read(&event.payload).map_err(unreadable)?;
            corrected(families, header, &erratum, history)
        }
        _ => Ok(()),
    }
}

fn issued(
    families: &mut Families,
    header: &Header,
    report: &ReportIssued,
    history: &dyn History,
) -> Result<(), Refusal> {
    let as_of = report.as_of.timestamp();
    if report.at_seq >= header.seq {
        let last = header.seq.saturating_sub(1);
        let why = format!("it names seq {}, and the last entry before it is {last}", report.at_seq);
        return Err(Refusal::new("report-ahead", why));
    }
    if as_of > header.recorded {
        let why = format!("it speaks as of {as_of} and is recorded {}", header.recorded);
        return Err(Refusal::new("report-ahead", why));
    }
    left_out(report, as_of, header, history)?;
    for stated in &report.formulas {
        let (view, version) = (stated.view.as_str(), stated.version);
        if formula::version(view) != Some(version) {
            let known = formula::version(view)
                .map_or_else(|| "no formulas to freeze".to_owned(), |v| format!("version {v}"));
            let why = format!("it names version {version} of view {view}, which has {known}");
            return Err(Refusal::new("formula-unknown", why));
        }
    }
    let size = report.at_seq.saturating_add(1);
    with_state(families, header, (size, as_of), history, |state, root| {
        check_figures(report, state)?;
        check_digests(report, state, root)
    })
}

/// Whoever speaks as of a moment speaks from all that was recorded by then: a report that could
/// stop short of it could choose what it knows of. Times of recording never go back, so the next
/// entry tells.
fn left_out(
    report: &ReportIssued,
    as_of: Timestamp,
    header: &Header,
    history: &dyn History,
) -> Result<(), Refusal> {
    let next = report.at_seq.saturating_add(1);
    if next >= header.seq {
        return Ok(());
    }
    let entry = history.entry(next);
    let entry =
        entry.ok_or_else(|| unavailable(&ProjectionError::EntryMissing { seq: next }.into()))?;
    if entry.header.recorded > as_of {
        return Ok(());
    }
    let why = format!(
        "it knows of entries up to seq {} and speaks as of {as_of}, and seq {next} was recorded {}: make the report again, from all that was recorded by then",
        report.at_seq, entry.header.recorded
    );
    Err(Refusal::new("record-cut-short", why))
}

fn check_figures(report: &ReportIssued, state: &Snapshot) -> Result<(), Refusal> {
    let views: BTreeMap<&str, View> = report
        .formulas
        .iter()
        .filter_map(|f| Some((f.view.as_str(), formula::view(f.view.as_str(), f.version, state)?)))
        .collect();
    let mut wrong = Vec::new();
    for stated in &report.figures {
        let (view, key) = (stated.view.as_str(), stated.key.as_str());
        let Some(figure) = views.get(view).and_then(|view| view.figure(key)) else {
            let why = format!(
                "view {view} has no figure {key} at seq {}, as of {}",
                report.at_seq, report.as_of
            );
            return Err(Refusal::new("figure-unknown", why));
        };
        if amount(figure) != stated.amount {
            let (said, is) = (shown(Some(stated.amount)), shown(Some(amount(figure))));
            wrong.push(format!("{view} {key} is stated as {said} and comes to {is}"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let (number, named) = (wrong.len(), wrong.iter().take(NAMED_MAX).cloned());
    let why = format!(
        "{number} of {} figures differ from the record at seq {}, as of {}: {}; make the report again",
        report.figures.len(),
        report.at_seq,
        report.as_of,
        named.collect::<Vec<_>>().join("; ")
    );
    Err(Refusal::new("figure-differs", why))
}

fn check_digests(
    report: &ReportIssued,
    state: &Snapshot,
    root: Option<NodeHash>,
) -> Result<(), Refusal> {
    let root = root.unwrap_or_else(accord_format::merkle::empty_root);
    let digests = state.digests(root).map_err(|e| unavailable(&e))?;
    for stated in &report.digests {
        let family = stated.family.as_str();
        let Some(found) = digests.iter().find(|d| d.family == family) else {
            let why = format!("there is no family {family} whose state has a digest");
            return Err(Refusal::new("family-unknown", why));
        };
        if found.fold_version != stated.fold_version {
            let (is, said) = (found.fold_version, stated.fold_version);
            let why = format!("family {family} is folded in version {is}, not {said}");
            return Err(Refusal::new("fold-unknown", why));
        }
        if found.digest.to_string() != stated.digest.as_str() {
            let why = format!(
                "the state of family {family} has digest {} at seq {}, as of {}, not {}",
                found.digest, report.at_seq, report.as_of, stated.digest
            );
            return Err(Refusal::new("digest-differs", why));
        }
    }
    Ok(())
}

fn corrected(
    families: &mut Families,
    header: &Header,
    erratum: &ReportErratumIssued,
    history: &dyn History,
) -> Result<(), Refusal> {
    let subject = format!("report/{}", erratum.report);
    let state = families.oversight().state(&subject);
    let Some(OversightState::Report(report)) = state.as_deref() else {
        let why = format!("no report {} was issued", erratum.report);
        return Err(Refusal::new("wrong-state", why));
    };
    let (view, key) = (erratum.view.as_str(), erratum.key.as_str());
    let (at_seq, as_of) = (report.at_seq, Timestamp::from_micros(report.as_of));
    let version = report.formulas.get(view).copied().unwrap_or_default();
    drop(state);
    let cause = erratum.cause.as_str().parse().ok().and_then(|event| history.seq_of(&event));
    match cause.filter(|seq| *seq < header.seq) {
        None => {
            let why = format!("the cause {} is no earlier entry's event hash", erratum.cause);
            return Err(Refusal::new("cause-unknown", why));
        }
        Some(seq) if seq <= at_seq => {
            let why = format!("the cause is at seq {seq}, which the report of seq {at_seq} knew");
            return Err(Refusal::new("cause-not-after", why));
        }
        Some(_) => {}
    }
    with_state(families, header, (header.seq, as_of), history, |state, _| {
        let view = formula::view(view, version, state);
        let now = view.as_ref().and_then(|view| view.figure(key)).map(amount);
        if now == erratum.new {
            return Ok(());
        }
        let (said, is) = (shown(erratum.new), shown(now));
        let why = format!("the record says {is} of {key} by now, as of {as_of}, not {said}");
        Err(Refusal::new("figure-differs", why))
    })
}

/// Gives `judge` the state of the first `size` entries as of `as_of`, and their root.
fn with_state(
    families: &mut Families,
    header: &Header,
    (size, as_of): (u64, Timestamp),
    history: &dyn History,
    judge: impl FnOnce(&Snapshot, Option<NodeHash>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    // Whatever came since the last entry that was taken in is void as well.
    let mut void = families.tally().void.clone();
    void.extend(families.tally().entries..header.seq);
    let told = Told { void: &void, sayings: &families.sayings };
    let reached = families.past.reach(size, as_of, told, &Archive(history));
    let reached = reached.map_err(|e| unavailable(&e))?;
    judge(reached.state(), reached.root())
}

fn unavailable(error: &ViewError) -> Refusal {
    Refusal::new("state-unavailable", format!("{error}; verify the ledger, and try again"))
}

fn shown(amount: Option<Amount>) -> String {
    let Some(Amount { value, qualifier }) = amount else { return "no such figure".to_owned() };
    match qualifier {
        None => value.to_string(),
        Some(qualifier) => format!("{value} ({})", crate::report::word(qualifier)),
    }
}
