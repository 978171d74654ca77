//! Reading policies: every rule, by what breaks it.

mod judging;

use super::*;
use crate::cosignature::{Algorithm, CosignerSigner};
use crate::key::{KeyError, NoteSigner};
use crate::log_key::LogSigner;
use proptest::prelude::*;
use std::fmt::Write as _;

const ORIGIN: &str = "log.example/a";

fn log_key(algorithm: Algorithm, seed: u8) -> LogSigner {
    LogSigner::from_seed(ORIGIN, algorithm, &[seed; 32]).unwrap()
}

fn cosigner(name: &str, algorithm: Algorithm, seed: u8) -> CosignerSigner {
    CosignerSigner::from_seed(name, algorithm, &[seed; 32]).unwrap()
}

/// An Ed25519 witness whose key is named like the policy names it.
fn witness(name: &str, seed: u8) -> CosignerSigner {
    cosigner(&format!("{name}.example"), Algorithm::Ed25519, seed)
}

fn witness_line(name: &str, seed: u8) -> String {
    format!("witness {name} {}\n", witness(name, seed).vkey())
}

/// Witnesses a, b, c and d, defined.
fn witnesses() -> String {
    [("a", 1), ("b", 2), ("c", 3), ("d", 4)].map(|(name, seed)| witness_line(name, seed)).concat()
}

fn problem(text: &str) -> (usize, Problem) {
    match Policy::parse(text) {
        Err(PolicyError::Line { line, problem }) => (line, problem),
        other => panic!("{other:?}"),
    }
}

/// What is wrong with `line` after four witnesses.
fn wrong(line: &str) -> Problem {
    let (at, problem) = problem(&format!("{}{line}\nquorum none\n", witnesses()));
    assert_eq!(at, 5);
    problem
}

