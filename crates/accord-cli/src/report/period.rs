//! The periods that reports are about.

use crate::human::instant;
use accord_format::event::Precision;
use accord_format::time::Timestamp;
use accord_views::report::Period;

const HOW: &str = "write a quarter 2026-Q1, a month 2026-03, a year 2026, a day 2026-03-01, or FROM..UNTIL, which ends before the second, or FROM..=LAST, which ends with it";

/// Reads a period.
pub(crate) fn parse(text: &str) -> Result<Period, String> {
    let label = text.trim().to_owned();
    let (from, until) = match label.split_once("..") {
        None => part(&label)?,
        Some((from, until)) => {
            let (first, _) = part(from)?;
            match until.strip_prefix('=') {
                None => (first, part(until)?.0),
                Some(last) => (first, part(last)?.1),
            }
        }
    };
    if until <= from {
        return Err(format!("{label:?} ends before it begins; {HOW}"));
    }
    Ok(Period { label, from, until })
}

/// The first instant of a quarter, year, month or day, and the first after it.
fn part(text: &str) -> Result<(Timestamp, Timestamp), String> {
    let text = text.trim();
    if let Some(quarter) = quarter(text) {
        return Ok(quarter);
    }
    match instant::bound(text) {
        // The end of an instant would be a matter of its spelling.
        Ok((_, Precision::Minute | Precision::Second)) | Err(_) => {
            Err(format!("{text:?} is no period; {HOW}"))
        }
        Ok((from, precision)) => Ok((from, instant::end_of((from, precision)))),
    }
}

fn quarter(text: &str) -> Option<(Timestamp, Timestamp)> {
    let (year, number) = text.split_once("-Q").or_else(|| text.split_once("-q"))?;
    if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year: i64 = year.parse().ok()?;
    let month = match number {
        "1" => 1,
        "2" => 4,
        "3" => 7,
        "4" => 10,
        _ => return None,
    };
    let (next_year, next) = if month == 10 { (year + 1, 1) } else { (year, month + 3) };
    Some((Timestamp::from_date(year, month, 1)?, Timestamp::from_date(next_year, next, 1)?))
}

/// What the files of a period's report are called, without their ending: of `[A-Za-z0-9_-]`.
pub(crate) fn stem(period: &Period) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    format!("report-{}", period.label.chars().map(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read() {
        for (text, from, until) in [
            ("2026-Q1", "2026-01-01", "2026-04-01"),
            ("2026-q4", "2026-10-01", "2027-01-01"),
            ("2026", "2026-01-01", "2027-01-01"),
            ("2026-12", "2026-12-01", "2027-01-01"),
            ("2024-02-29", "2024-02-29", "2024-03-01"),
            ("2026-03-01..2026-03-15", "2026-03-01", "2026-03-15"),
            ("2026-03-01..=2026-03-15", "2026-03-01", "2026-03-16"),
            ("2026-Q1..=2026-Q2", "2026-01-01", "2026-07-01"),
            (" 2026-01 ", "2026-01-01", "2026-02-01"),
        ] {
            let period = parse(text).unwrap();
            let day = |at: Timestamp| at.to_seconds_string()[..10].to_owned();
            assert_eq!(
                (day(period.from), day(period.until)),
                (from.to_owned(), until.to_owned()),
                "{text}"
            );
            assert_eq!(period.label, text.trim());
        }
        for text in [
            "",
            "Q1",
            "2026-Q0",
            "2026-Q5",
            "26-Q1",
            "2026-13",
            "2026-02-30",
            "2026-Q1-2",
            "2026-03-02..2026-03-01",
            "2026-03-01..2026-03-01",
            "..2026",
            "2026..",
            "2026..=",
            "2026-03-01 05:00",
            "2026-03-01T05:00:00Z..2026-04",
            "+026-Q1",
            "yesterday",
            "99999",
        ] {
            let why = parse(text).unwrap_err();
            assert!(why.contains("write a quarter"), "{text}: {why}");
        }
    }

    #[test]
    fn files_have_plain_names() {
        let named = |text: &str| stem(&parse(text).unwrap());
        assert_eq!(named("2026-Q1"), "report-2026-Q1");
        assert_eq!(named("2026-03-01..=2026-03-15"), "report-2026-03-01___2026-03-15");
    }
}
