//! BLAKE3 through what the format uses of it: plain hashes and `derive_key`.

use crate::support::{hex, list, read_json, text};
use accord_format::commitment::{SALT_LEN, commit};
use accord_format::entry::entry_hash;
use accord_format::hash::ContentHash;

fn input(length: u64) -> Vec<u8> {
    (0..251_u8).cycle().take(usize::try_from(length).unwrap()).collect()
}

#[test]
fn hashes_and_derived_keys() {
    let vectors = read_json("blake3/test_vectors.json");
    let context = text(&vectors, "context_string");
    let mut cases = 0;
    for case in list(&vectors, "cases") {
        let input = input(case["input_len"].as_u64().unwrap());
        let hash = &hex(text(case, "hash"))[..32];
        assert_eq!(ContentHash::of(&input).as_bytes(), hash);
        assert_eq!(entry_hash(&input).as_bytes(), hash);
        // Commitments use this very mode, with a context of their own.
        let mut derived = blake3::Hasher::new_derive_key(context);
        derived.update(&input);
        assert_eq!(derived.finalize().as_bytes(), &hex(text(case, "derive_key"))[..32]);
        cases += 1;
    }
    assert_eq!(cases, 35);
}

#[test]
fn a_commitment_is_the_derived_key_of_salt_and_content() {
    let mut hasher = blake3::Hasher::new_derive_key("accord commitment v1 person");
    hasher.update(&[7; SALT_LEN]);
    hasher.update(b"content");
    assert_eq!(
        commit("person", &[7; SALT_LEN], b"content").as_bytes(),
        hasher.finalize().as_bytes()
    );
}
