//! The committed corpus of the fuzz targets above the format, through the very bodies that the
//! fuzzer runs; those of the format have theirs beside it.

#[allow(unreachable_pub, reason = "the fuzzing package exports what this binary only calls")]
#[path = "../fuzz/src/upper.rs"]
mod upper;

use std::path::Path;

#[test]
fn every_input_of_the_corpus_is_harmless() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("fuzz/corpus");
    let mut inputs = 0;
    for (target, body) in upper::TARGETS {
        let before = inputs;
        for input in std::fs::read_dir(corpus.join(target)).unwrap() {
            body(&std::fs::read(input.unwrap().path()).unwrap());
            inputs += 1;
        }
        assert!(inputs > before, "{target} has no corpus");
    }
    assert!(inputs >= 40, "{inputs}");
}

#[test]
fn every_target_has_its_binary() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("fuzz/fuzz_targets");
    for (target, _) in upper::TARGETS {
        let source = std::fs::read_to_string(targets.join(format!("{target}.rs"))).unwrap();
        assert!(source.contains(&format!("upper::{target}(")), "{target}");
    }
}
