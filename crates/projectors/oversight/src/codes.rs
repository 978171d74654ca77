//! What the family refuses, finds and times, in words for the catalogue.

use crate::{NOTICE_CLOCK, VOTING_CLOCK};
use accord_projection::{Guard, Timer};

const fn guard(code: &'static str, types: &'static [&'static str], words: &'static str) -> Guard {
    Guard { code, types, words }
}

const SEATED: &[&str] = &[
    "board.seat_filled",
    "board.seat_vacated",
    "board.meeting_convened",
    "board.resolution_tabled",
    "board.recusal_declared",
    "board.vote_cast",
];
const RESTS_ON_RESOLUTION: &[&str] =
    &["board.constituted", "board.resolution_rescinded", "stipulation.registered"];

const ISSUED: &[&str] = &["report.issued"];
const ERRATUM: &[&str] = &["report.erratum_issued"];
const REPORTS: &[&str] = &["report.issued", "report.erratum_issued"];

pub(crate) const REFUSALS: &[Guard] = &[
    guard(
        "board-unknown",
        &[
            "board.constituted",
            "board.seat_filled",
            "board.recusal_declared",
            "board.resolution_declared",
        ],
        "No charter in force provides for a board.",
    ),
    guard("board-not-constituted", SEATED, "The board is not constituted yet."),
    guard(
        "board-not-constituted",
        &["board.constituted"],
        "It names a resolution, and there is no board yet.",
    ),
    guard(
        "seat-unknown",
        &["board.constituted", "board.seat_filled", "board.recusal_declared"],
        "The charter's board has no such seat.",
    ),
    guard(
        "seat-holder-differs",
        &["board.constituted"],
        "The charter gives the seat to another participant.",
    ),
    guard(
        "resolution-not-adopted",
        RESTS_ON_RESOLUTION,
        "The resolution that it names is not in effect.",
    ),
    guard(
        "resolution-elsewhere",
        &["board.constituted", "board.resolution_rescinded"],
        "The resolution that it names does not decide on this.",
    ),
    guard(
        "rests-on-suspect",
        &["board.constituted", "board.resolution_declared", "board.resolution_rescinded"],
        "An entry that it rests on was signed with a key in other hands, and is not reaffirmed.",
    ),
    guard("rescinds-itself", &["board.resolution_rescinded"], "It names itself."),
    guard(
        "meeting-unknown",
        &["board.resolution_tabled", "board.resolution_declared"],
        "No such meeting was convened.",
    ),
    guard("meeting-over", &["board.resolution_tabled"], "Who came to the meeting is known."),
    guard(
        "meeting-differs",
        &["board.resolution_declared"],
        "It was tabled for another meeting, or for none.",
    ),
    guard(
        "recusal-not-own",
        &["board.recusal_declared"],
        "Neither the seat's holder declares it, nor the chair for a seat that the charter recuses.",
    ),
    guard(
        "seat-recused",
        &["board.recusal_declared", "board.vote_cast"],
        "The seat takes no part, by its own word or because the case is its own.",
    ),
    guard("seat-not-held", &["board.vote_cast"], "The author does not hold the seat."),
    guard("seat-voted", &["board.vote_cast"], "The seat has voted."),
    guard("voting-closed", &["board.vote_cast"], "The time for votes is over."),
    guard(
        "voting-open",
        &["board.resolution_declared"],
        "Seats that have not voted can still vote.",
    ),
    guard(
        "tally-differs",
        &["board.resolution_declared"],
        "Votes, quorum and veto make it another result.",
    ),
    guard(
        "effective-before-declared",
        &["board.resolution_declared"],
        "It would have taken effect before it was declared.",
    ),
    guard(
        "provision-unknown",
        &["stipulation.registered"],
        "No charter in force has the provision.",
    ),
    guard(
        "stipulation-unknown",
        &["indicator.defined"],
        "Nobody registered the stipulation that it names.",
    ),
    guard(
        "assessment-unknown",
        &["assessment.reviewed"],
        "No such assessment of the stipulation counts yet.",
    ),
    guard(
        "assessment-reviewed",
        &["assessment.reviewed"],
        "The participant has reviewed that assessment.",
    ),
    guard(
        "reviewer-is-coder",
        &["assessment.reviewed"],
        "A key of that name signed the assessment.",
    ),
    guard(
        "import-too-large",
        &["import.batch_recorded"],
        "It has more rows than the charter takes in one batch.",
    ),
    guard("import-file-known", &["import.batch_recorded"], "The file was imported before."),
    guard(
        "import-unknown",
        &["import.batch_recorded"],
        "No batch of the file is there to be resumed.",
    ),
    guard(
        "import-differs",
        &["import.batch_recorded"],
        "It differs from the batch that it resumes.",
    ),
    guard("range-unknown", &["audit.opinion_recorded"], "The stretch ends where nothing is yet."),
    guard(
        "report-ahead",
        ISSUED,
        "It names an entry that is not there yet, or speaks as of a moment to come.",
    ),
    guard(
        "record-cut-short",
        ISSUED,
        "It knows of less than was recorded by the moment as of which it speaks.",
    ),
    guard(
        "formula-unknown",
        ISSUED,
        "It names a version of a view's formulas that this software does not have.",
    ),
    guard("figure-unknown", REPORTS, "There is no such figure, in the record or in the report."),
    guard("figure-differs", REPORTS, "A figure is not what the record says."),
    guard(
        "family-unknown",
        ISSUED,
        "It names the state of a family that this software does not have.",
    ),
    guard(
        "fold-unknown",
        ISSUED,
        "It names a version of a family's fold that this software does not have.",
    ),
    guard(
        "erratum-old-differs",
        ERRATUM,
        "The report, or its latest erratum, says something else.",
    ),
    guard("digest-differs", ISSUED, "A state has another digest."),
    guard("cause-unknown", ERRATUM, "The cause is no earlier entry."),
    guard("cause-not-after", ERRATUM, "The report knew of the cause."),
];

pub(crate) const FINDINGS: &[Guard] = &[
    guard(
        "notice_too_short",
        &["board.meeting_convened"],
        "The meeting is held sooner than the charter's notice allows.",
    ),
    guard(
        "unknown_seat",
        &["board.attendance_recorded"],
        "The charter's board has no such seat, which counts for nothing.",
    ),
    guard("vacant_seat", &["board.attendance_recorded"], "Nobody holds a seat that came."),
    guard(
        "before_meeting",
        &["board.attendance_recorded"],
        "It tells of a time before the meeting.",
    ),
    guard("seat_not_held", &["board.dissent_filed"], "The author does not hold the seat."),
    guard(
        "unknown_responsible",
        &["stipulation.registered"],
        "Somebody responsible is no party, participant or role of the charter.",
    ),
    guard(
        "unknown_stipulation",
        &["assessment.recorded"],
        "Nobody registered the stipulation; the score counts nowhere.",
    ),
    guard("score_drops", &["assessment.recorded"], "The coder's score falls by two or more."),
    guard(
        "no_target",
        &["assessment.recorded"],
        "It says what is reached of a stipulation that has no target.",
    ),
    guard(
        "does_not_add_up",
        &["assessment.recorded"],
        "The score is complete, and less than the target is reached.",
    ),
    guard(
        "not_signed_by_own_key",
        &["instrument.deposited"],
        "The party stands behind it by an instrument, not by its own key: always.",
    ),
    guard("unknown_side", &["instrument.deposited"], "It is of no party of the charter."),
];

pub(crate) const TIMERS: &[Timer] = &[
    Timer {
        clock: Some(NOTICE_CLOCK),
        types: &["board.meeting_convened"],
        words: "From its end on, the meeting may be held.",
    },
    Timer {
        clock: None,
        types: &["board.meeting_convened"],
        words: "The meeting's time has come: somebody has to say who was there.",
    },
    Timer {
        clock: Some(VOTING_CLOCK),
        types: &["board.resolution_tabled"],
        words: "No more votes are taken; the result can be declared.",
    },
    Timer {
        clock: None,
        types: &["board.resolution_declared"],
        words: "What was adopted takes effect.",
    },
    Timer {
        clock: None,
        types: &["stipulation.registered"],
        words: "What is not complete at the end of its day is overdue.",
    },
];
