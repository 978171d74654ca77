use super::angle::Axis;
use super::*;
use accord_catalogue::unit::{At, Count, Day, Money, Position};
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Serialize, Deserialize, JsonSchema)]
struct Sample {
    place: Option<Position>,
    cost: Option<Money>,
    day: Option<Day>,
    at: Option<At>,
    seen: Option<Count>,
    counts: Option<Vec<Count>>,
    plain: Option<String>,
    number: Option<i64>,
}

fn convert_text(text: &str) -> Result<Value, HumanError> {
    let schema = schemars::schema_for!(Sample);
    convert(schema.as_value(), &parse(text)?).map(|c| c.value)
}

#[test]
fn an_author_writes_as_people_do() {
    let value = convert_text(
        r#"{"place": {"lat": "48°00'57\"N", "lon": 37.8, "name": "x"},
            "cost": {"amount": 12.50, "currency": "USD"},
            "day": "2026-03-01", "at": "2026-03-01T05:00+02:00",
            "seen": "over 15,800", "counts": ["about 300", 4, {"value": 5, "qualifier": "exact"}],
            "plain": "48.0159", "number": -3}"#,
    );
    let count = |value: i64, qualifier: &str| json!({"value": value, "qualifier": qualifier});
    let mut over = count(15_800, "at_least");
    over["word"] = "over".into();
    let mut about = count(300, "about");
    about["word"] = "about".into();
    assert_eq!(
        value.unwrap(),
        json!({"place": {"lat": 48_015_833, "lon": 37_800_000, "name": "x"},
               "cost": {"amount": "1250", "currency": "USD"},
               "day": "2026-03-01", "at": "2026-03-01T03:00:00Z",
               "seen": over, "counts": [about, count(4, "exact"), count(5, "exact")],
               "plain": "48.0159", "number": -3})
    );
}

#[test]
fn signed_forms_stay_as_they_are() {
    let signed = json!({"place": {"lat": 48_015_900, "lon": -1_000_000},
        "cost": {"amount": "1250", "currency": "USD"}, "day": "2026-03-01",
        "at": "2026-03-01T05:00:00Z", "seen": {"value": 1, "qualifier": "about", "word": "near"}});
    let schema = schemars::schema_for!(Sample);
    let conversion = convert(schema.as_value(), &parse(&signed.to_string()).unwrap()).unwrap();
    assert_eq!(conversion.value, signed);
    assert_eq!(conversion.notes, ["/cost/amount: 1250 minor units are 12.50 USD"]);
}

#[test]
fn the_whole_of_money_may_be_one_text() {
    for (text, minor) in
        [("12.50 USD", "1250"), ("USD 12", "1200"), ("7 JPY", "7"), ("1.5 KWD", "1500")]
    {
        let value = convert_text(&json!({"cost": text}).to_string()).unwrap();
        assert_eq!(value["cost"]["amount"], minor, "{text}");
    }
}

