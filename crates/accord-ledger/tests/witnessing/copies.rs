//! Copies of a ledger: restored from a backup, or written side by side.

use super::*;
use accord_ledger::cosigners::Answer;
use accord_ledger::{Ledger, Outcome, Record};
use accord_store::disk::SimDisk;
use kit::{operator_keys, options};
use std::sync::Arc;

/// A copy of the ledger as it is now, opened for writing.
fn copy(kit: &mut Kit) -> (Arc<SimDisk>, Ledger) {
    drop(kit.ledger.take());
    let disk = Arc::new(kit.disk.fork(11));
    let keys = operator_keys(&kit.origin());
    let (ledger, _) = Ledger::open(disk.clone(), keys, options(false)).unwrap();
    kit.reopen();
    (disk, ledger)
}

/// Lets another copy take the kit's place while `work` is done.
fn with<T>(
    kit: &mut Kit,
    other: &mut (Arc<SimDisk>, Ledger),
    work: impl FnOnce(&mut Kit) -> T,
) -> T {
    swap(kit, other);
    let done = work(kit);
    swap(kit, other);
    done
}

fn swap(kit: &mut Kit, other: &mut (Arc<SimDisk>, Ledger)) {
    std::mem::swap(&mut kit.disk, &mut other.0);
    std::mem::swap(kit.ledger.as_mut().unwrap(), &mut other.1);
}

fn enrolled(kit: &mut Kit, number: u8) -> Result<Vec<Outcome>, LedgerError> {
    let code = format!("body-{number}");
    let newcomer = key(&format!("{code}/desk"), 150 + number);
    let payload = json!({"participant": code, "name": "A body", "kind": "body", "roles": ["observer"],
        "vkey": newcomer.vkey(),
        "possession": accord_format::possession::prove(&kit.id, &code, &newcomer)});
    let (a, b) = (key("authority-a/k", 11), key("authority-b/k", 12));
    let signers = [(&a, "key_authority"), (&b, "key_authority")];
    let event =
        kit.event("participant.enrolled", &format!("participant/{code}"), &payload, &signers);
    let note = event.note().as_bytes().to_vec();
    kit.ledger().append(&[accord_ledger::Submission { note, at: None }])
}

#[test]
fn nothing_is_taken_in_before_the_witnesses_were_asked() {
    let (mut kit, mut witnesses) = witnessed();
    publish(&mut kit, &mut witnesses);
    kit.reopen();
    assert!(kit.ledger().is_unconfirmed());
    let silent = |found: Result<(), LedgerError>| match found {
        Err(LedgerError::Unconfirmed { silent }) => silent,
        other => vec![format!("{other:?}")],
    };
    assert_eq!(silent(enrolled(&mut kit, 1).map(|_| ())), ["w1", "w2", "w3"]);
    // Two that are silent could have met the quorum; one could not.
    witnesses.down(&["w1", "w3"]);
    assert_eq!(silent(kit.ledger().confirm(&mut witnesses)), ["w1", "w3"]);
    assert!(enrolled(&mut kit, 1).is_err());
    witnesses.down(&["w3"]);
    kit.ledger().confirm(&mut witnesses).unwrap();
    enrolled(&mut kit, 1).unwrap();
}

/// What a witness did not cosign is no answer of it.
#[test]
fn an_answer_bears_its_witness_and_this_log() {
    let (mut kit, mut witnesses) = witnessed();
    let note = publish(&mut kit, &mut witnesses);
    kit.reopen();
    let answer = |witness: &str, newest: &SignedCheckpoint| Answer {
        witness: witness.to_owned(),
        newest: Ok(Some(newest.clone())),
    };
    let bare = SignedCheckpoint::parse(kit.reader().head().note.as_bytes()).unwrap();
    let unsigned = note.to_text().replace(&format!("— {}", kit.origin()), "— x.example");
    let unsigned = SignedCheckpoint::parse(unsigned.as_bytes()).unwrap();
    for answers in [
        vec![answer("w1", &bare), answer("w2", &bare)],
        vec![answer("w1", &unsigned), answer("w2", &unsigned)],
        vec![answer("w4", &note), answer("w5", &note)],
        vec![answer("w1", &note), answer("w1", &note)],
    ] {
        let found = kit.ledger().confirm_with(&answers);
        assert!(matches!(found, Err(LedgerError::Unconfirmed { .. })), "{found:?}");
    }
    kit.ledger().confirm_with(&[answer("w1", &note), answer("w2", &note)]).unwrap();
}

/// A backup looks whole. The witnesses know better, and what they know is kept.
#[test]
fn an_old_backup_takes_in_nothing() {
    let (mut kit, mut witnesses) = witnessed();
    publish(&mut kit, &mut witnesses);
    let mut backup = copy(&mut kit);
    kit.ledger().confirm(&mut witnesses).unwrap();
    grow(&mut kit, 1);
    publish(&mut kit, &mut witnesses);
    let found = backup.1.confirm(&mut witnesses);
    let Err(LedgerError::Rival { size: 1, rival: 2, ahead: true, path }) = found else {
        panic!("{found:?}");
    };
    assert_eq!(
        backup.0.read(&path, 1 << 20).unwrap(),
        witnesses.each["w1"].newest.as_ref().unwrap().to_text().into_bytes()
    );
    // Not on anybody's word either, nor after it was opened again.
    with(&mut kit, &mut backup, |kit| {
        kit.ledger().confirm_unasked();
        assert!(matches!(enrolled(kit, 2), Err(LedgerError::Rival { .. })));
        kit.reopen();
        kit.ledger().confirm_unasked();
        assert!(matches!(enrolled(kit, 2), Err(LedgerError::Rival { .. })));
        assert_eq!(size_of(&published(kit).unwrap()), 1);
        // Only who has decided that the other copy is the mistake takes the evidence away.
        kit.disk.erase(&path);
        kit.reopen();
        kit.ledger().confirm_unasked();
        enrolled(kit, 2).unwrap();
    });
}

