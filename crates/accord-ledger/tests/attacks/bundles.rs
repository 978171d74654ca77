//! Forged bundles.

use super::*;

/// A tree of `entries` under a checkpoint signed by `keys`, as a bundle.
fn bundle(kit: &Kit, entries: &[Entry], keys: &[&NoteSigner]) -> Bundle {
    let leaves: Vec<_> = entries.iter().map(|e| merkle::leaf_hash(&e.to_bytes())).collect();
    let size = leaves.len() as u64;
    let root = merkle::root_of(&leaves);
    let head = Checkpoint { origin: kit.origin(), size, root };
    let proven = |entry: &Entry| {
        let hashes = merkle::inclusion_proof(leaves.as_slice(), entry.header.seq, size).unwrap();
        ProvenEntry { entry: entry.clone(), hashes }
    };
    let (subject, key_entries) = entries.split_last().unwrap();
    Bundle {
        checkpoint: head.sign(keys).unwrap(),
        keys: key_entries.iter().map(proven).collect(),
        subject: proven(subject),
    }
}

fn entries(kit: &Kit, events: Vec<SignedEvent>) -> Vec<Entry> {
    let genesis = Record::of(kit.reader()).entry(0).unwrap();
    let mut entries = vec![genesis];
    for signed in events {
        let last = entries.last().unwrap();
        let header = Header {
            seq: last.header.seq + 1,
            revision: 0,
            prev: last.hash(),
            recorded: last.header.recorded,
        };
        entries.push(Entry::new(header, signed));
    }
    entries
}

fn rotation(kit: &mut Kit, to: &NoteSigner, signers: &[(&NoteSigner, &str)]) -> SignedEvent {
    let payload = json!({"checkpoint_keys": [to.vkey().typed_base64()]});
    kit.event("ledger.checkpoint_keys_rotated", "ledger/main", &payload, signers)
}

/// Whoever knows a ledger's genesis can write a rotation to a key of his own, and a tree over
/// it. Nothing but the authority's signatures tells that apart from the real thing.
#[test]
fn nobody_rotates_the_checkpoint_keys_into_a_forged_bundle() {
    let mut kit = Kit::new();
    let thief = NoteSigner::from_seed(&kit.origin(), &[66; 32]).unwrap();
    let [a, b, _] = ["a", "b", "c"].map(|n| format!("authority-{n}/k"));
    let (a, b) = (key(&a, 11), key(&b, 12));
    let claim = kit.event(
        "test.reported",
        "test/",
        &json!({"never": "said"}),
        &[(&key("mission/field-3", 21), "mission")],
    );
    let by_stranger = rotation(
        &mut kit,
        &thief,
        &[
            (&key("authority-a/k", 77), "key_authority"),
            (&key("authority-b/k", 78), "key_authority"),
        ],
    );
    let by_one = rotation(&mut kit, &thief, &[(&a, "key_authority")]);
    let by_mission = rotation(&mut kit, &thief, &[(&key("mission/field-3", 21), "mission")]);
    let mut honest_text =
        rotation(&mut kit, &thief, &[(&a, "key_authority"), (&b, "key_authority")])
            .note()
            .to_owned();
    // Both authorities are named, one signature is of another key.
    let text = honest_text.split("\n\n").next().unwrap().to_owned() + "\n";
    let mut line = key("authority-b/k", 99).sign(&text);
    line.id = b.vkey().id();
    honest_text = format!("{text}\n{}{}", a.sign(&text).to_line(), line.to_line());
    let forged = SignedEvent::parse(honest_text.as_bytes()).unwrap();
    for (name, rotation) in
        [("stranger", by_stranger), ("one", by_one), ("mission", by_mission), ("forged", forged)]
    {
        let entries = entries(&kit, vec![rotation, claim.clone()]);
        let bytes = bundle(&kit, &entries, &[&thief]).to_bytes();
        let found = check::bundle(&bytes, &kit.id);
        assert!(matches!(found, Err(CheckError::KeyHistory { seq: 1, .. })), "{name}: {found:?}");
    }
    // What the authority did sign counts.
    let new = NoteSigner::from_seed(&kit.origin(), &[3; 32]).unwrap();
    let real = rotation(&mut kit, &new, &[(&a, "key_authority"), (&b, "key_authority")]);
    let entries = entries(&kit, vec![real, claim]);
    let bytes = bundle(&kit, &entries, &[&new]).to_bytes();
    assert!(check::bundle(&bytes, &kit.id).is_ok());
    let by_old_key =
        bundle(&kit, &entries, &[&NoteSigner::from_seed(&kit.origin(), &[2; 32]).unwrap()]);
    assert!(matches!(
        check::bundle(&by_old_key.to_bytes(), &kit.id),
        Err(CheckError::Checkpoint(_))
    ));
}

#[test]
fn a_bundle_follows_the_authority_through_its_changes() {
    let mut kit = Kit::new();
    let (a, b) = (key("authority-a/k", 11), key("authority-b/k", 12));
    let (a2, d) = (key("authority-a/k2", 14), key("authority-d/k", 51));
    let rotated = json!({"participant": "authority-a", "old_key": a.id_string(), "vkey": a2.vkey(),
        "possession": possession::prove(&kit.id, "authority-a", &a2)});
    assert_eq!(
        says(&mut kit, &a, "key_authority", "key.rotated", "participant/authority-a", &rotated),
        "accepted"
    );
    let change = json!({"key_authority": {"keys": [a2.vkey(), d.vkey()], "threshold": 2},
        "possessions": [possession::prove(&kit.id, "authority-a", &a2), possession::prove(&kit.id, "authority-d", &d)]});
    let signers = [(&a2, "key_authority"), (&b, "key_authority")];
    let event = kit.event("ledger.authority_changed", "ledger/main", &change, &signers);
    assert_eq!(kit.append(&event), "accepted");
    let new = NoteSigner::from_seed(&kit.origin(), &[3; 32]).unwrap();
    // Signed by somebody besides the authority, of whom the bundle knows nothing.
    let signers =
        [(&key("north/liaison", 23), "party"), (&a2, "key_authority"), (&d, "key_authority")];
    let event = rotation(&mut kit, &new, &signers);
    assert_eq!(kit.append(&event), "accepted");
    let record = Record::of(kit.reader());
    let kernel = record.kernel(None).unwrap();
    let head = record.head().unwrap();
    let bundle = record.bundle(&kernel, 3, &head).unwrap();
    let history: Vec<u64> = bundle.keys.iter().map(|k| k.entry.header.seq).collect();
    assert_eq!(history, [0, 5, 6, 7]);
    assert_eq!(check::bundle(&bundle.to_bytes(), &kit.id).unwrap().entry.header.seq, 3);
    // Without the change of the authority, its new keys are nobody's.
    let mut cut = bundle;
    cut.keys.remove(2);
    assert!(matches!(
        check::bundle(&cut.to_bytes(), &kit.id),
        Err(CheckError::KeyHistory { seq: 7, .. })
    ));
}
