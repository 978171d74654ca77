//! Exit codes: part of the tool's interface, relied on by scripts.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done, and nothing wrong.
    Fine = 0,
    /// A check ran to its end and found something wrong.
    Found = 1,
    /// The command line or an input file cannot be understood; nothing was attempted.
    Usage = 2,
    /// The ledger refused.
    Refused = 3,
    /// Files, permissions, devices, the clock: not a matter of the ledger's content.
    Environment = 4,
}

impl Exit {
    /// The number.
    pub(crate) const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
