//! What verification says of cosigned checkpoints, and of the times between which they bracket
//! the entries.

use super::*;
use accord_format::hash::LedgerId;
use accord_format::misdated::Misdated;
use accord_format::policy::Policy;
use accord_format::time::Timestamp;
use accord_ledger::clock::{Clock as _, SystemClock};
use accord_ledger::evidence::{self, Evidence, UnconvincingError};
use accord_ledger::kernel::ClockPolicy;
use accord_ledger::verify::{self, Demand, Report, Verdict, Witnessing};

fn judge(kit: &Kit) -> Report {
    kit.verify().0
}

fn problems(witnessing: &Witnessing) -> Vec<&'static str> {
    witnessing.problems.iter().map(|p| p.code).collect()
}

/// The note with its lines of other names than `without`.
fn without(note: &SignedCheckpoint, names: &[&str]) -> String {
    let keep = |line: &&str| !names.iter().any(|name| line.starts_with(&format!("— {name} ")));
    note.to_text().lines().filter(keep).flat_map(|line| [line, "\n"]).collect()
}

fn damaged(note: &SignedCheckpoint, name: &str) -> String {
    let flip = |line: &str| {
        let at = line.len() - 6;
        let other = if &line[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &line[..at], &line[at + 1..])
    };
    let each = note.to_text();
    let each = each.lines().map(|line| {
        if line.starts_with(&format!("— {name} ")) { flip(line) } else { line.to_owned() }
    });
    each.map(|line| line + "\n").collect()
}

#[test]
fn nobody_was_asked() {
    let kit = Kit::new();
    assert_eq!(judge(&kit).witnesses(), Verdict::NotEstablished);
    assert!(judge(&kit).is_sound());
}

#[test]
fn what_met_its_quorum_holds() {
    let (mut kit, mut witnesses) = witnessed();
    publish(&mut kit, &mut witnesses);
    grow(&mut kit, 1);
    witnesses.down(&["w2"]);
    publish(&mut kit, &mut witnesses);
    grow(&mut kit, 2);
    witnesses.down(&["w1", "w2"]);
    assert!(!cosign(&mut kit, &mut witnesses).published);
    let report = judge(&kit);
    assert_eq!(report.witnesses(), Verdict::Holds);
    let witnessing = report.witnessing;
    assert_eq!(witnessing.met, 2);
    let (size, quorums) = witnessing.published.unwrap();
    assert_eq!((size, quorums[0].missing.as_slice()), (2, &["w2".to_owned()][..]));
    let waiting = witnessing.waiting.unwrap();
    assert_eq!((waiting.size, waiting.quorums[0].cosigned.len()), (3, 1));
    assert_eq!(report.problems, []);
}

/// The first head waits: that nothing is published yet is no damage.
#[test]
fn the_first_head_may_wait() {
    let (kit, _) = witnessed();
    assert!(file(&kit, layout::CHECKPOINT_PENDING).is_some());
    let report = judge(&kit);
    assert_eq!((report.witnesses(), report.problems), (Verdict::Holds, Vec::new()));
    kit.disk.erase(layout::CHECKPOINT_PENDING);
    let report = judge(&kit);
    assert_eq!(
        report.problems.iter().map(|p| p.code).collect::<Vec<_>>(),
        ["checkpoint-malformed"]
    );
}

