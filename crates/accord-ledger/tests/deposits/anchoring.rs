//! The charter says how old the newest checkpoint in the record may be whenever witnesses cosign
//! another.

use super::*;
use accord_ledger::verify::Unanchored;

fn found(scene: &Scene) -> Option<Unanchored> {
    let (report, _) = scene.kit.verify();
    // It blames nobody.
    assert!(report.is_sound(), "{:?}", report.witnessing.problems);
    report.witnessing.unanchored
}

fn demanding(version: u32, length: &str) -> Charter {
    charter_with(version, Some(("anchoring", length, "cosigned")))
}

/// Cosigned so many seconds behind the base, by the witnesses' clock and the operator's.
fn cosigned(scene: &mut Scene, seconds: i64) {
    scene.witnesses_at(seconds);
    scene.at(seconds, 0);
    scene.grow();
    scene.publish();
}

#[test]
fn what_is_never_anchored_is_overdue_from_the_charter_on() {
    let mut scene = Scene::bare(true);
    scene.at(100, 0);
    scene.propose(&demanding(1, "1h"), "charter.adopted", None);
    let limit = 100 + LIMIT + SKEW;
    cosigned(&mut scene, limit);
    assert_eq!(found(&scene), None);
    cosigned(&mut scene, limit + 1);
    let gap = found(&scene).unwrap();
    let seconds = [gap.from, gap.until].map(|at| at.seconds() - scene.base);
    assert_eq!((seconds, gap.limit), ([100, limit + 1], LIMIT));
}

#[test]
fn each_anchor_sets_the_clock_anew() {
    let mut scene = Scene::bare(true);
    scene.propose(&demanding(1, "1h"), "charter.adopted", None);
    let step = LIMIT + SKEW;
    for round in 1..4 {
        cosigned(&mut scene, round * step);
        scene.anchor();
    }
    assert_eq!(found(&scene), None);
    // Anchored late, all at once: what was cosigned in the meantime tells.
    cosigned(&mut scene, 4 * step);
    cosigned(&mut scene, 4 * step + 1);
    let gap = found(&scene);
    assert_eq!(gap.unwrap().from.seconds() - scene.base, 3 * step);
    scene.anchor();
    assert_eq!(found(&scene), gap);
}

#[test]
fn only_a_charter_demands_it_and_only_while_it_is_in_force() {
    let mut scene = Scene::bare(true);
    cosigned(&mut scene, 10 * LIMIT);
    let mut from = scene.propose(&charter_with(1, None), "charter.adopted", None);
    cosigned(&mut scene, 20 * LIMIT);
    assert_eq!(found(&scene), None);
    from = scene.propose(&demanding(2, "1h"), "charter.amended", Some(&from));
    cosigned(&mut scene, 21 * LIMIT);
    assert_eq!(found(&scene), None);
    // Nothing that comes later makes good for it, nor sets the clock anew.
    from = scene.propose(&demanding(3, "50m"), "charter.amended", Some(&from));
    cosigned(&mut scene, 22 * LIMIT);
    let gap = found(&scene);
    assert_eq!(gap.unwrap().limit, 3_000);
    scene.propose(&charter_with(4, None), "charter.amended", Some(&from));
    cosigned(&mut scene, 30 * LIMIT);
    assert_eq!(found(&scene), gap);
}

/// Before anybody is asked to cosign, nothing can be anchored.
#[test]
fn the_clock_runs_only_where_witnesses_are_asked() {
    let mut scene = Scene::bare(false);
    scene.propose(&demanding(1, "1h"), "charter.adopted", None);
    scene.at(10 * LIMIT, 0);
    let policy = json!({"witness_policy": two_of_three()});
    let changed = "ledger.witness_policy_changed";
    assert_eq!(scene.kit.authority_says(changed, "ledger/main", &policy), "accepted");
    cosigned(&mut scene, 11 * LIMIT);
    assert_eq!(found(&scene), None);
    cosigned(&mut scene, 12 * LIMIT);
    let gap = found(&scene).unwrap();
    assert_eq!(gap.from.seconds() - scene.base, 10 * LIMIT);
}
