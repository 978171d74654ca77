//! Judging checkpoints.

use super::*;
use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::hash::NodeHash;
use crate::note::NoteSignature;

fn head() -> Checkpoint {
    Checkpoint { origin: ORIGIN.into(), size: 7, root: NodeHash::from_bytes([5; 32]) }
}

/// The log's checkpoint with these lines below.
fn signed(lines: &[NoteSignature]) -> SignedCheckpoint {
    let log = log_key(Algorithm::Ed25519, 90);
    head().sign_at(&[&log], 0).unwrap().with_signatures(lines).unwrap()
}

fn by(name: &str, seed: u8, time: u64) -> NoteSignature {
    witness(name, seed).cosign(&head(), time).unwrap()
}

/// The four witnesses' lines, of those named, with a time for each.
fn lines(cosigned: &[(&str, u64)]) -> Vec<NoteSignature> {
    let seed = |name| ["a", "b", "c", "d"].iter().position(|n| *n == name).unwrap() + 1;
    cosigned
        .iter()
        .map(|(name, time)| by(name, u8::try_from(seed(*name)).unwrap(), *time))
        .collect()
}

fn policy(rest: &str) -> Policy {
    let log = log_key(Algorithm::Ed25519, 90).vkey();
    Policy::parse(&format!("log {log}\n{}{rest}", witnesses())).unwrap()
}

fn judge(rest: &str, cosigned: &[(&str, u64)]) -> Quorum {
    policy(rest).judge(&signed(&lines(cosigned)))
}

#[test]
fn one_witness() {
    let quorum = judge("quorum a\n", &[("a", 5), ("b", 6)]);
    assert!(quorum.met && quorum.witnessed);
    assert_eq!(quorum.unix_seconds, Some(5));
    assert_eq!(quorum.missing, ["c", "d"]);
    let cosigned: Vec<_> =
        quorum.cosigned.iter().map(|c| (c.witness.as_str(), c.unix_seconds)).collect();
    assert_eq!(cosigned, [("a", 5), ("b", 6)]);
    let quorum = judge("quorum a\n", &[("b", 6)]);
    assert!(!quorum.met && !quorum.witnessed && quorum.broken.is_empty());
    assert_eq!((quorum.rule.as_str(), quorum.unix_seconds), ("a", None));
}

#[test]
fn no_witness_at_all_suffices_when_none_is_asked_for() {
    let quorum = judge("quorum none\n", &[]);
    assert!(quorum.met && quorum.witnessed);
    assert_eq!((quorum.rule.as_str(), quorum.unix_seconds), ("none", None));
}

/// Every subset of the witnesses against every threshold: the count alone decides, and the time
/// is that of the last one needed.
#[test]
fn k_of_n() {
    for threshold in 1..=4 {
        for subset in 0_u64..16 {
            let all = [("a", 10), ("b", 20), ("c", 30), ("d", 40)];
            let chosen: Vec<_> =
                (0..4).filter(|at| subset >> at & 1 == 1).map(|at: usize| all[at]).collect();
            let quorum = judge(&format!("group g {threshold} a b c d\nquorum g\n"), &chosen);
            assert_eq!(quorum.met, chosen.len() >= threshold, "{threshold} of {chosen:?}");
            let time = chosen.len().checked_sub(threshold).map(|at| chosen[at].1);
            assert_eq!(quorum.unix_seconds, time);
            let [group] = quorum.groups.as_slice() else { panic!("{quorum:?}") };
            assert_eq!(group.met(), quorum.met);
            assert_eq!(group.witnessed.len(), chosen.len());
            assert_eq!(group.missing.len(), 4 - chosen.len());
        }
    }
}

