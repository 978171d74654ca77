//! Evidence that an event was withheld.

use super::*;
use accord_format::hash::LedgerId;
use accord_format::key::VKey;
use accord_format::withheld::{Withheld, WithheldError};
use accord_ledger::evidence::{Shown, UnconvincingError, UnprovenError, prove_withheld, withheld};

const PAST: i64 = LIMIT + SKEW;

/// A deposit at the base by somebody, made into evidence.
fn made(scene: &Scene, event: &SignedEvent, by: &NoteSigner) -> Result<Vec<u8>, UnprovenError> {
    let deposit = scene.deposit(event, 0);
    let (docket, note) = (scene.docket(event), signed(&deposit, by));
    let due = docket.due(deposit.time.timestamp()).unwrap();
    prove_withheld(&scene.record(), &docket, event, note, by.vkey(), &due)
}

fn checked(scene: &Scene, bytes: &[u8], keys: &[VKey]) -> Result<Shown, UnconvincingError> {
    withheld(bytes, &scene.kit.id, keys)
}

/// A record in which nothing is said of the event until long after the limit.
fn silent(witnessed: bool) -> (Scene, SignedEvent) {
    let mut scene = Scene::new(witnessed);
    let event = scene.event();
    scene.grow();
    scene.at(PAST, 0);
    scene.witnesses_at(PAST);
    scene.grow();
    (scene, event)
}

fn publish(scene: &mut Scene) {
    scene.kit.ledger().publish().unwrap();
}

#[test]
fn all_entries_convince_whoever_has_the_ledger_id() {
    let (mut scene, event) = silent(false);
    publish(&mut scene);
    let bytes = made(&scene, &event, &mirror()).unwrap();
    let shown = checked(&scene, &bytes, &[mirror().vkey().clone()]).unwrap();
    assert_eq!((shown.indexed, shown.end, shown.size), (0, 7, 7));
    assert_eq!(shown.due.limit, 3_600);
    assert!(!shown.is_witness);
    assert_eq!(shown.event.hash(), event.event().hash());
    // What was appended later is not needed.
    scene.grow();
    publish(&mut scene);
    let later = made(&scene, &event, &mirror()).unwrap();
    let shown = checked(&scene, &later, &[mirror().vkey().clone()]).unwrap();
    assert_eq!((shown.end, shown.size), (7, 8));
    // Nobody known has signed the deposit, or another ledger is meant.
    let other = key("mirror.example/other", 78).vkey().clone();
    for keys in [&[][..], &[other]] {
        let why = checked(&scene, &bytes, keys).unwrap_err();
        assert!(matches!(why, UnconvincingError::Depositary(_)), "{why}");
    }
    let elsewhere = withheld(&bytes, &LedgerId::from_bytes([7; 32]), &[]);
    let why = elsewhere.unwrap_err();
    assert!(matches!(why, UnconvincingError::Form(WithheldError::OtherLedger { .. })), "{why}");
}

#[test]
fn the_operators_own_index_stands_for_most_entries() {
    let (mut scene, event) = silent(false);
    for _ in 0..30 {
        scene.grow();
    }
    let at = scene.commit();
    for _ in 0..5 {
        scene.grow();
    }
    publish(&mut scene);
    let bytes = made(&scene, &event, &mirror()).unwrap();
    let shown = checked(&scene, &bytes, &[mirror().vkey().clone()]).unwrap();
    assert_eq!((shown.indexed, shown.end), (at, at + 1));
    let file = Withheld::parse(&bytes).unwrap();
    let seqs: Vec<u64> = file.entries.iter().map(|e| e.entry.header.seq).collect();
    assert_eq!(seqs, [0, 1, 2, 3, 4, at], "powers alone, and the commitment");
}

#[test]
fn witnesses_that_the_ledger_names_need_no_key() {
    let (mut scene, event) = silent(true);
    scene.publish();
    let bytes = made(&scene, &event, &witness()).unwrap();
    assert!(checked(&scene, &bytes, &[]).unwrap().is_witness);
}

