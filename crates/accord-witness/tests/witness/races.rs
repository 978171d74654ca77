//! Many submissions at once: one history, never back.

use crate::kit::*;
use accord_format::witnessing::origin_hash;
use accord_witness::Refusal;
use accord_witness::server::Options;
use std::collections::BTreeMap;
use std::sync::Mutex;

#[test]
fn of_two_histories_one_is_cosigned() {
    for round in 0..20 {
        let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
        let log = Log::new(ORIGIN, "a", 64);
        let fork = log.forked(0);
        let witness = fresh(directory.path(), &desk, &[&log]);
        let (server, url) = serve(&witness, Options::default());
        // By size, the roots that were cosigned; and the sizes, in the order of their cosigning.
        let cosigned: Mutex<BTreeMap<u64, Vec<String>>> = Mutex::default();
        std::thread::scope(|scope| {
            for (at, branch) in [&log, &fork, &log, &fork].into_iter().enumerate() {
                let (url, cosigned) = (&url, &cosigned);
                scope.spawn(move || {
                    let mut old = 0;
                    for step in 0..12_u64 {
                        let size = (old + 1 + (round + step + at as u64) % 4).min(64);
                        let answer = post(url, branch.body(old, size));
                        match answer.status {
                            200 => {
                                let root = branch.checkpoint(size).root.to_string();
                                cosigned.lock().unwrap().entry(size).or_default().push(root);
                                old = size;
                            }
                            409 => {
                                let body = String::from_utf8(answer.body).unwrap();
                                old = body.trim_end().parse().unwrap();
                            }
                            422 | 429 => {}
                            other => panic!("{other}"),
                        }
                    }
                });
            }
        });
        let cosigned = cosigned.into_inner().unwrap();
        assert!(!cosigned.is_empty());
        let branches: Vec<bool> = cosigned
            .iter()
            .flat_map(|(size, roots)| {
                let ours = log.checkpoint(*size).root.to_string();
                roots.iter().map(move |root| *root == ours)
            })
            .collect();
        assert!(
            branches.iter().all(|ours| *ours) || branches.iter().all(|ours| !ours),
            "both histories were cosigned: {cosigned:?}"
        );
        let last = cosigned.keys().next_back().copied();
        assert_eq!(witness.logs(), [(ORIGIN.to_owned(), last)]);
        // What was told is what is on disk.
        drop(server);
        let told = witness.checkpoint(&origin_hash(ORIGIN));
        drop(witness);
        let again = reopened(directory.path(), &desk, &[&log]);
        assert_eq!(again.checkpoint(&origin_hash(ORIGIN)), told);
    }
}

#[test]
fn sizes_never_go_back() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 200);
    let witness = fresh(directory.path(), &desk, &[&log]);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let mut old = 0;
                for _ in 0..30 {
                    let size = (old + 3).min(200);
                    match witness.add_checkpoint(&log.body(old, size)) {
                        Ok(_) => old = size,
                        Err(Refusal::Conflict { held }) => {
                            assert!(held > old, "from {old} back to {held}");
                            old = held;
                        }
                        Err(Refusal::Busy) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
    });
    let said = desk.said.lock().unwrap();
    let sizes: Vec<u64> =
        said.iter().filter(|s| s.code == "cosigned").filter_map(|s| s.size).collect();
    assert!(sizes.len() >= 30, "{sizes:?}");
}
