//! Whatever the charter, it comes back from TOML and JSON the same; whatever the text, it is
//! answered.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

use std::collections::BTreeMap;

use accord_charter::{
    AreaScheme, Charter, Clock, ClockEnd, ClockStart, Limits, Participant, ParticipantKind, Party,
    Provision, Role, Seconds, Target, check,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const TEXT: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/twelve-point.toml"));

fn base() -> Charter {
    Charter::from_toml(TEXT).unwrap()
}

fn words() -> impl Strategy<Value = String> {
    // Quotes, backslashes, braces, other scripts; no controls.
    "[a-zA-Z\"'\\\\{}\\[\\]=#é界 ]{0,20}[a-z]"
}

fn clock() -> impl Strategy<Value = Clock> {
    let starts = select(vec![
        ClockStart::Recorded,
        ClockStart::OccurredFrom,
        ClockStart::OccurredUntil,
        ClockStart::Breach,
        ClockStart::Payload,
    ]);
    let end = select(vec![(ClockEnd::Exact, None), (ClockEnd::EndOfDay, Some("-03:30"))]);
    (words(), 1..400_u64, select(vec![1_u64, 60, 3_600, 86_400]), starts, end).prop_map(
        |(words, number, unit, starts, (end, zone))| Clock {
            words,
            length: Seconds(number * unit),
            starts,
            end,
            zone: zone.map(str::to_owned),
        },
    )
}

fn people() -> impl Strategy<Value = (BTreeMap<String, Role>, BTreeMap<String, Participant>)> {
    let base = base();
    let codes: Vec<String> = base.roles.keys().cloned().collect();
    let kinds = vec![ParticipantKind::State, ParticipantKind::Body, ParticipantKind::ArmedGroup];
    let participant = (words(), select(kinds), subsequence(codes, 0..5))
        .prop_map(|(name, kind, roles)| Participant { name, kind, roles });
    // More of both than the agreement needs, so that its own grants stay possible.
    let role = (words(), any::<bool>()).prop_map(|(words, open)| Role { words, open });
    (btree_map("x[a-z0-9._-]{1,12}", role, 0..4), btree_map("x[a-z0-9.-]{1,12}", participant, 0..5))
        .prop_map(move |(mut roles, mut participants)| {
            roles.extend(base.roles.clone());
            participants.extend(base.participants.clone());
            (roles, participants)
        })
}

fn provision() -> impl Strategy<Value = Provision> {
    let responsible = subsequence(vec!["ua", "ru", "mission", "auditor"], 1..4);
    let types = subsequence(vec!["violation.*", "record.corrected", "line.a.*"], 0..3);
    (words(), words(), responsible, types).prop_map(|(title, text, responsible, types)| Provision {
        title,
        text,
        responsible: responsible.into_iter().map(str::to_owned).collect(),
        types: types.into_iter().map(str::to_owned).collect(),
        streams: Vec::new(),
        clocks: Vec::new(),
    })
}

prop_compose! {
    fn charter()(
        title in words(),
        summary in proptest::option::of(words()),
        version in 1..u32::MAX,
        (roles, participants) in people(),
        clocks in btree_map("y[a-z0-9_]{0,9}", clock(), 0..6),
        provisions in btree_map("[A-Z][0-9a-z]{3,5}", provision(), 0..5),
        counts in btree_map("[a-z]{1,9}", any::<u32>(), 0..4),
        rules in btree_map("[a-z]{1,9}", any::<bool>(), 0..4),
        amount in 0..u64::MAX,
        limits in vec(1..u32::MAX, 5),
        named in btree_map("[a-z]{1,9}", words(), 0..3),
        keep_board in any::<bool>(),
        third in proptest::option::of(words()),
    ) -> Charter {
        let mut charter = base();
        charter.title = title;
        charter.summary = summary;
        charter.version = version;
        charter.roles = roles;
        charter.participants = participants;
        charter.clocks.extend(clocks);
        charter.provisions.extend(provisions);
        charter.counts = counts;
        charter.rules = rules;
        charter.targets.insert("t".to_owned(), Target {
            title: "T".to_owned(),
            amount: amount.to_string(),
            currency: "EUR".to_owned(),
            provision: "P06".to_owned(),
        });
        charter.limits = Limits {
            ahead: Seconds(u64::from(limits[0]).min(accord_charter::AHEAD_MAX)),
            silence: Seconds(u64::from(limits[0])),
            late_after: Seconds(u64::from(limits[1])),
            allegations_per_day: limits[2],
            import_rows: limits[3],
            small_cell: limits[4],
        };
        charter.areas = Some(AreaScheme { title: "A".to_owned(), prefix: String::new(), digits: 3, named });
        if !keep_board {
            charter.board = None;
        }
        if let Some(name) = third {
            let holder = Participant {
                name: name.clone(),
                kind: ParticipantKind::State,
                roles: vec!["party".to_owned()],
            };
            charter.participants.insert("third".to_owned(), holder);
            charter.parties.insert("xx".to_owned(), Party { name, participant: "third".to_owned() });
        }
        charter
    }
}

/// The charter as TOML, with lengths as people write them.
fn written(charter: &Charter) -> String {
    let mut table = toml::Table::try_from(charter).unwrap();
    for (code, clock) in &charter.clocks {
        table["clocks"][code]["length"] = toml::Value::String(clock.length.to_string());
    }
    toml::to_string(&table).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn toml_and_json_give_the_charter_back(charter in charter()) {
        prop_assert_eq!(charter.problems(), vec![]);
        for text in [toml::to_string(&charter).unwrap(), written(&charter)] {
            let read = Charter::from_toml(&text).unwrap();
            prop_assert_eq!(&read, &charter);
            let json = read.to_json().unwrap();
            let again = Charter::from_json(serde_json::from_str(&json).unwrap()).unwrap();
            prop_assert_eq!(&again, &charter);
            prop_assert_eq!(again.to_json().unwrap(), json);
        }
    }

    #[test]
    fn any_text_is_answered(text in "\\PC*|[\\[\\]{}=.,\"'#a\\n \\\\0-9]{0,200}") {
        let report = check(&text);
        prop_assert!(!report.problems.is_empty());
    }

    #[test]
    fn any_damage_is_answered(
        at in 0..TEXT.len(),
        gone in 0..200_usize,
        put in "[\\[\\]{}=.,\"'#a\\n\\x00\u{202E}é \\\\0-9]{0,8}",
    ) {
        let floor = |mut at: usize| { while !TEXT.is_char_boundary(at) { at -= 1; } at };
        let end = floor((at + gone).min(TEXT.len()));
        let text = format!("{}{put}{}", &TEXT[..floor(at)], &TEXT[end.max(floor(at))..]);
        let lines = text.matches('\n').count() + 1;
        for problem in check(&text).problems {
            prop_assert!((1..=lines).contains(&problem.line.unwrap()), "{}", problem);
        }
    }
}
