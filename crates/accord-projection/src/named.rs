//! What is said of codes in events that the charter does not know.

use crate::finding::Remark;
use crate::terms::{THIRD, Terms, UNDETERMINED};
use accord_catalogue::Guard;

/// For the reports that name a side or a party.
pub const fn unknown_side(types: &'static [&'static str]) -> Guard {
    Guard::new("unknown_side", types, "It names a side that the charter does not know.")
}

/// For the reports that name an area.
pub const fn unknown_area(types: &'static [&'static str]) -> Guard {
    Guard::new("unknown_area", types, "The area is not one of the charter's scheme.")
}

/// Without a charter nothing is unknown.
impl Terms {
    /// True for a party of the charter in force at `seq`.
    pub fn is_party(&self, seq: u64, code: &str) -> bool {
        self.charter(seq).is_some_and(|c| c.parties.contains_key(code))
    }

    /// Says so when `code` is no side.
    pub fn unknown_side(&self, seq: u64, code: &str) -> Option<Remark> {
        let unknown = self.charter(seq).is_some() && !self.is_side(seq, code);
        unknown.then(|| {
            let detail = format!(
                "{code} is no party of the charter, nor \"{THIRD}\" nor \"{UNDETERMINED}\""
            );
            Remark::new("unknown_side", detail)
        })
    }

    /// Says so when `code` is no party.
    pub fn unknown_party(&self, seq: u64, code: &str) -> Option<Remark> {
        let unknown = self.charter(seq).is_some() && !self.is_party(seq, code);
        unknown.then(|| Remark::new("unknown_side", format!("{code} is no party of the charter")))
    }

    /// Says so when `area` is none of the charter's area scheme, where it has one.
    pub fn unknown_area(&self, seq: u64, area: &str) -> Option<Remark> {
        let scheme = self.charter(seq)?.areas.as_ref()?;
        (!scheme.accepts(area))
            .then(|| Remark::new("unknown_area", format!("{area} is no area of {}", scheme.title)))
    }
}