#[test]
fn every_member_of_a_policy_is_read() {
    let log = log_key(Algorithm::MlDsa44, 9).vkey();
    let two = cosigner("two.example", Algorithm::MlDsa44, 2);
    let text = format!(
        "# A policy\n\n \t# indented\nlog {log}  https://log.example/\nwitness\tone {}\t\n\
         witness two {} https://two.example/w \ngroup both all one two\n  quorum both\n",
        witness("one", 1).vkey(),
        two.vkey(),
    );
    let policy = Policy::parse(&text).unwrap();
    let [read] = policy.logs() else { panic!("{policy:?}") };
    assert_eq!((&read.vkey, read.url.as_deref()), (&log, Some("https://log.example/")));
    let [first, second] = policy.witnesses() else { panic!("{policy:?}") };
    assert_eq!((first.name.as_str(), first.url.as_deref()), ("one", None));
    assert_eq!(second.vkey, *two.vkey());
    assert_eq!(second.url.as_deref(), Some("https://two.example/w"));
    let [group] = policy.groups() else { panic!("{policy:?}") };
    assert_eq!((group.name(), group.threshold()), ("both", 2));
    assert_eq!(policy.members(group).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(policy.quorum(), "both");
    // Its plainest form is read as the same.
    assert_eq!(Policy::parse(&policy.to_text()), Ok(policy.clone()));
    assert!(policy.to_text().ends_with("group both 2 one two\nquorum both\n"));
}

#[test]
fn the_smallest_policies() {
    let none = Policy::parse("quorum none\n").unwrap();
    assert_eq!((none.quorum(), none.witnesses().len(), none.logs().len()), ("none", 0, 0));
    let one = Policy::parse(&format!("{}quorum a\n", witness_line("a", 1))).unwrap();
    assert_eq!(one.quorum(), "a");
    for empty in ["", "\n", "# quorum none\n"] {
        assert_eq!(Policy::parse(empty), Err(PolicyError::NoQuorum));
    }
}

#[test]
fn lines_have_their_form() {
    use Problem as P;
    let group = P::Form("group <name> all|any|<k> <name>...");
    assert_eq!(wrong("group"), group);
    assert_eq!(wrong("group g any"), group);
    assert_eq!(wrong("log"), P::Form("log <vkey> [<url>]"));
    assert_eq!(wrong("log a b c"), P::Form("log <vkey> [<url>]"));
    assert_eq!(wrong("witness e"), P::Form("witness <name> <vkey> [<url>]"));
    assert_eq!(wrong("witness e f g h"), P::Form("witness <name> <vkey> [<url>]"));
    assert_eq!(wrong("quorum"), P::Form("quorum <name>"));
    assert_eq!(wrong("quorum a b"), P::Form("quorum <name>"));
    assert_eq!(wrong("Quorum a"), P::Keyword("Quorum".into()));
    // A comment behind something is no comment, nor is a URL one.
    assert_eq!(wrong("quorum a # why"), P::Form("quorum <name>"));
    let commented = format!("{} #why", witness_line("e", 5).trim_end());
    assert_eq!(wrong(&commented), P::Comment);
}

#[test]
fn lines_end_with_a_line_feed_and_hold_no_control_characters() {
    assert_eq!(problem("quorum none"), (1, Problem::Truncated));
    assert_eq!(problem("quorum none\n#"), (2, Problem::Truncated));
    assert_eq!(problem("quorum none\r\n"), (1, Problem::Control(b'\r')));
    assert_eq!(problem("# \u{7f}\nquorum none\n"), (1, Problem::Control(0x7f)));
    assert_eq!(problem("# \0\nquorum none\n"), (1, Problem::Control(0)));
    // Only space and tab part words; what lies above ASCII is never white space or control.
    assert_eq!(problem("quorum\u{a0}none\n").1, Problem::Keyword("quorum\u{a0}none".into()));
    assert_eq!(problem("quorum\u{85}none\n").1, Problem::Keyword("quorum\u{85}none".into()));
}

#[test]
fn bytes_above_ascii_are_names_or_comments() {
    let kelvin = format!("witness \u{212a} {}\n", witness("k", 1).vkey());
    let other = format!("witness K {}\n", witness("l", 2).vkey());
    let policy = Policy::parse(&format!("{kelvin}{other}quorum \u{212a}\n")).unwrap();
    assert_eq!(policy.quorum(), "\u{212a}");
    assert!(Policy::parse_bytes(b"# caf\xe9\nquorum none\n").is_ok());
    let latin = Policy::parse_bytes(b"quorum caf\xe9\n");
    assert_eq!(latin, Err(PolicyError::Line { line: 1, problem: Problem::Utf8 }));
}

#[test]
fn names_are_defined_once_and_before_use() {
    use Problem as P;
    assert_eq!(wrong("group g any a e"), P::Undefined("e".into()));
    assert_eq!(wrong("group g any g"), P::Undefined("g".into()));
    assert_eq!(wrong("quorum g"), P::Undefined("g".into()));
    assert_eq!(wrong("group a any b"), P::DuplicateName("a".into()));
    assert_eq!(wrong(witness_line("a", 5).trim_end()), P::DuplicateName("a".into()));
    assert_eq!(wrong("group none any a"), P::Reserved);
    assert_eq!(wrong("group g any none"), P::Reserved);
    assert_eq!(wrong(witness_line("none", 5).trim_end()), P::Reserved);
    // A witness defined below, and a quorum above its group.
    let late = format!("group g any a\n{}", witness_line("a", 1));
    assert_eq!(problem(&late), (1, P::Undefined("a".into())));
    assert_eq!(problem(&format!("quorum g\n{}", witnesses())), (1, P::Undefined("g".into())));
}

#[test]
fn nothing_is_a_member_twice() {
    let twice = |lines: &str| problem(&format!("{}{lines}quorum none\n", witnesses()));
    let member = |name: &str| Problem::MemberTwice(name.into());
    assert_eq!(twice("group g any a a\n"), (5, member("a")));
    assert_eq!(twice("group g any a\ngroup h any a b\n"), (6, member("a")));
    assert_eq!(twice("group g any a\ngroup h any g\ngroup i all g b\n"), (7, member("g")));
    // The quorum may name what is also a member.
    let inner = format!("{}group g any a b\ngroup h any g\nquorum g\n", witnesses());
    assert_eq!(Policy::parse(&inner).unwrap().quorum(), "g");
}

#[test]
fn a_threshold_is_all_any_or_a_number_in_range() {
    for (word, expected) in [("all", 3), ("any", 1), ("1", 1), ("2", 2), ("3", 3)] {
        let text = format!("{}group g {word} a b c\nquorum g\n", witnesses());
        assert_eq!(Policy::parse(&text).unwrap().groups()[0].threshold(), expected);
    }
    for word in ["0", "4", "-1", "+1", "02", "ALL", "1.5", "18446744073709551617", "a"] {
        let expected = Problem::Threshold { found: word.into(), members: 3 };
        assert_eq!(wrong(&format!("group g {word} a b c")), expected);
    }
}

#[test]
fn there_is_one_quorum() {
    let two = format!("{}quorum a\nquorum a\n", witnesses());
    assert_eq!(problem(&two), (6, Problem::SecondQuorum));
    assert_eq!(problem("quorum none\nquorum none\n"), (2, Problem::SecondQuorum));
    assert_eq!(Policy::parse(&witnesses()), Err(PolicyError::NoQuorum));
    // Other lines may come after it.
    let after = format!("{}quorum a\ngroup g any b\n", witnesses());
    assert_eq!(Policy::parse(&after).unwrap().groups().len(), 1);
}

#[test]
fn keys_are_of_the_right_type_and_there_once() {
    use Problem as P;
    let event_key = NoteSigner::from_seed("e", &[1; 32]).unwrap();
    let unknown = wrong(&format!("witness e {}", event_key.vkey()));
    assert!(matches!(unknown, P::Key(KeyError::UnknownType { found: 1, .. })));
    let unknown = wrong(&format!("log {}", witness("a", 9).vkey()));
    assert!(matches!(unknown, P::Key(KeyError::UnknownType { found: 4, .. })));
    assert_eq!(wrong("log nonsense"), P::Key(KeyError::Form));
    // The same public key under another name has another id, and is a duplicate all the same.
    let again = cosigner("other.example", Algorithm::Ed25519, 1);
    let duplicate = P::DuplicateKey(again.vkey().id_string());
    assert_eq!(wrong(&format!("witness e {}", again.vkey())), duplicate);
    let other = LogSigner::from_seed("log.example/b", Algorithm::Ed25519, &[9; 32]).unwrap();
    let logs = format!("log {}\nlog {}\n", log_key(Algorithm::Ed25519, 9).vkey(), other.vkey());
    assert_eq!(problem(&logs), (2, P::DuplicateKey(other.vkey().id_string())));
    // One seed makes two keys of two algorithms.
    let quantum = cosigner("a.example", Algorithm::MlDsa44, 1);
    let text = format!("{}witness a2 {}\nquorum a2\n", witnesses(), quantum.vkey());
    assert!(Policy::parse(&text).is_ok());
}

/// Two keys found by search whose ids are the same under one name.
#[test]
fn keys_that_signature_lines_cannot_tell_apart_are_refused() {
    let colliding = |number: u32| {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        CosignerSigner::from_seed("witness.example/w1", Algorithm::Ed25519, &seed).unwrap()
    };
    let (one, two) = (colliding(59_301), colliding(153_389));
    assert_eq!(one.vkey().id(), two.vkey().id());
    assert_ne!(one.vkey(), two.vkey());
    let text = format!("witness x {}\nwitness y {}\nquorum x\n", one.vkey(), two.vkey());
    assert_eq!(problem(&text), (2, Problem::KeyIdCollision(one.vkey().id_string())));
}

#[test]
fn limits_hold_and_are_wide_enough() {
    let many = |count: usize| {
        let mut text = String::new();
        for at in 0..count {
            let seed = u8::try_from(at).unwrap();
            let log = format!("log{at}.example");
            let log = LogSigner::from_seed(&log, Algorithm::Ed25519, &[seed; 32]).unwrap();
            let witness = witness_line(&format!("w{at}"), seed);
            write!(text, "log {}\n{witness}", log.vkey()).unwrap();
        }
        for at in 0..count {
            let member = if at == 0 { "w0".to_owned() } else { format!("g{}", at - 1) };
            writeln!(text, "group g{at} all {member}").unwrap();
        }
        text
    };
    // The deepest nesting there can be.
    let text = format!("{}quorum g{}\n", many(ITEMS_MAX), ITEMS_MAX - 1);
    let policy = Policy::parse(&text).unwrap();
    let sizes = [policy.logs().len(), policy.witnesses().len(), policy.groups().len()];
    assert_eq!(sizes, [ITEMS_MAX; 3]);
    const { assert!(ITEMS_MAX >= 32) };
    let full = many(ITEMS_MAX);
    let line = full.lines().count() + 1;
    let one_more = |more: &str| problem(&format!("{full}{more}"));
    assert_eq!(one_more(&witness_line("more", 200)), (line, Problem::TooMany("witnesses")));
    let log = log_key(Algorithm::Ed25519, 200).vkey();
    assert_eq!(one_more(&format!("log {log}\n")), (line, Problem::TooMany("logs")));
    assert_eq!(one_more("group more any w1\n"), (line, Problem::TooMany("groups")));
    let comment = "#".repeat(POLICY_MAX);
    assert_eq!(Policy::parse(&format!("{comment}\n")), Err(PolicyError::TooLong(POLICY_MAX + 1)));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "((log|witness|group|quorum|none|#|[ab1\t \n]){0,3}\n){0,5}") {
        if let Ok(policy) = Policy::parse(&text) {
            prop_assert_eq!(Policy::parse(&policy.to_text()), Ok(policy));
        }
    }

    /// A forest of groups, whatever it looks like, is read back as itself.
    #[test]
    fn the_plainest_form_says_the_same(parts in proptest::collection::vec((1..4_usize, 1..9_usize), 0..4)) {
        let mut text = witnesses();
        let mut free: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        for (at, (members, threshold)) in parts.into_iter().enumerate() {
            let taken: Vec<String> = free.drain(..members.min(free.len())).collect();
            let threshold = threshold.min(taken.len());
            writeln!(text, "group g{at} {threshold} {}", taken.join(" ")).unwrap();
            free.push(format!("g{at}"));
        }
        writeln!(text, "quorum {}", free.last().unwrap()).unwrap();
        let policy = Policy::parse(&text).unwrap();
        prop_assert_eq!(policy.to_text(), text);
    }
}

