//! Properties of the formats with several parts: what is written is read back the same, a changed
//! byte is refused or changes what the signature covers, and hostile bytes never panic.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly, as tests do")]

#[path = "example/ledger.rs"]
mod ledger;

use accord_format::bundle::{Bundle, ProvenEntry};
use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::entry::Header;
use accord_format::event::SignedEvent;
use accord_format::fraud::FraudProof;
use accord_format::hash::{EntryHash, EventHash, NodeHash};
use accord_format::head::{Head, Pair};
use accord_format::key::NoteSigner;
use accord_format::log_key::LogVKey;
use accord_format::merkle::{self, inclusion_proof, leaf_hash};
use accord_format::misdated::Misdated;
use accord_format::receipt::Receipt;
use accord_format::refusal::Refusal;
use accord_format::rollback::Rollback;
use accord_format::time::Timestamp;
use accord_format::tlog_proof::TlogProof;
use ledger::Example;
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::LazyLock;

static EXAMPLE: LazyLock<Example> = LazyLock::new(Example::new);
static KEYS: LazyLock<[LogVKey; 1]> =
    LazyLock::new(|| [EXAMPLE.checkpoint_key.vkey().clone().into()]);

fn node() -> impl Strategy<Value = NodeHash> {
    any::<[u8; 32]>().prop_map(NodeHash::from_bytes)
}

fn signer() -> impl Strategy<Value = NoteSigner> {
    ("[a-z0-9./é-]{1,30}", any::<[u8; 32]>())
        .prop_map(|(name, seed)| NoteSigner::from_seed(&name, &seed).unwrap())
}

fn header() -> impl Strategy<Value = Header> {
    (any::<u64>(), any::<u64>(), any::<[u8; 32]>(), 0..253_402_300_800_000_000_i64).prop_map(
        |(seq, revision, prev, micros)| Header {
            seq,
            revision,
            prev: EntryHash::from_bytes(prev),
            recorded: Timestamp::from_micros(micros),
        },
    )
}

fn checkpoint() -> impl Strategy<Value = SignedCheckpoint> {
    (1..=u64::MAX, node(), vec(signer(), 1..5)).prop_map(|(size, root, signers)| {
        let origin = signers[0].vkey().name().to_owned();
        let keys: Vec<&NoteSigner> = signers.iter().collect();
        Checkpoint { origin, size, root }.sign(&keys).unwrap()
    })
}

fn tlog_proof() -> impl Strategy<Value = TlogProof> {
    (
        proptest::option::of(vec(any::<u8>(), 0..300)),
        any::<u64>(),
        vec(node(), 0..=64),
        checkpoint(),
    )
        .prop_map(|(extra, index, hashes, checkpoint)| TlogProof {
            extra,
            index,
            hashes,
            checkpoint,
        })
}

fn refusal() -> impl Strategy<Value = Refusal> {
    (any::<[u8; 32]>(), any::<[u8; 32]>(), "[a-z0-9][a-z0-9._-]{0,63}", any::<u64>(), node())
        .prop_map(|(ledger, event, code, size, root)| Refusal {
            ledger: EventHash::from_bytes(ledger),
            event: EventHash::from_bytes(event),
            code,
            size,
            root,
        })
}

fn receipt() -> Receipt {
    let Ok(hashes) = inclusion_proof(EXAMPLE.leaves.as_slice(), 2, 3);
    let proof = TlogProof { extra: None, index: 2, hashes, checkpoint: EXAMPLE.checkpoint() };
    Receipt::new(EXAMPLE.entries[2].header, proof)
}

fn bundle(keys: &[usize], subject: usize) -> Bundle {
    let proven = |at: usize| {
        let Ok(hashes) = inclusion_proof(EXAMPLE.leaves.as_slice(), at as u64, 3);
        ProvenEntry { entry: EXAMPLE.entries[at].clone(), hashes }
    };
    Bundle {
        checkpoint: EXAMPLE.checkpoint(),
        keys: keys.iter().map(|k| proven(*k)).collect(),
        subject: proven(subject),
    }
}