/// An operator whose clock stands still, or who does nothing any more, is told by its witnesses.
#[test]
fn the_witnesses_time_counts_against_the_operators() {
    let mut scene = Scene::new(true);
    let event = scene.event();
    scene.witnesses_at(PAST);
    scene.publish();
    let bytes = made(&scene, &event, &witness()).unwrap();
    let shown = checked(&scene, &bytes, &[]).unwrap();
    assert_eq!(shown.reached.by, accord_ledger::deposits::Word::Published(5));
    // Of fewer entries than all, the checkpoint says nothing.
    let mut fewer = Withheld::parse(&bytes).unwrap();
    fewer.entries.pop();
    let why = checked(&scene, &fewer.to_bytes(), &[]).unwrap_err();
    assert!(
        matches!(why, UnconvincingError::NoLimit | UnconvincingError::NotReached { .. }),
        "{why}"
    );
    // Anchored, it says so of all that comes behind.
    let anchored = scene.anchor();
    let last = scene.grow();
    scene.publish();
    let bytes = made(&scene, &event, &witness()).unwrap();
    let shown = checked(&scene, &bytes, &[]).unwrap();
    assert_eq!(shown.reached.by, accord_ledger::deposits::Word::Anchored(5));
    assert_eq!((shown.end, shown.size), (anchored + 1, last + 1));
}

#[test]
fn nothing_is_made_of_what_does_not_reach_so_far() {
    let mut scene = Scene::new(false);
    let event = scene.event();
    scene.at(PAST - 1, 999_999);
    scene.grow();
    publish(&mut scene);
    let why = made(&scene, &event, &mirror()).unwrap_err();
    assert!(why.to_string().contains("limit ends at"), "{why}");
    // Entries that are not published are nobody's proof.
    scene.at(PAST, 0);
    scene.grow();
    assert!(made(&scene, &event, &mirror()).is_err());
    publish(&mut scene);
    made(&scene, &event, &mirror()).unwrap();
}

#[test]
fn each_part_is_needed() {
    let (mut scene, event) = silent(false);
    publish(&mut scene);
    let keys = [mirror().vkey().clone()];
    let bytes = made(&scene, &event, &mirror()).unwrap();
    let file = Withheld::parse(&bytes).unwrap();
    let other = scene.event();
    let stranger = key("south/liaison", 99);
    let payload = json!({"target": scene.kit.id});
    let signers = [(&stranger, "party")];
    let strange = scene.kit.event("record.endorsed", "record/", &payload, &signers);
    let changed = |change: &dyn Fn(&mut Withheld)| {
        let mut file = file.clone();
        change(&mut file);
        checked(&scene, &file.to_bytes(), &keys).unwrap_err()
    };
    // Every entry up to the last, without a gap.
    for at in 1..file.entries.len() - 1 {
        let why = changed(&|file| drop(file.entries.remove(at)));
        assert!(
            matches!(why, UnconvincingError::Form(WithheldError::Gap(seq)) if seq == at as u64),
            "{why}"
        );
    }
    let why = changed(&|file| drop(file.entries.pop()));
    assert!(matches!(why, UnconvincingError::NotReached { .. }), "{why}");
    let why = changed(&|file| file.entries.truncate(4));
    assert!(matches!(why, UnconvincingError::NoLimit), "{why}");
    // An entry that is in no tree of this operator's.
    let why = changed(&|file| file.entries[3].hashes.reverse());
    assert!(matches!(why, UnconvincingError::Form(WithheldError::Entries(_))), "{why}");
    // A deposit of something else, or at another time.
    let resigned = signed(&scene.deposit(&other, 0), &mirror());
    let why = changed(&|file| file.deposit = resigned.clone());
    assert!(matches!(why, UnconvincingError::Form(WithheldError::OtherEvent { .. })), "{why}");
    let resigned = signed(&scene.deposit(&event, 1), &mirror());
    let why = changed(&|file| file.deposit = resigned.clone());
    assert!(matches!(why, UnconvincingError::NotReached { .. }), "{why}");
    // An event that nobody signed.
    let mut forged = file.clone();
    forged.deposit = signed(&scene.deposit(&strange, 0), &mirror());
    forged.event = strange;
    let why = checked(&scene, &forged.to_bytes(), &keys).unwrap_err();
    assert!(matches!(why, UnconvincingError::NotOwed(_)), "{why}");
    // An event that is there.
    let there = SignedEvent::parse(scene.record().entry(6).unwrap().signed().note().as_bytes());
    let there = there.unwrap();
    let mut forged = file.clone();
    forged.deposit = signed(&scene.deposit(&there, 0), &mirror());
    forged.event = there;
    let why = checked(&scene, &forged.to_bytes(), &keys).unwrap_err();
    assert!(matches!(why, UnconvincingError::Form(WithheldError::Recorded(6))), "{why}");
}

