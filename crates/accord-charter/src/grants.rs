//! Grants: which signers an event type needs.
//!
//! A grant lists event types and the alternatives that admit them; an alternative lists needs that
//! must all be met. Evaluation knows nothing but the grants, the signers and which participants
//! stand for the parties, so that the same structure serves the bootstrap grants of a genesis
//! event, where there are no parties yet ([`NoParties`]).

mod judge;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::pattern::Pattern;

/// Every grant of a charter or of a genesis event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Grants(pub Vec<Grant>);

/// Who may sign a set of event types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Event types, each an exact name or `prefix.*`.
    pub types: Vec<String>,
    /// The alternatives; one of them has to be met.
    pub any_of: Vec<Alternative>,
    /// Whether others may sign beside those needed.
    #[serde(default, skip_serializing_if = "CoSigners::is_none")]
    pub co_signers: CoSigners,
}

/// A set of needs that must all be met, each by participants of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// The needs.
    pub all: Vec<Need>,
}

/// A number of signers in one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// The role that they sign as.
    pub role: String,
    /// How many different participants; 1 when absent. Not together with `from`.
    #[schemars(range(min = 1))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u16>,
    /// Which participants must sign, each of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<From>,
    /// Only the parties of this binding are meant, instead of all parties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binding: Option<String>,
}

/// Participants that must each sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// Every party (every party of the need's binding, where it names one), through the
    /// participant that stands for it.
    EachParty,
}

/// Whether an event may carry signatures that no need calls for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CoSigners {
    /// Exactly the signers needed and nobody else.
    #[default]
    None,
    /// Others may sign too.
    Allowed,
}

impl CoSigners {
    // serde hands a reference to `skip_serializing_if`.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// Which participants stand for the parties of the agreement.
pub trait Standing {
    /// The participants of the parties: of all, or of those that `binding` names.
    /// `None` where there is no such binding.
    fn parties(&self, binding: Option<&str>) -> Option<Vec<&str>>;
}

/// The standing before any charter: no parties, no bindings.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoParties;

impl Standing for NoParties {
    fn parties(&self, binding: Option<&str>) -> Option<Vec<&str>> {
        binding.is_none().then(Vec::new)
    }
}

impl Grants {
    /// The grant that decides about `event_type`, with the pattern that matched: an exact name
    /// before a prefix, a longer prefix before a shorter, then the one listed first.
    pub fn find(&self, event_type: &str) -> Option<(&Grant, &str)> {
        let mut best: Option<(usize, &Grant, &str)> = None;
        for grant in &self.0 {
            for text in &grant.types {
                let Some(pattern) = Pattern::covering(text, event_type) else {
                    continue;
                };
                if best.is_none_or(|(closeness, ..)| pattern.closeness() > closeness) {
                    best = Some((pattern.closeness(), grant, text));
                }
            }
        }
        best.map(|(_, grant, pattern)| (grant, pattern))
    }

    /// Judges whether `signers`, as (participant, role), may sign an event of `event_type`.
    ///
    /// That each signer holds its role is for the caller to establish. A participant counts once
    /// in an alternative, whatever the number of its keys or roles.
    ///
    /// # Errors
    /// The reason, with the alternative that came nearest and what it lacks.
    pub fn permits(
        &self,
        event_type: &str,
        signers: &[(&str, &str)],
        standing: &impl Standing,
    ) -> Result<(), GrantRefusal> {
        judge::permits(self, event_type, signers, standing)
    }
}

/// Why the signers of an event do not suffice.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum GrantRefusal {
    /// The event has no signer.
    #[error("nobody signs this {event_type}")]
    NoSigners {
        /// The type asked about.
        event_type: String,
    },
    /// No grant covers the type.
    #[error("no grant covers the type {event_type}: nobody may sign it")]
    NoGrant {
        /// The type asked about.
        event_type: String,
    },
    /// Every alternative lacks a signer.
    #[error(
        "{event_type} (grant {pattern}): the nearest alternative, number {alternative}, lacks {}",
        Listed(lacks)
    )]
    Lacking {
        /// The type asked about.
        event_type: String,
        /// The pattern of the grant that decides.
        pattern: String,
        /// The nearest alternative, from 1.
        alternative: usize,
        /// What it lacks.
        lacks: Vec<Lack>,
    },
    /// The needs are met, but somebody else signed too and the grant does not allow it.
    #[error(
        "{event_type} (grant {pattern}): alternative {alternative} is met without {participant} \
         as {role}, and the grant allows no co-signers"
    )]
    Surplus {
        /// The type asked about.
        event_type: String,
        /// The pattern of the grant that decides.
        pattern: String,
        /// The alternative that is met, from 1.
        alternative: usize,
        /// The signer too many.
        participant: String,
        /// The role in which it signed.
        role: String,
    },
}

impl GrantRefusal {
    /// A stable code for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSigners { .. } => "grant_no_signers",
            Self::NoGrant { .. } => "grant_missing",
            Self::Lacking { .. } => "grant_lacking",
            Self::Surplus { .. } => "grant_surplus",
        }
    }
}

/// Signers that an alternative still needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lack {
    /// In this role.
    pub role: String,
    /// This many.
    pub short_by: usize,
    /// From these participants; `None` where any holder of the role will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Vec<String>>,
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {}", self.short_by, self.role)?;
        match &self.from {
            None => Ok(()),
            Some(pool) if pool.is_empty() => f.write_str(" (of no participant: none is named)"),
            Some(pool) => write!(f, " (of {})", pool.join(", ")),
        }
    }
}

struct Listed<'a>(&'a [Lack]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, lack) in self.0.iter().enumerate() {
            let joint = if i == 0 { "" } else { " and " };
            write!(f, "{joint}{lack}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
