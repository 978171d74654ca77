//! Single bits.

use super::{large, named, on_all_cores, small, verified};
use accord_format::tile::{TilePath, parse_bundle};
use accord_tests::world::World;
use std::collections::BTreeMap;

/// One bit of one byte.
struct Flip {
    path: String,
    byte: usize,
    bit: u8,
}

/// Bytes of each file to flip: the first, the last, and some in between.
fn sample(length: usize, count: usize, seed: &mut u64) -> Vec<usize> {
    if count >= length {
        return (0..length).collect();
    }
    let mut bytes = vec![0, length - 1];
    while bytes.len() < count {
        // A small generator is enough: the same places in every run.
        *seed =
            seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.push(usize::try_from(*seed >> 33).unwrap() % length);
    }
    bytes
}

/// How many bytes of each file are flipped, all bits of each.
pub(super) fn factor() -> usize {
    match std::env::var("ACCORD_DAMAGE").as_deref() {
        Ok("all") => usize::MAX,
        Ok(number) => number.parse().expect("ACCORD_DAMAGE is `all` or a number"),
        Err(_) => 1,
    }
}

fn flips(world: &World, bytes: usize) -> Vec<Flip> {
    let mut seed = 7;
    let mut flips = Vec::new();
    for path in world.files.paths().filter(|p| *p != "private/lock") {
        for byte in sample(world.files.get(path).len(), bytes, &mut seed) {
            flips.extend((0..8).map(|bit| Flip { path: path.to_owned(), byte, bit }));
        }
    }
    flips
}

/// What may be reported of entries behind the damaged one, which only follows from it: the chain,
/// the stream, and the keys and ids that it names.
fn follows(code: &str, seq: u64, damaged: u64) -> bool {
    match code {
        "prev-wrong" | "recorded-decreases" => seq == damaged + 1,
        "revision-wrong" | "id-repeated" | "signer-unknown" => seq > damaged,
        _ => false,
    }
}

fn check(world: &World, flip: &Flip) -> Result<(), String> {
    let files = world.files.with(&flip.path, |bytes| bytes[flip.byte] ^= 1 << flip.bit);
    let report = verified(&files);
    let found = named(&report);
    let fail = |why: &str| {
        let Flip { path, byte, bit } = flip;
        let listed: Vec<_> = found.iter().take(12).collect();
        Err(format!(
            "{path} byte {byte} bit {bit}: {why}; found {listed:?}, voids {:?}",
            report.voids
        ))
    };
    if found.is_empty() {
        return fail("nothing is reported");
    }
    if let Some(void) =
        report.voids.iter().find(|v| found.iter().all(|(_, seq)| *seq != Some(v.seq)))
    {
        return fail(&format!("blames entry {}, in which nothing is wrong", void.seq));
    }
    if flip.path == "private/tail" {
        let only = found == [("tail-malformed", None)];
        return if only { Ok(()) } else { fail("expected tail-malformed alone") };
    }
    if flip.path == "public/checkpoint" {
        // A wrong size makes files missing that it would need; no entry is blamed.
        let right =
            found.iter().any(|(code, seq)| code.starts_with("checkpoint-") && seq.is_none());
        let wrong = found.iter().find(|(code, seq)| match *code {
            "entry-missing" => seq.is_some_and(|seq| seq < world.size()),
            code => !code.starts_with("checkpoint-") && code != "tile-missing",
        });
        return match wrong {
            None if right => Ok(()),
            _ => fail("expected a checkpoint code, and no entry blamed"),
        };
    }
    let path = TilePath::parse(flip.path.strip_prefix("public/").unwrap()).unwrap();
    if let Some(level) = path.level {
        let seq = (path.index * 256 + flip.byte as u64 / 32) << (8 * level);
        let only = found == [("tile-wrong", Some(seq))];
        return if only { Ok(()) } else { fail(&format!("expected tile-wrong of {seq} alone")) };
    }
    check_bundle(world, flip, path, &found).or_else(|why| fail(&why))
}

/// A bundle: the entry in which the bit lies is named, or the bundle's first if it does not parse.
fn check_bundle(
    world: &World,
    flip: &Flip,
    path: TilePath,
    found: &[(&'static str, Option<u64>)],
) -> Result<(), String> {
    let first = path.index * 256;
    let mut end = 0;
    let entries = parse_bundle(world.files.get(&flip.path)).unwrap();
    let at = entries.iter().position(|entry| {
        end += entry.len() + 2;
        flip.byte < end
    });
    let seq = first + at.unwrap() as u64;
    let in_length = flip.byte < end - entries[at.unwrap()].len();
    let damaged = if in_length { first } else { seq };
    let is_copy = path.width < 256;
    if is_copy || in_length {
        let code = ("bundle-malformed", Some(damaged));
        if !found.contains(&code) || (is_copy && found.len() > 1) {
            return Err(format!("expected {code:?}"));
        }
    } else if !found.iter().any(|(_, seq)| *seq == Some(damaged)) {
        return Err(format!("expected entry {damaged} to be named"));
    }
    let lost = if in_length { first + 255 } else { damaged };
    let blamed = found.iter().find(|(code, seq)| match seq {
        // The hash above the entries of this bundle is wrong with them.
        Some(seq) if *code == "tile-wrong" && *seq == first => false,
        None => !code.starts_with("checkpoint-"),
        Some(seq) => *seq < damaged || (*seq > lost && !follows(code, *seq, lost)),
    });
    match blamed {
        None => Ok(()),
        Some(wrong) => Err(format!("{wrong:?} is wrong, the damage is in entry {damaged}")),
    }
}

#[test]
fn every_flipped_bit_is_named_where_it_is() {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let cases = flips(small(), factor().saturating_mul(28));
    for flip in &cases {
        *kinds.entry(&flip.path).or_default() += 1;
    }
    let count = on_all_cores(&cases, |flip| check(small(), flip));
    println!("{count} bits of the smaller ledger: {kinds:?}");
    assert!(count >= 2_000 && kinds.values().all(|n| *n >= 8));
    let cases = flips(large(), factor().min(50));
    let cases: Vec<Flip> = cases.into_iter().filter(|flip| flip.bit % 3 == 0).collect();
    let count = on_all_cores(&cases, |flip| check(large(), flip));
    println!("{count} bits of the larger ledger");
    assert!(count >= 48);
}