fn fraud() -> FraudProof {
    let heads = Pair::new(Head::bare(EXAMPLE.forged_checkpoint()), EXAMPLE.head()).unwrap();
    let Ok(proof) = FraudProof::between(heads, EXAMPLE.leaves.as_slice());
    proof
}

fn rollback() -> Rollback {
    Rollback::new(Pair::new(EXAMPLE.head(), Head::bare(EXAMPLE.checkpoint_at(1))).unwrap()).unwrap()
}

fn misdated() -> Misdated {
    Misdated::new(0, EXAMPLE.head()).unwrap()
}

/// Whether both heads are signed with the example's key.
fn signed(heads: &Pair) -> bool {
    [heads.smaller(), heads.larger()]
        .iter()
        .all(|head| head.checkpoint.verify(&EXAMPLE.origin(), &*KEYS).is_ok())
}

/// Every way to flip one bit.
fn flipped(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        changed
    })
}

proptest! {
    #[test]
    fn checkpoints_round_trip(signed in checkpoint()) {
        let text = signed.to_text();
        prop_assert_eq!(SignedCheckpoint::parse(text.as_bytes()), Ok(signed));
    }

    #[test]
    fn tlog_proofs_round_trip(proof in tlog_proof()) {
        let text = proof.to_text();
        prop_assert_eq!(TlogProof::parse(text.as_bytes()), Ok(proof));
    }

    #[test]
    fn receipts_round_trip(header in header(), proof in tlog_proof()) {
        let proof = TlogProof { index: header.seq, ..proof };
        let receipt = Receipt::new(header, proof);
        prop_assert_eq!(Receipt::parse(receipt.to_text().as_bytes()).unwrap(), receipt);
    }

    #[test]
    fn receipts_name_one_position(header in header(), proof in tlog_proof()) {
        prop_assume!(header.seq != proof.index);
        let receipt = Receipt::new(header, proof);
        prop_assert!(Receipt::parse(receipt.to_text().as_bytes()).is_err());
    }

    #[test]
    fn refusals_round_trip(refusal in refusal(), operator in signer(), other in signer()) {
        let note = refusal.sign(&operator).unwrap().to_text();
        prop_assert_eq!(Refusal::parse(&refusal.to_text()), Ok(refusal.clone()));
        prop_assert_eq!(Refusal::open(note.as_bytes(), operator.vkey()), Ok(refusal));
        prop_assert!(Refusal::open(note.as_bytes(), other.vkey()).is_err());
    }

    /// A proof of a random place in a random tree holds for its entry and for no other.
    #[test]
    fn proofs_hold_for_their_entry_only(size in 1usize..80, at: prop::sample::Index, other: Vec<u8>) {
        let entries: Vec<Vec<u8>> = (0..size).map(|i| format!("entry {i}").into_bytes()).collect();
        let leaves: Vec<NodeHash> = entries.iter().map(|e| leaf_hash(e)).collect();
        let index = at.index(size);
        let Ok(hashes) = inclusion_proof(leaves.as_slice(), index as u64, size as u64);
        let origin = EXAMPLE.checkpoint_key.vkey().name().to_owned();
        let head = Checkpoint { origin: origin.clone(), size: size as u64, root: merkle::root_of(&leaves) };
        let checkpoint = head.sign(&[&EXAMPLE.checkpoint_key]).unwrap();
        let proof = TlogProof { extra: None, index: index as u64, hashes, checkpoint };
        let proof = TlogProof::parse(proof.to_text().as_bytes()).unwrap();
        prop_assert_eq!(proof.verify(&entries[index], &origin, &*KEYS), Ok(()));
        prop_assert!(proof.verify(&other, &origin, &*KEYS).is_err());
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in vec(any::<u8>(), 0..400), cut: prop::sample::Index) {
        for text in [
            receipt().to_text().into_bytes(),
            bundle(&[0], 2).to_bytes(),
            fraud().to_bytes(),
            rollback().to_bytes(),
            misdated().to_bytes(),
        ] {
            // Noise, and noise behind a good beginning.
            let half = [&text[..cut.index(text.len())], &bytes].concat();
            for bytes in [&bytes, &half] {
                prop_assert!(SignedCheckpoint::parse(bytes).is_err());
                prop_assert!(TlogProof::parse(bytes).is_err());
                prop_assert!(Receipt::parse(bytes).is_err());
                prop_assert!(Bundle::parse(bytes).is_err());
                prop_assert!(FraudProof::parse(bytes).is_err());
                prop_assert!(Rollback::parse(bytes).is_err());
                prop_assert!(Refusal::open(bytes, EXAMPLE.operator.vkey()).is_err());
            }
        }
    }
}