#[test]
fn groups_nest() {
    let rules = "group x any a b\ngroup y all c d\ngroup all 2 x y\nquorum all\n";
    assert!(judge(rules, &[("b", 1), ("c", 2), ("d", 3)]).met);
    let quorum = judge(rules, &[("a", 1), ("b", 2), ("c", 3)]);
    assert!(!quorum.met);
    let verdict = |name: &str| quorum.groups.iter().find(|g| g.name == name).unwrap();
    assert_eq!(verdict("all").missing, ["y"]);
    assert_eq!(verdict("all").witnessed, ["x"]);
    assert_eq!(verdict("y").missing, ["d"]);
    assert!(quorum.groups.iter().all(|group| group.counts));
    assert_eq!(
        quorum.to_string().lines().filter(|l| l.starts_with("group")).collect::<Vec<_>>(),
        [
            "group x: 2 of 2, 1 suffice",
            "group y: 1 of 2, 2 suffice; without d",
            "group all: 1 of 2, 2 suffice; without y",
        ]
    );
    // x: the latest of a and b; y: the earlier of c and d; both: the earlier of those.
    let quorum = judge(rules, &[("a", 9), ("b", 7), ("c", 8), ("d", 20)]);
    assert_eq!(quorum.unix_seconds, Some(8));
}

