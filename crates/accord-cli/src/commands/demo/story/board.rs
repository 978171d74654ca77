//! The board: it is constituted, meets every quarter and decides.

use super::super::build;
use super::super::cast::By;
use super::super::script::{HOUR, MADE_UP, Said, Script, at, digest};
use crate::error::CliError;
use accord_charter::Board;
use serde_json::json;

/// Days on which the board meets.
const MEETINGS: [i64; 8] = [60, 151, 242, 333, 424, 515, 606, 697];
/// Days of notice; the charter asks for fewer.
const NOTICE: i64 = 14;

/// How a vote goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Vote {
    /// Everybody for it, but for one that abstains.
    For,
    /// Most against it, though nobody with a veto.
    Against,
    /// Everybody for it, but for those with a veto.
    Vetoed,
    /// Everybody who came for it, though nobody of the parties' group came.
    WithoutParties,
}

impl Vote {
    const fn outcome(self) -> &'static str {
        match self {
            Self::For => "adopted",
            Self::Against => "failed",
            Self::Vetoed => "vetoed",
            Self::WithoutParties => "no_quorum",
        }
    }

    fn of(self, board: &Board, seat: &str, place: usize) -> &'static str {
        let vetoes = board.veto_seats.iter().any(|veto| veto == seat);
        match self {
            Self::Against if !vetoes => "against",
            Self::Vetoed if vetoes => "against",
            Self::For if !vetoes && place + 1 == board.seats.len() => "abstain",
            _ => "for",
        }
    }
}

/// A resolution, before it is tabled.
pub(super) struct Motion<'m> {
    /// When it is tabled; the vote is two hours later.
    pub(super) after: i64,
    pub(super) kind: &'static str,
    pub(super) title: &'m str,
    pub(super) subjects: Vec<String>,
    /// The meeting at which it is decided.
    pub(super) meeting: Option<&'m Said>,
    /// The party whose own case it is.
    pub(super) accused: Option<&'m str>,
    pub(super) vote: Vote,
}

/// The board of the charter built in, which has one.
fn of<'a>(script: &Script<'a>) -> Result<&'a Board, CliError> {
    let board = script.charter.board.as_ref();
    board.ok_or_else(|| CliError::Usage("the charter built in has no board".to_owned()))
}

/// The seats: code, group, who holds it, and the signature of the holder.
fn seats<'a>(script: &Script<'a>) -> Result<Vec<(&'a str, &'a str, By<'a>)>, CliError> {
    let seats = of(script)?.seats.iter();
    seats
        .filter_map(|(code, seat)| Some((code, seat, seat.holder.as_deref()?)))
        .map(|(code, seat, holder)| {
            let key = script.cast.key(holder)?;
            Ok((code.as_str(), seat.group.as_str(), By { key, role: "board_member" }))
        })
        .collect()
}

/// Whether a seat is held by a party, or by the one asked for.
fn is_party(script: &Script<'_>, seat: &str, code: Option<&str>) -> bool {
    let holder = script.charter.board.as_ref().and_then(|b| b.seats.get(seat)?.holder.as_ref());
    let mut parties = script.charter.parties.iter();
    parties.any(|(party, p)| code.is_none_or(|c| c == party) && Some(&p.participant) == holder)
}

/// The board takes its seats, and the mission its post.
pub(super) fn constitute(script: &mut Script<'_>) -> Result<(), CliError> {
    let board = of(script)?;
    let holders: serde_json::Map<_, _> = board
        .seats
        .iter()
        .filter_map(|(code, seat)| Some((code.clone(), seat.holder.clone()?.into())))
        .collect();
    let mut by = build::authorities(script.cast);
    by.extend(script.together()?);
    script.say(at(42, 9), "board.constituted", &by, json!({"holders": holders}))?;
    Ok(())
}

