//! An operator with two histories.

use crate::forge::{chain, links};
use crate::kit::*;
use accord_format::time::Timestamp;
use accord_ledger::check;
use accord_mirror::found;
use accord_store::disk::{Disk, SimDisk};

/// The ledger as it would be with entry `at` recorded a little later, and all after it chained anew.
fn other_history(at: usize, size: usize) -> Vec<Vec<u8>> {
    let mut links = links(&world().entries[..size]);
    let recorded = links[at].recorded;
    let later = Timestamp::from_micros(recorded.micros() + 1);
    for link in &mut links[at..] {
        link.recorded = link.recorded.max(later);
    }
    let entries = chain(&links);
    assert_eq!(entries[..at], world().entries[..at]);
    assert_ne!(entries[at], world().entries[at]);
    entries
}

#[test]
fn every_fork_is_proved_and_ends_the_following() {
    for (held, at_seq, size) in [
        // The same size, a smaller one, larger ones; within a bundle, and across many.
        (300, 150, 300),
        (300, 299, 300),
        (300, 20, 100),
        (300, 10, 280),
        (200, 150, 230),
        (200, 150, 600),
        (200, 199, 700),
        (600, 10, 700),
    ] {
        let disk = SimDisk::new(1);
        let mut mirror = mirror_of(&disk, held);
        let before = shown(&disk);
        let problem = found(follow(&mut mirror, public(&other_history(at_seq, size))));
        // With keys rotated in the part that is not ours, nobody can tell by our own history.
        let told = size < rotated() || held >= rotated();
        if told {
            assert_eq!(problem.code, "fork", "{held} {at_seq} {size}: {problem}");
            let proof = disk.read(&problem.evidence.unwrap(), 1 << 20).unwrap();
            let fork = check::fraud(&proof, &world().id).unwrap();
            let sizes = (fork.smaller.size, fork.larger.size);
            assert_eq!(sizes, (held.min(size) as u64, held.max(size) as u64));
            // Even what is right is not followed any longer, and what was held is still shown.
            let again = found(follow(&mut mirror, at(700)));
            assert_eq!(again.code, "forked");
            drop(mirror);
            let mut mirror = open(&disk).unwrap();
            assert_eq!(found(follow(&mut mirror, at(700))).code, "forked");
            assert_eq!(found::forks(&disk).unwrap().len(), 1);
            disk.remove_file(&found::forks(&disk).unwrap()[0]).unwrap();
            if held >= 200 {
                assert_eq!(follow(&mut mirror, at(700)).unwrap().code, "advanced");
            }
        } else {
            assert!(["entry-changed", "entry-wrong", "root-wrong"].contains(&problem.code));
            assert!(problem.evidence.is_some());
        }
        let checkpoint = "public/checkpoint";
        if !told {
            assert_eq!(shown(&disk).get(checkpoint), before.get(checkpoint));
        }
    }
}

#[test]
fn an_altered_file_is_no_fork() {
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, 300);
    // The entries of another history under the checkpoint and the tiles of the one held.
    let mut files = at(400);
    let other = public(&other_history(310, 400));
    let path = "public/tile/entries/001.p/144";
    files.put(path, other.get(path).to_vec());
    let problem = found(follow(&mut mirror, files));
    assert_eq!(problem.code, "root-wrong");
    assert_eq!(found::forks(&disk).unwrap(), Vec::<String>::new());
}
