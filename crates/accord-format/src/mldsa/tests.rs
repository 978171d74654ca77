use super::*;
use serde_json::Value;

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// The published vectors of Wycheproof, all 180: what to accept, and above all what not to.
#[test]
fn the_published_vectors_are_judged_alike() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/wycheproof/mldsa_44_verify_test.json"
    );
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let (mut valid, mut invalid, mut in_context) = (0, 0, 0);
    for group in vectors["testGroups"].as_array().unwrap() {
        let key = MlDsaPublicKey::from_slice(&hex(&group["publicKey"]));
        for case in group["tests"].as_array().unwrap() {
            let (message, signature) = (hex(&case["msg"]), hex(&case["sig"]));
            let context = case.get("ctx").map(hex).unwrap_or_default();
            let judge =
                |key: &MlDsaPublicKey| key.verify_in_context(&message, &context, &signature);
            let accepted = key.as_ref().is_ok_and(judge);
            assert_eq!(accepted, case["result"] == "valid", "{}", case["tcId"]);
            *(if accepted { &mut valid } else { &mut invalid }) += 1;
            // What was signed in a context is no signature of the message alone.
            if !context.is_empty() {
                assert!(!key.as_ref().is_ok_and(|key| key.verify(&message, &signature)));
                in_context += 1;
            }
        }
    }
    assert_eq!((valid, invalid, in_context), (77, 103, 7));
}

#[test]
fn a_seed_gives_one_key_and_one_signature() {
    let signer = MlDsaSigner::from_seed(&[7; 32]);
    let again = MlDsaSigner::from_seed(&[7; 32]);
    assert_eq!(signer.public_key(), again.public_key());
    assert_eq!(signer.seed(), &[7; 32]);
    assert_ne!(signer.public_key(), MlDsaSigner::from_seed(&[8; 32]).public_key());
    let signature = signer.sign(b"message").unwrap();
    assert_eq!(signature.len(), SIGNATURE_LEN);
    assert_eq!(Some(&signature), again.sign(b"message").as_ref());
    assert!(signer.public_key().verify(b"message", &signature));
    assert!(!signer.public_key().verify(b"massage", &signature));
    let wrong: [&[u8]; 3] = [&[], &signature[1..], &[signature.as_slice(), &[0]].concat()];
    assert!(wrong.iter().all(|signature| !signer.public_key().verify(b"message", signature)));
}

#[test]
fn keys_have_one_length_and_debug_hides_the_seed() {
    let signer = MlDsaSigner::from_seed(&[0x5a; 32]);
    let bytes = signer.public_key().as_bytes();
    assert_eq!(MlDsaPublicKey::from_slice(bytes).as_ref(), Ok(signer.public_key()));
    for length in [0, PUBLIC_KEY_LEN - 1, PUBLIC_KEY_LEN + 1] {
        let refused = MlDsaPublicKey::from_slice(&vec![1; length]);
        assert_eq!(refused, Err(KeyError::Length { found: length, expected: PUBLIC_KEY_LEN }));
    }
    // The digest of the public key, and nothing besides in which the seed could stand.
    assert_eq!(format!("{signer:?}"), format!("MlDsaSigner({:?})", signer.public_key()));
    assert!(!format!("{signer:?}").contains("5a5a"));
}
