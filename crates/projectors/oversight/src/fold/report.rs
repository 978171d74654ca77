//! Issued reports, and what is acknowledged of them.

use super::{Event, Folded};
use crate::event::{ReportErratumIssued, ReportIssued};
use crate::state::{Erratum, Frozen, OversightState as State, Report};
use accord_projection::OutOfOrder;

pub(super) fn issue(state: &mut State, item: &Event<'_>, p: &ReportIssued) -> Folded {
    if let State::Report(report) = state {
        let (number, seq) = (&p.number, report.seq);
        return Err(OutOfOrder::new(format!("report {number} was issued at seq {seq}")));
    }
    let frozen = p.figures.iter().map(|figure| Frozen {
        view: figure.view.to_string(),
        key: figure.key.to_string(),
        amount: figure.amount,
        errata: Vec::new(),
    });
    *state = State::Report(Box::new(Report {
        from: p.from.timestamp().micros(),
        until: p.until.timestamp().micros(),
        at_seq: p.at_seq,
        as_of: p.as_of.timestamp().micros(),
        formulas: p.formulas.iter().map(|f| (f.view.to_string(), f.version)).collect(),
        figures: frozen.collect(),
        files: p.files.clone(),
        by: item.event.author().to_owned(),
        seq: item.seq,
        at: item.effect.micros(),
    }));
    Ok(())
}

pub(super) fn correct(state: &mut State, item: &Event<'_>, p: &ReportErratumIssued) -> Folded {
    let State::Report(report) = state else {
        return Err(OutOfOrder::new(format!("no report {} was issued", p.report)));
    };
    let (view, key) = (p.view.as_str(), p.key.as_str());
    let Some(figure) = report.figures.iter_mut().find(|f| f.view == view && f.key == key) else {
        let why = format!("report {} froze no figure {key} of view {view}", p.report);
        return Err(OutOfOrder::coded("figure-unknown", why));
    };
    let stated = figure.stated();
    if stated != p.old {
        let shown = stated.map_or_else(|| "that there is none".to_owned(), |a| a.value.to_string());
        let why = format!("the report or its latest erratum says {shown} of {key} of view {view}");
        return Err(OutOfOrder::coded("erratum-old-differs", why));
    }
    let (seq, at) = (item.seq, item.effect.micros());
    figure.errata.push(Erratum { new: p.new, cause: p.cause.to_string(), seq, at });
    Ok(())
}