#[test]
fn groups_that_the_quorum_does_not_ask_for_do_not_count() {
    let rules = "group x any a b\ngroup y all c d\nquorum x\n";
    let quorum = judge(rules, &[("a", 1)]);
    assert!(quorum.met);
    let counts: Vec<_> = quorum.groups.iter().map(|g| (g.name.as_str(), g.counts)).collect();
    assert_eq!(counts, [("x", true), ("y", false)]);
    assert!(!quorum.to_string().contains("group y"));
    // Nor do their members.
    let rules = "group x any a b\ngroup y all c d\ngroup z any y\nquorum x\n";
    let counts = judge(rules, &[("a", 1)]).groups.into_iter().map(|group| group.counts);
    assert_eq!(counts.collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn the_log_must_have_signed() {
    let quorum = policy("quorum a\n").judge(&signed(&lines(&[("a", 1)])));
    let id = log_key(Algorithm::Ed25519, 90).vkey().id_string();
    assert_eq!(quorum.log, LogVerdict::Signed(id));
    let stranger = log_key(Algorithm::Ed25519, 91);
    let unsigned = head().sign_at(&[&stranger], 0).unwrap();
    let unsigned = unsigned.with_signatures(&lines(&[("a", 1)])).unwrap();
    let quorum = policy("quorum a\n").judge(&unsigned);
    assert_eq!((quorum.met, quorum.witnessed), (false, true));
    assert_eq!(quorum.log, LogVerdict::Unsigned);
    assert!(quorum.to_string().contains("not signed by any log"));
    // A policy without logs leaves that question to whoever asks.
    let open = Policy::parse(&format!("{}quorum a\n", witnesses())).unwrap();
    let quorum = open.judge(&unsigned);
    assert_eq!((quorum.met, quorum.log), (true, LogVerdict::Unlisted));
}

/// The key of one accepted log does not sign for another.
#[test]
fn a_log_signs_for_itself_alone() {
    let other = LogSigner::from_seed("log.example/b", Algorithm::Ed25519, &[9; 32]).unwrap();
    let policy = Policy::parse(&format!("log {}\nquorum none\n", other.vkey())).unwrap();
    let foreign = head().sign_at(&[&other], 0).unwrap();
    assert_eq!(policy.judge(&foreign).log, LogVerdict::Unsigned);
    let own = Checkpoint { origin: "log.example/b".into(), ..head() };
    assert!(policy.judge(&own.sign_at(&[&other], 0).unwrap()).met);
}

#[test]
fn any_one_of_the_logs_suffices() {
    let keys = [log_key(Algorithm::Ed25519, 1), log_key(Algorithm::MlDsa44, 1)];
    let text = format!("log {}\nlog {}\nquorum none\n", keys[0].vkey(), keys[1].vkey());
    let policy = Policy::parse(&text).unwrap();
    for key in &keys {
        let quorum = policy.judge(&head().sign_at(&[key], 77).unwrap());
        assert!(quorum.met);
        assert_eq!(quorum.log, LogVerdict::Signed(key.vkey().id_string()));
    }
}

#[test]
fn a_known_key_with_a_bad_line_spoils_the_note() {
    let mut bad = by("b", 2, 5);
    bad.signature[20] ^= 1;
    let mut all = lines(&[("a", 1)]);
    all.push(bad.clone());
    let quorum = policy("quorum a\n").judge(&signed(&all));
    assert_eq!((quorum.met, quorum.witnessed), (false, true));
    assert_eq!(quorum.broken, [witness("b", 2).vkey().id_string()]);
    assert!(quorum.to_string().contains("does not verify"));
    // Its valid line beside the bad one does not save it.
    all.push(by("b", 2, 5));
    let quorum = policy("quorum b\n").judge(&signed(&all));
    assert!(!quorum.met && !quorum.witnessed);
    // So does a bad line of the log's.
    let log = log_key(Algorithm::Ed25519, 90);
    let mut line = log.sign(&head(), 0).unwrap();
    line.signature[3] ^= 1;
    let quorum = policy("quorum none\n").judge(&signed(&[line]));
    assert_eq!((quorum.met, quorum.broken), (false, vec![log.vkey().id_string()]));
    // Junk under names that the policy does not know is ignored, and so is a name without the id.
    bad.id = crate::key::KeyId::from_bytes([0; 4]);
    let stranger = by("e", 5, 1);
    assert!(policy("quorum a\n").judge(&signed(&[bad, stranger, by("a", 1, 1)])).met);
}

#[test]
fn of_several_lines_of_one_witness_the_latest_counts() {
    let quorum = judge("quorum a\n", &[("a", 5), ("a", 9), ("a", 0), ("a", 7)]);
    assert_eq!(quorum.unix_seconds, Some(9));
    assert_eq!(quorum.cosigned.len(), 1);
    // Who never says when vouches for consistency alone.
    let quorum = judge("group g all a b\nquorum g\n", &[("a", 5), ("b", 0)]);
    assert_eq!((quorum.met, quorum.unix_seconds), (true, Some(0)));
}

/// One witness with a key of each algorithm: a policy can ask for either or for both.
#[test]
fn a_policy_can_ask_for_both_algorithms() {
    let keys = [Algorithm::Ed25519, Algorithm::MlDsa44].map(|a| cosigner("w.example", a, 8));
    let rules = |rule: &str| {
        let keys = format!("witness e {}\nwitness q {}\n", keys[0].vkey(), keys[1].vkey());
        Policy::parse(&format!("{keys}group w {rule} e q\nquorum w\n")).unwrap()
    };
    let lines: Vec<_> = keys.iter().map(|key| key.cosign(&head(), 3).unwrap()).collect();
    for (lines, any, all) in
        [(&lines[..1], true, false), (&lines[1..], true, false), (&lines[..], true, true)]
    {
        let checkpoint = signed(lines);
        assert_eq!(
            (rules("any").judge(&checkpoint).met, rules("all").judge(&checkpoint).met),
            (any, all)
        );
    }
}

proptest! {
    /// Against a plain recursive reading of the rules, on random forests.
    #[test]
    fn one_pass_gives_what_the_rules_say(
        parts in proptest::collection::vec((1..4_usize, 1..9_usize), 1..4),
        times in proptest::collection::vec(proptest::option::of(0..99_u64), 4),
    ) {
        enum Tree { Leaf(Option<u64>), Node(usize, Vec<Self>) }
        impl Tree {
            fn time(&self) -> Option<u64> {
                match self {
                    Self::Leaf(time) => *time,
                    Self::Node(k, inner) => {
                        let mut times: Vec<_> = inner.iter().filter_map(Self::time).collect();
                        times.sort_unstable();
                        times.iter().rev().nth(k - 1).copied()
                    }
                }
            }
        }
        let names = ["a", "b", "c", "d"];
        let mut text = String::new();
        let mut free: Vec<(String, Tree)> = names.iter().zip(&times)
            .map(|(name, time)| ((*name).to_owned(), Tree::Leaf(*time))).collect();
        for (at, (members, threshold)) in parts.into_iter().enumerate() {
            let taken: Vec<_> = free.drain(..members.min(free.len())).collect();
            let threshold = threshold.min(taken.len());
            let (named, trees): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
            writeln!(text, "group g{at} {threshold} {}", named.join(" ")).unwrap();
            free.push((format!("g{at}"), Tree::Node(threshold, trees)));
        }
        let (name, tree) = free.last().unwrap();
        let cosigned: Vec<_> = names.iter().zip(&times)
            .filter_map(|(name, time)| time.map(|time| (*name, time))).collect();
        let quorum = judge(&format!("{text}quorum {name}\n"), &cosigned);
        prop_assert_eq!(quorum.unix_seconds, tree.time());
        prop_assert_eq!(quorum.met, tree.time().is_some());
    }
}
