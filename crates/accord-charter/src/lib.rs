//! The charter: an agreement in its machine form.
//!
//! People write a charter as TOML, [`check`] tells them what is wrong with it and where, and the
//! ledger carries it as JSON in a `charter.proposed` event. The charter says who the parties and
//! participants are, what was promised, who may sign which event, how the board decides and how
//! long everything may take; no code knows any of it.
//!
//! Pure: no file, clock or network.

mod charter;
mod check;
mod code;
mod findings;
pub mod grants;
mod length;
mod pattern;
mod problem;
mod shape;
mod tree;

pub use charter::{
    AHEAD_MAX, ANCHORING, AreaScheme, Board, Category, Charter, Clause, Clock, ClockEnd,
    ClockStart, Family, Format, Group, Limits, Majority, Participant, ParticipantKind, Party,
    Provision, Quorum, Recusal, Role, SUBMISSION, Seat, Target, TieRule,
};
pub use check::{Catalogue, KERNEL_PREFIXES, check, check_with};
pub use grants::{Alternative, CoSigners, Grant, GrantRefusal, Grants, Need};
pub use length::{LONGEST, LengthError, Seconds};
pub use pattern::Pattern;
pub use problem::{MAX_JSON_BYTES, MAX_TOML_BYTES, Problem, ProblemCode, Report, Severity};
