//! What is published, what waits, and which lines count.

use super::*;
use accord_format::cosignature::{Algorithm, CosignerSigner};

#[test]
fn the_checkpoint_moves_only_under_its_quorum() {
    let (mut kit, mut witnesses) = witnessed();
    assert_eq!(published(&kit), None);
    assert_eq!(size_of(&file(&kit, layout::CHECKPOINT_PENDING).unwrap()), 1);
    grow(&mut kit, 1);
    kit.ledger().publish().unwrap();
    assert_eq!(size_of(&file(&kit, layout::CHECKPOINT_PENDING).unwrap()), 2);

    witnesses.down(&["w2", "w3"]);
    let taken = cosign(&mut kit, &mut witnesses);
    assert!(!taken.published);
    assert_eq!((taken.size, taken.taken), (2, 1));
    assert_eq!(taken.quorums[0].missing, ["w2", "w3"]);
    assert_eq!(taken.without.len(), 2);
    assert_eq!(published(&kit), None);
    // One cosignature was gathered: what waits is not replaced by the next head.
    grow(&mut kit, 2);
    kit.ledger().publish().unwrap();
    assert_eq!(size_of(&file(&kit, layout::CHECKPOINT_PENDING).unwrap()), 2);

    witnesses.down(&["w1"]);
    let note = publish(&mut kit, &mut witnesses);
    assert_eq!(size_of(&note), 3);
    assert_eq!(file(&kit, layout::CHECKPOINT_PENDING), None);
    assert_eq!(file(&kit, &layout::witnessed(3)), Some(note));
    assert_eq!(codes(&kit), Vec::<&str>::new());
}

/// A ledger whose policy asks for none publishes as ever, and asks nobody.
#[test]
fn without_a_policy_nobody_is_asked() {
    for lines in [Vec::new(), policy(&[1], &["quorum none"])] {
        let mut kit = Kit::bare_with(|genesis| genesis.witness_policy = lines);
        grow(&mut kit, 1);
        kit.ledger().publish().unwrap();
        assert_eq!(size_of(&published(&kit).unwrap()), 2);
        assert!(kit.ledger().cosign(&mut Witnesses::new(&[1])).unwrap().is_none());
        kit.reopen();
        grow(&mut kit, 2);
    }
}

/// Air-gapped witnesses: a note goes out, lines come back one after another, while the ledger
/// grows.
#[test]
fn lines_come_in_one_after_another() {
    let (mut kit, witnesses) = witnessed();
    let note = kit.ledger().pending().unwrap();
    grow(&mut kit, 1);
    kit.ledger().publish().unwrap();
    let one =
        |name: &str| Collected { lines: vec![witnesses.line(name, &note)], ..Collected::default() };
    let taken = kit.ledger().take_in(&note, &one("w3")).unwrap();
    assert_eq!((taken.taken, taken.published), (1, false));
    // What came in waits on, through a reopening.
    kit.reopen();
    kit.ledger().confirm_unasked();
    grow(&mut kit, 2);
    kit.ledger().publish().unwrap();
    assert_eq!(size_of(&kit.ledger().pending().unwrap()), 1);
    assert_eq!(kit.ledger().take_in(&note, &one("w3")).unwrap().taken, 0);
    let taken = kit.ledger().take_in(&note, &one("w1")).unwrap();
    assert_eq!((taken.taken, taken.published), (1, true));
    let names: Vec<_> = taken.quorums[0].cosigned.iter().map(|c| c.witness.as_str()).collect();
    assert_eq!(names, ["w1", "w3"]);
    // The next head waits now.
    kit.ledger().publish().unwrap();
    assert_eq!(size_of(&kit.ledger().pending().unwrap()), 3);
    assert_eq!(codes(&kit), Vec::<&str>::new());
}

#[test]
fn lines_that_do_not_count_are_named_and_left_out() {
    let (mut kit, witnesses) = witnessed();
    let note = kit.ledger().pending().unwrap();
    let stranger = witness_key(9).cosign(note.checkpoint(), 5).unwrap();
    let mut forged = witnesses.line("w1", &note);
    *forged.signature.last_mut().unwrap() ^= 1;
    let timeless = witness_key(2).cosign(note.checkpoint(), 0).unwrap();
    // The log cannot witness itself under another name.
    let own =
        CosignerSigner::from_seed("w3.example/witness", Algorithm::Ed25519, &[2; 32]).unwrap();
    let own = own.cosign(note.checkpoint(), 5).unwrap();
    let lines = vec![stranger, forged, timeless, own];
    let names: Vec<String> = lines.iter().map(|l| format!("{}+{}", l.name, l.id)).collect();
    let collected = Collected { lines, ..Collected::default() };
    let taken = kit.ledger().take_in(&note, &collected).unwrap();
    assert_eq!((taken.taken, taken.published), (0, false));
    let rejected: Vec<String> = taken.rejected.into_iter().map(|(name, _)| name).collect();
    assert_eq!(rejected, names);
    assert_eq!(file(&kit, layout::CHECKPOINT_PENDING), Some(note));
}

#[test]
fn a_note_of_elsewhere_is_refused() {
    let (mut kit, mut witnesses) = witnessed();
    let old = kit.ledger().pending().unwrap();
    let refused = |kit: &mut Kit, note: &SignedCheckpoint| {
        let before = kit.disk.files();
        let found = kit.ledger().take_in(note, &Collected::default());
        assert!(matches!(found, Err(LedgerError::Cosignature(_))), "{found:?}");
        assert_eq!(kit.disk.files(), before);
    };
    let (mut other, _) = witnessed();
    grow(&mut other, 1);
    // Both test ledgers have one genesis, so the other's two entries are this one's future.
    refused(&mut kit, &other.ledger().asking().unwrap().unwrap().note().clone());
    let unsigned = old.to_text().replace("ledger.example/test", "ledger.example/text");
    refused(&mut kit, &SignedCheckpoint::parse(unsigned.as_bytes()).unwrap());
    grow(&mut kit, 2);
    publish(&mut kit, &mut witnesses);
    refused(&mut kit, &old);
}

/// Witnesses that cosign the same head again say that it is still the newest.
#[test]
fn a_published_checkpoint_is_kept_fresh() {
    let (mut kit, mut witnesses) = witnessed();
    let first = publish(&mut kit, &mut witnesses);
    witnesses.now += 3600;
    witnesses.down(&["w1"]);
    let again = publish(&mut kit, &mut witnesses);
    let time = |note: &SignedCheckpoint| {
        kit.ledger.as_ref().unwrap().bench().kernel.policies().judge(0, note)[0].unix_seconds
    };
    assert_eq!(time(&again), time(&first).map(|t| t + 3600));
    // The first word of each witness is kept: it shows how early the entries were there.
    assert_eq!(file(&kit, &layout::witnessed(1)), Some(first));
    assert_eq!(codes(&kit), Vec::<&str>::new());
}
