//! A batch of remains. Each counter stands for itself: containers are not persons, and neither are
//! profiles.

use super::Sum;
use accord_catalogue::unit::{Count, Qualifier};
use accord_projection::Remark;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far a batch has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemainsStage {
    /// Handed over, as the one side says.
    HandedOver,
    /// Received, as the other says.
    Received,
    /// Examination has begun, or something came of it.
    UnderExamination,
    /// All persons found in it are accounted for, none as another side's dead.
    Identified,
    /// Some turned out to be another side's dead.
    Misattributed,
    /// All of those were sent back.
    SentBack,
    /// All persons found in it are accounted for, and none of them could be identified.
    Unidentifiable,
}

impl RemainsStage {
    /// The word in states and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HandedOver => "handed_over",
            Self::Received => "received",
            Self::UnderExamination => "under_examination",
            Self::Identified => "identified",
            Self::Misattributed => "misattributed",
            Self::SentBack => "sent_back",
            Self::Unidentifiable => "unidentifiable",
        }
    }
}

/// What examinations came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examined {
    /// Containers examined.
    pub containers: u64,
    /// Persons found, by their genetic profiles.
    pub profiles: u64,
    /// Containers with the parts of more than one person.
    pub multi_person: u64,
}

/// A batch of remains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Before the agreement that the ledger is about.
    pub historical: bool,
    /// Containers by the party that handed them over.
    pub handed_over: BTreeMap<String, Sum>,
    /// Containers by the side whose dead they were said to be.
    pub claimed: BTreeMap<String, Sum>,
    /// Containers by the party that received them.
    pub received: BTreeMap<String, Sum>,
    /// What examinations came to.
    pub examined: Examined,
    /// Persons identified.
    pub identified: Sum,
    /// Persons who cannot be identified.
    pub unidentifiable: Sum,
    /// Persons by the other side whose dead they are.
    pub misattributed: BTreeMap<String, Sum>,
    /// Persons by the side to which they were sent back.
    pub sent_back: BTreeMap<String, Sum>,
}

/// The sum over all sides.
pub(crate) fn all(by_side: &BTreeMap<String, Sum>) -> Sum {
    let mut sum = Sum::default();
    for part in by_side.values() {
        sum.join(part);
    }
    sum
}

impl Batch {
    /// Containers handed over, as those say who handed them over.
    pub fn containers_handed_over(&self) -> Sum {
        all(&self.handed_over)
    }

    /// Containers received, as those say who received them.
    pub fn containers_received(&self) -> Sum {
        all(&self.received)
    }

    /// Persons who turned out to be another side's dead.
    pub fn persons_misattributed(&self) -> Sum {
        all(&self.misattributed)
    }

    /// Persons sent back.
    pub fn persons_sent_back(&self) -> Sum {
        all(&self.sent_back)
    }

    /// How far it has come.
    pub fn stage(&self) -> RemainsStage {
        let (other, back) = (self.persons_misattributed(), self.persons_sent_back());
        let accounted = self.identified.value.saturating_add(self.unidentifiable.value);
        let done = accounted > 0 && accounted >= self.examined.profiles;
        let begun = self.examined != Examined::default() || accounted > 0;
        if other.value > 0 {
            if back.value >= other.value {
                RemainsStage::SentBack
            } else {
                RemainsStage::Misattributed
            }
        } else if done && self.identified.value == 0 {
            RemainsStage::Unidentifiable
        } else if done {
            RemainsStage::Identified
        } else if begun {
            RemainsStage::UnderExamination
        } else if self.received.is_empty() {
            RemainsStage::HandedOver
        } else {
            RemainsStage::Received
        }
    }

    /// Everything that does not fit together, in a fixed order. A comparison is made once both its
    /// numbers are there.
    pub fn problems(&self) -> Vec<Remark> {
        let mut problems = Vec::new();
        let (handed, received) = (self.containers_handed_over(), self.containers_received());
        if handed.counts > 0 && received.counts > 0 && handed.differs(&received) {
            let detail =
                format!("{} containers handed over, {} received", handed.value, received.value);
            problems.push(Remark::new("counts_differ", detail));
        }
        let examined = |value| Sum::of(&Count { value, qualifier: Qualifier::Exact, word: None });
        let profiles = examined(self.examined.profiles);
        let mut accounted = self.identified.clone();
        accounted.join(&self.unidentifiable);
        let mut more = |part: &Sum, what: &str, whole: &Sum, of: &str| {
            if part.exceeds(whole) {
                let detail = format!("{} {what}, of {} {of}", part.value, whole.value);
                problems.push(Remark::new("does_not_add_up", detail));
            }
        };
        more(&examined(self.examined.containers), "containers examined", &received, "received");
        more(&accounted, "persons identified or found unidentifiable", &profiles, "profiles");
        more(&self.persons_misattributed(), "persons misattributed", &profiles, "profiles");
        let nobody = Sum::default();
        for (side, back) in &self.sent_back {
            let found = self.misattributed.get(side).unwrap_or(&nobody);
            more(back, &format!("persons sent back to {side}"), found, "found to be its dead");
        }
        problems
    }
}
