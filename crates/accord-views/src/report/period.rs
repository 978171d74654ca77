//! The period that a report is about.

use crate::view::When;
use accord_format::time::Timestamp;
use serde::Serialize;

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Its name, such as `2026-Q1`.
    pub label: String,
    /// First instant.
    #[serde(serialize_with = "seconds")]
    pub from: Timestamp,
    /// First instant after it.
    #[serde(serialize_with = "seconds")]
    pub until: Timestamp,
}

impl Period {
    /// When the period before it began: as many months earlier, or for one that is not made of
    /// whole months, as much time.
    pub fn before(&self) -> Timestamp {
        self.months().unwrap_or_else(|| {
            let length = self.until.micros().saturating_sub(self.from.micros());
            Timestamp::from_micros(self.from.micros().saturating_sub(length))
        })
    }

    fn months(&self) -> Option<Timestamp> {
        let month = |at: Timestamp| {
            let (year, month, _) = at.date();
            let start = Timestamp::from_date(year, month, 1)?;
            (start == at).then(|| year * 12 + i64::from(month) - 1)
        };
        let (from, until) = (month(self.from)?, month(self.until)?);
        let before = from.checked_sub(until.checked_sub(from)?)?;
        let number = u8::try_from(before.rem_euclid(12)).ok()?;
        Timestamp::from_date(before.div_euclid(12), number.checked_add(1)?, 1)
    }

    /// The period with the one before it.
    pub(super) fn shown(&self) -> When {
        When { from: self.before().micros(), until: self.until.micros() }
    }

    /// True when it has not come to its end by `as_of`.
    pub fn is_unfinished(&self, as_of: Timestamp) -> bool {
        as_of < self.until
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn seconds<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_seconds_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_before_is_as_many_months_or_as_long() {
        for (from, until, before) in [
            ("2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z", "2026-01-01T00:00:00Z"),
            ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", "2025-10-01T00:00:00Z"),
            ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "2026-02-01T00:00:00Z"),
            ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
            ("2026-03-08T00:00:00Z", "2026-03-15T00:00:00Z", "2026-03-01T00:00:00Z"),
            ("2026-03-01T00:00:00Z", "2026-03-15T00:00:00Z", "2026-02-15T00:00:00Z"),
            ("0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z", "0000-01-02T00:00:00Z"),
        ] {
            let at = |text: &str| Timestamp::parse_seconds(text);
            let (Ok(from), Ok(until)) = (at(from), at(until)) else { panic!("{from}") };
            let period = Period { label: String::new(), from, until };
            match at(before) {
                Ok(before) => assert_eq!(period.before(), before, "{from}"),
                // Before the first year there is no time to be written.
                Err(_) => assert!(period.before() < from || period.before() == Timestamp::MIN),
            }
            assert!(period.is_unfinished(from) && !period.is_unfinished(until));
        }
    }
}
