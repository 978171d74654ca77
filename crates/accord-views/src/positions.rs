//! Where each event is, for a replay that has no index.

use accord_format::hash::EventHash;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Event hash to seq in 16 bytes an entry and some slack: the first eight bytes of the hash stand
/// for it, and events that share them with an earlier one are kept whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Positions {
    #[serde(with = "pairs")]
    short: HashMap<[u8; 8], u64>,
    clashes: BTreeMap<EventHash, u64>,
}

impl Positions {
    pub(crate) fn learn(&mut self, event: &EventHash, seq: u64) {
        match self.short.entry(beginning(event)) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(seq);
            }
            std::collections::hash_map::Entry::Occupied(_) => {
                self.clashes.entry(*event).or_insert(seq);
            }
        }
    }

    /// Where the event is, if it is anywhere: an answer that the caller checks against the entry.
    pub(crate) fn find(&self, event: &EventHash) -> Option<u64> {
        self.clashes.get(event).or_else(|| self.short.get(&beginning(event))).copied()
    }
}

/// The map as a list by seq, so that the same map is always saved as the same text.
mod pairs {
    use super::{BTreeMap, Deserialize, HashMap, Serialize};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        map: &HashMap<[u8; 8], u64>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let pairs: BTreeMap<u64, u64> =
            map.iter().map(|(short, seq)| (*seq, u64::from_be_bytes(*short))).collect();
        let pairs: Vec<(u64, u64)> = pairs.into_iter().collect();
        pairs.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<HashMap<[u8; 8], u64>, D::Error> {
        let pairs = Vec::<(u64, u64)>::deserialize(deserializer)?;
        Ok(pairs.into_iter().map(|(seq, short)| (short.to_be_bytes(), seq)).collect())
    }
}

fn beginning(event: &EventHash) -> [u8; 8] {
    let mut short = [0; 8];
    short.copy_from_slice(&event.as_bytes()[..8]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_that_begin_alike_are_kept_apart() {
        let mut bytes = [7; 32];
        let first = EventHash::from_bytes(bytes);
        bytes[31] = 8;
        let second = EventHash::from_bytes(bytes);
        let mut positions = Positions::default();
        positions.learn(&first, 1);
        positions.learn(&second, 2);
        assert_eq!((positions.find(&first), positions.find(&second)), (Some(1), Some(2)));
        assert_eq!(positions.find(&EventHash::from_bytes([0; 32])), None);
    }
}