#[test]
fn each_file_is_judged() {
    let (mut kit, mut witnesses) = witnessed();
    let one = publish(&mut kit, &mut witnesses);
    grow(&mut kit, 1);
    let note = publish(&mut kit, &mut witnesses);
    grow(&mut kit, 2);
    witnesses.down(&["w1"]);
    kit.ledger().publish().unwrap();
    let pending = kit.ledger().pending().unwrap();
    let (w1, w2) = ("w1.example/witness", "w2.example/witness");
    let line = accord_format::note::NoteSignature::to_line(&witnesses.line("w1", &pending));
    let cosigned =
        SignedCheckpoint::parse(format!("{}{line}", pending.to_text()).as_bytes()).unwrap();
    let second = layout::witnessed(2);
    for (file, text, codes) in [
        (layout::CHECKPOINT, without(&note, &[w1]), vec![]),
        (layout::CHECKPOINT, without(&note, &[w1, w2]), vec!["checkpoint-quorum"]),
        (layout::CHECKPOINT, damaged(&note, w1), vec!["cosignature-invalid"]),
        (&second, without(&note, &[w1, w2]), vec!["checkpoint-quorum"]),
        (&second, damaged(&note, w2), vec!["cosignature-invalid"]),
        (&second, one.to_text(), vec!["witnessed-name"]),
        ("public/witnessed/0002", note.to_text(), vec!["witnessed-name"]),
        (layout::CHECKPOINT_PENDING, cosigned.to_text(), vec![]),
        (layout::CHECKPOINT_PENDING, damaged(&cosigned, w1), vec!["cosignature-invalid"]),
    ] {
        let was = kit.disk.read(file, 1 << 20).ok();
        kit.disk.overwrite(file, text.as_bytes());
        let report = judge(&kit);
        assert_eq!(problems(&report.witnessing), codes, "{file}\n{text}");
        assert_eq!(report.problems, [], "{file}\n{text}");
        assert_eq!(report.is_sound(), codes.is_empty());
        match was {
            Some(was) => kit.disk.overwrite(file, &was),
            None => kit.disk.erase(file),
        }
    }
    assert!(judge(&kit).is_sound());
}

/// A copy without `witnessed/` shows the handover by what the record itself holds, or not at all.
#[test]
fn a_handover_must_be_shown() {
    let (mut kit, _) = witnessed();
    let mut witnesses = Witnesses::new(&[1, 2, 3, 4]);
    publish(&mut kit, &mut witnesses);
    assert_eq!(change_policy(&mut kit, &policy(&[4], &["quorum w4"])), "accepted");
    let handover = publish(&mut kit, &mut witnesses);
    assert_eq!(anchor(&mut kit, &[&handover]), "accepted");
    witnesses.down(&["w1", "w2", "w3"]);
    publish(&mut kit, &mut witnesses);
    let bare = |kit: &Kit| {
        let disk = kit.disk.fork(3);
        for size in accord_store::witnessed::sizes(&disk).unwrap() {
            disk.erase(&layout::witnessed(size));
        }
        let reader = accord_store::Reader::open(std::sync::Arc::new(disk)).unwrap();
        verify::verify(&reader, verify::Options::default(), &mut ()).0
    };
    assert!(bare(&kit).is_sound());
    // Without the anchor nothing shows that the old quorum had its say.
    let (mut kit, _) = witnessed();
    let mut witnesses = Witnesses::new(&[1, 2, 3, 4]);
    publish(&mut kit, &mut witnesses);
    assert_eq!(change_policy(&mut kit, &policy(&[4], &["quorum w4"])), "accepted");
    publish(&mut kit, &mut witnesses);
    grow(&mut kit, 1);
    witnesses.down(&["w1", "w2", "w3"]);
    publish(&mut kit, &mut witnesses);
    assert!(judge(&kit).is_sound());
    assert_eq!(problems(&bare(&kit).witnessing), ["checkpoint-quorum"]);
}

/// A policy that asks nobody takes the verdict away; it does not make it hold.
#[test]
fn witnesses_that_are_asked_no_more() {
    let (mut kit, mut witnesses) = witnessed();
    publish(&mut kit, &mut witnesses);
    let report = judge(&kit);
    assert_eq!((report.witnesses(), report.asks_witnesses()), (Verdict::Holds, true));
    assert_eq!(change_policy(&mut kit, &[]), "accepted");
    publish(&mut kit, &mut witnesses);
    let report = judge(&kit);
    assert!(report.is_sound() && report.witnessing.judged);
    assert_eq!((report.witnesses(), report.asks_witnesses()), (Verdict::NotEstablished, false));
    let bounds: Vec<_> = report.witnessing.policies.iter().map(|p| p.policy.fork_bound()).collect();
    assert_eq!(bounds.last(), Some(&None));
    assert_eq!(bounds.len(), 2);
}

