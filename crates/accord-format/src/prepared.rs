//! The one signature rule, faster, for keys that sign much.
//!
//! `verify_strict` computes R' = \[S\]B − \[k\]A with doublings that depend on A alone. A table of
//! multiples of −A, made once for a key, saves them; encoding many R' together saves most of the
//! inversions. Neither changes a verdict: S must be canonical, R' must encode to exactly the
//! signature's R bytes, and must not be of small order. (A small-order or non-canonical R cannot pass
//! by other ways: R' is encoded canonically, so R bytes that equal it are its only encoding, and the
//! order of R is the order of R'.) Tests compare both on random, mutated and edge-case signatures.

use crate::key::PublicKey;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsBasepointTable, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::BasepointTable as _;
use sha2::{Digest as _, Sha512};
use std::fmt;

/// A public key with its table: 30 KiB, and about as long to make as fifty signatures take to check.
#[derive(Clone)]
pub struct PreparedKey {
    bytes: [u8; 32],
    /// Multiples of −A.
    table: Box<EdwardsBasepointTable>,
}

impl fmt::Debug for PreparedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PreparedKey({})", crate::hash::to_hex(&self.bytes))
    }
}

/// A signature to be checked.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// Under this key.
    pub key: &'a PreparedKey,
    /// Over this message.
    pub message: &'a [u8],
    /// The signature, 64 bytes if it is one.
    pub signature: &'a [u8],
}

impl PreparedKey {
    /// Makes the table of a key.
    pub fn new(key: &PublicKey) -> Self {
        let table = Box::new(EdwardsBasepointTable::create(&-key.point()));
        Self { bytes: *key.as_bytes(), table }
    }

    /// The same verdict as [`PublicKey::verify`].
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.expected(message, signature).is_some_and(|expected| {
            expected.point.compress().as_bytes() == expected.r && !expected.point.is_small_order()
        })
    }

    /// The R that a valid signature of `message` with this S would have, and the one it has; nothing
    /// if the signature has not 64 bytes or its S is not canonical.
    fn expected<'a>(&self, message: &[u8], signature: &'a [u8]) -> Option<Expected<'a>> {
        let (r, s) = signature.split_first_chunk::<32>()?;
        let s = Scalar::from_canonical_bytes(s.try_into().ok()?).into_option()?;
        let k = Sha512::new().chain_update(r).chain_update(self.bytes).chain_update(message);
        let k = Scalar::from_bytes_mod_order_wide(&k.finalize().0);
        Some(Expected { point: EdwardsPoint::mul_base(&s) + self.table.mul_base(&k), r })
    }
}

struct Expected<'a> {
    point: EdwardsPoint,
    r: &'a [u8; 32],
}

