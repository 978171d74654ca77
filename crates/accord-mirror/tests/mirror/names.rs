//! A mirror's name is its own.

use crate::forge::{Link, chain, links};
use crate::kit::*;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::event::SignedEvent;
use accord_mirror::mirror::{FollowError, NameTaken};
use accord_store::disk::SimDisk;
use serde_json::json;

/// The ledger's first entries and one that names these witnesses.
fn with_policy(keys: &[CosignerSigner]) -> Vec<Vec<u8>> {
    let mut lines: Vec<String> =
        keys.iter().enumerate().map(|(at, key)| format!("witness w{at} {}", key.vkey())).collect();
    lines.push("quorum none".to_owned());
    let mut history = links(&world().entries[..40]);
    let recorded = history[39].recorded;
    let key = crate::world::key("authority-a/seat", 1);
    let event = json!({
        "ledger": world().id, "id": "0198f3c2-0000-7000-8000-000000000001",
        "type": "ledger.witness_policy_changed", "version": 1, "stream": "ledger/main",
        "signers": [{"key": key.id_string(), "as": "key-authority"}],
        "issued": "2026-03-01T05:00:00Z",
        "occurred": {"from": "2026-03-01T04:00:00Z", "precision": "hour"},
        "seen": {"size": 0, "root": accord_format::merkle::empty_root()},
        "payload": {"witness_policy": lines},
    });
    let event = SignedEvent::sign(&event.to_string(), &[&key]).unwrap();
    history.push(Link::new(event.note(), recorded));
    chain(&history)
}

fn key(name: &str, algorithm: Algorithm, seed: u8) -> CosignerSigner {
    CosignerSigner::from_seed(name, algorithm, &[seed; 32]).unwrap()
}

#[test]
fn a_witness_of_the_mirrors_name_is_told_of_before_anything_is_cosigned() {
    let stranger = key("mirror.example/m", Algorithm::Ed25519, 50);
    let other = key("witness.example/w", Algorithm::Ed25519, 51);
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, 30);
    let before = shown(&disk);
    let refused = follow(&mut mirror, public(&with_policy(&[other, stranger])));
    let Err(FollowError::Name(taken)) = refused else { panic!("{refused:?}") };
    assert!(matches!(&taken, NameTaken::Name { witness, .. } if witness == "w1"), "{taken:?}");
    assert!(taken.to_string().contains("a mirror's key has a name that no witness has"), "{taken}");
    assert_eq!(shown(&disk).get("public/checkpoint"), before.get("public/checkpoint"));
}

/// An Ed25519 cosignature does not cover the name: what the mirror signs would count as the witness's.
#[test]
fn one_key_under_two_names_is_told_of() {
    let ours = &cosigners()[0];
    let twin = key("witness.example/w", Algorithm::Ed25519, 9);
    assert_eq!(twin.vkey().key().as_bytes(), ours.vkey().key().as_bytes());
    let mut mirror = mirror_of(&SimDisk::new(1), 30);
    let refused = follow(&mut mirror, public(&with_policy(&[twin])));
    let Err(FollowError::Name(taken)) = refused else { panic!("{refused:?}") };
    assert!(matches!(taken, NameTaken::Key { .. }), "{taken:?}");
    assert!(taken.to_string().contains("the same key under another name"), "{taken}");
}

#[test]
fn its_own_keys_may_stand_in_the_policy() {
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, 30);
    let mut named = cosigners();
    named.push(key("witness.example/w", Algorithm::Ed25519, 51));
    follow(&mut mirror, public(&with_policy(&named))).unwrap();
    assert_eq!(mirror.size(), 41);
    drop(mirror);
    // Without one of them it would vouch under a name that says more than it knows.
    let mut setup = setup(world().id);
    setup.cosigners.pop();
    let disk: std::sync::Arc<dyn accord_store::disk::Disk> = std::sync::Arc::new(disk);
    let refused = accord_mirror::mirror::Mirror::open(disk, setup).unwrap_err();
    assert_eq!(refused.code(), "key-name");
}
