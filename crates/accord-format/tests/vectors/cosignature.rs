//! Cosignatures: keys and times that others published, and signed messages that two
//! implementations agree on.

use crate::support::{base64, hex, list, read_json, text};
use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::cosignature::{Algorithm, CosignerSigner, CosignerVKey, Subtree, claimed_time};
use accord_format::hash::NodeHash;
use accord_format::key::{KeyError, KeyId};
use accord_format::note::NoteSignature;
use serde_json::Value;

fn line(case: &Value, name: &str, member: &str) -> NoteSignature {
    let line = format!("\u{2014} {name} {}", text(case, member));
    NoteSignature::parse(&line).unwrap()
}

#[test]
fn verifier_keys_of_cosigners() {
    let vectors = read_json("cosignature/vkeys.json");
    let cases = list(&vectors, "vkeys");
    for case in cases {
        let vkey: CosignerVKey = text(case, "vkey").parse().unwrap();
        assert_eq!(vkey.to_string(), text(case, "vkey"));
        assert_eq!(vkey.id().to_string(), text(case, "key_id"));
        assert_eq!(vkey.algorithm(), Algorithm::Ed25519);
    }
    assert_eq!(cases.len(), 1);
    // A strict reader compares the id that is stated with the one that the specification gives.
    let case = &vectors["vkey_with_wrong_key_id"];
    let id = |member| KeyId::from_bytes(hex(text(case, member)).try_into().unwrap());
    let (expected, found) = (id("spec_key_id"), id("stated_key_id"));
    let refused = text(case, "vkey").parse::<CosignerVKey>();
    assert_eq!(refused, Err(KeyError::IdMismatch { expected, found }));
    let time = claimed_time(&line(&vectors["cosig_v1_timestamp"], "any", "sig_b64"));
    assert_eq!(time, vectors["cosig_v1_timestamp"]["unix"].as_u64());
}

#[test]
fn ml_dsa_cosignatures_of_checkpoints_and_subtrees() {
    let vectors = read_json("cosignature/mldsa44-subtree-v1-selfgenerated.json");
    let (name, origin) = (text(&vectors, "cosigner_name"), text(&vectors, "log_origin"));
    let seed = hex(text(&vectors, "seed_hex")).try_into().unwrap();
    let signer = CosignerSigner::from_seed(name, Algorithm::MlDsa44, &seed).unwrap();
    assert_eq!(signer.vkey().to_string(), text(&vectors, "vkey"));
    assert_eq!(signer.vkey().id().to_string(), text(&vectors, "key_id"));
    let cases = list(&vectors, "cases");
    let mut accepted = 0;
    for case in cases {
        let number = |member: &str| case[member].as_u64().unwrap();
        let root = NodeHash::from_bytes(hex(text(case, "hash_hex")).try_into().unwrap());
        let subtree = Subtree { start: number("start"), end: number("end"), root };
        let line = line(case, name, "note_signature_b64");
        assert_eq!(claimed_time(&line), Some(number("timestamp")));
        let verifies = if subtree.start == 0 {
            let head = Checkpoint::parse(text(case, "checkpoint_body")).unwrap();
            assert_eq!(Subtree::whole(&head), subtree);
            let made = signer.cosign(&head, number("timestamp")).unwrap();
            assert_eq!(base64(text(case, "note_signature_b64")).unwrap()[4..], made.signature);
            signer.vkey().verify(&head, &line) == Some(number("timestamp"))
        } else {
            signer.vkey().verify_subtree(origin, &subtree, &line)
        };
        assert_eq!(verifies, case["accept"] == true, "{}", case["desc"]);
        if verifies && subtree.start > 0 {
            assert_eq!(signer.cosign_subtree(origin, &subtree).unwrap(), line);
        }
        accepted += usize::from(verifies);
    }
    assert_eq!((accepted, cases.len()), (2, 3));
}

/// The example checkpoint in the specification: its form, as its keys are not published.
#[test]
fn the_specifications_example_has_the_right_form() {
    let note = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        \u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
    let signed = SignedCheckpoint::parse(note.as_bytes()).unwrap();
    assert_eq!(signed.to_text(), note);
    let times: Vec<_> = signed.note().signatures().iter().map(claimed_time).collect();
    assert_eq!(times[1], Some(1_679_315_147));
}