/// The signed text decides: a flipped bit is refused by the parser or the signature, whatever the
/// checkpoint says afterwards.
#[test]
fn every_flipped_bit_of_a_checkpoint_is_refused() {
    let text = EXAMPLE.checkpoint().to_text();
    for changed in flipped(text.as_bytes()) {
        let accepted = SignedCheckpoint::parse(&changed)
            .is_ok_and(|c| c.verify(&EXAMPLE.origin(), &*KEYS).is_ok());
        assert!(!accepted, "{}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn every_flipped_bit_of_a_refusal_is_refused() {
    let refusal = Refusal {
        ledger: EXAMPLE.ledger,
        event: EXAMPLE.entries[2].event().hash(),
        code: "role-not-held".into(),
        size: 3,
        root: merkle::root_of(&EXAMPLE.leaves),
    };
    let note = refusal.sign(&EXAMPLE.operator).unwrap().to_text();
    for changed in flipped(note.as_bytes()) {
        assert!(Refusal::open(&changed, EXAMPLE.operator.vkey()).is_err());
    }
}

#[test]
fn every_flipped_bit_of_a_receipt_is_refused() {
    let (receipt, entry) = (receipt().to_text(), &EXAMPLE.entries[2]);
    let signed = |bytes: &[u8]| SignedEvent::parse(bytes).unwrap();
    let event = entry.signed().note().as_bytes();
    let whole = Receipt::parse(receipt.as_bytes()).unwrap();
    assert_eq!(&whole.verify(signed(event), &EXAMPLE.origin(), &*KEYS).unwrap(), entry);
    for changed in flipped(receipt.as_bytes()) {
        let accepted = Receipt::parse(&changed)
            .is_ok_and(|r| r.verify(signed(event), &EXAMPLE.origin(), &*KEYS).is_ok());
        assert!(!accepted, "{}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn every_flipped_bit_of_a_bundle_is_refused() {
    let bytes = bundle(&[0], 2).to_bytes();
    let holds = |bytes: &[u8]| {
        Bundle::parse(bytes).is_ok_and(|b| {
            b.verify_inclusion().is_ok() && b.checkpoint.verify(&EXAMPLE.origin(), &*KEYS).is_ok()
        })
    };
    assert!(holds(&bytes));
    for changed in flipped(&bytes) {
        assert!(!holds(&changed), "{}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn bundles_round_trip_and_their_parts_have_one_order() {
    for (keys, subject) in [(vec![0], 0), (vec![0], 2), (vec![0, 1], 1), (vec![0, 1, 2], 0)] {
        let bundle = bundle(&keys, subject);
        assert_eq!(Bundle::parse(&bundle.to_bytes()).unwrap(), bundle);
        assert!(bundle.verify_inclusion().is_ok());
    }
    for (keys, subject) in [(vec![], 0), (vec![1], 2), (vec![0, 0], 2), (vec![0, 2, 1], 2)] {
        assert!(Bundle::parse(&bundle(&keys, subject).to_bytes()).is_err(), "{keys:?}");
    }
}

#[test]
fn fraud_proofs_and_rollbacks_round_trip() {
    let (fraud, rollback) = (fraud(), rollback());
    assert_eq!(FraudProof::parse(&fraud.to_bytes()).unwrap(), fraud);
    assert_eq!(Rollback::parse(&rollback.to_bytes()).unwrap(), rollback);
    assert!(fraud.verify_contradiction().is_ok() && rollback.heads().verify_inclusion().is_ok());
    // One is not taken for the other, nor with anything behind it.
    assert!(FraudProof::parse(&rollback.to_bytes()).is_err());
    assert!(Rollback::parse(&fraud.to_bytes()).is_err());
    for mut longer in [fraud.to_bytes(), rollback.to_bytes()] {
        longer.push(b'\n');
        assert!(FraudProof::parse(&longer).is_err() && Rollback::parse(&longer).is_err());
    }
}

#[test]
fn every_flipped_bit_of_a_fraud_proof_is_refused() {
    let bytes = fraud().to_bytes();
    let holds = |bytes: &[u8]| {
        FraudProof::parse(bytes)
            .is_ok_and(|proof| proof.verify_contradiction().is_ok() && signed(&proof.heads))
    };
    assert!(holds(&bytes));
    for changed in flipped(&bytes) {
        assert!(!holds(&changed), "{}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn every_flipped_bit_of_a_rollback_is_refused() {
    let bytes = rollback().to_bytes();
    let holds = |bytes: &[u8]| {
        Rollback::parse(bytes)
            .is_ok_and(|r| r.heads().verify_inclusion().is_ok() && signed(r.heads()))
    };
    assert!(holds(&bytes));
    for changed in flipped(&bytes) {
        assert!(!holds(&changed), "{}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn evidence_of_a_wrong_time_round_trips_and_is_about_one_of_its_entries() {
    let made = misdated();
    let bytes = made.to_bytes();
    assert_eq!(Misdated::parse(&bytes).unwrap(), made);
    assert!(made.head().verify_inclusion().is_ok());
    assert_eq!(made.subject().unwrap().header.seq, 0);
    assert!(Misdated::new(7, EXAMPLE.head()).is_err());
    let text = String::from_utf8_lossy(&bytes);
    for other in ["1", "00", "-1", "", "18446744073709551616"] {
        let changed = text.replacen("misdated 0\n", &format!("misdated {other}\n"), 1);
        assert!(Misdated::parse(changed.as_bytes()).is_err(), "{other:?}");
    }
    let holds = |bytes: &[u8]| {
        Misdated::parse(bytes).is_ok_and(|file| {
            let head = file.head();
            file.seq() == 0
                && head.verify_inclusion().is_ok()
                && head.checkpoint.verify(&EXAMPLE.origin(), &*KEYS).is_ok()
        })
    };
    assert!(holds(&bytes) && !holds(&[&bytes[..], b"\n"].concat()));
    for changed in flipped(&bytes) {
        assert!(!holds(&changed), "{}", String::from_utf8_lossy(&changed));
    }
    for end in 0..bytes.len() {
        assert!(!holds(&bytes[..end]), "{end}");
    }
}

/// A head without key history is judged by the other's; two without are nobody's.
#[test]
fn somebody_names_the_genesis() {
    let bare = || Head::bare(EXAMPLE.checkpoint());
    assert!(Pair::new(bare(), Head::bare(EXAMPLE.checkpoint_at(2))).is_err());
    let pair = Pair::new(bare(), EXAMPLE.head_at(2)).unwrap();
    let (small, large) = pair.histories();
    assert_eq!((small, large), (&pair.smaller().keys[..], &pair.smaller().keys[..]));
    // The genesis of another tree is not this tree's.
    let mut strange = EXAMPLE.head();
    strange.keys = EXAMPLE.head_at(2).keys;
    assert!(strange.verify_inclusion().is_err());
}
