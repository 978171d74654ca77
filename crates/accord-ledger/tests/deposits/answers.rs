//! What a record says to a deposit.

use super::*;
use accord_ledger::deposits::{DocketError, Timing, Word, depositaries};

/// The limit and the difference of clocks together.
const PAST: i64 = LIMIT + SKEW;

#[test]
fn what_is_not_there_is_withheld_from_the_end_of_the_limit_on() {
    let mut scene = Scene::new(false);
    let event = scene.event();
    let mut reach = |seconds, micros| {
        scene.at(seconds, micros);
        scene.grow();
        scene.answer(&event)
    };
    for (seconds, micros) in [(0, 0), (LIMIT, 0), (PAST - 1, 999_999)] {
        let Answer::NotDue { due, reached } = reach(seconds, micros) else {
            unreachable!("{seconds} {micros}")
        };
        assert_eq!((due.limit, due.skew), (3_600, 600));
        assert!(matches!(reached.unwrap().by, Word::Operator(_)));
    }
    let answer = reach(PAST, 0);
    assert_eq!(answer.finding(), Some("withheld"));
    let Answer::Withheld { due, reached, shown: true } = answer else { unreachable!() };
    assert_eq!(due.at.seconds() + SKEW, reached.at.seconds());
    assert_eq!(reach(PAST, 1).finding(), Some("withheld"));
}

#[test]
fn what_is_there_was_in_time_up_to_the_end_of_the_limit() {
    for (seconds, micros, late) in [(0, 0, false), (PAST - 1, 999_999, false), (PAST, 0, true)] {
        let mut scene = Scene::new(false);
        let event = scene.event();
        scene.at(seconds, micros);
        assert_eq!(scene.kit.append(&event), "accepted");
        let answer = scene.answer(&event);
        assert_eq!(answer.finding(), late.then_some("taken_in_late"), "{seconds} {micros}");
        let Answer::TakenIn { seq, timing, .. } = answer else { unreachable!() };
        assert_eq!(seq + 1, scene.kit.ledger().size());
        // Nobody but the operator says so.
        assert_eq!(matches!(timing, Timing::SaidInTime(_)), !late);
    }
}

#[test]
fn the_limit_is_that_of_the_charter_in_force_when_it_was_deposited() {
    let mut scene = Scene::bare(false);
    let event = scene.event();
    let due = |scene: &Scene, seconds: i64| {
        let at = Timestamp::from_seconds(scene.base + seconds);
        scene.docket(&event).due(at).map(|due| due.limit)
    };
    assert_eq!(due(&scene, 0), None);
    scene.at(10, 0);
    let first = scene.propose(&charter(1, Some("1h")), "charter.adopted", None);
    scene.at(20, 0);
    let second = scene.propose(&charter(2, Some("2h")), "charter.amended", Some(&first));
    scene.at(30, 0);
    scene.propose(&charter(3, None), "charter.amended", Some(&second));
    assert_eq!(
        [9, 10, 19, 20, 29, 30].map(|seconds| due(&scene, seconds)),
        [None, Some(3_600), Some(3_600), Some(7_200), Some(7_200), None]
    );
    scene.at(1_000_000, 0);
    scene.grow();
    let docket = scene.docket(&event);
    let answer =
        |seconds| docket.answer(&scene.deposit(&event, seconds), Some(&event), &[]).unwrap();
    assert_eq!([answer(9), answer(30)], [Answer::NoLimit, Answer::NoLimit]);
    assert_eq!([answer(10), answer(29)].map(|a| a.finding()), [Some("withheld"); 2]);
}