#[test]
fn somebodys_own_policy_is_met_or_not() {
    let (mut kit, mut witnesses) = witnessed();
    publish(&mut kit, &mut witnesses);
    let judge = |kit: &Kit, lines: &[String], max_age: Option<u64>, later: i64| {
        let policy = Policy::parse(&(lines.join("\n") + "\n")).unwrap();
        let now = Timestamp::from_seconds(1_780_000_000 + later);
        let demand = Some(Demand { policy, max_age, now });
        let options = verify::Options { demand, ..verify::Options::default() };
        problems(&verify::verify(&kit.reader(), options, &mut ()).0.witnessing)
    };
    let log = |seed| format!("log {}", key(&kit.origin(), seed).vkey());
    let mut all = policy(&[1, 2, 3], &["group g all w1 w2 w3", "quorum g"]);
    let none: [&str; 0] = [];
    assert_eq!(judge(&kit, &all, None, 0), none);
    all.insert(0, log(2));
    assert_eq!(judge(&kit, &all, Some(60), 60), none);
    assert_eq!(judge(&kit, &all, Some(60), 61), ["checkpoint-stale"]);
    // Clocks may differ; a time that is yet to come keeps nothing fresh.
    let skew = Record::of(kit.reader()).kernel(None).unwrap().skew();
    assert_eq!(judge(&kit, &all, Some(60), -skew), none);
    assert_eq!(judge(&kit, &all, Some(60), -skew - 1), ["cosigned-in-future"]);
    all[0] = log(3);
    assert_eq!(judge(&kit, &all, Some(60), 0), ["policy-log"]);
    let four = policy(&[1, 4], &["group g all w1 w4", "quorum g"]);
    assert_eq!(judge(&kit, &four, None, 0), ["policy-quorum"]);
    let nobody = policy(&[1], &["quorum none"]);
    assert_eq!(judge(&kit, &nobody, None, 0), none);
    assert_eq!(judge(&kit, &nobody, Some(9), 0), ["checkpoint-stale"]);
    let signed = published(&kit).unwrap();
    kit.disk.overwrite(layout::CHECKPOINT, damaged(&signed, "w3.example/witness").as_bytes());
    let one = policy(&[1, 3], &["quorum w1"]);
    assert_eq!(judge(&kit, &one, None, 0), ["cosignature-invalid", "policy-cosignature"]);
    kit.disk.erase(layout::CHECKPOINT);
    assert_eq!(judge(&kit, &one, None, 0), ["policy-quorum"]);
}

/// A ledger of the system clock with one anchored checkpoint, cosigned `offset` seconds after its
/// entries were recorded, and an entry behind it.
fn anchored_at(offset: i64) -> Report {
    let mut kit = Kit::bare_with(|genesis| {
        genesis.witness_policy = two_of_three();
        genesis.clock_policy = ClockPolicy::System;
    });
    let mut witnesses = Witnesses::new(&[1, 2, 3]);
    let recorded = kit.ledger().bench().kernel.recorded().seconds();
    witnesses.now = u64::try_from(recorded + offset).unwrap();
    // An honest tool does not take these in; whoever writes the record can all the same.
    let head = kit.ledger().pending().unwrap();
    let lines = ["w1", "w2"].map(|name| witnesses.line(name, &head));
    let note = head.with_signatures(&lines).unwrap();
    assert_eq!(anchor(&mut kit, &[&note]), "accepted");
    judge(&kit)
}

/// The entries behind a cosignature from the future would look back-dated.
#[test]
fn a_cosignature_from_the_future_is_not_taken_in() {
    let mut kit = Kit::bare_with(|genesis| {
        genesis.witness_policy = two_of_three();
        genesis.clock_policy = ClockPolicy::System;
    });
    let mut witnesses = Witnesses::new(&[1, 2, 3]);
    let mut cosigned = |ahead: i64| {
        witnesses.now = u64::try_from(SystemClock.now().seconds() + ahead).unwrap();
        cosign(&mut kit, &mut witnesses)
    };
    for ahead in [400, i64::MAX / 2] {
        let taken = cosigned(ahead);
        assert_eq!((taken.published, taken.taken, taken.rejected.len()), (false, 0, 3));
        assert!(taken.rejected[0].1.contains("seconds from now"), "{:?}", taken.rejected);
    }
    // One that is older than what it covers would make that look post-dated.
    let taken = cosigned(-31_536_000);
    assert_eq!((taken.published, taken.rejected.len()), (false, 3));
    assert!(taken.rejected[0].1.contains("before the last entry"), "{:?}", taken.rejected);
    assert!(cosigned(-200).published);
}

