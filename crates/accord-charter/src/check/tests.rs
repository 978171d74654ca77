//! Every problem code, each with its line.

use super::*;

/// The small charter of the documentation.
pub(crate) fn ferry() -> &'static str {
    const DOC: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/charter.md"));
    let start = DOC.find("```toml\n").unwrap() + "```toml\n".len();
    &DOC[start..start + DOC[start..].find("```").unwrap()]
}

fn codes(problems: &[Problem]) -> Vec<(&'static str, usize)> {
    problems.iter().map(|p| (p.code.as_str(), p.line.unwrap())).collect()
}

/// The line, from 1, on which `text` first holds `needle`.
fn line_of(text: &str, needle: &str) -> usize {
    text[..text.find(needle).unwrap_or_else(|| panic!("no {needle:?}"))].matches('\n').count() + 1
}

#[test]
fn the_small_charter_is_sound() {
    let report = check(ferry());
    assert_eq!(report.problems, []);
    let charter = report.charter.unwrap();
    assert_eq!(charter.problems(), []);
    assert_eq!(charter.grants.problems(), []);
    let by = |signers: &[(&str, &str)]| charter.permits("charter.adopted", signers);
    let (north, south) = (("north-council", "party"), ("south-council", "party"));
    assert!(by(&[north, south]).is_ok());
    assert_eq!(
        by(&[north]).unwrap_err().to_string(),
        "charter.adopted (grant charter.*): the nearest alternative, number 1, lacks 1 as party \
         (of south-council)"
    );
    assert!(charter.permits("ceasefire.denounced", &[north]).is_ok());
    assert!(charter.permits("ceasefire.denounced", &[south]).is_err());
    let text = charter.provisions_of("violation.alleged", "violation/x").collect::<Vec<_>>();
    assert_eq!(text, ["F1", "F2"]);
}