#[test]
fn how_many_must_deceive_for_two_histories() {
    let bound = |groups: &str, quorum: &str| {
        let text = format!("{}{groups}quorum {quorum}\n", witnesses());
        Policy::parse(&text).unwrap().fork_bound()
    };
    assert_eq!(bound("", "none"), None);
    assert_eq!(bound("", "a"), Some(1));
    for (threshold, shared) in [("any", 0), ("2", 0), ("3", 2), ("all", 4)] {
        assert_eq!(bound(&format!("group g {threshold} a b c d\n"), "g"), Some(shared));
    }
    // One of each side's two: each side's may be another one for each history.
    let sides = |threshold| {
        format!("group n {threshold} a b\ngroup s {threshold} c d\ngroup both all n s\n")
    };
    assert_eq!(bound(&sides("any"), "both"), Some(0));
    assert_eq!(bound(&sides("all"), "both"), Some(4));
    // The weaker members count: two of three groups share one, and that is the one of one key.
    let mixed = "group n all a b\ngroup g 2 n c d\n";
    assert_eq!(bound(mixed, "g"), Some(1));
}

proptest! {
    /// By trying every pair of sets of witnesses that both meet the quorum.
    #[test]
    fn the_bound_is_the_least_overlap(
        first in 1usize..=2, second in 1usize..=2, top in 1usize..=3, loose in 0usize..=1,
    ) {
        let loose_members = ["", " e"][loose];
        let top = top.min(2 + loose);
        let text = format!(
            "{}{}group n {first} a b\ngroup s {second} c d\ngroup g {top} n s{loose_members}\nquorum g\n",
            witnesses(), witness_line("e", 5),
        );
        let policy = Policy::parse(&text).unwrap();
        let meets = |set: u8| {
            let has = |at: u8| usize::from(set >> at & 1 == 1);
            let n = usize::from(has(0) + has(1) >= first);
            let s = usize::from(has(2) + has(3) >= second);
            n + s + if loose == 1 { has(4) } else { 0 } >= top
        };
        let sets: Vec<u8> = (0..32).filter(|set| meets(*set)).collect();
        let overlaps = sets.iter().flat_map(|one| sets.iter().map(move |other| (one & other).count_ones()));
        prop_assert_eq!(policy.fork_bound(), overlaps.min().map(|least| least as usize));
    }
}