/// Tables a resolution, has it voted on and declares the result.
pub(super) fn decide(script: &mut Script<'_>, motion: &Motion<'_>) -> Result<Said, CliError> {
    let board = of(script)?;
    let chair = script.one("board_chair")?;
    let secretariat = script.one("secretariat")?;
    let mut payload = json!({
        "kind": motion.kind, "title": format!("{} {MADE_UP}", motion.title),
        "text_digest": digest(&format!("{} {}", motion.title, motion.after)),
    });
    if !motion.subjects.is_empty() {
        payload["subjects"] = json!(motion.subjects);
    }
    let meeting = motion.meeting.map(|said| said.stream.clone());
    if let Some(meeting) = &meeting {
        payload["meeting"] = json!(meeting);
    }
    let tabled = script.say(motion.after, "board.resolution_tabled", &[chair], payload)?;
    let votes = motion.after + 2 * HOUR;
    for (place, (seat, _, by)) in seats(script)?.into_iter().enumerate() {
        let recused = motion.accused.is_some_and(|code| is_party(script, seat, Some(code)));
        let away = motion.vote == Vote::WithoutParties && is_party(script, seat, None);
        if recused || away {
            continue;
        }
        let payload = json!({"seat": seat, "vote": motion.vote.of(board, seat, place)});
        let after = votes + 60 * i64::try_from(place).unwrap_or(0);
        script.go_on(&tabled, after, "board.vote_cast", &[by], payload)?;
    }
    let mut payload = json!({"outcome": motion.vote.outcome()});
    if let Some(meeting) = meeting {
        payload["meeting"] = json!(meeting);
    }
    let declared = votes + 2 * HOUR;
    script.go_on(&tabled, declared, "board.resolution_declared", &[secretariat], payload)?;
    Ok(tabled)
}

/// The meetings of the quarters, and what is decided at them beside the cases.
pub(super) fn meetings(script: &mut Script<'_>, ceasefires: &[Said]) -> Result<(), CliError> {
    let secretariat = script.one("secretariat")?;
    let chair = script.one("board_chair")?;
    let mut adopted = None;
    for (place, day) in MEETINGS.into_iter().enumerate() {
        // The seventh is called late; to the fourth no party comes.
        let notice = if place == 6 { 3 } else { NOTICE };
        let vote = match place {
            2 => Vote::Against,
            3 => Vote::WithoutParties,
            5 => Vote::Vetoed,
            _ => Vote::For,
        };
        let agenda: Vec<_> = ceasefires.iter().map(|said| &said.stream).collect();
        let payload = json!({
            "at": script.time(at(day, 10)), "agenda": agenda,
            "agenda_digest": digest(&format!("agenda {place}")),
        });
        let called = at(day - notice, 12);
        let meeting = script.say(called, "board.meeting_convened", &[chair], payload)?;
        let present: Vec<_> = seats(script)?
            .into_iter()
            .filter(|(seat, ..)| vote != Vote::WithoutParties || !is_party(script, seat, None))
            .map(|(seat, ..)| seat)
            .collect();
        let payload = json!({"present": present});
        let after = at(day, 11);
        script.go_on(&meeting, after, "board.attendance_recorded", &[secretariat], payload)?;
        script.at_instant(at(day, 10));
        let title = format!("Programme of quarter {}.", place + 1);
        let motion = Motion {
            after: at(day, 9),
            kind: "procedure",
            title: &title,
            subjects: Vec::new(),
            meeting: Some(&meeting),
            accused: None,
            vote,
        };
        let decided = decide(script, &motion)?;
        if vote == Vote::Against {
            dissent(script, &decided, at(day + 1, 9))?;
        }
        adopted = adopted.or((vote == Vote::For).then_some(decided));
    }
    adopted.map_or(Ok(()), |first| rescind(script, &first))
}

/// Every party puts on record why it voted as it did; the last seat takes no part in another vote.
fn dissent(script: &mut Script<'_>, resolution: &Said, after: i64) -> Result<(), CliError> {
    for (seat, _, by) in seats(script)? {
        if is_party(script, seat, None) {
            let payload = json!({"seat": seat, "text_digest": digest("A dissent.")});
            script.go_on(resolution, after, "board.dissent_filed", &[by], payload)?;
        }
    }
    let chair = script.one("board_chair")?;
    let payload = json!({
        "kind": "procedure", "title": format!("Seat of the secretariat. {MADE_UP}"),
        "text_digest": digest("seat of the secretariat"),
    });
    let tabled = script.say(after + HOUR, "board.resolution_tabled", &[chair], payload)?;
    if let Some((seat, _, by)) = seats(script)?.pop() {
        let payload = json!({"seat": seat, "reason": MADE_UP});
        script.go_on(&tabled, after + 2 * HOUR, "board.recusal_declared", &[by], payload)?;
    }
    Ok(())
}

/// A later resolution takes the first one back.
fn rescind(script: &mut Script<'_>, first: &Said) -> Result<(), CliError> {
    let secretariat = script.one("secretariat")?;
    let motion = Motion {
        after: at(430, 9),
        kind: "procedure",
        title: "The first programme no longer holds.",
        subjects: vec![first.stream.clone()],
        meeting: None,
        accused: None,
        vote: Vote::For,
    };
    let later = decide(script, &motion)?;
    let payload = json!({"by_resolution": later.stream});
    script.go_on(first, at(431, 9), "board.resolution_rescinded", &[secretariat], payload)?;
    Ok(())
}
