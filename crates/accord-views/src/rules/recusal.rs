//! A party does not vote on its own case, where the charter says so.

use crate::families::Families;
use accord_charter::Recusal;
use accord_format::entry::Header;
use accord_format::event::Event;
use accord_oversight::OversightState;
use accord_projection::Refusal;

/// Refuses a vote on a resolution that decides on the voter's own case.
pub(super) fn judge(families: &Families, header: &Header, event: &Event) -> Result<(), Refusal> {
    if event.event_type != "board.vote_cast" {
        return Ok(());
    }
    let charter = families.basis().terms.charter(header.seq);
    let Some((charter, board)) = charter.and_then(|c| c.board.as_ref().map(|b| (c, b))) else {
        return Ok(());
    };
    let state = families.oversight().state(&event.stream);
    let Some(OversightState::Resolution(resolution)) = state.as_deref() else { return Ok(()) };
    for subject in &resolution.subjects {
        let state = families.violations().state(subject);
        let Some(case) = state.as_deref().and_then(|s| s.case()) else { continue };
        let accused = charter.party_of(event.author()) == Some(&case.against);
        let own = match board.recusal {
            Recusal::None => false,
            Recusal::Accused => accused,
            Recusal::OwnCase => accused || case.alleged_by == event.author(),
        };
        if own {
            let detail = format!(
                "{} has a part in {subject}, which the resolution decides; the charter recuses it",
                event.author()
            );
            return Err(Refusal::new("seat-recused", detail));
        }
    }
    Ok(())
}
