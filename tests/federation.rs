//! One operator, five witnesses in two groups and two mirrors, each a process of its own. Some are
//! killed and some stand still; the operator forks, rolls back, withholds and back-dates. Each is
//! caught, with evidence that `accord check` accepts on a machine that has seen nothing.

#[path = "federation/attacks.rs"]
mod attacks;
#[path = "federation/cast.rs"]
mod cast;

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
