//! An operator with two histories.

use crate::kit::*;
use accord_ledger::check;
use accord_mirror::found;
use accord_store::disk::{Disk, SimDisk};

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
        // Also where the other history has rotated its keys in the part that is not ours.
        assert_eq!(problem.code, "fork", "{held} {at_seq} {size}: {problem}");
        let proof = disk.read(&problem.evidence.unwrap(), 1 << 20).unwrap();
        let fork = check::fraud(&proof, &world().id).unwrap();
        let sizes = (fork.smaller.size, fork.larger.size);
        assert_eq!(sizes, (held.min(size) as u64, held.max(size) as u64));
        let crosses = (held < rotated()) != (size < rotated());
        assert_eq!(fork.by_both.is_empty(), crosses);
        // Even what is right is not followed any longer, and what was held is still shown.
        assert_eq!(shown(&disk).get("public/checkpoint"), before.get("public/checkpoint"));
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
    }
}

/// Another history whose keys were rotated proves nothing while its own record does not bear that out.
#[test]
fn a_rotation_that_is_not_shown_is_no_fork() {
    let other = other_history(150, 600);
    let note = crate::forge::checkpoint(
        &other,
        &world().origin,
        &[&crate::world::key(&world().origin, 77)],
    );
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, 200);
    let problem = found(follow(&mut mirror, crate::forge::public(&other, &note)));
    assert_eq!(problem.code, "entry-changed");
    let mut withheld = public(&other);
    withheld.remove("public/tile/entries/001");
    let problem = found(follow(&mut mirror, withheld));
    assert!(["entry-changed", "bundle-missing"].contains(&problem.code), "{problem}");
    assert_eq!(found::forks(&disk).unwrap(), Vec::<String>::new());
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