/// An operator whose clock stands still is told by its witnesses.
#[test]
fn witnesses_say_how_far_a_record_reaches() {
    let mut scene = Scene::new(true);
    let event = scene.event();
    scene.witnesses_at(PAST - 1);
    scene.publish();
    let Answer::NotDue { reached, .. } = scene.answer(&event) else { unreachable!() };
    let size = scene.kit.ledger().size();
    assert_eq!(reached.unwrap().by, Word::Published(size));
    // The same head, cosigned again as the newest.
    scene.witnesses_at(PAST);
    scene.publish();
    let Answer::Withheld { reached, .. } = scene.answer(&event) else { unreachable!() };
    assert_eq!(reached.by, Word::Published(size));
    // In the record itself.
    let mut scene = Scene::new(true);
    let event = scene.event();
    scene.witnesses_at(PAST);
    let anchored = scene.publish().checkpoint().size;
    scene.anchor();
    let Answer::Withheld { reached, .. } = scene.answer(&event) else { unreachable!() };
    assert_eq!((reached.by, reached.at.seconds()), (Word::Anchored(anchored), scene.base + PAST));
    // A checkpoint that did not meet its quorum says nothing.
    let mut scene = Scene::new(true);
    let event = scene.event();
    scene.witnesses.down(&["w1", "w2"]);
    scene.witnesses_at(PAST);
    assert!(!scene.kit.ledger().cosign(&mut scene.witnesses).unwrap().unwrap().published);
    assert_eq!(scene.answer(&event).finding(), None);
}

#[test]
fn witnesses_say_whether_it_was_in_time() {
    for (by, in_time) in [(PAST - 1, true), (PAST, false)] {
        let mut scene = Scene::new(true);
        let event = scene.event();
        assert_eq!(scene.kit.append(&event), "accepted");
        scene.witnesses_at(by);
        scene.publish();
        let Answer::TakenIn { timing, .. } = scene.answer(&event) else { unreachable!() };
        // That it was seen late does not show that it was late.
        assert_eq!(matches!(timing, Timing::InTime(_)), in_time, "{timing:?}");
        assert_eq!(matches!(timing, Timing::SaidInTime(_)), !in_time, "{timing:?}");
    }
    for (since, late) in [(PAST - 1, false), (PAST, true)] {
        let mut scene = Scene::new(true);
        let event = scene.event();
        scene.witnesses_at(since);
        scene.publish();
        scene.anchor();
        // Back-dated: the operator's clock has not moved.
        assert_eq!(scene.kit.append(&event), "accepted");
        let answer = scene.answer(&event);
        assert_eq!(answer.finding(), late.then_some("taken_in_late"), "{since}");
    }
}

#[test]
fn nobody_owes_an_answer_to_what_nobody_signed() {
    let mut scene = Scene::new(false);
    let (event, stranger) = (scene.event(), key("south/liaison", 99));
    let payload = json!({"target": scene.kit.id});
    let strange = scene.kit.event("record.endorsed", "record/", &payload, &[(&stranger, "party")]);
    scene.at(PAST, 0);
    scene.grow();
    let Answer::NotOwed(why) = scene.answer(&strange) else { unreachable!() };
    assert!(why.contains("south/liaison"), "{why}");
    // The same text under a signature that is not valid.
    let mut lines: Vec<String> = event.note().lines().map(str::to_owned).collect();
    let other = scene.event();
    *lines.last_mut().unwrap() = other.note().lines().next_back().unwrap().to_owned();
    let forged = SignedEvent::parse((lines.join("\n") + "\n").as_bytes()).unwrap();
    assert_eq!(forged.event().hash(), event.event().hash());
    assert!(matches!(scene.answer(&forged), Answer::NotOwed(_)));
    // Without the note nobody can tell.
    let docket = scene.docket(&event);
    let answer = docket.answer(&scene.deposit(&event, 0), None, &[]).unwrap();
    assert_eq!(answer.finding(), Some("not_taken_in"));
}

