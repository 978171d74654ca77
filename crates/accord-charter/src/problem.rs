//! What can be wrong with a charter, and how it is reported.

use std::fmt;

use serde::Serialize;

use crate::charter::Charter;

/// The most JSON that a charter may be, in bytes, so that a proposal fits one event.
pub const MAX_JSON_BYTES: usize = 48_000;

/// The most TOML that is read, in bytes.
pub const MAX_TOML_BYTES: usize = 256 * 1024;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The charter cannot be used.
    Error,
    /// The charter can be used; somebody should look.
    Warning,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident;)*) => {
        /// What kind of problem it is. The texts are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ProblemCode {
            $($(#[$doc])* $name,)*
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable text of the code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// The text is not TOML (a member written twice included), or not JSON.
    Syntax = "syntax", Error;
    /// The text is longer than [`MAX_TOML_BYTES`].
    TextTooLarge = "text_too_large", Error;
    /// Brackets, braces or dotted keys nest deeper than any charter does.
    TooDeep = "too_deep", Error;
    /// A member that charters do not have.
    UnknownMember = "unknown_member", Error;
    /// A member that has to be there is not.
    MissingMember = "missing_member", Error;
    /// A value of another type than the member's.
    WrongType = "wrong_type", Error;
    /// A word that is none of those allowed.
    UnknownValue = "unknown_value", Error;
    /// A number below or above what is allowed.
    OutOfRange = "out_of_range", Error;
    /// A control or bidirectional-control character, which no event may carry.
    ControlCharacter = "control_character", Error;
    /// Not a length of time such as `72h`.
    BadLength = "bad_length", Error;
    /// A length of zero or less.
    LengthNotPositive = "length_not_positive", Error;
    /// A code of other characters than codes have.
    BadCode = "bad_code", Error;
    /// A text, list or map that must not be empty.
    Empty = "empty", Error;
    /// The same thing listed twice.
    Duplicate = "duplicate", Error;
    /// No such party.
    UnknownParty = "unknown_party", Error;
    /// No such participant.
    UnknownParticipant = "unknown_participant", Error;
    /// No such role.
    UnknownRole = "unknown_role", Error;
    /// No such provision.
    UnknownProvision = "unknown_provision", Error;
    /// No enabled family has these event types or streams.
    UnknownFamily = "unknown_family", Error;
    /// No such clock.
    UnknownClock = "unknown_clock", Error;
    /// No such binding.
    UnknownBinding = "unknown_binding", Error;
    /// No such group of seats.
    UnknownGroup = "unknown_group", Error;
    /// No such seat.
    UnknownSeat = "unknown_seat", Error;
    /// Responsible is neither a party nor a participant nor a role.
    UnknownResponsible = "unknown_responsible", Error;
    /// Nobody is responsible for a provision.
    NobodyResponsible = "nobody_responsible", Error;
    /// Neither an event type nor `prefix.*`.
    BadPattern = "bad_pattern", Error;
    /// Two grants for one pattern.
    DuplicateGrant = "duplicate_grant", Error;
    /// A need has both `count` and `from`.
    CountWithFrom = "count_with_from", Error;
    /// A need that the participants of the charter can never meet.
    CannotBeMet = "cannot_be_met", Error;
    /// An alternative that needs more signers than an event may have.
    TooManySigners = "too_many_signers", Error;
    /// A family is enabled, but no grant covers one of its prefixes.
    FamilyWithoutGrant = "family_without_grant", Error;
    /// A family claims a prefix of the kernel or of another family.
    PrefixTaken = "prefix_taken", Error;
    /// A quorum that the seats cannot reach.
    QuorumTooLarge = "quorum_too_large", Error;
    /// A time zone that is neither `UTC` nor an offset from it, or one without `end = "end_of_day"`, or none with it.
    BadZone = "bad_zone", Error;
    /// The clock of deposits starts or ends as it cannot, or another starts as only it does.
    BadSubmission = "bad_submission", Error;
    /// The clock of anchored checkpoints starts or ends as it cannot, or another starts as only it does.
    BadAnchoring = "bad_anchoring", Error;
    /// An amount that is not digits of minor units.
    BadAmount = "bad_amount", Error;
    /// A currency that is not three capitals.
    BadCurrency = "bad_currency", Error;
    /// The JSON is larger than [`MAX_JSON_BYTES`].
    CharterTooLarge = "charter_too_large", Error;
    /// No grant covers some part of the kernel that every ledger lives by.
    KernelUngranted = "kernel_ungranted", Warning;
    /// A family that this software does not interpret.
    FamilyNotInterpreted = "family_not_interpreted", Warning;
    /// A grant for a type that this software does not know in a family that it does.
    TypeNotInterpreted = "type_not_interpreted", Warning;
    /// A type of an enabled family that no grant covers.
    TypeUngranted = "type_ungranted", Warning;
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One problem: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What kind of problem it is.
    pub code: ProblemCode,
    /// How bad it is.
    pub severity: Severity,
    /// The line, from 1; absent where the charter was not read from TOML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The member, as `grants[3].types[0]`; empty for the charter as a whole.
    pub path: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub to_do: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "{line}:{column}: ")?;
        }
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}[{}]", self.code)?;
        if !self.path.is_empty() {
            write!(f, " {}", self.path)?;
        }
        write!(f, ": {}; {}", self.what, self.to_do)
    }
}

impl std::error::Error for Problem {}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The problems, in the order of the text.
    pub problems: Vec<Problem>,
    /// The size of the charter's JSON in bytes, where the text has the shape of a charter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json_bytes: Option<usize>,
    /// True where the shape was sound enough to check what the parts say of each other.
    pub complete: bool,
    /// The charter, unless there is an error.
    #[serde(skip)]
    pub charter: Option<Charter>,
}

impl Report {
    /// True where nothing is worse than a warning.
    pub fn is_sound(&self) -> bool {
        self.charter.is_some()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "{problem}")?;
        }
        if !self.complete {
            writeln!(f, "References and grants are checked once the errors above are gone.")?;
        }
        let errors = self.problems.iter().filter(|p| p.severity == Severity::Error).count();
        let warnings = self.problems.len() - errors;
        write!(f, "{errors} errors, {warnings} warnings")?;
        match self.json_bytes {
            Some(bytes) => write!(f, "; {bytes} of {MAX_JSON_BYTES} bytes as JSON"),
            None => Ok(()),
        }
    }
}
