//! The fuzz targets' committed corpus as plain tests: every input, through the very bodies that
//! the fuzzer runs.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly, as tests do")]

#[path = "example/completeness.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod completeness;
#[path = "example/ledger.rs"]
mod ledger;
#[path = "example/seeds.rs"]
mod seeds;
#[allow(unreachable_pub, reason = "the file is a public module of the fuzzing package")]
#[path = "../../../fuzz/src/targets.rs"]
mod targets;
#[allow(unreachable_pub, reason = "the file is a public module of the fuzzing package")]
#[path = "../../../fuzz/src/witnessed.rs"]
mod witnessed;

use accord_format::bundle::Bundle;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::completeness::{Proof, SignedStatement};
use accord_format::cosignature::{CosignerSigner, CosignerVKey};
use accord_format::deposit::{Deposit, parse_page};
use accord_format::fraud::FraudProof;
use accord_format::mirroring::{EntriesHead, MirrorInfo};
use accord_format::misdated::Misdated;
use accord_format::policy::Policy;
use accord_format::receipt::Receipt;
use accord_format::rollback::Rollback;
use accord_format::tlog_proof::TlogProof;
use accord_format::withheld::Withheld;
use accord_format::witnessing::{AddCheckpoint, SignSubtree, parse_cosignatures, parse_size};
use seeds::seeds;
use std::path::{Path, PathBuf};
use targets::Body;

fn all_targets() -> impl Iterator<Item = (&'static str, Body)> {
    targets::TARGETS.into_iter().chain(witnessed::TARGETS)
}

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target)
}

#[test]
fn every_input_of_the_corpus_passes() {
    for (target, body) in all_targets() {
        let mut inputs = 0;
        for file in std::fs::read_dir(corpus(target)).unwrap() {
            let path = file.unwrap().path();
            let data = std::fs::read(&path).unwrap();
            body(&data);
            // Its neighbours: cut off anywhere, a byte changed anywhere.
            for at in 0..data.len() {
                body(&data[..at]);
                let mut changed = data.clone();
                changed[at] ^= 1 << (at % 8);
                body(&changed);
            }
            inputs += 1;
        }
        assert!(inputs > 0, "{target} has no corpus");
    }
}

#[test]
fn the_seeds_are_committed() {
    for (target, name, data) in seeds() {
        let path = corpus(target).join(name);
        assert_eq!(std::fs::read(&path).ok(), Some(data), "{}: see fuzz/README.md", path.display());
        assert!(all_targets().any(|(known, _)| known == target), "{target}");
    }
}

/// Each seed is one that its parser accepts; without that the fuzzer starts from noise.
#[test]
fn the_seeds_are_accepted() {
    use accord_format::{entry::Entry, event::SignedEvent, json, note::Note};
    for (target, name, data) in seeds() {
        let text = std::str::from_utf8(&data).unwrap_or_default();
        let accepted = match (target, name) {
            ("event", "rich") | ("json", "escapes") => continue,
            ("event", _) => SignedEvent::parse(&data).is_ok(),
            ("entry", _) => Entry::parse(&data).is_ok(),
            ("json", _) => json::parse(text).is_ok(),
            ("note" | "refusal", _) => Note::parse(&data).is_ok(),
            ("receipt", _) => Receipt::parse(&data).is_ok(),
            ("tlog_proof", _) => TlogProof::parse(&data).is_ok(),
            ("bundle", _) => Bundle::parse(&data).is_ok(),
            ("add_checkpoint", _) => AddCheckpoint::parse(&data).is_ok(),
            ("sign_subtree", _) => SignSubtree::parse(&data).is_ok(),
            ("add_entries", "answer") => MirrorInfo::parse(&data).is_some(),
            ("add_entries", _) => EntriesHead::read(&data).is_ok_and(|head| head.is_some()),
            ("cosigned", _) => SignedCheckpoint::parse(&data).is_ok(),
            ("cosigner", _) => CosignerSigner::parse(text).is_ok(),
            ("cosigner_vkey", _) => text.parse::<CosignerVKey>().is_ok(),
            ("policy", _) => Policy::parse(text).is_ok(),
            ("witness_answer", "size") => parse_size(&data).is_some(),
            ("witness_answer", _) => parse_cosignatures(&data).is_ok(),
            ("completeness", _) => Proof::parse(&data).is_ok(),
            ("index_statement", _) => SignedStatement::parse(&data).is_ok(),
            ("fraud", _) => {
                FraudProof::parse(&data).is_ok_and(|p| p.verify_contradiction().is_ok())
            }
            ("rollback", _) => Rollback::parse(&data).is_ok(),
            ("misdated", _) => {
                Misdated::parse(&data).is_ok_and(|file| file.head().verify_inclusion().is_ok())
            }
            ("deposit", "page") => parse_page(&data).is_ok(),
            ("deposit", _) => Deposit::read(&data).is_ok(),
            ("withheld", _) => Withheld::parse(&data)
                .is_ok_and(|file| file.verify_absence(&file.event.event().ledger.unwrap()).is_ok()),
            _ => continue,
        };
        assert!(accepted, "{target}/{name}");
    }
}