#[test]
fn what_could_mean_two_things_is_refused() {
    for (text, at, hint) in [
        (r#"{"place": {"lat": 48, "lon": 37.8}}"#, "/place/lat", "48.0"),
        (r#"{"place": {"lat": "48,0159", "lon": 37.8}}"#, "/place/lat", "comma"),
        (r#"{"place": {"lat": "48.0159E", "lon": 37.8}}"#, "/place/lat", "ends in E"),
        (r#"{"place": {"lat": "-48.0159S", "lon": 37.8}}"#, "/place/lat", "both a sign"),
        (r#"{"place": {"lat": 91.5, "lon": 37.8}}"#, "/place/lat", "beyond ±90"),
        (r#"{"place": {"lat": 48.01591234, "lon": 37.8}}"#, "/place/lat", "6 decimals"),
        (r#"{"cost": {"amount": 12, "currency": "USD"}}"#, "/cost/amount", "minor units"),
        (r#"{"cost": {"amount": "12,50", "currency": "USD"}}"#, "/cost/amount", "separator"),
        (r#"{"cost": {"amount": "12.505", "currency": "USD"}}"#, "/cost/amount", "USD has 2"),
        (r#"{"cost": {"amount": "12.5", "currency": "JPY"}}"#, "/cost/amount", "JPY has none"),
        (r#"{"cost": {"amount": "12.5", "currency": "XAU"}}"#, "/cost/amount", "XAU"),
        (r#"{"cost": {"amount": "-1.50", "currency": "USD"}}"#, "/cost/amount", "negative"),
        (r#"{"cost": {"amount": "1.50"}}"#, "/cost/amount", "currency"),
        (r#"{"cost": "12.50"}"#, "/cost", "12.50 USD"),
        (r#"{"day": "01/03/2026"}"#, "/day", "2026-03-01"),
        (r#"{"day": "2026-02-29"}"#, "/day", "2026-03-01"),
        (r#"{"at": "2026-03-01"}"#, "/at", "without a time"),
        (r#"{"at": "2026-03-01 5:00"}"#, "/at", "no instant"),
        (r#"{"at": "2026-03-01 24:00"}"#, "/at", "no instant"),
        (r#"{"seen": "15.800"}"#, "/seen", "15,800"),
        (r#"{"seen": "15,80"}"#, "/seen", "15,800"),
        (r#"{"seen": "some 300"}"#, "/seen", "known word"),
        (r#"{"seen": -1}"#, "/seen", "known word"),
        (r#"{"number": 1.5}"#, "/number", "integer"),
        (r#"{"number": 9007199254740992}"#, "/number", "2^53-1"),
        (r#"{"number": 1e3}"#, "/number", "integer"),
        (r#"{"number": -0}"#, "/number", "integer"),
    ] {
        let error = convert_text(text).unwrap_err();
        let HumanError::Value { at: found, problem, .. } = &error else { panic!("{error}") };
        assert_eq!(found, at, "{text}");
        assert!(problem.contains(hint), "{text}: {error}");
    }
}

#[test]
fn hostile_json_is_an_error() {
    assert!(matches!(parse(r#"{"a":1,"\u0061":2}"#), Err(HumanError::Duplicate { .. })));
    assert!(matches!(parse(&"[".repeat(100_000)), Err(HumanError::Json(_))));
    let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
    assert!(matches!(parse(&deep), Err(HumanError::TooDeep(_))));
    assert!(matches!(parse("{} {}"), Err(HumanError::Json(_))));
    assert!(matches!(parse(""), Err(HumanError::Json(_))));
}

#[test]
fn angles_in_all_their_spellings() {
    for (text, micro) in [
        ("48.0159", 48_015_900),
        ("48.0159 N", 48_015_900),
        ("+48.0159", 48_015_900),
        ("-48.0159", -48_015_900),
        ("\u{2212}48.0159", -48_015_900),
        ("48.0159S", -48_015_900),
        ("48°00'57\"N", 48_015_833),
        ("48° 00\u{2032} 57\u{2033} S", -48_015_833),
        ("48°00.95'N", 48_015_833),
        ("48.5°", 48_500_000),
        ("50.450000", 50_450_000),
        ("0.0", 0),
    ] {
        assert_eq!(angle::parse(text, Axis::Latitude), Ok(micro), "{text}");
    }
    for bad in ["", "N", "48.", ".5", "48°60'00\"", "48°00'60\"", "48°5", "4 8", "٤٨", "1e2", "°"]
    {
        assert!(angle::parse(bad, Axis::Any).is_err(), "{bad}");
    }
    assert_eq!(angle::parse("180.0W", Axis::Longitude), Ok(-180_000_000));
}

#[test]
fn instants_and_spans() {
    let at = |text: &str| instant::instant(text).map(|(at, _)| at.to_seconds_string());
    for (text, utc) in [
        ("2026-03-01 05:00", "2026-03-01T05:00:00Z"),
        ("2026-03-01T05:00:30Z", "2026-03-01T05:00:30Z"),
        ("2026-03-01 05:00 UTC", "2026-03-01T05:00:00Z"),
        ("2026-03-01T00:30+02:00", "2026-02-28T22:30:00Z"),
        ("2026-03-01T05:00:00-05:30", "2026-03-01T10:30:00Z"),
    ] {
        assert_eq!(at(text).as_deref(), Ok(utc), "{text}");
    }
    for bad in ["2026-03-01T05:00+2", "2026-03-01T05:00+15:00", "05:00", "2026-03-01T05:00:00.5Z"] {
        assert!(at(bad).is_err(), "{bad}");
    }
    let span = |text: &str| instant::span(text).unwrap();
    assert_eq!(span("2026-03-01"), json!({"from": "2026-03-01T00:00:00Z", "precision": "day"}));
    assert_eq!(span("2026-03")["precision"], "month");
    assert_eq!(span("2026")["precision"], "year");
    assert_eq!(span("2026-03-01 05:00")["precision"], "minute");
    assert_eq!(
        span("2019-02-11..=2019-02-24"),
        json!({"from": "2019-02-11T00:00:00Z", "until": "2019-02-25T00:00:00Z", "precision": "day"})
    );
    assert_eq!(span("2019-02-11..2019-02-25"), span("2019-02-11..=2019-02-24"));
    assert_eq!(span("2024-02..=2024-02")["until"], "2024-03-01T00:00:00Z");
    assert!(instant::span("2019-02-11..2019-02-11").is_err());
    assert!(instant::span("yesterday").is_err());
}

#[test]
fn reported_words_keep_their_meaning() {
    for (word, meaning) in [
        ("over", "at_least"),
        ("more than", "at_least"),
        ("about", "about"),
        ("around", "about"),
        ("close to", "about"),
        ("almost", "about"),
        ("up to", "at_most"),
    ] {
        let value = count::parse(&format!("{word} 1,234,567")).unwrap();
        assert_eq!(value, json!({"value": 1_234_567, "qualifier": meaning, "word": word}));
    }
    assert_eq!(count::of(5, "exact"), Ok(json!({"value": 5, "qualifier": "exact"})));
    assert!(count::parse("over").is_err() && count::parse("").is_err());
}

proptest! {
    #[test]
    fn decimal_degrees_round_trip(micro in -180_000_000_i64..=180_000_000) {
        prop_assert_eq!(angle::parse(&angle::decimal(micro), Axis::Any), Ok(micro));
    }

    #[test]
    fn sexagesimal_degrees_are_within_half_a_micro_degree(
        degrees in 0_i64..90, minutes in 0_i64..60, seconds in 0_i64..60,
    ) {
        let text = format!("{degrees}°{minutes:02}'{seconds:02}\"");
        let micro = angle::parse(&text, Axis::Latitude).unwrap();
        let exact = (degrees * 3600 + minutes * 60 + seconds) * 1_000_000;
        prop_assert!((micro * 3600 - exact).abs() * 2 <= 3600);
    }

    #[test]
    fn money_round_trips(minor in 0_u64.., currency in prop::sample::select(vec!["USD", "JPY", "KWD", "CLF"])) {
        let shown = money::shown(&minor.to_string(), currency).unwrap();
        prop_assert_eq!(
            money::parse_with_currency(&shown),
            Ok((minor.to_string(), currency.to_owned()))
        );
    }

    #[test]
    fn grouped_counts_read_as_plain_ones(value in 0_i64..9_007_199_254_740_991) {
        let plain = value.to_string();
        let mut grouped = String::new();
        for (n, digit) in plain.chars().enumerate() {
            if n > 0 && (plain.len() - n) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        prop_assert_eq!(count::number(&grouped), Ok(value));
        prop_assert_eq!(count::number(&plain), Ok(value));
    }

    #[test]
    fn nothing_written_panics(text in "\\PC{0,40}") {
        drop(angle::parse(&text, Axis::Any));
        drop(money::parse_with_currency(&text));
        drop(count::parse(&text));
        drop(instant::span(&text));
        drop(parse(&text));
    }

    #[test]
    fn plain_json_is_passed_on(a in any::<i32>(), b in "[a-z]{0,8}", c in any::<bool>()) {
        let value = json!({"a": a, "b": [b, c, null]});
        prop_assert_eq!(parse(&value.to_string()).unwrap().plain(""), Ok(value));
    }
}
