//! How each event changes the state of a subject.

use crate::event::{
    AssessmentRecorded, BoardResolutionDeclared, BoardResolutionTabled, BoardVoteCast,
    ImportBatchRecorded, Overseen, StipulationRegistered,
};
use crate::state::{
    Audit, Board, Cast, Declared, ImportedFile, Instrument, OversightState as State, Registered,
    Resolution, Score, Stipulation,
};
use accord_projection::{Item, OutOfOrder};

const MICROS_PER_DAY: i64 = 86_400_000_000;

type Event<'a> = Item<'a, Overseen>;
type Folded = Result<(), OutOfOrder>;

pub(crate) fn fold(state: &mut State, subject: &str, item: &Event<'_>) -> Folded {
    let at = item.effect.micros();
    match &item.payload {
        Overseen::Constituted(p) => {
            if !matches!(state, State::Empty) {
                return Err(OutOfOrder::new("the board has been constituted before"));
            }
            let pairs = p.holders.iter().map(|(s, h)| (s.to_string(), h.to_string()));
            *state = State::Board(Board { since: at, holders: pairs.collect() });
        }
        Overseen::SeatFilled(p) => {
            let board = board(state)?;
            if let Some((seat, _)) =
                board.holders.iter().find(|(_, holder)| *holder == p.holder.as_str())
            {
                return Err(OutOfOrder::new(format!("{} holds seat {seat}", p.holder)));
            }
            board.holders.insert(p.seat.to_string(), p.holder.to_string());
        }
        Overseen::SeatVacated(p) => {
            if board(state)?.holders.remove(p.seat.as_str()).is_none() {
                return Err(OutOfOrder::new(format!("nobody holds seat {}", p.seat)));
            }
        }
        Overseen::Tabled(p) => table(state, subject, item, p)?,
        Overseen::Vote(p) => vote(state, subject, item, p)?,
        Overseen::Declared(p) => declare(state, subject, item, p)?,
        Overseen::Stipulation(p) => register(state, item, p)?,
        Overseen::Assessment(p) => score(state, item, p),
        Overseen::Instrument(p) => {
            if !matches!(state, State::Empty) {
                return Err(OutOfOrder::new(format!("{subject} has been deposited before")));
            }
            *state = State::Instrument(Instrument {
                party: p.party.to_string(),
                stands_for: p.stands_for.to_string(),
                text_digest: p.text_digest.to_string(),
                depositary: item.event.author().to_owned(),
                at,
            });
        }
        Overseen::Import(p) => import(state, item, p)?,
        Overseen::Audit(p) => {
            if !matches!(state, State::Empty) {
                return Err(OutOfOrder::new(format!("{subject} has been given before")));
            }
            let (from_seq, to_seq, opinion) = (p.from_seq, p.to_seq, p.opinion);
            let by = item.event.author().to_owned();
            *state = State::Audit(Audit { from_seq, to_seq, opinion, by, at });
        }
    }
    Ok(())
}

fn board(state: &mut State) -> Result<&mut Board, OutOfOrder> {
    match state {
        State::Board(board) => Ok(board),
        _ => Err(OutOfOrder::coded("board-not-constituted", "the board is not constituted yet")),
    }
}

fn table(state: &mut State, subject: &str, item: &Event<'_>, p: &BoardResolutionTabled) -> Folded {
    if !matches!(state, State::Empty) {
        return Err(OutOfOrder::new(format!("{subject} has been tabled before")));
    }
    *state = State::Resolution(Box::new(Resolution {
        kind: p.kind.to_string(),
        title: p.title.to_string(),
        text_digest: p.text_digest.to_string(),
        subjects: p.subjects.iter().map(ToString::to_string).collect(),
        tabled_by: item.event.author().to_owned(),
        tabled_at: item.effect.micros(),
        votes: std::collections::BTreeMap::new(),
        declared: None,
    }));
    Ok(())
}

/// The resolution while it can be voted on.
fn undeclared<'a>(state: &'a mut State, subject: &str) -> Result<&'a mut Resolution, OutOfOrder> {
    match state {
        State::Resolution(resolution) => match &resolution.declared {
            None => Ok(resolution),
            Some(declared) => {
                let outcome = declared.outcome.as_str();
                Err(OutOfOrder::new(format!("the vote on {subject} is over: {outcome}")))
            }
        },
        _ => Err(OutOfOrder::new(format!("there is no {subject}"))),
    }
}

fn vote(state: &mut State, subject: &str, item: &Event<'_>, p: &BoardVoteCast) -> Folded {
    let resolution = undeclared(state, subject)?;
    if resolution.votes.contains_key(p.seat.as_str()) {
        return Err(OutOfOrder::coded("seat-voted", format!("seat {} has voted", p.seat)));
    }
    let (by, at) = (item.event.author().to_owned(), item.effect.micros());
    resolution.votes.insert(p.seat.to_string(), Cast { vote: p.vote, by, at });
    Ok(())
}

fn declare(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    p: &BoardResolutionDeclared,
) -> Folded {
    undeclared(state, subject)?.declared =
        Some(Declared { outcome: p.outcome, at: item.effect.micros() });
    Ok(())
}

fn register(state: &mut State, item: &Event<'_>, p: &StipulationRegistered) -> Folded {
    let mut stipulation = match std::mem::take(state) {
        State::Stipulation(stipulation) => stipulation,
        _ => Box::default(),
    };
    let known = stipulation.registered.is_some();
    if !known {
        stipulation.registered = Some(Registered {
            provision: p.provision.to_string(),
            title: p.title.to_string(),
            responsible: p.responsible.iter().map(ToString::to_string).collect(),
            due: p.due_on.as_ref().map(|d| d.start().micros().saturating_add(MICROS_PER_DAY)),
            target: p.target.clone(),
            at: item.effect.micros(),
        });
    }
    *state = State::Stipulation(stipulation);
    if known {
        return Err(OutOfOrder::new(format!("stipulation {} is registered", p.code)));
    }
    Ok(())
}

fn score(state: &mut State, item: &Event<'_>, p: &AssessmentRecorded) {
    let mut stipulation: Box<Stipulation> = match std::mem::take(state) {
        State::Stipulation(stipulation) => stipulation,
        _ => Box::default(),
    };
    let score = Score { score: p.score, until: item.effect.micros(), seq: item.seq };
    stipulation.scores.insert(item.event.author().to_owned(), score);
    *state = State::Stipulation(stipulation);
}

fn import(state: &mut State, item: &Event<'_>, p: &ImportBatchRecorded) -> Folded {
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
