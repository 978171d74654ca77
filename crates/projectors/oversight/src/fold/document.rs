//! Deposited instruments, imported files, audit opinions.

use super::{Event, Folded};
use crate::event::{AuditOpinionRecorded, ImportBatchRecorded, InstrumentDeposited};
use crate::state::{Audit, ImportedFile, Instrument, OversightState as State};
use accord_projection::OutOfOrder;
use accord_projection::instrument::{Deposit, Deposited};

pub(super) fn deposit(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    p: &InstrumentDeposited,
) -> Folded {
    if !matches!(state, State::Empty) {
        return Err(OutOfOrder::new(format!("{subject} has been deposited before")));
    }
    *state = State::Instrument(Instrument {
        party: p.party.to_string(),
        stands_for: p.stands_for.to_string(),
        text_digest: p.text_digest.to_string(),
        depositary: item.event.author().to_owned(),
        at: item.effect.micros(),
    });
    Ok(())
}

/// Adds an instrument to what was deposited for its text.
pub(super) fn stand_for(state: &mut State, item: &Event<'_>, p: &InstrumentDeposited) {
    let mut stood = match std::mem::take(state) {
        State::StoodFor(stood) => stood,
        _ => Deposited::default(),
    };
    let deposit = Deposit { at: item.effect.micros(), seq: item.seq };
    stood.parties.entry(p.party.to_string()).or_default().push(deposit);
    *state = State::StoodFor(stood);
}

pub(super) fn audit(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    p: &AuditOpinionRecorded,
) -> Folded {
    if !matches!(state, State::Empty) {
        return Err(OutOfOrder::new(format!("{subject} has been given before")));
    }
    let (from_seq, to_seq, opinion) = (p.from_seq, p.to_seq, p.opinion);
    let (by, at) = (item.event.author().to_owned(), item.effect.micros());
    *state = State::Audit(Audit { from_seq, to_seq, opinion, by, at });
    Ok(())
}

pub(super) fn import(state: &mut State, item: &Event<'_>, p: &ImportBatchRecorded) -> Folded {
    let mapping_digest = p.mapping_digest.as_ref().map(ToString::to_string);
    let State::File(file) = state else {
        if let Some(first) = &p.resumes {
            let why = format!("no batch {first} of this file is there to resume");
            return Err(OutOfOrder::coded("import-unknown", why));
        }
        *state = State::File(Box::new(ImportedFile {
            source: p.source.to_string(),
            rows: p.rows,
            mapping_digest,
            licence: p.licence.to_string(),
            by: item.event.author().to_owned(),
            event: item.event.hash().to_string(),
            seq: item.seq,
            at: item.effect.micros(),
            resumed: Vec::new(),
        }));
        return Ok(());
    };
    let resumes = p.resumes.as_ref().map(accord_catalogue::unit::Digest::as_str);
    if resumes != Some(&file.event) {
        let why = format!(
            "file {} was imported by {} at seq {}; to complete that import, resume {}",
            p.file_digest, file.by, file.seq, file.event
        );
        return Err(OutOfOrder::coded("import-file-known", why));
    }
    let same = file.by == item.event.author()
        && file.rows == p.rows
        && file.mapping_digest == mapping_digest;
    if !same {
        let why = format!(
            "the import at seq {} is {}'s, of {} rows, with another mapping or not; only the same one is resumed",
            file.seq, file.by, file.rows
        );
        return Err(OutOfOrder::coded("import-differs", why));
    }
    file.resumed.push(item.seq);
    Ok(())
}
