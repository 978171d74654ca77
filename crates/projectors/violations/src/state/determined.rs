//! What was determined of a case, for the time being and for good.

use super::Case;
use crate::event::Determination;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How a provisional determination came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lapse {
    /// The board determined the same.
    Confirmed,
    /// The board decided otherwise.
    NotConfirmed,
    /// Its time ran out.
    Expired,
}

impl Lapse {
    /// The word in views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::NotConfirmed => "not_confirmed",
            Self::Expired => "expired",
        }
    }
}

/// A determination for the time being.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provisional {
    /// What is determined.
    pub determination: Determination,
    /// Who determined it.
    pub by: String,
    /// When.
    pub at: i64,
    /// When it expires; nothing where the charter has no clock for it.
    pub expires: Option<i64>,
    /// How it ended, and when; nothing while it runs.
    pub ended: Option<(Lapse, i64)>,
    /// How often the case had been reopened by then.
    pub round: usize,
}

impl Provisional {
    /// True until it ends.
    pub const fn is_running(&self) -> bool {
        self.ended.is_none()
    }

    pub(crate) fn deadline(&self) -> Option<i64> {
        self.expires.filter(|_| self.is_running())
    }

    pub(crate) fn fire(&mut self, at: i64) {
        if let Some(expires) = self.deadline().filter(|expires| *expires <= at) {
            self.ended = Some((Lapse::Expired, expires));
        }
    }
}

/// Whether a determination is for the time being or for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// For the time being.
    Provisional,
    /// For good.
    Final,
}

impl Kind {
    /// The word in facts and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Provisional => "provisional",
            Self::Final => "final",
        }
    }
}

/// A determination and the time during which it stood: deadlines that fell within it stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// For the time being, or for good.
    pub kind: Kind,
    /// What is determined.
    pub determination: &'a Determination,
    /// When it was determined.
    pub determined_at: i64,
    /// When it expires by itself, if it does.
    pub expires: Option<i64>,
    /// When it ceased to stand; absent while it stands.
    pub until: Option<i64>,
}

impl Standing<'_> {
    /// As a fact: `kind`, `armed_attack`, `responsible`, `victim`, `breach`, `determined_at`, and
    /// `expires` and `until` where there are such.
    pub(crate) fn to_fact(self) -> Value {
        let Determination { armed_attack, responsible, victim, breach } = self.determination;
        let mut fact = json!({
            "kind": self.kind.as_str(),
            "armed_attack": armed_attack,
            "responsible": responsible,
            "victim": victim,
            "breach": breach,
            "determined_at": self.determined_at,
        });
        if let Value::Object(members) = &mut fact {
            members.extend(self.expires.map(|at| ("expires".to_owned(), at.into())));
            members.extend(self.until.map(|at| ("until".to_owned(), at.into())));
        }
        fact
    }
}

impl Case {
    /// Every determination in the case, in the order of their times, each with the time during
    /// which it stood.
    ///
    /// A provisional one that the board confirms goes on as the final one. A final one stands until
    /// a later decision in the same case takes its place; a case that is remitted or reopened
    /// keeps it until then.
    pub fn determinations(&self) -> Vec<Standing<'_>> {
        let mut all: Vec<_> = self.provisionals.iter().map(provisional).collect();
        let decisions: Vec<_> = self.decisions().collect();
        for (at, decided) in decisions.iter().enumerate() {
            let Some(determination) = &decided.determination else { continue };
            let until = decisions.get(at + 1).map(|next| next.at);
            let determined_at = decided.at;
            let kind = Kind::Final;
            all.push(Standing { kind, determination, determined_at, expires: None, until });
        }
        all.sort_by_key(|standing| (standing.determined_at, standing.kind));
        all
    }

    /// The determination of an armed attack that stands: the final one, or else the provisional
    /// one that is running.
    pub fn armed_attack(&self) -> Option<Standing<'_>> {
        let standing = self.determinations().into_iter();
        standing
            .filter(|s| s.until.is_none() && s.determination.armed_attack)
            .max_by_key(|s| (s.kind, s.determined_at))
    }

    /// The provisional determination that is running.
    pub fn provisional(&self) -> Option<&Provisional> {
        self.provisionals.iter().rev().find(|p| p.is_running())
    }
}

fn provisional(p: &Provisional) -> Standing<'_> {
    Standing {
        kind: Kind::Provisional,
        determination: &p.determination,
        determined_at: p.at,
        expires: p.expires,
        until: p.ended.map(|(_, at)| at),
    }
}