/// Checks many signatures, of any keys: a verdict for each, the same as [`PublicKey::verify`] gives.
pub fn verify_all(checks: &[Check<'_>]) -> Vec<bool> {
    let expected: Vec<Option<Expected<'_>>> =
        checks.iter().map(|check| check.key.expected(check.message, check.signature)).collect();
    let points: Vec<EdwardsPoint> = expected.iter().flatten().map(|e| e.point).collect();
    let mut encoded = EdwardsPoint::compress_batch_alloc(&points).into_iter();
    let mut verdict = |expected: &Expected<'_>| {
        let same = encoded.next().as_ref().map(CompressedEdwardsY::as_bytes) == Some(expected.r);
        same && !expected.point.is_small_order()
    };
    expected.iter().map(|expected| expected.as_ref().is_some_and(&mut verdict)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::NoteSigner;
    use proptest::prelude::*;

    fn signed(seed: [u8; 32], message: &[u8]) -> (PublicKey, Vec<u8>) {
        let signer = NoteSigner::from_seed("tests", &seed).unwrap();
        let text = std::str::from_utf8(message).unwrap();
        (signer.vkey().key().clone(), signer.sign(text).signature)
    }

    /// What can be done to a signature or its message.
    #[derive(Clone, Debug)]
    enum Mutation {
        None,
        Flip(usize, u8),
        Message(u8),
        Length(usize),
        /// S + L, the same scalar, not canonical.
        HighS,
        R([u8; 32]),
        S([u8; 32]),
    }

    fn mutation() -> impl Strategy<Value = Mutation> {
        prop_oneof![
            2 => Just(Mutation::None),
            3 => (0_usize..64, 0_u8..8).prop_map(|(at, bit)| Mutation::Flip(at, bit)),
            1 => any::<u8>().prop_map(Mutation::Message),
            1 => (0_usize..80).prop_map(Mutation::Length),
            1 => Just(Mutation::HighS),
            1 => any::<[u8; 32]>().prop_map(Mutation::R),
            1 => any::<[u8; 32]>().prop_map(Mutation::S),
        ]
    }

    fn mutate(mutation: &Mutation, message: &mut Vec<u8>, signature: &mut Vec<u8>) {
        match mutation {
            Mutation::None => {}
            Mutation::Flip(at, bit) => signature[*at] ^= 1 << bit,
            Mutation::Message(byte) => message.push(*byte),
            Mutation::Length(length) => signature.resize(*length, 0),
            Mutation::HighS => {
                let order: [u8; 32] = [
                    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde,
                    0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
                ];
                let mut carry = 0_u16;
                for (byte, add) in signature[32..].iter_mut().zip(order) {
                    let sum = u16::from(*byte) + u16::from(add) + carry;
                    [*byte, _] = sum.to_le_bytes();
                    carry = sum >> 8;
                }
            }
            Mutation::R(bytes) => signature[..32].copy_from_slice(bytes),
            Mutation::S(bytes) => signature[32..].copy_from_slice(bytes),
        }
    }

    proptest! {
        /// One at a time and all together, prepared keys say what the rule says.
        #[test]
        fn verdicts_never_differ(
            cases in prop::collection::vec((any::<[u8; 32]>(), "[ -~]{0,200}", mutation()), 1..20)
        ) {
            let cases: Vec<(PublicKey, Vec<u8>, Vec<u8>)> = cases
                .iter()
                .map(|(seed, text, mutation)| {
                    let mut message = text.clone().into_bytes();
                    let (key, mut signature) = signed(*seed, &message);
                    mutate(mutation, &mut message, &mut signature);
                    (key, message, signature)
                })
                .collect();
            let prepared: Vec<PreparedKey> =
                cases.iter().map(|(key, ..)| PreparedKey::new(key)).collect();
            let by_rule: Vec<bool> =
                cases.iter().map(|(key, message, signature)| key.verify(message, signature)).collect();
            let one_by_one: Vec<bool> = cases
                .iter()
                .zip(&prepared)
                .map(|((_, message, signature), key)| key.verify(message, signature))
                .collect();
            let checks: Vec<Check<'_>> = cases
                .iter()
                .zip(&prepared)
                .map(|((_, message, signature), key)| Check { key, message, signature })
                .collect();
            prop_assert_eq!(&one_by_one, &by_rule);
            prop_assert_eq!(&verify_all(&checks), &by_rule);
        }
    }

    /// The holder of a key can make R' the identity, of small order: R = 0, S = k·a. The rule refuses
    /// it, though the equation holds.
    #[test]
    fn a_small_order_r_is_refused() {
        let secret = Scalar::from(12_345_u64);
        let point = EdwardsPoint::mul_base(&secret);
        let key = PublicKey::from_bytes(point.compress().as_bytes()).unwrap();
        let identity = EdwardsPoint::default().compress();
        let k = Sha512::new().chain_update(identity.as_bytes()).chain_update(key.as_bytes());
        let k = Scalar::from_bytes_mod_order_wide(&k.chain_update(b"text").finalize().0);
        let signature = [*identity.as_bytes(), (k * secret).to_bytes()].concat();
        let prepared = PreparedKey::new(&key);
        assert!(!key.verify(b"text", &signature));
        assert!(!prepared.verify(b"text", &signature));
        let check = Check { key: &prepared, message: b"text", signature: &signature };
        assert_eq!(verify_all(&[check]), [false]);
    }

    #[test]
    fn nothing_to_check_is_nothing() {
        assert!(verify_all(&[]).is_empty());
    }
}