/// What stands in the stream of the event stands in the proof.
#[test]
fn the_index_hides_no_event_that_is_there() {
    let mut scene = Scene::new(false);
    let (event, other) = (scene.event(), scene.event());
    scene.at(PAST, 0);
    assert_eq!(scene.kit.append(&event), "accepted");
    scene.commit();
    publish(&mut scene);
    let bytes = made(&scene, &other, &mirror()).unwrap();
    let mut forged = Withheld::parse(&bytes).unwrap();
    forged.deposit = signed(&scene.deposit(&event, 0), &mirror());
    forged.event = event.clone();
    let keys = [mirror().vkey().clone()];
    let why = checked(&scene, &forged.to_bytes(), &keys).unwrap_err();
    assert!(matches!(why, UnconvincingError::Form(WithheldError::OtherKey { .. })), "{why}");
    let why = made(&scene, &event, &mirror()).unwrap_err();
    assert!(why.to_string().contains("is in the record"), "{why}");
}

/// A charter that was put in force by nobody who could sets no limit.
#[test]
fn void_entries_set_no_limit() {
    let mut scene = Scene::bare(false);
    let event = scene.event();
    let desk = key("secretariat/desk", 24);
    let payload = json!({"charter": charter(1, Some("1h"))});
    let proposal =
        scene.kit.event("charter.proposed", "charter/", &payload, &[(&desk, "secretariat")]);
    assert_eq!(scene.kit.append(&proposal), "accepted");
    let (party, stream) = (key("north/liaison", 23), proposal.event().stream.clone());
    let adopted = scene.kit.event("charter.adopted", &stream, &json!({}), &[(&party, "party")]);
    assert_eq!(scene.kit.append(&adopted), "not-granted");
    // The operator, or somebody with its keys, has put it into the record all the same.
    let kernel = scene.kit.ledger().bench().kernel.clone();
    let (store, last) = (scene.record(), scene.event());
    let mut entries: Vec<_> = store.entries(0).map(|entry| entry.unwrap()).collect();
    for (event, seconds) in [(&adopted, 0), (&last, PAST)] {
        let recorded = Timestamp::from_seconds(scene.base + seconds);
        let last = entries.last().unwrap();
        let stream = &event.event().stream;
        let revision = entries.iter().filter(|e| e.event().stream == *stream).count() as u64;
        let header = accord_format::entry::Header {
            seq: last.header.seq + 1,
            revision,
            prev: last.hash(),
            recorded,
        };
        entries.push(accord_format::entry::Entry::new(header, event.clone()));
    }
    let leaves: Vec<_> =
        entries.iter().map(|e| accord_format::merkle::leaf_hash(&e.to_bytes())).collect();
    let (size, root) = (leaves.len() as u64, accord_format::merkle::root_of(&leaves));
    let keys = kit::operator_keys(&scene.kit.origin());
    let checkpoint = keys.sign_checkpoint(&kernel, size, root).unwrap();
    let proven = |entry: &accord_format::entry::Entry| {
        let Ok(hashes) =
            accord_format::merkle::inclusion_proof(leaves.as_slice(), entry.header.seq, size);
        accord_format::bundle::ProvenEntry { entry: entry.clone(), hashes }
    };
    let deposit = signed(&scene.deposit(&event, 0), &mirror());
    let entries = entries.iter().map(proven).collect();
    let file = Withheld { event, deposit, index: None, checkpoint, entries };
    let why = checked(&scene, &file.to_bytes(), &[mirror().vkey().clone()]).unwrap_err();
    assert!(matches!(why, UnconvincingError::NoLimit), "{why}");
}

/// A flipped bit is refused, or it is one of a signature that is not looked at.
#[test]
fn every_flipped_byte_is_refused() {
    let (mut scene, event) = silent(false);
    scene.commit();
    publish(&mut scene);
    let bytes = made(&scene, &event, &mirror()).unwrap();
    let keys = [mirror().vkey().clone()];
    for at in (0..bytes.len()).step_by(37) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        assert!(checked(&scene, &flipped, &keys).is_err(), "byte {at}");
    }
    for at in (0..bytes.len()).step_by(61) {
        assert!(checked(&scene, &bytes[..at], &keys).is_err(), "cut at {at}");
    }
}