/// Two copies that the witnesses have confirmed, each of which has gone on by itself since.
fn apart() -> (Kit, (Arc<SimDisk>, Ledger), Witnesses) {
    let (mut kit, mut witnesses) = witnessed();
    publish(&mut kit, &mut witnesses);
    let mut other = copy(&mut kit);
    kit.ledger().confirm(&mut witnesses).unwrap();
    other.1.confirm(&mut witnesses).unwrap();
    enrolled(&mut kit, 1).unwrap();
    with(&mut kit, &mut other, |kit| enrolled(kit, 2)).unwrap();
    (kit, other, witnesses)
}

/// Two copies of one configuration: one of them reaches the quorum, and the other learns it.
#[test]
fn of_two_copies_one_goes_on() {
    let (mut kit, mut other, mut witnesses) = apart();
    assert!(cosign(&mut kit, &mut witnesses).published);
    with(&mut kit, &mut other, |kit| {
        let taken = cosign(kit, &mut witnesses);
        assert!(!taken.published);
        assert_eq!(taken.taken, 0);
        assert_eq!(taken.without.len(), 3);
        let found = enrolled(kit, 3);
        assert!(
            matches!(found, Err(LedgerError::Rival { rival: 2, ahead: false, .. })),
            "{found:?}"
        );
        assert_eq!(size_of(&published(kit).unwrap()), 1);
    });
    grow(&mut kit, 4);
    assert!(cosign(&mut kit, &mut witnesses).published);
}

/// One witness that was won over by the other copy does not stop the one that has the quorum.
#[test]
fn the_quorum_settles_who_is_right() {
    let (mut kit, mut other, mut witnesses) = apart();
    witnesses.down(&["w1", "w2"]);
    assert!(!with(&mut kit, &mut other, |kit| cosign(kit, &mut witnesses)).published);
    // Before its quorum has spoken nothing is settled.
    witnesses.down(&["w2"]);
    assert!(!cosign(&mut kit, &mut witnesses).published);
    assert!(matches!(enrolled(&mut kit, 3), Err(LedgerError::Rival { ahead: false, .. })));
    witnesses.down(&["w3"]);
    assert!(cosign(&mut kit, &mut witnesses).published);
    grow(&mut kit, 5);
    witnesses.down(&[]);
    assert!(cosign(&mut kit, &mut witnesses).published);
    // The evidence stays, and stops nobody.
    assert_eq!(kit.disk.list("private/forks").unwrap().len(), 1);
    kit.reopen();
    kit.ledger().confirm(&mut witnesses).unwrap();
    grow(&mut kit, 6);
}

fn record(kit: &Kit) -> Record {
    Record::of(kit.reader())
}

/// Where as many witnesses as make a quorum cosigned both histories, votes settle nothing, however
/// much was published since.
#[test]
fn two_quorums_settle_nothing() {
    let (mut kit, mut other, mut witnesses) = apart();
    let mut forgetful = Witnesses::new(&[1, 2, 3]);
    let rival = with(&mut kit, &mut other, |kit| {
        assert!(cosign(kit, &mut forgetful).published);
        published(kit).unwrap()
    });
    assert!(cosign(&mut kit, &mut witnesses).published);
    grow(&mut kit, 3);
    assert!(cosign(&mut kit, &mut witnesses).published);
    assert!(record(&kit).forks().unwrap().checkpoints.is_empty());
    let answer = Answer { witness: "w1".to_owned(), newest: Ok(Some(rival)) };
    let found = kit.ledger().confirm_with(&[answer]);
    let Err(LedgerError::Rival { size: 3, rival: 2, ahead: false, path }) = found else {
        panic!("{found:?}");
    };
    assert_eq!(record(&kit).forks().unwrap().checkpoints, [(path.clone(), 2)]);
    assert!(matches!(enrolled(&mut kit, 4), Err(LedgerError::Rival { .. })));
    kit.reopen();
    kit.ledger().confirm_unasked();
    assert!(matches!(enrolled(&mut kit, 4), Err(LedgerError::Rival { .. })));
    kit.disk.erase(&path);
    kit.reopen();
    kit.ledger().confirm_unasked();
    enrolled(&mut kit, 4).unwrap();
}

/// A witness cannot stop a writer with something that this log never signed.
#[test]
fn a_forged_rival_stops_nobody() {
    let (mut kit, mut witnesses) = witnessed();
    publish(&mut kit, &mut witnesses);
    let origin = kit.origin();
    let head = accord_format::checkpoint::Checkpoint {
        origin: origin.clone(),
        size: 9,
        root: accord_format::hash::NodeHash::from_bytes([1; 32]),
    };
    let forged = head.sign(&[&key(&origin, 77)]).unwrap();
    let line = witnesses.line("w1", &forged);
    let forged = forged.with_signatures(&[line]).unwrap();
    witnesses.each.get_mut("w1").unwrap().newest = Some(forged);
    kit.reopen();
    witnesses.down(&["w2"]);
    // It counts as no answer at all.
    assert!(matches!(kit.ledger().confirm(&mut witnesses), Err(LedgerError::Unconfirmed { .. })));
    witnesses.down(&[]);
    kit.ledger().confirm(&mut witnesses).unwrap();
    grow(&mut kit, 1);
    assert!(cosign(&mut kit, &mut witnesses).published);
}
