//! The charter says how old the newest checkpoint in the record may be whenever witnesses cosign
//! another.

use super::*;

fn found(scene: &Scene) -> Vec<&'static str> {
    let (report, _) = scene.kit.verify();
    report.witnessing.problems.iter().map(|problem| problem.code).collect()
}

fn demanding(length: &str) -> Charter {
    charter_with(1, Some(("anchoring", length, "cosigned")))
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
    scene.propose(&demanding("1h"), "charter.adopted", None);
    let limit = 100 + LIMIT + SKEW;
    cosigned(&mut scene, limit);
    assert_eq!(found(&scene), [] as [&str; 0]);
    cosigned(&mut scene, limit + 1);
    assert_eq!(found(&scene), ["anchor-overdue"]);
    let (report, _) = scene.kit.verify();
    assert!(!report.is_sound());
    assert!(report.witnessing.problems[0].detail.contains("may be 3600 seconds"), "{report:?}");
}

#[test]
fn each_anchor_sets_the_clock_anew() {
    let mut scene = Scene::bare(true);
    scene.propose(&demanding("1h"), "charter.adopted", None);
    let step = LIMIT + SKEW;
    for round in 1..4 {
        cosigned(&mut scene, round * step);
        scene.anchor();
    }
    assert_eq!(found(&scene), [] as [&str; 0]);
    // Anchored late, all at once: what was cosigned in the meantime tells.
    cosigned(&mut scene, 4 * step);
    cosigned(&mut scene, 4 * step + 1);
    assert_eq!(found(&scene), ["anchor-overdue"]);
    scene.anchor();
    assert_eq!(found(&scene), ["anchor-overdue"]);
}

#[test]
fn only_a_charter_demands_it_and_only_from_when_it_is_in_force() {
    let mut scene = Scene::bare(true);
    cosigned(&mut scene, 10 * LIMIT);
    let first = charter_with(1, None);
    let from = scene.propose(&first, "charter.adopted", None);
    cosigned(&mut scene, 20 * LIMIT);
    assert_eq!(found(&scene), [] as [&str; 0]);
    let second = charter_with(2, Some(("anchoring", "1h", "cosigned")));
    scene.propose(&second, "charter.amended", Some(&from));
    cosigned(&mut scene, 21 * LIMIT);
    assert_eq!(found(&scene), [] as [&str; 0]);
    cosigned(&mut scene, 22 * LIMIT);
    assert_eq!(found(&scene), ["anchor-overdue"]);
}
