//! A party does not vote on its own case, where the charter says so.

use crate::families::Families;
use accord_charter::{Charter, Recusal};
use accord_format::entry::Header;
use accord_format::event::Event;
use accord_oversight::OversightState;
use accord_oversight::state::Resolution;
use accord_projection::Refusal;
use accord_violations::state::Case;
use std::collections::{BTreeMap, BTreeSet};

/// Refuses a vote on a resolution that decides on the voter's own case, and a recusal that is
/// neither the seat's own nor the charter's.
pub(super) fn judge(families: &Families, header: &Header, event: &Event) -> Result<(), Refusal> {
    let is = |name: &str| event.event_type == name;
    if !is("board.vote_cast") && !is("board.recusal_declared") {
        return Ok(());
    }
    let state = families.oversight().state(&event.stream);
    let Some(resolution) = state.as_deref().and_then(OversightState::resolution) else {
        return Ok(());
    };
    let Some(charter) = families.basis().terms.charter(header.seq) else { return Ok(()) };
    if is("board.vote_cast") {
        return match part(families, charter, resolution, event.author()) {
            Some(case) => {
                let detail = format!(
                    "{} has a part in {case}, which the resolution decides; the charter recuses it",
                    event.author()
                );
                Err(Refusal::new("seat-recused", detail))
            }
            None => Ok(()),
        };
    }
    let seat = event.payload.get("seat").and_then(serde_json::Value::as_str).unwrap_or_default();
    let board = families.oversight().state(accord_oversight::BOARD);
    let holder = board.as_deref().and_then(OversightState::board).and_then(|b| b.holders.get(seat));
    let own = holder.is_some_and(|holder| holder == event.author());
    if own || recused(families, charter, resolution).contains_key(seat) {
        return Ok(());
    }
    let detail = format!(
        "the charter does not recuse seat {seat} from this resolution; only its holder can"
    );
    Err(Refusal::new("recusal-not-own", detail))
}

/// The seats that the charter keeps from voting on a resolution, each with the case that its holder
/// has a part in.
pub(crate) fn recused(
    families: &Families,
    charter: &Charter,
    resolution: &Resolution,
) -> BTreeMap<String, String> {
    let board = families.oversight().state(accord_oversight::BOARD);
    let holders = board.as_deref().and_then(OversightState::board).map(|board| &board.holders);
    // A seat may have changed hands since it voted.
    let voters = resolution.votes.iter().map(|(seat, cast)| (seat, &cast.by));
    let seats = holders.into_iter().flatten().chain(voters);
    seats
        .filter_map(|(seat, who)| Some((seat.clone(), part(families, charter, resolution, who)?)))
        .collect()
}

/// The case among a resolution's subjects that keeps `participant` from voting.
fn part(
    families: &Families,
    charter: &Charter,
    resolution: &Resolution,
    participant: &str,
) -> Option<String> {
    let rule = charter.board.as_ref()?.recusal;
    let party = charter.party_of(participant);
    let concerns = |case: &Case| {
        // Whom it was alleged against, and whom the finding or a determination names since.
        let attributed = case.attribution.iter().flat_map(|a| &a.responsible);
        let determined = case.provisionals.iter().map(|p| p.determination.responsible.as_str());
        let named = std::iter::once(case.against.as_str())
            .chain(attributed.map(String::as_str))
            .chain(determined);
        let accused = party.is_some_and(|party| named.into_iter().any(|side| side == party));
        match rule {
            Recusal::None => false,
            Recusal::Accused => accused,
            Recusal::OwnCase => accused || case.alleged_by == participant,
        }
    };
    // What was merged into a case is decided with it.
    let has_part = |subject: &&String| {
        let (mut ahead, mut seen) = (vec![(*subject).clone()], BTreeSet::new());
        while let Some(subject) = ahead.pop() {
            let state = families.violations().state(&subject);
            let Some(case) = state.as_deref().and_then(|s| s.case()) else { continue };
            if concerns(case) {
                return true;
            }
            let merged = case.merged_from.iter().filter(|from| !seen.contains(*from));
            ahead.extend(merged.cloned());
            seen.insert(subject);
        }
        false
    };
    resolution.subjects.iter().find(has_part).cloned()
}
