//! Entries that other software put into the record.

use super::*;
use accord_format::hash::EntryHash;
use accord_store::Store;

/// Puts `entry` behind the head as somebody would who holds the operator's keys but runs
/// other software.
pub(crate) fn smuggle(kit: &mut Kit, entry: &Entry) {
    kit.ledger = None;
    let (mut store, _) = Store::open(kit.disk.clone()).unwrap();
    let signer = NoteSigner::from_seed(&kit.origin(), &[2; 32]).unwrap();
    let origin = kit.origin();
    let mut sign = |size, root| {
        let head = Checkpoint { origin: origin.clone(), size, root };
        Ok(head.sign(&[&signer]).unwrap().to_text())
    };
    store.commit(&[entry.to_bytes()], &mut sign).unwrap();
    let head = store.head_checkpoint().to_owned();
    store.publish(&head).unwrap();
}

/// An event with a signature that does not hold.
pub(crate) fn forged(kit: &mut Kit) -> SignedEvent {
    let target = kit.id;
    let event = kit.event(
        "record.endorsed",
        "record/",
        &json!({"target": target}),
        &[(&key("mission/field-3", 21), "mission")],
    );
    let text = event.event().text().to_owned();
    let mut line = key("mission/field-3", 99).sign(&text);
    line.id = key("mission/field-3", 21).vkey().id();
    SignedEvent::parse(format!("{text}\n{}", line.to_line()).as_bytes()).unwrap()
}

/// Every number that a header can hold, with a signature that holds and with one that does not.
#[test]
fn a_hostile_header_is_reported_and_breaks_nothing() {
    for (seq, revision) in [(u64::MAX, u64::MAX), (0, 0), (u64::MAX - 1, 7)] {
        for valid in [true, false] {
            let mut kit = Kit::new();
            let signed = if valid {
                let target = kit.id;
                let signers = [(&key("mission/field-3", 21), "mission")];
                kit.event("record.endorsed", "record/", &json!({"target": target}), &signers)
            } else {
                forged(&mut kit)
            };
            let last = Record::of(kit.reader()).entry(4).unwrap();
            let header =
                Header { seq, revision, prev: last.hash(), recorded: last.header.recorded };
            smuggle(&mut kit, &Entry::new(header, signed));
            let report = verify::verify(&kit.reader(), verify::Options::default(), &mut ()).0;
            let codes: Vec<_> = report.problems.iter().map(|p| (p.code, p.seq)).collect();
            assert!(codes.contains(&("seq-wrong", Some(5))), "{codes:?}");
            assert_eq!(codes.contains(&("signature-invalid", Some(5))), !valid, "{codes:?}");
            assert_eq!(report.size, 6);
        }
    }
}

/// What newer software added is neither right nor wrong here: from there on nobody's power is
/// known. What is known to need a power stays void without it.
#[test]
fn a_kernel_event_of_newer_software_is_not_called_void() {
    let mission = key("mission/field-3", 21);
    let cases = [
        ("record.sealed", 1, "record/", json!({"target": 1}), Some(5)),
        ("participant.enrolled", 2, "participant/x", json!({}), Some(5)),
        ("rules.adopted", 1, "rules/main", json!({"rulebook": 99}), None),
    ];
    for (event_type, version, stream, payload, not_established) in cases {
        let mut kit = Kit::new();
        let mut draft = kit.draft(event_type, stream, &payload, &[(&mission, "mission")]);
        draft.version = version;
        let signed = SignedEvent::sign(&draft.to_line().unwrap(), &[&mission]).unwrap();
        assert_ne!(kit.append(&signed), "accepted");
        let last = Record::of(kit.reader()).entry(4).unwrap();
        let recorded = last.header.recorded;
        let header = Header { seq: 5, revision: 0, prev: last.hash(), recorded };
        smuggle(&mut kit, &Entry::new(header, signed));
        let report = verify::verify(&kit.reader(), verify::Options::default(), &mut ()).0;
        assert_eq!(report.problems, [], "{event_type}");
        assert_eq!(report.not_established, not_established, "{event_type}");
        assert_eq!(report.voids.is_empty(), not_established.is_some(), "{event_type}");
    }
}

/// An operator that back-dates, or links to nothing, is found out by the record itself.
#[test]
fn a_back_dated_entry_is_named() {
    let mut kit = Kit::new();
    let target = kit.id;
    let signers = [(&key("mission/field-3", 21), "mission")];
    let signed = kit.event("record.endorsed", "record/", &json!({"target": target}), &signers);
    let before = instant(0).timestamp();
    let header = Header { seq: 5, revision: 0, prev: EntryHash::ZERO, recorded: before };
    smuggle(&mut kit, &Entry::new(header, signed));
    let report = verify::verify(&kit.reader(), verify::Options::default(), &mut ()).0;
    let codes: Vec<_> = report.problems.iter().map(|p| (p.code, p.seq)).collect();
    for code in ["prev-wrong", "recorded-decreases"] {
        assert!(codes.contains(&(code, Some(5))), "{codes:?}");
    }
}
