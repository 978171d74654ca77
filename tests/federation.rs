//! One operator, five witnesses in two groups and two mirrors, each a process of its own. Some are
//! killed, some stand still, some are cut off; the operator forks, rolls back, withholds and
//! back-dates. Each is caught, with evidence that `accord check` accepts on a machine that has seen
//! nothing.

#[path = "federation/attacks.rs"]
mod attacks;
#[path = "federation/cast.rs"]
mod cast;
#[path = "federation/deposited.rs"]
mod deposited;
#[path = "federation/mirrored.rs"]
mod mirrored;

use accord_tests::proxy::Line;
use accord_tests::site::says;
use cast::Federation;

/// The honest life, with a minority of each group gone.
#[test]
fn it_lives_on_with_some_of_its_witnesses() {
    let mut f = Federation::new();
    f.publish();
    f.mirrored(0);
    f.mirrored(1);
    // One of the first group is dead, one of the second stands still.
    f.enrol("east");
    f.witnesses[1].kill();
    f.witnesses[4].signal("STOP");
    f.publish();
    f.mirrored(0);
    // A second one gone, and the second group is too few. What was published stays.
    f.enrol_unasked("west");
    f.witnesses[2].kill();
    let waits = f.cosign(1);
    assert_eq!(waits["published"], false);
    let report = f.verify("L", &[], 0);
    assert_eq!(report["witnesses"]["verdict"], "holds");
    assert_eq!(report["witnesses"]["waiting"]["size"], f.size());
    // The dead are started again from what they kept, and go on from there.
    f.witnesses[4].signal("CONT");
    f.restart(1);
    f.restart(2);
    f.publish();
    f.mirrored(0);
    f.mirrored(1);
    // A stranger takes the ledger from a mirror over HTTP, and finds it whole.
    let copy = f.stranger(0);
    let report = f.verify(&copy, &["--policy", "policy"], 0);
    assert_eq!(report["size"], f.size());
    // One mirror dies in the middle and is started again.
    f.mirrors[1].kill();
    f.enrol("valley");
    f.publish();
    f.restart_mirror(1);
    f.mirrored(1);
    let cosigned = f.accord(&["mirror", "status", "--dir", "m1"], 0).out;
    says(&cosigned, &["mirror.example/m1"]);
}

/// The network between the operator and most witnesses is cut; then it swallows what is sent.
#[test]
fn it_waits_while_it_is_cut_off_and_goes_on_afterwards() {
    let f = Federation::new();
    f.publish();
    for (line, code) in [(Line::Cut, "east"), (Line::Silent, "west")] {
        let published = f.published();
        f.ways[..4].iter().for_each(|way| way.set(line));
        // Those on the other side could have gone on with another copy: nothing is taken in unasked.
        let alone = f.accord(&["checkpoint", "anchor", "--dir", "L"], 4);
        says(&alone.err, &["w0", "w1", "w2", "w3"]);
        f.enrol_unasked(code);
        let waits = f.cosign(1);
        assert_eq!(waits["published"], false);
        assert_eq!(waits["without"].as_array().unwrap().len(), 4, "{waits}");
        // Nobody is shown what has no quorum, and what has one stays.
        assert_eq!(f.published(), published);
        let report = f.verify("L", &[], 0);
        assert_eq!(report["witnesses"]["waiting"]["size"], f.size());
        // The cut is healed, and what waited is published as it was.
        f.ways[..4].iter().for_each(|way| way.set(Line::Whole));
        f.publish();
        assert_eq!(f.published().checkpoint().size, f.size());
        f.mirrored(0);
    }
}