/// One edit of the small charter and the one problem that it makes: what is replaced, by what, the
/// code, and what stands on the line that is named.
#[rustfmt::skip]
const EDITS: &[(&str, &str, &str, &str)] = &[
    ("version = 1", "version = ", "syntax", "version ="),
    ("version = 1", "version = 1\nversion = 2", "syntax", "version = 2"),
    ("version = 1", "version = 1\nx = [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "too_deep", "x ="),
    ("version = 1", "version = 1\na.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r = 1", "too_deep", "a.b.c"),
    ("version = 1", "version = 1]", "syntax", "version = 1"),
    ("version = 1", "version = 1\nedition = 2", "unknown_member", "edition"),
    ("words = \"Watches the crossing.\"", "words = \"x\", shut = true", "unknown_member", "shut"),
    ("version = 1\n", "", "missing_member", "format"),
    ("starts = \"recorded\"\n", "", "missing_member", "[clocks.answer]"),
    ("{ role = \"notary\" }", "{ count = 1 }", "missing_member", "{ count = 1 }"),
    ("version = 1", "version = \"1\"", "wrong_type", "version ="),
    ("version = 1", "version = 1.5", "wrong_type", "version ="),
    ("version = 1", "version = 2026-01-01", "wrong_type", "version ="),
    ("version = 1", "version = 99999999999999999999", "wrong_type", "version ="),
    ("title = \"Watch\"", "title = [\"Watch\"]", "wrong_type", "title = [\"Watch\"]"),
    ("chair = \"watch\"", "chair = 1", "wrong_type", "chair = 1"),
    ("recusal = \"own_case\"", "recusal = true", "wrong_type", "recusal = true"),
    ("night_crossings = false", "night_crossings = 0", "wrong_type", "night_crossings = 0"),
    ("length = \"48h\"", "length = true", "wrong_type", "length = true"),
    ("\"accord.charter/v1\"", "\"accord.charter/v2\"", "unknown_value", "format"),
    ("majority = \"simple\"", "majority = \"most\"", "unknown_value", "majority = \"most\""),
    ("from = \"each_party\"", "from = \"some_party\"", "unknown_value", "some_party"),
    ("version = 1", "version = 0", "out_of_range", "version ="),
    ("version = 1", "version = 4294967296", "out_of_range", "version ="),
    ("import_rows = 1000", "import_rows = -1", "out_of_range", "import_rows"),
    ("count = 2", "count = 0", "out_of_range", "count = 0"),
    ("count = 2", "count = 65536", "out_of_range", "count = 65536"),
    ("\"Ferry watch\"", "\"Ferry\\u202Ewatch\"", "control_character", "ferry-watch ="),
    ("\"Ferry watch\"", "\"Ferry\\nwatch\"", "control_character", "ferry-watch ="),
    ("\"Ferry watch\"", "\"Ferry\\u0000watch\"", "control_character", "ferry-watch ="),
    ("length = \"48h\"", "length = \"2 days\"", "bad_length", "2 days"),
    ("length = \"48h\"", "length = \"2000000d\"", "bad_length", "2000000d"),
    ("length = \"48h\"", "length = 99999999999999", "bad_length", "99999999999999"),
    ("length = \"48h\"", "length = \"0h\"", "length_not_positive", "0h"),
    ("length = \"48h\"", "length = 0", "length_not_positive", "length = 0"),
    ("length = \"48h\"", "length = -3", "length_not_positive", "length = -3"),
    ("code = \"ferry\"", "code = \"The Ferry\"", "bad_code", "The Ferry"),
    ("landings = 2", "\"land ings\" = 2", "bad_code", "land ings"),
    ("[provisions.F2]", "[provisions.\"F 2\"]", "bad_code", "F 2"),
    ("S1 = {", "\"S/1\" = {", "bad_code", "S/1"),
    ("majorities = { season", "majorities = { \"se ason\"", "bad_code", "se ason"),
    ("river = \"", "River = \"", "bad_code", "River = "),
    ("prefixes = [\"violation\"]", "prefixes = [\"violation\", \"violation.sub\"]", "bad_code", "violation.sub"),
    ("title = \"Watch\"", "title = \" \"", "empty", "title = \" \""),
    ("[\"north\"]\n\n[fam", "[]\n\n[fam", "empty", "ferry_owner"),
    ("[{ all = [{ role = \"notary\" }] }]", "[]", "empty", "any_of = []"),
    ("[{ role = \"notary\" }]", "[]", "empty", "any_of = [{ all = [] }]"),
    ("[\"ceasefire.denounced\"]", "[]", "empty", "types = []"),
    ("responsible = [\"north\", \"south\"]", "responsible = [\"north\", \"north\"]", "duplicate", "north\", \"north"),
    ("{ role = \"notary\" }", "{ role = \"notary\" }, { role = \"notary\" }", "duplicate", "{ role = \"notary\" }, {"),
    ("participant = \"south-council\"", "participant = \"north-council\"", "duplicate", "South bank"),
    ("[\"north\"]\n\n[fam", "[\"east\"]\n\n[fam", "unknown_party", "ferry_owner"),
    ("participant = \"south-council\"", "participant = \"east-council\"", "unknown_participant", "east-council"),
    ("holder = \"ferry-watch\"", "holder = \"nobody\"", "unknown_participant", "nobody"),
    ("\"monitor\", \"witness\"]", "\"monitor\", \"warden\"]", "unknown_role", "warden"),
    ("provision = \"F1\"", "provision = \"F9\"", "unknown_provision", "F9"),
    ("provisions = [\"F1\"] }", "provisions = [\"F9\"] }", "unknown_provision", "F9"),
    ("gains no right to the river.\"\nprovisions = [\"F1\"]", "gains.\"\nprovisions = [\"F8\"]", "unknown_provision", "F8"),
    ("types = [\"violation.alleged\"]", "types = [\"violations.alleged\"]", "unknown_family", "violations.alleged"),
    ("\"rules.*\", \"import.*\"", "\"rules.*\", \"ledgers.*\"", "unknown_family", "ledgers"),
    ("streams = [\"ceasefire\", \"violation\"]", "streams = [\"ceasefire\", \"line\"]", "unknown_family", "\"line\""),
    ("clocks = [\"answer\"]", "clocks = [\"reply\"]", "unknown_clock", "reply"),
    ("binding = \"ferry_owner\"", "binding = \"owner\"", "unknown_binding", "binding = \"owner\""),
    ("watch = { group = \"others\"", "watch = { group = \"guests\"", "unknown_group", "guests"),
    ("per_group = { banks = 1 }", "per_group = { guests = 1 }", "unknown_group", "guests"),
    ("chair = \"watch\"", "chair = \"north-bank\"", "unknown_seat", "north-bank"),
    ("veto_seats = [\"watch\"]", "veto_seats = [\"us\"]", "unknown_seat", "veto_seats"),
    ("responsible = [\"ferry-watch\"]", "responsible = [\"ferryman\"]", "unknown_responsible", "ferryman"),
    ("responsible = [\"ferry-watch\"]", "responsible = []", "nobody_responsible", "responsible = []"),
    ("types = [\"violation.alleged\"]", "types = [\"violation\"]", "bad_pattern", "types = [\"violation\"]"),
    ("\"rules.*\", \"import.*\"", "\"rules.*\", \"*\"", "bad_pattern", "\"*\""),
    ("[\"ceasefire.denounced\"]", "[\"ceasefire.*\"]", "duplicate_grant", "types = [\"ceasefire.*\"]"),
    ("from = \"each_party\"", "from = \"each_party\", count = 2", "count_with_from", "each_party"),
    ("{ role = \"party\", binding", "{ role = \"notary\", binding", "cannot_be_met", "ferry_owner\" }"),
    ("{ role = \"notary\" }", "{ role = \"notary\", count = 2 }", "cannot_be_met", "count = 2 }] }]"),
    ("south bank\", kind = \"body\", roles = [\"party\"]", "south bank\", kind = \"body\"", "cannot_be_met", "from = "),
    ("count = 2", "count = 17", "too_many_signers", "count = 17"),
    ("prefixes = [\"ceasefire\"]", "prefixes = [\"ceasefire\", \"line\"]", "family_without_grant", "line"),
    ("prefixes = [\"ceasefire\"]", "prefixes = [\"ceasefire\", \"key\"]", "prefix_taken", "\"key\""),
    ("prefixes = [\"ceasefire\"]", "prefixes = [\"ceasefire\", \"violation\"]", "prefix_taken", "violations.prefixes"),
    ("quorum = { total = 2", "quorum = { total = 4", "quorum_too_large", "total = 4"),
    ("quorum = { total = 2", "quorum = { least = 3, total = 2", "quorum_too_large", "least = 3"),
    ("banks = 1", "banks = 3", "quorum_too_large", "banks = 3"),
    ("kinds = { \"ceasefire.denounced\"", "kinds = { \"ceasefire.*\"", "bad_pattern", "kinds = {"),
    ("kinds = { \"ceasefire.denounced\"", "kinds = { \"line.moved\"", "unknown_family", "kinds = {"),
    ("zone = \"+01:00\"", "zone = \"Noon\"", "bad_zone", "Noon"),
    ("zone = \"+01:00\"", "zone = \"Etc/UTC\"", "bad_zone", "Etc/UTC"),
    ("zone = \"+01:00\"", "zone = \"+01:60\"", "bad_zone", "+01:60"),
    ("zone = \"+01:00\"", "zone = \"+14:01\"", "bad_zone", "+14:01"),
    ("zone = \"+01:00\"\n", "", "bad_zone", "[clocks.season]"),
    ("end = \"end_of_day\"\n", "", "bad_zone", "zone ="),
    ("starts = \"deposited\"", "starts = \"recorded\"", "bad_submission", "starts = \"recorded\"\n\n[clocks.anchoring]"),
    ("starts = \"deposited\"\n", "starts = \"deposited\"\nend = \"end_of_day\"\nzone = \"UTC\"\n", "bad_submission", "end = \"end_of_day\"\nzone = \"UTC\""),
    ("starts = \"payload\"", "starts = \"deposited\"", "bad_submission", "starts = \"deposited\"\nend"),
    ("ahead = \"5m\"", "ahead = \"61m\"", "out_of_range", "ahead = \"61m\""),
    ("starts = \"cosigned\"", "starts = \"recorded\"", "bad_anchoring", "starts = \"recorded\"\n\n[clocks.season]"),
    ("starts = \"cosigned\"\n", "starts = \"cosigned\"\nend = \"end_of_day\"\nzone = \"UTC\"\n", "bad_anchoring", "end = \"end_of_day\"\nzone = \"UTC\""),
    ("starts = \"payload\"", "starts = \"cosigned\"", "bad_anchoring", "starts = \"cosigned\"\nend"),
    ("amount = \"1200000\"", "amount = \"12,000\"", "bad_amount", "12,000"),
    ("amount = \"1200000\"", "amount = \"-5\"", "bad_amount", "-5"),
    ("currency = \"EUR\"", "currency = \"euro\"", "bad_currency", "euro"),
    ("\"rules.*\", ", "", "kernel_ungranted", "[[grants]]"),
];

#[test]
fn each_edit_makes_its_problem_on_its_line() {
    for (from, to, code, place) in EDITS {
        assert!(ferry().contains(from), "the small charter has no {from:?}");
        let text = ferry().replacen(from, to, 1);
        let report = check(&text);
        let found = codes(&report.problems);
        assert_eq!(found, [(*code, line_of(&text, place))], "{from:?} -> {to:?}\n{report}");
        let fatal = report.problems[0].severity == Severity::Error;
        assert_eq!(report.charter.is_none(), fatal);
        assert_eq!(Charter::from_toml(&text).is_err(), fatal);
    }
}

#[test]
fn every_code_is_tried_and_documented() {
    let doc = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/charter.md"));
    // These take other tests: text_too_large and charter_too_large need bulk, the last three a
    // catalogue.
    let elsewhere = [
        "text_too_large",
        "charter_too_large",
        "family_not_interpreted",
        "type_not_interpreted",
        "type_ungranted",
    ];
    for code in ProblemCode::ALL.iter().map(|code| code.as_str()) {
        let tried = EDITS.iter().any(|(_, _, tried, _)| *tried == code);
        assert!(tried != elsewhere.contains(&code), "{code}");
        assert!(doc.contains(&format!("`{code}`")), "{code} is not documented");
    }
}

#[test]
fn all_problems_at_once_in_the_order_of_the_text() {
    let text = ferry()
        .replace("code = \"ferry\"", "code = \"Ferry\"\nedition = 1")
        .replace("chair = \"watch\"", "chair = \"x\"")
        .replace("[\"ceasefire.denounced\"]", "[\"line.moved\"]");
    let report = check(&text);
    let found: Vec<&str> = report.problems.iter().map(|p| p.code.as_str()).collect();
    assert_eq!(found, ["bad_code", "unknown_member", "unknown_seat", "unknown_family"]);
    assert!(report.complete);
    // A wrong shape leaves the rest for later, and says so.
    let report = check(&text.replace("version = 1", "version = []"));
    let found: Vec<&str> = report.problems.iter().map(|p| p.code.as_str()).collect();
    assert_eq!(found, ["unknown_member", "wrong_type"]);
    assert!(!report.complete);
}

#[test]
fn a_problem_says_where_what_and_what_to_do() {
    let problem =
        check(&ferry().replace("veto_seats = [\"watch\"]", "veto_seats = [\"ü\", \"us\"]"))
            .problems
            .remove(1);
    assert_eq!(
        problem.to_string(),
        "104:20: error[unknown_seat] board.veto_seats[1]: there is no seat \"us\"; correct the code, \
         or describe that seat"
    );
}

#[test]
fn large_charters_are_refused_with_their_size() {
    let roomy = |bytes: usize| {
        ferry().replace("Neither bank fires", &format!("{} fires", "x".repeat(bytes)))
    };
    let spare = MAX_JSON_BYTES - check(&roomy(0)).json_bytes.unwrap();
    let report = check(&roomy(spare));
    assert_eq!((report.json_bytes, report.problems), (Some(MAX_JSON_BYTES), vec![]));
    let report = check(&roomy(spare + 1));
    assert_eq!(codes(&report.problems), [("charter_too_large", 1)]);
    assert!(report.problems[0].what.contains("48001 bytes"), "{report}");
    let report = check(&roomy(MAX_TOML_BYTES));
    assert_eq!(codes(&report.problems), [("text_too_large", 1)]);
}

#[test]
fn a_catalogue_warns_and_never_refuses() {
    let types = |types: &[&str]| types.iter().map(|t| (*t).to_owned()).collect();
    let mut catalogue = Catalogue::default();
    catalogue.families.insert("ceasefire".to_owned(), types(&["ceasefire.accepted", "truce.made"]));
    let without = check_with(ferry(), Some(&catalogue));
    assert!(!without.problems.iter().any(|p| p.code.as_str() == "type_ungranted"), "{without}");
    let text = ferry()
        .replace("prefixes = [\"ceasefire\"]", "prefixes = [\"ceasefire\", \"truce\"]")
        .replace("\"ceasefire.*\"]", "\"ceasefire.*\", \"truce.called\"]");
    let report = check_with(&text, Some(&catalogue));
    let families = line_of(ferry(), "ceasefire.prefixes");
    assert_eq!(
        codes(&report.problems),
        [
            ("type_ungranted", families),
            ("family_not_interpreted", families + 1),
            ("type_not_interpreted", line_of(ferry(), "\"charter.*\"")),
            ("type_not_interpreted", line_of(ferry(), "[\"ceasefire.denounced\"]")),
        ],
        "{report}"
    );
    assert!(report.is_sound());
}

#[test]
fn json_is_held_to_the_same_rules() {
    let json = check(ferry()).charter.unwrap().to_json().unwrap();
    let with = |from: &str, to: &str| {
        assert!(json.contains(from), "{from}");
        let value = serde_json::from_str(&json.replacen(from, to, 1)).unwrap();
        let problems = Charter::from_json(value).map_or_else(|p| p, |_| Vec::new());
        problems.iter().map(|p| (p.code.as_str(), p.line)).collect::<Vec<_>>()
    };
    assert_eq!(with("\"version\":1", "\"version\":1"), []);
    assert_eq!(with("\"version\":1", "\"version\":null"), [("wrong_type", None)]);
    assert_eq!(with("\"version\":1", "\"version\":1,\"summary\":null"), [("wrong_type", None)]);
    assert_eq!(with("\"version\":1", "\"version\":1.0"), [("wrong_type", None)]);
    assert_eq!(with("\"version\":1", "\"version\":1,\"x\":1"), [("unknown_member", None)]);
    // A length is text for people only.
    assert_eq!(with("\"length\":172800", "\"length\":\"48h\""), [("wrong_type", None)]);
    assert_eq!(with("\"chair\":\"watch\"", "\"chair\":\"x\""), [("unknown_seat", None)]);
}

#[test]
fn bootstrap_grants_are_checked_alone() {
    let grants = |text: &str| {
        let grants: Grants = serde_json::from_str(text).unwrap();
        grants.problems().iter().map(|p| format!("{} {}", p.code, p.path)).collect::<Vec<_>>()
    };
    assert_eq!(grants(r#"[{"types":["a.b"],"any_of":[{"all":[{"role":"x"}]}]}]"#), [""; 0]);
    assert_eq!(
        grants(
            r#"[{"types":["a","b.*","b.*"],"any_of":[{"all":[]},
                {"all":[{"role":"x","count":0}]},
                {"all":[{"role":"x","count":1,"from":"each_party"}]}]},{"types":[],"any_of":[]}]"#
        ),
        [
            "bad_pattern [0].types[0]",
            "duplicate_grant [0].types[2]",
            "empty [0].any_of[0].all",
            "out_of_range [0].any_of[1].all[0].count",
            "count_with_from [0].any_of[2].all[0]",
            "empty [1].types",
            "empty [1].any_of",
        ]
    );
}

#[test]
fn charters_from_elsewhere_are_held_to_shape_too() {
    let mut charter = check(ferry()).charter.unwrap();
    charter.version = 0;
    charter.limits.ahead = crate::Seconds(0);
    charter.title = "Ceasefire\u{202E}".to_owned();
    let found: Vec<String> =
        charter.problems().iter().map(|p| format!("{} {}", p.code, p.path)).collect();
    let expected =
        ["length_not_positive limits.ahead", "control_character title", "out_of_range version"];
    assert_eq!(found, expected);
}