#[test]
fn entries_outside_their_bracket_are_flagged() {
    let codes = |report: &Report| {
        let found = report.witnessing.problems.iter().map(|p| (p.code, p.seq.unwrap()));
        found.collect::<Vec<_>>()
    };
    assert_eq!(codes(&anchored_at(0)), []);
    // The entry was there long before it says that it was recorded.
    let late = anchored_at(-1000);
    assert_eq!(codes(&late), [("recorded-late", 0)]);
    assert!(!late.is_sound());
    // The anchor came long after it says that it was recorded: back-dated.
    assert_eq!(codes(&anchored_at(1000)), [("recorded-early", 1)]);
    // Clocks differ a little.
    assert_eq!(codes(&anchored_at(290)), []);
    assert_eq!(codes(&anchored_at(-290)), []);
    let bracket = anchored_at(10).witnessing.brackets;
    assert_eq!((bracket.of(0).after, bracket.of(1).by), (None, None));
    assert_eq!(bracket.of(0).by, bracket.of(1).after);
    assert_eq!(bracket.of(0).by.unwrap().size, 1);
}

/// Whoever has only the ledger id is convinced by the file, and by no other.
#[test]
fn what_is_misdated_can_be_shown_to_others() {
    // What some charter would allow is found in the record, and shown by no file.
    for offset in [290, -290, 3_500, -3_500] {
        let report = anchored_at(offset);
        assert_eq!(report.witnessing.problems.is_empty(), offset.abs() < 300);
        assert_eq!(report.evidence, []);
    }
    for (offset, code, seq) in [(-5000, "recorded-late", 0), (5000, "recorded-early", 1)] {
        let report = anchored_at(offset);
        let [Evidence::Misdated(made)] = &*report.evidence else {
            panic!("{:?}, {:?}", report.evidence, report.notes)
        };
        let (bytes, ledger) = (made.to_bytes(), report.ledger.unwrap());
        let shown = evidence::misdated(&bytes, &ledger).unwrap();
        assert_eq!((shown.code, shown.entry.header.seq), (code, seq));
        let apart = shown.recorded().seconds() - shown.bound().unwrap().at.seconds();
        assert_eq!(apart, -offset);
        assert_eq!(shown.policy, None);
        let other = LedgerId::from_bytes([7; 32]);
        assert!(evidence::misdated(&bytes, &other).is_err());
        // About another entry of the same file, which lies within its bracket.
        if let Ok(other) = Misdated::new(1 - seq, made.head().clone()) {
            let error = evidence::misdated(&other.to_bytes(), &ledger).unwrap_err();
            assert!(matches!(error, UnconvincingError::Within { .. }), "{error}");
        }
        // Without enough of the cosignatures nothing is shown, and no bit of the file can be
        // another.
        if code == "recorded-late" {
            let mut bare = made.head().clone();
            let two = ["w1.example/witness", "w2.example/witness"];
            let text = without(&bare.checkpoint, &two);
            bare.checkpoint = SignedCheckpoint::parse(text.as_bytes()).unwrap();
            let bare = Misdated::new(seq, bare).unwrap();
            let error = evidence::misdated(&bare.to_bytes(), &ledger).unwrap_err();
            assert!(error.to_string().contains("nothing bounds its time"), "{error}");
        }
        // Witnesses who contradict each other accuse nobody else.
        if code == "recorded-early" {
            let mut both = made.head().clone();
            let at = u64::try_from(shown.recorded().seconds()).unwrap();
            let lines = [1, 2].map(|n| witness_key(n).cosign(both.checkpoint.checkpoint(), at));
            let lines = lines.map(Result::unwrap);
            both.checkpoint = both.checkpoint.with_signatures(&lines).unwrap();
            let both = Misdated::new(seq, both).unwrap();
            let error = evidence::misdated(&both.to_bytes(), &ledger).unwrap_err();
            assert!(matches!(error, UnconvincingError::Disagree { .. }), "{error}");
        }
        for at in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let still = evidence::misdated(&changed, &ledger);
            // A witness too few may still be a quorum; the verdict is the same then.
            assert!(still.is_err() || still.is_ok_and(|s| s.code == code), "{at}");
        }
    }
}

/// A simulated clock is measured by nothing; what lies outside is listed all the same.
#[test]
fn a_simulated_clock_is_not_blamed() {
    let (mut kit, mut witnesses) = witnessed();
    witnesses.now += 1_000_000;
    let note = publish(&mut kit, &mut witnesses);
    assert_eq!(anchor(&mut kit, &[&note]), "accepted");
    let report = judge(&kit);
    assert!(report.is_sound());
    assert_eq!(report.witnessing.outside.len(), 1);
    assert_eq!(report.evidence, []);
}