#[test]
fn a_signed_refusal_is_an_answer() {
    let mut scene = Scene::new(false);
    let (party, stream) = (key("north/liaison", 23), "charter/nothing");
    let event = scene.kit.event("charter.endorsed", stream, &json!({}), &[(&party, "party")]);
    let outcome = scene.kit.submit(&event);
    let refusal = refusal_of(outcome);
    scene.at(PAST, 0);
    scene.grow();
    // The operator's key of then.
    let next = key("operator/next", 71);
    let payload = json!({"vkey": next.vkey(),
        "possession": accord_format::possession::prove(&scene.kit.id, "operator", &next)});
    let stream = "ledger/main";
    let rotated = scene.kit.authority_says("ledger.operator_key_rotated", stream, &payload);
    assert_eq!(rotated, "accepted");
    let docket = scene.docket(&event);
    let opened = docket.refusal(refusal.as_bytes()).unwrap();
    let deposit = scene.deposit(&event, 0);
    let answer = |refusals: &[_]| docket.answer(&deposit, Some(&event), refusals).unwrap();
    assert_eq!(answer(&[]).finding(), Some("withheld"));
    let Answer::Refused(refused) = answer(std::slice::from_ref(&opened)) else { unreachable!() };
    assert_eq!(refused.code, "stream-unknown");
    // Somebody else's word is none, and that of another event neither.
    let forged = opened.sign(&mirror()).unwrap().to_text();
    assert!(docket.refusal(forged.as_bytes()).is_err());
    let other = scene.event();
    let mut elsewhere = opened;
    elsewhere.event = other.event().hash();
    assert_eq!(answer(&[elsewhere]).finding(), Some("withheld"));
}

#[test]
fn what_is_not_of_this_record_is_no_question_to_it() {
    let mut scene = Scene::new(true);
    let (event, other) = (scene.event(), scene.event());
    let docket = scene.docket(&event);
    let deposit = scene.deposit(&event, 0);
    let wrong = docket.answer(&deposit, Some(&other), &[]);
    assert!(matches!(wrong, Err(DocketError::OtherEvent { .. })));
    let mut elsewhere = deposit;
    elsewhere.ledger = accord_format::hash::LedgerId::from_bytes([7; 32]);
    let wrong = docket.answer(&elsewhere, Some(&event), &[]);
    assert!(matches!(wrong, Err(DocketError::OtherLedger { .. })));
    let keys = depositaries(docket.kernel());
    assert!(keys.contains(witness().vkey()) && keys.len() == 3);
}

/// Nobody is accused by what a damaged file says.
#[test]
fn a_damaged_record_accuses_nobody() {
    let mut scene = Scene::new(false);
    let event = scene.event();
    scene.at(PAST, 0);
    for _ in 0..3 {
        scene.grow();
    }
    scene.kit.ledger().publish().unwrap();
    let disk: Arc<dyn accord_store::disk::Disk> = scene.kit.disk.clone();
    let path = "public/tile/entries/000.p/";
    let file = format!("{path}{}", scene.kit.ledger().size());
    let whole = disk.read(&file, 1 << 20).unwrap();
    let at = whole.windows(8).rposition(|w| w == b"endorsed").unwrap();
    let mut damaged = whole;
    damaged[at] ^= 1;
    // As a copy of the public part, without a tail that would be read in its place.
    let copy = accord_store::disk::SimDisk::new(3);
    for dir in ["public", "public/tile", "public/tile/entries", "public/tile/entries/000.p"] {
        use accord_store::disk::{Access, Disk as _};
        copy.create_dir(dir, Access::Public).unwrap();
    }
    let put = |path: &str, bytes: &[u8]| {
        use accord_store::disk::{Access, Disk as _};
        let mut file = copy.create(path, Access::Public).unwrap();
        file.append(bytes).unwrap();
    };
    put(&file, &damaged);
    let checkpoint = disk.read("public/checkpoint", 1 << 20).unwrap();
    put("public/checkpoint", &checkpoint);
    let reader = accord_store::Reader::open(Arc::new(copy)).unwrap();
    let wanted = BTreeSet::from([event.event().hash()]);
    let found = Docket::read(&Record::of(reader), None, &wanted);
    assert!(matches!(found, Err(DocketError::Damaged(_) | DocketError::OtherRoot)), "{found:?}");
}
