//! What the family refuses, finds and times, in words for the catalogue.

use crate::{NOTICE_CLOCK, VOTING_CLOCK};
use accord_projection::{Guard, Timer, named, resolution, suspicion};

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
    Guard::new(
        "board-unknown",
        &[
            "board.constituted",
            "board.seat_filled",
            "board.recusal_declared",
            "board.resolution_declared",
        ],
        "No charter in force provides for a board.",
    ),
    Guard::new("board-not-constituted", SEATED, "The board is not constituted yet."),
    Guard::new(
        "board-not-constituted",
        &["board.constituted"],
        "It names a resolution, and there is no board yet.",
    ),
    Guard::new(
        "seat-unknown",
        &["board.constituted", "board.seat_filled", "board.recusal_declared"],
        "The charter's board has no such seat.",
    ),
    Guard::new(
        "seat-holder-differs",
        &["board.constituted"],
        "The charter gives the seat to another participant.",
    ),
    resolution::not_adopted(RESTS_ON_RESOLUTION),
    resolution::elsewhere(&["board.constituted", "board.resolution_rescinded"]),
    suspicion::rests_on_suspect(&[
        "board.constituted",
        "board.resolution_declared",
        "board.resolution_rescinded",
    ]),
    Guard::new("rescinds-itself", &["board.resolution_rescinded"], "It names itself."),
    Guard::new(
        "meeting-unknown",
        &["board.resolution_tabled", "board.resolution_declared"],
        "No such meeting was convened.",
    ),
    Guard::new("meeting-over", &["board.resolution_tabled"], "Who came to the meeting is known."),
    Guard::new(
        "meeting-differs",
        &["board.resolution_declared"],
        "It was tabled for another meeting, or for none.",
    ),
    Guard::new(
        "recusal-not-own",
        &["board.recusal_declared"],
        "Neither the seat's holder declares it, nor the chair for a seat that the charter recuses.",
    ),
    Guard::new(
        "seat-recused",
        &["board.recusal_declared", "board.vote_cast"],
        "The seat takes no part, by its own word or because the case is its own.",
    ),
    Guard::new("seat-not-held", &["board.vote_cast"], "The author does not hold the seat."),
    Guard::new("seat-voted", &["board.vote_cast"], "The seat has voted."),
    Guard::new("voting-closed", &["board.vote_cast"], "The time for votes is over."),
    Guard::new(
        "voting-open",
        &["board.resolution_declared"],
        "Seats that have not voted can still vote.",
    ),
    Guard::new(
        "tally-differs",
        &["board.resolution_declared"],
        "Votes, quorum and veto make it another result.",
    ),
    Guard::new(
        "effective-before-declared",
        &["board.resolution_declared"],
        "It would have taken effect before it was declared.",
    ),
    Guard::new(
        "provision-unknown",
        &["stipulation.registered"],
        "No charter in force has the provision.",
    ),
    Guard::new(
        "stipulation-unknown",
        &["indicator.defined"],
        "Nobody registered the stipulation that it names.",
    ),
    Guard::new(
        "assessment-unknown",
        &["assessment.reviewed"],
        "No such assessment of the stipulation counts yet.",
    ),
    Guard::new(
        "assessment-reviewed",
        &["assessment.reviewed"],
        "The participant has reviewed that assessment.",
    ),
    Guard::new(
        "reviewer-is-coder",
        &["assessment.reviewed"],
        "A key of that name signed the assessment.",
    ),
    Guard::new(
        "import-too-large",
        &["import.batch_recorded"],
        "It has more rows than the charter takes in one batch.",
    ),
    Guard::new("import-file-known", &["import.batch_recorded"], "The file was imported before."),
    Guard::new(
        "import-unknown",
        &["import.batch_recorded"],
        "No batch of the file is there to be resumed.",
    ),
    Guard::new(
        "import-differs",
        &["import.batch_recorded"],
        "It differs from the batch that it resumes.",
    ),
    Guard::new(
        "range-unknown",
        &["audit.opinion_recorded"],
        "The stretch ends where nothing is yet.",
    ),
    Guard::new(
        "report-ahead",
        ISSUED,
        "It names an entry that is not there yet, or speaks as of a moment to come.",
    ),
    Guard::new(
        "record-cut-short",
        ISSUED,
        "It knows of less than was recorded by the moment as of which it speaks.",
    ),
    Guard::new(
        "formula-unknown",
        ISSUED,
        "It names a version of a view's formulas that this software does not have.",
    ),
    Guard::new(
        "figure-unknown",
        REPORTS,
        "There is no such figure, in the record or in the report.",
    ),
    Guard::new("figure-differs", REPORTS, "A figure is not what the record says."),
    Guard::new(
        "family-unknown",
        ISSUED,
        "It names the state of a family that this software does not have.",
    ),
    Guard::new(
        "fold-unknown",
        ISSUED,
        "It names a version of a family's fold that this software does not have.",
    ),
    Guard::new(
        "erratum-old-differs",
        ERRATUM,
        "The report, or its latest erratum, says something else.",
    ),
    Guard::new("digest-differs", ISSUED, "A state has another digest."),
    Guard::new("cause-unknown", ERRATUM, "The cause is no earlier entry."),
    Guard::new("cause-not-after", ERRATUM, "The report knew of the cause."),
];

pub(crate) const FINDINGS: &[Guard] = &[
    Guard::new(
        "notice_too_short",
        &["board.meeting_convened"],
        "The meeting is held sooner than the charter's notice allows.",
    ),
    Guard::new(
        "unknown_seat",
        &["board.attendance_recorded"],
        "The charter's board has no such seat, which counts for nothing.",
    ),
    Guard::new("vacant_seat", &["board.attendance_recorded"], "Nobody holds a seat that came."),
    Guard::new(
        "before_meeting",
        &["board.attendance_recorded"],
        "It tells of a time before the meeting.",
    ),
    Guard::new(
        "quorum_reduced",
        &["board.resolution_declared"],
        "So many seats took no part that fewer decided than the charter's quorum.",
    ),
    Guard::new("seat_not_held", &["board.dissent_filed"], "The author does not hold the seat."),
    Guard::new(
        "unknown_responsible",
        &["stipulation.registered"],
        "Somebody responsible is no party, participant or role of the charter.",
    ),
    Guard::new(
        "unknown_stipulation",
        &["assessment.recorded"],
        "Nobody registered the stipulation; the score counts nowhere.",
    ),
    Guard::new("score_drops", &["assessment.recorded"], "The coder's score falls by two or more."),
    Guard::new(
        "no_target",
        &["assessment.recorded"],
        "It says what is reached of a stipulation that has no target.",
    ),
    Guard::new(
        "does_not_add_up",
        &["assessment.recorded"],
        "The score is complete, and less than the target is reached.",
    ),
    Guard::new(
        "not_signed_by_own_key",
        &["instrument.deposited"],
        "The party stands behind it by an instrument, not by its own key: always.",
    ),
    named::unknown_side(&["instrument.deposited"]),
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
